"""Cards that keep to older ways, played by our chip with one habit changed: the terminal goes along and says so."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from chip.apdu import status
from chip.apdu.command import CommandApdu
from chip.checks import Outcome
from chip.lds.chip_profile import ChipProfile
from chip.protocols.terminal_authentication import SIGNATURE_COMMAND, TerminalIdentity
from chip.terminal.policy import AccessPolicy
from chip.virtual_card import active_authentication, emrtd, terminal_authentication
from chip.virtual_card.session import Answer, CardState, Refused, World
from chip_support.issued_cards import CAN, Issue, IssuedCard, Look

INTERNAL_AUTHENTICATE = 0x88


def binding_to(monkeypatch: pytest.MonkeyPatch, identifier: bytes) -> None:
    """From now on our chip takes this number for ID_IC, whatever opened it."""
    monkeypatch.setattr(terminal_authentication, "_card_identifier", lambda state: identifier)


def signatures(look: Look) -> tuple[Outcome, str, int]:
    report = look.report()
    check = report.check("terminal_authentication")
    return check.outcome, check.evidence, sum(note.name == SIGNATURE_COMMAND for note in report.notes)


def test_fingerprints_bound_to_the_can_open(
    card: IssuedCard, terminal: TerminalIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    binding_to(monkeypatch, CAN.encode())
    outcome, evidence, count = signatures(Look(card, terminal=terminal))
    assert (outcome, count) == (Outcome.PASSED, 2)
    assert "as old cards do it; DG3 came" in evidence


def test_fingerprints_bound_to_the_document_number_open(
    card: IssuedCard, terminal: TerminalIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    information = card.mrz_information
    binding_to(monkeypatch, information[:-14].encode())
    outcome, evidence, count = signatures(
        Look(card, access=AccessPolicy(mrz_information=information), terminal=terminal)
    )
    assert (outcome, count) == (Outcome.PASSED, 2)
    assert "as old cards do it" in evidence


def test_a_signature_bound_to_something_else_is_tried_twice_and_not_again(
    card: IssuedCard, terminal: TerminalIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    binding_to(monkeypatch, b"000000")
    outcome, evidence, count = signatures(Look(card, terminal=terminal))
    assert (outcome, count) == (Outcome.FAILED, 2)
    assert "old cards" not in evidence


def test_a_card_of_today_is_signed_for_once(card: IssuedCard, terminal: TerminalIdentity) -> None:
    outcome, evidence, count = signatures(Look(card, terminal=terminal))
    assert (outcome, count) == (Outcome.PASSED, 1)
    assert "old cards" not in evidence


@pytest.fixture(scope="module")
def rsa_card(issue: Issue) -> IssuedCard:
    """A card that signs by RSA."""
    return issue(ChipProfile().with_active_authentication("rsa-2048"))


def test_a_card_that_takes_no_long_le_gives_its_signature_in_pieces(
    rsa_card: IssuedCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int | None] = []

    def short_only(state: CardState, command: CommandApdu, world: World) -> Answer:
        asked.append(command.le)
        if command.is_extended:
            raise Refused(status.WRONG_LENGTH)
        return active_authentication.internal_authenticate(state, command, world)

    handlers = {**emrtd.PROTECTED, INTERNAL_AUTHENTICATE: short_only}
    monkeypatch.setattr(emrtd, "PROTECTED", MappingProxyType(handlers))
    report = Look(rsa_card).report()
    assert report.check("active_authentication").outcome is Outcome.PASSED
    assert asked == [1024, 256]
    assert any(note.name == "GET RESPONSE" for note in report.notes)


def test_a_card_that_refuses_both_lengths_fails(rsa_card: IssuedCard, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(state: CardState, command: CommandApdu, world: World) -> Answer:
        raise Refused(status.WRONG_LENGTH)

    handlers = {**emrtd.PROTECTED, INTERNAL_AUTHENTICATE: never}
    monkeypatch.setattr(emrtd, "PROTECTED", MappingProxyType(handlers))
    check = Look(rsa_card).report().check("active_authentication")
    assert check.outcome is Outcome.FAILED
    assert "6700" in check.evidence


def test_another_key_fails_whatever_the_length(issue: Issue, rsa_card: IssuedCard) -> None:
    other = issue(ChipProfile().with_active_authentication("rsa-2048"))
    foreign = replace(rsa_card.secrets, active_authentication_key=other.secrets.active_authentication_key)
    assert Look(rsa_card, secrets=foreign).report().check("active_authentication").outcome is Outcome.FAILED
