"""Trials: changes that harm nothing and changes that must be stopped, on drawn faces and on people."""

import json
import os

import numpy as np
import pytest
from typer.testing import CliRunner

from photo_check import cli
from photo_check.check import PhotoChecker
from photo_check.norm import load_norm
from photo_check.photo import Photo
from photo_check.score import read_labels
from photo_check.trials.faults import FAULTS
from photo_check.trials.harmless import HARMLESS
from photo_check.trials.run import Tally, count_of_trials, run_trials
from photo_check.trials.subject import reframed, subject
from photo_check.trials.table import print_trials

PEOPLE = int(os.environ.get("STATION_TRIAL_PEOPLE", "1"))  # ./station prove takes them all
HEAD = {"head_fraction": 0.75, "crown": [413.0, 95.0]}


@pytest.fixture(scope="module")
def drawn(face_finder, drawn_portrait):
    return subject(drawn_portrait(1), HEAD, face_finder, np.random.default_rng(1))


CHANGES = {**HARMLESS, **{f"fault_{name}": fault.apply for name, fault in FAULTS.items()}}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_change_gives_another_picture_and_leaves_the_good_one_alone(drawn, change):
    before = drawn.pixels.copy()
    after = change(drawn)
    assert after.dtype == np.uint8
    assert after.ndim == 3
    assert after.shape != before.shape or (after != before).any()
    assert (drawn.pixels == before).all()


def test_every_fault_breaks_requirements_that_the_norm_knows():
    known = set(load_norm().requirements)
    assert all(set(fault.breaks) <= known for fault in FAULTS.values())
    broken = {name for fault in FAULTS.values() for name in fault.breaks}
    assert known - broken == set()


@pytest.mark.parametrize("share", [0.66, 0.79])
def test_a_person_is_reframed_to_the_share_that_was_asked(face_finder, drawn, share):
    checker = PhotoChecker(face_finder, load_norm())
    height = drawn.pixels.shape[0]
    own = checker.check(Photo(drawn.pixels)).geometry.head_share(height)
    found = checker.check(Photo(reframed(drawn, share))).geometry.head_share(height)
    assert found / own == pytest.approx(share / HEAD["head_fraction"], abs=0.02)


def test_no_face_makes_no_subject(face_finder):
    empty = Photo(np.full((400, 311, 3), 220, np.uint8))
    assert subject(empty, HEAD, face_finder, np.random.default_rng(1)) is None


@pytest.mark.photos
@pytest.mark.slow
def test_people_stay_accepted_through_what_harms_nothing_and_are_stopped_by_what_does(reference_data, face_finder):
    labels_path = reference_data / "photos" / "labels.json"
    if not labels_path.is_file():
        pytest.skip(f"reference data absent: no {labels_path}")
    labels, checker, tally = read_labels(labels_path), PhotoChecker(face_finder, load_norm()), Tally()
    for trial in run_trials(labels_path, labels, checker, PEOPLE):
        tally.add(trial)
    figures = tally.to_json(checker.norm)
    assert figures["harmless"] + figures["faults"] == count_of_trials(labels, PEOPLE)
    assert figures["harmless_accepted"] >= 0.95
    assert figures["faults_stopped"] >= 0.97
    assert figures["faults_named"] >= 0.90
    for fault in ("sunglasses", "brown_sunglasses", "bar_over_eyes"):
        assert figures["by_fault"][fault].get("accepted", 0) == 0
    lines: list[str] = []
    print_trials(tally, checker.norm, lines.append)
    assert lines[0].startswith("harmless changes accepted")
    assert any("away, crossed" in line for line in lines)


def test_the_verb_says_what_is_wrong_with_the_labels(tmp_path):
    labels = tmp_path / "labels.json"
    labels.write_text(json.dumps({"requirements": [], "images": [{"file": "a.jpg"}]}))
    answer = CliRunner().invoke(cli.app, ["trials", str(labels)])
    assert answer.exit_code == 2
    assert "wanted: an object with the keys file, compliant" in answer.output
