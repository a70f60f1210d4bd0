"""Scripts of the simulated person."""

import pytest

from enrolment.fingerprints.drivers.script import Act, Step, parse_script
from enrolment.fingerprints.errors import FingerImageError
from enrolment.fingerprints.synthesis import Damage, DamageKind


def test_a_script_is_read_word_by_word() -> None:
    assert parse_script("bad, good,dry:0.8 , SPOOF,") == (
        Step(Act.BAD, Damage(DamageKind.WORN, 0.9)),
        Step(Act.GOOD),
        Step(Act.GOOD, Damage(DamageKind.DRY, 0.8)),
        Step(Act.SPOOF),
    )


@pytest.mark.parametrize("act", list(Act))
def test_every_act_has_a_word(act: Act) -> None:
    assert Step.parse(act.value).act is act


def test_an_empty_script_is_empty() -> None:
    assert parse_script("") == parse_script(" , ") == ()


@pytest.mark.parametrize("text", ["perfect", "good,worse", "dry:9", "bad:0.5"])
def test_what_is_no_step_is_refused(text: str) -> None:
    with pytest.raises(FingerImageError):
        parse_script(text)
