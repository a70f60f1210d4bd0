"""The layout as pictures: every field's box with its number, for whoever compares it with the uniform format.

python -m enrolment.production.artwork.plan FOLDER      # writes card-front-fields.png and card-back-fields.png
"""

import sys
from pathlib import Path

from PIL import Image

from enrolment.production.artwork.drawing import Box, Drawing, Fill, Shape, Strokes, Text, ink
from enrolment.production.artwork.fonts import FontFace, text_width_mm
from enrolment.production.artwork.ground import back_ground, front_ground
from enrolment.production.artwork.layout import CardLayout, FieldPlace, load_layout
from enrolment.production.artwork.raster import render

CONFIRMED, UNCONFIRMED = "#1f7a4d", "#b3541e"
ZONE_NUMBER = "18"
ZONE_WIDTH_MM = 77.7
LABEL_SIZE_MM = 2.0


def draw_plan(side: str, country: str = "LUX", ppi: int = 300) -> Image.Image:
    """One side's ground with its fields outlined: green where the number is confirmed, brown where it is not."""
    layout = load_layout()
    ground = front_ground(layout, country) if side == "front" else back_ground(layout)
    shapes: list[Shape] = []
    for place in layout.fields.values():
        if place.side == side:
            shapes += _outlined(place.box, place.number, CONFIRMED if place.confirmed else UNCONFIRMED)
    if side == "back":
        for box in _zone_lines(layout):
            shapes += _outlined(box, ZONE_NUMBER, UNCONFIRMED)
    pixels = render(Drawing(layout.width_mm, layout.height_mm, tuple(shapes)), ppi, render(ground, ppi))
    return Image.fromarray(pixels)


def number_table() -> tuple[FieldPlace, ...]:
    """The fields in the order of their numbers."""
    return tuple(
        sorted(load_layout().fields.values(), key=lambda place: [int(part) for part in place.number.split(".")])
    )


def _zone_lines(layout: CardLayout) -> tuple[Box, ...]:
    """The printing zones of the three lines (Doc 9303-5 figure 6)."""
    return tuple(
        Box(
            layout.zone.first_character_mm,
            layout.height_mm - centre_mm - layout.zone.line_height_mm / 2,
            ZONE_WIDTH_MM,
            layout.zone.line_height_mm,
        )
        for centre_mm in layout.zone.centre_lines_from_bottom_mm
    )


def _outlined(box: Box, number: str, colour: str) -> tuple[Shape, ...]:
    """A box with its number on a label in the upper right corner (from the left where the box is narrower)."""
    corners = (*box.corners(), box.corners()[0])
    width_mm = text_width_mm(number, FontFace.BOLD, LABEL_SIZE_MM) + 0.8
    label = Box(max(box.x_mm, box.right_mm - width_mm), box.y_mm, width_mm, LABEL_SIZE_MM)
    return (
        Strokes((corners,), 0.15, ink(colour)),
        Fill((label.corners(),), colour),
        Text(number, label.x_mm + 0.4, label.y_mm + 0.82 * LABEL_SIZE_MM, FontFace.BOLD, LABEL_SIZE_MM, "#ffffff"),
    )


if __name__ == "__main__":
    for each in ("front", "back"):
        plan = draw_plan(each, ppi=225).quantize(128)
        plan.save(Path(sys.argv[1]) / f"card-{each}-fields.png", optimize=True)
