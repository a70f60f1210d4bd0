"""Finds the fingertips on a slap: how many, where, which finger each is, and whether it is the hand asked for.

The joints below the tips touch the glass as well, neighbours may touch each other, and hands lie askew. So the touched
area falls apart into pads by the distance to its rim; a pad with no pad above it in its finger is a tip.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.contact import describe
from enrolment.fingerprints.finger import Digit, FingerImage, FingerPosition, Hand

STEP = 4  # the work is done on every fourth pixel: 125 ppi
SMALLEST_PAD_PX = 9_000  # less is dirt, or the rim of something that was lifted
SHALLOWEST_PAD_PX = 45  # half the width of the narrowest pad
NECK_SHARE = 0.10  # a neck is narrower than the pads on its sides by so much at least
INK_BELOW_GLASS = 0.86  # of the glass's grey
LARGEST_HOLE_PX = 12_000  # in the skin of a pad: a scar, a dry patch
LONGEST_TIP = 1.62  # length over width; what is longer has the next joint hanging on to it
TIP_LENGTH = 1.36  # to which such a tip is cut
GREATEST_LEAN_DEG = 55.0
OTHER_FINGER_DEG = 18.0  # a longish pad that leans so much otherwise is no joint of this finger
LONGISH, CLEARLY_LONG = 1.12, 1.2  # length over width from which on a pad's lean tells something, and much
BESIDE_SHARE = 0.42  # of a pad's width: further off the line of a finger lies another
NEAREST_JOINT, FURTHEST_JOINT = 0.45, 1.5  # from middle to middle, in mean lengths of both pads
UPRIGHT_WITHIN_DEG = 8.0  # a tip that leans less is cut as it lies, without touching its pixels
MARGIN_PX = 24
GLASS_SHARE = 98  # percentile of the greys that is taken for bare glass
# How far each fingertip stays behind the middle finger's, in px at 500 ppi: index and ring alike, the little one far.
EXPECTED_REACH_PX = {Digit.INDEX: 85.0, Digit.MIDDLE: 0.0, Digit.RING: 65.0, Digit.LITTLE: 230.0}
FINGERS_THAT_TELL = 3  # fewer fit either hand
CLEARLY_PX = 30.0  # by so much must one hand fit better than the other

Mask = NDArray[np.bool_]
Window = tuple[slice, slice]


class SlapOutcome(Enum):
    """What came of looking for fingers."""

    AS_EXPECTED = "as_expected"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    OTHER_HAND = "other_hand"  # the count is right, the shape is that of the mirrored hand


@dataclass(frozen=True, slots=True, eq=False)
class Fingertip:
    """One tip on a slap: its box in px from the slap's top left corner, its lean (clockwise positive), its outline.

    `position` is by its place among those expected, None where the count did not fit. Shape: `mask` bool, of the box.
    """

    position: FingerPosition | None
    left_px: int
    top_px: int
    width_px: int
    height_px: int
    lean_deg: float
    is_cut_off: bool  # it reaches the rim of the glass
    mask: Mask

    @property
    def middle_px(self) -> tuple[float, float]:
        """x and y of the box's middle."""
        return self.left_px + self.width_px / 2, self.top_px + self.height_px / 2


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """The tips from left to right; `hand` is the one that they look like, None where they do not tell."""

    outcome: SlapOutcome
    tips: tuple[Fingertip, ...]
    hand: Hand | None


def segment_slap(pixels: NDArray[np.uint8], expected: Sequence[FingerPosition]) -> Segmentation:
    """Looks for the fingers `expected`, named from left to right, on a slap at 500 ppi. Never raises.

    Shape: `pixels` uint8 (height, width).
    """
    tips = find_tips(pixels)
    if len(tips) != len(expected):
        outcome = SlapOutcome.TOO_FEW if len(tips) < len(expected) else SlapOutcome.TOO_MANY
        return Segmentation(outcome, tuple(tips), None)
    named = tuple(named_tip(tip, position) for tip, position in zip(tips, expected, strict=True))
    asked, hand = expected[0].hand, hand_of(named)
    other = hand is not None and hand is not asked
    return Segmentation(SlapOutcome.OTHER_HAND if other else SlapOutcome.AS_EXPECTED, named, hand)


