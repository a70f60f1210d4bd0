"""Grain: what a sensor adds in poor light."""

import cv2
import numpy as np

from photo_check.landmarks import Point
from photo_check.measurement import Measurement, Unit
from photo_check.view import View

# J. Immerkær, "Fast noise variance estimation", 1996: a mask blind to edges that are straight
SECOND_DIFFERENCES = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
MEDIAN_TO_SIGMA = 1.4826 / 6
RIGHT_CHEEK, LEFT_CHEEK = 50, 280
PATCH_IED = 0.2


def pixel_noise(view: View) -> Measurement:
    """Noise on both cheeks, as a standard deviation in grey levels, in the photo's pixels."""
    grey = np.asarray(cv2.cvtColor(view.photo.pixels, cv2.COLOR_RGB2GRAY), np.float32)
    patches = [_patch(grey, view.face.at(cheek), view.head.ied_px) for cheek in (RIGHT_CHEEK, LEFT_CHEEK)]
    rough = [np.abs(cv2.filter2D(patch, -1, SECOND_DIFFERENCES)).ravel() for patch in patches if patch.size > 25]
    if not rough:
        return Measurement("pixel_noise", None, Unit.LEVELS, "no cheek is in the picture")
    return Measurement("pixel_noise", float(np.median(np.concatenate(rough))) * MEDIAN_TO_SIGMA, Unit.LEVELS)


def _patch(
    grey: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", centre: Point, ied_px: float
) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    half = max(4, int(PATCH_IED * ied_px))
    x, y = int(centre[0]), int(centre[1])
    return grey[max(0, y - half) : max(0, y + half), max(0, x - half) : max(0, x + half)]
