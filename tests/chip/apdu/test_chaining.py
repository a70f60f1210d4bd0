"""Long commands in pieces and long answers fetched in pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip.apdu.chaining import MAX_FETCHES, fetching, in_pieces
from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.errors import DecodingError

VERIFY = CommandApdu(0x00, 0x2A, 0x00, 0xBE, b"", le=256)


@given(st.binary(max_size=1200))
def test_pieces_joined_are_the_data(data: bytes) -> None:
    sent: list[CommandApdu] = []

    def card(command: CommandApdu) -> ResponseApdu:
        sent.append(command)
        return ResponseApdu(b"", 0x9000)

    in_pieces(card)(CommandApdu(0x00, 0x2A, 0x00, 0xBE, data, le=256))
    assert b"".join(command.data for command in sent) == data
    assert [command.cla for command in sent] == [0x10] * (len(sent) - 1) + [0x00]
    assert [command.le for command in sent] == [None] * (len(sent) - 1) + [256]
    assert all(len(command.data) <= 255 for command in sent)


def test_a_chain_stops_at_the_first_refusal() -> None:
    sent: list[CommandApdu] = []

    def card(command: CommandApdu) -> ResponseApdu:
        sent.append(command)
        return ResponseApdu(b"", 0x6884)

    answer = in_pieces(card)(CommandApdu(0x00, 0x2A, 0x00, 0xBE, bytes(600)))
    assert answer.sw == 0x6884
    assert len(sent) == 1


@given(st.binary(min_size=1, max_size=900))
def test_an_answer_is_fetched_to_its_end(content: bytes) -> None:
    rest = bytearray(content)

    def card(command: CommandApdu) -> ResponseApdu:
        if command.ins == 0xC0:
            assert command.le == (len(rest) if len(rest) < 256 else 256)
            piece = bytes(rest[: command.le])
            del rest[: command.le]
        else:
            piece = b""
        return ResponseApdu(piece, 0x6100 | (len(rest) if len(rest) < 256 else 0) if rest else 0x9000)

    assert fetching(card)(VERIFY) == ResponseApdu(content, 0x9000)


def test_a_wrong_le_is_corrected_once() -> None:
    def card(command: CommandApdu) -> ResponseApdu:
        return ResponseApdu(bytes(9), 0x9000) if command.le == 9 else ResponseApdu(b"", 0x6C09)

    assert fetching(card)(VERIFY).data == bytes(9)
    assert fetching(lambda command: ResponseApdu(b"", 0x6C09))(VERIFY).sw == 0x6C09


def test_a_card_that_always_has_more_is_left() -> None:
    answer = fetching(lambda command: ResponseApdu(b"x", 0x6101))(VERIFY)
    assert len(answer.data) == MAX_FETCHES + 1


def test_an_answer_that_does_not_end_is_not_kept() -> None:
    def card(command: CommandApdu) -> ResponseApdu:
        return ResponseApdu(bytes(60_000), 0x6100)

    with pytest.raises(DecodingError, match="goes on answering"):
        fetching(card)(VERIFY)
