"""Eyes, brows, nose, mouth and beard."""

import numpy as np
from numpy.typing import NDArray

from photo_check.drawn_faces.canvas import Canvas, mirrored, shifted, smooth, tinted
from photo_check.drawn_faces.head import half_width
from photo_check.drawn_faces.person import DrawnPerson

Points = NDArray[np.float64]
SCLERA = (0.93, 0.91, 0.895)
IRIS_RADIUS = 0.098  # 6 mm of 61 mm


def eye_curves(person: DrawnPerson, opening: float) -> tuple[Points, Points]:
    """Upper and lower lid of the eye on the right of the picture, inner corner to outer; `opening` in units."""
    w, tilt = person.eye_width / 2, person.eye_tilt
    inner, outer = (0.5 - w, 0.022), (0.5 + w, 0.004 - tilt)
    up = np.array(
        [
            inner,
            (0.5 - w * 0.58, -opening * 0.33),
            (0.5 - 0.01, -opening * 0.485),
            (0.5 + w * 0.55, -opening * 0.36 - tilt * 0.5),
            outer,
        ]
    )
    low = np.array(
        [
            inner,
            (0.5 - w * 0.5, opening * 0.33),
            (0.5 + 0.02, opening * 0.455),
            (0.5 + w * 0.58, opening * 0.31 - tilt * 0.3),
            outer,
        ]
    )
    return smooth(up, closed=False), smooth(low, closed=False)


def draw_eyes(canvas: Canvas, person: DrawnPerson, *, closed: bool = False, gaze: float = 0.0) -> None:
    """Both eyes, open or closed, looking `gaze` units to the right of the picture."""
    for side in (1.0, -1.0):
        _draw_lids_shadow(canvas, person, side)
        if closed:
            _draw_closed_eye(canvas, person, side)
        else:
            _draw_open_eye(canvas, person, side, gaze)


def _sided(points: Points, side: float) -> Points:
    return np.asarray(points * np.array([side, 1.0]), np.float64)


def _draw_lids_shadow(canvas: Canvas, person: DrawnPerson, side: float) -> None:
    skin, o = person.skin, person.eye_opening
    dark = tinted(skin, 0.66, (0.42, 0.18, 0.14), 0.12)
    canvas.glow((side * 0.29, -0.02), (0.10, 0.12), dark, 0.34)
    canvas.glow((side * 0.52, -o * 0.95), (0.22, 0.055), dark, 0.30)
    upper, _ = eye_curves(person, o)
    crease = upper + np.array([0.005, -0.062 - 0.012 * (person.sex != "M")])
    canvas.line(_sided(crease[3:-1], side), tinted(skin, 0.55, (0.3, 0.12, 0.1), 0.1), 0.014, 0.010, 0.62)


