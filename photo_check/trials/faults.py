"""What makes a good photo a bad one: each fault by name, with the requirements that it breaks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from photo_check.trials import face_faults, light_faults, picture_faults
from photo_check.trials.subject import Pixels, Subject, reframed

Change = Callable[[Subject], Pixels]


@dataclass(frozen=True, slots=True)
class Fault:
    """`breaks`: the check must stop the photo, and where it refuses it name one of these."""

    breaks: tuple[str, ...]
    apply: Change


def _framed(head: float | None, roll: float, dx: float, dy: float, one: Subject) -> Pixels:
    return reframed(one, head, roll, dx, dy)


def _frame(breaks: str, head: float | None = None, roll: float = 0, dx: float = 0, dy: float = 0) -> Fault:
    return Fault((breaks,), partial(_framed, head, roll, dx, dy))


EYES: Final = ("eyes_visible", "glasses_ok")
GROUND: Final = ("background_uniform", "background_light", "background_no_shadow", "background_single_subject")

FAULTS: Final[dict[str, Fault]] = {
    "head_64": _frame("head_size", 0.64),
    "head_66": _frame("head_size", 0.66),
    "head_84": _frame("head_size", 0.84),
    "head_86": _frame("head_size", 0.86),
    "roll_left": _frame("pose_roll", roll=-11),
    "roll_right": _frame("pose_roll", roll=11),
    "off_left": _frame("centred_horizontal", dx=-0.1),
    "off_right": _frame("centred_horizontal", dx=0.1),
    "off_up": _frame("centred_vertical", dy=-0.12),
    "off_down": _frame("centred_vertical", dy=0.14),
    "yaw_left": Fault(("pose_yaw",), partial(face_faults.turned, 19, 0)),
    "yaw_right": Fault(("pose_yaw",), partial(face_faults.turned, -19, 0)),
    "pitch_up": Fault(("pose_pitch",), partial(face_faults.turned, 0, -22)),
    "pitch_down": Fault(("pose_pitch",), partial(face_faults.turned, 0, 22)),
    "eyes_shut": Fault(("eyes_open",), partial(face_faults.eyes_shut, (0, 1))),
    "one_eye_shut": Fault(("eyes_open",), partial(face_faults.eyes_shut, (0,))),
    "gaze_left": Fault(("gaze_frontal",), partial(face_faults.gaze, 1)),
    "gaze_right": Fault(("gaze_frontal",), partial(face_faults.gaze, -1)),
    "red_eyes": Fault(("red_eye_free",), face_faults.red_eyes),
    "mouth_open": Fault(("mouth_closed",), face_faults.mouth_open),
    "smile": Fault(("expression_neutral",), face_faults.smile),
    "sunglasses": Fault(EYES, partial(face_faults.lenses, 1.0, (18, 18, 22))),
    "brown_sunglasses": Fault(EYES, partial(face_faults.lenses, 0.9, (60, 40, 25))),
    "tinted_lenses": Fault(("glasses_ok",), partial(face_faults.lenses, 0.5, (70, 60, 45))),
    "glare": Fault(EYES, face_faults.glare),
    "heavy_frames": Fault(EYES, face_faults.heavy_frames),
    "hair_over_eye": Fault(("eyes_visible",), face_faults.hair_over_eye),
    "bar_over_eyes": Fault(EYES, face_faults.bar_over_eyes),
    "blue_mask": Fault(("no_face_occlusion",), partial(face_faults.mask, (150, 190, 215))),
    "white_mask": Fault(("no_face_occlusion",), partial(face_faults.mask, (235, 235, 232))),
    "black_mask": Fault(("no_face_occlusion",), partial(face_faults.mask, (30, 30, 34))),
    "scarf_over_chin": Fault(("no_face_occlusion",), partial(face_faults.mask, (140, 30, 50))),
    "blue_hat": Fault(("no_head_covering",), partial(face_faults.hat, (30, 60, 150))),
    "red_hat": Fault(("no_head_covering",), partial(face_faults.hat, (170, 30, 40))),
    "white_cap": Fault(("no_head_covering",), partial(face_faults.hat, (236, 236, 236))),
    "black_hat": Fault(("no_head_covering",), partial(face_faults.hat, (22, 22, 24))),
    "black_veil": Fault(("no_head_covering",), partial(face_faults.veil, (28, 26, 26))),
    "green_veil": Fault(("no_head_covering",), partial(face_faults.veil, (60, 120, 90))),
    "second_face": Fault(("single_face", "background_single_subject"), face_faults.second_face),
    "gradient_across": Fault(GROUND, partial(picture_faults.gradient, 1)),
    "gradient_down": Fault(GROUND, partial(picture_faults.gradient, 0)),
    "bricks": Fault(GROUND, picture_faults.bricks),
    "door_frame": Fault(GROUND, picture_faults.door_frame),
    "plant": Fault(GROUND, picture_faults.plant),
    "dark_wall": Fault(("background_light",), partial(picture_faults.wall, (60, 62, 68))),
    "red_wall": Fault(("background_light",), partial(picture_faults.wall, (180, 50, 45))),
    "green_wall": Fault(("background_light",), partial(picture_faults.wall, (70, 150, 80))),
    "shadow_left": Fault(GROUND, partial(picture_faults.shadow, -1)),
    "shadow_right": Fault(GROUND, partial(picture_faults.shadow, 1)),
    "side_light": Fault(("illumination_uniform",), partial(light_faults.side_light, 1)),
    "side_light_left": Fault(("illumination_uniform",), partial(light_faults.side_light, -1)),
    "hot_spots": Fault(("no_hot_spots", "not_overexposed"), light_faults.hot_spots),
    "overexposed": Fault(("not_overexposed", "no_hot_spots"), light_faults.overexposed),
    "underexposed": Fault(("not_underexposed", "contrast"), light_faults.underexposed),
    "washed_out": Fault(("contrast",), light_faults.washed_out),
    "red_cast": Fault(("natural_colour",), partial(light_faults.cast, (1.25, 0.88, 0.8))),
    "blue_cast": Fault(("natural_colour",), partial(light_faults.cast, (0.75, 0.92, 1.25))),
    "green_cast": Fault(("natural_colour",), partial(light_faults.cast, (0.8, 1.15, 0.8))),
    "yellow_cast": Fault(("natural_colour",), partial(light_faults.cast, (1.08, 1.0, 0.6))),
    "hue_turned": Fault(("natural_colour",), light_faults.hue_turned),
    "grey": Fault(("in_colour",), light_faults.grey),
    "defocus": Fault(("sharp",), partial(picture_faults.defocus, 0.016)),
    "moved": Fault(("sharp",), partial(picture_faults.moved, 0.065)),
    "jpeg_10": Fault(("no_compression_artefacts",), picture_faults.strong_jpeg),
    "cells": Fault(("no_pixelation", "sharp"), picture_faults.cells),
    "noise": Fault(("no_noise",), picture_faults.noise),
    "few_pixels": Fault(("resolution",), picture_faults.few_pixels),
    "square": Fault(("aspect_ratio",), partial(picture_faults.cut, 1.0)),
    "narrow": Fault(("aspect_ratio",), partial(picture_faults.cut, 0.667)),
    "blue_pen": Fault(("no_ink_or_crease",), partial(picture_faults.pen, (45, 55, 150))),
    "black_pen": Fault(("no_ink_or_crease",), partial(picture_faults.pen, (25, 25, 30))),
    "stamp": Fault(("no_ink_or_crease",), picture_faults.stamp),
    "white_crease": Fault(("no_ink_or_crease",), partial(picture_faults.crease, (240, 240, 238))),
    "dark_crease": Fault(("no_ink_or_crease",), partial(picture_faults.crease, (60, 55, 52))),
}
