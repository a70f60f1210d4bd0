"""Shoulders and what is worn on them."""

import numpy as np
from numpy.typing import NDArray

from photo_check.drawn_faces.canvas import Canvas, mirrored, shifted, smooth, tinted
from photo_check.drawn_faces.person import Colour, DrawnPerson


def shoulder_line(person: DrawnPerson) -> float:
    """Where the collar meets the neck, units below the eyes."""
    return person.chin + 0.52 - 0.10 * person.childhood


def draw_clothes(canvas: Canvas, person: DrawnPerson) -> None:
    """The garment over neck and shoulders."""
    p = person
    top, n = shoulder_line(p), p.neck_width
    wide = {"M": 2.75, "X": 2.55, "F": 2.35}[p.sex] * (1 - 0.22 * p.childhood)
    body = np.array(
        [
            (n * 1.14, top - 0.10),
            (n * 1.7, top + 0.16),
            (wide * 0.80, top + 0.42),
            (wide, top + 0.78),
            (wide * 1.12, top + 1.6),
            (wide * 1.15, top + 6),
            (0, top + 6),
        ]
    )
    necks = {
        "blazer": [(0, top + 1.55), (n * 0.62, top + 0.62)],
        "shirt": [(0, top + 0.50), (n * 0.60, top + 0.26)],
        "sweater": [(0, top + 0.36), (n * 0.72, top + 0.22)],
        "t-shirt": [(0, top + 0.46), (n * 0.76, top + 0.28)],
    }
    if p.garment in ("blazer", "sweater"):
        _cloth(canvas, p, np.vstack([[(0, top + 0.62), (n * 0.64, top + 0.30)], body]), p.shirt_colour)
    colour = p.shirt_colour if p.garment == "shirt" else p.garment_colour
    _cloth(canvas, p, np.vstack([necks[p.garment], body]), colour)
    if p.garment in ("t-shirt", "sweater"):
        _collar_band(canvas, p, np.array(necks[p.garment] + [(n * 1.14, top - 0.06)]), colour)
    if p.garment in ("shirt", "blazer"):
        _shirt_collar(canvas, p, top, p.shirt_colour)
    if p.garment == "blazer":
        _lapels(canvas, p, top)


def _cloth(canvas: Canvas, person: DrawnPerson, half: NDArray[np.float64], colour: Colour) -> None:
    right = smooth(half, closed=False, steps=6)
    outline = np.vstack([right, mirrored(right)[::-1]])
    window = canvas.window(outline, 0.05)
    x, y = canvas.grid(window)
    top = shoulder_line(person)
    light = 1.04 - np.float32(0.10) * np.clip(np.abs(x) / 2.6, 0, 1) ** 2 - np.float32(0.06) * np.clip(x / 2.4, -1, 1)
    light = light - np.float32(0.10) * np.exp(-(((y - top - 0.15) / 0.22) ** 2)) * np.exp(-((x / 1.1) ** 2))
    folds = canvas.noise(window, 0.55) * np.float32(0.020)
    weave = canvas.noise(window, 0.009) * np.float32(0.014)
    cloth = np.array(colour, np.float32) * (light + folds + weave)[..., None]
    canvas.blend(window, canvas.mask(outline, 0.010, window), np.clip(cloth, 0, 1))


def _collar_band(canvas: Canvas, person: DrawnPerson, half: NDArray[np.float64], colour: Colour) -> None:
    edge = smooth(np.vstack([mirrored(half[1:])[::-1], half]), closed=False)
    canvas.line(shifted(edge, 0, -0.02), tinted(person.skin, 0.60), 0.03, 0.02, 0.5)
    canvas.line(shifted(edge, 0, 0.055), tinted(colour, 1.08), 0.105, 0.006, 0.9)
    canvas.line(shifted(edge, 0, 0.112), tinted(colour, 0.72), 0.010, 0.006, 0.7)


def _shirt_collar(canvas: Canvas, person: DrawnPerson, top: float, colour: Colour) -> None:
    n = person.neck_width
    flap = np.array(
        [
            (n * 1.12, top - 0.26),
            (n * 1.24, top - 0.02),
            (n * 1.0, top + 0.40),
            (n * 0.52, top + 0.66),
            (0.03, top + 0.46),
            (n * 0.55, top + 0.22),
        ]
    )
    for side in (lambda q: q, mirrored):
        outline = np.vstack([side(flap), side(flap)[:1]])
        canvas.paint(shifted(outline, 0, 0.035), tinted(colour, 0.55), 0.03, 0.55)
        canvas.paint(outline, tinted(colour, 1.0), 0.008)
        canvas.line(outline[2:6], tinted(colour, 0.80), 0.010, 0.005, 0.8)
    canvas.line([(0, top + 0.48), (0, top + 4)], tinted(colour, 0.74), 0.012, 0.006, 0.6)


def _lapels(canvas: Canvas, person: DrawnPerson, top: float) -> None:
    n, colour = person.neck_width, person.garment_colour
    lapel = np.array(
        [
            (n * 1.18, top - 0.10),
            (n * 1.46, top + 0.10),
            (n * 1.60, top + 0.72),
            (n * 1.22, top + 0.80),
            (n * 1.34, top + 0.96),
            (0.05, top + 2.2),
            (0.0, top + 1.6),
            (n * 0.66, top + 0.62),
        ]
    )
    for side in (mirrored, lambda q: q):
        canvas.paint(shifted(side(lapel), 0, 0.03), tinted(colour, 0.45), 0.035, 0.6)
        canvas.paint(side(lapel), tinted(colour, 1.10), 0.008)
        canvas.line(side(lapel[1:6]), tinted(colour, 0.66), 0.010, 0.006, 0.8)
