"""Something in front of mouth and chin: the lower face against the skin under the eyes and on the forehead."""

import numpy as np
from numpy.typing import NDArray

from photo_check.landmarks import FACE_OVAL, FOREHEAD_TOP, LEFT_BROW_TOP, NOSE_BASE, RIGHT_BROW_TOP
from photo_check.measurement import Measurement, Unit
from photo_check.measures.glasses import EYES
from photo_check.view import View

ENOUGH_PX = 50


def _lower_and_upper(view: View) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]] | None:
    """Median Lab below the nose, and that of the skin under the eyes and of the forehead, where they are seen."""
    below_nose = view.rows > view.points[NOSE_BASE, 1] + 8
    lower = view.area(FACE_OVAL, -10) & below_nose & view.face_in_photo
    under_eyes = np.zeros_like(lower)
    for ring, lid in EYES:
        under = view.rows > view.points[lid, 1] + 2
        under_eyes |= view.area(ring, 22) & ~view.area(ring, 7) & under & view.face_in_photo
    top, brows = view.points[FOREHEAD_TOP, 1], view.points[[RIGHT_BROW_TOP, LEFT_BROW_TOP], 1].min()
    forehead = (view.rows > (top + 2 * brows) / 3) & (view.rows < brows - 8) & view.skin
    upper = [np.median(view.face_lab[part], axis=0) for part in (under_eyes, forehead) if part.sum() >= ENOUGH_PX]
    if lower.sum() < 2 * ENOUGH_PX or not upper:
        return None
    return np.median(view.face_lab[lower], axis=0), upper


def lower_face_colour(view: View) -> Measurement:
    """Difference in a* and b* between the face below the nose and above it: a beard changes it little.

    The nearer of under the eyes and forehead counts: dark lenses or a fringe over one of them hide no mouth.
    """
    found = view.once(_lower_and_upper)
    if found is None:
        return Measurement("lower_face_colour", None, Unit.COLOUR_DIFFERENCE, "the lower face is not in the picture")
    lower, upper = found
    away = min(float(np.hypot(*(lower - part)[1:])) for part in upper)
    return Measurement("lower_face_colour", away, Unit.COLOUR_DIFFERENCE)


def lower_face_lightness(view: View) -> Measurement:
    """L* below the nose over that above it, the lighter part: a white cloth is lighter than skin, a beard darker."""
    found = view.once(_lower_and_upper)
    if found is None:
        return Measurement("lower_face_lightness", None, Unit.RATIO, "the lower face is not in the picture")
    lower, upper = found
    lightest = max(float(part[0]) for part in upper)
    return Measurement("lower_face_lightness", float(lower[0]) / max(1.0, lightest), Unit.RATIO)
