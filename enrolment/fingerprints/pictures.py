"""Pictures from files and devices: decoded to 8-bit grey, their size judged before anything is unpacked."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from enrolment.fingerprints.errors import FingerImageError

EIGHT_BIT_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"})  # Pillow's names
WIDENED_FORMATS = frozenset({"PNG", "PPM"})  # whose 16-bit grey Pillow may hold in 32 bits, at full scale


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GreyPicture:
    """A picture in grey, and what its file says of its resolution. Shape: `pixels` uint8 (height, width)."""

    pixels: NDArray[np.uint8]
    stated_dpi: object


def read_grey(
    content: bytes, formats: tuple[str, ...], largest_px: int, where: str, wanted: str | None = None
) -> GreyPicture:
    """The picture in `content`, one of Pillow's `formats`; `wanted` names these for people.

    Colour becomes grey; of 16 bits the upper 8 are kept. Raises FingerImageError for what is no picture, has more than
    `largest_px` pixels, or counts its greys in fractions or in more than 16 bits.
    """
    try:
        with Image.open(io.BytesIO(content), formats=formats) as picture:
            if picture.width * picture.height > largest_px:
                raise FingerImageError(where, f"{picture.width}x{picture.height} pixels", f"at most {largest_px}")
            return GreyPicture(grey_of(picture, where), picture.info.get("dpi"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise FingerImageError(where, "is no picture, or is cut off", wanted or " or ".join(formats)) from None


def decode_grey(content: bytes, formats: tuple[str, ...], largest_px: int, where: str) -> NDArray[np.uint8]:
    """The pixels of `read_grey`. Raises FingerImageError."""
    return read_grey(content, formats, largest_px, where).pixels


def grey_of(picture: Image.Image, where: str) -> NDArray[np.uint8]:
    """`picture` in 8-bit grey. Raises FingerImageError for greys of another kind than 8 or 16 bits."""
    if picture.mode in EIGHT_BIT_MODES:
        return np.asarray(picture.convert("L"), dtype=np.uint8)
    if not is_16_bit_grey(picture):
        raise FingerImageError(where, f"its pixels are of the kind {picture.mode}", "8- or 16-bit grey")
    return (np.asarray(picture).astype(np.uint32) >> 8).astype(np.uint8)


def is_16_bit_grey(picture: Image.Image) -> bool:
    """Whether its greys fill 16 bits, 0 being black. A TIFF says so itself: Pillow neither stretches nor turns it."""
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        bits = picture.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE)
        zero_is_black = picture.tag_v2.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == 1
        return picture.mode.startswith("I;16") and bits == (16,) and zero_is_black
    return picture.mode.startswith("I;16") or (picture.mode == "I" and picture.format in WIDENED_FORMATS)
