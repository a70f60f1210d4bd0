"""What can be wrong with a portrait: each fault by name, and those that are done to the finished picture."""

import math
from typing import Final, Literal, get_args

import cv2
import numpy as np

from photo_check.drawn_faces.canvas import Array, Canvas, shifted, smooth, tinted
from photo_check.drawn_faces.person import DrawnPerson

Fault = Literal[
    "eyes_closed",
    "mouth_open",
    "gaze_away",
    "sunglasses",
    "side_view",
    "roll",
    "too_small",
    "too_large",
    "off_centre",
    "dark",
    "overexposed",
    "blurred",
    "noisy",
    "busy_background",
    "dark_background",
    "shadow",
    "side_light",
    "greyscale",
    "colour_cast",
    "two_faces",
    "no_face",
]
FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)


def draw_sunglasses(canvas: Canvas, person: DrawnPerson) -> None:
    """Dark lenses over both eyes, a bridge and the arms."""
    frame = (0.06, 0.06, 0.07)
    lens = np.array(
        [(0.14, -0.18), (0.50, -0.24), (0.88, -0.19), (0.90, 0.06), (0.72, 0.26), (0.34, 0.26), (0.16, 0.10)]
    )
    for side in (1.0, -1.0):
        outline = smooth(lens * (side, 1))
        canvas.paint(outline * 1.03, frame, 0.008)
        canvas.paint(outline * 0.98, (0.10, 0.10, 0.12), 0.006)
        canvas.line(
            [(side * 0.26, -0.12), (side * 0.44, -0.17)], tinted(frame, 1.0, (0.5, 0.5, 0.55), 0.5), 0.03, 0.02, 0.5
        )
        canvas.line([(side * 0.88, -0.12), (side * person.face_width, -0.16)], frame, 0.05, 0.006)
    canvas.line(smooth([(-0.17, -0.08), (0, -0.14), (0.17, -0.08)], closed=False), frame, 0.05, 0.006)


def draw_shelf(canvas: Canvas) -> None:
    """A shelf of books instead of a plain wall."""
    height, width = canvas.rgb.shape[:2]
    rng = canvas.rng
    for row in range(5):
        top, left = row * height // 5, 0
        while left < width:
            thick = int(rng.integers(width // 40, width // 16))
            colour = rng.uniform(0.15, 0.85, 3)
            canvas.rgb[top : top + height // 5 - height // 60, left : left + thick] = colour
            left += thick + 2
        canvas.rgb[top + height // 5 - height // 60 : top + height // 5] = (0.35, 0.25, 0.16)


def draw_wall_shadow(canvas: Canvas, outline: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> None:
    """The shadow that a lamp from the left throws on a wall too close behind the head."""
    canvas.paint(shifted(outline, 0.34, 0.16), (0.46, 0.47, 0.49), 0.07, 0.85)


def turn_aside(canvas: Canvas, person: DrawnPerson, yaw_deg: float) -> None:
    """Shifts what stands nearer to the camera sideways, as a turned head would."""
    height, width = canvas.rgb.shape[:2]
    x, y = (np.asarray(v, np.float32) for v in np.meshgrid(np.arange(width), np.arange(height)))
    u, v = (x - canvas.origin_px[0]) / canvas.unit_px, (y - canvas.origin_px[1]) / canvas.unit_px
    middle, tall = (person.crown + person.chin) / 2, (person.chin - person.crown) / 2
    sin = np.float32(math.sin(math.radians(yaw_deg)))

    def depth(at: Array) -> Array:
        dome = np.exp(-((at / 1.05) ** 4)) * np.exp(-(((v - middle) / (tall * 1.06)) ** 6)) * np.float32(0.95)
        nose = np.exp(-((at / 0.24) ** 2)) * np.exp(-(((v - person.nose_base + 0.15) / 0.30) ** 2)) * np.float32(0.30)
        return np.asarray(dome + nose, np.float32)

    source = u.copy()
    for _ in range(10):
        source = source + np.float32(0.5) * (u - depth(source) * sin - source)
    canvas.rgb[:] = cv2.remap(
        canvas.rgb,
        source * np.float32(canvas.unit_px) + np.float32(canvas.origin_px[0]),
        y,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )


def spoil_picture(canvas: Canvas, faults: frozenset[Fault]) -> None:
    """The faults of light, lens and colour, done to the finished picture."""
    rgb = canvas.rgb
    if "side_light" in faults:
        u = (np.arange(rgb.shape[1], dtype=np.float32) - canvas.origin_px[0]) / np.float32(canvas.unit_px)
        rgb *= (0.62 + 0.38 * np.tanh(-u * 2.2)).astype(np.float32)[None, :, None] + np.float32(0.05)
    if "dark" in faults:
        rgb *= np.float32(0.30)
    if "overexposed" in faults:
        rgb *= np.float32(1.75)
    if "colour_cast" in faults:
        rgb *= np.array([0.72, 0.92, 1.22], np.float32)
    if "greyscale" in faults:
        rgb[:] = (rgb @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
    if "blurred" in faults:
        rgb[:] = cv2.GaussianBlur(rgb, (0, 0), 0.035 * canvas.unit_px)
    if "noisy" in faults:
        rgb += canvas.rng.normal(0, 0.10, rgb.shape).astype(np.float32)
