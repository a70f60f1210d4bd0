"""What is wrong behind the person, with the lens, with the file, or on the print."""

import cv2
import numpy as np

from photo_check.landmarks import CHIN, LEFT_EYE_OUTER, MOUTH_RIGHT, NOSE_BRIDGE
from photo_check.trials.harmless import coded, grained
from photo_check.trials.subject import Field, Pixels, Subject, blend, ellipse, inside, stroke


def _behind(one: Subject) -> Field:
    return np.asarray(cv2.GaussianBlur(np.clip(1 - 1.6 * one.person, 0, 1), (0, 0), 2), np.float32)


def gradient(axis: int, one: Subject) -> Pixels:
    """A wall that runs smoothly from light to dark."""
    steps = np.linspace(0, 1, one.pixels.shape[axis])
    level = 225 - 125 * (steps[None, :] if axis else steps[:, None])
    return blend(one.pixels, _behind(one), np.broadcast_to(level[..., None], one.pixels.shape))


def bricks(one: Subject) -> Pixels:
    """A wall of light bricks with darker joints."""
    height, width = one.pixels.shape[:2]
    wall = np.full((height, width, 3), (205, 190, 178), np.float32)
    for row, y in enumerate(range(0, height, height // 14)):
        cv2.line(wall, (0, y), (width, y), (140, 132, 126), 5)
        for x in range((row % 2) * width // 12, width, width // 6):
            cv2.line(wall, (x, y), (x, y + height // 14), (140, 132, 126), 5)
    return blend(one.pixels, _behind(one), wall)


def door_frame(one: Subject) -> Pixels:
    """A brown door beside the person."""
    wall = np.full(one.pixels.shape, (222, 222, 220), np.float32)
    wall[:, : one.pixels.shape[1] // 4] = (120, 84, 56)
    return blend(one.pixels, _behind(one), wall)


def plant(one: Subject) -> Pixels:
    """Leaves in an upper corner."""
    height, width = one.pixels.shape[:2]
    leaves = np.zeros((height, width), np.float32)
    for _ in range(14):
        centre = (float(one.draw.uniform(0, width / 4)), float(one.draw.uniform(0, height / 3)))
        leaves = np.maximum(leaves, inside(one, ellipse(centre, width / 14, height / 40)))
    return blend(one.pixels, leaves * _behind(one), (60, 110, 50))


def wall(colour: tuple[int, int, int], one: Subject) -> Pixels:
    """A plain wall of a colour that is not allowed."""
    return blend(one.pixels, _behind(one), colour)


def shadow(side: int, one: Subject) -> Pixels:
    """The person's own shadow on the wall."""
    shift = np.array([[1.0, 0.0, side * 0.35 * one.ied_px], [0.0, 1.0, 0.12 * one.ied_px]])
    cast = cv2.warpAffine(one.person, shift, one.person.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    dark = cv2.GaussianBlur(cast, (0, 0), 0.05 * one.ied_px) * _behind(one)
    return blend(one.pixels, 0.42 * dark, (20, 20, 24))


def defocus(sigma_ied: float, one: Subject) -> Pixels:
    """Out of focus."""
    return np.asarray(cv2.GaussianBlur(one.pixels, (0, 0), sigma_ied * one.ied_px), np.uint8)


def moved(length_ied: float, one: Subject) -> Pixels:
    """Moved sideways while the shutter was open."""
    length = max(3, round(length_ied * one.ied_px))
    return np.asarray(cv2.blur(one.pixels, (length, 1)), np.uint8)


def strong_jpeg(one: Subject) -> Pixels:
    """Coded at quality 10."""
    return coded(10, one)


def cells(one: Subject) -> Pixels:
    """Made of square cells, a fourteenth of the eye distance wide."""
    height, width = one.pixels.shape[:2]
    size = max(3, round(one.ied_px / 14))
    small = cv2.resize(one.pixels, (width // size, height // size), interpolation=cv2.INTER_AREA)
    blown_up = cv2.resize(small, None, fx=size, fy=size, interpolation=cv2.INTER_NEAREST)
    edges = ((0, height - blown_up.shape[0]), (0, width - blown_up.shape[1]), (0, 0))
    return np.asarray(np.pad(blown_up, edges, mode="edge"), np.uint8)


def noise(one: Subject) -> Pixels:
    """Grain of 18 levels."""
    return grained(18, one)


def few_pixels(one: Subject) -> Pixels:
    """Sixty pixels from eye to eye."""
    scale = 60 / one.ied_px
    return np.asarray(cv2.resize(one.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def cut(aspect: float, one: Subject) -> Pixels:
    """Another form, the height kept."""
    height, width = one.pixels.shape[:2]
    wanted = round(aspect * height)
    side = max(0, (wanted - width + 1) // 2)
    wide = cv2.copyMakeBorder(one.pixels, 0, 0, side, side, cv2.BORDER_REPLICATE)
    left = (wide.shape[1] - wanted) // 2
    return np.ascontiguousarray(wide[:, left : left + wanted], np.uint8)


def pen(colour: tuple[int, int, int], one: Subject) -> Pixels:
    """A line of a pen from the cheek over the forehead into the background."""
    ied = one.ied_px
    begin, end = one.points[MOUTH_RIGHT, :2] - (0.3 * ied, 0.2 * ied), one.points[LEFT_EYE_OUTER, :2] - (0, 0.9 * ied)
    way = np.linspace(begin, end, 24) + (0, 0.12 * ied) * np.sin(np.linspace(0, 12, 24))[:, None]
    return blend(one.pixels, 0.85 * stroke(one, way, 0.025 * ied), colour)


def stamp(one: Subject) -> Pixels:
    """Part of a round blue stamp over a corner of the face and the wall."""
    x, y = one.points[NOSE_BRIDGE, :2] + (0.9 * one.ied_px, -0.9 * one.ied_px)
    pixels = one.pixels
    for radius in (0.75, 0.62):
        ring = ellipse((float(x), float(y)), radius * one.ied_px, radius * one.ied_px)
        pixels = blend(pixels, 0.7 * stroke(one, ring, 0.03 * one.ied_px, closed=True), (40, 50, 150))
    return pixels


def crease(colour: tuple[int, int, int], one: Subject) -> Pixels:
    """A straight crease across the whole print, through the cheek."""
    width = one.pixels.shape[1]
    y = float(one.points[CHIN, 1]) - 0.9 * one.ied_px
    line = np.array([(0, y + 0.25 * one.ied_px), (width, y - 0.35 * one.ied_px)])
    return blend(one.pixels, 0.8 * stroke(one, line, 0.018 * one.ied_px), colour)
