"""Finger images from and to files: PNG, PGM, BMP, TIFF, JPEG 2000 and WSQ in; PNG and WSQ out."""

import io
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from enrolment.fingerprints.errors import FingerImageError
from enrolment.fingerprints.finger import (
    DOCUMENT_PPI,
    MM_PER_INCH,
    SMALLEST_PRINT_SIDE_PX,
    FingerImage,
    FingerPosition,
)
from enrolment.fingerprints.pictures import read_grey
from enrolment.fingerprints.wsq import decode_wsq, is_wsq

FORMATS = ("PNG", "PPM", "BMP", "TIFF", "JPEG2000", "JPEG")  # Pillow's names; PPM covers PGM
FORMATS_IN_WORDS = "PNG, PGM, BMP, TIFF, JPEG 2000 or WSQ"
LARGEST_FILE_BYTES = 32_000_000
LARGEST_PIXELS = 25_000_000


def encode_png(image: FingerImage) -> bytes:
    """`image` as 8-bit grey PNG that names its resolution."""
    return encode_grey_png(image.pixels, image.ppi)


def encode_grey_png(pixels: NDArray[np.uint8], ppi: int) -> bytes:
    """The same for any picture, such as a slap. Shape: uint8 (height, width)."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", dpi=(ppi, ppi))
    return buffer.getvalue()


def read_finger_file(path: Path, position: FingerPosition = FingerPosition.RIGHT_INDEX) -> FingerImage:
    """The print in a file. 1000 ppi is brought to 500; a file that names no resolution is taken at 500 ppi.

    Colour becomes grey, so that a photograph can be judged (and refused) like any other picture.
    Raises FingerImageError, WsqError for what cannot be read, or has a side below SMALLEST_PRINT_SIDE_PX.
    """
    where = path.name
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE_BYTES:
            raise FingerImageError(where, f"{size} bytes", f"at most {LARGEST_FILE_BYTES}")
        content = path.read_bytes()
    except OSError as problem:
        raise FingerImageError(where, problem.strerror or "cannot be read", "a readable file") from None
    is_coded = is_wsq(content)
    image = decode_wsq(content, position, where=where) if is_coded else read_picture(content, position, where)
    if min(image.width_px, image.height_px) < SMALLEST_PRINT_SIDE_PX:
        wanted = f"a fingerprint of at least {SMALLEST_PRINT_SIDE_PX} pixels a side"
        raise FingerImageError(where, f"{image.width_px}x{image.height_px} pixels", wanted)
    return image


def read_picture(content: bytes, position: FingerPosition, where: str) -> FingerImage:
    """The print in a picture of one of FORMATS. Raises FingerImageError."""
    picture = read_grey(content, FORMATS, LARGEST_PIXELS, where, FORMATS_IN_WORDS)
    pixels, ppi = picture.pixels, resolution_of(picture.stated_dpi)
    if abs(ppi - 2 * DOCUMENT_PPI) <= 0.02 * ppi:
        half = (max(1, pixels.shape[1] // 2), max(1, pixels.shape[0] // 2))
        pixels = np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return FingerImage(position, pixels)


def resolution_of(stated_dpi: object) -> float:
    """What a file says of its resolution, in ppi; DOCUMENT_PPI where it says nothing of use."""
    try:
        ppi = float(stated_dpi[0]) if isinstance(stated_dpi, tuple) else float(DOCUMENT_PPI)
    except (TypeError, ValueError, IndexError):
        return float(DOCUMENT_PPI)
    return ppi if ppi > 10 * MM_PER_INCH else float(DOCUMENT_PPI)  # 72 and 96 ppi are screens' defaults, not scans'
