"""Hair: what hangs behind the head, what lies on it, and the strands that make it hair."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photo_check.drawn_faces.canvas import Array, Canvas, Window, mirrored, smooth, tinted
from photo_check.drawn_faces.head import head_outline
from photo_check.drawn_faces.person import DrawnPerson

Points = NDArray[np.float64]
HANGS_BELOW = 1.5  # units under the root


@dataclass(frozen=True, slots=True)
class HairStyle:
    """`volume` above the skull and `sides` beside it (units), `length`: how far down it falls, `curl` 0–1."""

    volume: float
    sides: float
    sideburn: float  # how far down the hair reaches before the ear
    length: float | None  # y of the tips; None where it ends above the ears
    curl: float
    hairline: float  # lift of the hairline at the temples


STYLES: dict[str, HairStyle] = {
    "crop": HairStyle(0.10, 0.055, 0.16, None, 0.0, 0.02),
    "side part": HairStyle(0.17, 0.075, 0.20, None, 0.0, 0.03),
    "swept": HairStyle(0.22, 0.06, 0.14, None, 0.1, 0.05),
    "curly": HairStyle(0.20, 0.12, 0.16, None, 1.0, 0.0),
    "receding": HairStyle(0.035, 0.07, 0.20, None, 0.0, 0.30),
    "long": HairStyle(0.14, 0.13, 0.9, 3.0, 0.15, 0.02),
    "bob": HairStyle(0.15, 0.20, 0.9, 1.55, 0.1, 0.02),
    "tied back": HairStyle(0.07, 0.03, 0.12, None, 0.0, 0.02),
    "curly long": HairStyle(0.20, 0.26, 0.7, 2.4, 1.0, 0.0),
}


def hair_root(person: DrawnPerson) -> tuple[float, float]:
    """Where the strands start: the parting, the crown, or, for hair that is combed back, the middle of the face."""
    p = person
    if p.hair_style == "side part":
        return p.parting * 1.45, p.hairline + 0.06
    if p.hair_style in ("long", "bob", "curly long"):
        return p.parting * 0.8, p.crown - 0.16
    if p.hair_style == "swept":
        return p.parting * 0.7, -0.55
    if p.hair_style == "tied back":
        return 0.0, -0.30
    return 0.0, -0.45


def draw_back_hair(canvas: Canvas, person: DrawnPerson) -> None:
    """The hair behind neck and shoulders, where it is long."""
    style = STYLES[person.hair_style]
    if style.length is None:
        if person.hair_style == "tied back":
            bun = smooth(
                [
                    (-0.42, person.crown + 0.05),
                    (0, person.crown - 0.20),
                    (0.42, person.crown + 0.05),
                    (0, person.crown + 0.3),
                ]
            )
            _fill(canvas, person, bun, style, 0.85, (0.0, person.crown))
        return
    w, s = person.face_width, style.sides * person.hair_volume
    half = np.array(
        [
            (0.0, person.crown - style.volume),
            (0.58 * w, person.crown * 0.92 - 0.06),
            (0.86 * w + s * 0.8, person.crown * 0.66),
            (w + s * 0.9, person.crown * 0.35),
            (w + s * 1.15, 0.35),
            (w + s * 1.2, 1.1),
            (w * 0.98 + s, style.length - 0.25),
            (w * 0.80 + s, style.length),
            (0.35, style.length - 0.1),
        ]
    )
    right = smooth(half, closed=False)
    outline = _ruffled(canvas, np.vstack([right, mirrored(right)[::-1]]), style)
    _fill(canvas, person, outline, style, 0.72, hair_root(person))


def draw_front_hair(canvas: Canvas, person: DrawnPerson) -> None:
    """The hair over skull, temples and, where it is long, down the sides of the face."""
    p, style = person, STYLES[person.hair_style]
    outer = _ruffled(canvas, _outer_edge(p, style), style)
    inner = _hairline(p, style)
    if p.hair_style == "receding":
        _draw_receding(canvas, p, style)
        return
    root = hair_root(p)
    window = canvas.window(inner, 0.25)
    shadow = canvas.lines_mask([inner], 0.05, 0.045, window)
    canvas.blend(window, shadow * np.float32(0.40), tinted(p.skin, 0.60, p.hair, 0.35))
    _fill(canvas, p, np.vstack([outer, inner[::-1]]), style, 1.0, root)
    _edge_strands(canvas, p, style, inner, root)


def _outer_edge(person: DrawnPerson, style: HairStyle) -> Points:
    """From the end of the hair on the picture's left, over the crown, to its end on the right."""
    p, w, s = person, person.face_width, style.sides * person.hair_volume
    v = style.volume * p.hair_volume
    if style.length is not None:
        low = style.length - 0.04
        side = [(w * 0.90 + s * 0.6, low), (w + s * 1.0, low - 0.35), (w + s * 1.2, low * 0.45), (w + s * 1.15, 0.2)]
    else:
        side = [(w * 1.0 + 0.01, style.sideburn), (w + s * 0.7, -0.12)]
    side += [
        (w * 0.97 + s, p.crown * 0.35),
        (w * 0.85 + s * 0.9, p.crown * 0.66 - v * 0.3),
        (0.61 * w + s * 0.4, p.crown * 0.88 - v * 0.7),
        (0.31 * w, p.crown * 0.975 - v * 0.95),
    ]
    right = np.array(side)
    return smooth(np.vstack([mirrored(right), [(0.0, p.crown - v)], right[::-1]]), closed=False)


