"""How much a face smiles: a wide mouth, its corners up and drawn back, and the folds beside the nose pushed down."""

from typing import Final

import numpy as np

from photo_check.landmarks import (
    LEFT_FOLD,
    LIPS_INNER_LOWER,
    LIPS_INNER_UPPER,
    LOWER_LIP_INNER,
    MOUTH_INNER_LEFT,
    MOUTH_INNER_RIGHT,
    MOUTH_LEFT,
    MOUTH_RIGHT,
    RIGHT_FOLD,
    UPPER_LIP_INNER,
)
from photo_check.measurement import Measurement, Unit
from photo_check.view import FACE_IED_PX, View

# Mean and spread of neutral people, in eye distances (docs/photo.md#calibration)
MOUTH_WIDTH: Final = (0.775, 0.056)
CORNER_LIFT: Final = (-0.0265, 0.0214)  # the lips' corners over the line where they meet
CORNER_DEPTH: Final = (0.198, 0.0136)  # how far the corners lie behind the lips' middle
FOLD_TO_CORNER: Final = (0.477, 0.0304)  # cheek beside the nose to the mouth's corner: the shorter the more


def smile(view: View) -> Measurement:
    """Mean of four signs, each in spreads of neutral people (0: the average neutral face).

    A faint smile shows in the depth of the corners and in the folds before it shows in the mouth's width.
    """
    p = view.points
    z = view.face.points_px[:, 2] * (FACE_IED_PX / max(1e-6, view.head.ied_px))
    width = float(np.linalg.norm(p[MOUTH_RIGHT] - p[MOUTH_LEFT]))
    lips = float(p[[*LIPS_INNER_UPPER, *LIPS_INNER_LOWER], 1].mean())
    lift = lips - float(p[MOUTH_INNER_RIGHT, 1] + p[MOUTH_INNER_LEFT, 1]) / 2
    depth = float(z[MOUTH_RIGHT] + z[MOUTH_LEFT] - z[UPPER_LIP_INNER] - z[LOWER_LIP_INNER]) / 2
    folds = (_apart(p, RIGHT_FOLD, MOUTH_RIGHT) + _apart(p, LEFT_FOLD, MOUTH_LEFT)) / 2
    signs = (
        _spreads(width, MOUTH_WIDTH),
        _spreads(lift, CORNER_LIFT),
        _spreads(depth, CORNER_DEPTH),
        -_spreads(folds, FOLD_TO_CORNER),
    )
    return Measurement("smile", sum(signs) / len(signs), Unit.SPREADS)


def _apart(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]], one: int, other: int) -> float:
    return float(np.linalg.norm(points[one] - points[other]))


def _spreads(value_px: float, neutral: tuple[float, float]) -> float:
    return (value_px / FACE_IED_PX - neutral[0]) / neutral[1]