def _draw_open_eye(canvas: Canvas, person: DrawnPerson, side: float, gaze: float) -> None:
    p, skin = person, person.skin
    upper, lower = (_sided(curve, side) for curve in eye_curves(p, p.eye_opening))
    slit = np.vstack([upper, lower[::-1]])
    window = canvas.window(slit, 0.04)
    inside = canvas.mask(slit, 0.004, window)
    x, y = canvas.grid(window)
    reach = np.abs(x - side * 0.5) / (p.eye_width / 2)
    white = np.array(SCLERA, np.float32) * (1 - np.float32(0.20) * np.clip(reach, 0, 1) ** 2)[..., None]
    white = white * (0.90 + 0.10 * sum(p.skin) / 3)
    # the iris: radial fibres between a dark rim and the pupil
    centre = (side * 0.5 + gaze, -0.004)
    radius = IRIS_RADIUS * (1 + 0.06 * p.childhood)
    r = np.hypot(x - centre[0], y - centre[1]) / np.float32(radius)
    angle = np.arctan2(y - centre[1], x - centre[0])
    waves = canvas.rng.uniform(0, 6.28, 3)
    fibres = sum(np.sin(angle * k + w) for k, w in zip((17, 29, 41), waves, strict=True)) / np.float32(3)
    tone = np.float32(1.0) + np.float32(0.16) * fibres - np.float32(0.25) * np.clip(-(y - centre[1]) / radius, -0.6, 1)
    tone = tone * np.where(r > 0.80, 1 - np.clip((r - 0.80) / 0.20, 0, 1) * 0.55, 1)
    iris = np.array(p.eyes, np.float32) * np.clip(tone, 0.2, 1.6)[..., None] * np.float32(1.15)
    sharp = np.float32(radius * canvas.unit_px)
    iris_share = np.clip((1 - r) * sharp / 1.6 + 0.5, 0, 1)
    pupil_share = np.clip((0.40 - r) * sharp / 1.6 + 0.5, 0, 1)
    eye = white + (iris - white) * iris_share[..., None]
    eye = eye * (1 - pupil_share * np.float32(0.93))[..., None]
    shade = np.exp(
        -np.clip(y - np.interp(np.abs(x), np.abs(upper[:, 0]), upper[:, 1]).astype(np.float32), 0, 1) / 0.035
    )
    eye = eye * (1 - np.float32(0.42) * shade)[..., None]
    canvas.blend(window, inside, np.clip(eye, 0, 1))
    canvas.glow((side * 0.5 + gaze - 0.030, -0.040), (0.015, 0.015), (1.0, 1.0, 1.0), 0.95)
    canvas.glow((side * 0.5 + gaze + 0.035, 0.045), (0.020, 0.014), (1.0, 1.0, 1.0), 0.22)
    corner = (side * (0.5 - p.eye_width / 2 + 0.018), 0.020)
    canvas.glow(corner, (0.022, 0.016), tinted(skin, 0.8, (0.78, 0.36, 0.34), 0.5), 0.8)
    lash = tinted(p.brows, 0.45, (0.05, 0.03, 0.03), 0.5)
    canvas.line(upper, lash, 0.016 + 0.008 * (p.sex != "M"), 0.006, 0.85)
    canvas.line(lower, tinted(skin, 0.55, (0.35, 0.15, 0.12), 0.15), 0.011, 0.006, 0.55)
    canvas.line(lower + np.array([0, 0.020]), tinted(skin, 1.06, (1.0, 0.8, 0.75), 0.1), 0.014, 0.010, 0.35)
    _draw_lashes(canvas, p, upper, side, lash)


def _draw_lashes(
    canvas: Canvas, person: DrawnPerson, upper: Points, side: float, colour: tuple[float, float, float]
) -> None:
    length = 0.030 if person.sex == "M" else 0.046
    lines = []
    for k in range(6, len(upper), 2):
        share = k / len(upper)
        start = upper[k]
        tip = start + np.array([side * length * (share - 0.45) * 1.1, -length * (0.75 - 0.3 * share)])
        lines.append(smooth([start, (start + tip) / 2 + (0, 0.004), tip], closed=False, steps=4))
    window = canvas.window(np.vstack(lines), 0.03)
    canvas.blend(window, canvas.lines_mask(lines, 0.005, 0.004, window) * np.float32(0.50), colour)


def _draw_closed_eye(canvas: Canvas, person: DrawnPerson, side: float) -> None:
    p = person
    upper, lower = (_sided(curve, side) for curve in eye_curves(p, p.eye_opening))
    lid = np.vstack([upper, lower[::-1]])
    canvas.paint(lid, tinted(p.skin, 0.93, (0.6, 0.3, 0.25), 0.06), 0.02)
    canvas.line(shifted(upper, 0, p.eye_opening * 0.25), tinted(p.skin, 1.05), 0.06, 0.035, 0.35)
    canvas.line(lower, tinted(p.brows, 0.45, (0.05, 0.03, 0.03), 0.5), 0.022, 0.005, 0.9)