def named_tip(tip: Fingertip, position: FingerPosition) -> Fingertip:
    """The tip with its name."""
    return Fingertip(
        position, tip.left_px, tip.top_px, tip.width_px, tip.height_px, tip.lean_deg, tip.is_cut_off, tip.mask
    )


@dataclass(frozen=True, slots=True, eq=False)
class Pad:
    """A touched pad at 1/STEP of the resolution: its pixels, its middle, how long and wide, how it leans."""

    mask: Mask
    x: float
    y: float
    length: float
    width: float
    lean_deg: float


def find_tips(pixels: NDArray[np.uint8]) -> list[Fingertip]:
    """The fingertips of a slap without names, from left to right."""
    if min(pixels.shape) < SHALLOWEST_PAD_PX:
        return []
    pads = [pad for pad in map(pad_of, split_into_pads(touched_area(pixels))) if pad is not None]
    if not pads:
        return []
    lean = hand_lean(pads)
    tips = [pad for pad in pads if not any(lies_below(pad, other, lean) for other in pads if other is not pad)]
    across = np.deg2rad(lean)
    tips.sort(key=lambda pad: pad.x * np.cos(across) + pad.y * np.sin(across))
    return [tip_of(pad, pixels.shape) for pad in tips]


def touched_area(pixels: NDArray[np.uint8]) -> Mask:
    """Where skin lies, at 1/STEP of the resolution: ink with its furrows closed, so that a gap of a millimetre between
    two fingers stays open; small holes filled, since skin has patches that do not print."""
    half = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    glass = float(np.percentile(half[::2, ::2], GLASS_SHARE))
    inked = (half < glass * INK_BELOW_GLASS).astype(np.uint8)
    closed = cv2.morphologyEx(inked, cv2.MORPH_CLOSE, disc(9))
    opened = np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, disc(9)), dtype=np.uint8)
    outlines, parents = cv2.findContours(opened, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    for number, outline in enumerate(outlines):
        if parents[0][number][3] >= 0 and cv2.contourArea(outline) * 4 < LARGEST_HOLE_PX:
            cv2.drawContours(opened, [outline], -1, (1,), cv2.FILLED)
    size = (pixels.shape[1] // STEP, pixels.shape[0] // STEP)
    return np.asarray(cv2.resize(opened, size, interpolation=cv2.INTER_NEAREST) > 0)


def disc(side_px: int) -> NDArray[np.uint8]:
    """A round structuring element."""
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side_px, side_px)), dtype=np.uint8)


