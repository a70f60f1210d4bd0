"""When a site receives people, worked out from its opening hours: pure, for any day and any time zone.

Three seasons of hours, the higher one rules a day alone: special hours (a training week, Christmas Eve), those of the
school holidays, the ordinary ones. A weekday that the ruling season does not name is closed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from enrolment.errors import StepRefused

UNIT_MINUTES = 5
_UNIT_S = 60 * UNIT_MINUTES


class Season(StrEnum):
    """Which days a row of opening hours is meant for."""

    ORDINARY = "ordinary"
    SCHOOL_HOLIDAYS = "school_holidays"
    SPECIAL = "special"


class Service(StrEnum):
    """What the hours are for: appointments are given at counters only."""

    COUNTER = "counter"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of one weekday (0 = Monday) with `counters` open, from a day on until another (excluded)."""

    weekday: int
    opens_at: time
    closes_at: time
    valid_from: date
    counters: int = 1
    valid_until: date | None = None
    season: Season = Season.ORDINARY
    service: Service = Service.COUNTER

    def holds_on(self, day: date) -> bool:
        """Whether the row is valid on `day`, whatever its weekday."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


def hours_on(
    day: date, rows: Iterable[Hours], *, is_closed: bool, is_school_holiday: bool, service: Service = Service.COUNTER
) -> tuple[Hours, ...]:
    """The rows that rule `day`, earliest first; none where the site is closed."""
    valid = [row for row in rows if row.service is service and row.holds_on(day)]
    ruling = Season.ORDINARY
    if any(row.season is Season.SPECIAL for row in valid):
        ruling = Season.SPECIAL
    elif is_school_holiday and any(row.season is Season.SCHOOL_HOLIDAYS for row in valid):
        ruling = Season.SCHOOL_HOLIDAYS
    if is_closed:
        return ()
    today = [row for row in valid if row.season is ruling and row.weekday == day.weekday()]
    return tuple(sorted(today, key=lambda row: (row.opens_at, row.closes_at)))


def moment(day: date, clock: time, zone: tzinfo) -> datetime:
    """`clock` on `day` in `zone`; an hour that the change of summer time repeats is the first of the two."""
    return datetime.combine(day, clock, zone)


def later(start: datetime, length: timedelta) -> datetime:
    """`length` of time that passes after `start`, in its zone: what a clock on the wall does meanwhile is no matter."""
    return (start.astimezone(UTC) + length).astimezone(start.tzinfo)


def starts_within(day: date, hours: Hours, step: timedelta, length: timedelta, zone: tzinfo) -> Iterator[datetime]:
    """Where an appointment of `length` may begin, every `step` from the opening, its end before the closing.

    Counted in time that passes: on the nights when the clocks change none is given twice or in an hour that is not.
    """
    start, closes = (moment(day, clock, zone).astimezone(UTC) for clock in (hours.opens_at, hours.closes_at))
    while start + length <= closes:
        yield start.astimezone(zone)
        start += step


def units_of(starts_at: datetime, ends_at: datetime) -> range:
    """The units of five minutes that [starts_at, ends_at) touches, counted from 1970.

    Two appointments that overlap share at least one, whatever grid their sites had when they were booked.
    """
    first = int(starts_at.timestamp()) // _UNIT_S
    return range(first, -(-int(ends_at.timestamp()) // _UNIT_S))


def refuse_unless_sound(hours: Iterable[Hours]) -> None:
    """Refuse opening hours that cannot be. Raises StepRefused."""
    for row in hours:
        if not 0 <= row.weekday <= 6:
            raise StepRefused("opening hours: a weekday from 0 (Monday) to 6 is wanted")
        if row.opens_at >= row.closes_at:
            raise StepRefused("opening hours: the opening comes before the closing")
        if row.counters < 1:
            raise StepRefused("opening hours: one counter at least is wanted")
        if row.valid_until is not None and row.valid_until <= row.valid_from:
            raise StepRefused("opening hours: the first day comes before the last")
