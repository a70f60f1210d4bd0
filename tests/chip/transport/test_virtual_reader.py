"""A card of ours in this machine's own virtual reader."""

import pytest

from chip.apdu.command import CommandApdu
from chip.errors import ReaderMissing
from chip.transport.pcsc import PcscChannel
from chip.transport.virtual_reader import card_in_virtual_reader


class NumberedCard:
    """Answers with its number."""

    atr = bytes.fromhex("3B80800101")

    def __init__(self, number: int) -> None:
        self.number = number

    def respond(self, command: bytes) -> bytes:
        return bytes([self.number, 0x90, 0x00])

    def reset(self) -> None:
        pass


@pytest.mark.pcsc
@pytest.mark.xdist_group("pcsc")
def test_cards_that_follow_each_other_at_once_are_told_apart(virtual_reader: str) -> None:
    for number in (1, 2, 3):
        with card_in_virtual_reader(NumberedCard(number), virtual_reader), PcscChannel(virtual_reader) as channel:
            assert channel.transmit(CommandApdu(0, 0xB0, 0, 0, le=1)).data == bytes([number])


def test_a_reader_of_another_make_holds_no_card_of_ours() -> None:
    with (
        pytest.raises(ReaderMissing, match="is no virtual reader"),
        card_in_virtual_reader(NumberedCard(1), "Gemalto PC Twin Reader"),
    ):
        pytest.fail("no card can be in there")
