"""Card profiles: other applets' words out of a file, spoken by the loader and by a blank of that kind."""

import os
import tomllib
from contextlib import suppress
from dataclasses import replace
from importlib import resources
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.elementary_files import EMRTD_AID, FILES
from chip.errors import BlankSpoiled, CardAnswerError, CardGone, DecodingError, EncodingError, PersonalisationError
from chip.lds.chip_image import ChipImage
from chip.personalisation.blank_model import DataObject, FileControl, LifeCycle, ReadAccess
from chip.personalisation.card_commands import CardCommands, decode_grouping, encode_grouping, seal_object
from chip.personalisation.card_profile import CardProfile
from chip.personalisation.card_profile_files import card_profile_names, default_card_profile, load_card_profile
from chip.personalisation.control_layout import decode_control, encode_control
from chip.personalisation.ledger import MemoryLedger
from chip.personalisation.personalise import PersonalisationOutcome, personalise
from chip.personalisation.scp03 import SecurityLevel
from chip.personalisation.script import build_script
from chip.personalisation.secure_channel import SecureTransmit, open_secure_channel
from chip.personalisation.transport_keys import TEST_TRANSPORT_KEYS
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.faults import Fault, FaultKind, FaultyCard
from chip.virtual_card.memory import CardMemory

SERIAL = bytes(range(10))
STORE_DATA = load_card_profile("store-data")
COMMANDS = CardCommands(STORE_DATA)
every_profile = pytest.mark.parametrize("profile", [load_card_profile(name) for name in card_profile_names()])


def blank_of(profile: CardProfile) -> VirtualCard:
    return VirtualCard(CardMemory.blank(SERIAL, TEST_TRANSPORT_KEYS, profile))


@pytest.fixture
def small_image(sample_chip) -> ChipImage:
    """The sample with its pictures cut down, so that a cut at every command stays quick."""
    short = {
        name: content[:300] if name in ("EF.DG2", "EF.DG3") else content
        for name, content in sample_chip.image.files.items()
    }
    return ChipImage(MappingProxyType(short))


class Listener(LoopbackChannel):
    """Keeps the headers of what was sent."""

    def __init__(self, card: VirtualCard | FaultyCard) -> None:
        super().__init__(card)
        self.headers: list[bytes] = []

    def transmit(self, command: CommandApdu) -> ResponseApdu:
        self.headers.append(command.header)
        return super().transmit(command)


def test_two_kinds_of_applet_come_with_the_package() -> None:
    assert card_profile_names() == ("file-system", "store-data")


@pytest.mark.parametrize("short", [False, True])
@every_profile
def test_a_blank_of_the_profile_becomes_the_card_that_was_meant(sample_chip, profile: CardProfile, short: bool) -> None:
    card = blank_of(profile)
    result = personalise(
        LoopbackChannel(card), sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS,
        card_profile=profile, short_commands=short,
    )  # fmt: skip
    assert result.outcome is PersonalisationOutcome.PERSONALISED
    assert card.memory.life_cycle is LifeCycle.LOCKED
    assert {name: card.memory.file(name) for name in sample_chip.image.files} == dict(sample_chip.image.files)
    assert card.memory.secrets() == sample_chip.secrets
    assert {file.read_access for file in card.memory.files.values()} >= {ReadAccess.FREE, ReadAccess.FINGERPRINT_RIGHT}


def test_the_second_applet_hears_none_of_the_words_of_the_first(sample_chip, small_image) -> None:
    spoken = []
    for profile in (default_card_profile(), STORE_DATA):
        channel = Listener(blank_of(profile))
        personalise(channel, small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS, card_profile=profile)
        spoken.append({(header[0], header[1]) for header in channel.headers})
    first, second = spoken
    assert {(0x84, 0xE0), (0x84, 0xD6), (0x84, 0xB0), (0x84, 0xDA), (0x84, 0x44)} <= first
    assert {(0x84, 0xE0), (0x04, 0xD7), (0x04, 0xB1), (0x84, 0xE2), (0x84, 0xF0)} <= second
    assert not {ins for _, ins in second} & {0xD6, 0xB0, 0xDA, 0x44}


