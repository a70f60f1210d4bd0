"""What was read from a zone: the fields, each check digit by name, and every fault with its place."""

from dataclasses import dataclass, field, fields
from typing import Final, Literal, TypeAlias

FaultKind: TypeAlias = Literal["length", "charset", "document_code", "check_digit", "content"]


@dataclass(frozen=True, slots=True)
class ZoneFault:
    """One thing that is wrong; `line` and `position` count from 1 (None where the zone as a whole is meant).

    kind: length = too few or too many lines or characters; charset = a character that this field never has;
    document_code = the first two characters; check_digit = a digit that does not hold; content = the right
    characters saying something that cannot be.
    """

    kind: FaultKind
    field: str | None
    line: int | None
    position: int | None
    message: str

    def to_json(self) -> dict[str, object]:
        """One entry of `errors` in the answer of `station mrz parse`."""
        return {name: getattr(self, name) for name in _FAULT_NAMES}


@dataclass(frozen=True, slots=True, repr=False)
class ZoneFields:
    """The fields as values: without the fillers at their ends; "" where nothing could be read.

    `primary_identifier` and `secondary_identifier` are as printed (components separated by `<`), `surname` and
    `given_names` the same with blanks. `sex` is F, M or X (printed `<`). A long document number is whole.
    """

    document_code: str = ""
    issuing_state: str = ""
    document_number: str = ""
    birth_date: str = ""
    sex: str = ""
    expiry_date: str = ""
    nationality: str = ""
    surname: str = ""
    given_names: str = ""
    primary_identifier: str = ""
    secondary_identifier: str = ""
    optional_data_1: str = ""
    optional_data_2: str = ""


@dataclass(frozen=True, slots=True)
class CheckDigits:
    """Whether each check digit holds; None where the format has none."""

    document_number: bool | None = None
    birth_date: bool | None = None
    expiry_date: bool | None = None
    personal_number: bool | None = None
    composite: bool | None = None


@dataclass(frozen=True, slots=True)
class ParsedZone:
    """The answer of `parse`; `format` is None when the lines cannot be cut into fields."""

    format: str | None
    lines: tuple[str, ...] = field(repr=False)
    fields: ZoneFields = field(repr=False)
    check_digits: CheckDigits
    errors: tuple[ZoneFault, ...]
    name_may_be_truncated: bool = False

    @property
    def valid(self) -> bool:
        """True when nothing is wrong."""
        return not self.errors

    def to_json(self) -> dict[str, object]:
        """The answer of `station mrz parse`."""
        return {
            "format": self.format,
            "fields": {name: getattr(self.fields, name) for name in _FIELD_NAMES},
            "check_digits": {name: getattr(self.check_digits, name) for name in _DIGIT_NAMES},
            "valid": self.valid,
            "name_may_be_truncated": self.name_may_be_truncated,
            "errors": [error.to_json() for error in self.errors],
        }


_FAULT_NAMES: Final = tuple(member.name for member in fields(ZoneFault))
_FIELD_NAMES: Final = tuple(member.name for member in fields(ZoneFields))
_DIGIT_NAMES: Final = tuple(member.name for member in fields(CheckDigits))
