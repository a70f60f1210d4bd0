"""Too much light or too little: judged by what is white in the picture and by what is burnt out, not by skin."""

import numpy as np

from photo_check.landmarks import FACE_OVAL, LEFT_EYE_RING, RIGHT_EYE_RING
from photo_check.measurement import Measurement, Unit
from photo_check.view import View

NEARLY_WHITE = 240
BURNT = 250


def hot_spot_share(view: View) -> Measurement:
    """The share of the skin that is nearly white in all three channels."""
    if not view.skin.any():
        return Measurement("hot_spot_share", None, Unit.SHARE, "no skin is visible")
    return Measurement("hot_spot_share", float((view.channel_ends[0][view.skin] >= NEARLY_WHITE).mean()), Unit.SHARE)


def burnt_share(view: View) -> Measurement:
    """The share of the face where a channel is at its end, so that there is nothing left to see."""
    face = view.area(FACE_OVAL, -4) & view.face_in_photo
    if not face.any():
        return Measurement("burnt_share", None, Unit.SHARE, "the face is not in the picture")
    return Measurement("burnt_share", float((view.channel_ends[1][face] >= BURNT).mean()), Unit.SHARE)


def brightest_lightness(view: View) -> Measurement:
    """L* of what is lightest: the picture's lightest twentieth, or the whites of the eyes.

    A portrait has something light in it, a wall, a collar or the eyes; a dark skin must not count as a dark picture.
    """
    picture = float(np.percentile(view.backdrop_lab[..., 0], 95))
    eyes = view.area(RIGHT_EYE_RING) | view.area(LEFT_EYE_RING)
    whites = float(np.percentile(view.face_lab[..., 0][eyes], 90)) if eyes.any() else 0.0
    return Measurement("brightest_lightness", max(picture, whites), Unit.LIGHTNESS)
