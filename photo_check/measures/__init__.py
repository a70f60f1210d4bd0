"""Every measure by its name. A measure takes a view of one face and says what is there."""

from collections.abc import Callable
from typing import Final

from photo_check.measurement import Measurement
from photo_check.measures.background import (
    background_chroma,
    background_lightness,
    background_shadow,
    background_spread,
    bystander_share,
)
from photo_check.measures.colour import colourfulness, sclera_cast, skin_chroma, skin_hue
from photo_check.measures.compression import blockiness
from photo_check.measures.contrast import face_contrast
from photo_check.measures.exposure import brightest_lightness, burnt_share, hot_spot_share
from photo_check.measures.eye_openness import eye_openness
from photo_check.measures.eye_visibility import eye_contrast_share
from photo_check.measures.face_count import face_count
from photo_check.measures.face_occlusion import lower_face_colour, lower_face_lightness
from photo_check.measures.framing import (
    aspect_ratio,
    claimed_height,
    crown_margin,
    eye_distance,
    eye_height,
    face_centre,
    head_share,
    portrait_ppi,
)
from photo_check.measures.gaze import gaze_offset
from photo_check.measures.glasses import eye_glare, frame_over_eye, lens_lightness
from photo_check.measures.head_covering import brim_edge, head_top_colour, head_top_lightness, neck_colour
from photo_check.measures.head_pose import pitch, roll, yaw
from photo_check.measures.illumination import side_difference
from photo_check.measures.ink import dark_stroke, ink_share, light_stroke
from photo_check.measures.mouth_opening import mouth_opening
from photo_check.measures.noise import pixel_noise
from photo_check.measures.pixelation import cell_edges
from photo_check.measures.red_eye import pupil_redness
from photo_check.measures.sharpness import fine_detail
from photo_check.measures.smile import smile
from photo_check.view import View

Measure = Callable[[View], Measurement]

MEASURES: Final[dict[str, Measure]] = {
    "face_count": face_count,
    "eye_openness": eye_openness,
    "eye_contrast_share": eye_contrast_share,
    "gaze_offset": gaze_offset,
    "mouth_opening": mouth_opening,
    "smile": smile,
    "yaw": yaw,
    "pitch": pitch,
    "roll": roll,
    "lens_lightness": lens_lightness,
    "frame_over_eye": frame_over_eye,
    "eye_glare": eye_glare,
    "head_top_colour": head_top_colour,
    "head_top_lightness": head_top_lightness,
    "brim_edge": brim_edge,
    "neck_colour": neck_colour,
    "lower_face_colour": lower_face_colour,
    "lower_face_lightness": lower_face_lightness,
    "pupil_redness": pupil_redness,
    "head_share": head_share,
    "face_centre": face_centre,
    "eye_height": eye_height,
    "crown_margin": crown_margin,
    "aspect_ratio": aspect_ratio,
    "eye_distance": eye_distance,
    "portrait_ppi": portrait_ppi,
    "claimed_height": claimed_height,
    "background_spread": background_spread,
    "background_lightness": background_lightness,
    "background_chroma": background_chroma,
    "background_shadow": background_shadow,
    "bystander_share": bystander_share,
    "side_difference": side_difference,
    "hot_spot_share": hot_spot_share,
    "burnt_share": burnt_share,
    "brightest_lightness": brightest_lightness,
    "face_contrast": face_contrast,
    "fine_detail": fine_detail,
    "blockiness": blockiness,
    "cell_edges": cell_edges,
    "pixel_noise": pixel_noise,
    "skin_hue": skin_hue,
    "skin_chroma": skin_chroma,
    "sclera_cast": sclera_cast,
    "colourfulness": colourfulness,
    "ink_share": ink_share,
    "dark_stroke": dark_stroke,
    "light_stroke": light_stroke,
}
