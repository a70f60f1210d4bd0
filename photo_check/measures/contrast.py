"""How much light and dark the face has."""

import numpy as np

from photo_check.landmarks import FACE_OVAL
from photo_check.measurement import Measurement, Unit
from photo_check.view import View


def face_contrast(view: View) -> Measurement:
    """L* from the darkest to the lightest percent of the face, pupils and brows included."""
    face = view.area(FACE_OVAL) & view.face_in_photo
    if not face.any():
        return Measurement("face_contrast", None, Unit.LIGHTNESS, "the face is not in the picture")
    low, high = np.percentile(view.face_lab[..., 0][face], (1, 99))
    return Measurement("face_contrast", float(high - low), Unit.LIGHTNESS)
