"""A good photo with what is known of it, and the few strokes by which trials change its pixels."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from photo_check.face_finder import FaceFinder
from photo_check.landmarks import LEFT_IRIS, RIGHT_IRIS
from photo_check.photo import Photo

ASPECT: Final = 35 / 45
GRID_STEP_PX: Final = 12  # displacements are worked out so coarsely and smoothed between

Pixels = NDArray[np.uint8]
Field = NDArray[np.float32]
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """`pixels` uint8 (height, width, 3), sRGB; `points` float64 (478, 3) as FaceLandmarks; `person` 0–1 by pixel.

    `head_share` and `crown_y_px` are those of the label: a hand placed them. What a change leaves to
    chance it takes from `draw`.
    """

    pixels: Pixels = field(repr=False)
    points: Points = field(repr=False)
    person: Field = field(repr=False)
    head_share: float
    crown_y_px: float
    draw: np.random.Generator = field(repr=False)

    @property
    def ied_px(self) -> float:
        """From pupil to pupil."""
        return math.dist(self.points[RIGHT_IRIS, :2], self.points[LEFT_IRIS, :2])

    @property
    def eyes_at(self) -> tuple[float, float]:
        """Between the pupils."""
        x, y = (self.points[RIGHT_IRIS, :2] + self.points[LEFT_IRIS, :2]) / 2
        return float(x), float(y)

    @property
    def skin_colour(self) -> NDArray[np.float64]:
        """Mean sRGB of both cheeks."""
        patches = []
        for cheek in (50, 280):
            x, y = (int(v) for v in self.points[cheek, :2])
            patches.append(self.pixels[y - 6 : y + 6, x - 6 : x + 6].reshape(-1, 3))
        return np.asarray(np.concatenate(patches).mean(axis=0), np.float64)


def subject(photo: Photo, geometry: Mapping[str, Any], finder: FaceFinder, draw: np.random.Generator) -> Subject | None:
    """A labelled photo made ready for trials; None where no face is found or no head was labelled."""
    scene = finder.find(photo)
    if not scene.faces or "head_fraction" not in geometry:
        return None
    return Subject(
        photo.pixels,
        scene.faces[0].points_px,
        scene.person,
        float(geometry["head_fraction"]),
        float(geometry["crown"][1]),
        draw,
    )


def reframed(
    one: Subject, head_share: float | None = None, roll_deg: float = 0.0, dx: float = 0.0, dy: float = 0.0
) -> Pixels:
    """The same person larger or smaller in a picture of the same size, turned, or moved by shares of its sides.

    What the photo does not have is its own edge drawn on. The crown keeps 55 % of the room that the head leaves.
    """
    height, width = one.pixels.shape[:2]
    scale = 1.0 if head_share is None else head_share / one.head_share
    x, y = one.eyes_at
    to_crown = scale * (y - one.crown_y_px)
    eyes_y = y if head_share is None else (1 - head_share) * 0.45 * height + to_crown
    turn = cv2.getRotationMatrix2D((x, y), -roll_deg, scale)
    turn[0, 2] += (width / 2 - x if head_share is not None else 0.0) + dx * width
    turn[1, 2] += eyes_y - y + dy * height
    smooth = one.pixels if scale > 0.8 else cv2.GaussianBlur(one.pixels, (0, 0), 0.4 / scale)
    return np.asarray(
        cv2.warpAffine(smooth, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def blend(pixels: Pixels, cover: NDArray[np.floating[Any]], colour: ArrayLike) -> Pixels:
    """`colour` (a triple, or a picture) laid over by `cover` (0–1)."""
    laid = np.asarray(colour, np.float32)
    return np.asarray(np.clip(pixels + (laid - pixels) * cover[..., None], 0, 255), np.uint8)


def inside(one: Subject, outline: Points, soft_px: float = 1.0) -> Field:
    """1 inside an outline (n, 2) in pixels, 0 outside, soft between."""
    cover = np.zeros(one.pixels.shape[:2], np.uint8)
    cv2.fillPoly(cover, [np.round(outline).astype(np.int32)], (255,), cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(cover, (0, 0), soft_px), np.float32) / np.float32(255)


def stroke(one: Subject, line: Points, thick_px: float, *, closed: bool = False) -> Field:
    """1 along a line of points (n, 2), 0 elsewhere."""
    cover = np.zeros(one.pixels.shape[:2], np.uint8)
    outline = [np.round(line).astype(np.int32)]
    cv2.polylines(cover, outline, closed, (255,), max(1, round(thick_px)), cv2.LINE_AA)
    return np.asarray(cover, np.float32) / np.float32(255)


def ellipse(centre: tuple[float, float], across: float, down: float) -> Points:
    """36 points of an ellipse by its half axes."""
    angle = np.linspace(0, 2 * math.pi, 36, endpoint=False)
    return np.asarray(np.c_[centre[0] + across * np.cos(angle), centre[1] + down * np.sin(angle)], np.float64)


def bent(one: Subject, at: Points, by: Points, reach_px: float) -> Pixels:
    """The picture with the points `at` (n, 2) drawn along by `by`, and what is near them with them.

    Far from every point nothing moves: beyond some `reach_px` the displacement fades out.
    """
    height, width = one.pixels.shape[:2]
    rows = np.arange(0, height + GRID_STEP_PX, GRID_STEP_PX, np.float32)
    columns = np.arange(0, width + GRID_STEP_PX, GRID_STEP_PX, np.float32)
    grid = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 1, 2)
    target = (at + by).astype(np.float32)
    near = np.exp(-np.sum((grid - target[None]) ** 2, axis=2) / np.float32(2 * reach_px**2))
    total = near.sum(axis=1, keepdims=True)
    moved = (near @ by.astype(np.float32)) / (total + np.float32(0.05)) * np.minimum(1, total * 3)
    coarse = moved.reshape(len(rows), len(columns), 2)
    full = cv2.resize(coarse, (len(columns) * GRID_STEP_PX, len(rows) * GRID_STEP_PX), interpolation=cv2.INTER_CUBIC)
    half = GRID_STEP_PX // 2  # a resized pixel stands in the middle of its cell
    full = full[half : half + height, half : half + width]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    seen = cv2.remap(one.pixels, x - full[..., 0], y - full[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)