def draw_brows(canvas: Canvas, person: DrawnPerson) -> None:
    """Both brows, hair by hair over a soft ground."""
    p, rng = person, canvas.rng
    h, arch, weight = p.brow_height, p.brow_arch, p.brow_weight
    spine = smooth(
        [(0.20, -h + 0.05), (0.36, -h - arch * 0.35), (0.58, -h - arch), (0.74, -h - arch * 0.55), (0.86, -h + 0.055)],
        closed=False,
    )
    n = len(spine)
    thick = (0.034 + 0.026 * weight) * np.interp(
        np.linspace(0, 1, n), [0, 0.12, 0.35, 0.65, 1], [0.45, 0.85, 1.0, 0.75, 0.06]
    )
    for side in (1.0, -1.0):
        body = np.vstack([spine - np.c_[np.zeros(n), thick], (spine + np.c_[np.zeros(n), thick])[::-1]])
        canvas.paint(_sided(body, side), tinted(p.brows, 1.0, p.skin, 0.2), 0.026, 0.34 + 0.16 * weight)
        lines = []
        for _ in range(int(150 + 90 * weight)):
            t = rng.uniform(0, 1)
            k = min(int(t * (n - 1)), n - 2)
            base = spine[k] + (0, rng.uniform(-1, 1) * thick[k])
            lean = np.interp(t, [0, 0.25, 0.6, 1], [1.0, 0.45, 0.05, -0.42]) + rng.normal() * 0.13
            length = rng.uniform(0.05, 0.09)
            tip = base + length * np.array([np.cos(lean), -np.sin(lean)]) * (1, 0.75)
            lines.append(_sided(smooth([base, (base + tip) / 2 + (0.004, -0.008), tip], closed=False, steps=4), side))
        window = canvas.window(np.vstack(lines), 0.02)
        canvas.blend(window, canvas.lines_mask(lines, 0.006, 0.003, window) * np.float32(0.38 + 0.20 * weight), p.brows)


def draw_nose(canvas: Canvas, person: DrawnPerson) -> None:
    """Nostrils, the wings' folds, the light on ridge and tip; the relief has drawn the rest."""
    p, skin = person, person.skin
    y, w = p.nose_base, p.nose_width
    dark = tinted(skin, 0.42, (0.25, 0.08, 0.06), 0.25)
    fold = tinted(skin, 0.62, (0.40, 0.15, 0.12), 0.12)
    canvas.glow((0, y + 0.035), (w * 0.95, 0.05), fold, 0.42)
    for side in (1.0, -1.0):
        nostril = np.array(
            [(0.055, y - 0.012), (0.10, y - 0.045), (0.165, y - 0.032), (0.175, y - 0.005), (0.12, y + 0.006)]
        )
        nostril = nostril * (w / 0.26, 1.0)
        canvas.paint(_sided(smooth(nostril), side), dark, 0.018, 0.74)
        wing = np.array([(w * 0.80, y - 0.185), (w * 1.02, y - 0.12), (w * 1.03, y - 0.035), (w * 0.84, y + 0.008)])
        canvas.line(_sided(smooth(wing, closed=False), side), fold, 0.022, 0.022, 0.50)
        bridge = [(0.155, -0.16), (0.125, 0.10), (0.145, y - 0.30)]
        canvas.line(_sided(smooth(bridge, closed=False), side), fold, 0.07, 0.065, 0.13 * (1 - 0.5 * p.childhood))
    canvas.glow((0.0, y - 0.04), (0.055, 0.03), fold, 0.30)
    light = tinted(skin, 1.12, (1.0, 0.95, 0.9), 0.15)
    canvas.glow((-0.012, y - 0.175), (0.045, 0.04), light, 0.50)
    canvas.line([(-0.01, -0.05), (-0.012, y - 0.30)], light, 0.045, 0.035, 0.30)


