"""The terminal's part of Terminal Authentication: which certificates it presents, and what it signs."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.errors import CardAnswerError, PkiError
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.protocols.terminal_authentication import (
    TerminalIdentity,
    authenticate_terminal,
    is_signed,
    set_terminal_key,
    set_verification_key,
    signed_data,
)
from chip.tlv import iterate_tlv

CARD_IDENTIFIER, TERMINAL_KEY, CHALLENGE = b"I" * 32, b"T" * 32, bytes(range(8))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("terminal") / "pki"
    hold_ceremony(load_profile("brainpool256"), "brainpool256", path, datetime.now(UTC), None)
    return path


@pytest.fixture(scope="module")
def identity(folder: Path) -> TerminalIdentity:
    return TerminalIdentity.load(folder)


class Card:
    """Believes everything and notes it; refuses the command of number `refuses`."""

    def __init__(self, refuses: int | None = None) -> None:
        self.commands: list[CommandApdu] = []
        self.refuses = refuses

    def __call__(self, command: CommandApdu) -> ResponseApdu:
        if len(self.commands) == self.refuses:
            return ResponseApdu(b"", 0x6984)
        self.commands.append(command)
        return ResponseApdu(CHALLENGE if command.ins == 0x84 else b"", 0x9000)


def authenticate(identity: TerminalIdentity, card: Card) -> None:
    run(authenticate_terminal(identity, ["LUTESTCVCA00001"], CARD_IDENTIFIER, TERMINAL_KEY), card)


def test_the_commands_are_those_of_the_standard(identity: TerminalIdentity) -> None:
    card = Card()
    authenticate(identity, card)
    assert [(c.ins, c.p1, c.p2) for c in card.commands] == [
        (0x22, 0x81, 0xB6),
        (0x2A, 0x00, 0xBE),
        (0x22, 0x81, 0xB6),
        (0x2A, 0x00, 0xBE),
        (0x22, 0x81, 0xA4),
        (0x84, 0x00, 0x00),
        (0x82, 0x00, 0x00),
    ]
    assert [item.tag for item in iterate_tlv(card.commands[1].data)] == [0x7F4E, 0x5F37]
    assert set_verification_key("LUTESTCVCA00001").data == b"\x83\x0fLUTESTCVCA00001"
    assert set_terminal_key("LUTESTIS00001").data == b"\x83\x0dLUTESTIS00001"


def test_the_signature_binds_card_challenge_and_channel(identity: TerminalIdentity) -> None:
    card = Card()
    authenticate(identity, card)
    signature, key = card.commands[-1].data, identity.certificate.public_key
    public_key = identity.key.public_key
    assert is_signed(public_key, key.algorithm, signed_data(CARD_IDENTIFIER, CHALLENGE, TERMINAL_KEY), signature)
    for other in ((b"X" * 32, CHALLENGE, TERMINAL_KEY), (CARD_IDENTIFIER, bytes(8), TERMINAL_KEY)):
        assert not is_signed(public_key, key.algorithm, signed_data(*other), signature)
    assert len(signature) == 64  # r ‖ s, no DER


def test_a_card_that_refuses_is_named(identity: TerminalIdentity) -> None:
    for number, name in enumerate(["MSE:Set DST", "PSO:Verify Certificate"]):
        with pytest.raises(CardAnswerError, match=name):
            authenticate(identity, Card(refuses=number))
    with pytest.raises(CardAnswerError, match="EXTERNAL AUTHENTICATE"):
        authenticate(identity, Card(refuses=6))


def test_the_chain_begins_below_a_trust_point_of_the_card(identity: TerminalIdentity) -> None:
    names = [item.holder_reference for item in identity.chain_from(["LUTESTCVCA00001"])]
    assert names == ["LUTESTDV00001", "LUTESTIS00001"]
    assert [item.holder_reference for item in identity.chain_from(["LUTESTDV00001"])] == ["LUTESTIS00001"]
    with pytest.raises(PkiError, match="no certificate leads"):
        identity.chain_from(["DETESTCVCA00001"])


def test_a_folder_without_a_terminal_is_named(tmp_path: Path) -> None:
    with pytest.raises(PkiError):
        TerminalIdentity.load(tmp_path)
