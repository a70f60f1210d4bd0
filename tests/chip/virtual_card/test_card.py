"""The chip as a whole: it answers whatever it is sent, and nothing that it was not told to remember stays."""

import os
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chip.apdu.command import CommandApdu
from chip.card_folder import CardDescription, CardFolder
from chip.elementary_files import EMRTD_AID, FILES
from chip.errors import CardGone, DecodingError
from chip.personalisation.blank_model import ReadAccess
from chip.personalisation.card_profile_files import default_card_profile
from chip.personalisation.read_access import read_access
from chip.personalisation.transport_keys import TEST_TRANSPORT_KEYS
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card import emrtd
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.faults import Fault, FaultKind, FaultyCard
from chip.virtual_card.from_folder import memory_of_folder
from chip.virtual_card.memory import CardMemory
from chip.virtual_card.patience import patience_s

INSTRUCTIONS = (0x22, 0x2A, 0x44, 0x50, 0x82, 0x84, 0x86, 0x88, 0xA4, 0xB0, 0xB1, 0xCA, 0xD6, 0xD7, 0xDA, 0xE0)
PARAMETERS = (0x00, 0x01, 0x02, 0x04, 0x0C, 0x30, 0x33, 0x41, 0x81, 0x9C, 0xA4, 0xA6, 0xB6, 0xBE, 0xC1, 0xFF)
SENSIBLE_DATA = (
    b"", EMRTD_AID, default_card_profile().domain.aid, b"\x3f\x00", b"\x01\x1c", b"\x01\x01", b"\x54\x01\x00",
    b"\x7c\x00", bytes(8),
    bytes(16), bytes.fromhex("7C028500"), bytes.fromhex("800A04007F00070202040202830102"), bytes.fromhex("970104"),
)  # fmt: skip
commands = st.builds(
    CommandApdu,
    st.sampled_from((0x00, 0x0C, 0x10, 0x1C, 0x80, 0x84, 0x90, 0x94, 0xFF)),
    st.sampled_from(INSTRUCTIONS),
    st.sampled_from(PARAMETERS),
    st.sampled_from(PARAMETERS),
    st.one_of(st.sampled_from(SENSIBLE_DATA), st.binary(max_size=300)),
    st.sampled_from((None, 1, 8, 256, 65_536)),
).map(CommandApdu.encode)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(st.lists(st.one_of(commands, st.binary(max_size=40)), max_size=12), st.booleans())
def test_a_card_answers_whatever_it_is_sent(bench_of, sent: list[bytes], opened: bool) -> None:
    bench = bench_of()
    if opened:
        bench.open_pace()
    files = bench.card.memory.files
    for command in sent:
        assert len(bench.card.respond(command)) >= 2
    assert bench.card.memory.files is files
    bench.channel.reset()
    bench.open_bac()


@QUICK
@given(st.lists(commands, max_size=12))
def test_an_open_card_answers_whatever_is_sent_under_secure_messaging(bench_of, sent: list[bytes]) -> None:
    bench = bench_of().open_pace()
    for raw in sent:
        command = CommandApdu.decode(raw)
        answer = bench.send(CommandApdu(command.cla & 0x10, *command.header[1:], command.data, command.le))
        assert answer.sw >> 8 in (0x90, 0x62, 0x63, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6D)
        if bench.card.session.secure_messaging is not bench.messaging:
            return  # Chip Authentication was hit upon
    assert bench.secured_sw("00B0830000") in ("6982", "6883")  # fingerprints stay shut, whatever came before


@QUICK
@given(st.lists(commands, max_size=12))
def test_a_blank_answers_whatever_it_is_sent_and_stays_blank(sent: list[bytes]) -> None:
    card = VirtualCard(CardMemory.blank(bytes(10), TEST_TRANSPORT_KEYS))
    for command in sent:
        assert len(card.respond(command)) >= 2
    assert dict(card.memory.files) == {}
    assert dict(card.memory.objects) == {}


def test_the_first_access_rule_is_never_free_for_a_persons_data() -> None:
    free = {name for name in FILES if read_access(name) is ReadAccess.FREE}
    assert free == {"EF.ATR_INFO", "EF.DIR", "EF.CardAccess"}
    assert read_access("EF.CardSecurity") is ReadAccess.AFTER_PACE
    assert read_access("EF.DG3") is ReadAccess.FINGERPRINT_RIGHT
    assert read_access("EF.DG4") is ReadAccess.IRIS_RIGHT


