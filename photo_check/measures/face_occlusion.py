"""Something in front of mouth and chin: the lower face against the skin under the eyes."""

import numpy as np

from photo_check.landmarks import FACE_OVAL, NOSE_BASE
from photo_check.measurement import Measurement, Unit
from photo_check.measures.glasses import EYES
from photo_check.view import View


def _lower_and_upper(view: View) -> "tuple[np.ndarray[tuple[int, ...], np.dtype[np.float32]], ...] | None":
    below_nose = view.rows > view.points[NOSE_BASE, 1] + 8
    lower = view.area(FACE_OVAL, -10) & below_nose & view.face_in_photo
    upper = np.zeros_like(lower)
    for ring, lid in EYES:
        under = view.rows > view.points[lid, 1] + 2
        upper |= view.area(ring, 22) & ~view.area(ring, 7) & under & view.face_in_photo
    if lower.sum() < 100 or upper.sum() < 50:
        return None
    return np.median(view.face_lab[lower], axis=0), np.median(view.face_lab[upper], axis=0)


def lower_face_colour(view: View) -> Measurement:
    """Difference in a* and b* between the face below the nose and under the eyes: a beard changes it little."""
    pair = _lower_and_upper(view)
    if pair is None:
        return Measurement("lower_face_colour", None, Unit.COLOUR_DIFFERENCE, "the lower face is not in the picture")
    return Measurement("lower_face_colour", float(np.hypot(*(pair[0] - pair[1])[1:])), Unit.COLOUR_DIFFERENCE)


def lower_face_lightness(view: View) -> Measurement:
    """L* below the nose over L* under the eyes: a white cloth is lighter than skin, a beard darker."""
    pair = _lower_and_upper(view)
    if pair is None:
        return Measurement("lower_face_lightness", None, Unit.RATIO, "the lower face is not in the picture")
    return Measurement("lower_face_lightness", float(pair[0][0] / max(1.0, float(pair[1][0]))), Unit.RATIO)
