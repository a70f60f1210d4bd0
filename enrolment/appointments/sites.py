"""Sites as those who run them see them: opening hours, closed days, school holidays, counters."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import SETUP, require
from enrolment.appointments.lengths import refuse_too_long
from enrolment.appointments.models import (
    Booking,
    BookingState,
    ClosedDay,
    Counter,
    CounterClosure,
    OpeningHours,
    SchoolHolidays,
    Site,
)
from enrolment.appointments.slots import is_open_at
from enrolment.appointments.timetable import Hours, Season, refuse_unless_sound
from enrolment.audit.services import record
from enrolment.errors import Incomplete, StepRefused, Taken, UnknownRecord
from enrolment.outbox.message import MAIL_ADDRESS, TELEPHONE
from enrolment.transactions import one_transaction


@one_transaction
def open_site(
    code: str,
    name: str,
    hours: Iterable[Hours],
    at: datetime,
    *,
    address: str = "",
    mail_address: str = "",
    phone: str = "",
    by: Officer | None = None,
) -> Site:
    """Enter a site with its opening hours.

    Raises: Taken when the code is in use, StepRefused for hours that cannot be, NotAuthorised.
    """
    if by is not None:
        require(by, Role.SUPERVISE, site=code)
    refuse_too_long(Site, code=code, name=name, address=address, mail_address=mail_address, phone=phone)
    if mail_address and not MAIL_ADDRESS.fullmatch(mail_address):
        raise StepRefused(f"site {code}: mail_address: an address such as name@example.org is wanted")
    if phone and not TELEPHONE.fullmatch(phone):
        raise StepRefused(f"site {code}: phone: a number with its country is wanted, +352 … for example")
    try:
        with transaction.atomic():
            site = Site.objects.create(code=code, name=name, address=address, mail_address=mail_address, phone=phone)
    except IntegrityError:
        raise Taken(f"the site {code} is there already") from None
    count = _store_hours(site, hours)
    record(at, by.username if by else SETUP, "site.opened", code, {"opening_hours": count})
    return site


def _store_hours(site: Site, hours: Iterable[Hours]) -> int:
    rows = tuple(hours)
    refuse_unless_sound(rows)
    OpeningHours.objects.bulk_create(
        OpeningHours(
            site=site,
            season=row.season.value,
            service=row.service.value,
            weekday=row.weekday,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            counters=row.counters,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
        )
        for row in rows
    )
    return len(rows)


def site_coded(code: str) -> Site:
    """The site of that code. Raises UnknownRecord."""
    try:
        return Site.objects.get(code=code)
    except Site.DoesNotExist:
        raise UnknownRecord(f"there is no site {code}") from None


@one_transaction
def change_hours(
    site: Site, hours: Iterable[Hours], from_day: date, officer: Officer, at: datetime, season: Season = Season.ORDINARY
) -> list[Booking]:
    """From `from_day` on these are the site's hours of that season; what held before ends the day before.

    Gives the open bookings that no longer lie in opening hours: somebody must move them.
    Raises: StepRefused for hours that cannot be or of another season, NotAuthorised.
    """
    require(officer, Role.SUPERVISE, site=site.code)
    rows = tuple(hours)
    if any(row.season is not season or row.valid_from < from_day for row in rows):
        raise StepRefused("opening hours: each row is of the season that changes, and not valid before that day")
    of_season = site.opening_hours.filter(season=season.value, valid_from__lt=from_day)
    of_season.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=from_day)).update(valid_until=from_day)
    site.opening_hours.filter(season=season.value, valid_from__gte=from_day).delete()
    count = _store_hours(site, rows)
    details = {"from": from_day.isoformat(), "season": season.value, "opening_hours": count}
    record(at, officer.username, "site.hours_changed", site.code, details)
    return stranded_bookings(site, at)


@one_transaction
def close_day(site: Site, day: date, reason: str, officer: Officer, at: datetime) -> list[Booking]:
    """Close the site for a day, and give the open bookings of that day: somebody must move them.

    Raises: Taken when it is closed already, Incomplete without a reason, NotAuthorised.
    """
    require(officer, Role.SUPERVISE, site=site.code)
    if not reason.strip():
        raise Incomplete(f"site {site.code}: a reason is wanted to close a day")
    refuse_too_long(ClosedDay, reason=reason.strip())
    try:
        with transaction.atomic():
            ClosedDay.objects.create(site=site, day=day, reason=reason.strip())
    except IntegrityError:
        raise Taken(f"site {site.code} is closed on {day} already") from None
    record(at, officer.username, "site.day_closed", site.code, {"day": day.isoformat()})
    return stranded_bookings(site, at)


@one_transaction
def enter_school_holidays(
    name: str, first_day: date, last_day: date, source: str, officer: Officer, at: datetime
) -> SchoolHolidays:
    """Enter school holidays, both days included, with the regulation that fixes them.

    Raises: Taken when they overlap others, StepRefused when they end before they begin, Incomplete, NotAuthorised.
    """
    require(officer, Role.SUPERVISE)
    if not name.strip() or not source.strip():
        raise Incomplete("school holidays: a name and a source are wanted")
    refuse_too_long(SchoolHolidays, name=name, source=source)
    if last_day < first_day:
        raise StepRefused("school holidays: the first day comes before the last")
    if SchoolHolidays.objects.filter(first_day__lte=last_day, last_day__gte=first_day).exists():
        raise Taken("school holidays: these days are entered already")
    entered = SchoolHolidays.objects.create(name=name, first_day=first_day, last_day=last_day, source=source)
    details = {"from": first_day.isoformat(), "to": last_day.isoformat()}
    record(at, officer.username, "school_holidays.entered", "appointments", details)
    return entered


@one_transaction
def equip_counter(
    site: Site, number: int, officer: Officer, at: datetime, *, for_capture: bool, for_collection: bool
) -> Counter:
    """Say what a counter can do, where it cannot do everything. Raises: StepRefused, NotAuthorised."""
    require(officer, Role.SUPERVISE, site=site.code)
    if number < 1:
        raise StepRefused("counters count from 1")
    skills = {"for_capture": for_capture, "for_collection": for_collection}
    counter, _ = Counter.objects.update_or_create(site=site, number=number, defaults=skills)
    record(at, officer.username, "counter.equipped", site.code, {"counter": number, **skills})
    return counter


@one_transaction
def close_counter(
    site: Site, number: int, starts_at: datetime, ends_at: datetime, reason: str, officer: Officer, at: datetime
) -> list[Booking]:
    """Close one counter for a time, and give the open bookings there: somebody must move them.

    Raises: StepRefused for a time without length, Incomplete without a reason, NotAuthorised.
    """
    require(officer, Role.SUPERVISE, Role.ENROL, Role.DELIVER, site=site.code)
    if ends_at <= starts_at:
        raise StepRefused(f"site {site.code}: a counter closes before it opens again")
    if not reason.strip():
        raise Incomplete(f"site {site.code}: a reason is wanted to close a counter")
    refuse_too_long(CounterClosure, reason=reason.strip())
    CounterClosure.objects.create(
        site=site, counter=number, starts_at=starts_at, ends_at=ends_at, reason=reason.strip()
    )
    record(at, officer.username, "counter.closed", site.code, {"counter": number})
    return stranded_bookings(site, at)


def stranded_bookings(site: Site, at: datetime) -> list[Booking]:
    """The open bookings from `at` on that no longer lie in opening hours, or whose counter is closed then."""
    ahead = Booking.objects.filter(site=site, state=BookingState.BOOKED, starts_at__gte=at).select_related("case")
    return [booking for booking in ahead if not is_open_at(site, booking.counter, booking.starts_at, booking.ends_at)]
