"""Opens sites, offers slots, books and cancels: a slot is taken by the database or not at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.timezone import get_default_timezone, localtime

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import SETUP, require
from enrolment.appointments.models import BookedCell, Booking, BookingState, OpeningHours, Purpose, Site
from enrolment.audit.chain import Details
from enrolment.audit.services import record
from enrolment.cases.models import Case
from enrolment.cases.steps import Action, State
from enrolment.cases.walking import take_step
from enrolment.errors import StepRefused, Taken, UnknownRecord
from enrolment.rules.dates import luxembourg_holidays


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours to be set: weekday (0 = Monday), from, to, counters, from which day on."""

    weekday: int
    opens_at: time
    closes_at: time
    valid_from: date
    counters: int = 1
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time at one counter."""

    starts_at: datetime
    counter: int


@transaction.atomic
def open_site(
    code: str, name: str, hours: Iterable[Hours], at: datetime, *, address: str = "", by: Officer | None = None
) -> Site:
    """Enter a site with its opening hours. Raises Taken when the code is in use."""
    try:
        with transaction.atomic():
            site = Site.objects.create(code=code, name=name, address=address)
    except IntegrityError:
        raise Taken(f"the site {code} is there already") from None
    rows = [
        OpeningHours(
            site=site,
            weekday=entry.weekday,
            opens_at=entry.opens_at,
            closes_at=entry.closes_at,
            counters=entry.counters,
            valid_from=entry.valid_from,
            valid_until=entry.valid_until,
        )
        for entry in hours
    ]
    OpeningHours.objects.bulk_create(rows)
    record(at, by.username if by else SETUP, "site.opened", code, {"opening_hours": len(rows)})
    return site


def site_coded(code: str) -> Site:
    """The site of that code. Raises UnknownRecord."""
    try:
        return Site.objects.get(code=code)
    except Site.DoesNotExist:
        raise UnknownRecord(f"there is no site {code}") from None


def free_slots(site: Site, day: date, purpose: Purpose) -> list[Slot]:
    """Every free time of `day` at `site` for that purpose, earliest first, lowest counter first."""
    taken = set(
        BookedCell.objects.filter(
            site=site, starts_at__gte=_moment(day, time.min), starts_at__lt=_moment(day + timedelta(days=1), time.min)
        ).values_list("counter", "starts_at")
    )
    free = [
        slot
        for slot in _offered(site, day, purpose)
        if not any((slot.counter, cell) in taken for cell in _cells(site, slot.starts_at, purpose))
    ]
    return sorted(free, key=lambda slot: (slot.starts_at, slot.counter))


def _offered(site: Site, day: date, purpose: Purpose) -> Iterator[Slot]:
    """Every time of `day` at every counter, taken or not."""
    for hours in _hours_on(site, day):
        for start in _grid(site, day, hours, purpose):
            for counter in range(1, hours.counters + 1):
                yield Slot(start, counter)


def first_free_slot(site: Site, earliest: datetime, purpose: Purpose, days: int = 90) -> Slot:
    """The first free time from `earliest` on. Raises Taken when none is free within `days` days (NO_SLOT, R63)."""
    first_day = localtime(earliest, get_default_timezone()).date()
    for offset in range(days):
        for slot in free_slots(site, first_day + timedelta(days=offset), purpose):
            if slot.starts_at >= earliest:
                return slot
    raise Taken(f"no slot is free at {site.code} within {days} days")


def _hours_on(site: Site, day: date) -> list[OpeningHours]:
    """The opening hours that hold on `day`: none on a legal holiday or a closed day."""
    if day in luxembourg_holidays(day.year) or site.closed_days.filter(day=day).exists():
        return []
    still_valid = Q(valid_until__isnull=True) | Q(valid_until__gt=day)
    return list(site.opening_hours.filter(still_valid, weekday=day.weekday(), valid_from__lte=day))


def _grid(site: Site, day: date, hours: OpeningHours, purpose: Purpose) -> Iterator[datetime]:
    """The times at which an appointment of that purpose may start within `hours`."""
    length = timedelta(minutes=site.cell_minutes * site.cells_for(purpose))
    start, closes = _moment(day, hours.opens_at), _moment(day, hours.closes_at)
    while start + length <= closes:
        yield start
        start += length


def _cells(site: Site, start: datetime, purpose: Purpose) -> list[datetime]:
    return [start + timedelta(minutes=site.cell_minutes * index) for index in range(site.cells_for(purpose))]


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, get_default_timezone())


@transaction.atomic
def book(case: Case, site: Site, purpose: Purpose, starts_at: datetime, officer: Officer, at: datetime) -> Booking:
    """Book the first free counter of `site` at `starts_at`; a booking for the capture moves the case.

    Raises: Taken (someone was faster, or the case has such a booking), StepRefused (not a time that the site offers,
    in the past, or the case does not stand where it may be booked), NotAuthorised.
    """
    require(officer, Role.FILE, Role.ENROL, Role.DELIVER, site=case.site)
    if starts_at < at:
        raise StepRefused(f"case {case.number}: the appointment lies in the past")
    day = localtime(starts_at, get_default_timezone()).date()
    offered = [hours for hours in _hours_on(site, day) if starts_at in _grid(site, day, hours, purpose)]
    if not offered:
        raise StepRefused(f"{site.code} offers no appointment at that time")
    free = [slot.counter for slot in free_slots(site, day, purpose) if slot.starts_at == starts_at]
    if not free:
        raise Taken(f"{site.code}: that time is taken")
    booking = _write_booking(case, site, purpose, Slot(starts_at, free[0]), officer, at)
    details: Details = {"site": site.code, "purpose": purpose.value, "counter": free[0]}
    if purpose is Purpose.CAPTURE:
        take_step(case, Action.BOOK, officer, at, details=details)
    else:
        if case.state not in (State.READY, State.IN_TRANSIT, State.AT_SITE):
            raise StepRefused(f"case {case.number} is {case.state}: there is no card to collect yet")
        record(at, officer.username, "appointment.booked", case.number, details)
    return booking


def _write_booking(case: Case, site: Site, purpose: Purpose, slot: Slot, officer: Officer, at: datetime) -> Booking:
    cells = _cells(site, slot.starts_at, purpose)
    try:
        with transaction.atomic():
            booking = Booking.objects.create(
                case=case,
                site=site,
                purpose=purpose,
                starts_at=slot.starts_at,
                ends_at=cells[-1] + timedelta(minutes=site.cell_minutes),
                counter=slot.counter,
                booked_by=officer,
                booked_at=at,
            )
            BookedCell.objects.bulk_create(
                BookedCell(booking=booking, site=site, counter=slot.counter, starts_at=cell) for cell in cells
            )
    except IntegrityError:
        raise Taken(f"case {case.number}: that time is taken, or the case has such an appointment") from None
    return booking


@transaction.atomic
def cancel(booking: Booking, officer: Officer, at: datetime) -> None:
    """Cancel a booking: its time is free again. Raises StepRefused when it is not open, NotAuthorised."""
    _end(booking, BookingState.CANCELLED, officer, at)


@transaction.atomic
def miss(booking: Booking, officer: Officer, at: datetime) -> None:
    """Note that the person did not come. Raises StepRefused before the appointment, NotAuthorised."""
    if at < booking.starts_at:
        raise StepRefused(f"case {booking.case.number}: the appointment lies ahead")
    _end(booking, BookingState.NO_SHOW, officer, at)


@transaction.atomic
def keep(booking: Booking, officer: Officer, at: datetime) -> None:
    """Note that the person came. Raises StepRefused when the booking is not open, NotAuthorised."""
    require(officer, Role.ENROL, Role.DELIVER, Role.FILE, site=booking.case.site)
    if not Booking.objects.filter(pk=booking.pk, state=BookingState.BOOKED).update(state=BookingState.KEPT):
        raise StepRefused(f"case {booking.case.number}: the appointment is not open")
    booking.refresh_from_db()
    record(at, officer.username, "appointment.kept", booking.case.number, {"purpose": booking.purpose})


def _end(booking: Booking, state: BookingState, officer: Officer, at: datetime) -> None:
    require(officer, Role.FILE, Role.ENROL, Role.DELIVER, site=booking.case.site)
    if not Booking.objects.filter(pk=booking.pk, state=BookingState.BOOKED).update(state=state):
        raise StepRefused(f"case {booking.case.number}: the appointment is not open")
    booking.cells.all().delete()
    booking.refresh_from_db()
    details: Details = {"purpose": booking.purpose, "state": state.value}
    if booking.purpose == Purpose.CAPTURE:
        take_step(booking.case, Action.CANCEL_BOOKING, officer, at, details=details)
    else:
        record(at, officer.username, "appointment.ended", booking.case.number, details)
