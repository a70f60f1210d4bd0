"""The elementary files of an eMRTD: where each one lives and how it is named to a card.

The same identifier means different files in the master file and in the application: 011C and 011D.
Source: Doc 9303-10 §3.11, §4; TR-03110-3 table 16 (EF.CVCA)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

EMRTD_AID = bytes.fromhex("A0000002471001")
MASTER_FILE_ID = 0x3F00


class Directory(StrEnum):
    """Where a file lives."""

    MASTER_FILE = "MF"
    EMRTD = "eMRTD application"


@dataclass(frozen=True, slots=True)
class ElementaryFile:
    """One file; `name` is as a card folder spells it, `tag` its template's where it has one."""

    name: str
    directory: Directory
    file_id: int
    short_id: int
    tag: int | None = None
    data_group: int | None = None


_DATA_GROUP_TAGS = {
    1: 0x61, 2: 0x75, 3: 0x63, 4: 0x76, 5: 0x65, 6: 0x66, 7: 0x67, 8: 0x68,
    9: 0x69, 10: 0x6A, 11: 0x6B, 12: 0x6C, 13: 0x6D, 14: 0x6E, 15: 0x6F, 16: 0x70,
}  # fmt: skip
_FILES = (
    ElementaryFile("EF.ATR_INFO", Directory.MASTER_FILE, 0x2F01, 0x01),
    ElementaryFile("EF.DIR", Directory.MASTER_FILE, 0x2F00, 0x1E),
    ElementaryFile("EF.CardAccess", Directory.MASTER_FILE, 0x011C, 0x1C, tag=0x31),
    ElementaryFile("EF.CardSecurity", Directory.MASTER_FILE, 0x011D, 0x1D, tag=0x30),
    ElementaryFile("EF.COM", Directory.EMRTD, 0x011E, 0x1E, tag=0x60),
    ElementaryFile("EF.SOD", Directory.EMRTD, 0x011D, 0x1D, tag=0x77),
    ElementaryFile("EF.CVCA", Directory.EMRTD, 0x011C, 0x1C),
    *(
        ElementaryFile(f"EF.DG{number}", Directory.EMRTD, 0x0100 | number, number, tag, number)
        for number, tag in _DATA_GROUP_TAGS.items()
    ),
)
FILES: Mapping[str, ElementaryFile] = MappingProxyType({file.name: file for file in _FILES})


def data_group_file(number: int) -> ElementaryFile:
    """EF.DG1 to EF.DG16."""
    return FILES[f"EF.DG{number}"]


def data_group_of_tag(tag: int) -> int | None:
    """The number of the data group whose template has `tag`, as EF.COM lists them; None for other tags."""
    return next((number for number, candidate in _DATA_GROUP_TAGS.items() if candidate == tag), None)
