"""A drawing as SVG: lines stay lines, and text stays text in the card's own fonts.

Every letter is given its place, since the shapers behind SVG kern differently or not at all. One unit of the SVG is a
hundredth of a millimetre, since they round what is small.
"""

import base64
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape

from enrolment.production.artwork.drawing import Drawing, Fill, Line, Paint, Picture, Shape, Strokes, Text, Wash
from enrolment.production.artwork.fonts import letter_places_mm

UNITS_PER_MM = 100
STRIP_MM = 3.0  # how wide a strip of one colour is where lines run through several colours
WASH_STEP_MM = 0.25
_PNG_SIGNATURE = b"\x89PNG"


def to_svg(drawing: Drawing) -> str:
    """One `<svg>` element of the drawing's size; the fonts are those that `pdf.py` declares."""
    size = f'width="{drawing.width_mm}mm" height="{drawing.height_mm}mm"'
    view = f'viewBox="0 0 {_units(drawing.width_mm)} {_units(drawing.height_mm)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view}>{"".join(map(_element, drawing.shapes))}</svg>'


def _element(shape: Shape) -> str:
    match shape:
        case Wash():
            return _wash(shape)
        case Fill(outlines, colour, opacity):
            return f'<path d="{_path(outlines, "Z")}" fill-rule="evenodd" fill="{colour}" fill-opacity="{opacity:g}"/>'
        case Strokes(lines, width_mm, paint):
            look = f'stroke-opacity="{paint.opacity:g}" stroke-width="{_units(width_mm)}"'
            form = f'fill="none" stroke-linejoin="round" {look}'
            strips = _strips(lines, paint)
            return "".join(f'<path d="{_path(pieces)}" stroke="{colour}" {form}/>' for colour, pieces in strips)
        case Text():
            return _text(shape)
        case Picture(data, box):
            kind = "png" if data.startswith(_PNG_SIGNATURE) else "jpeg"
            link = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
            place = f'x="{_units(box.x_mm)}" y="{_units(box.y_mm)}"'
            size = f'width="{_units(box.width_mm)}" height="{_units(box.height_mm)}"'
            return f'<image {place} {size} preserveAspectRatio="none" href="{link}"/>'


def _wash(wash: Wash) -> str:
    """Narrow steps, each reaching to the right edge, so that no seam shows between two of them."""
    box = wash.box
    tall = f'y="{_units(box.y_mm)}" height="{_units(box.height_mm)}"'
    steps = math.ceil(box.width_mm / WASH_STEP_MM)
    lefts_mm = [box.x_mm + box.width_mm * step / steps for step in range(steps)]
    return "".join(
        f'<rect x="{_units(x_mm)}" {tall} width="{_units(box.right_mm - x_mm)}" '
        f'fill="{wash.paint.colour_at(x_mm + box.width_mm / steps / 2)}"/>'
        for x_mm in lefts_mm
    )


def _text(text: Text) -> str:
    x, y = _units(text.x_mm), _units(text.baseline_mm)
    places_mm = letter_places_mm(text.text, text.face, text.size_mm)
    letters = " ".join(_units(text.x_mm + place_mm) for place_mm in places_mm)
    turn = f' transform="rotate({-text.angle_deg:g} {x} {y})"' if text.angle_deg else ""
    font = f'font-family="{text.face.family}" font-size="{_units(text.size_mm)}"'
    ink = f'fill="{text.colour}" fill-opacity="{text.opacity:g}"'
    return f'<text x="{letters}" y="{y}"{turn} {font} xml:space="preserve" {ink}>{escape(text.text)}</text>'


def _strips(lines: Sequence[Line], paint: Paint) -> Iterator[tuple[str, list[Line]]]:
    """The lines by colour: where the paint runs, they are cut into upright strips of one colour each.

    PDF readers draw a line under a gradient by clipping, without smoothing it: fine lines then come out coarse.
    """
    if len(paint.stops) == 1:
        yield paint.stops[0][1], list(lines)
        return
    strips: dict[int, list[Line]] = {}
    for line in lines:
        for number, piece in _cut(line):
            strips.setdefault(number, []).append(piece)
    for number, pieces in sorted(strips.items()):
        yield paint.colour_at((number + 0.5) * STRIP_MM), pieces


def _cut(line: Line) -> Iterator[tuple[int, Line]]:
    """The line's pieces between upright cuts every `STRIP_MM`, each with the number of its strip."""
    piece = [line[0]]
    strip = math.floor(line[0][0] / STRIP_MM)
    for (x_mm, y_mm), (next_x_mm, next_y_mm) in pairwise(line):
        next_strip = math.floor(next_x_mm / STRIP_MM)
        while strip != next_strip:
            edge_mm = (strip + (next_strip > strip)) * STRIP_MM
            share = (edge_mm - x_mm) / (next_x_mm - x_mm)
            edge = (edge_mm, y_mm + share * (next_y_mm - y_mm))
            yield strip, [*piece, edge]
            piece = [edge]
            strip += 1 if next_strip > strip else -1
        piece.append((next_x_mm, next_y_mm))
    yield strip, piece


def _path(lines: Iterable[Line], end: str = "") -> str:
    """Path data of straight pieces, to a thousandth of a millimetre."""
    scaled = ([(x * UNITS_PER_MM, y * UNITS_PER_MM) for x, y in line] for line in lines)
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line) + end for line in scaled)


def _units(value_mm: float) -> str:
    return f"{value_mm * UNITS_PER_MM:.2f}"
