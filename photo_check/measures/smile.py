"""How much a face smiles: the mouth wider and its corners higher than in neutral faces."""

from typing import Final

import numpy as np

from photo_check.landmarks import LOWER_LIP_INNER, MOUTH_LEFT, MOUTH_RIGHT, UPPER_LIP_INNER
from photo_check.measurement import Measurement, Unit
from photo_check.view import FACE_IED_PX, View

# Mean and spread of neutral faces, in eye distances (docs/photo.md#calibration)
MOUTH_WIDTH: Final = (0.777, 0.060)
CORNER_LIFT: Final = (-0.020, 0.040)


def smile(view: View) -> Measurement:
    """Mean of mouth width and lift of its corners, each in spreads of neutral faces (0: the average neutral face)."""
    p = view.points
    width = float(np.linalg.norm(p[MOUTH_RIGHT] - p[MOUTH_LEFT])) / FACE_IED_PX
    middle = float(p[UPPER_LIP_INNER, 1] + p[LOWER_LIP_INNER, 1]) / 2
    lift = (middle - float(p[MOUTH_RIGHT, 1] + p[MOUTH_LEFT, 1]) / 2) / FACE_IED_PX
    wide = (width - MOUTH_WIDTH[0]) / MOUTH_WIDTH[1]
    lifted = (lift - CORNER_LIFT[0]) / CORNER_LIFT[1]
    return Measurement("smile", (wide + lifted) / 2, Unit.SPREADS)
