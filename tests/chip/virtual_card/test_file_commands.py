"""SELECT and READ BINARY: what is found, what may be read, and every refusal."""

from types import MappingProxyType

import pytest

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.elementary_files import FILES
from chip.lds.chip_image import ChipImage
from chip.lds.master_files import AtrInfo
from chip.protocols.files import LengthLimits, read_template
from chip.tlv import decode_tlv
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.file_commands import TAG_SIZE
from chip.virtual_card.memory import CardMemory

SELECT_EMRTD = "00A4040C 07 A0000002471001"


def test_card_access_is_read_straight_after_reset_and_after_selecting_the_master_file(bench, sample_chip) -> None:
    expected = sample_chip.image.files["EF.CardAccess"]
    for select_first in ("00A4020C02011C", "00A4000C023F00", "00A4000C", "00A4020C02011C00"):
        assert bench.sw(select_first) == "9000"
        assert bench.sw("00A4020C02011C") == "9000"
        assert bench.plain("00B0000000").data == expected


def test_card_access_is_read_by_its_short_identifier(bench, sample_chip) -> None:
    assert bench.plain("00B09C0000").data == sample_chip.image.files["EF.CardAccess"]


def test_the_same_identifier_is_another_file_in_the_application(bench_of, sample_chip) -> None:
    bench = bench_of().open_pace()
    assert bench.secured_sw("00A4020C02011D") == "9000"
    assert bench.secured("00B0000004").data == sample_chip.image.files["EF.SOD"][:4]
    assert bench.secured_sw("00A4020C02011C") == "6A82"  # no EF.CVCA on this chip
    assert bench.secured_sw("00A4000C023F00") == "9000"
    assert bench.secured_sw("00A4020C02011C") == "9000"
    assert bench.secured("00B0000004").data == sample_chip.image.files["EF.CardAccess"][:4]


def test_the_application_is_selected_with_and_without_le(bench) -> None:
    assert bench.plain(SELECT_EMRTD).encode().hex() == "9000"
    assert bench.plain(SELECT_EMRTD + "00").encode().hex() == "9000"
    assert bench.plain("00A40400 07 A0000002471001").encode().hex() == "9000"  # no Le: no data, whatever P2 says
    fci = bench.plain("00A40400 07 A0000002471001 00")
    assert fci.encode().hex().upper() == "6F098407A00000024710019000"


def test_a_file_is_described_where_that_is_asked_for(bench) -> None:
    described = "80030000168201018302011C8801E0"
    assert bench.plain("00A4020002011C00").data.hex().upper() == f"6F0F{described}"  # file control information
    assert bench.plain("00A4020402011C00").data.hex().upper() == f"620F{described}"  # its parameters
    for nothing in ("00A4020C02011C00", "00A4020802011C00", "00A4020002011C"):
        assert bench.plain(nothing).encode().hex() == "9000"
    assert bench.plain("00A40000023F0000").data.hex().upper() == "6F0782013883023F00"


def test_a_file_that_is_closed_does_not_tell_its_size(bench) -> None:
    bench.open_pace()
    assert TAG_SIZE in {item.tag for item in decode_tlv(bench.secured("00A4020402010200").data).children}
    closed = decode_tlv(bench.secured("00A4020402010300").data)  # DG3: its size would tell whether it holds prints
    assert TAG_SIZE not in {item.tag for item in closed.children}


def test_a_file_is_selected_by_its_path_from_the_root(bench, sample_chip) -> None:
    bench.plain(SELECT_EMRTD)
    assert bench.sw("00A4080C02011C") == "9000"
    assert bench.plain("00B0000000").data == sample_chip.image.files["EF.CardAccess"]
    bench.plain(SELECT_EMRTD)
    assert bench.sw("00A4080C020199") == "6A82"
    assert bench.sw("00B0810000") == "6982"  # the application is still selected


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("00A4040C07A0000002471099", "6A82"),  # unknown application
        ("00A4040E07A0000002471001", "6A86"),  # another occurrence than the first
        ("00A4090C02011C", "6A86"),  # by a path from the current directory
        ("00A4080C043F00011C", "6A80"),  # the root itself is no part of a path from it
        ("00A4020C0101", "6A80"),  # half an identifier
        ("00A4020C020199", "6A82"),
        ("00B0000000", "6986"),  # no file is selected
        ("00B09C1F00", "6B00"),  # behind the end
        ("00B0BC0000", "6A86"),  # reserved bits beside the short identifier
        ("00B0850000", "6A82"),  # no file with this short identifier
        ("00B09C00", "6700"),  # no Le
        ("00B09C000100FF", "6700"),  # data where none belong
        ("00C0000000", "6D00"),
        ("0022C1A6", "6A86"),
        ("002241A4", "6982"),  # Chip and Terminal Authentication run under secure messaging
        ("002241A6", "6982"),
        ("002281B6", "6982"),
        ("002281A4", "6982"),
        ("002A00BE", "6982"),
        ("A0B09C0000", "6E00"),
        ("80B09C0000", "6E00"),
        ("0CB09C0000", "6988"),  # secure messaging that nobody agreed
        ("00B0", "6700"),
        ("00A4020C05011C", "6700"),
        ("", "6700"),
    ],
)
def test_a_command_that_is_wrong_in_the_open_gets_its_status(bench, command: str, sw: str) -> None:
    assert bench.sw(command) == sw


