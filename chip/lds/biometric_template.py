"""Biometric information group templates: how DG2 and DG3 wrap their records (Doc 9303-10 §4.7.2, ISO/IEC 7816-11).

`7F61 { 02 count, count × 7F60 { A1 header, 5F2E or 7F2E record } }`
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from chip import der
from chip.errors import DecodingError
from chip.tlv import Tlv, encode_tlv

TAG_GROUP, TAG_TEMPLATE, TAG_HEADER = 0x7F61, 0x7F60, 0xA1
TAG_RECORD, TAG_CONSTRUCTED_RECORD = 0x5F2E, 0x7F2E
PATRON_HEADER_VERSION = bytes.fromhex("0101")
FORMAT_OWNER_ISO = 0x0101  # ISO/IEC JTC 1/SC 37
FACE_19794, FINGER_19794 = 0x0008, 0x0007
FACE_39794, FINGER_39794 = 0x002A, 0x0028
TYPE_FACE, TYPE_FINGER = 0x02, 0x08
_HEADER_TAGS = (0x80, 0x81, 0x82, 0x83, 0x85, 0x86, 0x87, 0x88)


class BiometricFormat(StrEnum):
    """The family of standards whose records are written; both are read."""

    ISO_19794 = "19794"
    ISO_39794 = "39794"


@dataclass(frozen=True, slots=True)
class BiometricHeader:
    """What a record is: the elements of the biometric header template that there are, by tag, in their order."""

    elements: tuple[tuple[int, bytes], ...]

    @classmethod
    def of(cls, biometric_type: int, format_type: int, subtype: int | None = None) -> "BiometricHeader":
        """A header with patron header version, type, subtype, format owner and format type."""
        elements = [(0x80, PATRON_HEADER_VERSION), (0x81, bytes([biometric_type]))]
        if subtype is not None:
            elements.append((0x82, bytes([subtype])))
        elements += [(0x87, FORMAT_OWNER_ISO.to_bytes(2, "big")), (0x88, format_type.to_bytes(2, "big"))]
        return cls(tuple(elements))

    @property
    def biometric_type(self) -> int | None:
        """ISO/IEC 19785-3: 02 face, 08 finger; None where it is not said."""
        return self._number(0x81)

    @property
    def subtype(self) -> int | None:
        """Which finger; None where it is not said."""
        return self._number(0x82)

    @property
    def format_type(self) -> int | None:
        """The record's format with its owner; mandatory, yet None where a foreign card left it out."""
        return self._number(0x88)

    def encode(self) -> bytes:
        """A1 and its elements."""
        return encode_tlv(TAG_HEADER, *(encode_tlv(tag, value) for tag, value in self.elements))

    @classmethod
    def decode(cls, element: Tlv) -> "BiometricHeader":
        """The header of an A1 object. Raises DecodingError for elements that ISO/IEC 7816-11 does not have."""
        elements = tuple((child.tag, child.value) for child in element.children)
        if not {tag for tag, _value in elements} <= set(_HEADER_TAGS):
            raise DecodingError("a biometric header holds an element beyond ISO/IEC 7816-11")
        return cls(elements)

    def _number(self, tag: int) -> int | None:
        return next((int.from_bytes(value, "big") for found, value in self.elements if found == tag), None)


@dataclass(frozen=True, slots=True)
class BiometricTemplate:
    """One record with its header; a constructed one is made of data objects (7F2E), as 39794 records are."""

    header: BiometricHeader
    record: bytes = field(repr=False)
    is_constructed: bool = False

    def encode(self) -> bytes:
        """7F60, header and record."""
        tag = TAG_CONSTRUCTED_RECORD if self.is_constructed else TAG_RECORD
        return encode_tlv(TAG_TEMPLATE, self.header.encode(), encode_tlv(tag, self.record))

    @classmethod
    def decode(cls, element: Tlv) -> "BiometricTemplate":
        """The template of a 7F60 object. Raises DecodingError without header or record."""
        plain, constructed = element.find(TAG_RECORD), element.find(TAG_CONSTRUCTED_RECORD)
        found = plain or constructed
        if found is None:
            raise DecodingError("a biometric template without a record")
        return cls(BiometricHeader.decode(element.expect(TAG_HEADER)), found.value, plain is None)


def encode_group(templates: Sequence[BiometricTemplate]) -> bytes:
    """7F61 with the count in front; none gives the template of zero instances."""
    return encode_tlv(TAG_GROUP, der.integer(len(templates)), *(template.encode() for template in templates))


def decode_group(element: Tlv) -> tuple[BiometricTemplate, ...]:
    """The templates of a 7F61 object. Raises DecodingError when its count is not theirs."""
    children = der.read_members(element, TAG_GROUP)
    if not children:
        raise DecodingError("a biometric group without its count")
    count = der.read_number(children[0])
    if count != len(children) - 1 or any(child.tag != TAG_TEMPLATE for child in children[1:]):
        raise DecodingError(f"a biometric group counts {count} templates and holds {len(children) - 1}")
    return tuple(BiometricTemplate.decode(child) for child in children[1:])
