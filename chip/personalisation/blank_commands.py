"""What a blank chip understands once the secure channel is open: commands, data objects, file control parameters.

File commands are ISO/IEC 7816-4 and -9; the data objects are this chip's own. Another applet's chip has another page
like this one. Source: docs/personalisation.md#commands
"""

from dataclasses import dataclass
from enum import IntEnum

from chip.apdu.command import MAX_SHORT_LE, CommandApdu
from chip.crypto.ciphers import AES_BLOCK_LENGTH, aes_decrypt, aes_encrypt
from chip.crypto.mac import aes_cmac
from chip.crypto.padding import pad, unpad
from chip.elementary_files import ElementaryFile
from chip.errors import DecodingError
from chip.personalisation.transport_keys import ChipTransportKeys
from chip.tlv import decode_tlv, encode_tlv

ISSUER_AID = bytes.fromhex("A000000151000000")  # GlobalPlatform's issuer security domain
SELECT, READ_BINARY, UPDATE_BINARY = 0xA4, 0xB0, 0xD6
CREATE_FILE, ACTIVATE_FILE, GET_DATA, PUT_DATA = 0xE0, 0x44, 0xCA, 0xDA
INITIALIZE_UPDATE, EXTERNAL_AUTHENTICATE = 0x50, 0x82
ODD = 0x01  # the odd instruction of a pair carries offset and data in data objects
CHAINED = 0x10
SHORT_OFFSETS = 0x8000
TAG_FCP, TAG_SIZE, TAG_DESCRIPTOR, TAG_FILE_ID, TAG_AID, TAG_SHORT_ID, TAG_ACCESS = (
    0x62, 0x80, 0x82, 0x83, 0x84, 0x88, 0x86,
)  # fmt: skip
DESCRIPTOR_TRANSPARENT, DESCRIPTOR_APPLICATION = b"\x01", b"\x38"
TAG_OFFSET, TAG_DISCRETIONARY_DATA = 0x54, 0x53
CHECK_VALUE_LENGTH = 8
TAG_FCI, TAG_LENGTHS, TAG_INTEGER = 0x6F, 0x7F66, 0x02


class LifeCycle(IntEnum):
    """Where a chip stands, as the life cycle status byte of ISO/IEC 7816-4 clause 7.4.10 says it."""

    BLANK = 0x01
    PERSONALISING = 0x03
    LOCKED = 0x05


class ReadAccess(IntEnum):
    """Who may read a file of a locked chip; what is written stays as it is for all."""

    FREE = 0
    AFTER_ACCESS = 1  # Basic Access Control or PACE
    AFTER_PACE = 2
    FINGERPRINT_RIGHT = 3  # Terminal Authentication with the right to read DG3
    IRIS_RIGHT = 4  # the same for DG4


class DataObject(IntEnum):
    """What GET DATA and PUT DATA name in P1 and P2."""

    LIFE_CYCLE = 0x0100
    ACCESS_INFORMATION = 0x0101
    CAN = 0x0102
    CHIP_AUTHENTICATION_KEY = 0x0103
    CHIP_AUTHENTICATION_KEY_ID = 0x0104
    ACTIVE_AUTHENTICATION_KEY = 0x0105
    CHIP_PROFILE = 0x0106
    TRUST_POINT = 0x0107
    CURRENT_DATE = 0x0108
    CONTENT_DIGEST = 0x0110


SECRET_OBJECTS = frozenset(
    {
        DataObject.ACCESS_INFORMATION,
        DataObject.CAN,
        DataObject.CHIP_AUTHENTICATION_KEY,
        DataObject.ACTIVE_AUTHENTICATION_KEY,
    }
)


