"""Things that hold between two days: values, memberships of country groups, and the clocks of the law.

A period starts on its first day and ends before the day `end` (None: until further notice).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from enrolment.errors import RuleBookError, ValueNotConfigured
from enrolment.rules.dates import add_months, add_working_days, add_years, next_working_day


def covers(start: date, end: date | None, day: date) -> bool:
    """Whether `day` lies between `start` (included) and `end` (not included)."""
    return start <= day and (end is None or day < end)


@dataclass(frozen=True, slots=True)
class DatedEntry:
    """A value that holds from the day `start` until before the day `end`."""

    start: date
    end: date | None
    value: int | str | bool | date
    source: str

    def covers(self, day: date) -> bool:
        """Whether the value holds on `day`."""
        return covers(self.start, self.end, day)


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One number of the law through time. A day that no entry covers is not configured, and `error` says so."""

    name: str
    says: str
    entries: tuple[DatedEntry, ...]
    error: str = "VALUE_NOT_CONFIGURED"

    def entry_on(self, day: date) -> DatedEntry:
        """The entry that holds on `day`. Raises ValueNotConfigured."""
        for entry in self.entries:
            if entry.covers(day):
                return entry
        raise ValueNotConfigured(self.name, day)

    def number_on(self, day: date) -> int:
        """The whole number that holds on `day`. Raises ValueNotConfigured, RuleBookError."""
        value = self.entry_on(day).value
        if isinstance(value, bool) or not isinstance(value, int):
            raise RuleBookError(f"value {self.name} is not a whole number")
        return value


class Unit(StrEnum):
    """What a clock counts. The end of a month: the same day number, or the month's last day (`rules.dates`)."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"


class IfClosed(StrEnum):
    """What becomes of a last day on which the offices are closed."""

    STAYS = "stays"
    NEXT_WORKING_DAY = "next_working_day"


@dataclass(frozen=True, slots=True)
class Clock:
    """One period of the law: how long, counted in what, from what, before or after it, and whom it binds."""

    says: str
    rules: tuple[str, ...]
    unit: Unit
    runs_before: bool  # it opens so long before its start, instead of ending so long after it
    starts_at: str
    binds: str  # "person", "office", or "nobody" where it only measures
    if_closed: IfClosed
    length: DatedValue

    def end(self, start: date, law_of: date) -> date:
        """The last day of the period that starts at `start` (its first day, where it runs before it).

        The length is that of the law of the day `law_of`. Raises: ValueNotConfigured.
        """
        count = self.length.number_on(law_of)
        count = -count if self.runs_before else count
        match self.unit:
            case Unit.DAYS:
                end = start + timedelta(days=count)
            case Unit.WORKING_DAYS:
                end = add_working_days(start, count)
            case Unit.MONTHS:
                end = add_months(start, count)
            case Unit.YEARS:
                end = add_years(start, count)
        return next_working_day(end) if self.if_closed is IfClosed.NEXT_WORKING_DAY else end


@dataclass(frozen=True, slots=True)
class Membership:
    """One state's time in a group."""

    state: str
    start: date
    end: date | None
    source: str

    def within(self, start: date, end: date | None) -> "Membership | None":
        """The part of it between two days; None where there is none."""
        first = max(self.start, start)
        last = min((day for day in (self.end, end) if day is not None), default=None)
        return Membership(self.state, first, last, self.source) if last is None or first < last else None


@dataclass(frozen=True, slots=True)
class CountryGroup:
    """States that the law treats alike, each with its days: the Union before and after an accession, say."""

    name: str
    says: str
    members: tuple[Membership, ...]

    def has(self, state: str, on: date) -> bool:
        """Whether `state` (Doc 9303-3; Germany as D or DEU) belongs to the group on `on`."""
        code = "D" if state == "DEU" else state
        return any(member.state == code and covers(member.start, member.end, on) for member in self.members)
