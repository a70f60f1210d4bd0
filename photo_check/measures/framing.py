"""Where the head stands in the picture and how large it is."""

from photo_check.measurement import Measurement, Unit
from photo_check.view import View


def head_share(view: View) -> Measurement:
    """Crown to chin along the head's axis over the photo's height (ICAO Doc 9303-3, 3.9.1.3)."""
    return Measurement("head_share", view.head.head_share(view.photo.height_px), Unit.SHARE)


def face_centre(view: View) -> Measurement:
    """Where the middle between the eyes stands, from the left edge, over the photo's width (ISO/IEC 39794-5, M_h)."""
    return Measurement("face_centre", view.head.eye_middle[0] / view.photo.width_px, Unit.SHARE)


def eye_height(view: View) -> Measurement:
    """Where the middle between the eyes stands, from the upper edge, over the photo's height (ISO/IEC 39794-5, M_v)."""
    return Measurement("eye_height", view.head.eye_middle[1] / view.photo.height_px, Unit.SHARE)


def crown_margin(view: View) -> Measurement:
    """Room above the crown, over the photo's height; below zero the head is cut off."""
    return Measurement("crown_margin", min(view.head.crown[1], view.head.chin[1]) / view.photo.height_px, Unit.SHARE)


def aspect_ratio(view: View) -> Measurement:
    """The photo's width over its height; 35x45 mm is 0.778."""
    return Measurement("aspect_ratio", view.original.width_px / view.original.height_px, Unit.RATIO)


def eye_distance(view: View) -> Measurement:
    """Pixels from pupil to pupil in the photo as it was read."""
    scale = view.original.width_px / view.photo.width_px
    return Measurement("eye_distance", view.head.ied_px * scale, Unit.PIXELS)
