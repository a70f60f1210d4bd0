"""The check as a whole: good portraits pass, each fault is found by its name, nothing raises."""

import numpy as np
import pytest

from photo_check.check import PhotoChecker, judge
from photo_check.measurement import Measurement, Unit
from photo_check.norm import load_norm
from photo_check.photo import Photo

FAULT_AND_REQUIREMENT = [
    ("eyes_closed", "eyes_open"),
    ("mouth_open", "mouth_closed"),
    ("gaze_away", "gaze_frontal"),
    ("sunglasses", "glasses_ok"),
    ("sunglasses", "eyes_visible"),
    ("side_view", "pose_yaw"),
    ("roll", "pose_roll"),
    ("too_small", "head_size"),
    ("too_large", "head_size"),
    ("off_centre", "centred_horizontal"),
    ("dark", "not_underexposed"),
    ("overexposed", "not_overexposed"),
    ("blurred", "sharp"),
    ("noisy", "no_noise"),
    ("busy_background", "background_uniform"),
    ("dark_background", "background_light"),
    ("shadow", "background_no_shadow"),
    ("side_light", "illumination_uniform"),
    ("greyscale", "in_colour"),
    ("colour_cast", "natural_colour"),
    ("two_faces", "single_face"),
    ("two_faces", "background_single_subject"),
    ("no_face", "single_face"),
]


@pytest.fixture(scope="module")
def checker(face_finder) -> PhotoChecker:
    return PhotoChecker(face_finder, load_norm())


@pytest.mark.parametrize("seed", [1, 7, 12, 20, 27])
def test_a_drawn_portrait_without_faults_is_accepted(checker, drawn_portrait, seed):
    report = checker.check(drawn_portrait(seed))
    assert [finding.requirement for finding in (*report.failed(), *report.doubtful())] == []
    assert report.verdict == "accepted"


@pytest.mark.parametrize(("seed", "sex", "skin"), [(3, "F", "deep"), (8, "M", "porcelain"), (5, "X", "olive")])
def test_a_child_of_seven_is_accepted_by_the_same_norm(checker, drawn_portrait, seed, sex, skin):
    report = checker.check(drawn_portrait(seed, age_years=7, sex=sex, skin=skin))
    assert report.verdict == "accepted", report.to_json()


@pytest.mark.parametrize(("fault", "requirement"), FAULT_AND_REQUIREMENT)
def test_every_fault_is_found_by_its_name(checker, drawn_portrait, fault, requirement):
    report = checker.check(drawn_portrait(3, fault))
    assert report.verdict == "rejected"
    assert report.requirements[requirement].outcome == "fail"


@pytest.mark.parametrize("seed", [1, 8, 12])
def test_shut_eyes_are_named_as_such_and_not_as_hidden(checker, drawn_portrait, seed):
    report = checker.check(drawn_portrait(seed, "eyes_closed"))
    assert report.requirements["eyes_open"].outcome == "fail"
    assert report.requirements["eyes_visible"].outcome == "pass"


def test_yaw_is_positive_for_a_head_turned_to_its_own_left(checker, drawn_portrait):
    assert checker.check(drawn_portrait(3, "side_view")).measurements["yaw"].value > 10


def test_every_requirement_has_an_outcome_even_without_a_face(checker, drawn_portrait):
    report = checker.check(drawn_portrait(3, "no_face"))
    assert set(report.requirements) == set(load_norm().requirements)
    assert report.requirements["eyes_open"].outcome == "not_assessed"
    assert report.geometry is None
    assert report.to_json()["geometry"] is None


def test_what_depends_on_hidden_eyes_is_not_assessed(checker, drawn_portrait):
    report = checker.check(drawn_portrait(3, "sunglasses"))
    assert report.requirements["gaze_frontal"].outcome == "not_assessed"


def test_an_officers_line_changes_the_verdict_and_is_recorded(checker, drawn_portrait):
    photo = drawn_portrait(1)
    head = checker.check(photo).geometry
    moved = checker.check_with_lines(photo, crown_y_px=head.crown[1] + 0.25 * head.head_height_px)
    assert moved.requirements["head_size"].outcome == "fail"
    assert moved.to_json()["geometry"]["corrected"] is True
    back = checker.check_with_lines(photo, crown_y_px=head.crown[1])
    assert back.requirements["head_size"].outcome == "pass"


def test_a_large_photo_is_measured_in_its_own_pixels(checker, drawn_portrait):
    photo = drawn_portrait(1)
    large = Photo(np.repeat(np.repeat(photo.pixels, 2, axis=0), 2, axis=1))
    small, big = checker.check(photo).geometry, checker.check(large).geometry
    assert big.ied_px == pytest.approx(2 * small.ied_px, rel=0.02)
    assert big.chin[1] == pytest.approx(2 * small.chin[1], rel=0.02)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((50, 50, 3), np.uint8),
        np.full((300, 48, 3), 255, np.uint8),
        np.random.default_rng(1).integers(0, 256, (200, 160, 3), np.uint8),
    ],
    ids=["black", "narrow", "noise"],
)
def test_a_picture_of_nothing_is_rejected_without_an_exception(checker, pixels):
    assert checker.check(Photo(pixels)).verdict == "rejected"


def test_an_upside_down_portrait_is_never_accepted(checker, drawn_portrait):
    photo = drawn_portrait(1)
    assert checker.check(Photo(np.ascontiguousarray(photo.pixels[::-1, ::-1]))).verdict == "rejected"


def test_what_cannot_be_measured_is_not_assessed_with_the_reason():
    missing = {"background_spread": Measurement("background_spread", None, Unit.COLOUR_DIFFERENCE, "too little")}
    finding = judge(load_norm(), missing)["background_uniform"]
    assert finding.outcome == "not_assessed"
    assert finding.to_json()["reason"] == "too little"


def test_the_report_has_the_shape_that_other_programs_read(checker, drawn_portrait):
    shape = checker.check(drawn_portrait(1)).to_json()
    head_size = shape["requirements"]["head_size"]
    assert head_size["outcome"] == "pass"
    assert 0.70 < head_size["value"] < 0.80
    assert head_size["unit"] == "share"
    assert len(head_size["limit"]) == 2
    assert set(head_size["advice"]) == {"en", "fr", "de", "lb"}
    assert 0.5 < head_size["score"] <= 1
    geometry = {"pupil_right", "pupil_left", "chin", "crown", "head_share", "roll_deg", "ied_px", "corrected"}
    assert set(shape["geometry"]) == geometry
    assert shape["elapsed_ms"] > 0


def test_where_nobody_is_that_is_said_once_and_nothing_else(face_finder):
    wall = Photo(np.full((1063, 827, 3), 215, np.uint8))
    report = PhotoChecker(face_finder, load_norm()).check(wall)
    assert report.verdict == "rejected"
    assert [name for name, found in report.requirements.items() if found.outcome != "not_assessed"] == ["single_face"]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_photo_that_lies_or_stands_on_its_head_is_refused(checker, drawn_portrait, turns):
    turned = Photo(np.ascontiguousarray(np.rot90(drawn_portrait(1).pixels, turns)))
    assert checker.check(turned).verdict == "rejected"
