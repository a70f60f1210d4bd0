"""A drawn portrait from a seed: the layers in their order, the faults asked for, and the crop that a document takes."""

import math
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from photo_check.drawn_faces.canvas import Canvas
from photo_check.drawn_faces.clothes import draw_clothes, shoulder_line
from photo_check.drawn_faces.faults import (
    FAULTS,
    Fault,
    draw_shelf,
    draw_sunglasses,
    draw_wall_shadow,
    spoil_picture,
    turn_aside,
)
from photo_check.drawn_faces.features import draw_beard, draw_brows, draw_eyes, draw_mouth, draw_nose
from photo_check.drawn_faces.hair import draw_back_hair, draw_front_hair
from photo_check.drawn_faces.head import draw_ears, draw_head, draw_neck, head_outline
from photo_check.drawn_faces.person import DrawnPerson, Sex, invent_person

CAPTURE_PX: Final = (1200, 1543)
CAPTURE_HEAD_SHARE: Final = 0.57  # crown to chin over the picture's height
DOCUMENT_PX: Final = (827, 1063)  # 35x45 mm at 600 ppi
DOCUMENT_HEAD_SHARE: Final = 0.75
CENTRE_FROM_TOP: Final = 0.47  # where the middle of the head stands

Pixels = NDArray[np.uint8]


def draw_portrait(
    seed: int,
    *,
    sex: Sex | None = None,
    age_years: int | None = None,
    skin: str | None = None,
    faults: frozenset[Fault] = frozenset(),
    width_px: int = CAPTURE_PX[0],
    height_px: int = CAPTURE_PX[1],
) -> Pixels:
    """A photograph-like drawing of nobody: uint8 (height, width, 3), sRGB, the head 57 % of the height.

    What is not given comes from the seed; the same arguments give the same picture on one platform.
    Raises: ValueError for an unknown fault or skin, or an age out of range.
    """
    return _draw(invent_person(seed, sex, age_years, skin), seed, faults, (width_px, height_px), CAPTURE_HEAD_SHARE)


def draw_document_portrait(
    seed: int,
    *,
    sex: Sex | None = None,
    age_years: int | None = None,
    skin: str | None = None,
    faults: frozenset[Fault] = frozenset(),
    width_px: int = DOCUMENT_PX[0],
    height_px: int = DOCUMENT_PX[1],
) -> Pixels:
    """The same person framed as a document wants it: 35x45 mm at 600 ppi, the head 75 % of the height."""
    return _draw(invent_person(seed, sex, age_years, skin), seed, faults, (width_px, height_px), DOCUMENT_HEAD_SHARE)


def _draw(person: DrawnPerson, seed: int, faults: frozenset[Fault], size: tuple[int, int], head_share: float) -> Pixels:
    unknown = sorted(set(faults) - set(FAULTS))
    if unknown:
        raise ValueError(f"unknown fault {unknown[0]!r}; known are {', '.join(FAULTS)}")
    canvas = _blank_canvas(person, seed, faults, size, head_share)
    if "two_faces" in faults:
        _draw_companion(canvas, seed)
    if "no_face" not in faults:
        _draw_person(canvas, person, faults)
    if "side_view" in faults:
        turn_aside(canvas, person, 32.0)
    spoil_picture(canvas, faults)
    canvas.rgb += canvas.rng.normal(0, 0.0035, canvas.rgb.shape).astype(np.float32)
    return np.asarray(np.clip(canvas.rgb * 255 + 0.5, 0, 255), np.uint8)


def _blank_canvas(
    person: DrawnPerson, seed: int, faults: frozenset[Fault], size: tuple[int, int], head_share: float
) -> Canvas:
    width, height = size
    share = head_share * (0.72 if "too_small" in faults else 1.24 if "too_large" in faults else 1.0)
    unit = share * height / (person.chin - person.crown)
    top = CENTRE_FROM_TOP * height + unit * (person.crown + person.chin) / -2
    aside = 0.16 if "off_centre" in faults else -0.10 if "two_faces" in faults else 0.0
    left = (0.5 + aside) * width
    rgb = np.empty((height, width, 3), np.float32)
    rgb[:] = (0.12, 0.13, 0.15) if "dark_background" in faults else person.background
    roll = 14.0 if "roll" in faults else 0.0
    canvas = Canvas(rgb, unit, (left, top), roll, np.random.default_rng([seed, 0xD0A3]))
    if "busy_background" in faults:
        draw_shelf(canvas)
    return canvas


def _draw_person(canvas: Canvas, person: DrawnPerson, faults: frozenset[Fault]) -> None:
    if "shadow" in faults:
        draw_wall_shadow(canvas, head_outline(person, 0.12))
    draw_back_hair(canvas, person)
    draw_ears(canvas, person)
    draw_neck(canvas, person, shoulder_line(person))
    draw_clothes(canvas, person)
    draw_head(canvas, person)
    draw_beard(canvas, person)
    draw_nose(canvas, person)
    draw_mouth(canvas, person, 0.34 if "mouth_open" in faults else 0.0)
    draw_eyes(canvas, person, closed="eyes_closed" in faults, gaze=0.10 if "gaze_away" in faults else 0.0)
    draw_brows(canvas, person)
    draw_front_hair(canvas, person)
    if "sunglasses" in faults:
        draw_sunglasses(canvas, person)


def _draw_companion(canvas: Canvas, seed: int) -> None:
    """A second person looking over the first one's shoulder."""
    height, width = canvas.rgb.shape[:2]
    other = invent_person(seed + 104729, "M", 30)
    unit = canvas.unit_px * 0.55
    behind = Canvas(canvas.rgb, unit, (width * 0.84, height * 0.36), 0.0, np.random.default_rng([seed, 2]))
    _draw_person(behind, other, frozenset())


def contact_sheet(pictures: list[Pixels], columns: int, height_px: int) -> Pixels:
    """Several pictures on one sheet, to look at."""
    small = [
        cv2.resize(p, (round(p.shape[1] * height_px / p.shape[0]), height_px), interpolation=cv2.INTER_AREA)
        for p in pictures
    ]
    width = max(p.shape[1] for p in small)
    rows = math.ceil(len(small) / columns)
    sheet = np.full((rows * height_px, columns * width, 3), 255, np.uint8)
    for i, picture in enumerate(small):
        top, left = i // columns * height_px, i % columns * width
        sheet[top : top + height_px, left : left + picture.shape[1]] = picture
    return sheet
