"""Skin: the head's outline, its relief under one soft light, ears, neck, and what years leave on it."""

import numpy as np
from numpy.typing import NDArray

from photo_check.drawn_faces.canvas import Array, Canvas, mirrored, smooth, tinted
from photo_check.drawn_faces.person import DrawnPerson

LIGHT = np.array([-0.20, -0.42, 0.885], np.float32)  # from above, a little from the left, mostly from the front
SUBSURFACE = (1.0, 1.16, 1.24)  # skin in shadow turns warm: green and blue fall faster than red
RELIEF = 0.42

Bump = tuple[float, float, float, float, float]  # x, y, sigma x, sigma y, height; x ≠ 0 is mirrored


def head_outline(person: DrawnPerson, grow: float = 0.0) -> NDArray[np.float64]:
    """Skull and jaw as a closed curve; `grow` widens it (units)."""
    up, down = person.crown, person.chin
    w, j = person.face_width, person.jaw_width
    half = [
        (0.0, up),
        (0.31 * w, up * 0.965),
        (0.60 * w, up * 0.85),
        (0.83 * w, up * 0.64),
        (0.95 * w, up * 0.37),
        (0.985 * w, up * 0.08),
        (0.975 * w, 0.18 * down),
        (0.93 * w * (0.45 + 0.55 * j), 0.40 * down),
        (0.88 * j, 0.60 * down),
        (0.71 * j, 0.785 * down),
        (0.46 * j, 0.915 * down),
        (0.22 * j, 0.985 * down),
        (0.0, down),
    ]
    right = np.array(half)
    outline = smooth(np.vstack([right, mirrored(right[1:-1])[::-1]]))
    if grow:
        centre = np.array([0.0, (up + down) / 2])
        outward = outline - centre
        outline = outline + outward / np.linalg.norm(outward, axis=1, keepdims=True) * grow
    return outline


def half_width(person: DrawnPerson, y: Array) -> Array:
    """The outline's half width at heights y."""
    outline = head_outline(person)
    side = outline[outline[:, 0] >= 0]
    side = side[np.argsort(side[:, 1])]
    return np.interp(y, side[:, 1], side[:, 0], left=0.02, right=0.02).astype(np.float32)


def relief(person: DrawnPerson) -> list[Bump]:
    """The face's bumps and hollows."""
    p, adult = person, 1 - person.childhood
    tip = p.nose_base - 0.13
    strong = 1.0 if p.sex == "M" else 0.65
    return [
        (0.50, -0.30, 0.30, 0.10, 0.050 * strong * (0.5 + 0.5 * adult)),  # brow ridge
        (0.47, -0.02, 0.24, 0.16, -0.075),  # eye sockets
        (0.50, 0.01, 0.20, 0.12, 0.050),  # the eyeballs in them
        (0.0, 0.10 * p.nose_length, 0.11, 0.40 * (0.6 + 0.4 * adult), 0.100 * p.nose_length),  # ridge of the nose
        (0.0, tip, 0.15, 0.13, 0.140 * (0.55 + 0.45 * p.nose_length)),  # tip
        (p.nose_width * 0.74, p.nose_base - 0.07, 0.09, 0.10, 0.052),  # wings
        (0.66, 0.50, 0.26, 0.24, 0.050 + 0.02 * p.childhood),  # cheekbones
        (0.46, 0.88, 0.17, 0.26, -0.030 * adult),  # hollow beside the mouth
        (0.0, (p.nose_base + p.mouth) / 2 - 0.02, 0.045, 0.10, -0.022),  # philtrum
        (0.0, p.mouth, 0.34, 0.15, 0.050),  # mouth
        (0.0, p.mouth + 0.25, 0.22, 0.06, -0.045),  # under the lower lip
        (0.0, p.chin - 0.24, 0.24, 0.16, 0.065),  # chin
        (0.0, -0.85, 0.60, 0.34, 0.030),  # forehead
    ]


