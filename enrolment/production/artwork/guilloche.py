"""The fine-line ground of the card: waves, ribbons and rosettes, each a family of curves from one formula.

All of it is our own and copies no document. Every function returns polylines in millimetres; they are
smooth at 600 ppi.
"""

import math
from itertools import pairwise

from enrolment.production.artwork.drawing import Box, Line, Point

# Between two points of a curve: so close that no chord is seen to leave it.
WAVE_STEP_MM, RIBBON_STEP_MM, ROSETTE_STEP_MM = 1.1, 0.16, 0.21
_TURN = 2 * math.pi


def waves(box: Box, count: int, swing_mm: float, twist: float) -> tuple[Line, ...]:
    """`count` waves from the left to the right edge of the box, each a little out of step with the one above.

    `swing_mm` is how far a wave leaves its resting line; `twist` is by how much (in turns, over all waves) they
    fall out of step: two families of opposite twist make the moiré that a copier cannot hold.
    """
    lines = []
    points = math.ceil(box.width_mm / WAVE_STEP_MM)
    for number in range(count):
        rest_mm = box.y_mm + box.height_mm * (number + 0.5) / count
        phase = _TURN * twist * number / count
        line: list[Point] = []
        for point in range(points + 1):
            x_mm = box.width_mm * point / points
            along = _TURN * x_mm / box.width_mm
            swing = math.sin(1.5 * along + phase) + 0.45 * math.sin(4 * along - 1.7 * phase)
            line.append((box.x_mm + x_mm, rest_mm + swing_mm * swing))
        lines.append(tuple(line))
    return tuple(lines)


def ribbon(box: Box, strands: int, periods: float) -> tuple[Line, ...]:
    """`strands` sine curves plaited into a ribbon that swells and narrows along the box."""
    lines = []
    points = math.ceil(box.width_mm / RIBBON_STEP_MM)
    middle_mm = box.y_mm + box.height_mm / 2
    for strand in range(strands):
        phase = _TURN * strand / strands
        line: list[Point] = []
        for point in range(points + 1):
            share = point / points
            reach = 0.5 * box.height_mm * (0.68 + 0.32 * math.cos(_TURN * 3 * share))
            y_mm = middle_mm + reach * math.sin(_TURN * periods * share + phase)
            line.append((box.x_mm + box.width_mm * share, y_mm))
        lines.append(tuple(line))
    return tuple(lines)


def rosette(centre: Point, radius_mm: float, petals: int, strands: int, hole: float = 0.3) -> tuple[Line, ...]:
    """A flower of `strands` closed curves with `petals` petals each; `hole` is the share of the radius left clear."""
    lines = []
    points = max(240, math.ceil(_TURN * radius_mm / ROSETTE_STEP_MM))
    middle, reach = (1 + hole) / 2, (1 - hole) / 2
    for strand in range(strands):
        phase = _TURN * strand / strands
        line: list[Point] = []
        for point in range(points + 1):
            angle = _TURN * point / points
            swing = 0.74 * math.cos(petals * angle + phase) + 0.26 * math.cos(2 * petals * angle - phase)
            radius = radius_mm * (middle + reach * swing)
            line.append((centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)))
        lines.append(tuple(line))
    return tuple(lines)


def ellipse(centre: Point, width_mm: float, height_mm: float, points: int = 180) -> Line:
    """A closed ellipse of that width and height."""
    return tuple(
        (
            centre[0] + width_mm / 2 * math.cos(_TURN * point / points),
            centre[1] + height_mm / 2 * math.sin(_TURN * point / points),
        )
        for point in range(points + 1)
    )


def dashes(line: Line, dash_mm: float, gap_mm: float) -> tuple[Line, ...]:
    """The line cut into dashes, point by point: meant for curves whose points lie close together."""
    pieces: list[Line] = []
    piece: list[Point] = []
    way_mm = 0.0
    for here, there in pairwise(line):
        if way_mm % (dash_mm + gap_mm) < dash_mm:
            piece = piece or [here]
            piece.append(there)
        elif piece:
            pieces.append(tuple(piece))
            piece = []
        way_mm += math.dist(here, there)
    return (*pieces, tuple(piece)) if piece else tuple(pieces)