@pytest.mark.parametrize(
    "command",
    [
        "00A4020C020101",
        "00A4020C02010F",
        "00B0810000",
        "00B08F0000",
        "00B09E0000",
        "00B10101045402000000",
        "00B1010B045402000000",
    ],
)
def test_before_access_the_application_tells_neither_content_nor_which_files_it_has(bench, command: str) -> None:
    bench.plain(SELECT_EMRTD)
    assert bench.sw(command) == "6982"


def test_le_beyond_the_end_warns_and_le_zero_means_all_there_is(bench, sample_chip) -> None:
    expected = sample_chip.image.files["EF.CardAccess"]
    short = bench.plain("00B09C0030")
    assert (short.data, short.sw) == (expected, 0x6282)
    assert bench.plain("00B09C0000").sw == 0x9000
    assert bench.plain("00B09C0014").sw == 0x9000
    assert bench.plain("00B09C00000000").data == expected  # extended


@pytest.fixture
def announcing(bench_of, sample_chip):
    """Makes a bench whose chip announces how long commands and answers may be."""

    def make(command_bytes: int, response_bytes: int):
        files = {**sample_chip.image.files, "EF.ATR_INFO": AtrInfo(command_bytes, response_bytes).encode()}
        bench = bench_of()
        bench.card = VirtualCard(CardMemory.personalised(ChipImage(MappingProxyType(files)), sample_chip.secrets))
        bench.channel = type(bench.channel)(bench.card)
        return bench

    return make


def test_no_answer_is_longer_than_the_chip_announces(announcing, sample_chip) -> None:
    bench = announcing(1_920, 1_000).open_pace()
    wanted = CommandApdu(0, 0xB0, 0x82, 0, le=60_000)
    answer = bench.channel.transmit(bench.messaging.protect(wanted))
    assert 900 < len(answer.encode()) <= 1_000
    plain = bench.messaging.unprotect(answer)
    assert plain.data == sample_chip.image.files["EF.DG2"][: len(plain.data)]


def test_a_command_longer_than_the_chip_announces_is_refused(announcing) -> None:
    for length, sw in ((1_911, 0x6D00), (1_912, 0x6700)):  # seven bytes in front, two behind
        bench = announcing(1_920, 1_920)
        assert bench.channel.transmit(CommandApdu(0, 0x99, 0, 0, bytes(length), le=256)).sw == sw


def test_a_spoiled_announcement_is_none(bench_of, sample_chip) -> None:
    files = {**sample_chip.image.files, "EF.ATR_INFO": b"\x7f\x66\x03\x02\x01"}
    bench = bench_of()
    bench.card = VirtualCard(CardMemory.personalised(ChipImage(MappingProxyType(files)), sample_chip.secrets))
    bench.channel = type(bench.channel)(bench.card)
    bench.open_pace()
    assert len(bench.send(CommandApdu(0, 0xB0, 0x82, 0, le=60_000)).data) == len(sample_chip.image.files["EF.DG2"])


@pytest.mark.parametrize("opened", ["open_pace", "open_bac"])
@pytest.mark.parametrize("name", ["EF.COM", "EF.SOD", "EF.DG1", "EF.DG2", "EF.DG14"])
def test_what_access_opens_is_read_whole(bench, sample_chip, opened: str, name: str) -> None:
    getattr(bench, opened)()
    for limits in (LengthLimits(), LengthLimits(4_096, 4_096)):
        chunk = limits.chunk(bench.messaging.keys.suite)
        for by_short_id in (True, False):
            content = run(read_template(FILES[name], chunk, by_short_id=by_short_id), bench.send)
            assert content == sample_chip.image.files[name]


