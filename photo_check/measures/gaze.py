"""Where the eyes look: how far the irises stand from the middle between the eye's corners."""

from photo_check.landmarks import (
    LEFT_EYE_INNER,
    LEFT_EYE_OUTER,
    LEFT_IRIS,
    RIGHT_EYE_INNER,
    RIGHT_EYE_OUTER,
    RIGHT_IRIS,
)
from photo_check.measurement import Measurement, Unit
from photo_check.view import View


def gaze_offset(view: View) -> Measurement:
    """Sideways offset of both irises, as a share of the eye's width; squinting eyes that meet give zero."""
    x = view.points[:, 0]

    def place(iris: int, left: int, right: int) -> float:
        return float((x[iris] - x[left]) / max(1e-6, x[right] - x[left])) - 0.5

    right = place(RIGHT_IRIS, RIGHT_EYE_OUTER, RIGHT_EYE_INNER)
    left = place(LEFT_IRIS, LEFT_EYE_INNER, LEFT_EYE_OUTER)
    return Measurement("gaze_offset", abs(right + left) / 2, Unit.SHARE)
