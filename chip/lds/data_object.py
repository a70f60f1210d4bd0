"""Data objects as a tree of values: what ISO/IEC 39794 records are made of.

A tree read from DER encodes to the same bytes: optional parts that nobody here interprets are neither lost nor changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from chip.errors import DecodingError
from chip.tlv import Tlv, encode_tlv

DEEPEST = 24  # the longest path of ISO/IEC 39794-5 has 14 steps
LONGEST_NUMBER_BYTES = 8
SIMPLE = 0x80


@dataclass(frozen=True, slots=True)
class DataObject:
    """One object: a primitive one has a `value`, a constructed one has `members`."""

    tag: int
    value: bytes = field(default=b"", repr=False)
    members: tuple["DataObject", ...] | None = None

    def encode(self) -> bytes:
        """The object's bytes."""
        if self.members is None:
            return encode_tlv(self.tag, self.value)
        return encode_tlv(self.tag, *(member.encode() for member in self.members))

    @classmethod
    def decode(cls, element: Tlv, depth: int = 0) -> "DataObject":
        """The tree of `element`. Raises DecodingError when constructed objects hold none, or lie too deep."""
        if depth > DEEPEST:
            raise DecodingError(f"data objects in each other, more than {DEEPEST} deep")
        if not element.is_constructed:
            return cls(element.tag, element.value)
        return cls(element.tag, members=tuple(cls.decode(child, depth + 1) for child in element.children))

    def __iter__(self) -> Iterator["DataObject"]:
        return iter(self.members or ())

    def find(self, *path: int) -> "DataObject | None":
        """The object at the end of `path`, the first of each tag on the way; None where a step is missing."""
        found: DataObject | None = self
        for tag in path:
            if found is None:
                return None
            found = next((member for member in found if member.tag == tag), None)
        return found

    def expect(self, *path: int) -> "DataObject":
        """The object at the end of `path`. Raises DecodingError where a step is missing."""
        found = self.find(*path)
        if found is None:
            raise DecodingError(f"no data object {' '.join(f'{tag:X}' for tag in path)} in {self.tag:X}")
        return found

    @property
    def number(self) -> int:
        """The value as an INTEGER's: two's complement. Raises DecodingError for one that no record counts in."""
        if len(self.value) > LONGEST_NUMBER_BYTES:
            raise DecodingError(f"a number of {len(self.value)} bytes in {self.tag:X}, {LONGEST_NUMBER_BYTES} at most")
        return int.from_bytes(self.value, "big", signed=True)

    @property
    def code(self) -> int:
        """The value of an enumeration with room to grow: CHOICE { code [0], extensionBlock [1] { fallback [0] } }."""
        plain = self.find(SIMPLE)
        return (plain or self.expect(0xA1, SIMPLE)).number


def constructed(tag: int, *members: DataObject) -> DataObject:
    """An object made of others."""
    return DataObject(tag, members=members)


def number(tag: int, value: int) -> DataObject:
    """[tag] IMPLICIT INTEGER, in as few bytes as it takes."""
    return DataObject(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def code(tag: int, value: int) -> DataObject:
    """An enumeration with room to grow, by its plain code."""
    return constructed(tag, number(SIMPLE, value))