def test_fingerprints_are_refused_inside_secure_messaging_which_goes_on(bench, sample_chip) -> None:
    bench.open_pace()
    assert bench.secured_sw("00A4020C020103") == "9000"
    for command in ("00B0000000", "00B0830000", "00B1000304540200000A", "00B1010304540200000A"):
        assert bench.secured_sw(command) == "6982"
    assert bench.secured("00B0810004").data == sample_chip.image.files["EF.DG1"][:4]


def odd_read(p1p2: int, offset: int, le: int) -> CommandApdu:
    data = bytes([0x54, 0x02]) + offset.to_bytes(2, "big")
    return CommandApdu(0x00, 0xB1, p1p2 >> 8, p1p2 & 0xFF, data, le=le)


def test_the_odd_instruction_reads_the_current_file_by_identifier_and_by_short_identifier(bench, sample_chip) -> None:
    bench.open_pace()
    dg2 = sample_chip.image.files["EF.DG2"]
    assert bench.secured_sw("00A4020C020102") == "9000"
    for p1p2 in (0x0000, 0x0002, 0x0102):
        for offset, le in ((0, 100), (300, 223), (len(dg2) - 5, 256)):
            response = bench.send(odd_read(p1p2, offset, le))
            piece = decode_tlv(response.data, 0x53).value
            assert piece == dg2[offset : offset + len(piece)]
            assert len(piece) > 0
            assert len(response.data) <= le


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        (odd_read(0x0102, 17_500, 10), "6B00"),
        (odd_read(0x0105, 0, 10), "6A82"),
        (odd_read(0x0005, 0, 10), "6A82"),
        (odd_read(0x0102, 0, 2), "6700"),
        (CommandApdu(0x00, 0xB1, 0x01, 0x02, b"\x55\x01\x00", le=10), "6A80"),
        (CommandApdu(0x00, 0xB1, 0x01, 0x02, b"\x54\x00", le=10), "6A80"),
        (CommandApdu(0x00, 0xB1, 0x01, 0x02, b"\x54\x01\x00"), "6700"),
    ],
)
def test_a_wrong_odd_instruction_gets_its_status(bench, command: CommandApdu, sw: str) -> None:
    bench.open_pace()
    assert f"{bench.send(command).sw:04X}" == sw


def test_a_short_answer_is_never_longer_than_a_short_answer(bench) -> None:
    for opened in (bench.open_pace, bench.open_bac):
        bench.channel.reset()
        opened()
        bench.secured("00A4020C020102")
        for le in (256, 255, 240, 231, 224, 223):
            command = CommandApdu(0x00, 0xB0, 0x00, 0x00, le=le)
            raw = bench.channel.transmit(bench.messaging.protect(command))
            assert len(raw.encode()) <= 258
            assert len(bench.messaging.unprotect(raw).data) in range(min(le, 223), le + 1)


def test_a_plain_command_ends_secure_messaging_and_closes_the_chip(bench) -> None:
    bench.open_pace()
    assert bench.sw("00B0810000") == "6987"
    assert bench.sw("00B0810000") == "6982"
    assert bench.sw(SELECT_EMRTD) == "9000"


@pytest.mark.parametrize("at", [5, 10, -2])
def test_a_command_whose_protection_is_broken_is_answered_plain_and_ends_the_session(bench, at: int) -> None:
    bench.open_pace()
    raw = bytearray(bench.messaging.protect(CommandApdu(0, 0xB0, 0x81, 0, le=4)).encode())
    raw[at] ^= 0x40
    answer = bench.card.respond(bytes(raw))
    assert answer in (bytes.fromhex("6988"), bytes.fromhex("6987"))
    assert bench.card.session.secure_messaging is None
    assert bench.sw("00B0810000") == "6982"


def test_a_reset_closes_the_chip(bench) -> None:
    bench.open_pace()
    bench.channel.reset()
    bench.plain(SELECT_EMRTD)
    assert bench.sw("00B0810000") == "6982"


def test_a_chained_command_is_put_together_and_a_broken_chain_is_refused(bench) -> None:
    bench.open_pace()
    first = CommandApdu(0x10, 0xA4, 0x02, 0x0C, b"\x01")
    last = CommandApdu(0x00, 0xA4, 0x02, 0x0C, b"\x01")
    assert bench.send(first).is_success
    assert bench.send(last).is_success
    assert bench.secured_sw("00B0000001") == "9000"
    assert bench.send(first).is_success
    assert bench.secured_sw("00B0810004") == "6883"
    assert bench.secured_sw("00B0810004") == "9000"
