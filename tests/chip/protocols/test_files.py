"""Reading files, from cards that are told apart only by what they refuse."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.crypto.suites import AES_128, TDES, CipherSuite
from chip.elementary_files import FILES, data_group_file, data_group_of_tag
from chip.errors import CardAnswerError, DecodingError
from chip.protocols.files import (
    SHORT_LENGTHS,
    LengthLimits,
    read_binary,
    read_template,
    read_until_end,
    select_application,
    select_file,
    select_master_file,
)
from chip.protocols.secure_messaging import SecureMessagingSession, SessionKeys
from chip.tlv import decode_tlv, encode_tlv

DG2, ATR_INFO = FILES["EF.DG2"], FILES["EF.ATR_INFO"]


class OneFile:
    """A card with one file, which it gives by READ BINARY B0 (by offset or short identifier) and B1."""

    def __init__(self, content: bytes, *, knows_short_ids: bool = True, refuses: int | None = None) -> None:
        self.content, self.knows_short_ids, self.refuses = content, knows_short_ids, refuses
        self.commands: list[CommandApdu] = []

    def __call__(self, command: CommandApdu) -> ResponseApdu:
        self.commands.append(command)
        if self.refuses is not None:
            return ResponseApdu(b"", self.refuses)
        if command.ins == 0xA4:
            return ResponseApdu(b"", 0x9000)
        le = command.le or 0
        if command.ins == 0xB1:
            offset = int.from_bytes(decode_tlv(command.data, 0x54).value, "big")
            header = 4 if le > 0x83 else 2
            return ResponseApdu(encode_tlv(0x53, self.content[offset : offset + le - header]), 0x9000)
        if command.p1 & 0x80:
            if not self.knows_short_ids:
                return ResponseApdu(b"", 0x6A86)
            offset = command.p2
        else:
            offset = command.p1 << 8 | command.p2
        piece = self.content[offset : offset + le]
        return ResponseApdu(piece, 0x9000 if len(piece) == le else 0x6282)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 40_000), st.sampled_from([100, 223, 256, 1500, 65536]))
def test_a_template_is_read_to_its_last_byte(length: int, chunk: int) -> None:
    content = encode_tlv(0x75, bytes(length))
    card = OneFile(content + b"\x00" * 50)  # room that the file does not use
    assert run(read_template(DG2, chunk), card) == content


def test_beyond_32767_the_odd_instruction_reads_on() -> None:
    content = encode_tlv(0x63, bytes(range(256)) * 140)
    card = OneFile(content)
    assert run(read_template(FILES["EF.DG3"], 223), card) == content
    assert {command.ins for command in card.commands} == {0xB0, 0xB1}
    assert read_binary(0x8000, 10).encode() == bytes.fromhex("00B1000004540280000A")


def test_a_card_without_short_identifiers_is_asked_by_select() -> None:
    content = encode_tlv(0x75, bytes(600))
    card = OneFile(content, knows_short_ids=False)
    assert run(read_template(DG2, 256), card) == content
    assert [command.ins for command in card.commands[:3]] == [0xB0, 0xA4, 0xB0]


def test_no_more_is_asked_for_than_is_there() -> None:
    card = OneFile(encode_tlv(0x75, bytes(296)))  # 300 bytes
    run(read_template(DG2, 256), card)
    assert [command.le for command in card.commands] == [256, 44]


def test_a_closed_file_is_not_asked_for_twice() -> None:
    card = OneFile(b"", refuses=0x6982)
    with pytest.raises(CardAnswerError) as refusal:
        run(read_template(FILES["EF.DG3"], 223), card)
    assert refusal.value.status == 0x6982
    assert len(card.commands) == 1


def test_a_missing_file_is_named() -> None:
    with pytest.raises(CardAnswerError, match=r"SELECT EF\.DG2 refused: 6A82"):
        run(read_template(DG2, 223), OneFile(b"", refuses=0x6A82))


@pytest.mark.parametrize(
    "content",
    [b"", b"\x75", b"\x75\x84\x7f\xff\xff\xff", encode_tlv(0x75, bytes(500))[:300]],
    ids=["empty", "a tag only", "two gigabytes", "cut off"],
)
def test_files_that_lie_about_their_length_are_refused(content: bytes) -> None:
    with pytest.raises(DecodingError):
        run(read_template(DG2, 100), OneFile(content))


@pytest.mark.parametrize("length", [0, 9, 255, 256, 257, 512, 700])
def test_a_file_of_unknown_length_is_read_to_its_end(length: int) -> None:
    content = bytes(range(256)) * 3
    assert run(read_until_end(ATR_INFO, 256), OneFile(content[:length])) == content[:length]


def test_a_file_that_never_ends_is_left() -> None:
    with pytest.raises(DecodingError, match="does not end"):
        run(read_until_end(ATR_INFO, 65536), lambda command: ResponseApdu(bytes(65536), 0x9000))


def largest_answer(suite: object, chunk: int) -> int:
    keys = SessionKeys.from_secret(b"x", AES_128 if suite is AES_128 else TDES)
    card, terminal = SecureMessagingSession(keys), SecureMessagingSession(keys)
    card.unprotect_command(terminal.protect(CommandApdu(0, 0xB0, 0, 0, le=chunk)))
    return len(card.protect_response(ResponseApdu(bytes(chunk), 0x9000)).data)


@pytest.mark.parametrize("suite", [AES_128, TDES], ids=lambda suite: suite.name)
@pytest.mark.parametrize("response", [258, 1000, 1920, 4096, 65538])
def test_the_largest_piece_just_fits_the_announced_buffer(suite: object, response: int) -> None:
    chunk = LengthLimits(response, response).chunk(AES_128 if suite is AES_128 else TDES)
    block = 16 if suite is AES_128 else 8
    assert largest_answer(suite, chunk) <= response - 2 < largest_answer(suite, chunk + block)


@pytest.mark.parametrize("suite", [AES_128, TDES], ids=lambda suite: suite.name)
@pytest.mark.parametrize("command", [300, 1000, 1920, 65535])
def test_the_largest_data_just_fit_the_announced_buffer(suite: CipherSuite, command: int) -> None:
    limits = LengthLimits(command, command)
    session = SecureMessagingSession(SessionKeys.from_secret(b"x", suite))
    longest = CommandApdu(0, 0x2A, 0, 0xBE, bytes(limits.command_data(suite)), le=256, extended=True)
    length = len(session.protect(longest).encode())
    assert command - 2 * suite.block_length_bytes < length <= command
    assert len(CommandApdu(0, 0x2A, 0, 0xBE, bytes(limits.command_data(None)), le=257).encode()) == command


def test_short_lengths_are_what_cards_take_that_announce_nothing() -> None:
    assert not SHORT_LENGTHS.is_extended
    assert (SHORT_LENGTHS.chunk(None), SHORT_LENGTHS.chunk(AES_128), SHORT_LENGTHS.chunk(TDES)) == (256, 223, 231)


@pytest.mark.parametrize(
    ("make", "wire"),
    [
        (select_master_file, "00A4000C023F00"),
        (select_application, "00A4040C07A0000002471001"),
        (lambda: select_file(FILES["EF.CardAccess"]), "00A4020C02011C"),
        (lambda: read_binary(0x1234, 16), "00B0123410"),
    ],
)
def test_commands_are_written_as_the_standard_has_them(make: Callable[[], CommandApdu], wire: str) -> None:
    assert make().encode().hex().upper() == wire


def test_data_groups_are_found_by_number_and_by_tag() -> None:
    for number in range(1, 17):
        file = data_group_file(number)
        assert (file.short_id, file.file_id & 0xFF) == (number, number)
        assert file.tag is not None
        assert data_group_of_tag(file.tag) == number
    assert data_group_of_tag(0x77) is None


def test_a_card_that_gives_a_byte_at_a_time_is_left() -> None:
    content = encode_tlv(0x75, bytes(30_000))
    asked = 0

    def drips(command: CommandApdu) -> ResponseApdu:
        nonlocal asked
        asked += 1
        offset = command.p2 if command.p1 & 0x80 else command.p1 << 8 | command.p2
        return ResponseApdu(content[offset : offset + (8 if asked == 1 else 1)], 0x9000)

    with pytest.raises(DecodingError, match="pieces too small"):
        run(read_template(DG2, 256), drips)
    assert asked < 2000
