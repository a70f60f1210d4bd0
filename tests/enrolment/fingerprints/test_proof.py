"""The proof of made-up fingers, on a few of them."""

import pytest

from enrolment.fingerprints import proof
from enrolment.fingerprints.engine import extract
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.proof import prove
from enrolment.fingerprints.quality import QualityJudge, QualityReport
from enrolment.fingerprints.quality.fallback import RidgeClarityJudge
from enrolment.fingerprints.synthesis import synthesise

slow_part = proof.damages  # NFIQ 2 takes a quarter of a second a print; the guards are the same without it


def test_claims_hold_for_the_first_fingers(judge: QualityJudge, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    quick = RidgeClarityJudge()
    monkeypatch.setattr(proof, "damages", lambda seeds, _: slow_part(range(1, 2), quick))
    findings = list(prove(2, judge, said.append))
    assert [finding.name for finding in findings if not finding.holds] == []
    assert len(findings) == 2 + 2 + 2 + 18
    assert said


class BlindJudge:
    """Finds nothing wrong with anything."""

    algorithm = "blind"

    def judge(self, image: FingerImage) -> QualityReport:
        return QualityReport(90, self.algorithm, (), {})


def test_a_judge_that_sees_nothing_fails_the_proof() -> None:
    failed = [finding.name for finding in proof.damages(range(1, 2), BlindJudge()) if not finding.holds]
    assert len(failed) == 12
    assert any(not finding.holds for finding in proof.qualities(range(1, 3), BlindJudge()))


def test_strangers_that_match_fail_the_proof(judge: QualityJudge) -> None:
    same = [extract(synthesise(1, FingerPosition.LEFT_INDEX, impression)) for impression in (0, 1)]
    assert [finding.holds for finding in proof.strangers(same)] == [False, False]
