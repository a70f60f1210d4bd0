"""Whether the face is in focus and did not move."""

from typing import Final

import cv2
import numpy as np

from photo_check.landmarks import FACE_OVAL
from photo_check.measurement import Measurement, Unit
from photo_check.view import Grey, View

FINE, FINER = 1.4, 0.7  # Gaussian sigmas in pixels of the face at 100 px eye distance
COARSE, COARSER = 2.0, 4.0
ALONE: Final = np.ones((1, 1))


def fine_detail(view: View) -> Measurement:
    """Energy of fine detail over energy of coarser detail, at a fixed eye distance, along the axis that shows less.

    A ratio: contrast, light and skin cancel out; blur takes the fine and leaves the coarse. Both axes are looked at by
    themselves, since a head or hand that moves takes the detail along its way alone.
    """
    face = view.area(FACE_OVAL, -6) & view.face_in_photo
    if not face.any():
        return Measurement("fine_detail", None, Unit.RATIO, "the face is not in the picture")
    rows, columns = np.flatnonzero(face.any(axis=1)), np.flatnonzero(face.any(axis=0))
    part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    grey, face = view.face_grey[part], face[part]
    ratios = []
    for is_across in (True, False):
        fine = _smoothed(grey, FINER, is_across) - _smoothed(grey, FINE, is_across)
        coarse = _smoothed(grey, COARSE, is_across) - _smoothed(grey, COARSER, is_across)
        ratios.append(float(np.mean(fine[face] ** 2)) / max(1e-6, float(np.mean(coarse[face] ** 2))))
    return Measurement("fine_detail", min(ratios) ** 0.5, Unit.RATIO)


def _smoothed(grey: Grey, sigma: float, is_across: bool) -> Grey:
    """Smoothed along one axis only."""
    kernel = cv2.getGaussianKernel(2 * round(3 * sigma) + 1, sigma)
    across, down = (kernel, ALONE) if is_across else (ALONE, kernel)
    return np.asarray(cv2.sepFilter2D(grey, cv2.CV_32F, across, down), np.float32)