def _hairline(person: DrawnPerson, style: HairStyle) -> Points:
    """The inner edge of the hair, from the picture's left to its right."""
    p, w = person, person.face_width
    line, temple = p.hairline, style.hairline
    if style.length is not None:
        low = style.length - 0.02
        right = np.array(
            [
                (w * 0.86, low),
                (w * 0.80, low - 0.4),
                (w * 0.88, low * 0.42),
                (w * 0.955, 0.25),
                (w * 0.93, -0.25),
                (w * 0.82, -0.68),
                (w * 0.60, -0.98),
            ]
        )
    else:
        right = np.array(
            [
                (w * 0.965, style.sideburn),
                (w * 0.90, -0.05),
                (w * 0.86, -0.42),
                (w * 0.77, -0.68 - temple),
                (w * 0.60, line + 0.14 - temple),
                (0.36, line + 0.01),
            ]
        )
    parted = p.hair_style in ("long", "bob", "curly long")
    middle = (p.parting * 0.8, line - 0.12) if parted else (0.0, line + 0.01)
    return smooth(np.vstack([mirrored(right), [middle], right[::-1]]), closed=False)


def _ruffled(canvas: Canvas, edge: Points, style: HairStyle) -> Points:
    """The edge with the unevenness of hair: locks where it curls, hardly any where it is straight."""
    n = len(edge)
    steps = np.linspace(0, 1, n)
    knots = max(12, int(26 + 44 * style.curl))
    heights = canvas.rng.normal(0, 1, knots)
    locks = smooth(np.c_[np.linspace(0, 1, knots), heights], closed=False)
    wave = np.interp(steps, locks[:, 0], locks[:, 1])
    fine = canvas.rng.normal(0, 1, n) * 0.2
    along = np.gradient(edge, axis=0)
    normal = np.c_[-along[:, 1], along[:, 0]] / (np.linalg.norm(along, axis=1, keepdims=True) + 1e-9)
    moved = edge + normal * ((0.009 + 0.030 * style.curl) * wave + 0.004 * fine)[:, None]
    return np.asarray(moved, np.float64)


def _fill(
    canvas: Canvas, person: DrawnPerson, outline: Points, style: HairStyle, tone: float, root: tuple[float, float]
) -> None:
    """Fills a shape with hair: strands that run away from the root, light on the bend, dark where it lies deep."""
    window = canvas.window(outline, 0.06)
    if not np.prod(window.size):
        return
    x, y = canvas.grid(window)
    strands = _strands(canvas, window, x, y, style, root)
    lift = np.hypot(x / 1.20, (y - person.crown - 0.95) / 1.08)
    gloss = np.exp(-(((lift - 0.86) / 0.11) ** 2)) * np.clip(-y - 0.1, 0, 1) * (1 - 0.5 * style.curl)
    deep = np.clip((y - 0.7) / 1.2, 0, 1) * np.float32(0.20)
    edge = np.clip((lift - 0.95) / 0.35, 0, 1) * np.float32(0.30)
    light = np.float32(tone) * (1 + np.float32(0.22) * strands) - edge - deep
    hair = np.array(person.hair, np.float32)
    shine = np.array(tinted(person.hair, 1.5, (1.0, 0.95, 0.88), 0.10), np.float32)
    colour = hair * np.clip(light, 0.3, 1.7)[..., None]
    colour = colour + (shine - hair) * (gloss * np.clip(0.30 + 0.28 * strands, 0, 1))[..., None]
    canvas.blend(window, canvas.mask(outline, 0.012, window), np.clip(colour, 0, 1))


