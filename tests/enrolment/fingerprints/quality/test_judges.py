"""Judges: NIST's own numbers, what the guards add, and what is said where NFIQ 2 is absent."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from enrolment.fingerprints import engine
from enrolment.fingerprints.errors import EngineMissing, FingerImageError
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.images import read_finger_file
from enrolment.fingerprints.proof import REASON_OF_DAMAGE
from enrolment.fingerprints.quality import QualityJudge, Reason
from enrolment.fingerprints.quality import default as default_module
from enrolment.fingerprints.quality.fallback import RidgeClarityJudge
from enrolment.fingerprints.quality.nfiq2 import Nfiq2Judge
from enrolment.fingerprints.synthesis import Damage, DamageKind, synthesise


@pytest.mark.parametrize(("name", "score"), [("SFinGe_Test01", 54), ("SFinGe_Test02", 45)])
def test_nist_s_prints_score_what_nist_says(reference_data: Path, judge: QualityJudge, name: str, score: int) -> None:
    report = judge.judge(read_finger_file(reference_data / "fingerprints" / f"{name}.pgm"))
    assert report.score == score
    assert report.is_usable


def test_every_native_measure_is_nist_s(reference_data: Path, judge: QualityJudge) -> None:
    folder = reference_data / "fingerprints"
    report = judge.judge(read_finger_file(folder / "SFinGe_Test01.pgm"))
    for line in (folder / "SFinGe_Test01_output.txt").read_text().splitlines():
        name, _, value = line.partition(": ")
        if name != "UnifiedQualityScore":
            assert report.measures[name] == pytest.approx(float(value), rel=1e-4, abs=1e-5), name


def test_the_algorithm_names_itself_and_its_version(judge: QualityJudge) -> None:
    assert judge.algorithm == f"NFIQ 2.3 (nbis-py {engine.version()})"


@pytest.mark.parametrize("make", [Nfiq2Judge, RidgeClarityJudge])
def test_what_is_no_print_is_refused_with_its_reason(
    judge: QualityJudge, nobodys_pictures: dict[str, NDArray[np.uint8]], make: Callable[[], QualityJudge]
) -> None:
    for word, pixels in nobodys_pictures.items():
        report = make().judge(FingerImage(FingerPosition.RIGHT_INDEX, pixels))
        assert Reason(word) in report.reasons, word
        assert not report.is_usable


@pytest.mark.photos
def test_a_photograph_of_a_face_is_no_print(reference_data: Path, judge: QualityJudge) -> None:
    for number in (1, 40, 80, 120):
        report = judge.judge(read_finger_file(reference_data / "photos" / "images" / f"v{number:03}.jpg"))
        assert Reason.NO_RIDGES in report.reasons


def test_a_blank_picture_gets_no_score_and_255_in_records(judge: QualityJudge) -> None:
    report = judge.judge(FingerImage(FingerPosition.RIGHT_INDEX, np.full((500, 400), 250, np.uint8)))
    assert report.score is None
    assert report.stored_value == 255
    assert report.reasons == (Reason.NO_CONTACT, Reason.NOT_SCORED)


@pytest.mark.parametrize("kind", list(DamageKind))
@pytest.mark.parametrize("severity", [0.8, 1.0])
def test_grave_damage_is_refused_for_what_it_is(kind: DamageKind, severity: float) -> None:
    for seed in (31, 32):
        report = RidgeClarityJudge().judge(synthesise(seed, FingerPosition(1 + seed % 10), 1, Damage(kind, severity)))
        assert REASON_OF_DAMAGE[kind] in report.reasons, (seed, report.reasons, report.measures)


@pytest.mark.parametrize("kind", list(DamageKind))
def test_slight_damage_leaves_a_print_usable(kind: DamageKind) -> None:
    for seed in (31, 32):
        report = RidgeClarityJudge().judge(synthesise(seed, FingerPosition(1 + seed % 10), 1, Damage(kind, 0.3)))
        assert report.is_usable, (seed, report.reasons)


def test_both_judges_see_damage_alike(judge: QualityJudge) -> None:
    wet = synthesise(31, FingerPosition.RIGHT_INDEX, 1, Damage(DamageKind.WET, 0.9))
    assert judge.judge(wet).reasons == RidgeClarityJudge().judge(wet).reasons == (Reason.WET,)


def test_every_reason_comes_with_advice() -> None:
    assert all(reason.advice.endswith(".") for reason in Reason)


def test_the_fallback_says_that_it_is_not_nfiq2_and_agrees_on_what_is_usable(
    print_of: Callable[..., FingerImage],
) -> None:
    fallback = RidgeClarityJudge()
    assert "not NFIQ 2" in fallback.algorithm
    good = fallback.judge(print_of())
    worn = fallback.judge(synthesise(21, FingerPosition.RIGHT_INDEX, 0, Damage(DamageKind.WORN, 0.9)))
    assert good.is_usable
    assert good.score is not None
    assert worn.score is not None
    assert good.score > 60 > 30 > worn.score


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*, with_nfiq2: bool) -> None:
        raise EngineMissing("the package nbis-py is not installed")

    monkeypatch.setattr(engine, "extractor", missing)


def test_without_the_engine_the_default_is_the_fallback(no_engine: None) -> None:
    assert not engine.is_available()
    assert isinstance(default_module.default_quality.__wrapped__(), RidgeClarityJudge)
    with pytest.raises(EngineMissing, match="nbis-py"):
        Nfiq2Judge()


def test_the_default_is_nfiq2_where_it_can_be_had(judge: QualityJudge) -> None:
    assert default_module.default_quality().algorithm == judge.algorithm


def test_an_engine_that_gives_nothing_is_an_error_that_we_know(judge: QualityJudge) -> None:
    with pytest.raises(FingerImageError, match="finger image"):
        engine.score(FingerImage(FingerPosition.RIGHT_INDEX, np.full((300, 300), 250, np.uint8)))
