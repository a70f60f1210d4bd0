"""The commands of a load, in the words of a card profile: from the host's side.

File commands are ISO/IEC 7816-4 and -9, STORE DATA is GlobalPlatform's; tags and codes are the applet's own.
Source: docs/personalisation.md#commands
"""

from chip.apdu.command import MAX_SHORT_LE, CommandApdu
from chip.crypto.ciphers import AES_BLOCK_LENGTH, aes_decrypt, aes_encrypt
from chip.crypto.mac import aes_cmac
from chip.crypto.padding import pad, unpad
from chip.elementary_files import MASTER_FILE_ID, ElementaryFile
from chip.errors import DecodingError
from chip.personalisation.blank_model import SECRET_OBJECTS, DataObject, FileControl, LifeCycle
from chip.personalisation.card_profile import Addressing, Binary, CardProfile, ObjectForm
from chip.personalisation.control_layout import decode_control, encode_application, encode_control
from chip.personalisation.transport_keys import ChipTransportKeys
from chip.tlv import decode_tlv, encode_tlv

SELECT, INITIALIZE_UPDATE, EXTERNAL_AUTHENTICATE = 0xA4, 0x50, 0x82
ODD = 0x01  # the odd instruction of a pair carries offset and data in data objects
CHAINED = 0x10
SHORT_OFFSETS = 0x8000
TAG_OFFSET, TAG_DISCRETIONARY_DATA = 0x54, 0x53
ODD_COMMAND_OVERHEAD = 9  # 54 03 offset, 53 82 length
ODD_ANSWER_OVERHEAD = 4  # 53 82 length
CHECK_VALUE_LENGTH = 8
LAST_BLOCK, UNDER_DEK, DATA_GROUPINGS = 0x80, 0x60, 0x08  # P1 of STORE DATA, GlobalPlatform table 11-89
LONG_GROUPING = 0xFF
BLOCKS = 0x100


def seal_object(keys: ChipTransportKeys, value: bytes) -> bytes:
    """A secret as it travels: under the key for secrets, besides the channel's own encryption."""
    return aes_encrypt(keys.dek, bytes(AES_BLOCK_LENGTH), pad(value, AES_BLOCK_LENGTH))


def open_object(keys: ChipTransportKeys, sealed: bytes) -> bytes:
    """The inverse of `seal_object`. Raises DecodingError for what was sealed under another key."""
    return unpad(aes_decrypt(keys.dek, bytes(AES_BLOCK_LENGTH), sealed))


def check_value(keys: ChipTransportKeys, tag: int, value: bytes) -> bytes:
    """What a chip gives in a secret's place: enough to compare, nothing to guess from without the key."""
    return aes_cmac(keys.dek, tag.to_bytes(2, "big") + value)


def encode_grouping(tag: int, value: bytes) -> bytes:
    """A data grouping: tag, length in one byte or in two after FF, value (GlobalPlatform Card Specification 11.11)."""
    length = bytes([len(value)]) if len(value) < LONG_GROUPING else b"\xff" + len(value).to_bytes(2, "big")
    return tag.to_bytes(2, "big") + length + value


def decode_grouping(raw: bytes) -> tuple[int, bytes]:
    """The inverse of `encode_grouping`. Raises DecodingError where the length is another."""
    is_long = raw[2:3] == b"\xff"
    length, value = (
        (int.from_bytes(raw[3:5], "big"), raw[5:]) if is_long else (int.from_bytes(raw[2:3], "big"), raw[3:])
    )
    if len(raw) < 3 or len(value) != length:
        raise DecodingError("a data grouping is a tag, a length and so many bytes")
    return int.from_bytes(raw[:2], "big"), value


