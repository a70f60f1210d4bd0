"""BER-TLV as ISO/IEC 7816-4 uses it: tags of up to three bytes, lengths always definite.

Encoding is DER's (shortest length). Decoding accepts longer lengths than needed, as cards in the field send them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from chip.errors import DecodingError, EncodingError

CONSTRUCTED = 0x20
MORE_TAG_BYTES = 0x1F
LAST_TAG_BYTE_LIMIT = 0x80


def encode_tag(tag: int) -> bytes:
    """The bytes of a tag given as a number, 0x61 or 0x7F49 as the standards print them."""
    if tag <= 0 or tag > 0xFFFFFF:
        raise EncodingError(f"a tag has one to three bytes, got {tag:#x}")
    return tag.to_bytes((tag.bit_length() + 7) // 8, "big")


def encode_length(length: int) -> bytes:
    """The shortest definite form."""
    if length < 0x80:
        return bytes([length])
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def encode_tlv(tag: int, *values: bytes) -> bytes:
    """One data object; several values are joined."""
    value = b"".join(values)
    return encode_tag(tag) + encode_length(len(value)) + value


@dataclass(frozen=True)
class Tlv:
    """One data object as it stood in its source.

    `raw` is the object's own bytes, tag and length included: what was signed or hashed is never encoded anew.
    """

    tag: int
    value: bytes
    raw: bytes

    @property
    def is_constructed(self) -> bool:
        """Whether the value holds data objects itself."""
        return bool(encode_tag(self.tag)[0] & CONSTRUCTED)

    @cached_property
    def children(self) -> tuple["Tlv", ...]:
        """The data objects inside. Raises DecodingError when the value is not a row of them."""
        return tuple(iterate_tlv(self.value))

    def find(self, tag: int) -> "Tlv | None":
        """The first child with `tag`, or None."""
        return next((child for child in self.children if child.tag == tag), None)

    def expect(self, tag: int) -> "Tlv":
        """The first child with `tag`. Raises DecodingError where there is none."""
        found = self.find(tag)
        if found is None:
            raise DecodingError(f"data object {self.tag:X} holds no {tag:X}")
        return found


def read_tag(data: bytes, at: int = 0) -> tuple[int, int]:
    """The tag at `at` and the offset behind it. Raises DecodingError for 00, and when the data end inside."""
    end = at
    try:
        first = data[end]
        end += 1
        if first & MORE_TAG_BYTES == MORE_TAG_BYTES:
            while data[end] >= LAST_TAG_BYTE_LIMIT:
                end += 1
            end += 1
    except IndexError:
        raise DecodingError(f"data end inside a tag at offset {at}") from None
    if first == 0:
        raise DecodingError(f"no tag at offset {at}, but 00")
    if end - at > 3:
        raise DecodingError(f"a tag of more than three bytes at offset {at}")
    return int.from_bytes(data[at:end], "big"), end


def read_length(data: bytes, at: int) -> tuple[int, int]:
    """The length at `at` and the offset behind it. Raises DecodingError for indefinite or cut-off lengths."""
    if at >= len(data):
        raise DecodingError(f"data end before the length at offset {at}")
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    if not 1 <= count <= 4:
        raise DecodingError(f"a length of {count} bytes at offset {at}; one to four are allowed")
    if at + 1 + count > len(data):
        raise DecodingError(f"data end inside the length at offset {at}")
    return int.from_bytes(data[at + 1 : at + 1 + count], "big"), at + 1 + count


def read_header(data: bytes) -> tuple[int, int, int]:
    """Tag, length of the value and length of the header of the object that starts `data` (which may be cut short).

    From the first bytes of a file this says how many more there are to read.
    """
    tag, at = read_tag(data)
    length, at = read_length(data, at)
    return tag, length, at


def read_tlv(data: bytes, at: int = 0) -> tuple[Tlv, int]:
    """The data object at `at` and the offset behind it. Raises DecodingError when the data end inside."""
    tag, behind_tag = read_tag(data, at)
    length, start = read_length(data, behind_tag)
    end = start + length
    if end > len(data):
        raise DecodingError(f"data object {tag:X} wants {length} bytes, {len(data) - start} are there")
    return Tlv(tag, bytes(data[start:end]), bytes(data[at:end])), end


def iterate_tlv(data: bytes) -> Iterator[Tlv]:
    """The data objects that follow each other in `data`, which they must fill."""
    at = 0
    while at < len(data):
        found, at = read_tlv(data, at)
        yield found


def decode_tlv(data: bytes, tag: int | None = None) -> Tlv:
    """The one data object that fills `data`; with `tag`, it must be that one. Raises DecodingError otherwise."""
    found, end = read_tlv(data)
    if tag is not None and found.tag != tag:
        raise DecodingError(f"data object {tag:X} wanted, {found.tag:X} found")
    if end != len(data):
        raise DecodingError(f"{len(data) - end} bytes follow data object {found.tag:X}")
    return found
