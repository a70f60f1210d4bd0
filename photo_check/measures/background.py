"""What is behind the person: how even, how light, how coloured, with which shadows, and who else is there."""

from typing import Final

import cv2
import numpy as np

from photo_check.measurement import Measurement, Unit
from photo_check.view import View

MIN_SHARE: Final = 0.03  # of the picture: with less background there is nothing to judge
SAME_COLOUR: Final = 9.0  # ΔE in a* and b*: a shadow darkens and hardly colours


def _unseen(name: str, unit: Unit) -> Measurement:
    return Measurement(name, None, unit, "too little background is visible")


def background_spread(view: View) -> Measurement:
    """How far the background departs from its own typical colour: 95th percentile of ΔE to the median."""
    colours = view.backdrop_lab[view.backdrop]
    if view.backdrop.mean() < MIN_SHARE:
        return _unseen("background_spread", Unit.COLOUR_DIFFERENCE)
    away = np.linalg.norm(colours - np.median(colours, axis=0), axis=1)
    return Measurement("background_spread", float(np.percentile(away, 95)), Unit.COLOUR_DIFFERENCE)


def background_lightness(view: View) -> Measurement:
    """Median L* of the background."""
    if view.backdrop.mean() < MIN_SHARE:
        return _unseen("background_lightness", Unit.LIGHTNESS)
    return Measurement(
        "background_lightness", float(np.median(view.backdrop_lab[..., 0][view.backdrop])), Unit.LIGHTNESS
    )


def background_chroma(view: View) -> Measurement:
    """Median chroma C* of the background: 0 is grey, light blue about 10, a red wall 60."""
    if view.backdrop.mean() < MIN_SHARE:
        return _unseen("background_chroma", Unit.CHROMA)
    colours = view.backdrop_lab[view.backdrop]
    return Measurement("background_chroma", float(np.median(np.hypot(colours[:, 1], colours[:, 2]))), Unit.CHROMA)


def background_shadow(view: View) -> Measurement:
    """How much darker the darkest twentieth of the background is, among what has the background's own hue."""
    if view.backdrop.mean() < MIN_SHARE:
        return _unseen("background_shadow", Unit.LIGHTNESS)
    smooth = cv2.GaussianBlur(view.backdrop_lab, (0, 0), 1.5)
    colours = smooth[view.backdrop]
    typical = np.median(colours, axis=0)
    same = np.hypot(colours[:, 1] - typical[1], colours[:, 2] - typical[2]) < SAME_COLOUR
    darkest = float(np.percentile(colours[same, 0], 5)) if same.sum() > 20 else float(typical[0])
    return Measurement("background_shadow", float(typical[0]) - darkest, Unit.LIGHTNESS)


def bystander_share(view: View) -> Measurement:
    """The largest other face's or body's area over the picture's."""
    height, width = view.scene.person.shape
    others = [box.width_px * box.height_px / (width * height) for box in view.scene.boxes[1:]]
    small = (cv2.resize(view.backdrop_person, (96, 128), interpolation=cv2.INTER_AREA) > 0.6).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(small)
    areas = sorted((float(stats[i, cv2.CC_STAT_AREA]) / small.size for i in range(1, count)), reverse=True)
    return Measurement("bystander_share", max([0.0, *others, *areas[1:]]), Unit.SHARE)
