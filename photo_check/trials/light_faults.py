"""Wrong light and wrong colours."""

import cv2
import numpy as np

from photo_check.landmarks import NOSE_BRIDGE
from photo_check.trials.subject import Pixels, Subject, blend, ellipse, inside


def side_light(side: int, one: Subject) -> Pixels:
    """One half of the face in the dark."""
    x = np.arange(one.pixels.shape[1]) - one.points[NOSE_BRIDGE, 0]
    light = 0.34 + 0.66 / (1 + np.exp(-side * x / (0.12 * one.ied_px)))
    dark = one.pixels * light[None, :, None]
    return blend(one.pixels, np.asarray(cv2.GaussianBlur(one.person, (0, 0), 2), np.float32), dark)


def hot_spots(one: Subject) -> Pixels:
    """The flash's reflections on forehead, nose and cheeks."""
    pixels = one.pixels
    for place, size in ((151, 0.26), (50, 0.17), (280, 0.17), (4, 0.09)):
        x, y = one.points[place, :2]
        spot = inside(one, ellipse((float(x), float(y)), size * one.ied_px, size * 0.8 * one.ied_px), 0.03 * one.ied_px)
        pixels = blend(pixels, spot, (254, 253, 251))
    return pixels


def overexposed(one: Subject) -> Pixels:
    """So much light that the skin burns out."""
    face = one.skin_colour.max()
    return np.asarray(np.clip(one.pixels * (330 / max(1.0, face)), 0, 255), np.uint8)


def underexposed(one: Subject) -> Pixels:
    """A quarter of the light."""
    return np.asarray(255 * (one.pixels / 255.0) ** 1.15 * 0.33, np.uint8)


def washed_out(one: Subject) -> Pixels:
    """A quarter of the contrast."""
    return np.asarray(150 + (one.pixels - 128.0) * 0.25, np.uint8)


def cast(gains: tuple[float, float, float], one: Subject) -> Pixels:
    """Coloured light, or a white balance far off."""
    return np.asarray(np.clip(one.pixels * np.array(gains), 0, 255), np.uint8)


def hue_turned(one: Subject) -> Pixels:
    """Every hue turned by a sixth of the circle, as a damaged profile does."""
    hsv = cv2.cvtColor(one.pixels, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(int) + 30) % 180
    return np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), np.uint8)


def grey(one: Subject) -> Pixels:
    """Black and white."""
    return np.asarray(cv2.cvtColor(cv2.cvtColor(one.pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)