@dataclass(frozen=True, slots=True)
class FileControl:
    """What CREATE FILE says of an elementary file and SELECT gives back."""

    file_id: int
    short_id: int
    size: int
    read_access: ReadAccess

    @classmethod
    def of(cls, file: ElementaryFile, size: int, read_access: ReadAccess) -> "FileControl":
        """The parameters of a file with its place in the table of elementary files."""
        return cls(file.file_id, file.short_id, size, read_access)

    def encode(self) -> bytes:
        """The template 62."""
        return encode_tlv(
            TAG_FCP,
            encode_tlv(TAG_SIZE, self.size.to_bytes(3, "big")),
            encode_tlv(TAG_DESCRIPTOR, DESCRIPTOR_TRANSPARENT),
            encode_tlv(TAG_FILE_ID, self.file_id.to_bytes(2, "big")),
            encode_tlv(TAG_SHORT_ID, bytes([self.short_id << 3])),
            encode_tlv(TAG_ACCESS, bytes([self.read_access])),
        )

    @classmethod
    def decode(cls, raw: bytes) -> "FileControl":
        """The parameters that a template gives. Raises DecodingError for one that gives others."""
        template = decode_tlv(raw, TAG_FCP)
        size, descriptor, file_id, short_id, access = (
            template.expect(tag).value for tag in (TAG_SIZE, TAG_DESCRIPTOR, TAG_FILE_ID, TAG_SHORT_ID, TAG_ACCESS)
        )
        lengths = (len(size), len(file_id), len(short_id), len(access))
        if descriptor != DESCRIPTOR_TRANSPARENT or lengths != (3, 2, 1, 1) or access[0] not in tuple(ReadAccess):
            raise DecodingError("file control parameters of a transparent file wanted")
        return cls(int.from_bytes(file_id, "big"), short_id[0] >> 3, int.from_bytes(size, "big"), ReadAccess(access[0]))


def encode_application(aid: bytes) -> bytes:
    """The file control template of an application."""
    return encode_tlv(TAG_FCP, encode_tlv(TAG_DESCRIPTOR, DESCRIPTOR_APPLICATION), encode_tlv(TAG_AID, aid))


def application_of(raw: bytes) -> bytes | None:
    """The identifier of the application that a template describes, None where it describes a file."""
    template = decode_tlv(raw, TAG_FCP)
    if template.expect(TAG_DESCRIPTOR).value != DESCRIPTOR_APPLICATION:
        return None
    return template.expect(TAG_AID).value


@dataclass(frozen=True, slots=True)
class ApduLengths:
    """The longest command and answer that a chip takes, in bytes on the wire (DO'7F66', ISO/IEC 7816-4 clause 12.8)."""

    command: int = 5 + 255 + 1
    response: int = MAX_SHORT_LE + 2

    def encode(self) -> bytes:
        """The data object 7F66."""
        numbers = (encode_tlv(TAG_INTEGER, number.to_bytes(2, "big")) for number in (self.command, self.response))
        return encode_tlv(TAG_LENGTHS, *numbers)

    @classmethod
    def announced(cls, fci: bytes) -> "ApduLengths":
        """What the answer to SELECT announces; short lengths where it announces none or makes no sense."""
        try:
            stated = decode_tlv(fci, TAG_FCI).find(TAG_LENGTHS)
            command, response = (int.from_bytes(item.value, "big") for item in stated.children) if stated else (0, 0)
        except (DecodingError, ValueError):
            return cls()
        short = cls()
        return cls(max(command, short.command), max(response, short.response))


def seal_object(keys: ChipTransportKeys, value: bytes) -> bytes:
    """A secret as it travels: under the key for secrets, besides the channel's own encryption."""
    return aes_encrypt(keys.dek, bytes(AES_BLOCK_LENGTH), pad(value, AES_BLOCK_LENGTH))


def open_object(keys: ChipTransportKeys, sealed: bytes) -> bytes:
    """The inverse of `seal_object`. Raises DecodingError for what was sealed under another key."""
    return unpad(aes_decrypt(keys.dek, bytes(AES_BLOCK_LENGTH), sealed))


