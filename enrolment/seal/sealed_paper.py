"""What the seal on one of the office's papers says: the little that a forger would change.

The feature definition is the office's own: the idea is the residence permit of TR-03137-1 §8, whose machine readable
zone a paper of a commune does not have. Its number is not registered with anyone (docs/limits.md).
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from enrolment.seal.c40 import decode_c40, encode_c40
from enrolment.seal.digital_seal import Feature, value_of
from enrolment.seal.errors import SealCannotHold, SealUnreadable
from enrolment.seal.header import decode_date, encode_date

FEATURE_DEFINITION = 0xE1
DOCUMENT_CATEGORY = 0x06  # residence documents (TR-03137-1 §8.2.1); even numbers are each state's own
LONGEST_TEXT_BYTES = 60
CUT = "…"


class Tag(IntEnum):
    """The features of a sealed paper."""

    DOCUMENT = 0x01
    NUMBER = 0x02
    SURNAME = 0x03
    GIVEN_NAMES = 0x04
    BIRTH_DATE = 0x05
    NATIONALITY = 0x06
    VALID_FROM = 0x07
    VALID_UNTIL = 0x08
    FIRST_ISSUED_ON = 0x09
    ADDRESS = 0x0A


@dataclass(frozen=True, slots=True, repr=False)
class SealedPaper:
    """`document` is the catalogue's id ("D2"). A text that is too long for the seal is cut and ends in "…"."""

    document: str
    number: str
    surname: str
    given_names: str
    birth_date: str  # YYYY-MM-DD, unknown parts XX
    nationality: str
    valid_from: date | None = None
    valid_until: date | None = None
    first_issued_on: date | None = None
    address: str = ""

    def features(self) -> tuple[Feature, ...]:
        """The message of the seal. Raises SealCannotHold."""
        return tuple(Feature(tag, value) for tag, value in self._values() if value)

    def _values(self) -> Iterator[tuple[Tag, bytes]]:
        yield Tag.DOCUMENT, encode_c40(self.document, "document")
        yield Tag.NUMBER, encode_c40(self.number.replace("-", " "), "number")
        yield Tag.SURNAME, _encode_text(self.surname)
        yield Tag.GIVEN_NAMES, _encode_text(self.given_names)
        yield Tag.BIRTH_DATE, encode_c40(self.birth_date.replace("-", ""), "birth date")
        yield Tag.NATIONALITY, encode_c40(self.nationality, "nationality")
        for tag, day in (
            (Tag.VALID_FROM, self.valid_from),
            (Tag.VALID_UNTIL, self.valid_until),
            (Tag.FIRST_ISSUED_ON, self.first_issued_on),
        ):
            yield tag, encode_date(day) if day else b""
        yield Tag.ADDRESS, _encode_text(self.address)

    @classmethod
    def from_features(cls, features: tuple[Feature, ...]) -> "SealedPaper":
        """What a seal's message says; features of later definitions are passed over. Raises SealUnreadable."""

        def c40(tag: Tag) -> str:
            value = value_of(features, tag)
            if value is None:
                raise SealUnreadable(tag.name.lower().replace("_", " "), "this feature")
            return decode_c40(value, tag.name.lower().replace("_", " "))

        def day(tag: Tag) -> date | None:
            value = value_of(features, tag)
            return None if value is None else decode_date(value, tag.name.lower().replace("_", " "))

        birth = c40(Tag.BIRTH_DATE)
        return cls(
            document=c40(Tag.DOCUMENT),
            number=c40(Tag.NUMBER).replace(" ", "-"),
            surname=_decode_text(features, Tag.SURNAME),
            given_names=_decode_text(features, Tag.GIVEN_NAMES),
            birth_date=f"{birth[:4]}-{birth[4:6]}-{birth[6:]}",
            nationality=c40(Tag.NATIONALITY),
            valid_from=day(Tag.VALID_FROM),
            valid_until=day(Tag.VALID_UNTIL),
            first_issued_on=day(Tag.FIRST_ISSUED_ON),
            address=_decode_text(features, Tag.ADDRESS),
        )


def cut_to_fit(text: str) -> str:
    """`text` as a seal can hold it: composed, and where it is too long cut before a whole letter with its marks."""
    text = unicodedata.normalize("NFC", text)
    if len(text.encode()) <= LONGEST_TEXT_BYTES:
        return text
    kept = text
    while len(kept.encode()) > LONGEST_TEXT_BYTES - len(CUT.encode()):
        dropped, kept = kept[-1], kept[:-1]
        while kept and unicodedata.combining(dropped):
            dropped, kept = kept[-1], kept[:-1]
    return kept.rstrip() + CUT


def _encode_text(text: str) -> bytes:
    try:
        return cut_to_fit(text).encode()
    except UnicodeEncodeError:
        raise SealCannotHold("text", "Unicode without halves of letters") from None


def _decode_text(features: tuple[Feature, ...], tag: Tag) -> str:
    try:
        return (value_of(features, tag) or b"").decode()
    except UnicodeDecodeError:
        raise SealUnreadable(tag.name.lower().replace("_", " "), "UTF-8") from None
