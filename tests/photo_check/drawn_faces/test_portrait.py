"""Drawn portraits: repeatable, different, and refused with a reason where they cannot be drawn."""

import numpy as np
import pytest

from photo_check.drawn_faces import FAULTS, draw_document_portrait, draw_portrait
from photo_check.drawn_faces.person import invent_person

SMALL = {"width_px": 300, "height_px": 386}


def test_a_seed_gives_the_same_picture_again():
    assert np.array_equal(draw_portrait(5, **SMALL), draw_portrait(5, **SMALL))


def test_two_seeds_give_two_people():
    first, second = draw_portrait(5, **SMALL), draw_portrait(6, **SMALL)
    assert np.abs(first.astype(int) - second).mean() > 5


def test_the_picture_has_the_size_asked_for():
    assert draw_portrait(1, **SMALL).shape == (386, 300, 3)
    assert draw_document_portrait(1).shape == (1063, 827, 3)
    assert draw_document_portrait(1).dtype == np.uint8


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_changes_the_picture(fault):
    plain = draw_portrait(3, **SMALL).astype(int)
    assert np.abs(draw_portrait(3, faults=frozenset({fault}), **SMALL) - plain).mean() > 0.05


def test_an_unknown_fault_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match="unknown fault 'moustache'; known are eyes_closed"):
        draw_portrait(1, faults=frozenset({"moustache"}), **SMALL)


@pytest.mark.parametrize(("given", "words"), [({"skin": "green"}, "porcelain"), ({"age_years": 2}, "from 4 to 95")])
def test_a_trait_that_cannot_be_is_refused(given, words):
    with pytest.raises(ValueError, match=words):
        draw_portrait(1, **given, **SMALL)


def test_what_is_asked_for_is_kept():
    person = invent_person(9, "F", 7, "olive")
    assert (person.sex, person.age_years, person.skin_name) == ("F", 7, "olive")


def test_a_child_has_a_childs_proportions():
    child, adult = invent_person(4, "F", 7), invent_person(4, "F", 40)
    assert child.chin < adult.chin
    assert child.eye_opening > adult.eye_opening
    assert child.wrinkles == 0


def test_nobody_under_twenty_has_a_beard():
    assert {invent_person(seed, "M", 15).beard for seed in range(40)} == {"none"}
