"""Quality of a preview frame: a few milliseconds, for the bar and the hint that the person at the desk sees."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.contact import find_contact
from enrolment.fingerprints.quality.measures import block_corners, block_orientation, mean_of
from enrolment.fingerprints.scanner import LiveState

FULL_CONTACT_SHARE = 0.45  # of the sensor, for a grown-up's fingertip on a single-finger scanner
FINGER_THERE_SHARE = 0.05
OFF_CENTRE_SHARE = 0.15  # of the sensor's side
LIGHT_GREY = 205.0  # mean grey of the contact, above it the finger hardly presses
HEAVY_GREY = 95.0
SLAP_FINGER_SHARE = 0.035  # of the glass of a slap, for one fingertip
COVERED_BELOW_GLASS = 0.94


@dataclass(frozen=True, slots=True)
class PreviewQuality:
    """`clarity` 0-1, how far a frame is from one worth capturing; `hint` what must change."""

    clarity: float
    contact_share: float
    hint: LiveState


def preview_quality(pixels: NDArray[np.uint8]) -> PreviewQuality:
    """The quality of one frame. Shape: uint8 (height, width), at 500 ppi or half of that."""
    contact = find_contact(pixels)
    share = contact.area_px / pixels.size
    if share < FINGER_THERE_SHARE:
        return PreviewQuality(0.0, share, LiveState.SEARCHING_FINGERS)
    coherence, _ = block_orientation(pixels.astype(np.float32), *block_corners(contact))
    clarity = mean_of(coherence) * min(1.0, share / FULL_CONTACT_SHARE)
    height, width = pixels.shape
    right, down = contact.middle_x_px / width - 0.5, contact.middle_y_px / height - 0.5
    grey = float(cv2.mean(pixels, contact.mask.astype(np.uint8))[0])
    return PreviewQuality(clarity, share, hint_for(right, down, grey))


def preview_slap(pixels: NDArray[np.uint8], fingers: int) -> PreviewQuality:
    """The same for a frame of a slap: how much of what `fingers` should cover is covered.

    Shape: uint8 (height, width), the glass of a slap at any resolution; ridges need not be told apart.
    """
    grey = cv2.GaussianBlur(pixels, (0, 0), max(1.0, pixels.shape[1] / 250))
    glass = float(np.percentile(grey, 98))
    touched = grey < COVERED_BELOW_GLASS * glass
    share = float(touched.mean())
    if share < SLAP_FINGER_SHARE / 4:
        return PreviewQuality(0.0, share, LiveState.SEARCHING_FINGERS)
    right = float(np.nonzero(touched)[1].mean() / pixels.shape[1]) - 0.5
    mean = float(grey[touched].mean())
    hint = hint_for(right if abs(right) > OFF_CENTRE_SHARE else 0.0, 0.0, mean)
    return PreviewQuality(min(1.0, share / (fingers * SLAP_FINGER_SHARE)), share, hint)


def hint_for(right: float, down: float, grey: float) -> LiveState:
    """Which way the finger must go, or how it must press. `right`, `down` as shares of the sensor's sides."""
    if abs(right) > OFF_CENTRE_SHARE and abs(right) >= abs(down):
        return LiveState.MOVE_LEFT if right > 0 else LiveState.MOVE_RIGHT
    if abs(down) > OFF_CENTRE_SHARE:
        return LiveState.MOVE_FORWARD if down > 0 else LiveState.MOVE_BACKWARD
    if grey > LIGHT_GREY:
        return LiveState.RAISE_PRESSURE
    return LiveState.REDUCE_PRESSURE if grey < HEAVY_GREY else LiveState.KEEP_STILL
