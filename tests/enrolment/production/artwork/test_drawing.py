"""A drawing means the same to both painters: widths, colours and places are kept."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.production.artwork.drawing import Box, Drawing, Fill, Paint, Strokes, Text, Wash, ink
from enrolment.production.artwork.fonts import FontFace, letter_places_mm, text_width_mm
from enrolment.production.artwork.guilloche import dashes, ellipse, ribbon, rosette, waves
from enrolment.production.artwork.raster import MM_PER_INCH, render
from enrolment.production.artwork.svg import STRIP_MM, _cut, to_svg

PPI = 600
MM = PPI / MM_PER_INCH
RUNNING = Paint(((2.0, "#000000"), (6.0, "#ff0000"), (8.0, "#ff00ff")))

points = st.tuples(st.floats(-5, 30), st.floats(-5, 30))


def darkness_mm2(pixels: np.ndarray) -> float:
    """The area that black would have to cover to make the picture as dark as it is."""
    return float((255 - pixels[..., 0].astype(np.float64)).sum() / 255 / MM**2)


@pytest.mark.parametrize("width_mm", [0.05, 0.08, 0.2, 0.6])
@pytest.mark.parametrize("angle_deg", [0, 17, 45, 90])
def test_a_stroke_is_as_dark_as_its_width_says(width_mm, angle_deg):
    dx, dy = 4 * math.cos(math.radians(angle_deg)), 4 * math.sin(math.radians(angle_deg))
    line = ((5 - dx, 5 - dy), (5 + dx, 5 + dy))
    pixels = render(Drawing(10, 10, (Strokes((line,), width_mm, ink("#000000")),)), PPI)
    assert darkness_mm2(pixels) == pytest.approx(8 * width_mm, rel=0.12)


def test_an_outline_inside_another_is_a_hole():
    outer, inner = Box(1, 1, 8, 8), Box(3, 3, 4, 4)
    pixels = render(Drawing(10, 10, (Fill((outer.corners(), inner.corners()), "#000000"),)), PPI)
    assert darkness_mm2(pixels) == pytest.approx(64 - 16, rel=0.01)
    assert pixels[round(5 * MM), round(5 * MM)].tolist() == [255, 255, 255]


def test_opacity_lets_the_ground_through():
    drawing = Drawing(
        4, 4, (Wash(Box(0, 0, 4, 4), ink("#0000ff")), Fill((Box(1, 1, 2, 2).corners(),), "#ff0000", 0.25))
    )
    assert render(drawing, 300)[24, 24].tolist() == [64, 0, 191]


def test_a_running_colour_is_the_same_in_the_picture_and_by_number():
    pixels = render(Drawing(10, 1, (Wash(Box(0, 0, 10, 1), RUNNING),)), PPI)
    for x_mm in (0.5, 2.0, 3.0, 5.5, 6.5, 9.0):
        painted = pixels[5, int(x_mm * MM)].astype(int)
        named = [int(RUNNING.colour_at(x_mm)[i : i + 2], 16) for i in (1, 3, 5)]
        assert np.abs(painted - named).max() <= 4


def test_turned_text_keeps_its_origin():
    text = Text("I", 5.0, 5.0, FontFace.REGULAR, 4.0, "#000000", angle_deg=90.0)
    rows, columns = np.nonzero(render(Drawing(10, 10, (text,)), PPI)[..., 0] < 128)
    assert rows.max() / MM <= 5.0 + 0.05  # upwards from the origin
    assert columns.max() / MM <= 5.0 + 0.1 and columns.min() / MM > 5.0 - 0.8 * 4.0  # the letter's top to the left


def test_what_lies_beyond_the_card_is_left_out_without_a_fault():
    far = (Strokes((((-9, -9), (-5, -5)),), 0.1, ink("#000000")), Text("far", 20, 20, FontFace.BOLD, 3, "#000000"))
    assert render(Drawing(5, 5, far), 150).min() == 255


@given(st.lists(points, min_size=2, max_size=12))
def test_a_line_cut_into_strips_is_the_same_line(line):
    pieces = list(_cut(tuple(line)))
    length = sum(math.dist(a, b) for a, b in itertools.pairwise(line))
    cut_length = sum(math.dist(a, b) for _, piece in pieces for a, b in itertools.pairwise(piece))
    assert cut_length == pytest.approx(length, abs=1e-6)
    for strip, piece in pieces:
        assert all(strip * STRIP_MM - 1e-6 <= x <= (strip + 1) * STRIP_MM + 1e-6 for x, _ in piece)


def test_text_in_svg_is_escaped_and_every_letter_has_its_place():
    svg = to_svg(Drawing(10, 10, (Text("<&A>", 1, 1, FontFace.REGULAR, 2, "#000000"),)))
    assert "&lt;&amp;A&gt;</text>" in svg
    assert len(svg.split('<text x="')[1].split('"')[0].split()) == 4


def test_kerning_is_counted_in_the_places_of_letters():
    places = letter_places_mm("AVA", FontFace.BOLD, 10)
    lone = text_width_mm("A", FontFace.BOLD, 10)
    assert places[0] == 0.0 and places[1] < lone
    assert places[2] + lone == pytest.approx(text_width_mm("AVA", FontFace.BOLD, 10))


def test_curves_stay_where_they_are_told():
    box = Box(2, 3, 40, 10)
    for line in waves(box, 5, 0.5, 1.0):
        assert line[0][0] == pytest.approx(2) and line[-1][0] == pytest.approx(42)
    assert all(3 <= y <= 13 for line in ribbon(box, 4, 9) for _, y in line)
    for line in rosette((10, 10), 6, 7, 3):
        assert all(math.dist(point, (10, 10)) <= 6 + 1e-9 for point in line)
        assert line[0] == pytest.approx(line[-1])


def test_dashes_leave_gaps_and_lose_nothing_else():
    circle = ellipse((0, 0), 20, 20, 2000)
    pieces = dashes(circle, 1.0, 0.5)
    length = sum(math.dist(a, b) for piece in pieces for a, b in itertools.pairwise(piece))
    assert length == pytest.approx(2 * math.pi * 10 * 2 / 3, rel=0.02)
