"""The channel in memory."""

import pytest

from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.errors import CardGone
from chip.transport.loopback import LoopbackChannel


class EchoCard:
    """Answers with what it was sent."""

    atr = bytes.fromhex("3B80800101")

    def __init__(self) -> None:
        self.resets = 0

    def respond(self, command: bytes) -> bytes:
        return command + b"\x90\x00"

    def reset(self) -> None:
        self.resets += 1


COMMAND = CommandApdu(0x00, 0xB0, 0x00, 0x00, le=4)


def test_a_command_reaches_the_card_as_its_bytes() -> None:
    assert LoopbackChannel(EchoCard()).transmit(COMMAND) == ResponseApdu(bytes.fromhex("00B0000004"), 0x9000)


def test_opening_and_resetting_power_the_card() -> None:
    card = EchoCard()
    channel = LoopbackChannel(card)
    assert card.resets == 1
    assert channel.reset() == card.atr
    assert card.resets == 2


def test_a_closed_channel_has_no_card() -> None:
    channel = LoopbackChannel(EchoCard())
    channel.close()
    channel.close()
    with pytest.raises(CardGone):
        channel.transmit(COMMAND)
    with pytest.raises(CardGone):
        channel.reset()
