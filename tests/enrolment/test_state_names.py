"""States by name: as cards and letters print them, in their languages, also where the code is no ISO state's."""

import pytest

from enrolment.production.order import MEMBER_STATES
from enrolment.state_names import SPECIAL_NAMES, state_name
from mrz.states import states


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("BRA", "fr", "Brésil"),
        ("BRA", "de", "Brasilien"),
        ("IRN", "fr", "Iran"),
        ("D", "fr", "Allemagne"),
        ("D", "lb", "Däitschland"),
        ("XXA", "fr", "apatride"),
        ("RKS", "en", "Kosovo"),
    ],
)
def test_a_state_has_its_name(code, language, name):
    assert state_name(code, language) == name


def test_a_code_without_a_name_stands_for_itself():
    assert state_name("XBA") == "XBA"


def test_every_special_code_is_one_that_zones_may_carry():
    assert SPECIAL_NAMES.keys() <= states().keys()


def test_the_member_states_are_twenty_seven_with_french_names():
    codes = MEMBER_STATES.split()
    assert len(set(codes)) == 27
    assert all(state_name(code) != code for code in codes)