@pytest.mark.parametrize("kind", [FaultKind.LOST_COMMAND, FaultKind.LOST_ANSWER])
def test_a_blank_of_the_second_applet_pulled_at_any_command_is_finished_by_the_next_run(
    sample_chip, small_image, kind: FaultKind
) -> None:
    arguments = small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS
    counting = FaultyCard(blank_of(STORE_DATA))
    personalise(LoopbackChannel(counting), *arguments, card_profile=STORE_DATA)
    assert counting.command_count > 35
    for at in range(1, counting.command_count + 1):
        card, ledger = blank_of(STORE_DATA), MemoryLedger()
        with pytest.raises(CardGone):
            personalise(
                LoopbackChannel(FaultyCard(card, Fault(kind, at))), *arguments, ledger=ledger, card_profile=STORE_DATA
            )
        personalise(LoopbackChannel(card), *arguments, ledger=ledger, card_profile=STORE_DATA)
        assert card.memory.life_cycle is LifeCycle.LOCKED
        assert {name: card.memory.file(name) for name in small_image.files} == dict(small_image.files)
        assert card.memory.secrets() == sample_chip.secrets


def test_a_locked_chip_of_the_second_applet_says_so_and_is_not_changed(sample_chip, small_image) -> None:
    card = blank_of(STORE_DATA)
    arguments = LoopbackChannel(card), small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS
    personalise(*arguments, card_profile=STORE_DATA)
    again = personalise(*arguments, card_profile=STORE_DATA)
    assert (again.outcome, again.bytes_written) == (PersonalisationOutcome.ALREADY_FINISHED, 0)


def test_a_blank_of_another_applet_is_no_blank_of_this_profile(sample_chip, small_image) -> None:
    for profile, other in ((STORE_DATA, default_card_profile()), (default_card_profile(), STORE_DATA)):
        card = blank_of(profile)
        with pytest.raises(PersonalisationError, match="no blank of this card profile"):
            personalise(
                LoopbackChannel(card), small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS, card_profile=other
            )
        assert card.memory.life_cycle is LifeCycle.BLANK


def test_an_applet_that_answers_in_another_form_is_told_as_that(sample_chip, small_image) -> None:
    """The same domain, but pieces of files come back bare where the profile says that they are wrapped."""
    bare = replace(STORE_DATA, read_back=replace(STORE_DATA.read_back, answers_wrapped=False))
    with pytest.raises(PersonalisationError, match="does not answer as the card profile says"):
        personalise(
            LoopbackChannel(blank_of(bare)), small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS,
            card_profile=STORE_DATA,
        )  # fmt: skip


class Opened:
    """A blank of the second applet with an open channel, bound to a content."""

    def __init__(self, level: SecurityLevel | None = None) -> None:
        self.card = blank_of(STORE_DATA)
        channel = LoopbackChannel(self.card)
        self.opened = run(open_secure_channel(TEST_TRANSPORT_KEYS, os.urandom, level, STORE_DATA), channel.transmit)
        self.secure = SecureTransmit(channel.transmit, self.opened)

    def sw(self, *commands: CommandApdu) -> str:
        return [f"{self.secure(command).sw:04X}" for command in commands][-1]

    def begin(self) -> "Opened":
        assert self.sw(*COMMANDS.put_data(DataObject.CONTENT_DIGEST, bytes(32), 239)) == "9000"
        return self


def test_the_challenge_of_a_chip_that_draws_it_needs_no_counter() -> None:
    opened = Opened()
    assert opened.card.memory.sequence_counter == 0
    assert opened.opened.session.level == SecurityLevel(0x13)


def test_a_level_beyond_what_the_applet_offers_is_refused() -> None:
    with pytest.raises(CardAnswerError) as refused:
        Opened(SecurityLevel(0x33))
    assert refused.value.status == 0x6A86


