"""Something on the head: a colour that hair seldom has, or a neck that cannot be seen. Never sure: an officer looks."""

from typing import Final

import numpy as np

from photo_check.landmarks import CHIN, FOREHEAD_TOP
from photo_check.measurement import Measurement, Unit
from photo_check.view import FACE_EYES_AT, View

BLACK_OR_GREY, GOLD_OR_RED = np.array([3.0, 4.0]), np.array([13.0, 28.0])  # a*, b*: hair lies near the line between
TOP_REACH_PX: Final = 80
NECK_PX: Final = (14, 32, 32)  # from and to below the chin, and to both sides


def head_top_colour(view: View) -> Measurement:
    """How far the colour above the forehead is from the colours that hair grows in, by a* and b*."""
    beside = np.abs(view.columns - FACE_EYES_AT[0]) < TOP_REACH_PX
    top = (view.rows < view.points[FOREHEAD_TOP, 1] - 8) & beside
    top &= (view.face_person > 0.8) & view.face_in_photo
    if top.sum() < 100:
        return Measurement("head_top_colour", None, Unit.COLOUR_DIFFERENCE, "the top of the head is not in the picture")
    colour = np.median(view.face_lab[top][:, 1:], axis=0) - BLACK_OR_GREY
    line = GOLD_OR_RED - BLACK_OR_GREY
    nearest = np.clip(colour @ line / (line @ line), 0, 1) * line
    return Measurement("head_top_colour", float(np.hypot(*(colour - nearest))), Unit.COLOUR_DIFFERENCE)


def neck_colour(view: View) -> Measurement:
    """How far the colour just under the chin is from the face's, by a* and b*: a scarf or veil closes there."""
    x, y = (int(v) for v in view.points[CHIN])
    rows, columns = slice(y + NECK_PX[0], y + NECK_PX[1]), slice(max(0, x - NECK_PX[2]), x + NECK_PX[2])
    inside = view.face_in_photo[rows, columns]
    if inside.sum() < 100 or view.skin_ab is None:
        return Measurement("neck_colour", None, Unit.COLOUR_DIFFERENCE, "the neck is not in the picture")
    neck = np.median(view.face_lab[rows, columns][inside][:, 1:], axis=0)
    return Measurement("neck_colour", float(np.hypot(*(neck - np.array(view.skin_ab)))), Unit.COLOUR_DIFFERENCE)
