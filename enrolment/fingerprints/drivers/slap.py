"""Four fingers or two thumbs side by side on one large sensor, and where each of them lies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.finger import Digit, FingerImage, FingerPosition

SLAP_WIDTH_PX, SLAP_HEIGHT_PX = 1600, 1500  # 81 x 76 mm at 500 ppi, the FAP 60 of the FBI's mobile ID profile
REACH_PX = {Digit.INDEX: 95, Digit.MIDDLE: 0, Digit.RING: 60, Digit.LITTLE: 230, Digit.THUMB: 60}  # below the longest
TOP_PX = 120
GLASS_GREY, GLASS_NOISE = 244.0, 2.2
TOUCHED_GREY = 232  # anything darker is skin, not glass


@dataclass(frozen=True, slots=True)
class SlapFinger:
    """Where a finger's picture lies on the slap, in px from its top left corner."""

    position: FingerPosition
    left_px: int
    top_px: int
    width_px: int
    height_px: int

    def cut(self, slap: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """This finger's part of the slap."""
        return slap[self.top_px : self.top_px + self.height_px, self.left_px : self.left_px + self.width_px]


def compose_slap(
    prints: Sequence[FingerImage], slots: Sequence[FingerPosition], random: np.random.Generator
) -> tuple[NDArray[np.uint8], tuple[SlapFinger, ...]]:
    """The picture of `prints` laid down together, and the truth about where they lie.

    `slots` are the places from left to right, the missing fingers' among them, which stay empty.
    Shape: uint8 (SLAP_HEIGHT_PX, SLAP_WIDTH_PX).
    """
    bare = GLASS_GREY + random.standard_normal((SLAP_HEIGHT_PX, SLAP_WIDTH_PX), dtype=np.float32) * GLASS_NOISE
    slap = np.asarray(np.clip(np.rint(bare), 0, 255), dtype=np.uint8)
    pitch = SLAP_WIDTH_PX // len(slots)
    truth = []
    for finger in prints:
        left = slots.index(finger.position) * pitch + (pitch - finger.width_px) // 2
        top = TOP_PX + REACH_PX[finger.position.digit] + int(random.integers(-15, 16))
        place = SlapFinger(finger.position, max(0, left), top, finger.width_px, finger.height_px)
        area = place.cut(slap)
        np.copyto(area, finger.pixels, where=finger.pixels < TOUCHED_GREY)
        truth.append(place)
    return slap, tuple(truth)
