"""Calendar arithmetic of the law: months, years, ages, and birth dates of which a part is unknown.

One rule for the end of a month: the same day number in the month that is reached, or that month's last day where it
has no such day. 31 August 2026 + 6 months = 28 February 2027; 29 February 2024 + 5 years = 28 February 2029;
30 April 2026 - 2 months = 28 February 2026. "In the two months before the expiry" is the closed interval
[expiry - 2 months, expiry]: both border days count.
"""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from holidays import country_holidays

_PARTIAL = re.compile(r"(?P<year>\d{4}|XXXX|XX)-(?P<month>\d{2}|XX)-(?P<day>\d{2}|XX)")
MONTHS_PER_YEAR = 12
# The oldest birth year that an unknown year may stand for: wide enough for everyone alive.
OLDEST_AGE_YEARS = 130


def add_months(day: date, months: int) -> date:
    """`day` moved by `months` (negative: back), by the end-of-month rule above."""
    years, month_index = divmod(day.month - 1 + months, MONTHS_PER_YEAR)
    year, month = day.year + years, month_index + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def add_years(day: date, years: int) -> date:
    """`day` moved by whole years, by the same rule."""
    return add_months(day, MONTHS_PER_YEAR * years)


def full_years(start: date, day: date) -> int:
    """How many whole years have passed from `start` to `day`; negative before `start`."""
    years = day.year - start.year
    return years if add_years(start, years) <= day else years - 1


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A birth date as the papers give it: a part may be unknown (None), as Doc 9303-3 section 4.8 allows."""

    year: int | None
    month: int | None
    day: int | None

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise ValueError("a day needs its month")
        date(self.year or 2000, self.month or 1, self.day or 1)  # 2000 has a 29 February

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """`1985-03-12`, `1985-03-XX`, `1985-XX-XX` or `XXXX-XX-XX`. Raises ValueError for anything else."""
        match = _PARTIAL.fullmatch(text)
        if match is None:
            raise ValueError("not YYYY-MM-DD")
        parts = {name: None if value.startswith("X") else int(value) for name, value in match.groupdict().items()}
        return cls(parts["year"], parts["month"], parts["day"])

    @classmethod
    def of(cls, day: date) -> "PartialDate":
        """The whole date `day`."""
        return cls(day.year, day.month, day.day)

    def __str__(self) -> str:
        year = "XXXX" if self.year is None else f"{self.year:04d}"
        return f"{year}-{_two_digits(self.month, 'XX')}-{_two_digits(self.day, 'XX')}"

    @property
    def is_whole(self) -> bool:
        """Whether every part is known."""
        return None not in (self.year, self.month, self.day)

    def mrz(self) -> str:
        """YYMMDD with `<` for what is unknown (Doc 9303-3 section 4.8)."""
        year = "<<" if self.year is None else f"{self.year % 100:02d}"
        return year + _two_digits(self.month, "<<") + _two_digits(self.day, "<<")

    def printed(self) -> str:
        """DD MM YYYY as a card prints it, with XX for what is unknown."""
        year = "XXXX" if self.year is None else f"{self.year:04d}"
        return f"{_two_digits(self.day, 'XX')} {_two_digits(self.month, 'XX')} {year}"

    def bounds(self, latest: date) -> tuple[date, date]:
        """The earliest and the latest day that this can be, not after `latest`."""
        first_year = latest.year - OLDEST_AGE_YEARS if self.year is None else self.year
        last_year = latest.year if self.year is None else self.year
        first_month, last_month = (1, MONTHS_PER_YEAR) if self.month is None else (self.month, self.month)
        earliest = _clamped(first_year, first_month, 1 if self.day is None else self.day)
        last = _clamped(last_year, last_month, 31 if self.day is None else self.day)
        return earliest, max(earliest, min(last, latest))

    def age_bounds_on(self, day: date) -> tuple[int, int]:
        """The youngest and the oldest that the person can be on `day`, in whole years."""
        earliest, last = self.bounds(day)
        return full_years(last, day), full_years(earliest, day)


def _two_digits(value: int | None, unknown: str) -> str:
    return unknown if value is None else f"{value:02d}"


def _clamped(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


@cache
def luxembourg_holidays(year: int) -> Mapping[date, str]:
    """The legal holidays of Luxembourg in `year`, by their French names.

    Source: Code du travail, art. L.232-2, as the library `holidays` keeps it (Europe Day since 2019).
    """
    return MappingProxyType(dict(country_holidays("LU", years=year, language="fr")))


def is_working_day(day: date) -> bool:
    """Monday to Friday and no legal holiday."""
    return day.weekday() < 5 and day not in luxembourg_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day` (the day itself does not count; below zero: before `day`)."""
    step = timedelta(days=1 if count > 0 else -1)
    while count:
        day += step
        if is_working_day(day):
            count += 1 if count < 0 else -1
    return day


def next_working_day(day: date) -> date:
    """`day` itself where the offices are open, else the first day after it on which they are."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