def shading(person: DrawnPerson, x: Array, y: Array) -> tuple[Array, Array]:
    """How much light each point of the face sends back (1: facing the viewer), and the gloss on it."""
    reach = np.clip(np.abs(x) / half_width(person, y), 0, 1)
    middle, tall = (person.crown + person.chin) / 2, (person.chin - person.crown) / 2
    vertical = np.clip((y - middle) / tall, -1, 1)
    slope_x = np.sign(x) * reach**3.2 * np.float32(0.95)
    slope_y = vertical**3 * np.float32(0.62)
    for bx, by, sx, sy, height in relief(person):
        for centre in {bx, -bx}:
            spot = np.exp(-(((x - centre) / sx) ** 2) - ((y - by) / sy) ** 2) * np.float32(height / RELIEF)
            slope_x += spot * (x - centre) * np.float32(2 * RELIEF / sx**2) * np.float32(0.5)
            slope_y += spot * (y - by) * np.float32(2 * RELIEF / sy**2) * np.float32(0.5)
    length = np.sqrt(slope_x**2 + slope_y**2 + 1)
    facing = (slope_x * LIGHT[0] + slope_y * LIGHT[1] + LIGHT[2]) / length
    light = 1 + np.float32(0.62) * (facing - LIGHT[2])
    half = LIGHT + np.array([0, 0, 1], np.float32)
    half /= np.linalg.norm(half)
    gloss = np.clip((slope_x * half[0] + slope_y * half[1] + half[2]) / length, 0, 1) ** 38
    return light.astype(np.float32), gloss.astype(np.float32)


def draw_ears(canvas: Canvas, person: DrawnPerson) -> None:
    """Both ears; the head is drawn over their inner edge."""
    w, skin = person.face_width, person.skin
    top, low = -0.14, 0.28 + 0.34 * (1 - 0.25 * person.childhood)
    ear = np.array(
        [(0.94, top + 0.06), (1.03, top - 0.02), (1.085, top + 0.05), (1.09, top + 0.26), (1.055, low - 0.18),
         (1.01, low), (0.93, low - 0.02), (0.90, 0.1)]
    ) * (w, 1.0)  # fmt: skip
    inner = np.array([(1.0, top + 0.10), (1.05, top + 0.12), (1.055, top + 0.28), (1.02, low - 0.22), (0.98, 0.2)]) * (
        w,
        1,
    )
    for side in (lambda p: p, mirrored):
        canvas.paint(smooth(side(ear)), tinted(skin, 0.90, (0.75, 0.35, 0.28), 0.10), 0.012)
        canvas.paint(smooth(side(inner)), tinted(skin, 0.66, (0.5, 0.2, 0.15), 0.12), 0.030, 0.6)
        canvas.line(smooth(side(ear[1:5]), closed=False), tinted(skin, 1.06), 0.03, 0.012, 0.45)


def draw_neck(canvas: Canvas, person: DrawnPerson, shoulder_y: float) -> None:
    """The neck, with the shadow that the jaw throws on it."""
    n, chin, skin = person.neck_width, person.chin, person.skin
    half = [(n * 0.90, chin - 0.75), (n * 0.95, chin - 0.2), (n * 0.98, chin + 0.25), (n * 1.10, shoulder_y - 0.06),
            (n * 1.42, shoulder_y + 0.16), (n * 1.50, shoulder_y + 0.5), (n * 0.9, shoulder_y + 1.3)]  # fmt: skip
    right = smooth(half, closed=False)
    outline = np.vstack([right, mirrored(right)[::-1]])
    window = canvas.window(outline, 0.1)
    x, y = canvas.grid(window)
    base = np.array(skin, np.float32) * np.float32(0.93)
    round_x = np.clip(np.abs(x) / (n * 1.05), 0, 1.2)
    light = 1 - np.float32(0.20) * round_x**3 - np.float32(0.05) * (x > 0) * np.minimum(round_x, 1) ** 2
    jaw = np.exp(-np.maximum(0, y - chin - 0.04 + np.float32(0.22) * x**2) / np.float32(0.20))
    light = light - np.float32(0.23) * jaw
    colour = base * np.power(np.clip(light, 0.3, 1.2)[..., None], np.array(SUBSURFACE, np.float32))
    canvas.blend(window, canvas.mask(outline, 0.012, window), np.clip(colour, 0, 1))
    for side in (-1.0, 1.0):  # the two cords that run to the collarbone
        cord = smooth(
            [(side * n * 0.62, chin + 0.25), (side * n * 0.40, shoulder_y), (side * 0.14, shoulder_y + 0.34)],
            closed=False,
        )
        canvas.line(cord, tinted(skin, 0.74), 0.05, 0.05, 0.22 * (1 - 0.6 * person.childhood))


