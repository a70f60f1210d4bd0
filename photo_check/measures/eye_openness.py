"""How far the eyes are open: the gap between the lids over the eye's width, of the eye that is less open."""

from typing import Final

import numpy as np

from photo_check.landmarks import (
    LEFT_EYE_INNER,
    LEFT_EYE_OUTER,
    LEFT_LIDS,
    RIGHT_EYE_INNER,
    RIGHT_EYE_OUTER,
    RIGHT_LIDS,
)
from photo_check.measurement import Measurement, Unit
from photo_check.view import View

EYES: Final = (
    (RIGHT_LIDS, RIGHT_EYE_OUTER, RIGHT_EYE_INNER),
    (LEFT_LIDS, LEFT_EYE_INNER, LEFT_EYE_OUTER),
)


def lid_gaps(view: View) -> tuple[float, float]:
    """Mean of three lid gaps over the width between the eye's corners: of the person's right eye, of the left."""
    p = view.points

    def gap(eye: int) -> float:
        lids, corner, other = EYES[eye]
        gaps = [float(np.linalg.norm(p[upper] - p[lower])) for upper, lower in lids]
        return float(np.mean(gaps)) / max(1e-6, float(np.linalg.norm(p[corner] - p[other])))

    return gap(0), gap(1)


def eye_openness(view: View) -> Measurement:
    """The lid gap of the eye that is less open."""
    return Measurement("eye_openness", min(lid_gaps(view)), Unit.RATIO)