def test_blocks_come_in_their_turn_or_not_at_all() -> None:
    opened = Opened().begin()
    keys = opened.opened.keys
    value = bytes(range(250))
    blocks = COMMANDS.put_data(DataObject.ACTIVE_AUTHENTICATION_KEY, seal_object(keys, value), 100)
    assert [(block.p1, block.p2) for block in blocks] == [(0x68, 0), (0x68, 1), (0xE8, 2)]
    assert opened.sw(blocks[0], blocks[2]) == "6A86"
    assert opened.sw(blocks[1]) == "6A86"
    assert opened.sw(*blocks) == "9000"
    shown = opened.secure(COMMANDS.get_data(DataObject.ACTIVE_AUTHENTICATION_KEY)).data
    assert shown == COMMANDS.check_value(keys, DataObject.ACTIVE_AUTHENTICATION_KEY, value)
    assert opened.card.memory.objects[DataObject.ACTIVE_AUTHENTICATION_KEY] == value


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        (CommandApdu(0x80, 0xE0, 0x00, 0, bytes(8)), "6A86"),
        (CommandApdu(0x80, 0xE0, 0x01, 0, bytes(7)), "6A80"),
        (CommandApdu(0x80, 0xE0, 0x01, 0, bytes(8)), "6A80"),  # its last byte is FF
        (CommandApdu(0x80, 0xE2, 0x88, 0, bytes.fromhex("020301")), "6A80"),
        (CommandApdu(0x80, 0xE2, 0x88, 0, bytes.fromhex("7777 00")), "6A83"),
        (CommandApdu(0x80, 0xCA, 0x77, 0x77, le=256), "6A83"),
        (CommandApdu(0x80, 0xF0, 0x40, 0x07, EMRTD_AID), "6A86"),
        (CommandApdu(0x80, 0xF0, 0x40, 0x0F, b"12345"), "6A80"),
        (CommandApdu(0x80, 0xF0, 0x40, 0x0F, EMRTD_AID), "6985"),  # nothing to lock yet
        (CommandApdu(0x00, 0xD6, 0x00, 0x00, b"x"), "6D00"),
        (CommandApdu(0x80, 0xDA, 0x01, 0x02, b"x"), "6D00"),
        (CommandApdu(0x00, 0xA4, 0x01, 0x00, b"\x01\x01", le=256), "6A82"),
        (CommandApdu(0x00, 0xA4, 0x02, 0x00, b"\x01\x01", le=256), "6A86"),
        (COMMANDS.select_application(b"\xa0\x00\x00\x00\x99"), "6A82"),
    ],
)
def test_a_command_of_the_second_applet_gets_its_status(command: CommandApdu, sw: str) -> None:
    assert Opened().begin().sw(command) == sw


def test_a_file_of_other_parameters_spoils_a_blank_of_any_profile(sample_chip, small_image) -> None:
    opened = Opened()
    digest = build_script(small_image, sample_chip.secrets).content_digest
    assert opened.sw(*COMMANDS.put_data(DataObject.CONTENT_DIGEST, digest, 239)) == "9000"
    wrong = FileControl(0x011C, 0x1C, 5, ReadAccess.FREE)
    assert opened.sw(COMMANDS.create_file(FILES["EF.CardAccess"], wrong)) == "9000"
    with pytest.raises(BlankSpoiled, match=r"EF\.CardAccess was created with other parameters"):
        personalise(
            LoopbackChannel(opened.card), small_image, sample_chip.secrets, TEST_TRANSPORT_KEYS,
            card_profile=STORE_DATA,
        )  # fmt: skip


controls = st.builds(
    FileControl, st.integers(0, 0xFFFF), st.integers(1, 30), st.integers(0, 0xFFFFFF), st.sampled_from(ReadAccess)
)


@every_profile
@given(control=controls)
def test_file_control_parameters_read_back(profile: CardProfile, control: FileControl) -> None:
    assert decode_control(profile, encode_control(profile, control)) == control


@every_profile
@given(raw=st.binary(max_size=40))
def test_no_octets_make_file_control_parameters_fail_otherwise_than_by_name(profile: CardProfile, raw: bytes) -> None:
    with suppress(DecodingError):
        decode_control(profile, raw)


def test_a_number_too_large_for_its_field_is_refused_before_it_is_sent() -> None:
    with pytest.raises(EncodingError, match="size does not fit into the 3 bytes"):
        encode_control(STORE_DATA, FileControl(0x0101, 1, 1 << 24, ReadAccess.FREE))


@given(st.integers(0, 0xFFFF), st.binary(max_size=600))
def test_a_data_grouping_reads_back(tag: int, value: bytes) -> None:
    assert decode_grouping(encode_grouping(tag, value)) == (tag, value)


@given(st.binary(max_size=300))
def test_no_octets_make_a_data_grouping_fail_otherwise_than_by_name(raw: bytes) -> None:
    with suppress(DecodingError):
        decode_grouping(raw)


