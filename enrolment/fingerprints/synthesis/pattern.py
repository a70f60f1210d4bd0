"""The plan of a made-up finger: its class, its singular points, and which way its ridges run everywhere.

Orientation after Sherlock and Monro ("A model for interpreting fingerprint topology", 1993): every core turns the
ridges by half a turn, every delta by half a turn the other way; arches have neither and follow a bulge.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.finger import FingerPosition, Hand

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
    x, y = random.normal(0, 10), random.normal(-15, 12)
    cores: tuple[tuple[float, float], ...] = ()
    deltas: tuple[tuple[float, float], ...] = ()
    if pattern in (PatternClass.LEFT_LOOP, PatternClass.RIGHT_LOOP):
        side = 1.0 if pattern is PatternClass.LEFT_LOOP else -1.0  # the delta lies opposite to where ridges leave
        cores = ((x, y),)
        deltas = ((x + side * random.uniform(75, 115), y + random.uniform(85, 130)),)
    elif pattern is PatternClass.WHORL:
        apart = random.uniform(14, 55)
        lean = random.normal(0, 0.35)
        half_x, half_y = np.sin(lean) * apart / 2, np.cos(lean) * apart / 2
        cores = ((x + half_x, y - half_y), (x - half_x, y + half_y))
        deltas = (
            (x - random.uniform(95, 135), y + random.uniform(95, 140)),
            (x + random.uniform(95, 135), y + random.uniform(95, 140)),
        )
    elif pattern is PatternClass.TENTED_ARCH:
        cores = ((x, y + 25),)
        deltas = ((x + random.normal(0, 4), y + 25 + random.uniform(65, 95)),)
    return FingerPlan(
        pattern=pattern,
        cores=cores,
        deltas=deltas,
        bulge=random.uniform(0.75, 1.0),
        arch_height=random.uniform(0.55, 0.95),
        ridge_period_px=float(np.clip(random.normal(9.1, 0.45), 8.1, 10.3)),
        growth_seed=int(random.integers(2**63)),
    )


def orientation_field(plan: FingerPlan, x: Field, y: Field) -> Field:
    """Which way the ridges run at (x, y) in px from the middle of the pad.

    Radians modulo pi, 0 = along x, growing counter-clockwise as seen (y down in the image). Shape: that of `x`.
    """
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
    return angle.astype(np.float32)
