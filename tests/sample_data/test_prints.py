"""The sample prints are good enough to enrol, belong to six strangers, and one of them is not what it says."""

import itertools
from pathlib import Path

import pytest

from enrolment.applications import load_application
from enrolment.capture.finger_session import FingerSession, PrintsRefused, policy_of
from enrolment.fingerprints.engine import extract
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.images import read_finger_file
from enrolment.fingerprints.matching import match_templates
from enrolment.fingerprints.quality import default_quality
from enrolment.fingerprints.synthesis import synthesise
from station_config.load import load_station

FOLDER = Path(__file__).resolve().parents[2] / "sample_data" / "prints"
PRINTS = {file.stem: file for file in sorted(FOLDER.glob("0*.png"))}


@pytest.fixture(scope="module")
def templates():
    refused = {"refused": FOLDER / "refused-same-finger.png"}
    return {name: extract(read_finger_file(file)) for name, file in {**PRINTS, **refused}.items()}


@pytest.mark.parametrize("name", PRINTS)
def test_a_sample_print_is_usable(name):
    position = FingerPosition[name.split("-")[1].upper()]
    report = default_quality().judge(read_finger_file(PRINTS[name], position))
    assert report.is_usable, report.reasons


def test_no_two_sample_fingers_are_taken_for_one(templates):
    for one, other in itertools.combinations(PRINTS, 2):
        assert not match_templates(templates[one], templates[other]).is_same_finger, (one, other)


def test_the_refused_left_index_is_the_right_one_again(templates):
    assert match_templates(templates["02-right_index"], templates["refused"]).is_same_finger
    assert not match_templates(templates["02-left_index"], templates["refused"]).is_same_finger


def test_the_desk_refuses_one_finger_given_twice_as_the_file_promises():
    file = FOLDER.parent / "refused" / "18-same-finger-twice.toml"
    promised = file.read_text(encoding="utf-8").splitlines()[2].removeprefix("# Says: ")
    station = load_station(environment={})
    session = FingerSession(default_quality(), policy_of(station.fingers, station.scanner.timeout_ms))
    with pytest.raises(PrintsRefused, match=promised):
        session.from_files(load_application(file).files.fingers)


def test_the_print_of_the_hand_over_is_a_second_impression(templates, make):
    again = sorted((FOLDER / make.HAND_OVER).glob("*.png"))
    assert [file.stem for file in again] == [f"{person}-{labels[0]}" for person, (_, labels) in make.PRINTS.items()]
    for file in again:
        score = match_templates(templates[file.stem], extract(read_finger_file(file))).score
        assert score >= 100, file.stem
        assert file.read_bytes() != PRINTS[file.stem].read_bytes()


def test_a_print_is_what_its_seed_grows(make):
    seed, labels = make.PRINTS["02"]
    grown = synthesise(seed, FingerPosition[labels[0].upper()])
    stored = read_finger_file(PRINTS[f"02-{labels[0]}"])
    difference = abs(grown.pixels.astype(int) - stored.pixels).mean()
    assert difference < 1.0, "the fingers grow otherwise now: run `sample_data/make.py prints`"