def _lip_curves(person: DrawnPerson, opening: float) -> tuple[Points, Points, Points, Points]:
    """The seam's upper and lower edge from left to right, the bow and the under lip from right to left."""
    y, w, f = person.mouth, person.mouth_width, person.lip_fullness
    gap = opening / 2
    seam_up = np.array(
        [
            (-w, y - 0.018),
            (-w * 0.5, y - 0.006 - gap * 0.8),
            (-0.06, y + 0.006 - gap),
            (0, y + 0.014 - gap),
            (0.06, y + 0.006 - gap),
            (w * 0.5, y - 0.006 - gap * 0.8),
            (w, y - 0.018),
        ]
    )
    seam_low = seam_up * (1, 0) + np.c_[np.zeros(7), 2 * y - seam_up[:, 1] + 0.012] if opening else seam_up
    bow = np.array(
        [
            (w, y - 0.018),
            (w * 0.58, y - 0.062 * f - gap),
            (0.09, y - 0.102 * f - gap),
            (0, y - 0.082 * f - gap),
            (-0.09, y - 0.102 * f - gap),
            (-w * 0.58, y - 0.062 * f - gap),
            (-w, y - 0.018),
        ]
    )
    under = np.array(
        [
            (w, y - 0.018),
            (w * 0.62, y + 0.082 * f + gap),
            (0.16, y + 0.135 * f + gap),
            (0, y + 0.140 * f + gap),
            (-0.16, y + 0.135 * f + gap),
            (-w * 0.62, y + 0.082 * f + gap),
            (-w, y - 0.018),
        ]
    )
    return seam_up, seam_low, bow, under


def draw_mouth(canvas: Canvas, person: DrawnPerson, opening: float = 0.0) -> None:
    """The lips, closed, or `opening` units apart over teeth and dark."""
    p = person
    y, w, f = p.mouth, p.mouth_width, p.lip_fullness
    gap = opening / 2
    seam_up, seam_low, bow, under = _lip_curves(person, opening)
    seam_up_line, seam_low_line = smooth(seam_up, closed=False), smooth(seam_low, closed=False)
    if opening:
        canvas.paint(np.vstack([seam_up_line, seam_low_line[::-1]]), (0.16, 0.05, 0.05), 0.008)
        teeth = np.vstack([seam_up_line[8:-8], shifted(seam_up_line[8:-8], 0, min(0.11, opening * 0.45))[::-1]])
        canvas.paint(teeth, (0.90, 0.88, 0.83), 0.010, 0.95)
    upper = np.vstack([seam_up_line, smooth(bow, closed=False)])
    lower = np.vstack([seam_low_line, smooth(under, closed=False)])
    canvas.glow((0, y + 0.20 * f + gap), (w * 0.52, 0.045), tinted(p.skin, 0.66, (0.4, 0.15, 0.1), 0.1), 0.42)
    canvas.paint(upper, tinted(p.lips, 0.90), 0.014, 0.88)
    canvas.paint(lower, tinted(p.lips, 1.04), 0.016, 0.80)
    canvas.line(smooth(bow[1:-1], closed=False), tinted(p.skin, 1.10), 0.014, 0.012, 0.30)
    canvas.glow((-0.03, y + 0.068 * f + gap), (0.15, 0.030), tinted(p.lips, 1.30, (1, 0.9, 0.88), 0.25), 0.42)
    dark = tinted(p.lips, 0.42)
    if not opening:
        canvas.line(seam_up_line, dark, 0.018, 0.007, 0.80)
    for side in (1.0, -1.0):
        canvas.glow((side * (w + 0.005), y - 0.012), (0.026, 0.022), dark, 0.36)
    window = canvas.window(np.vstack([upper, lower]), 0.02)
    lines = canvas.noise(window, 0.014) * np.float32(0.03)
    soft = canvas.mask(np.vstack([upper, lower]), 0.02, window)
    canvas.rgb[window.slices] *= 1 + (lines * soft)[..., None]


