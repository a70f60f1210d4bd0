"""Colour: whether there is any, and whether skin and the whites of the eyes have the colours they should."""

import math

import cv2
import numpy as np

from photo_check.landmarks import LEFT_EYE_RING, RIGHT_EYE_RING
from photo_check.measurement import Measurement, Unit
from photo_check.measures.eye_openness import eye_openness
from photo_check.view import View

EYES_CLOSED = 0.15
TYPICAL_SCLERA = (3.0, 4.0)  # a*, b* of the eyes' whites in daylight photos (docs/photo.md#calibration)

GRAIN_PX = 3.0  # at 100 px eye distance


def skin_hue(view: View) -> Measurement:
    """The skin's hue angle in CIELAB: 35–65 degrees for every skin tone, light or dark; green and blue lie outside."""
    skin = view.skin_ab
    if skin is None or math.hypot(*skin) < 2:
        return Measurement("skin_hue", None, Unit.DEGREES, "the skin shows no colour")
    return Measurement("skin_hue", math.degrees(math.atan2(skin[1], skin[0])), Unit.DEGREES)


def skin_chroma(view: View) -> Measurement:
    """The skin's chroma C*: much more than in daylight means a coloured light or a wrong white balance."""
    skin = view.skin_ab
    if skin is None:
        return Measurement("skin_chroma", None, Unit.CHROMA, "no skin is visible")
    return Measurement("skin_chroma", math.hypot(*skin), Unit.CHROMA)


def sclera_cast(view: View) -> Measurement:
    """How far the whites of the eyes are from their usual colour: the reference that no skin tone moves."""
    openness = eye_openness(view).value
    if openness is None or openness < EYES_CLOSED:
        return Measurement("sclera_cast", None, Unit.COLOUR_DIFFERENCE, "the eyes are closed")
    casts = []
    for ring in (RIGHT_EYE_RING, LEFT_EYE_RING):
        eye = view.face_lab[view.area(ring)]
        if eye.shape[0] < 20:
            continue
        white = eye[eye[:, 0] >= np.percentile(eye[:, 0], 85)]
        casts.append(np.median(white[:, 1:], axis=0))
    if not casts:
        return Measurement("sclera_cast", None, Unit.COLOUR_DIFFERENCE, "no white of an eye is visible")
    away = np.mean(casts, axis=0) - np.array(TYPICAL_SCLERA)
    return Measurement("sclera_cast", float(np.hypot(*away)), Unit.COLOUR_DIFFERENCE)


def colourfulness(view: View) -> Measurement:
    """Chroma C* that only a twentieth of the head's surroundings exceeds: next to nothing in a grey picture.

    Smoothed first: the grain of a sensor or of a scanned print is coloured even where the picture is not.
    """
    smooth = cv2.GaussianBlur(cv2.pyrDown(view.face_lab)[..., 1:], (0, 0), GRAIN_PX / 2)
    chroma = np.hypot(smooth[..., 0], smooth[..., 1])
    return Measurement("colourfulness", float(np.percentile(chroma[view.face_in_photo[::2, ::2]], 95)), Unit.CHROMA)
