"""Marks on a print that was scanned: ink of a pen or stamp, and creases, as thin strokes where skin has none."""

from typing import Final

import cv2
import numpy as np

from photo_check.landmarks import CHIN, FACE_OVAL, LEFT_EYE_RING, LIPS_OUTER, NOSE_BASE, RIGHT_EYE_RING
from photo_check.measurement import Measurement, Unit
from photo_check.view import FACE_IED_PX, Mask, View

EYES: Final = (RIGHT_EYE_RING, LEFT_EYE_RING)
STROKE_PX: Final = 13  # at 100 px eye distance: what is wider is not a stroke of a pen
BLUER: Final = 9.0  # b* below its surroundings
THIN_PX: Final = 9
DARKER: Final = 0.28  # of the skin's own L*, below the surroundings: folds and pores are shallower
LIGHTER: Final = 9.0  # L* above the surroundings
AROUND_EYES_PX: Final = 46  # eyes, brows and the rims of large glasses
NOSTRILS_PX: Final = (30, 16)


def ink_share(view: View) -> Measurement:
    """The share of the picture above the chin, eyes apart, that thin blue or violet strokes cover."""
    lab = view.face_lab
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (STROKE_PX, STROKE_PX))
    levels = np.asarray(np.clip(lab[..., 2] * 2 + 128, 0, 255), np.uint8)  # half steps of b*
    bluer = cv2.morphologyEx(levels, cv2.MORPH_BLACKHAT, kernel)
    ink = (bluer > 2 * BLUER) & (lab[..., 2] < -4) & (lab[..., 1] > -6)
    above = view.rows < view.points[CHIN, 1]
    field = view.face_in_photo & above
    for ring in EYES:
        field = field & ~view.area(ring, 6)
    if not field.any():
        return Measurement("ink_share", None, Unit.SHARE, "the face is not in the picture")
    return Measurement("ink_share", float(ink[field].mean()), Unit.SHARE)


def dark_stroke(view: View) -> Measurement:
    """The extent of the longest thin dark stroke on bare skin, in eye distances: a pen, a dark crease, a strand."""
    if not view.skin.any():
        return Measurement("dark_stroke", None, Unit.RATIO, "no skin is visible")
    darker = DARKER * float(np.median(view.face_lab[..., 0][view.skin]))
    return Measurement("dark_stroke", _longest(view, cv2.MORPH_BLACKHAT, darker), Unit.RATIO)


def light_stroke(view: View) -> Measurement:
    """The extent of the longest thin light stroke on bare skin, in eye distances: a crease in the print's coat."""
    if not view.skin.any():
        return Measurement("light_stroke", None, Unit.RATIO, "no skin is visible")
    return Measurement("light_stroke", _longest(view, cv2.MORPH_TOPHAT, LIGHTER), Unit.RATIO)


def _longest(view: View, polarity: int, at_least: float) -> float:
    lightness = np.asarray(view.face_lab[..., 0] * 2.5, np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (THIN_PX, THIN_PX))
    strokes = (cv2.morphologyEx(lightness, polarity, kernel) > 2.5 * at_least) & view.once(_bare_skin)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(strokes.astype(np.uint8), connectivity=8)
    if count < 2:
        return 0.0
    sizes = boxes[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].astype(np.float64)
    return float(np.hypot(sizes[:, 0], sizes[:, 1]).max()) / FACE_IED_PX


def _bare_skin(view: View) -> Mask:
    """The face inside its outline without eyes, brows, nostrils and mouth."""
    skin = view.area(FACE_OVAL, -10) & view.face_in_photo & ~view.area(LIPS_OUTER, 10)
    for ring in EYES:
        skin &= ~view.area(ring, AROUND_EYES_PX)
    x, y = view.points[NOSE_BASE]
    nostrils = (np.abs(view.columns - x) < NOSTRILS_PX[0]) & (np.abs(view.rows - y) < NOSTRILS_PX[1])
    return np.asarray(skin & ~nostrils)