def check_value(keys: ChipTransportKeys, tag: int, value: bytes) -> bytes:
    """What a chip gives in a secret's place: enough to compare, nothing to guess from without the key."""
    return aes_cmac(keys.dek, tag.to_bytes(2, "big") + value)


def select_issuer() -> CommandApdu:
    """SELECT the issuer's domain, in the open."""
    return CommandApdu(0x00, SELECT, 0x04, 0x00, ISSUER_AID, le=MAX_SHORT_LE, name="SELECT issuer domain")


def select_directory(identifier: bytes) -> CommandApdu:
    """SELECT an application by its identifier, or the master file by 3F00."""
    p1 = 0x00 if len(identifier) == 2 else 0x04
    return CommandApdu(0x80, SELECT, p1, 0x0C, identifier, name="SELECT directory")


def select_file(file: ElementaryFile) -> CommandApdu:
    """SELECT a file of the current directory and ask for its control parameters."""
    data = file.file_id.to_bytes(2, "big")
    return CommandApdu(0x80, SELECT, 0x02, 0x04, data, le=MAX_SHORT_LE, name=f"SELECT {file.name}")


def create_application(aid: bytes) -> CommandApdu:
    """CREATE FILE for an application in the master file."""
    return CommandApdu(0x80, CREATE_FILE, 0x00, 0x00, encode_application(aid), name="CREATE FILE application")


def create_file(file: ElementaryFile, control: FileControl) -> CommandApdu:
    """CREATE FILE in the current directory; the file is current afterwards and full of zeros."""
    return CommandApdu(0x80, CREATE_FILE, 0x00, 0x00, control.encode(), name=f"CREATE FILE {file.name}")


def update_binary(offset: int, piece: bytes, name: str) -> CommandApdu:
    """UPDATE BINARY of the current file."""
    name = f"UPDATE BINARY {name}"
    if offset < SHORT_OFFSETS:
        return CommandApdu(0x80, UPDATE_BINARY, offset >> 8, offset & 0xFF, piece, name=name)
    data = _offset_object(offset) + encode_tlv(TAG_DISCRETIONARY_DATA, piece)
    return CommandApdu(0x80, UPDATE_BINARY | ODD, 0x00, 0x00, data, name=name)


def read_back(offset: int, length: int, name: str) -> CommandApdu:
    """READ BINARY of the current file; the odd instruction answers plain bytes too."""
    name = f"READ BINARY {name}"
    if offset < SHORT_OFFSETS:
        return CommandApdu(0x80, READ_BINARY, offset >> 8, offset & 0xFF, le=length, name=name)
    return CommandApdu(0x80, READ_BINARY | ODD, 0x00, 0x00, _offset_object(offset), le=length, name=name)


def _offset_object(offset: int) -> bytes:
    return encode_tlv(TAG_OFFSET, offset.to_bytes(3, "big"))


def put_data(tag: DataObject, value: bytes, piece_length: int) -> tuple[CommandApdu, ...]:
    """PUT DATA, chained where the value is longer than one command carries."""
    name = f"PUT DATA {tag.name}"
    starts = range(0, len(value), piece_length) or (0,)
    return tuple(
        CommandApdu(
            0x80 if start + piece_length >= len(value) else 0x80 | CHAINED,
            PUT_DATA,
            tag >> 8,
            tag & 0xFF,
            value[start : start + piece_length],
            name=name,
        )
        for start in starts
    )


def get_data(tag: DataObject) -> CommandApdu:
    """GET DATA: a public object's value, a secret's check value; 6A88 where it was never put."""
    return CommandApdu(0x80, GET_DATA, tag >> 8, tag & 0xFF, le=MAX_SHORT_LE, name=f"GET DATA {tag.name}")


def activate() -> CommandApdu:
    """ACTIVATE FILE: the chip is finished and nothing on it can be written ever after."""
    return CommandApdu(0x80, ACTIVATE_FILE, 0x00, 0x00, name="ACTIVATE FILE")
