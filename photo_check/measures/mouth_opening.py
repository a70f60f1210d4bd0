"""How far the lips stand apart."""

import numpy as np

from photo_check.landmarks import CHIN, LOWER_LIP_INNER, UPPER_LIP_INNER
from photo_check.measurement import Measurement, Unit
from photo_check.view import FACE_EYES_AT, View


def mouth_opening(view: View) -> Measurement:
    """The gap between the lips' inner edges over the distance from the eyes to the chin."""
    p = view.points
    gap = float(np.linalg.norm(p[UPPER_LIP_INNER] - p[LOWER_LIP_INNER]))
    length = float(np.linalg.norm(p[CHIN] - np.array(FACE_EYES_AT)))
    return Measurement("mouth_opening", gap / max(1e-6, length), Unit.SHARE)
