"""DG11 and DG12: further details of the person and of the document (Doc 9303-10 §4.7.11, §4.7.12).

Both are a list of the tags that follow (5C) and the fields. Texts are UTF-8; several components of one field are parted
by `<`. Dates are CCYYMMDD in characters, or in four bytes BCD on older documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType

from chip import der
from chip.errors import DecodingError, EncodingError
from chip.tlv import Tlv, decode_tlv, encode_tag, encode_tlv, read_tag

TAG_DG11, TAG_DG12, TAG_LIST, TAG_GROUP = 0x6B, 0x6C, 0x5C, 0xA0
TAG_OTHER_NAME, TAG_OTHER_PERSON = 0x5F0F, 0x5F1A
OLD_PERSONALISATION_TAGS = {0x5F85: 0x5F55, 0x5F86: 0x5F56}  # written by early issuers

PERSON_FIELDS = MappingProxyType(
    {
        "full_name": 0x5F0E,
        "other_names": TAG_OTHER_NAME,
        "personal_number": 0x5F10,
        "full_birth_date": 0x5F2B,
        "birth_place": 0x5F11,
        "address": 0x5F42,
        "telephone": 0x5F12,
        "profession": 0x5F13,
        "title": 0x5F14,
        "summary": 0x5F15,
        "proof_of_citizenship": 0x5F16,
        "other_document_numbers": 0x5F17,
        "custody": 0x5F18,
    }
)
DOCUMENT_FIELDS = MappingProxyType(
    {
        "issuing_authority": 0x5F19,
        "issue_date": 0x5F26,
        "other_persons": TAG_OTHER_PERSON,
        "endorsements": 0x5F1B,
        "tax_and_exit": 0x5F1C,
        "front_image": 0x5F1D,
        "rear_image": 0x5F1E,
        "personalisation_time": 0x5F55,
        "personalisation_system": 0x5F56,
    }
)


@dataclass(frozen=True, slots=True, repr=False)
class DetailFields:
    """The fields of one file in its order, by tag; a field that may stand several times has several values."""

    values: Mapping[int, tuple[bytes, ...]]

    def encode(self, file_tag: int) -> bytes:
        """The file: the tag list, then each field; repeated ones in A0 with their count in front."""
        body = encode_tlv(TAG_LIST, *(encode_tag(tag) for tag in self.values))
        for tag, values in self.values.items():
            objects = [encode_tlv(tag, value) for value in values]
            if tag in (TAG_OTHER_NAME, TAG_OTHER_PERSON):
                body += encode_tlv(TAG_GROUP, der.integer(len(objects)), *objects)
            else:
                body += b"".join(objects)
        return encode_tlv(file_tag, body)

    @classmethod
    def decode(cls, raw: bytes, file_tag: int, known: Mapping[str, int]) -> "DetailFields":
        """The fields of a file. Raises DecodingError for tags that it may not have and for listed ones that lack."""
        children = decode_tlv(raw, file_tag).children
        if not children or children[0].tag != TAG_LIST:
            raise DecodingError("the file does not begin with the list of its tags")
        listed = _read_tag_list(children[0].value)
        values: dict[int, tuple[bytes, ...]] = {}
        for child in children[1:]:
            tag, content = _read_field(child)
            if tag in values:
                raise DecodingError(f"field {tag:X} stands twice")
            values[tag] = content
        if set(listed) != values.keys() or not values.keys() <= set(known.values()):
            raise DecodingError("the fields are not those that the file lists, or not those of its kind")
        return cls(MappingProxyType({tag: values[tag] for tag in listed}))

    def first(self, tag: int) -> bytes | None:
        """The field's value, the first of several, or None."""
        return self.values.get(tag, (None,))[0]


