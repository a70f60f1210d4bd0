"""Where the head stands in the picture and how large it is."""

from typing import Final

from photo_check.measurement import Measurement, Unit
from photo_check.view import View

PORTRAIT_HEIGHT_MM: Final = 45.0
MM_PER_INCH: Final = 25.4


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


def portrait_ppi(view: View) -> Measurement:
    """Pixels an inch when the photo stands 45 mm high: what a scan of a 35x45 print really holds."""
    return Measurement("portrait_ppi", view.original.height_px * MM_PER_INCH / PORTRAIT_HEIGHT_MM, Unit.PER_INCH)


def claimed_height(view: View) -> Measurement:
    """How high the photo is by the resolution that its file claims; 45 mm where a 35x45 print was scanned."""
    claimed = view.original.resolution_ppi
    if not claimed:
        return Measurement("claimed_height", None, Unit.MILLIMETRES, "the file names no resolution")
    return Measurement("claimed_height", view.original.height_px * MM_PER_INCH / claimed, Unit.MILLIMETRES)
