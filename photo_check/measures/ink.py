"""Marks on a print that was scanned: thin lines of blue ink, and creases that run across the face."""

from typing import Final

import cv2
import numpy as np

from photo_check.landmarks import CHIN, FACE_OVAL, LEFT_EYE_RING, RIGHT_EYE_RING
from photo_check.measurement import Measurement, Unit
from photo_check.view import View

STROKE_PX: Final = 13  # at 100 px eye distance: what is wider is not a stroke of a pen
BLUER: Final = 9.0  # b* below its surroundings
CREASE_STEP: Final = 14  # grey levels above or below the surroundings
CREASE_PX: Final = 9
MIN_CREASE: Final = 55  # pixels at 100 px eye distance


def ink_share(view: View) -> Measurement:
    """The share of the picture above the chin, eyes apart, that thin blue or violet strokes cover."""
    lab = view.face_lab
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (STROKE_PX, STROKE_PX))
    bluer = cv2.morphologyEx(lab[..., 2], cv2.MORPH_BLACKHAT, kernel)
    ink = (bluer > BLUER) & (lab[..., 2] < -4) & (lab[..., 1] > -6)
    above = view.rows < view.points[CHIN, 1]
    field = view.face_in_photo & above
    for ring in (RIGHT_EYE_RING, LEFT_EYE_RING):
        field = field & ~view.area(ring, 6)
    if not field.any():
        return Measurement("ink_share", None, Unit.SHARE, "the face is not in the picture")
    return Measurement("ink_share", float(ink[field].mean()), Unit.SHARE)


def crease_length(view: View) -> Measurement:
    """The longest thin straight line inside the face, in eye distances."""
    grey = view.face_rgb @ np.array([0.299, 0.587, 0.114])
    grey8 = grey.astype(np.uint8)
    field = (view.skin & view.area(FACE_OVAL, -12)).astype(np.uint8)
    kernel = np.ones((CREASE_PX, CREASE_PX), np.uint8)
    longest = 0.0
    for operation in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT):
        thin = cv2.morphologyEx(grey8, operation, kernel) > CREASE_STEP
        marks = (thin & (field > 0)).astype(np.uint8) * 255
        lines = cv2.HoughLinesP(marks, 1, np.pi / 180, 40, minLineLength=MIN_CREASE, maxLineGap=6)
        if lines is not None:
            ends = lines.reshape(-1, 4).astype(np.float64)
            longest = max(longest, float(np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]).max()))
    return Measurement("crease_length", longest / 100, Unit.RATIO)
