"""The plan of a made-up finger: its class, its singular points, and which way its ridges run everywhere.

Orientation after Sherlock and Monro ("A model for interpreting fingerprint topology", 1993): every core turns the
ridges by half a turn, every delta by half a turn the other way; arches have neither and follow a bulge.
"""

from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.finger import Digit, FingerPosition, Hand

Field = NDArray[np.float32]


class PatternClass(Enum):
    """The five classes of Henry's system as NIST counts them; loops are named after where their ridges leave."""

    LEFT_LOOP = "left_loop"
    RIGHT_LOOP = "right_loop"
    WHORL = "whorl"
    ARCH = "arch"
    TENTED_ARCH = "tented_arch"


# Shares of Wilson, Candela, Watson (NIST, 1994): left loop 33.8 %, right loop 31.7 %, whorl 27.9 %, arch 3.7 %,
# tented arch 2.9 %. Loops leave towards the little finger (ulnar) far more often than towards the thumb.
LOOP_SHARE, WHORL_SHARE, ARCH_SHARE, TENTED_SHARE = 0.655, 0.279, 0.037, 0.029
ULNAR_SHARE_OF_LOOPS = 0.93
SIZE = {Digit.THUMB: 1.04, Digit.INDEX: 1.0, Digit.MIDDLE: 1.02, Digit.RING: 0.97, Digit.LITTLE: 0.92}
SWAY_ROWS, SWAY_COLUMNS, SWAY_RAD = 6, 5, 0.18
LOOP_TIGHTNESS, TIGHT_REACH_PX, LOOK_PX = 0.36, 85.0, 20.0
SWAY_REACH_PX = 300.0  # half the side of the square over which the rows of sway are spread


@dataclass(frozen=True, slots=True)
class FingerPlan:
    """What makes one finger itself, apart from the accidents of its growth. Points are (x, y) in px at 500 ppi
    from the middle of the pad, x to the right, y down."""

    pattern: PatternClass
    cores: tuple[tuple[float, float], ...]
    deltas: tuple[tuple[float, float], ...]
    bulge: float  # how steeply the ridges of the sides follow the fingertip's outline, radians
    arch_height: float  # how high an arch rises, radians
    ridge_period_px: float
    half_width_px: float  # of the pad as it presses flat
    half_height_px: float
    roundness: float  # exponent of the pad's outline, 2 an ellipse, more a rounder rectangle
    sway: tuple[tuple[float, ...], ...]  # how the ridges stray from the plain model: rows of radians over the pad
    growth_seed: int


def draw_pattern(position: FingerPosition, random: np.random.Generator) -> PatternClass:
    """A class by its natural share; a loop leaves to the little finger's side, as seen on the print."""
    share = random.random()
    ulnar = random.random() < ULNAR_SHARE_OF_LOOPS
    if share < LOOP_SHARE:
        leaves_right = ulnar == (position.hand is Hand.RIGHT)
        return PatternClass.RIGHT_LOOP if leaves_right else PatternClass.LEFT_LOOP
    if share < LOOP_SHARE + WHORL_SHARE:
        return PatternClass.WHORL
    return PatternClass.ARCH if share < LOOP_SHARE + WHORL_SHARE + ARCH_SHARE else PatternClass.TENTED_ARCH


def draw_plan(position: FingerPosition, random: np.random.Generator) -> FingerPlan:
    """The plan of one finger. The same generator state gives the same plan."""
    pattern = draw_pattern(position, random)
    x, y = random.normal(0, 14), random.normal(-15, 20)
    half_width = float(np.clip(random.normal(161, 8), 142, 178) * SIZE[position.digit])
    cores: tuple[tuple[float, float], ...] = ()
    deltas: tuple[tuple[float, float], ...] = ()
    if pattern in (PatternClass.LEFT_LOOP, PatternClass.RIGHT_LOOP):
        side = 1.0 if pattern is PatternClass.LEFT_LOOP else -1.0  # the delta lies opposite to where ridges leave
        cores = ((x, y),)
        deltas = ((x + side * random.uniform(60, 130), y + random.uniform(70, 150)),)
    elif pattern is PatternClass.WHORL:
        apart = random.uniform(12, 75)
        lean = random.normal(0, 0.5)
        half_x, half_y = np.sin(lean) * apart / 2, np.cos(lean) * apart / 2
        cores = ((x + half_x, y - half_y), (x - half_x, y + half_y))
        deltas = (
            (x - random.uniform(80, 145), y + random.uniform(80, 150)),
            (x + random.uniform(80, 145), y + random.uniform(80, 150)),
        )
    elif pattern is PatternClass.TENTED_ARCH:
        cores = ((x, y + 25),)
        deltas = ((x + random.normal(0, 4), y + 25 + random.uniform(65, 95)),)
    return FingerPlan(
        pattern=pattern,
        cores=cores,
        deltas=deltas,
        bulge=random.uniform(0.65, 1.1),
        arch_height=random.uniform(0.55, 0.95),
        ridge_period_px=float(np.clip(random.normal(9.1, 0.45), 8.1, 10.3)),
        half_width_px=half_width,
        half_height_px=half_width * float(np.clip(random.normal(1.3, 0.05), 1.2, 1.4)),
        roundness=random.uniform(2.0, 2.7),
        sway=tuple(tuple(row) for row in random.normal(0, SWAY_RAD, (SWAY_ROWS, SWAY_COLUMNS)).tolist()),
        growth_seed=int(random.integers(2**63)),
    )


