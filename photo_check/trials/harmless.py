"""Changes that leave a good photo good: cut, sized, coded, lit and printed a little differently."""

from collections.abc import Callable
from functools import partial
from typing import Final

import cv2
import numpy as np

from photo_check.landmarks import LEFT_IRIS, RIGHT_IRIS
from photo_check.trials.subject import Pixels, Subject, blend, ellipse, reframed, stroke

Harmless = Callable[[Subject], Pixels]
LIGHT_BLUE: Final = (198, 214, 230)


def _head(share: float, one: Subject) -> Pixels:
    return reframed(one, share)


def _roll(degrees: float, one: Subject) -> Pixels:
    return reframed(one, roll_deg=degrees)


def _sized(factor: float, one: Subject) -> Pixels:
    height, width = one.pixels.shape[:2]
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LANCZOS4
    size = (round(width * factor), round(height * factor))
    return np.asarray(cv2.resize(one.pixels, size, interpolation=way), np.uint8)


def coded(quality: int, one: Subject) -> Pixels:
    """Through JPEG and back."""
    done, data = cv2.imencode(".jpg", one.pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1], np.uint8)


def _gamma(exponent: float, one: Subject) -> Pixels:
    return np.asarray(255 * (one.pixels / 255.0) ** exponent, np.uint8)


def balanced(red: float, blue: float, one: Subject) -> Pixels:
    """Another white balance."""
    return np.asarray(np.clip(one.pixels * np.array([red, 1.0, blue]), 0, 255), np.uint8)


def _mirrored(one: Subject) -> Pixels:
    return np.ascontiguousarray(one.pixels[:, ::-1])


def _soft(one: Subject) -> Pixels:
    return np.asarray(cv2.GaussianBlur(one.pixels, (0, 0), 0.004 * one.ied_px), np.uint8)


def grained(levels: float, one: Subject) -> Pixels:
    """Grain of so many grey levels, in each channel by itself."""
    return np.asarray(np.clip(one.pixels + one.draw.normal(0, levels, one.pixels.shape), 0, 255), np.uint8)


def _wall(one: Subject) -> Pixels:
    behind = np.asarray(cv2.GaussianBlur(np.clip(1 - one.person * 1.6, 0, 1), (0, 0), 2), np.float32)
    light = np.asarray(one.pixels, np.float32).mean(axis=2, keepdims=True) / np.float32(215)
    return blend(one.pixels, behind, np.clip(np.array(LIGHT_BLUE, np.float32) * light, 0, 255))


def _wall_falls_off(one: Subject) -> Pixels:
    width = one.pixels.shape[1]
    light = np.linspace(1.0, 0.93, width, dtype=np.float32)[None, :, None]
    return np.asarray(one.pixels * light, np.uint8)


def _clear_glasses(one: Subject) -> Pixels:
    ied, pixels = one.ied_px, one.pixels
    for iris in (RIGHT_IRIS, LEFT_IRIS):
        x, y = one.points[iris, :2]
        rim = ellipse((float(x), float(y) + 0.07 * ied), 0.37 * ied, 0.29 * ied)
        pixels = blend(pixels, stroke(one, rim, 0.02 * ied, closed=True), (60, 50, 45))
    right, left = one.points[RIGHT_IRIS, :2], one.points[LEFT_IRIS, :2]
    along = (left - right) / ied
    bridge = np.stack([right + along * 0.37 * ied, (right + left) / 2 - (0, 0.05 * ied), left - along * 0.37 * ied])
    return blend(pixels, stroke(one, bridge, 0.02 * ied), (60, 50, 45))


HARMLESS: Final[dict[str, Harmless]] = {
    "head_71": partial(_head, 0.71),
    "head_73": partial(_head, 0.73),
    "head_77": partial(_head, 0.77),
    "head_79": partial(_head, 0.79),
    "roll_left": partial(_roll, -1.5),
    "roll_right": partial(_roll, 1.5),
    "smaller": partial(_sized, 0.7),
    "larger": partial(_sized, 1.4),
    "jpeg_75": partial(coded, 75),
    "jpeg_90": partial(coded, 90),
    "darker": partial(_gamma, 1.08),
    "brighter": partial(_gamma, 0.92),
    "warmer": partial(balanced, 1.04, 0.96),
    "cooler": partial(balanced, 0.96, 1.04),
    "mirrored": _mirrored,
    "soft": _soft,
    "grain": partial(grained, 3.0),
    "blue_wall": _wall,
    "wall_falls_off": _wall_falls_off,
    "clear_glasses": _clear_glasses,
}
