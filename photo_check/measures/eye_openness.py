"""How far the eyes are open: the gap between the lids over the eye's width, of the eye that is less open."""

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


def eye_openness(view: View) -> Measurement:
    """Mean of three lid gaps over the width between the eye's corners; the smaller of both eyes."""
    p = view.points
    eyes = ((RIGHT_LIDS, RIGHT_EYE_OUTER, RIGHT_EYE_INNER), (LEFT_LIDS, LEFT_EYE_INNER, LEFT_EYE_OUTER))
    open_shares = []
    for lids, corner, other in eyes:
        gaps = [float(np.linalg.norm(p[upper] - p[lower])) for upper, lower in lids]
        open_shares.append(float(np.mean(gaps)) / max(1e-6, float(np.linalg.norm(p[corner] - p[other]))))
    return Measurement("eye_openness", min(open_shares), Unit.RATIO)
