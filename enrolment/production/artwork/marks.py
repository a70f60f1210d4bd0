"""The drawn marks of the card: chip symbol, place of the security device, neutral shield, microprint, "SPECIMEN"."""

import math

from enrolment.production.artwork.drawing import Box, Fill, Line, Paint, Point, Shape, Strokes, Text, ink
from enrolment.production.artwork.fonts import FontFace, text_width_mm
from enrolment.production.artwork.guilloche import dashes, ellipse, rosette

SPECIMEN = "SPECIMEN"
MICROPRINT = "RESIDENCE CARD STATION · SPECIMEN · "
# Doc 9303-9 §2.3, figure 2: the chip symbol is 9.0 × 5.25, its ring 3.75 outside and 2.25 inside, its strokes 0.75.
SYMBOL_WIDTH, SYMBOL_RING, SYMBOL_STROKE = 9.0, 3.75, 0.75


def chip_symbol(box: Box, paint: Paint) -> tuple[Shape, ...]:
    """The sign that a contactless chip is inside: a frame, a bar across it, a ring in its middle."""
    scale = box.width_mm / SYMBOL_WIDTH
    stroke_mm, ring_mm = SYMBOL_STROKE * scale, SYMBOL_RING * scale
    x_mm, y_mm = box.centre
    frame = box.inset(stroke_mm / 2).corners()
    bars = (
        ((box.x_mm + stroke_mm, y_mm), (x_mm - ring_mm / 2 + stroke_mm / 2, y_mm)),
        ((x_mm + ring_mm / 2 - stroke_mm / 2, y_mm), (box.right_mm - stroke_mm, y_mm)),
    )
    ring = ellipse((x_mm, y_mm), ring_mm - stroke_mm, ring_mm - stroke_mm)
    return (Strokes(((*frame, frame[0], frame[1]), *bars, ring), stroke_mm, paint),)


def security_device_outline(box: Box) -> tuple[Shape, ...]:
    """Where the optically variable device will lie: a dashed outline, dark on light and light on dark, and no more."""
    outline = ellipse(box.centre, box.width_mm, box.height_mm, 720)
    return (
        Strokes((outline,), 0.09, ink("#ffffff", 0.55)),
        Strokes(dashes(outline, 0.9, 0.7), 0.09, ink("#34527f", 0.75)),
    )


def shield(box: Box) -> tuple[Shape, ...]:
    """A shield that belongs to nobody, in the place of the national emblem."""
    outer, inner = _shield_outline(box), _shield_outline(box.inset(0.7))
    x_mm, y_mm = box.centre
    flower = rosette((x_mm, y_mm - box.height_mm * 0.06), box.width_mm * 0.34, 7, 14, hole=0.18)
    tone = Paint(((box.x_mm, "#3d6ea8"), (box.right_mm, "#a4567f")))
    return (
        Fill((outer,), "#ffffff", 0.55),
        Strokes(flower, 0.05, Paint(tone.stops, 0.75)),
        Strokes((outer,), 0.28, tone),
        Strokes((inner,), 0.08, tone),
    )


def rounded(box: Box, radius_mm: float) -> Line:
    """The outline of a box with round corners."""
    points: list[Point] = []
    for quarter, (x_mm, y_mm) in enumerate(box.inset(radius_mm).corners()):
        for step in range(13):
            angle = math.pi * (1 + quarter / 2) + math.pi / 2 * step / 12
            points.append((x_mm + radius_mm * math.cos(angle), y_mm + radius_mm * math.sin(angle)))
    return tuple(points)


def _shield_outline(box: Box) -> Line:
    """Straight above, two arcs that meet in a point below."""
    straight = 0.42 * box.height_mm
    left, right, middle = box.x_mm, box.right_mm, box.centre[0]
    steps = 48
    curve: list[Point] = []
    for step in range(steps + 1):
        angle = math.pi / 2 * step / steps
        x_mm = middle + (right - middle) * math.cos(angle) ** 0.85 if step < steps else middle
        curve.append((x_mm, box.y_mm + straight + (box.height_mm - straight) * math.sin(angle) ** 1.15))
    mirrored = [(2 * middle - x_mm, y_mm) for x_mm, y_mm in reversed(curve)]
    start = (left, box.y_mm)
    return (start, (right, box.y_mm), *curve, *mirrored[1:], start)


def microprint(x_mm: float, baseline_mm: float, width_mm: float, size_mm: float, colour: str) -> tuple[Shape, ...]:
    """A hairline that turns out to be words under a glass, filling the width with whole words."""
    repeat_mm = text_width_mm(MICROPRINT, FontFace.REGULAR, size_mm)
    text = (MICROPRINT * max(1, int(width_mm / repeat_mm))).rstrip(" ·")
    stretch = width_mm / text_width_mm(text, FontFace.REGULAR, size_mm)
    return (Text(text, x_mm, baseline_mm, FontFace.REGULAR, size_mm * stretch, colour),)


def specimen(x_mm: float, baseline_mm: float, size_mm: float, angle_deg: float) -> tuple[Shape, ...]:
    """The word that no card of this station goes without, in a red that near-infrared readers do not see."""
    return (Text(SPECIMEN, x_mm, baseline_mm, FontFace.BOLD, size_mm, "#d0334f", 0.17, angle_deg),)


def word_behind(text: str, box: Box, size_mm: float, colour: str, opacity: float) -> tuple[Shape, ...]:
    """A word in background print, in the middle of its box."""
    width_mm = text_width_mm(text, FontFace.BOLD, size_mm)
    x_mm, y_mm = box.centre
    return (Text(text, x_mm - width_mm / 2, y_mm + 0.357 * size_mm, FontFace.BOLD, size_mm, colour, opacity),)
