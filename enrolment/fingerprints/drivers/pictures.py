"""Pictures that a device sends: decoded to grey, their size judged before anything is unpacked."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from enrolment.fingerprints.errors import FingerImageError


def decode_grey(content: bytes, formats: tuple[str, ...], largest_px: int, where: str) -> NDArray[np.uint8]:
    """The picture in `content`, one of Pillow's `formats`. Shape: uint8 (height, width).

    Raises FingerImageError for what is none, or has more than `largest_px` pixels.
    """
    try:
        with Image.open(io.BytesIO(content), formats=formats) as picture:
            if picture.width * picture.height > largest_px:
                raise FingerImageError(where, f"{picture.width}x{picture.height} pixels", f"at most {largest_px}")
            return np.asarray(picture.convert("L"), dtype=np.uint8)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise FingerImageError(where, "is no picture, or is cut off", " or ".join(formats)) from None