class CardCommands:
    """What the loader may say to a blank of `profile`."""

    def __init__(self, profile: CardProfile) -> None:
        self.profile = profile

    def select_domain(self) -> CommandApdu:
        """SELECT the issuer's domain, in the open."""
        return CommandApdu(0x00, SELECT, 0x04, 0x00, self.profile.domain.aid, le=MAX_SHORT_LE, name="SELECT domain")

    def select_root(self) -> CommandApdu:
        """SELECT the master file."""
        select = self.profile.select
        data = MASTER_FILE_ID.to_bytes(2, "big")
        return CommandApdu(select.cla, select.ins, select.root_p1, select.directory_p2, data, name="SELECT master file")

    def select_application(self, aid: bytes) -> CommandApdu:
        """SELECT an application by its name."""
        select = self.profile.select
        return CommandApdu(
            select.cla, select.ins, select.application_p1, select.directory_p2, aid, name="SELECT application"
        )

    def select_file(self, file: ElementaryFile) -> CommandApdu:
        """SELECT a file of the current directory and ask for its control parameters."""
        select = self.profile.select
        data, name = file.file_id.to_bytes(2, "big"), f"SELECT {file.name}"
        return CommandApdu(select.cla, select.ins, select.file_p1, select.file_p2, data, le=MAX_SHORT_LE, name=name)

    def read_control(self, answer: bytes) -> FileControl:
        """What the answer to `select_file` says. Raises DecodingError for what says nothing of a file."""
        return decode_control(self.profile, answer)

    def create_application(self, aid: bytes) -> CommandApdu | None:
        """CREATE FILE for an application in the master file; None where the applet brings it."""
        create = self.profile.create
        if create.application is None:
            return None
        data = encode_application(create.application, aid)
        return CommandApdu(create.cla, create.ins, create.p1, create.p2, data, name="CREATE FILE application")

    def create_file(self, file: ElementaryFile, control: FileControl) -> CommandApdu:
        """CREATE FILE in the current directory; the file is current afterwards and full of zeros."""
        create, data = self.profile.create, encode_control(self.profile, control)
        return CommandApdu(create.cla, create.ins, create.p1, create.p2, data, name=f"CREATE FILE {file.name}")

    def update_binary(self, offset: int, piece: bytes, name: str) -> CommandApdu:
        """UPDATE BINARY of the current file."""
        form, name = self.profile.write, f"UPDATE BINARY {name}"
        if _is_even(form, offset):
            return CommandApdu(form.cla, form.ins, offset >> 8, offset & 0xFF, piece, name=name)
        data = _offset_object(offset) + encode_tlv(TAG_DISCRETIONARY_DATA, piece)
        return CommandApdu(form.cla, form.ins | ODD, 0x00, 0x00, data, name=name)

    def read_back(self, offset: int, length: int, name: str) -> CommandApdu:
        """READ BINARY of the current file; `read_answer` takes the bytes out of what comes."""
        form, name = self.profile.read_back, f"READ BINARY {name}"
        if _is_even(form, offset):
            return CommandApdu(form.cla, form.ins, offset >> 8, offset & 0xFF, le=length, name=name)
        le = length + (ODD_ANSWER_OVERHEAD if form.answers_wrapped else 0)
        return CommandApdu(form.cla, form.ins | ODD, 0x00, 0x00, _offset_object(offset), le=le, name=name)

    def read_answer(self, offset: int, answer: bytes) -> bytes:
        """The file's bytes in an answer to `read_back`. Raises DecodingError where they should be wrapped."""
        form = self.profile.read_back
        if _is_even(form, offset) or not form.answers_wrapped:
            return answer
        return decode_tlv(answer, TAG_DISCRETIONARY_DATA).value

    def put_data(self, item: DataObject, value: bytes, piece_length: int) -> tuple[CommandApdu, ...]:
        """The commands that put a data object, as many as pieces of `piece_length` bytes need."""
        form, name = self.profile.put_object, f"{self.profile.put_object.form.name} {item.name}".replace("_", " ")
        tag = self.profile.tags[item]
        if form.form is ObjectForm.PUT_DATA:
            pieces = _pieces(value, piece_length)
            return tuple(
                CommandApdu(form.cla | (CHAINED if more else 0), form.ins, tag >> 8, tag & 0xFF, piece, name=name)
                for piece, more in pieces
            )
        kind = DATA_GROUPINGS | (UNDER_DEK if item in SECRET_OBJECTS else 0)
        pieces = _pieces(encode_grouping(tag, value), piece_length)
        return tuple(
            CommandApdu(form.cla, form.ins, kind | (0 if more else LAST_BLOCK), number % BLOCKS, piece, name=name)
            for number, (piece, more) in enumerate(pieces)
        )

    def get_data(self, item: DataObject) -> CommandApdu:
        """GET DATA: a public object's value, a secret's check value."""
        form, tag = self.profile.get_object, self.profile.tags[item]
        name = f"GET DATA {item.name.replace('_', ' ')}"
        return CommandApdu(form.cla, form.ins, tag >> 8, tag & 0xFF, le=MAX_SHORT_LE, name=name)

    def read_life_cycle(self, answer: bytes) -> LifeCycle | None:
        """What the answer to GET DATA of the life cycle says; None for what says nothing."""
        return next((stand for stand in LifeCycle if answer == bytes([self.profile.code_of(stand)])), None)

    def check_value(self, keys: ChipTransportKeys, item: DataObject, value: bytes) -> bytes:
        """What this chip gives in a secret's place."""
        return check_value(keys, self.profile.tags[item], value)

    def lock(self) -> CommandApdu:
        """The chip is finished and nothing on it can be written ever after."""
        lock = self.profile.lock
        return CommandApdu(lock.cla, lock.ins, lock.p1, lock.p2, lock.data, name="LOCK")


def _is_even(form: Binary, offset: int) -> bool:
    return form.addressing is Addressing.P1P2 and offset < SHORT_OFFSETS


def _offset_object(offset: int) -> bytes:
    return encode_tlv(TAG_OFFSET, offset.to_bytes(3, "big"))


def _pieces(value: bytes, length: int) -> list[tuple[bytes, bool]]:
    """Pieces of at most `length` bytes, each with whether more follow; one empty piece of an empty value."""
    starts = range(0, len(value), length) or (0,)
    return [(value[start : start + length], start + length < len(value)) for start in starts]
