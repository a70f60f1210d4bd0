"""What a blank holds and where it stands, whatever words its applet has for it.

The words (instructions, tags, codes) are a card profile's. Source: ISO/IEC 7816-4 clause 7.4; docs/personalisation.md
"""

from dataclasses import dataclass
from enum import IntEnum

from chip.apdu.command import MAX_SHORT_LE
from chip.elementary_files import ElementaryFile
from chip.errors import DecodingError
from chip.tlv import decode_tlv, encode_tlv

TAG_FCI, TAG_LENGTHS, TAG_INTEGER = 0x6F, 0x7F66, 0x02


class LifeCycle(IntEnum):
    """Where a chip stands."""

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
    """What a chip is given besides files. The numbers are the state file's; on the wire stand a card profile's tags."""

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
    """What a file is created with and SELECT gives back."""

    file_id: int
    short_id: int
    size: int
    read_access: ReadAccess

    @classmethod
    def of(cls, file: ElementaryFile, size: int, read_access: ReadAccess) -> "FileControl":
        """The parameters of a file with its place in the table of elementary files."""
        return cls(file.file_id, file.short_id, size, read_access)


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
