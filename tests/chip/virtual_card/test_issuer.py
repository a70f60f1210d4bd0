"""The issuer's domain: the secure channel from outside, the life cycle, and what a locked chip never does again."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.elementary_files import EMRTD_AID, FILES
from chip.errors import CardAnswerError, PersonalisationError
from chip.personalisation.blank_model import DataObject, FileControl, LifeCycle, ReadAccess
from chip.personalisation.card_commands import INITIALIZE_UPDATE, CardCommands, seal_object
from chip.personalisation.card_profile_files import default_card_profile
from chip.personalisation.control_layout import encode_application, encode_control
from chip.personalisation.personalise import personalise
from chip.personalisation.scp03 import MAC_BOTH_WAYS, SecurityLevel
from chip.personalisation.secure_channel import SecureTransmit, open_secure_channel
from chip.personalisation.transport_keys import TEST_TRANSPORT_KEYS
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory

SELECT_ISSUER = "00A4040008A00000015100000000"
DIGEST = bytes(range(32))
PROFILE = default_card_profile()
blank = CardCommands(PROFILE)
CREATE_FILE, READ_BINARY, GET_DATA, PUT_DATA, SELECT = 0xE0, 0xB0, 0xCA, 0xDA, 0xA4


class Issuer:
    """A blank and an open secure channel to it."""

    def __init__(self, card: VirtualCard | None = None, level: SecurityLevel | None = None) -> None:
        self.card = card or VirtualCard(CardMemory.blank(bytes(range(10)), TEST_TRANSPORT_KEYS))
        self.channel = LoopbackChannel(self.card)
        self.open(level)

    def open(self, level: SecurityLevel | None = None) -> None:
        exchange = (
            open_secure_channel(TEST_TRANSPORT_KEYS, os.urandom)
            if level is None
            else open_secure_channel(TEST_TRANSPORT_KEYS, os.urandom, level)
        )
        self.opened = run(exchange, self.channel.transmit)
        self.secure = SecureTransmit(self.channel.transmit, self.opened)

    def sw(self, *commands: CommandApdu) -> int:
        """The status word of the last."""
        return [self.secure(command).sw for command in commands][-1]

    def begin(self) -> "Issuer":
        """The blank is bound and has the application."""
        assert self.sw(*blank.put_data(DataObject.CONTENT_DIGEST, DIGEST, 239)) == 0x9000
        assert self.sw(blank.create_application(EMRTD_AID)) == 0x9000
        return self


def create(control: FileControl) -> CommandApdu:
    return blank.create_file(FILES["EF.DG1"], control)


DG1 = FileControl(0x0101, 0x01, 10, ReadAccess.AFTER_ACCESS)


def test_a_blank_answers_nothing_but_its_issuer() -> None:
    card = VirtualCard(CardMemory.blank(bytes(10), TEST_TRANSPORT_KEYS))
    for command in ("00A4040C07A0000002471001", "00A4000C023F00", "00B09C0000", "0084000008", "8050300008" + "00" * 8):
        assert card.respond(bytes.fromhex(command)).hex() == "6985"
    assert card.respond(bytes.fromhex(SELECT_ISSUER)).hex() == "6f158408a0000001510000007f660802021000020210009000"


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("8050300007" + "00" * 7, "6700"),
        ("8050310008" + "00" * 8, "6a88"),
        ("8050300108" + "00" * 8, "6a88"),
        ("8482330010" + "00" * 16, "6985"),  # no INITIALIZE UPDATE before
        ("80E2000000", "6d00"),
        ("80CA010000", "6982"),  # known, and nobody proved himself
        ("84CA010008" + "00" * 8, "6982"),
    ],
)
def test_without_the_channel_the_domain_does_nothing(command: str, sw: str) -> None:
    card = VirtualCard(CardMemory.blank(bytes(10), TEST_TRANSPORT_KEYS))
    card.respond(bytes.fromhex(SELECT_ISSUER))
    assert card.respond(bytes.fromhex(command)).hex() == sw
    assert card.memory.life_cycle is LifeCycle.BLANK


def test_each_session_counts_and_has_another_challenge() -> None:
    card = VirtualCard(CardMemory.blank(bytes(10), TEST_TRANSPORT_KEYS))
    answers = []
    for _ in range(3):
        card.respond(bytes.fromhex(SELECT_ISSUER))
        answers.append(card.respond(bytes.fromhex("8050300008" + "11" * 8)))
    assert [int.from_bytes(answer[29:32], "big") for answer in answers] == [1, 2, 3]
    assert len({answer[13:21] for answer in answers}) == 3


def test_a_host_that_does_not_know_the_keys_is_refused() -> None:
    card = VirtualCard(CardMemory.blank(bytes(10), TEST_TRANSPORT_KEYS))
    card.respond(bytes.fromhex(SELECT_ISSUER))
    card.respond(bytes.fromhex("8050300008" + "11" * 8))
    assert card.respond(bytes.fromhex("8482330010" + "00" * 16)).hex() == "6982"
    assert card.respond(bytes.fromhex("8482330010" + "00" * 16)).hex() == "6985"


def test_the_host_notices_a_chip_that_does_not_know_the_keys() -> None:
    class Impostor(VirtualCard):
        def respond(self, command: bytes) -> bytes:
            answer = bytearray(super().respond(command))
            if command[1] == INITIALIZE_UPDATE:
                answer[25] ^= 1
            return bytes(answer)

    with pytest.raises(PersonalisationError, match="do not open this chip"):
        Issuer(Impostor(CardMemory.blank(bytes(10), TEST_TRANSPORT_KEYS)))


def test_the_host_notices_a_challenge_that_was_chosen() -> None:
    class Chooser(VirtualCard):
        def respond(self, command: bytes) -> bytes:
            answer = super().respond(command)
            return answer[:-3] + b"\x09" + answer[-2:] if command[1] == INITIALIZE_UPDATE else answer

    with pytest.raises(PersonalisationError, match="sequence counter"):
        Issuer(Chooser(CardMemory.blank(bytes(10), TEST_TRANSPORT_KEYS)))


def test_a_level_that_the_channel_lacks_is_refused_by_the_chip() -> None:
    with pytest.raises(CardAnswerError) as refused:
        Issuer(level=SecurityLevel(0x02))
    assert refused.value.status == 0x6A86


def test_a_broken_mac_ends_the_channel() -> None:
    issuer = Issuer()
    assert issuer.channel.transmit(CommandApdu(0x84, GET_DATA, 1, 0, bytes(8), le=256)).sw == 0x6982
    assert issuer.card.session.issuer is None
    assert issuer.sw(blank.get_data(DataObject.LIFE_CYCLE)) == 0x6982


def test_secrets_travel_encrypted_or_not_at_all() -> None:
    issuer = Issuer().begin()
    issuer.channel.reset()
    issuer.open(MAC_BOTH_WAYS)
    sealed = seal_object(issuer.opened.keys, b"123456")
    assert issuer.sw(*blank.put_data(DataObject.CAN, sealed, 239)) == 0x6982


def test_a_secret_is_never_given_back() -> None:
    issuer = Issuer().begin()
    keys = issuer.opened.keys
    issuer.sw(*blank.put_data(DataObject.CAN, seal_object(keys, b"123456"), 239))
    shown = issuer.secure(blank.get_data(DataObject.CAN)).data
    assert shown == blank.check_value(keys, DataObject.CAN, b"123456")
    assert len(shown) == 8
    assert issuer.sw(*blank.put_data(DataObject.CAN, b"123456", 239)) == 0x6A80  # not sealed


def test_a_long_object_comes_in_pieces_and_a_broken_row_of_them_is_forgotten() -> None:
    issuer = Issuer().begin()
    value = bytes(range(256)) * 4
    sealed = seal_object(issuer.opened.keys, value)
    pieces = blank.put_data(DataObject.ACTIVE_AUTHENTICATION_KEY, sealed, 100)
    assert len(pieces) > 10
    assert issuer.sw(*pieces[:4]) == 0x9000
    assert issuer.sw(blank.get_data(DataObject.LIFE_CYCLE)) == 0x9000
    assert issuer.sw(*pieces) == 0x9000
    assert issuer.card.memory.objects[DataObject.ACTIVE_AUTHENTICATION_KEY] == value


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        (create(DG1), 0x9000),
        (create(FileControl(0x0101, 0x02, 10, ReadAccess.FREE)), 0x9000),
        (create(FileControl(0x0102, 0x01, 0, ReadAccess.FREE)), 0x6A84),
        (create(FileControl(0x0102, 0x01, 0xFFFFFF, ReadAccess.FREE)), 0x6A84),
        (CommandApdu(0x80, CREATE_FILE, 0, 0, b"\x62\x00"), 0x6A80),
        (CommandApdu(0x80, CREATE_FILE, 0, 0, b"\x99"), 0x6A80),
        (blank.create_application(EMRTD_AID), 0x6A89),
        (blank.create_application(b"\xa0\x00\x00\x00\x99"), 0x6A80),
        (blank.select_application(b"\xa0\x00\x00\x00\x99"), 0x6A82),
        (CommandApdu(0x80, SELECT, 2, 4, b"\x01\x09", le=256), 0x6A82),
        (blank.update_binary(0, b"x", "nothing"), 0x6986),
        (blank.read_back(0, 1, "nothing"), 0x6986),
        (CommandApdu(0x80, GET_DATA, 0x77, 0x77, le=256), 0x6A88),
        (blank.get_data(DataObject.CAN), 0x6A88),
        (CommandApdu(0x80, PUT_DATA, 0x01, 0x00, b"\x05"), 0x6A88),  # the life cycle is not put
        (CommandApdu(0x80, 0xCB, 0, 0), 0x6D00),
        (blank.lock(), 0x6985),  # no profile, no file
    ],
)
def test_a_command_of_personalisation_gets_its_status(command: CommandApdu, sw: int) -> None:
    assert Issuer().begin().sw(command) == sw


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        (create(DG1), 0x6A89),
        (create(FileControl(0x0109, 0x01, 10, ReadAccess.FREE)), 0x6A89),  # its short identifier is taken
        (blank.update_binary(0, b"x" * 10, ""), 0x9000),
        (blank.update_binary(1, b"x" * 10, ""), 0x6B00),
        (blank.update_binary(0, b"", ""), 0x6700),
        (blank.update_binary(0x8000, b"x", ""), 0x6B00),
        (CommandApdu(0x80, 0xD7, 0, 0, b"\x53\x01x"), 0x6A80),
        (blank.read_back(10, 1, ""), 0x6B00),
        (CommandApdu(0x80, READ_BINARY, 0, 0), 0x6700),
    ],
)
def test_a_command_at_a_file_gets_its_status(command: CommandApdu, sw: int) -> None:
    issuer = Issuer().begin()
    assert issuer.sw(create(DG1)) == 0x9000
    assert issuer.sw(command) == sw


def test_a_blank_takes_a_content_digest_first_and_once() -> None:
    issuer = Issuer()
    assert issuer.sw(create(DG1)) == 0x6985
    assert issuer.sw(*blank.put_data(DataObject.CHIP_PROFILE, b"pace", 239)) == 0x6985
    assert issuer.sw(*blank.put_data(DataObject.CONTENT_DIGEST, DIGEST[:31], 239)) == 0x6A80
    issuer.begin()
    assert issuer.sw(*blank.put_data(DataObject.CONTENT_DIGEST, DIGEST[::-1], 239)) == 0x6985
    assert issuer.secure(blank.get_data(DataObject.CONTENT_DIGEST)).data == DIGEST


def locked(sample_chip) -> VirtualCard:
    card = VirtualCard(CardMemory.blank(bytes(10), TEST_TRANSPORT_KEYS))
    personalise(LoopbackChannel(card), sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS)
    return card


EVERY_COMMAND = (
    blank.create_application(EMRTD_AID),
    create(FileControl(0x0109, 0x09, 10, ReadAccess.FREE)),
    blank.update_binary(0, b"x", ""),
    blank.update_binary(0x9000, b"x", ""),
    blank.read_back(0, 4, ""),
    blank.select_application(EMRTD_AID),
    CommandApdu(0x80, SELECT, 2, 4, b"\x01\x01", le=256),
    *blank.put_data(DataObject.CONTENT_DIGEST, DIGEST, 239),
    *blank.put_data(DataObject.CAN, b"0" * 16, 239),
    *blank.put_data(DataObject.CHIP_PROFILE, b"bac", 239),
    blank.get_data(DataObject.CAN),
    blank.get_data(DataObject.CHIP_PROFILE),
    blank.lock(),
)


def test_on_a_locked_chip_nothing_is_written_and_nothing_of_the_holder_is_told(sample_chip) -> None:
    card = locked(sample_chip)
    files = card.memory.files
    issuer = Issuer(card)
    for command in EVERY_COMMAND:
        assert issuer.sw(command) == 0x6985
    assert issuer.secure(blank.get_data(DataObject.LIFE_CYCLE)) == ResponseApdu(bytes([LifeCycle.LOCKED]), 0x9000)
    assert issuer.sw(blank.get_data(DataObject.CONTENT_DIGEST)) == 0x9000
    assert card.memory.files is files


def test_nothing_writes_to_a_locked_chip_in_the_open_either(sample_chip) -> None:
    card = locked(sample_chip)
    before = card.memory
    for select in ("00A4000C", "00A4040C07A0000002471001"):
        card.respond(bytes.fromhex(select))
        for ins in ("D6", "D7", "E0", "DA", "DB", "44", "0E", "E4", "E6", "DC", "E2"):
            for cla in ("00", "80", "84", "0C"):
                assert card.respond(bytes.fromhex(f"{cla}{ins}000001AA"))[-2:].hex() in ("6d00", "6e00", "6988")
    assert card.memory == before


def test_the_channel_closes_when_another_application_is_selected(sample_chip) -> None:
    issuer = Issuer(locked(sample_chip))
    assert issuer.channel.transmit(CommandApdu(0, 0xA4, 4, 0x0C, EMRTD_AID)).is_success
    assert issuer.card.session.issuer is None
    assert issuer.channel.transmit(CommandApdu(0, 0xB0, 0x81, 0, le=4)).sw == 0x6982


inside = st.builds(
    CommandApdu,
    st.sampled_from((0x80, 0x80, 0x80, 0x90)),
    st.sampled_from(sorted({ins for _, ins in PROFILE.operations})),
    st.sampled_from((0x00, 0x01, 0x02, 0x04, 0x7F, 0xFF)),
    st.sampled_from((0x00, 0x01, 0x02, 0x04, 0x07, 0x0C, 0x10, 0xFF)),
    st.one_of(
        st.binary(max_size=200),
        st.sampled_from(
            (
                b"",
                EMRTD_AID,
                b"\x3f\x00",
                b"\x01\x01",
                encode_control(PROFILE, DG1),
                encode_application(PROFILE.create.application, EMRTD_AID),
            )
        ),
        st.binary(max_size=60).map(lambda value: b"\x54\x01\x00\x53" + bytes([len(value)]) + value),
    ),
    st.sampled_from((None, 1, 256)),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(inside, max_size=15))
def test_a_chip_under_personalisation_answers_whatever_is_sent_inside_the_channel(sent: list[CommandApdu]) -> None:
    issuer = Issuer().begin()
    for command in sent:
        assert issuer.secure(command).sw >> 8 in (0x90, 0x67, 0x69, 0x6A, 0x6B, 0x6D)
    assert issuer.secure(blank.get_data(DataObject.CONTENT_DIGEST)).data == DIGEST
