"""Something on the head: a colour that hair seldom has, a brim, a hidden neck. Never sure: an officer looks."""

from typing import Final

import cv2
import numpy as np

from photo_check.landmarks import CHIN, FOREHEAD_TOP, LEFT_BROW_TOP, RIGHT_BROW_TOP
from photo_check.measurement import Measurement, Unit
from photo_check.view import FACE_EYES_AT, Mask, View

BLACK_OR_GREY, GOLD_OR_RED = np.array([3.0, 4.0]), np.array([13.0, 28.0])  # a*, b*: hair lies near the line between
TOP_REACH_PX: Final = 80
NECK_PX: Final = (14, 32, 32)  # from and to below the chin, and to both sides


BRIM_REACH_PX: Final = 50  # to both sides
BRIM_BAND_PX: Final = (2, 7)  # from and to, above and below a row
STRAIGHT: Final = 20  # percent of a brim's columns may change less than the measure says
STRANDS: Final = 0.012  # of its lightness: hair is rougher than this, cloth smoother


def _top(view: View) -> Mask:
    """The head above the forehead."""
    beside = np.abs(view.columns - FACE_EYES_AT[0]) < TOP_REACH_PX
    top = (view.rows < view.points[FOREHEAD_TOP, 1] - 8) & beside
    return np.asarray(top & (view.face_person > 0.8) & view.face_in_photo)


def head_top_lightness(view: View) -> Measurement:
    """Median L* above the forehead: a white cap is lighter than white hair."""
    top = view.once(_top)
    if top.sum() < 100:
        return Measurement("head_top_lightness", None, Unit.LIGHTNESS, "the top of the head is not in the picture")
    return Measurement("head_top_lightness", float(np.median(view.face_lab[..., 0][top])), Unit.LIGHTNESS)


def brim_edge(view: View) -> Measurement:
    """The strongest change of colour (ΔE) across a level line above the brows, the same all along it.

    A brim or a veil's hem is straight and what lies above it smooth; a hairline bends, and a fringe has strands (0).
    """
    if _roughness(view) > STRANDS:
        return Measurement("brim_edge", 0.0, Unit.COLOUR_DIFFERENCE)
    middle = int(FACE_EYES_AT[0])
    columns = slice(middle - BRIM_REACH_PX, middle + BRIM_REACH_PX)
    lowest = int(view.points[[RIGHT_BROW_TOP, LEFT_BROW_TOP], 1].min()) - 6
    near, far = BRIM_BAND_PX
    if lowest <= far + 1:
        return Measurement("brim_edge", None, Unit.COLOUR_DIFFERENCE, "the forehead is not in the picture")
    strip = cv2.GaussianBlur(view.face_lab[: lowest + far, columns], (0, 0), 1.0)
    sums = np.cumsum(np.concatenate([np.zeros_like(strip[:1]), strip]), axis=0)
    rows = np.arange(far, lowest)
    change = (sums[rows + far] - sums[rows + near] - sums[rows - near] + sums[rows - far]) / (far - near)
    typical = np.median(change, axis=1)
    size = np.linalg.norm(typical, axis=1)
    agreed = np.einsum("rcl,rl->rc", change, typical) / np.maximum(size, 1e-6)[:, None]
    on_head = ((view.face_person > 0.8) & view.face_in_photo)[rows - far, columns].mean(axis=1) >= 0.9
    straight = np.percentile(agreed, STRAIGHT, axis=1)[on_head]
    return Measurement("brim_edge", max(0.0, float(straight.max(initial=0.0))), Unit.COLOUR_DIFFERENCE)


def _roughness(view: View) -> float:
    """Median of fine detail above the forehead, over its lightness; 1 where that is not seen."""
    top = cv2.erode(view.once(_top).astype(np.uint8), np.ones((5, 5))) > 0
    if top.sum() < 100:
        return 1.0
    detail = np.abs(view.face_grey - cv2.GaussianBlur(view.face_grey, (0, 0), 1.5))
    return float(np.median(detail[top]) / (np.median(view.face_grey[top]) + 10))


def head_top_colour(view: View) -> Measurement:
    """How far the colour above the forehead is from the colours that hair grows in, by a* and b*."""
    top = view.once(_top)
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
