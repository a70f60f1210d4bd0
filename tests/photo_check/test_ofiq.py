"""The numbers of ISO/IEC 29794-5: the mapping agrees with every value that the reference implementation publishes."""

import csv

import pytest

from photo_check.check import PhotoChecker
from photo_check.norm import load_norm
from photo_check.ofiq import MAPPINGS, UNAVAILABLE, to_scalar


def test_all_published_pairs_map_alike(reference_data):
    path = reference_data / "photos" / "ofiq_expected_results.csv"
    if not path.is_file():
        pytest.skip(f"reference data absent: no {path}")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    pairs = [(name, float(row[name]), int(row[f"{name}.scalar"])) for row in rows for name in MAPPINGS]
    assert len(pairs) == 784
    wrong = [
        (name, native, to_scalar(name, native), scalar)
        for name, native, scalar in pairs
        if to_scalar(name, native) != scalar
    ]
    assert wrong == []


def test_every_component_is_given_or_named_unavailable(face_finder, drawn_portrait):
    shape = PhotoChecker(face_finder, load_norm()).check(drawn_portrait(1)).to_json()["ofiq"]
    assert set(shape) == set(MAPPINGS)
    assert len(shape) == 28
    for name, component in shape.items():
        assert (component["scalar"] is None) == (name in UNAVAILABLE), name
        assert ("unavailable" in component) == (name in UNAVAILABLE)


def test_a_head_of_75_percent_is_no_gate_though_its_number_is_low(face_finder, drawn_portrait):
    report = PhotoChecker(face_finder, load_norm()).check(drawn_portrait(1))
    assert report.to_json()["ofiq"]["HeadSize"]["scalar"] < 80
    assert report.requirements["head_size"].outcome == "pass"


def test_a_picture_without_a_face_has_no_numbers(face_finder, drawn_portrait):
    shape = PhotoChecker(face_finder, load_norm()).check(drawn_portrait(3, "no_face")).to_json()["ofiq"]
    assert all(component["scalar"] is None for component in shape.values())


@pytest.mark.parametrize(
    ("component", "fault"),
    [
        ("BackgroundUniformity", "busy_background"),
        ("UnderExposurePrevention", "dark"),
        ("OverExposurePrevention", "overexposed"),
        ("DynamicRange", "dark"),
        ("SingleFacePresent", "two_faces"),
        ("EyesOpen", "eyes_closed"),
        ("MouthClosed", "mouth_open"),
        ("NaturalColour", "colour_cast"),
        ("HeadPoseRoll", "roll"),
        ("HeadPoseYaw", "side_view"),
    ],
)
def test_a_fault_lowers_the_number_that_looks_at_it(face_finder, drawn_portrait, component, fault):
    check = PhotoChecker(face_finder, load_norm()).check
    good, bad = (check(drawn_portrait(1, *faults)).quality[component].scalar for faults in ((), (fault,)))
    assert bad < good


def test_twenty_components_are_measured_and_the_others_say_what_they_would_need():
    assert len(MAPPINGS) - len(UNAVAILABLE) == 20
    assert all("network" in why or "forest" in why for why in UNAVAILABLE.values())
