"""GENERAL AUTHENTICATE and the dynamic authentication data (7C) that PACE and Chip Authentication carry in it.

Source: Doc 9303-11 §4.4.4; TR-03110-3 B.1, B.2
"""

from chip.apdu.command import CommandApdu
from chip.errors import DecodingError
from chip.tlv import decode_tlv, encode_tlv

TAG_DYNAMIC_AUTHENTICATION_DATA = 0x7C
CLA_CHAINED, CLA_LAST = 0x10, 0x00


def general_authenticate(*objects: bytes, is_last: bool, name: str) -> CommandApdu:
    """The command with `objects` inside 7C; all but the last of a protocol's steps are chained (CLA 10)."""
    data = encode_tlv(TAG_DYNAMIC_AUTHENTICATION_DATA, *objects)
    return CommandApdu(CLA_LAST if is_last else CLA_CHAINED, 0x86, 0x00, 0x00, data, le=256, name=name)


def dynamic_authentication_data(data: bytes) -> dict[int, bytes]:
    """The data objects inside 7C by their tags. Raises DecodingError for anything else and for a tag twice."""
    objects = decode_tlv(data, TAG_DYNAMIC_AUTHENTICATION_DATA).children
    by_tag = {item.tag: item.value for item in objects}
    if len(by_tag) != len(objects):
        raise DecodingError("dynamic authentication data hold a data object twice")
    return by_tag


def expect_only(data: bytes, tag: int, *optional: int) -> dict[int, bytes]:
    """`dynamic_authentication_data` that hold `tag`, perhaps `optional` ones, and nothing else.

    Raises: DecodingError otherwise.
    """
    found = dynamic_authentication_data(data)
    if tag not in found or found.keys() - {tag, *optional}:
        tags = ", ".join(f"{item:X}" for item in found) or "none"
        raise DecodingError(f"dynamic authentication data {tag:X} wanted, found {tags}")
    return found
