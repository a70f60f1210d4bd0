"""How the head is turned: yaw, pitch and roll in degrees."""

import math
from typing import Final

from photo_check.landmarks import CHIN, FACE_LEFT, FACE_RIGHT, FOREHEAD_TOP, NOSE_BASE, NOSE_TIP
from photo_check.measurement import Measurement, Unit
from photo_check.view import FACE_EYES_AT, FACE_IED_PX, View

# Pitch: three cues, each with its mean over frontal faces, its change per degree and its weight
# (docs/photo.md#calibration)
NOSE_TIP_PLACE: Final = (0.340, 0.0066, 0.4)
NOSE_BASE_PLACE: Final = (0.400, 0.0051, 0.4)
FACE_SPLIT: Final = (2.19, -0.0224, 0.2)


def roll(view: View) -> Measurement:
    """Tilt to the side; positive when the eye on the right of the picture is lower."""
    return Measurement("roll", view.head.roll_deg, Unit.DEGREES)


def yaw(view: View) -> Measurement:
    """Turn to the side, from the depth of both sides of the face; positive when the head is turned to its own left."""
    depth_per_px = FACE_IED_PX / max(1e-6, view.head.ied_px)
    z = view.face.points_px[:, 2] * depth_per_px
    across = float(view.points[FACE_LEFT, 0] - view.points[FACE_RIGHT, 0])
    return Measurement("yaw", math.degrees(math.atan2(float(z[FACE_LEFT] - z[FACE_RIGHT]), across)), Unit.DEGREES)


def pitch(view: View) -> Measurement:
    """Nod, from where nose and eyes stand in the face; positive when the face looks down.

    Faces differ: one person is measured alike again and again, two people looking straight up to 9 degrees apart.
    """
    y, eyes = view.points[:, 1], FACE_EYES_AT[1]
    lower = max(1e-6, float(y[CHIN] - eyes))
    cues = (
        (float(y[NOSE_TIP] - eyes) / lower, NOSE_TIP_PLACE),
        (float(y[NOSE_BASE] - eyes) / lower, NOSE_BASE_PLACE),
        (lower / max(1e-6, float(eyes - y[FOREHEAD_TOP])), FACE_SPLIT),
    )
    degrees = sum(weight * (value - mean) / per_degree for value, (mean, per_degree, weight) in cues)
    return Measurement("pitch", degrees, Unit.DEGREES)
