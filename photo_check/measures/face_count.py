"""How many faces there are: what the detectors and the face mesh saw, whichever saw more."""

from photo_check.measurement import Measurement, Unit
from photo_check.view import View


def face_count(view: View) -> Measurement:
    """Faces in the photo."""
    return Measurement("face_count", max(len(view.scene.boxes), len(view.scene.faces)), Unit.COUNT)
