"""Which times are free: opening hours, less what is booked, less counters that are closed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_default_timezone, localtime

from enrolment.appointments.models import BookedUnit, CounterClosure, Purpose, SchoolHolidays, Site
from enrolment.appointments.timetable import Hours, Service, hours_on, later, moment, starts_within, units_of
from enrolment.errors import StepRefused, Taken
from enrolment.rules.dates import luxembourg_holidays

SEARCH_DAYS = 90
Purposes = Sequence[Purpose]


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time at one counter."""

    starts_at: datetime
    counter: int


def is_school_holiday(day: date) -> bool:
    """Whether `day` lies in school holidays that were entered."""
    return SchoolHolidays.objects.filter(first_day__lte=day, last_day__gte=day).exists()


def hours_of(site: Site, day: date, service: Service = Service.COUNTER) -> tuple[Hours, ...]:
    """The opening hours that rule `day` at `site`: none on a legal holiday or a closed day (R63)."""
    is_closed = day in luxembourg_holidays(day.year) or site.closed_days.filter(day=day).exists()
    rows = [row.hours() for row in site.opening_hours.all()]
    return hours_on(day, rows, is_closed=is_closed, is_school_holiday=is_school_holiday(day), service=service)


def counters_for(site: Site, purposes: Purposes, hours: Hours) -> tuple[int, ...]:
    """The counters open in `hours` that can do everything of `purposes`."""
    wanted = set(purposes)
    unable = {
        counter.number
        for counter in site.counters.all()
        if (Purpose.CAPTURE in wanted and not counter.for_capture)
        or (Purpose.COLLECTION in wanted and not counter.for_collection)
    }
    return tuple(number for number in range(1, hours.counters + 1) if number not in unable)


def lengths_of(site: Site, purposes: Purposes) -> tuple[timedelta, ...]:
    """How long each part of a visit takes, in order: a family of n takes n times one, and who collects a card and is
    captured for another takes less than two visits. Raises StepRefused for a visit without a purpose."""
    if not purposes:
        raise StepRefused("a visit has a purpose")
    cells = [site.capture_cells if each is Purpose.CAPTURE else site.collection_cells for each in purposes]
    if sorted(purposes) == [Purpose.CAPTURE, Purpose.COLLECTION]:
        cells[purposes.index(Purpose.COLLECTION)] = site.both_cells - site.capture_cells
    return tuple(timedelta(minutes=site.cell_minutes * count) for count in cells)


def free_slots(site: Site, day: date, *purposes: Purpose) -> list[Slot]:
    """Every free time of `day` at `site` for a visit with these purposes, earliest first, lowest counter first."""
    length = sum(lengths_of(site, purposes), timedelta())
    taken = _taken_on(site, day)
    closed = _closures_on(site, day)
    free: dict[tuple[float, int], Slot] = {}
    for slot in offered_slots(site, day, purposes):
        end = later(slot.starts_at, length)
        is_taken = any((slot.counter, unit) in taken for unit in units_of(slot.starts_at, end))
        if not is_taken and not _is_shut(closed, slot.counter, slot.starts_at, end):
            free[slot.starts_at.timestamp(), slot.counter] = slot
    return [slot for _, slot in sorted(free.items())]


def offered_slots(site: Site, day: date, purposes: Purposes) -> Iterator[Slot]:
    """Every time of `day` at every counter that can do it, taken or not."""
    lengths = lengths_of(site, purposes)
    for hours in hours_of(site, day):
        counters = counters_for(site, purposes, hours)
        for start in starts_within(day, hours, lengths[0], sum(lengths, timedelta()), get_default_timezone()):
            for counter in counters:
                yield Slot(start, counter)


def first_free_slot(site: Site, earliest: datetime, *purposes: Purpose, days: int = SEARCH_DAYS) -> Slot:
    """The first free time from `earliest` on. Raises Taken when none is free within `days` days (NO_SLOT, R63)."""
    first_day = localtime(earliest, get_default_timezone()).date()
    for offset in range(days):
        for slot in free_slots(site, first_day + timedelta(days=offset), *purposes):
            if slot.starts_at >= earliest:
                return slot
    raise Taken(f"no slot is free at {site.code} within {days} days")


def is_open_at(site: Site, counter: int, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether that counter is open from `starts_at` to `ends_at`, booked or not."""
    zone = get_default_timezone()
    day = localtime(starts_at, zone).date()
    within = any(
        counter <= hours.counters
        and moment(day, hours.opens_at, zone).timestamp() <= starts_at.timestamp()
        and ends_at.timestamp() <= moment(day, hours.closes_at, zone).timestamp()
        for hours in hours_of(site, day)
    )
    return within and not _is_shut(_closures_on(site, day), counter, starts_at, ends_at)


def bounds_of(day: date) -> tuple[datetime, datetime]:
    """Midnight before and midnight after `day`, of Luxembourg's clock."""
    zone = get_default_timezone()
    return moment(day, time.min, zone), moment(day + timedelta(days=1), time.min, zone)


def _taken_on(site: Site, day: date) -> set[tuple[int, int]]:
    units = units_of(*bounds_of(day))
    held = BookedUnit.objects.filter(site=site, unit__gte=units.start, unit__lt=units.stop)
    return set(held.values_list("counter", "unit"))


def _closures_on(site: Site, day: date) -> list[CounterClosure]:
    start, end = bounds_of(day)
    return list(site.counter_closures.filter(starts_at__lt=end, ends_at__gt=start))


def _is_shut(closures: Sequence[CounterClosure], counter: int, starts_at: datetime, ends_at: datetime) -> bool:
    return any(
        closure.counter == counter
        and closure.starts_at.timestamp() < ends_at.timestamp()
        and starts_at.timestamp() < closure.ends_at.timestamp()
        for closure in closures
    )
