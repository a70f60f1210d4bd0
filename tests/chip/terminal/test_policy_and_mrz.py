"""What may be tried, and what is compared with the printed zone."""

import pytest

from chip.checks import Outcome
from chip.errors import DecodingError, EncodingError
from chip.lds.security_infos import PaceInfo
from chip.oids import PACE
from chip.protocols.pace import PasswordReference
from chip.terminal.access import choose_pace
from chip.terminal.mrz_agreement import check_mrz, mrz_information
from chip.terminal.policy import AccessMode, AccessPolicy

TD1 = ("IRLUXX123456788<<<<<<<<<<<<<<<", "8503121F3101312BRA<<<<<<<<<<<6", "SILVA<<MARIA<<<<<<<<<<<<<<<<<<")
LONG_TD1 = ("I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<")
TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")


@pytest.mark.parametrize(
    ("lines", "information"),
    [
        (TD1, "X12345678885031213101312"),
        (LONG_TD1, "D23145890734934071279507122"),  # Doc 9303-11 appendix D.1
        (TD2, "D23145890774081221204159"),
        (TD3, "L898902C3674081221204159"),
    ],
    ids=["TD1", "TD1 with a long number", "TD2", "TD3"],
)
def test_access_information_is_cut_from_every_format(lines: tuple[str, ...], information: str) -> None:
    assert mrz_information(lines) == information


@pytest.mark.parametrize("lines", [(), ("short",), (TD1[0], TD1[1]), (TD1[0], TD1[1], "x")])
def test_other_lines_are_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(DecodingError):
        mrz_information(lines)


def test_the_zone_is_held_against_what_is_given() -> None:
    information = mrz_information(TD1)
    assert check_mrz(TD1, information, TD1).outcome is Outcome.PASSED
    assert check_mrz(TD1, None, None).outcome is Outcome.UNAVAILABLE
    assert check_mrz((), information, TD1).outcome is Outcome.INCONCLUSIVE
    assert check_mrz(TD1, None, LONG_TD1).outcome is Outcome.FAILED
    assert check_mrz(TD1, mrz_information(LONG_TD1), None).outcome is Outcome.FAILED


def test_a_policy_wants_a_password_and_a_known_access() -> None:
    with pytest.raises(EncodingError, match="one of them is wanted"):
        AccessPolicy()
    with pytest.raises(EncodingError, match="pace, bac, auto"):
        AccessPolicy(can="123456", access="any")
    with pytest.raises(EncodingError, match="six digits"):
        AccessPolicy(can="12345")


def test_pace_takes_the_can_before_the_zone() -> None:
    both = AccessPolicy(can="123456", mrz_information="X", access="auto")
    assert both.pace_password().reference is PasswordReference.CAN
    assert AccessPolicy(mrz_information="X").pace_password().reference is PasswordReference.MRZ
    assert both.mode is AccessMode.AUTO
    assert "123456" not in repr(both)


def test_the_strongest_cipher_is_chosen_then_the_mapping_then_the_cards_order() -> None:
    def chosen(*offers: tuple[str, int | None]) -> tuple[str, int] | None:
        found = choose_pace(tuple(PaceInfo(f"{PACE}.{arcs}", parameter_id) for arcs, parameter_id in offers))
        return None if found is None else (found[0].name, found[1])

    assert chosen(("2.1", 13), ("2.2", 12), ("2.2", 13)) == ("PACE-ECDH-GM-AES-CBC-CMAC-128", 12)
    assert chosen(("6.4", 13), ("4.4", 13), ("2.4", 13)) == ("PACE-ECDH-GM-AES-CBC-CMAC-256", 13)
    assert chosen(("1.2", 2)) == ("PACE-DH-GM-AES-CBC-CMAC-128", 2)


def test_offers_that_are_not_understood_are_passed_over() -> None:
    assert choose_pace(()) is None
    unknown = (PaceInfo(f"{PACE}.9.2", 13), PaceInfo(f"{PACE}.2.2", 31), PaceInfo(f"{PACE}.2.2", None))
    assert choose_pace(unknown) is None
