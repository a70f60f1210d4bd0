"""Whether the eyes can be seen: dark lenses, glare and hair take the contrast of white and iris away."""

from typing import Final

import numpy as np

from photo_check.landmarks import FACE_OVAL, LEFT_EYE_RING, RIGHT_EYE_RING
from photo_check.measurement import Measurement, Unit
from photo_check.measures.eye_openness import lid_gaps
from photo_check.view import View

MIN_FACE_RANGE: Final = 5.0  # L*: below this the picture has no contrast to compare with
SHUT: Final = 0.17  # lid gap below which a lid lies over the eye; behind lenses and hair the mesh draws eyes wide open


def eye_contrast_share(view: View) -> Measurement:
    """Light and dark of the eye over light and dark of the whole face, of the eye that shows less.

    A share, so that neither the light in the room nor the colour of skin and eyes moves it much. A shut eye is left
    out: a lid has no contrast, and that it is shut is said by `eye_openness`.
    """
    lightness = view.face_lab[..., 0]
    low, high = np.percentile(lightness[view.area(FACE_OVAL)], (1, 99))
    if high - low < MIN_FACE_RANGE:
        return Measurement("eye_contrast_share", None, Unit.SHARE, "the face has no contrast")
    ranges = []
    for ring, gap in zip((RIGHT_EYE_RING, LEFT_EYE_RING), lid_gaps(view), strict=True):
        eye = lightness[view.area(ring)]
        if gap >= SHUT:
            ranges.append(float(np.subtract(*np.percentile(eye, (92, 8)))) if eye.size > 20 else 0.0)
    if not ranges:
        return Measurement("eye_contrast_share", None, Unit.SHARE, "the eyes are shut")
    return Measurement("eye_contrast_share", min(ranges) / float(high - low), Unit.SHARE)
