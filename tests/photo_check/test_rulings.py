"""Rulings: an officer settles doubts one by one and with a reason, and never what fails."""

from dataclasses import replace

import pytest

from photo_check.check import PhotoChecker
from photo_check.errors import RulingRefused
from photo_check.norm import load_norm
from photo_check.report import verdict_of
from photo_check.rulings import Ground, Ruling, settle

COVERED = Ruling("no_head_covering", Ground.RELIGION, "worn since childhood, face free")


@pytest.fixture(scope="module")
def report_with(face_finder, drawn_portrait):
    """The report on a good drawn portrait, with outcomes put in the place of its own."""
    good = PhotoChecker(face_finder, load_norm()).check(drawn_portrait(1))

    def make(**outcomes):
        findings = {
            name: replace(finding, outcome=outcomes.get(name, finding.outcome))
            for name, finding in good.requirements.items()
        }
        return replace(good, requirements=findings, verdict=verdict_of(findings))

    return make


def test_a_photo_is_accepted_when_every_doubt_is_ruled_on(report_with):
    report = report_with(no_head_covering="operator", glasses_ok="operator")
    seen = Ruling("glasses_ok", Ground.SEEN, "clear lenses")
    assert settle(report, []).verdict == "operator"
    assert [finding.requirement for finding in settle(report, [seen]).open] == ["no_head_covering"]
    settled = settle(report, [seen, COVERED])
    assert (settled.verdict, settled.open, settled.rulings) == ("accepted", (), (seen, COVERED))


def test_what_fails_is_not_ruled_away(report_with):
    report = report_with(no_head_covering="operator", sharp="fail")
    assert settle(report, [COVERED]).verdict == "rejected"
    with pytest.raises(RulingRefused, match=r"sharp: the check is not in doubt"):
        settle(report, [Ruling("sharp", Ground.SEEN, "sharp enough")])


@pytest.mark.parametrize("requirement", ["contrast", "no_such_requirement"])
def test_what_is_not_in_doubt_is_not_ruled_on(report_with, requirement):
    with pytest.raises(RulingRefused, match=requirement):
        settle(report_with(glasses_ok="operator"), [Ruling(requirement, Ground.SEEN, "looked")])


def test_a_doubt_is_ruled_on_once(report_with):
    with pytest.raises(RulingRefused, match="twice"):
        settle(report_with(no_head_covering="operator"), [COVERED, COVERED])


@pytest.mark.parametrize("reason", ["", "   ", "x" * 257])
def test_a_ruling_gives_its_reason_in_few_words(reason):
    with pytest.raises(RulingRefused, match="1 to 256 characters"):
        Ruling("glasses_ok", Ground.SEEN, reason)


@pytest.mark.parametrize("ground", [Ground.RELIGION, Ground.HEALTH])
def test_religion_and_health_allow_a_head_covering_and_nothing_else(ground):
    assert Ruling("no_head_covering", ground, "a letter was shown").is_exception
    with pytest.raises(RulingRefused, match="head covering only"):
        Ruling("glasses_ok", ground, "a letter was shown")


def test_that_there_is_no_covering_is_seen_and_no_exception():
    assert not Ruling("no_head_covering", Ground.SEEN, "a straight black fringe").is_exception