def split_into_pads(touched: Mask) -> list[Mask]:
    """The touched area, cut where it is narrow. Each place goes to the core that reaches it best by its depth."""
    depth = cv2.distanceTransform(np.pad(touched.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    cores = find_cores(np.asarray(depth, dtype=np.float32))
    if not cores:
        return []
    reach = []
    for core in cores:
        away = cv2.distanceTransform((~core).astype(np.uint8), cv2.DIST_L2, 5)
        reach.append(away - float(depth[core].min()))
    nearest = np.argmin(np.stack(reach), axis=0)
    pads = []
    for number, core in enumerate(cores):
        _, labels = cv2.connectedComponents((touched & (nearest == number)).astype(np.uint8))
        own = np.bincount(labels[core & touched]).argmax()
        pads.append(np.asarray(labels == own))
    return pads


def find_cores(depth: NDArray[np.float32]) -> list[Mask]:
    """The deep parts of each pad: raises the water until an area falls apart into two of some depth each, or is
    drowned; the last state before that is a core."""
    cores: list[Mask] = []
    shallowest, whole = SHALLOWEST_PAD_PX / STEP, (slice(0, depth.shape[0]), slice(0, depth.shape[1]))
    pending: list[tuple[Window, NDArray[np.float32], float]] = [(whole, depth, 0.0)]
    while pending:
        window, area, level = pending.pop()
        peak = float(area.max(initial=0.0))
        if peak < shallowest:
            continue
        for water in np.arange(level + 1.0, peak * (1 - NECK_SHARE), 1.0):
            least = max(float(water) / (1 - NECK_SHARE), shallowest)
            parts = [part for part in islands(area, float(water)) if part[1].max() > least]
            if len(parts) > 1:
                pending += [(inside(window, part), deep, float(water)) for part, deep in parts]
                break
        else:
            core = np.zeros(depth.shape, bool)
            core[window] = area > peak * (1 - NECK_SHARE)
            cores.append(core)
    return cores


def islands(area: NDArray[np.float32], water: float) -> list[tuple[Window, NDArray[np.float32]]]:
    """What rises above the water, piece by piece: where it lies, and its depths with nothing around it."""
    count, labels, boxes, _ = cv2.connectedComponentsWithStats((area > water).astype(np.uint8))
    found = []
    for number in range(1, count):
        left, top, width, height = (int(value) for value in boxes[number][:4])
        window = (slice(top, top + height), slice(left, left + width))
        deep = np.where(labels[window] == number, area[window], np.float32(0))
        found.append((window, np.asarray(deep, dtype=np.float32)))
    return found


def inside(outer: Window, inner: Window) -> Window:
    """`inner`, counted from where `outer` is counted from."""
    rows, columns = outer[0].start, outer[1].start
    return (
        slice(rows + inner[0].start, rows + inner[0].stop),
        slice(columns + inner[1].start, columns + inner[1].stop),
    )


def pad_of(mask: Mask) -> Pad | None:
    """A pad by its pixels; None for dirt."""
    shape = describe(mask)
    if shape.area_px * STEP * STEP < SMALLEST_PAD_PX:
        return None
    return Pad(mask, shape.middle_x_px, shape.middle_y_px, shape.length_px, shape.width_px, shape.lean_deg)


def hand_lean(pads: Sequence[Pad]) -> float:
    """Which way the fingers point, clockwise positive: the median lean of the pads that are long enough to tell."""
    leans = [pad.lean_deg for pad in pads if pad.length > LONGISH * pad.width]
    upright = [lean for lean in leans if abs(lean) < GREATEST_LEAN_DEG]
    return float(np.median(upright)) if upright else 0.0


def lies_below(pad: Pad, other: Pad, hand_lean_deg: float) -> bool:
    """Whether `other` is the tip, or the joint nearer to the tip, of the finger that `pad` belongs to.

    Each finger has its own direction in the fan: half way from the hand's to that of `other`, where that tells.
    """
    own = (hand_lean_deg + (other.lean_deg if other.length > CLEARLY_LONG * other.width else hand_lean_deg)) / 2
    if pad.length > CLEARLY_LONG * pad.width and abs(pad.lean_deg - own) > OTHER_FINGER_DEG:
        return False
    turn = np.deg2rad(own)
    dx, dy = pad.x - other.x, pad.y - other.y
    across, down = dx * np.cos(turn) + dy * np.sin(turn), -dx * np.sin(turn) + dy * np.cos(turn)
    reach = (pad.length + other.length) / 2
    in_line = abs(across) < BESIDE_SHARE * max(pad.width, other.width)
    return bool(in_line and NEAREST_JOINT * reach < down < FURTHEST_JOINT * reach)


def tip_of(pad: Pad, shape: tuple[int, ...]) -> Fingertip:
    """The tip at full size, without the joint that may hang on to it."""
    mask = pad.mask
    if pad.length > LONGEST_TIP * pad.width:
        mask = without_joint(pad)
    full = cv2.resize(mask.astype(np.uint8), (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR).astype(bool)
    rows, columns = np.flatnonzero(full.any(axis=1)), np.flatnonzero(full.any(axis=0))
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    return Fingertip(
        position=None,
        left_px=left,
        top_px=top,
        width_px=right - left,
        height_px=bottom - top,
        lean_deg=float(np.clip(pad.lean_deg, -GREATEST_LEAN_DEG, GREATEST_LEAN_DEG)),
        is_cut_off=left <= STEP or top <= STEP or right >= shape[1] - STEP or bottom >= shape[0] - STEP,
        mask=full[top:bottom, left:right],
    )


def without_joint(pad: Pad) -> Mask:
    """The upper TIP_LENGTH widths of a pad that is too long to be a tip alone."""
    rows, columns = np.nonzero(pad.mask)
    turn = np.deg2rad(pad.lean_deg)
    down = -(columns - pad.x) * np.sin(turn) + (rows - pad.y) * np.cos(turn)
    kept = down < down.min() + TIP_LENGTH * pad.width
    mask = np.zeros_like(pad.mask)
    mask[rows[kept], columns[kept]] = True
    return mask


def hand_of(tips: Sequence[Fingertip]) -> Hand | None:
    """Right or left, by the row of the tips: the little finger stays far behind the index. None where that does not
    tell: thumbs, fewer than three fingers, or both fit alike."""
    digits = [tip.position.digit for tip in tips if tip.position is not None]
    if len(digits) < FINGERS_THAT_TELL or Digit.THUMB in digits:
        return None
    asked = next(tip.position.hand for tip in tips if tip.position is not None)
    own = misfit(tips, [EXPECTED_REACH_PX[digit] for digit in digits])
    mirrored = misfit(tips, [EXPECTED_REACH_PX[digit] for digit in reversed(digits)])
    if abs(own - mirrored) < CLEARLY_PX:
        return None
    other = Hand.LEFT if asked is Hand.RIGHT else Hand.RIGHT
    return asked if own < mirrored else other


def misfit(tips: Sequence[Fingertip], reach: Sequence[float]) -> float:
    """How far, in px, the tips stay off a hand of that reach, its turn taken from the lean of the fingers."""
    turn = np.deg2rad(np.mean([tip.lean_deg for tip in tips]))
    x, y = np.array([tip.middle_px for tip in tips]).T
    down = -x * np.sin(turn) + y * np.cos(turn)
    off = (down - down.mean()) - (np.array(reach) - np.mean(reach))
    return float(np.sqrt((off**2).mean()))


def cut_tip(pixels: NDArray[np.uint8], tip: Fingertip, position: FingerPosition) -> FingerImage:
    """The print of one tip: upright, with a margin of bare glass, its neighbours and its next joint left out.

    A tip that leans by less than UPRIGHT_WITHIN_DEG keeps its pixels as they are.
    """
    glass = int(np.percentile(pixels[::STEP, ::STEP], GLASS_SHARE))
    rim = np.pad(tip.mask.astype(np.uint8), MARGIN_PX)
    alone = np.full(rim.shape, glass, np.uint8)
    inner = alone[MARGIN_PX:-MARGIN_PX, MARGIN_PX:-MARGIN_PX]
    part = pixels[tip.top_px : tip.top_px + tip.height_px, tip.left_px : tip.left_px + tip.width_px]
    np.copyto(inner, part, where=cv2.dilate(tip.mask.astype(np.uint8), disc(9)).astype(bool))
    if abs(tip.lean_deg) > UPRIGHT_WITHIN_DEG:
        rim = upright(rim, tip.lean_deg, 0, cv2.INTER_NEAREST)
        alone = upright(alone, tip.lean_deg, glass, cv2.INTER_CUBIC)
        rows, columns = np.flatnonzero(rim.any(axis=1)), np.flatnonzero(rim.any(axis=0))
        alone = alone[
            max(0, rows[0] - MARGIN_PX) : rows[-1] + MARGIN_PX, max(0, columns[0] - MARGIN_PX) : columns[-1] + MARGIN_PX
        ]
    return FingerImage(position, np.ascontiguousarray(alone))


def upright(picture: NDArray[np.uint8], lean_deg: float, ground: int, how: int) -> NDArray[np.uint8]:
    """`picture` turned so that what leans by `lean_deg` stands; the corners become `ground`. `how` is OpenCV's word
    for the interpolation."""
    height, width = picture.shape
    matrix = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), lean_deg, 1.0), dtype=np.float64)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    turned_width, turned_height = round(height * sin + width * cos), round(height * cos + width * sin)
    matrix[0, 2] += (turned_width - width) / 2
    matrix[1, 2] += (turned_height - height) / 2
    turned = cv2.warpAffine(
        picture,
        matrix,
        (turned_width, turned_height),
        flags=how,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(float(ground),),
    )
    return np.asarray(turned, dtype=np.uint8)
