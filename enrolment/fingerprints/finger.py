"""Fingers and their images: what passes between scanner, quality, encoding and chip."""

from dataclasses import dataclass
from enum import Enum, IntEnum

import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.errors import FingerImageError

DOCUMENT_PPI = 500  # STANDARDS: ISO/IEC 19794-4 acquisition level 31; TR-03121-3 Vol 2, BIP-FP-APP
MM_PER_INCH = 25.4
LARGEST_SIDE_PX = 5000
SMALLEST_PRINT_SIDE_PX = 16  # below, NIST's code has nothing to work on and says so on standard error


class Hand(Enum):
    """The person's own right or left."""

    RIGHT = "right"
    LEFT = "left"


class Digit(Enum):
    """Which finger of a hand."""

    THUMB = "thumb"
    INDEX = "index"
    MIDDLE = "middle"
    RING = "ring"
    LITTLE = "little"


class FingerPosition(IntEnum):
    """The ten fingers with their codes of ISO/IEC 19794-4:2005 (and ANSI/NIST-ITL)."""

    RIGHT_THUMB = 1
    RIGHT_INDEX = 2
    RIGHT_MIDDLE = 3
    RIGHT_RING = 4
    RIGHT_LITTLE = 5
    LEFT_THUMB = 6
    LEFT_INDEX = 7
    LEFT_MIDDLE = 8
    LEFT_RING = 9
    LEFT_LITTLE = 10

    @property
    def label(self) -> str:
        """The name in files and on command lines: `right_index`."""
        return self.name.lower()

    @property
    def hand(self) -> Hand:
        """The hand it belongs to."""
        return Hand(self.label.split("_")[0])

    @property
    def digit(self) -> Digit:
        """Which finger of that hand."""
        return Digit(self.label.split("_")[1])

    @property
    def mirrored(self) -> "FingerPosition":
        """The same finger of the other hand."""
        return FingerPosition(self + 5 if self.hand is Hand.RIGHT else self - 5)

    @classmethod
    def of(cls, hand: Hand, digit: Digit) -> "FingerPosition":
        """The finger `digit` of `hand`."""
        return cls[f"{hand.value}_{digit.value}".upper()]

    @classmethod
    def from_label(cls, label: str) -> "FingerPosition":
        """The finger called `right_index` and the like. Raises FingerImageError for any other word."""
        try:
            return cls[label.strip().upper()]
        except KeyError:
            wanted = "one of " + ", ".join(position.label for position in cls)
            raise FingerImageError("finger position", f"`{label}` is none", wanted) from None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FingerImage:
    """One plain print: dark ridges on a light ground, fingertip up.

    Shape: `pixels` is uint8 (height, width), row 0 on top; it is made read-only here.
    """

    position: FingerPosition
    pixels: NDArray[np.uint8]
    ppi: int = DOCUMENT_PPI

    def __post_init__(self) -> None:
        pixels = self.pixels
        if pixels.ndim != 2 or pixels.dtype != np.uint8:
            raise FingerImageError("finger image", f"{pixels.ndim} dimensions of {pixels.dtype}", "8-bit grey, two")
        if not 0 < min(pixels.shape) <= max(pixels.shape) <= LARGEST_SIDE_PX:
            raise FingerImageError("finger image", "its sides", f"1 to {LARGEST_SIDE_PX} pixels")
        if not 100 <= self.ppi <= 2000:
            raise FingerImageError("finger image", f"{self.ppi} ppi", "100 to 2000 ppi")
        if pixels.flags.writeable:
            own = np.ascontiguousarray(pixels).copy()
            own.setflags(write=False)
            object.__setattr__(self, "pixels", own)

    def __repr__(self) -> str:
        return f"FingerImage({self.position.label}, {self.width_px}x{self.height_px} px, {self.ppi} ppi)"

    @property
    def width_px(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    @property
    def height_px(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @property
    def width_mm(self) -> float:
        """Width on the sensor."""
        return self.width_px / self.ppi * MM_PER_INCH

    @property
    def height_mm(self) -> float:
        """Height on the sensor."""
        return self.height_px / self.ppi * MM_PER_INCH