def draw_beard(canvas: Canvas, person: DrawnPerson) -> None:
    """A moustache, a short beard, stubble, or the faint shade of a shave."""
    p = person
    if p.sex == "F" or p.childhood > 0 or p.age_years < 18:
        return
    jaw = np.array([(1.02, 0.30), (1.06, 0.70), (0.98, 1.25), (0.70, 1.75), (0.30, p.chin - 0.02), (0, p.chin)]) * (
        p.face_width / 1.17,
        1,
    )
    inner = np.array(
        [
            (0, p.mouth + 0.30),
            (0.30, p.mouth + 0.22),
            (0.50, p.mouth),
            (0.50, p.nose_base + 0.20),
            (0.70, 0.98),
            (0.88, 0.62),
            (0.95, 0.30),
        ]
    )
    outer = smooth(np.vstack([jaw, mirrored(jaw[:-1])[::-1]]), closed=False)
    inside_edge = smooth(np.vstack([mirrored(inner[1:])[::-1], inner]), closed=False)
    beard = np.vstack([outer, inside_edge])
    moustache = np.array(
        [
            (0.0, p.nose_base + 0.09),
            (0.22, p.nose_base + 0.07),
            (0.43, p.mouth - 0.05),
            (0.50, p.mouth + 0.05),
            (0.36, p.mouth - 0.055),
            (0.0, p.mouth - 0.085),
        ]
    )
    density = {"none": 0.0, "stubble": 0.35, "short beard": 0.55, "moustache": 0.7}[p.beard]
    shapes = [beard, _whole(moustache)] if p.beard != "moustache" else [_whole(moustache)]
    for outline in shapes:
        shade = tinted(p.skin, 0.70, p.brows, 0.35)
        window = canvas.window(outline, 0.2)
        x, y = canvas.grid(window)
        inside = np.clip((half_width(p, y) - np.abs(x)) / 0.05, 0, 1)
        mask = canvas.mask(outline, 0.05, window) * inside
        canvas.blend(window, mask * np.float32(0.10 + 0.42 * density), shade)
        if density:
            _draw_hairs(canvas, p, outline, density)


def _whole(half: Points) -> Points:
    """The outline of both sides from that of one, which starts and ends on the middle line."""
    right = smooth(half, closed=False)
    return np.vstack([right, _sided(right, -1.0)[::-1]])


def _draw_hairs(canvas: Canvas, person: DrawnPerson, outline: Points, density: float) -> None:
    rng = canvas.rng
    window = canvas.window(outline, 0.05)
    inside = canvas.mask(outline, 0.05, window)
    low, high = outline.min(axis=0), outline.max(axis=0)
    count = int(5200 * density * (high[0] - low[0]) * (high[1] - low[1]))
    at = rng.uniform(low, high, (count, 2))
    px = (canvas.to_px(at) - (window.left, window.top)).astype(int)
    rows, columns = window.size
    keep = (px[:, 0] >= 0) & (px[:, 0] < columns) & (px[:, 1] >= 0) & (px[:, 1] < rows)
    at, px = at[keep], px[keep]
    at = at[rng.random(len(at)) < inside[px[:, 1], px[:, 0]] ** 2]
    at = at[np.abs(at[:, 0]) < half_width(person, at[:, 1].astype(np.float32)) - 0.05]
    length = 0.008 + 0.045 * density
    lean = rng.normal(0, 0.5, len(at))
    tips = at + length * np.c_[0.8 * np.sin(lean) - 0.25 * at[:, 0], np.cos(lean)]
    lines = [np.array([a, b]) for a, b in zip(at, tips, strict=True)]
    if lines:
        canvas.blend(
            window, canvas.lines_mask(lines, 0.004, 0.003, window) * np.float32(0.20 + 0.35 * density), person.brows
        )