def draw_head(canvas: Canvas, person: DrawnPerson) -> None:
    """The head's skin: base colour, its warm and cool regions, the relief's light, pores."""
    p = person
    outline = head_outline(p)
    window = canvas.window(outline, 0.08)
    x, y = canvas.grid(window)
    light, gloss = shading(p, x, y)
    colour = np.broadcast_to(np.array(p.skin, np.float32), (*window.size, 3)).copy()
    _tint(colour, x, y, (0.70, 0.48), (0.30, 0.24), (0.86, 0.36, 0.30), 0.13 + 0.05 * p.childhood)
    _tint(colour, x, y, (0.0, p.nose_base - 0.12), (0.20, 0.16), (0.84, 0.36, 0.30), 0.10)
    _tint(colour, x, y, (0.0, p.chin - 0.2), (0.34, 0.2), (0.80, 0.42, 0.34), 0.06)
    _tint(colour, x, y, (0.0, -0.8), (0.7, 0.4), (0.90, 0.76, 0.52), 0.06)
    _tint(colour, x, y, (0.46, 0.16), (0.20, 0.07), (0.45, 0.28, 0.30), 0.09 + 0.05 * p.wrinkles)
    mottle = canvas.noise(window, 0.16) * np.float32(0.007) + canvas.noise(window, 0.03) * np.float32(0.008)
    pores = canvas.noise(window, 0.008) * np.float32(0.010)
    light = np.clip(light + mottle + pores, 0.25, 1.4)
    colour = colour * np.power(light[..., None], np.array(SUBSURFACE, np.float32))
    colour += gloss[..., None] * np.float32(0.055) * np.array([1.0, 0.96, 0.90], np.float32)
    canvas.blend(window, canvas.mask(outline, 0.010, window), np.clip(colour, 0, 1))
    _draw_years(canvas, p)
    if p.freckles:
        _draw_freckles(canvas, p)


def _tint(
    colour: Array, x: Array, y: Array, centre: tuple[float, float], radii: tuple[float, float],
    towards: tuple[float, float, float], share: float,
) -> None:  # fmt: skip
    """Mixes a colour into a region, on both sides of the face."""
    spot = np.exp(-(((np.abs(x) - centre[0]) / radii[0]) ** 2) - ((y - centre[1]) / radii[1]) ** 2) * np.float32(share)
    strength = colour.mean()  # a dark skin reddens darker
    colour += (np.array(towards, np.float32) * (0.35 + 0.75 * strength) - colour) * spot[..., None]


def _draw_years(canvas: Canvas, person: DrawnPerson) -> None:
    p, w = person, person.wrinkles
    dark = tinted(p.skin, 0.66, (0.4, 0.15, 0.1), 0.08)
    fold = [
        (p.nose_width + 0.06, p.nose_base - 0.08),
        (p.nose_width + 0.19, p.nose_base + 0.10),
        (p.mouth_width + 0.09, p.mouth - 0.06),
    ]
    for side in (lambda q: np.asarray(q), mirrored):
        curve = smooth(side(fold), closed=False)
        canvas.line(curve, dark, 0.030, 0.028, (0.10 + 0.42 * w) * (1 - 0.8 * p.childhood))
        if w > 0.15:
            bag = [(0.25, 0.19), (0.45, 0.25), (0.68, 0.20)]
            canvas.line(smooth(side(bag), closed=False), dark, 0.018, 0.018, 0.45 * w)
            for k in range(3):
                foot = [(0.80, -0.02 + 0.06 * k), (0.96, -0.07 + 0.10 * k)]
                canvas.line(smooth(side(foot), closed=False), dark, 0.010, 0.012, 0.35 * w)
    if w > 0.1:
        for k in range(3):
            level = -0.66 - 0.15 * k
            line = [(-0.55, level + 0.03), (-0.2, level - 0.01), (0.2, level), (0.56, level + 0.03)]
            canvas.line(smooth(line, closed=False), dark, 0.012, 0.016, 0.32 * w)


def _draw_freckles(canvas: Canvas, person: DrawnPerson) -> None:
    colour = tinted(person.skin, 0.78, (0.55, 0.28, 0.12), 0.2)
    for _ in range(int(90 * person.freckles)):
        at = (float(canvas.rng.normal(0, 0.42)), float(canvas.rng.normal(0.40, 0.14)))
        size = float(canvas.rng.uniform(0.007, 0.014))
        canvas.glow(at, (size, size), colour, 0.45)