def _strands(canvas: Canvas, window: Window, x: Array, y: Array, style: HairStyle, root: tuple[float, float]) -> Array:
    """Noise that is long along the hair and short across it, about -1 to 1."""
    rng = canvas.rng
    if style.curl > 0.5:
        bend = canvas.noise(window, 0.16) + canvas.noise(window, 0.07) * np.float32(0.4)
        locks = np.sin(bend * np.float32(2.2) + x * np.float32(5) + y * np.float32(9)) * np.float32(0.42)
        fine = canvas.noise(window, 0.03) * np.float32(0.22) + canvas.noise(window, 0.012) * np.float32(0.22)
        return np.asarray(np.clip(locks + fine, -1.3, 1.3), np.float32)
    dx, dy = x - np.float32(root[0]), y - np.float32(root[1] - 0.12)
    hanging = np.minimum(np.abs(dy), np.float32(HANGS_BELOW))  # further down the strands' lines are upright
    across = np.arctan2(dx, hanging + np.float32(0.35)) / np.float32(np.pi)
    across = across + np.float32(0.01 + 0.05 * style.curl) * np.sin(y * np.float32(3.1))
    far = np.hypot(dx, dy)
    out = np.zeros_like(x)
    for columns, rows, weight in ((1500, 24, 0.55), (420, 10, 0.5), (90, 6, 0.45)):
        table = rng.standard_normal((rows, columns)).astype(np.float32)
        sheet_x = ((across + 1.3) / 2.6 * (columns - 1)).astype(np.float32)
        sheet_y = np.clip(far / 5.0 * (rows - 1), 0, rows - 1).astype(np.float32)
        out += np.float32(weight) * cv2.remap(table, sheet_x, sheet_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(np.clip(out, -1.6, 1.6), np.float32)


def _edge_strands(
    canvas: Canvas, person: DrawnPerson, style: HairStyle, edge: Points, root: tuple[float, float]
) -> None:
    """Single hairs along the hairline, so that it does not end like a cap."""
    rng = canvas.rng
    lines = []
    for _ in range(230):
        at = edge[rng.integers(2, len(edge) - 2)] + rng.normal(0, 0.010, 2)
        if at[1] > -0.80 or abs(at[0]) > 0.86 * person.face_width:  # beside the face hair ends cleanly
            continue
        away = at - root if root[1] > at[1] else np.array([root[0], root[1] - 0.1]) - at
        away /= np.linalg.norm(away) + 1e-6
        bend = np.array([-away[1], away[0]]) * rng.normal(0, 0.02 + 0.05 * style.curl)
        start = at - away * rng.uniform(0.0, 0.035)
        lines.append(
            smooth([start, at + away * 0.10 + bend, at + away * rng.uniform(0.2, 0.34)], closed=False, steps=5)
        )
    if lines:
        window = canvas.window(np.vstack(lines), 0.02)
        mask = canvas.lines_mask(lines, 0.005, 0.002, window)
        canvas.blend(window, mask * np.float32(0.60), tinted(person.hair, 0.92))


def _draw_receding(canvas: Canvas, person: DrawnPerson, style: HairStyle) -> None:
    """Short hair beside a bare crown."""
    p = person
    outline = head_outline(p, 0.03)
    window = canvas.window(outline, 0.15)
    x, y = canvas.grid(window)
    w = p.face_width
    side = np.clip((np.abs(x) / w - 0.80 + 0.10 * np.clip(-y - 0.4, 0, 1)) / 0.13, 0, 1) * np.clip(
        (style.sideburn - y) / 0.22, 0, 1
    )
    grow = side * np.clip((y - p.crown * 0.92) / 0.5, 0, 1) ** 0.7
    strands = _strands(canvas, window, x, y, style, (0.0, p.crown))
    grow = np.clip(grow * (1.0 + 0.35 * strands), 0, 1) * canvas.mask(outline, 0.018, window)
    colour = np.array(p.hair, np.float32) * np.clip(0.92 + 0.24 * strands, 0.4, 1.5)[..., None]
    canvas.blend(window, grow.astype(np.float32) * np.float32(0.88), np.clip(colour, 0, 1))
