"""The ground of both sides: what every card of an issuer has in common, before anything personal is printed."""

from enrolment.production.artwork.content import CAN_DIGITS
from enrolment.production.artwork.drawing import Box, Drawing, Fill, Paint, Shape, Strokes, Wash
from enrolment.production.artwork.fonts import OCR_B_PITCH_MM
from enrolment.production.artwork.guilloche import ribbon, rosette, waves
from enrolment.production.artwork.layout import CAN_INSET_MM, CAN_LINE, CardLayout
from enrolment.production.artwork.marks import microprint, rounded, shield, word_behind

# Colours that run into one another from the left edge to the right, as iris printing does: (mm, colour).
PAPER = ((0.0, "#dcebf6"), (36.0, "#f1f1f6"), (60.0, "#f8e9ee"), (85.6, "#e9eef6"))
LINES = ((0.0, "#4f8fc4"), (34.0, "#7aa0c8"), (62.0, "#d07f9f"), (85.6, "#7d8fc6"))
LINES_TURNED = ((0.0, "#c987a6"), (30.0, "#8fa6cf"), (58.0, "#62a3b8"), (85.6, "#b583ad"))
DEEP = ((0.0, "#2f5f98"), (45.0, "#5a6fae"), (85.6, "#a0527d"))


def front_ground(layout: CardLayout, country: str) -> Drawing:
    """Paper, waves, rosette, the issuer's code (field 1), the band under the header."""
    whole = Box(0.0, 0.0, layout.width_mm, layout.height_mm)
    code = layout.fields["country_code"]
    shapes: list[Shape] = [
        *_paper_and_waves(whole),
        Strokes(rosette(code.box.centre, 18.5, 10, 24, hole=0.46), 0.05, Paint(LINES_TURNED, 0.58)),
        Strokes(rosette((16.5, 27.0), 24.0, 13, 18, hole=0.5), 0.05, Paint(LINES, 0.44)),
        *word_behind(country, code.box, code.sizes.usual_mm[0], DEEP[1][1], 0.26),
        *_header_band(layout),
        Fill((rounded(can_ground(layout), 1.2),), "#fdfdfe", 0.80),
    ]
    return Drawing(layout.width_mm, layout.height_mm, tuple(shapes))


def back_ground(layout: CardLayout) -> Drawing:
    """Paper, waves, rosette, the shield in the emblem's place, and a nearly clear machine readable zone."""
    whole = Box(0.0, 0.0, layout.width_mm, layout.height_mm)
    zone_top_mm = layout.height_mm - layout.zone.height_mm
    emblem = layout.fields["emblem"].box
    zone = Box(0.0, zone_top_mm, layout.width_mm, layout.zone.height_mm)
    shapes: list[Shape] = [
        *_paper_and_waves(whole),
        Strokes(rosette(emblem.centre, 17.0, 11, 24, hole=0.42), 0.05, Paint(LINES_TURNED, 0.58)),
        Strokes(rosette((20.0, 15.0), 15.0, 8, 18, hole=0.3), 0.05, Paint(LINES, 0.42)),
        *shield(emblem),
        Fill((zone.corners(),), "#fdfdfe", 0.80),
        Strokes(ribbon(Box(0.0, zone_top_mm - 0.5, layout.width_mm, 1.0), 6, 34), 0.05, Paint(DEEP, 0.75)),
        *microprint(layout.margin_mm + 1.2, zone_top_mm + 1.25, layout.width_mm - 6.4, 0.34, DEEP[1][1]),
    ]
    return Drawing(layout.width_mm, layout.height_mm, tuple(shapes))


def _paper_and_waves(whole: Box) -> tuple[Shape, ...]:
    """The paper's colour and two families of waves of opposite twist."""
    beyond = Box(whole.x_mm - 1, whole.y_mm - 2, whole.width_mm + 2, whole.height_mm + 4)
    return (
        Wash(whole, Paint(PAPER)),
        Strokes(waves(beyond, 66, 1.5, 1.6), 0.055, Paint(LINES, 0.52)),
        Strokes(waves(beyond, 50, 2.1, -1.1), 0.05, Paint(LINES_TURNED, 0.44)),
    )


def _header_band(layout: CardLayout) -> tuple[Shape, ...]:
    """A plaited ribbon between header and data, with a line of microprint on it."""
    left_mm, width_mm = layout.margin_mm + 1.2, layout.width_mm - 2 * (layout.margin_mm + 1.2)
    return (
        Strokes(ribbon(Box(0.0, 8.6, layout.width_mm, 1.1), 6, 34), 0.05, Paint(DEEP, 0.75)),
        *microprint(left_mm, 8.5, width_mm, 0.34, DEEP[1][1]),
    )


def can_ground(layout: CardLayout) -> Box:
    """The nearly clear ground on which the CAN is read as the zone is (Doc 9303-5 §3.2.3): its line and what must stay
    clear around it.
    """
    zone, can = layout.zone, layout.fields["can"].box
    middle_mm = layout.height_mm - zone.centre_lines_from_bottom_mm[CAN_LINE]
    height_mm = zone.line_height_mm + 2 * zone.clear_mm
    left_mm = can.x_mm + CAN_INSET_MM - zone.clear_mm
    return Box(left_mm, middle_mm - height_mm / 2, CAN_DIGITS * OCR_B_PITCH_MM + 2 * zone.clear_mm, height_mm)
