"""The elementary files of an eMRTD: name, place, identifiers and outermost tag (Doc 9303-10 §3, TR-03110-3 table 16).

The same file identifier means different files in the master file and in the application: 011C and 011D stand in both.
"""

from dataclasses import dataclass

EMRTD_APPLICATION = bytes.fromhex("A0000002471001")  # LDS1 eMRTD Application, Doc 9303-10 §3.10


@dataclass(frozen=True, slots=True)
class ElementaryFile:
    """One file. `tag` is None where the content has no outermost tag of its own."""

    name: str
    file_id: int
    short_id: int
    tag: int | None
    in_application: bool
    data_group: int | None = None


def _data_group(number: int, tag: int) -> ElementaryFile:
    return ElementaryFile(f"EF.DG{number}", 0x0100 | number, number, tag, True, number)


DATA_GROUP_TAGS = {
    1: 0x61,
    2: 0x75,
    3: 0x63,
    4: 0x76,
    5: 0x65,
    6: 0x66,
    7: 0x67,
    8: 0x68,
    9: 0x69,
    10: 0x6A,
    11: 0x6B,
    12: 0x6C,
    13: 0x6D,
    14: 0x6E,
    15: 0x6F,
    16: 0x70,
}
DATA_GROUP_OF_TAG = {tag: number for number, tag in DATA_GROUP_TAGS.items()}
TAG_COM, TAG_SOD = 0x60, 0x77

FILES = {
    file.name: file
    for file in (
        ElementaryFile("EF.ATR_INFO", 0x2F01, 0x01, None, False),
        ElementaryFile("EF.DIR", 0x2F00, 0x1E, None, False),
        ElementaryFile("EF.CardAccess", 0x011C, 0x1C, None, False),
        ElementaryFile("EF.CardSecurity", 0x011D, 0x1D, None, False),
        ElementaryFile("EF.COM", 0x011E, 0x1E, TAG_COM, True),
        ElementaryFile("EF.SOD", 0x011D, 0x1D, TAG_SOD, True),
        ElementaryFile("EF.CVCA", 0x011C, 0x1C, None, True),
        *(_data_group(number, tag) for number, tag in DATA_GROUP_TAGS.items()),
    )
}


def data_group_name(number: int) -> str:
    """The key of a data group in a chip's image: 3 -> "EF.DG3"."""
    return f"EF.DG{number}"
