"""Glasses: dark or tinted lenses, frames across the eyes, reflections. Clear glasses in a thin frame move nothing."""

from typing import Final

import numpy as np

from photo_check.landmarks import LEFT_EYE_RING, RIGHT_EYE_RING
from photo_check.measurement import Measurement, Unit
from photo_check.view import Mask, View

RIGHT_LOWER_LID, LEFT_LOWER_LID = 145, 374
LENS_REACH_PX: Final = 22  # around the eye, at 100 px eye distance: skin seen through a lens
CHEEK_BELOW_PX: Final = (52, 84)  # below the lower lid: skin under a lens
FRAME_DARK: Final = 0.45  # of the cheek's L*
GLARE_LIGHTNESS: Final = 85.0
EYES: Final = ((RIGHT_EYE_RING, RIGHT_LOWER_LID), (LEFT_EYE_RING, LEFT_LOWER_LID))


def _cheek_lightness(view: View, lid: int) -> float | None:
    """Median L* of the cheek below one eye: the same skin in the same light."""
    x, y = (int(v) for v in view.points[lid])
    rows, columns = slice(y + CHEEK_BELOW_PX[0], y + CHEEK_BELOW_PX[1]), slice(max(0, x - 24), x + 24)
    skin = view.skin[rows, columns]
    lightness = view.face_lab[rows, columns, 0]
    return float(np.median(lightness[skin])) if skin.sum() > 60 else None


def _under_eye(view: View, ring: tuple[int, ...], lid: int) -> Mask:
    below = view.rows > view.points[lid, 1] + 2
    return np.asarray(view.area(ring, LENS_REACH_PX) & ~view.area(ring, 7) & below & view.face_in_photo)


def lens_lightness(view: View) -> Measurement:
    """The skin close under the eye over the cheek further down, by L*, of the darker side (1: no lens between)."""
    shares = []
    for ring, lid in EYES:
        cheek, under = _cheek_lightness(view, lid), _under_eye(view, ring, lid)
        if cheek and under.any():
            shares.append(float(np.median(view.face_lab[..., 0][under])) / max(1.0, cheek))
    if not shares:
        return Measurement("lens_lightness", None, Unit.RATIO, "no cheek is visible to compare with")
    return Measurement("lens_lightness", min(shares), Unit.RATIO)


def frame_over_eye(view: View) -> Measurement:
    """The share of a narrow ring around the eye that is far darker than the cheek, of the more covered eye."""
    covered = []
    for ring, lid in EYES:
        cheek, around = _cheek_lightness(view, lid), view.area(ring, 12) & ~view.area(ring, 3) & view.face_in_photo
        if cheek and around.any():
            covered.append(float((view.face_lab[..., 0][around] < FRAME_DARK * cheek).mean()))
    if not covered:
        return Measurement("frame_over_eye", None, Unit.SHARE, "no cheek is visible to compare with")
    return Measurement("frame_over_eye", max(covered), Unit.SHARE)


def eye_glare(view: View) -> Measurement:
    """The share of the eye and the skin just around it that is nearly white, of the worse eye."""
    whites = []
    for ring, _ in EYES:
        eye = view.area(ring, 6) & view.face_in_photo
        if eye.any():
            whites.append(float((view.face_lab[..., 0][eye] > GLARE_LIGHTNESS).mean()))
    return Measurement("eye_glare", max(whites, default=0.0), Unit.SHARE)
