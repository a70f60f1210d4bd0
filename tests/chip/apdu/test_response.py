"""Responses and status words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip.apdu import status
from chip.apdu.response import ResponseApdu
from chip.errors import CardAnswerError, DecodingError


@given(st.binary(max_size=300), st.integers(0, 0xFFFF))
def test_responses_read_back(data: bytes, sw: int) -> None:
    assert ResponseApdu.decode(ResponseApdu(data, sw).encode()) == ResponseApdu(data, sw)


@pytest.mark.parametrize("raw", [b"", b"\x90"])
def test_fewer_than_two_bytes_are_no_response(raw: bytes) -> None:
    with pytest.raises(DecodingError):
        ResponseApdu.decode(raw)


def test_a_refusal_names_command_and_status() -> None:
    with pytest.raises(CardAnswerError, match="READ BINARY refused: 6982 security status") as refusal:
        ResponseApdu(b"", 0x6982).answering("READ BINARY").data_or_raise()
    assert (refusal.value.status, refusal.value.command_name) == (0x6982, "READ BINARY")


def test_other_status_words_are_taken_where_they_are_expected() -> None:
    assert ResponseApdu(b"end", status.END_OF_FILE).data_or_raise(status.END_OF_FILE) == b"end"
    assert ResponseApdu(b"all", 0x9000).data_or_raise() == b"all"
    assert not ResponseApdu(b"", 0x6282).is_success


@pytest.mark.parametrize(
    ("sw", "words"),
    [
        (0x6102, "2 more bytes"),
        (0x6100, "256 more bytes"),
        (0x6C10, "16 bytes are there"),
        (0x63C2, "2 tries left"),
        (0x1234, "unknown"),
    ],
)
def test_status_words_that_carry_a_number_say_it(sw: int, words: str) -> None:
    assert words in status.meaning(sw)


def test_every_status_word_has_a_meaning() -> None:
    words = [value for name, value in vars(status).items() if name.isupper() and isinstance(value, int)]
    assert len(words) > 20
    assert all(status.meaning(word) != "unknown status" for word in words)
