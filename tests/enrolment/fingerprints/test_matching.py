"""Comparing prints."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from enrolment.fingerprints import engine
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.images import read_finger_file
from enrolment.fingerprints.matching import MatchResult, match, match_templates
from enrolment.fingerprints.quality import QualityJudge


def test_a_print_matches_itself_and_another_impression(
    judge: QualityJudge, print_of: Callable[..., FingerImage]
) -> None:
    assert match(print_of(), print_of()).score > match(print_of(), print_of(impression=1)).score >= 100


def test_the_order_of_two_prints_does_not_matter(judge: QualityJudge, print_of: Callable[..., FingerImage]) -> None:
    first, second = engine.extract(print_of()), engine.extract(print_of(impression=1))
    assert match_templates(first, second) == match_templates(second, first)


def test_nist_s_two_prints_are_of_two_fingers(reference_data: Path, judge: QualityJudge) -> None:
    first, second = (
        read_finger_file(reference_data / "fingerprints" / f"SFinGe_Test0{number}.pgm") for number in (1, 2)
    )
    assert not match(first, second).is_same_finger
    assert len(engine.extract(first).minutiae()) == 72  # as NIST's own mindtct, and libfprint


def test_the_threshold_itself_is_the_same_finger() -> None:
    assert MatchResult(40, 40).is_same_finger
    assert not MatchResult(39, 40).is_same_finger


def test_an_empty_print_matches_nothing(judge: QualityJudge, print_of: Callable[..., FingerImage]) -> None:
    blank = FingerImage(FingerPosition.RIGHT_INDEX, np.full((500, 400), 240, np.uint8))
    assert match(blank, print_of()).score == 0


def test_minutiae_lie_on_the_print(judge: QualityJudge, print_of: Callable[..., FingerImage]) -> None:
    for minutia in engine.extract(print_of()).minutiae():
        assert 0 <= minutia.x_px < 400
        assert 0 <= minutia.y_px < 500
        assert 0 <= minutia.direction_deg < 360
        assert 0 <= minutia.reliability <= 1


def test_a_template_says_nothing_of_itself(judge: QualityJudge, print_of: Callable[..., FingerImage]) -> None:
    assert "Minut" not in repr(engine.extract(print_of()))
