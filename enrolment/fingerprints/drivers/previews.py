"""The picture that an officer sees while a finger is being taken."""

import cv2
import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.finger import FingerImage


def halve(image: FingerImage) -> NDArray[np.uint8]:
    """A preview of `image` at half its resolution. Shape: uint8 (height, width)."""
    size = (max(1, image.width_px // 2), max(1, image.height_px // 2))
    return np.asarray(cv2.resize(image.pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
