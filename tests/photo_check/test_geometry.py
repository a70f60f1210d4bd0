"""The head's geometry: signs, lines that an officer drags, and what hair does to the crown."""

import math

import numpy as np
import pytest

from photo_check.drawn_faces import draw_document_portrait
from photo_check.geometry import HeadGeometry, measure_head
from photo_check.photo import Photo

UPRIGHT = HeadGeometry((40, 50), (60, 50), (50, 90), (50, 10))


def turned(head: HeadGeometry, degrees: float) -> HeadGeometry:
    angle = math.radians(degrees)

    def turn(p):
        return (p[0] * math.cos(angle) - p[1] * math.sin(angle), p[0] * math.sin(angle) + p[1] * math.cos(angle))

    return HeadGeometry(turn(head.pupil_right), turn(head.pupil_left), turn(head.chin), turn(head.crown))


def test_roll_is_positive_when_the_eye_on_the_right_of_the_picture_is_lower():
    assert turned(UPRIGHT, 10).roll_deg == pytest.approx(10)
    assert turned(UPRIGHT, 10).pupil_left[1] > turned(UPRIGHT, 10).pupil_right[1]


@pytest.mark.parametrize("degrees", [-25, 0, 14])
def test_the_heads_height_is_taken_along_its_own_axis(degrees):
    assert turned(UPRIGHT, degrees).head_height_px == pytest.approx(80)
    assert turned(UPRIGHT, degrees).head_share(100) == pytest.approx(0.8)


def test_an_officers_line_moves_the_head_and_is_remembered():
    moved = UPRIGHT.with_lines(crown_y_px=15)
    assert moved.head_height_px == pytest.approx(75)
    assert moved.corrected
    assert not UPRIGHT.corrected
    assert UPRIGHT.with_lines(chin_y_px=85).head_height_px == pytest.approx(75)


def test_scaling_and_shifting_keep_the_head_together():
    moved = UPRIGHT.scaled(2).shifted(5, -5)
    assert moved.head_height_px == pytest.approx(160)
    assert moved.pupil_right == (85, 95)


@pytest.mark.parametrize("seed", [1, 4])
def test_a_drawn_head_is_measured_as_it_was_drawn(face_finder, drawn_portrait, seed):
    photo = drawn_portrait(seed)
    scene = face_finder.find(photo)
    head = measure_head(scene.faces[0], scene.person)
    assert head.head_share(photo.height_px) == pytest.approx(0.75, abs=0.03)
    assert abs(head.roll_deg) < 1


def test_a_tilted_head_is_measured_along_its_axis(face_finder, drawn_portrait):
    photo = drawn_portrait(3, "roll")
    scene = face_finder.find(photo)
    head = measure_head(scene.faces[0], scene.person)
    assert head.roll_deg == pytest.approx(14, abs=2)
    assert head.head_share(photo.height_px) == pytest.approx(0.75, abs=0.04)


def test_high_hair_moves_the_crown_by_one_percent_at_most(face_finder):
    photo = Photo(draw_document_portrait(3))
    scene = face_finder.find(photo)
    plain = measure_head(scene.faces[0])
    tall = np.ones_like(scene.person)  # hair to the upper edge
    assert measure_head(scene.faces[0], tall).head_height_px == pytest.approx(plain.head_height_px * 1.01)
    assert measure_head(scene.faces[0], np.zeros_like(tall)).head_height_px == plain.head_height_px