def text_of(name: str) -> str:
    return (resources.files("chip.personalisation") / "profiles" / f"{name}.toml").read_text()


@pytest.mark.parametrize(
    ("found", "put", "complaint"),
    [
        ('about = "', "about = 3 #", "about is a text"),
        ("ins = 0xE0", "", "missing create.ins"),
        ("ins = 0xE0", "ins = 0x1E0", "create.ins is a number from 0 to 255"),
        ("ins = 0xE0", "ins = 0xE0\nins2 = 1", "unknown key create.ins2; known are application, cla,"),
        ("ins = 0xD6", "ins = 0xD7", "write.ins is the even instruction of the pair"),
        ("ins = 0x44", "ins = 0xE0", "lock and the other commands differ in cla or ins"),
        ('aid = "A000000151000000"', 'aid = "A0"', "domain.aid has 5 to 16 bytes"),
        ('aid = "A000000151000000"', 'aid = "zz"', "domain.aid is octets in hexadecimal"),
        ("security_level = 0x33", "security_level = 0x01", "domain.security_level is one of 0x03, 0x13, 0x33"),
        ("scp03_options = 0x70", "scp03_options = 0x30", "domain.scp03_options is a sum of 0x10, 0x20 and 0x40"),
        ('form = "put_data"', 'form = "hand_over"', "put_object.form is one of put_data, store_data"),
        ('what = "size", tag = 0x80, length = 3', 'what = "size", tag = 0x80', r"file.fields\[0\].length is 1 to 4"),
        ('what = "size", tag', 'what = "weight", tag', r"create.file.fields\[0\].what is one of constant, size,"),
        ('what = "size", tag = 0x80', 'what = "size"', "create.file.fields have a tag each, or none of them"),
        ('{ what = "file_id", tag = 0x83, length = 2 },', "", "create.file has the fields file_id, read_access,"),
        ('{ what = "aid", tag = 0x84 },', "", "create.application has the field aid"),
        ("[objects]", "[lengths]\ncommand = [3]\n[objects]", "lengths.command is a number"),
        ("can = 0x0102", "can = 0x0101", "objects.content_digest and the others have a tag each"),
        ("can = 0x0102", "can = 0x10102", "objects.can is a number from 0 to 65535"),
        ("locked = 0x05", "locked = 0x03", "life_cycle.locked, personalising and blank are three numbers"),
        ("iris_right = 0x04", "iris_right = 0x03", "read_access.free and the others have a number each"),
        ("[objects]", "[status]\nfile_exists = 0x9000\n[objects]", "status.file_exists is an error, 0x6400 to 0x6FFF"),
        ("[objects]", "[lengths]\nare_announced = 1\n[objects]", "lengths.are_announced is true or false"),
        ("[objects]", "[lengths]\nlargest_piece = 3\n[objects]", "lengths.largest_piece is 16 to 65535"),
        ("[objects]", "[lengths]\ncommand = 3\n[objects]", "lengths.command is 261 to 65545"),
        ("[objects]", "[select]\nfile_p1 = 4\n[objects]", "select.file_p1 is another number than"),
        ("[objects]", "[objects", "card profile .*: "),
    ],
)  # fmt: skip
def test_a_wrong_profile_is_one_line_with_file_key_and_what_was_wanted(
    tmp_path: Path, found: str, put: str, complaint: str
) -> None:
    text, file = text_of("file-system"), tmp_path / "applet.toml"
    assert found in text
    file.write_text(text.replace(found, put, 1))
    with pytest.raises(PersonalisationError, match=complaint) as refused:
        load_card_profile(str(file))
    assert str(refused.value).startswith(f"card profile {file}: ")
    assert "\n" not in str(refused.value)


def test_a_profile_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(PersonalisationError, match=r"one of file-system, store-data, or a \.toml file, is wanted"):
        load_card_profile("cupboard")
    with pytest.raises(PersonalisationError, match="cannot be read"):
        load_card_profile(str(tmp_path / "absent.toml"))


def test_the_fingerprint_follows_the_words_and_not_what_is_said_about_them() -> None:
    first = default_card_profile()
    assert replace(first, about="another text").fingerprint == first.fingerprint
    assert replace(first, lock=replace(first.lock, ins=0x46)).fingerprint != first.fingerprint
    assert tomllib.loads(text_of("file-system"))["about"] == first.about
