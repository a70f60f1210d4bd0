"""Dates in the zone: YYMMDD with `<` for what is unknown, and the century that a reader adds."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from mrz.check_digit import DIGITS, values
from mrz.errors import FieldError

_MONTH_LENGTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CENTURY: Final = 100
_EXPIRY_REACH_YEARS: Final = 50
_ISO_WITH_UNKNOWNS = re.compile(r"(?:\d\d(\d\d)|XXXX)-(\d\d|XX)-(\d\d|XX)", re.ASCII)


@dataclass(frozen=True, slots=True)
class DateFault:
    """What is wrong with a date field: `offset` (from 0) of the first character of the part at fault."""

    is_foreign_character: bool
    offset: int
    message: str


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which parts may be unknown (None)."""

    year: int | None
    month: int | None
    day: int | None

    def __str__(self) -> str:
        year = "XXXX" if self.year is None else f"{self.year:04}"
        month = "XX" if self.month is None else f"{self.month:02}"
        return f"{year}-{month}-{'XX' if self.day is None else f'{self.day:02}'}"


def _weighted(text: str, weights: tuple[int, ...]) -> int:
    return sum(value * weight for value, weight in zip(values(text), weights, strict=True))


def _month_days() -> list[str]:
    """Every MMDD that can stand in a birth date: the 366 days of a leap year, and those with `<<` for a part."""
    known = [f"{month:02}{day:02}" for month, last in enumerate(_MONTH_LENGTHS, 1) for day in range(1, last + 1)]
    no_day = [f"{month:02}<<" for month in range(1, 13)]
    no_month = [f"<<{day:02}" for day in range(1, 32)]
    return [*known, *no_day, *no_month, "<<<<"]


# What the year and the MMDD of a date add to its check digit: finding both proves the date, adding them sums it.
_YEAR_SUMS: Final = {year: _weighted(year, (7, 3)) for year in ("<<", *(f"{number:02}" for number in range(100)))}
_MONTH_DAY_SUMS: Final = {text: _weighted(text, (1, 7, 3, 1)) for text in _month_days()}


def date_digit(field: str) -> str | None:
    """The check digit of a birth date, in one step with its proof; None when `field` is no such date.

    Unknown parts are whole: `<<`. Source: 9303-3 §4.8, §4.9; the wholeness is our decision (docs/mrz.md).
    """
    year, rest = field[:2], field[2:]
    year_sum, rest_sum = _YEAR_SUMS.get(year), _MONTH_DAY_SUMS.get(rest)
    if year_sum is None or rest_sum is None or (rest == "0229" and year != "<<" and int(year) % 4):
        return None
    return DIGITS[(year_sum + rest_sum) % 10]


def birth_date_fault(field: str) -> DateFault | None:
    """What keeps `field` (six characters) from being a birth date, or None."""
    return None if date_digit(field) is not None else _explain(field)


def expiry_date_fault(field: str) -> DateFault | None:
    """What keeps `field` (six characters) from being an expiry date, or None. It is never unknown."""
    if "<" in field:
        return DateFault(False, field.index("<"), "an expiry date is never unknown: six digits YYMMDD are wanted")
    return birth_date_fault(field)


def _explain(field: str) -> DateFault:
    if len(field) != 6:
        return DateFault(False, 0, "six characters YYMMDD are wanted")
    for offset, character in enumerate(field):
        if character not in "0123456789<":
            return DateFault(True, offset, "only digits, and < for an unknown part, stand in a date")
    for offset in (0, 2, 4):
        if field[offset : offset + 2].count("<") == 1:
            return DateFault(False, offset, "a part of a date is known or unknown as a whole: two digits or <<")
    month, day = field[2:4], field[4:6]
    if month != "<<" and not 1 <= int(month) <= 12:
        return DateFault(False, 2, "there is no such month: 01 to 12 are wanted")
    if day != "<<" and not 1 <= int(day) <= 31:
        return DateFault(False, 4, "there is no such day: 01 to 31 are wanted")
    if field[2:] == "0229":
        return DateFault(False, 4, "29 February in a year that has none")
    return DateFault(False, 4, "this month has no such day")


def date_field(text: str) -> str:
    """YYMMDD of a date written YYYY-MM-DD, with XX (XXXX) for what is unknown: "1985-03-XX" gives "8503<<".

    Raises: FieldError("date") when `text` is not such a date.
    """
    parts = _ISO_WITH_UNKNOWNS.fullmatch(text)
    if parts is None:
        raise FieldError("date", "YYYY-MM-DD is wanted, with XX (XXXX) for an unknown part")
    field = "".join("<<" if part in (None, "XX") else part for part in parts.groups())
    fault = birth_date_fault(field)
    if fault is not None:
        raise FieldError("date", fault.message)
    if text.endswith("-02-29") and text[:4].isdigit() and not _is_leap(int(text[:4])):
        raise FieldError("date", "29 February in a year that has none")
    return field


def birth_date(field: str, today: date) -> PartialDate:
    """The birth date that a reader understands: the latest one that is not after `today`.

    A person of a hundred years or more cannot be told from a child: the visual zone has the year in full.
    Raises: FieldError("birth_date") when `field` is no birth date.
    """
    fault = birth_date_fault(field)
    if fault is not None:
        raise FieldError("birth_date", fault.message)
    month, day = (None if part == "<<" else int(part) for part in (field[2:4], field[4:6]))
    if field[:2] == "<<":
        return PartialDate(None, month, day)
    year = today.year - today.year % _CENTURY + int(field[:2])
    earliest = (year, month or 1, day or 1)
    if earliest > (today.year, today.month, today.day):
        year -= _CENTURY
    return PartialDate(year, month, day)


def expiry_date(field: str, today: date) -> date:
    """The expiry date that a reader understands: the year nearest to `today`'s, from 50 before to 49 after.

    Raises: FieldError("expiry_date") when `field` is no expiry date.
    """
    fault = expiry_date_fault(field)
    if fault is not None:
        raise FieldError("expiry_date", fault.message)
    ahead = (int(field[:2]) - today.year + _EXPIRY_REACH_YEARS) % _CENTURY - _EXPIRY_REACH_YEARS
    try:
        return date(today.year + ahead, int(field[2:4]), int(field[4:6]))
    except ValueError:
        raise FieldError("expiry_date", "29 February in a year that has none") from None


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