@dataclass(frozen=True, slots=True, repr=False)
class DG11:
    """Details of the person, by the names of `PERSON_FIELDS`. It has no `repr`: a person stands in it."""

    fields: DetailFields

    @classmethod
    def of(cls, texts: Mapping[str, str], other_names: tuple[str, ...] = ()) -> "DG11":
        """From texts by field name; `other_names` may be several. Raises EncodingError for unknown names."""
        return cls(_from_texts(texts, other_names, "other_names", PERSON_FIELDS))

    def text(self, name: str) -> str | None:
        """A field's text, or None. Raises DecodingError when it is not UTF-8."""
        return _text(self.fields.first(PERSON_FIELDS[name]))

    @property
    def full_birth_date(self) -> date | None:
        """The date of birth in characters or BCD; None where it is not there or not known to the day."""
        return _read_date(self.fields.first(PERSON_FIELDS["full_birth_date"]))

    def encode(self) -> bytes:
        """The file."""
        return self.fields.encode(TAG_DG11)

    @classmethod
    def decode(cls, raw: bytes) -> "DG11":
        """The file that `raw` is. Raises DecodingError when it is none."""
        return cls(DetailFields.decode(raw, TAG_DG11, PERSON_FIELDS))


@dataclass(frozen=True, slots=True, repr=False)
class DG12:
    """Details of the document, by the names of `DOCUMENT_FIELDS`."""

    fields: DetailFields

    @classmethod
    def of(cls, texts: Mapping[str, str], other_persons: tuple[str, ...] = ()) -> "DG12":
        """From texts by field name. Raises EncodingError for unknown names."""
        return cls(_from_texts(texts, other_persons, "other_persons", DOCUMENT_FIELDS))

    def text(self, name: str) -> str | None:
        """A field's text, or None. Raises DecodingError when it is not UTF-8."""
        return _text(self.fields.first(DOCUMENT_FIELDS[name]))

    @property
    def issue_date(self) -> date | None:
        """The printed date of issue: never the moment of signing."""
        return _read_date(self.fields.first(DOCUMENT_FIELDS["issue_date"]))

    @property
    def personalisation_time(self) -> datetime | None:
        """When the chip was written, CCYYMMDDhhmmss in characters or seven bytes BCD, taken as UTC; None without it."""
        value = self.fields.first(DOCUMENT_FIELDS["personalisation_time"])
        if value is None:
            return None
        digits = value.hex() if len(value) == 7 else value.decode("ascii", errors="replace")
        try:
            return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            raise DecodingError("the time of personalisation is not CCYYMMDDhhmmss") from None

    def encode(self) -> bytes:
        """The file."""
        return self.fields.encode(TAG_DG12)

    @classmethod
    def decode(cls, raw: bytes) -> "DG12":
        """The file that `raw` is. Raises DecodingError when it is none."""
        return cls(DetailFields.decode(raw, TAG_DG12, DOCUMENT_FIELDS))


def _from_texts(
    texts: Mapping[str, str], several: tuple[str, ...], several_name: str, known: Mapping[str, int]
) -> DetailFields:
    unknown = (texts.keys() - known.keys()) | (texts.keys() & {several_name})
    if unknown:
        raise EncodingError(f"no such field: {', '.join(sorted(unknown))}")
    values: dict[int, tuple[bytes, ...]] = {known[name]: (text.encode(),) for name, text in texts.items()}
    if several:
        values[known[several_name]] = tuple(text.encode() for text in several)
    return DetailFields(MappingProxyType(values))


def _read_tag_list(content: bytes) -> list[int]:
    tags, at = [], 0
    while at < len(content):
        tag, at = read_tag(content, at)
        tags.append(OLD_PERSONALISATION_TAGS.get(tag, tag))
    return tags


def _read_field(element: Tlv) -> tuple[int, tuple[bytes, ...]]:
    if element.tag != TAG_GROUP:
        return OLD_PERSONALISATION_TAGS.get(element.tag, element.tag), (element.value,)
    count, *objects = element.children or (None,)
    if count is None or der.read_number(count) != len(objects) or not objects:
        raise DecodingError("a repeated field whose count is not that of its values")
    if len({item.tag for item in objects}) != 1:
        raise DecodingError("a repeated field of several kinds")
    return objects[0].tag, tuple(item.value for item in objects)


def _text(value: bytes | None) -> str | None:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise DecodingError("a text is not UTF-8") from None


def _read_date(value: bytes | None) -> date | None:
    if value is None:
        return None
    digits = value.hex() if len(value) == 4 else value.decode("ascii", errors="replace")
    if len(digits) != 8 or not digits.isdecimal():
        raise DecodingError("a date is not CCYYMMDD")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:  # 00 stands for a part that is not known
        return None
