"""Whether the face is in focus and did not move."""

import cv2
import numpy as np

from photo_check.landmarks import FACE_OVAL
from photo_check.measurement import Measurement, Unit
from photo_check.view import View

FINE, FINER = 1.4, 0.7  # Gaussian sigmas in pixels of the face at 100 px eye distance
COARSE, COARSER = 2.0, 4.0


def fine_detail(view: View) -> Measurement:
    """Energy of fine detail over energy of coarser detail, at a fixed eye distance.

    A ratio: contrast, light and skin cancel out; blur takes the fine and leaves the coarse.
    """
    grey, face = view.face_grey, view.area(FACE_OVAL, -6) & view.face_in_photo
    if not face.any():
        return Measurement("fine_detail", None, Unit.RATIO, "the face is not in the picture")
    fine = cv2.GaussianBlur(grey, (0, 0), FINER) - cv2.GaussianBlur(grey, (0, 0), FINE)
    coarse = cv2.GaussianBlur(grey, (0, 0), COARSE) - cv2.GaussianBlur(grey, (0, 0), COARSER)
    ratio = float(np.mean(fine[face] ** 2)) / max(1e-6, float(np.mean(coarse[face] ** 2)))
    return Measurement("fine_detail", ratio**0.5, Unit.RATIO)
