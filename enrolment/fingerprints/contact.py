"""Where on an image skin touched the glass: its outline, its axis, and the picture cut down to it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.finger import FingerImage

BLOCK_PX = 8
TEXTURE_DEVIATION = 18.0  # grey levels within a block's surroundings; bare glass shows its noise, a few
INSET_PX = 14  # the window sees texture this far beyond the last ridge
MARGIN_PX = 20


@dataclass(frozen=True, slots=True, eq=False)
class Contact:
    """The touched area. `mask` is bool at full size; the rest in px and degrees (0 = upright, clockwise positive)."""

    mask: NDArray[np.bool_]
    area_px: int
    middle_x_px: float
    middle_y_px: float
    length_px: float
    width_px: float
    lean_deg: float


def find_contact(pixels: NDArray[np.uint8]) -> Contact:
    """The largest textured area of a print, holes filled. An image without any has `area_px` 0.

    Shape: `pixels` uint8 (height, width).
    """
    if min(pixels.shape) < 2:  # a line of pixels has no half, and nothing lies on it
        return describe(np.zeros(pixels.shape, np.bool_))
    small = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.float32)
    mean = cv2.GaussianBlur(small, (0, 0), 5)
    deviation = np.sqrt(np.maximum(cv2.GaussianBlur(small * small, (0, 0), 5) - mean * mean, 0))
    # A smear without ridges is contact too: it is dark where bare glass is bright.
    glass = float(np.percentile(small, 98))
    textured = ((deviation > TEXTURE_DEVIATION * 0.7) | (mean < 0.55 * glass)).astype(np.uint8)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    textured = cv2.morphologyEx(cv2.morphologyEx(textured, cv2.MORPH_OPEN, disc), cv2.MORPH_CLOSE, disc)
    outlines, _ = cv2.findContours(textured, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    mask = np.zeros(small.shape, np.uint8)
    if outlines:
        cv2.drawContours(mask, [max(outlines, key=cv2.contourArea)], -1, (1,), cv2.FILLED)
    inset = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (INSET_PX + 1, INSET_PX + 1))
    mask = np.asarray(cv2.erode(mask, inset, borderType=cv2.BORDER_CONSTANT, borderValue=(1,)), dtype=np.uint8)
    full = cv2.resize(mask, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_NEAREST).astype(bool)
    return describe(full)


def describe(mask: NDArray[np.bool_]) -> Contact:
    """Area, middle and axes of `mask` by its moments."""
    area = int(mask.sum())
    if not area:
        return Contact(mask, 0, mask.shape[1] / 2, mask.shape[0] / 2, 0.0, 0.0, 0.0)
    moments = cv2.moments(mask.astype(np.uint8), binaryImage=True)
    xx, yy, xy = (moments[key] / moments["m00"] for key in ("mu20", "mu02", "mu11"))
    spread = float(np.hypot((xx - yy) / 2, xy))
    major, minor = (xx + yy) / 2 + spread, max((xx + yy) / 2 - spread, 0.0)
    # The long axis against the vertical; y grows downwards, so a tip that leans right gives a positive angle.
    lean = float(np.rad2deg(np.arctan2(-2 * xy, yy - xx) / 2))
    return Contact(mask, area, moments["m10"] / area, moments["m01"] / area, 4 * major**0.5, 4 * minor**0.5, lean)


def crop_to_fingertip(image: FingerImage) -> FingerImage:
    """`image` cut down to the touched area and a margin of MARGIN_PX; itself where there is nothing to cut."""
    contact = find_contact(image.pixels)
    if not contact.area_px:
        return image
    rows, columns = np.flatnonzero(contact.mask.any(axis=1)), np.flatnonzero(contact.mask.any(axis=0))
    top, bottom = max(0, int(rows[0]) - MARGIN_PX), min(image.height_px, int(rows[-1]) + 1 + MARGIN_PX)
    left, right = max(0, int(columns[0]) - MARGIN_PX), min(image.width_px, int(columns[-1]) + 1 + MARGIN_PX)
    if (bottom - top, right - left) == image.pixels.shape:
        return image
    return FingerImage(image.position, np.ascontiguousarray(image.pixels[top:bottom, left:right]), image.ppi)
