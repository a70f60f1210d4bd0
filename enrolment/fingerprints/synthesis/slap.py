"""Made-up slaps: a hand laid flat on a large glass, the joints below the fingertips with it, and the truth about both.

A hand is a fan: the fingers leave it side by side and spread towards their tips, the middle one reaches furthest.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.errors import FingerImageError
from enrolment.fingerprints.finger import Digit, FingerPosition, Hand
from enrolment.fingerprints.scanner import SLAP_FINGERS, CaptureMode
from enrolment.fingerprints.synthesis.damage import Damage, DamageKind
from enrolment.fingerprints.synthesis.fields import smooth_noise, soft_step
from enrolment.fingerprints.synthesis.impression import (
    PX_PER_MM,
    Lie,
    Touch,
    contact_area,
    expose,
    ink,
    lay_down,
    lie_on,
    look_at,
)
from enrolment.fingerprints.synthesis.made_up import check_numbers, plan_of, skin_of
from enrolment.fingerprints.synthesis.pattern import Field, FingerPlan, PatternClass
from enrolment.fingerprints.synthesis.skin import Skin, grow_skin

SLAP_WIDTH_PX, SLAP_HEIGHT_PX = 1600, 1500  # 81 x 76 mm at 500 ppi, the FAP 60 of the FBI's mobile ID profile
SLAP = 3  # the purpose of a stream of random numbers; made_up.py has 1 and 2
# How far each fingertip stays behind the middle finger's, in px at 500 ppi.
REACH_PX = {Digit.INDEX: 95, Digit.MIDDLE: 0, Digit.RING: 60, Digit.LITTLE: 230, Digit.THUMB: 0}
SLOT = {Digit.INDEX: -1.5, Digit.MIDDLE: -0.5, Digit.RING: 0.5, Digit.LITTLE: 1.5}  # of a right hand, left to right
KNUCKLE_PITCH_PX, FINGER_LENGTH_PX = 298.0, 900.0  # where fingers leave the hand: how far apart, how far below the tips
TIP_ROW_PX = 350.0  # the middle of the middle finger's pad
THUMB_OFFSET_PX, THUMB_LEAN_DEG, THUMB_ROW_PX = 265.0, 9.0, 420.0
LARGEST_HAND_TURN_DEG = 40.0  # of a hand whose damage is `rotated`, severity 1
PATCH_HEIGHT_PX, PATCH_WIDTH_PX = 1010, 560  # one upright finger with its next joint; a leaning one needs more width
PATCH_MIDDLE_ROW = 290
JOINT_WIDTH_SHARE = 0.86  # of the pad's
WRINKLE_GAP_PX = (16.0, 60.0)  # the bend of the joint, which hardly touches


@dataclass(frozen=True, slots=True)
class SlapTruth:
    """Where a fingertip really lies: the box of its pad without the joint below, in px from the slap's top left corner,
    and its lean (clockwise positive). `position` is the finger that lies there, whatever was asked for."""

    position: FingerPosition
    left_px: int
    top_px: int
    width_px: int
    height_px: int
    lean_deg: float


@dataclass(frozen=True, slots=True, eq=False)
class Slap:
    """A made-up slap. Shape: `pixels` uint8 (SLAP_HEIGHT_PX, SLAP_WIDTH_PX); `truth` from left to right."""

    pixels: NDArray[np.uint8]
    truth: tuple[SlapTruth, ...]


@dataclass(frozen=True, slots=True)
class HandPose:
    """How a hand lies: its turn, the spread of neighbouring fingers in degrees, its shift in px, its pressure."""

    turn_deg: float
    spread_deg: float
    shift_x_px: float
    shift_y_px: float
    pressure: float

    @classmethod
    def draw(cls, random: np.random.Generator) -> "HandPose":
        """What a person does when told how."""
        return cls(
            turn_deg=float(np.clip(random.normal(0, 3.5), -10, 10)),
            spread_deg=float(np.clip(random.normal(4.6, 1.0), 2.5, 7)),
            shift_x_px=float(np.clip(random.normal(0, 22), -60, 60)),
            shift_y_px=float(np.clip(random.normal(0, 22), -60, 60)),
            pressure=float(np.clip(random.normal(0.5, 0.1), 0.25, 0.75)),
        )


def synthesise_slap(
    seed: int,
    mode: CaptureMode,
    impression: int = 0,
    missing: Collection[FingerPosition] = (),
    damage: Damage | Mapping[FingerPosition, Damage] | None = None,
    intruder: FingerPosition | None = None,
    pose: HandPose | None = None,
    in_place_of: Mapping[FingerPosition, FingerPosition] | None = None,
) -> Slap:
    """Impression number `impression` of a slap of made-up person `seed`; the same arguments give the same slap.

    `missing` fingers are held up; `damage` is of all fingers or of some; damage `rotated` turns the whole hand.
    `intruder` is a finger too many, that slipped on to the glass beside the others. `in_place_of` names the fingers
    that lie where others belong: crossed thumbs, for one.
    Raises FingerImageError for a mode that is no slap, or a number out of range.
    """
    if mode not in SLAP_FINGERS:
        raise FingerImageError("slap", f"mode {mode.name.lower()}", "one of left_slap, right_slap, two_thumbs")
    check_numbers(seed, impression)
    random = np.random.default_rng([seed, mode.value, SLAP, impression])
    drawn = HandPose.draw(random)
    lies = turned(pose or drawn, damage)
    wetted = np.zeros((SLAP_HEIGHT_PX, SLAP_WIDTH_PX), np.float32)
    contact = np.zeros_like(wetted)
    truth = []
    present = [position for position in SLAP_FINGERS[mode] if position not in missing]
    for position in present + ([intruder] if intruder else []):
        place = intruding(mode, lies) if position is intruder else place_of(position, lies)
        finger = (in_place_of or {}).get(position, position)
        each = damage.get(finger) if isinstance(damage, Mapping) else damage
        accidents = np.random.default_rng([seed, int(finger), SLAP, impression])
        truth += press_into(wetted, contact, seed, finger, place, each, accidents)
    shown = expose(wetted, contact, random)
    return Slap(shown, tuple(sorted(truth, key=lambda found: found.left_px)))


def turned(pose: HandPose, damage: Damage | Mapping[FingerPosition, Damage] | None) -> HandPose:
    """The pose with the turn of a hand whose damage is `rotated`."""
    severity = damage.severity_of(DamageKind.ROTATED) if isinstance(damage, Damage) else 0.0
    side = 1.0 if pose.turn_deg >= 0 else -1.0
    return replace(pose, turn_deg=pose.turn_deg + side * LARGEST_HAND_TURN_DEG * severity)


def place_of(position: FingerPosition, pose: HandPose) -> tuple[float, float, float, float]:
    """Middle of the pad (x, y in px on the glass), lean in degrees and pressure of a finger of a hand that lies so."""
    side = 1.0 if position.hand is Hand.RIGHT else -1.0
    if position.digit is Digit.THUMB:  # thumbs lie side by side and lean to each other
        x, y = side * THUMB_OFFSET_PX, THUMB_ROW_PX
        lean = -side * (THUMB_LEAN_DEG + (pose.spread_deg - 4.6))
        return SLAP_WIDTH_PX / 2 + x + pose.shift_x_px, y + pose.shift_y_px, lean + pose.turn_deg / 2, pose.pressure
    slot = side * SLOT[position.digit]
    spread = slot * pose.spread_deg
    x = slot * KNUCKLE_PITCH_PX + np.sin(np.deg2rad(spread)) * FINGER_LENGTH_PX
    y = REACH_PX[position.digit] - TIP_ROW_PX  # from the middle of the hand
    turn = np.deg2rad(pose.turn_deg)
    x, y = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    return (
        SLAP_WIDTH_PX / 2 + float(x) + pose.shift_x_px,
        2 * TIP_ROW_PX + float(y) + pose.shift_y_px,
        spread + pose.turn_deg,
        pose.pressure,
    )


def intruding(mode: CaptureMode, pose: HandPose) -> tuple[float, float, float, float]:
    """Where a finger lies that has no business there: below the little finger, or between the thumbs."""
    if mode is CaptureMode.TWO_THUMBS:
        return SLAP_WIDTH_PX / 2 + pose.shift_x_px, SLAP_HEIGHT_PX - 330.0, pose.turn_deg, pose.pressure
    side = 1.0 if mode is CaptureMode.RIGHT_SLAP else -1.0  # the thumb's side of the hand
    return SLAP_WIDTH_PX / 2 - side * 640.0, SLAP_HEIGHT_PX - 260.0, side * 45.0, pose.pressure


@lru_cache(maxsize=12)
def joint_of(seed: int, position: FingerPosition) -> Skin:
    """The skin of the next joint: ridges that run nearly across, as they do there."""
    plan = plan_of(seed, position)
    return grow_skin(
        replace(
            plan,
            pattern=PatternClass.ARCH,
            cores=(),
            deltas=(),
            bulge=0.08,
            arch_height=0.12,
            half_width_px=plan.half_width_px * JOINT_WIDTH_SHARE,
            growth_seed=plan.growth_seed ^ SLAP,
        )
    )


def press_into(
    wetted: Field,
    contact: Field,
    seed: int,
    position: FingerPosition,
    place: tuple[float, float, float, float],
    damage: Damage | None,
    random: np.random.Generator,
) -> list[SlapTruth]:
    """Adds one finger to the planes of the whole glass, and says where its tip came to lie; nothing where that is off
    the glass."""
    x, y, lean_deg, pressure = place
    reach = PATCH_WIDTH_PX // 2 + round(abs(np.sin(np.deg2rad(lean_deg))) * (PATCH_HEIGHT_PX - PATCH_MIDDLE_ROW))
    left, top, shape = round(x) - reach, round(y) - PATCH_MIDDLE_ROW, (PATCH_HEIGHT_PX, 2 * reach)
    jitter = random.normal(0, 1.0, 3)
    touch = Touch(
        turn_deg=lean_deg + float(jitter[0]),
        shift_x_mm=float(jitter[1]) * 4 / PX_PER_MM,
        shift_y_mm=float(jitter[2]) * 8 / PX_PER_MM,
        pressure=float(np.clip(pressure + random.normal(0, 0.04), 0, 1)),
    )
    skin = skin_of(seed, position)
    lie = lay_down(skin, touch, random, shape, (reach, PATCH_MIDDLE_ROW))
    tip = contact_area(skin, lie, touch, damage, random)
    joint, below = joint_below(seed, position, lie, skin.plan, random)
    seen = tuple(
        np.where(tip >= joint, upper, lower)
        for upper, lower in zip(look_at(skin, lie), look_at(joint_of(seed, position), below), strict=True)
    )
    inked = ink((seen[0], seen[1], seen[2]), lie, touch, damage, random)
    rows = slice(max(0, top), min(SLAP_HEIGHT_PX, top + shape[0]))
    columns = slice(max(0, left), min(SLAP_WIDTH_PX, left + shape[1]))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return []
    patch = (slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left))
    touched, nearer = np.maximum(tip, joint)[patch], contact[rows, columns]
    np.copyto(wetted[rows, columns], inked[patch], where=touched > nearer)
    np.maximum(nearer, touched, out=nearer)
    return box_of(position, tip[patch] > 0.5, columns.start, rows.start, touch.turn_deg)


def joint_below(
    seed: int, position: FingerPosition, lie: Lie, plan: FingerPlan, random: np.random.Generator
) -> tuple[Field, Lie]:
    """Where the next joint presses on the glass, 0-1, below the bend; and how its skin lies."""
    gap = random.uniform(*WRINKLE_GAP_PX)
    half_width, half_height = plan.half_width_px * JOINT_WIDTH_SHARE, plan.half_height_px * random.uniform(0.8, 0.95)
    y = lie.y - np.float32(plan.half_height_px + gap + half_height)
    rim = smooth_noise(random, lie.shape, 60) * 0.03 + smooth_noise(random, lie.shape, 12) * 0.02
    block = np.abs(lie.x / half_width) ** 2.6 + np.abs(y / half_height) ** 2.8
    return soft_step(1 - block + rim, 0.06) * np.float32(0.95), lie_on(joint_of(seed, position), lie.x, y)


def box_of(
    position: FingerPosition, touched: NDArray[np.bool_], left_px: int, top_px: int, lean_deg: float
) -> list[SlapTruth]:
    """The box around what touched; nothing where nothing did."""
    rows, columns = np.flatnonzero(touched.any(axis=1)), np.flatnonzero(touched.any(axis=0))
    if not len(rows):
        return []
    return [
        SlapTruth(
            position,
            left_px + int(columns[0]),
            top_px + int(rows[0]),
            int(columns[-1] - columns[0]) + 1,
            int(rows[-1] - rows[0]) + 1,
            lean_deg,
        )
    ]