def test_card_security_is_read_after_pace_and_not_after_bac(bench_of, sample_chip) -> None:
    for opened, sw in (("open_pace", "9000"), ("open_bac", "6982")):
        bench = bench_of()
        files = {**sample_chip.image.files, "EF.CardSecurity": b"\x30\x00"}
        memory = CardMemory.personalised(type(sample_chip.image)(MappingProxyType(files)), bench.card.memory.secrets())
        bench.card = VirtualCard(memory)
        bench.channel = LoopbackChannel(bench.card)
        assert bench.sw("00B09D0002") == "6982"
        getattr(bench, opened)()
        assert bench.secured_sw("00A4000C023F00") == "9000"
        assert bench.secured_sw("00B09D0002") == sw


@pytest.mark.parametrize("name", ["EF.CardAccess", "EF.DG14"])
def test_a_spoiled_file_of_offers_offers_nothing_and_breaks_nothing(bench_of, sample_chip, name: str) -> None:
    bench = bench_of()
    files = {**sample_chip.image.files, name: b"\x6e\x02\xff\xff"}
    memory = CardMemory.personalised(type(sample_chip.image)(MappingProxyType(files)), bench.card.memory.secrets())
    bench.card = VirtualCard(memory)
    bench.channel = LoopbackChannel(bench.card)
    if name == "EF.CardAccess":
        assert bench.sw("0022C1A40F800A04007F00070202040202830102") == "6A80"
    bench.open_bac()
    assert bench.secured_sw("002241A40C800A04007F00070202030202") in ("6985", "9000")


def test_a_folder_without_secrets_is_no_chip(sample_chip) -> None:
    from datetime import date

    description = CardDescription("", "", "", "", "", "pace", date(2026, 1, 1))
    with pytest.raises(DecodingError, match=r"secrets\.json"):
        memory_of_folder(CardFolder(sample_chip.image, None, description))


def test_memory_state_and_session_never_show_what_they_hold(bench) -> None:
    bench.open_pace()
    shown = repr(bench.card.memory) + repr(bench.card.session) + repr(bench.card._state)
    assert "654321" not in shown
    assert "L898902C" not in shown


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("lost_command@1", Fault(FaultKind.LOST_COMMAND, 1)),
        ("lost_answer@200", Fault(FaultKind.LOST_ANSWER, 200)),
        ("wrong_mac@3", Fault(FaultKind.WRONG_MAC, 3)),
        ("slow@4:2", Fault(FaultKind.SLOW, 4, delay_s=2)),
    ],
)
def test_a_fault_is_read_from_its_words(text: str, fault: Fault) -> None:
    assert Fault.parse(text) == fault


def test_faults_come_at_their_command(bench) -> None:
    waits: list[float] = []
    faults = (Fault(FaultKind.SLOW, 2, delay_s=1.5), Fault(FaultKind.LOST_COMMAND, 3))
    card = FaultyCard(bench.card, *faults, wait=waits.append)
    card.reset()
    assert card.atr == bench.card.atr
    for _ in range(2):
        assert card.respond(bytes.fromhex("00B09C0004"))[-2:].hex() == "9000"
    assert waits == [1.5]
    with pytest.raises(CardGone):
        card.respond(bytes.fromhex("00B09C0004"))


def test_patience_grows_to_its_longest_and_no_further() -> None:
    grown = [patience_s(failed) for failed in range(40)]
    assert grown == sorted(grown)
    assert grown[:3] == [0, 0, 0.1]
    assert max(grown) == 3.2


def test_a_challenge_comes_from_the_random_numbers_that_are_handed_in(sample_chip) -> None:
    asked: list[int] = []

    def counted(length: int) -> bytes:
        asked.append(length)
        return os.urandom(length)

    card = VirtualCard(CardMemory.personalised(sample_chip.image, sample_chip.secrets), random_bytes=counted)
    card.respond(bytes.fromhex("00A4040C07A0000002471001"))
    card.respond(bytes.fromhex("0084000008"))
    assert asked == [8]


def test_a_fault_of_the_chips_own_is_6f00_and_one_line_and_the_card_lives_on(
    bench, monkeypatch: pytest.MonkeyPatch, faults_of_played_cards: list[str]
) -> None:
    def stumble(*_: object) -> None:
        raise ZeroDivisionError("654321 of somebody")

    bench.open_pace()
    with monkeypatch.context() as broken:
        broken.setattr(emrtd, "respond", stumble)
        assert bench.sw("00B0810004") == "6F00"
    assert faults_of_played_cards == ["a fault of the chip's own (ZeroDivisionError): answered 6F00, session dropped"]
    faults_of_played_cards.clear()
    assert bench.card.session.secure_messaging is None
    assert bench.sw("00B0810004") == "6982"
    bench.open_pace()
    assert bench.secured_sw("00B0810004") == "9000"
