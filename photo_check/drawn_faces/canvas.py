"""The paper that faces are drawn on: a picture in face coordinates, soft shapes, strokes and noise."""

import math
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from photo_check.drawn_faces.person import Colour

Array = NDArray[np.float32]
SUBPIXEL_BITS = 4


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of the canvas, pixels; the right and lower edges are outside it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index the canvas."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns, how many."""
        return self.bottom - self.top, self.right - self.left


@dataclass(slots=True)
class Canvas:
    """`rgb` is float32 (height, width, 3), 0–1, painted in place.

    Face coordinates: the eye distance is the unit, the origin lies between the eyes, y points to the chin.
    """

    rgb: Array = field(repr=False)
    unit_px: float
    origin_px: tuple[float, float]
    roll_deg: float
    rng: np.random.Generator

    def to_px(self, points: ArrayLike) -> NDArray[np.float64]:
        """Face coordinates (n, 2) to pixels (n, 2)."""
        angle = math.radians(self.roll_deg)
        turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
        turned = np.asarray(points, np.float64) @ turn
        return np.asarray(turned * self.unit_px + np.array(self.origin_px), np.float64)

    def window(self, points: ArrayLike, margin: float = 0.0) -> Window:
        """The part of the canvas that these points span, `margin` units wider."""
        px = self.to_px(points)
        low, high = px.min(axis=0) - margin * self.unit_px - 2, px.max(axis=0) + margin * self.unit_px + 2
        height, width = self.rgb.shape[:2]
        left, top = (int(np.clip(v, 0, m)) for v, m in zip(low, (width, height), strict=True))
        right, bottom = (int(np.clip(v + 1, 0, m)) for v, m in zip(high, (width, height), strict=True))
        return Window(left, top, max(left, right), max(top, bottom))

    def grid(self, window: Window) -> tuple[Array, Array]:
        """Face coordinates x and y of every pixel of a window."""
        rows, columns = window.size
        x = (np.arange(columns, dtype=np.float32) + (window.left - self.origin_px[0])) / np.float32(self.unit_px)
        y = (np.arange(rows, dtype=np.float32) + (window.top - self.origin_px[1])) / np.float32(self.unit_px)
        xs, ys = np.meshgrid(x, y)
        if self.roll_deg == 0:
            return xs, ys
        cos, sin = np.float32(math.cos(math.radians(self.roll_deg))), np.float32(math.sin(math.radians(self.roll_deg)))
        return xs * cos + ys * sin, ys * cos - xs * sin

    def mask(self, outline: ArrayLike, soft: float, window: Window) -> Array:
        """A closed outline as a mask 0–1 over a window, its edge `soft` units wide (a Gaussian's sigma)."""
        drawn = np.zeros(window.size, np.uint8)
        if drawn.size:
            cv2.fillPoly(drawn, [self._fixed(outline, window)], (255,), cv2.LINE_AA, SUBPIXEL_BITS)
        return self._softened(drawn, soft)

    def lines_mask(self, lines: list[NDArray[np.float64]], width: float, soft: float, window: Window) -> Array:
        """Open lines of one width (units) as a mask 0–1 over a window."""
        drawn = np.zeros(window.size, np.uint8)
        if drawn.size:
            thickness = max(1, round(width * self.unit_px))
            fixed = [self._fixed(line, window) for line in lines]
            cv2.polylines(drawn, fixed, False, (255,), thickness, cv2.LINE_AA, SUBPIXEL_BITS)
        return self._softened(drawn, soft)

    def paint(self, outline: ArrayLike, colour: Colour, soft: float = 0.004, opacity: float = 1.0) -> None:
        """Fills a closed outline."""
        window = self.window(outline, 3 * soft)
        self.blend(window, self.mask(outline, soft, window) * np.float32(opacity), colour)

    def line(self, points: ArrayLike, colour: Colour, width: float, soft: float = 0.004, opacity: float = 1.0) -> None:
        """Draws one open line."""
        window = self.window(points, width + 3 * soft)
        mask = self.lines_mask([np.asarray(points, np.float64)], width, soft, window)
        self.blend(window, mask * np.float32(opacity), colour)

    def glow(self, centre: tuple[float, float], radii: tuple[float, float], colour: Colour, opacity: float) -> None:
        """A Gaussian spot."""
        reach = 2.8 * np.array(radii)
        window = self.window([np.array(centre) - reach, np.array(centre) + reach], 0.1)
        x, y = self.grid(window)
        spot = np.exp(-(((x - centre[0]) / radii[0]) ** 2 + ((y - centre[1]) / radii[1]) ** 2))
        self.blend(window, spot * np.float32(opacity), colour)

    def blend(self, window: Window, mask: Array, colour: Colour | Array) -> None:
        """Lays a colour, or a picture of the window's size, over a window as far as the mask says."""
        part = self.rgb[window.slices]
        part += (np.asarray(colour, np.float32) - part) * mask[..., None]

    def noise(self, window: Window, cell: float) -> Array:
        """Smooth noise with mean 0 and spread 1, its spots about `cell` units large."""
        rows, columns = window.size
        if not rows or not columns:
            return np.zeros((rows, columns), np.float32)
        step = max(1.0, cell * self.unit_px)
        small = self.rng.standard_normal((int(rows / step) + 3, int(columns / step) + 3)).astype(np.float32)
        if step == 1.0:
            return np.asarray(small[:rows, :columns])
        return np.asarray(cv2.resize(small, (columns, rows), interpolation=cv2.INTER_CUBIC), np.float32)

    def _fixed(self, points: ArrayLike, window: Window) -> NDArray[np.int32]:
        px = self.to_px(points) - np.array([window.left, window.top])
        return np.asarray(np.round(px * (1 << SUBPIXEL_BITS)), np.int32).reshape(-1, 1, 2)

    def _softened(self, drawn: NDArray[np.uint8], soft: float) -> Array:
        sigma = soft * self.unit_px
        mask = drawn.astype(np.float32) / np.float32(255)
        if sigma < 0.35 or not mask.size:
            return mask
        return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), np.float32)


def smooth(points: ArrayLike, *, closed: bool = True, steps: int = 10) -> NDArray[np.float64]:
    """A Catmull-Rom curve through the points, `steps` pieces between two of them."""
    p = np.asarray(points, np.float64)
    if closed:
        before, after, last = np.roll(p, 1, 0), np.roll(p, -1, 0), np.roll(p, -2, 0)
        starts = p
    else:
        ends = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
        before, starts, after, last = ends[:-3], ends[1:-2], ends[2:-1], ends[3:]
    t = (np.arange(steps) / steps)[None, :, None]
    a, b, c, d = (v[:, None, :] for v in (before, starts, after, last))
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    curve = np.asarray(curve.reshape(-1, 2), np.float64)
    return curve if closed else np.vstack([curve, p[-1]])


def mirrored(points: ArrayLike) -> NDArray[np.float64]:
    """The same points on the other side of the face."""
    return np.asarray(np.asarray(points) * np.array([-1.0, 1.0]), np.float64)


def shifted(points: ArrayLike, dx: float, dy: float) -> NDArray[np.float64]:
    """The same points somewhere else."""
    return np.asarray(np.asarray(points) + np.array([dx, dy]), np.float64)


def tinted(colour: Colour, factor: float, towards: Colour = (0.0, 0.0, 0.0), share: float = 0.0) -> Colour:
    """A colour made lighter or darker, then mixed with another."""
    r, g, b = np.clip(np.array(colour) * factor * (1 - share) + np.array(towards) * share, 0, 1)
    return float(r), float(g), float(b)