def orientation_field(plan: FingerPlan, x: Field, y: Field) -> Field:
    """Which way the ridges run at (x, y) in px from the middle of the pad.

    Radians modulo pi, 0 = along x, growing counter-clockwise as seen (y down in the image). Shape: that of `x`.
    """
    angle = plain_field(plan, x, y) + sway_field(plan, x, y)
    if plan.pattern in (PatternClass.LEFT_LOOP, PatternClass.RIGHT_LOOP):
        angle += tightening(plan, x, y)
    return np.asarray(angle, dtype=np.float32)


def plain_field(plan: FingerPlan, x: Field, y: Field) -> Field:
    """The model of Sherlock and Monro, with the outline of the fingertip. Units and shape: as orientation_field."""
    angle = np.zeros_like(x)
    for core_x, core_y in plan.cores:
        angle += np.arctan2(-(y - core_y), x - core_x) / 2
    for delta_x, delta_y in plan.deltas:
        angle -= np.arctan2(-(y - delta_y), x - delta_x) / 2
    if plan.pattern is PatternClass.ARCH:
        rise = np.exp(-(((y - 40) / 130) ** 2))
        angle += -plan.arch_height * np.sin(np.clip(x / 130, -1, 1) * np.pi) * rise
    top = 1 / (1 + np.exp((y - 10) / 45))  # the upper part follows the outline of the fingertip
    angle += -plan.bulge * np.tanh(x / 150) * top
    return np.asarray(angle, dtype=np.float32)


def tightening(plan: FingerPlan, x: Field, y: Field) -> Field:
    """What a loop turns beyond the plain model: sharply over its core, so that its legs run side by side.

    After the correction of Vizcaya and Gerhardt (1996), which lets the turn about a core go unevenly. Radians.
    """
    core_x, core_y = plan.cores[0]
    around = np.linspace(-np.pi, np.pi, 360, dtype=np.float32)
    ring_x, ring_y = core_x + LOOK_PX * np.cos(around), core_y - LOOK_PX * np.sin(around)
    ridge = plain_field(plan, ring_x, ring_y) + sway_field(plan, ring_x[None], ring_y[None])[0]
    opening = around[np.argmin(np.abs(np.sin(ridge - around)))]  # the one way in which ridges leave the core
    bearing = np.arctan2(-(y - core_y), x - core_x) - opening
    reach = np.exp(-((x - core_x) ** 2 + (y - core_y) ** 2) / (2 * TIGHT_REACH_PX**2))
    return np.asarray(-LOOP_TIGHTNESS * np.sin(bearing) * reach, dtype=np.float32)


def sway_field(plan: FingerPlan, x: Field, y: Field) -> Field:
    """How far the ridges stray from the model at (x, y), radians, smoothly. Shape: that of `x`."""
    rows = np.asarray(plan.sway, dtype=np.float32)
    column = (x / SWAY_REACH_PX + 1) / 2 * (SWAY_COLUMNS - 1)
    row = (y / SWAY_REACH_PX + 1) / 2 * (SWAY_ROWS - 1)
    smooth = cv2.resize(rows, None, fx=16, fy=16, interpolation=cv2.INTER_CUBIC)
    picked = cv2.remap(smooth, column * 16 + 7.5, row * 16 + 7.5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(picked, dtype=np.float32)
