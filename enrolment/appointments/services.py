"""Books, moves, keeps and cancels appointments: a time is taken by the database or not at all."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import get_default_timezone, localtime

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.appointments.lengths import refuse_too_long
from enrolment.appointments.models import BookedUnit, Booking, BookingState, Channel, Purpose, Site
from enrolment.appointments.notices import Notice, notify, withdraw_reminder
from enrolment.appointments.sites import open_site, site_coded
from enrolment.appointments.slots import Slot, first_free_slot, free_slots, lengths_of, offered_slots
from enrolment.appointments.timetable import Hours, later, units_of
from enrolment.audit.chain import Details
from enrolment.audit.services import record
from enrolment.cases.models import Case
from enrolment.cases.steps import Action, State
from enrolment.cases.walking import take_step
from enrolment.errors import StepRefused, Taken
from enrolment.transactions import one_transaction

__all__ = [
    "Contact",
    "Hours",
    "Slot",
    "book",
    "book_visit",
    "cancel",
    "first_free_slot",
    "free_slots",
    "keep",
    "miss",
    "move",
    "move_visit",
    "open_site",
    "site_coded",
]

BOOKERS = (Role.FILE, Role.ENROL, Role.DELIVER)
COLLECTABLE = (State.READY, State.IN_TRANSIT, State.AT_SITE)


@dataclass(frozen=True, slots=True, repr=False)
class Contact:
    """How a person is told of an appointment and reached about it; by letter where there is no mail address."""

    mail_address: str = ""
    phone: str = ""


@one_transaction
def book(
    case: Case,
    site: Site,
    purpose: Purpose,
    starts_at: datetime,
    officer: Officer,
    at: datetime,
    *,
    contact: Contact | None = None,
    channel: Channel = Channel.DESK,
) -> Booking:
    """Book the first free counter of `site` at `starts_at`; a booking for the capture moves the case.

    Raises: Taken (someone was faster, or the case has such a booking), StepRefused (not a time that the site offers,
    in the past, or the case does not stand where it may be booked), NotAuthorised.
    """
    (booking,) = book_visit([(case, purpose)], site, starts_at, officer, at, contact=contact, channel=channel)
    return booking


@one_transaction
def book_visit(
    parts: Sequence[tuple[Case, Purpose]],
    site: Site,
    starts_at: datetime,
    officer: Officer,
    at: datetime,
    *,
    contact: Contact | None = None,
    channel: Channel = Channel.DESK,
) -> tuple[Booking, ...]:
    """Book one visit, its parts one after the other at one counter: a family, or a collection beside a capture.

    All of it or nothing. Raises as `book`; a family whose members want different counters books several visits.
    """
    for case, _ in parts:
        require(officer, *BOOKERS, site=case.site)
    if len({(case.pk, purpose) for case, purpose in parts}) < len(parts):
        raise StepRefused("a visit names each case once for each purpose")
    if contact is not None:
        refuse_too_long(Booking, mail_address=contact.mail_address, phone=contact.phone)
    cases = ", ".join(case.number for case, _ in parts)
    if starts_at < at:
        raise StepRefused(f"case {cases}: the appointment lies in the past")
    purposes = [purpose for _, purpose in parts]
    visit = uuid.uuid4()
    spans = spans_of(site, purposes, starts_at)
    bookings = [
        Booking(
            case=case,
            site=site,
            purpose=purpose,
            starts_at=start,
            ends_at=end,
            booked_by=officer,
            booked_at=at,
            channel=channel,
            visit=visit,
            mail_address=contact.mail_address if contact else "",
            phone=contact.phone if contact else "",
        )
        for (case, purpose), (start, end) in zip(parts, spans, strict=True)
    ]
    for booking in bookings:
        _refuse_second(booking)
    _take_counter(bookings, free_counters(site, purposes, starts_at))
    for booking in bookings:
        _tell_case(booking, officer, at)
        notify(booking, Notice.BOOKED, at)
    return tuple(bookings)


def spans_of(site: Site, purposes: Sequence[Purpose], starts_at: datetime) -> list[tuple[datetime, datetime]]:
    """Beginning and end of each part of a visit that begins at `starts_at`."""
    spans, start = [], starts_at
    for length in lengths_of(site, purposes):
        spans.append((start, later(start, length)))
        start = spans[-1][1]
    return spans


def free_counters(site: Site, purposes: Sequence[Purpose], starts_at: datetime) -> list[int]:
    """The counters that are free for such a visit at `starts_at`, lowest first.

    Raises: StepRefused when the site offers no such time, Taken when every counter is booked then.
    """
    day = localtime(starts_at, get_default_timezone()).date()
    wanted = starts_at.timestamp()
    if not any(slot.starts_at.timestamp() == wanted for slot in offered_slots(site, day, purposes)):
        raise StepRefused(f"{site.code} offers no appointment at that time")
    free = [slot.counter for slot in free_slots(site, day, *purposes) if slot.starts_at.timestamp() == wanted]
    if not free:
        raise Taken(f"{site.code}: that time is taken")
    return free


def _refuse_second(booking: Booking) -> None:
    open_ones = Booking.objects.filter(case=booking.case, purpose=booking.purpose, state=BookingState.BOOKED)
    if open_ones.exists():
        raise Taken(f"case {booking.case.number} has such an appointment already")


def _take_counter(bookings: Sequence[Booking], counters: Sequence[int]) -> None:
    """Write the bookings at the first of `counters` that nobody else takes in this moment. Raises Taken."""
    are_new = [booking.pk is None for booking in bookings]
    for counter in counters:
        try:
            with transaction.atomic():
                for booking, is_new in zip(bookings, are_new, strict=True):
                    booking.pk, booking.counter = None if is_new else booking.pk, counter
                    booking.save(force_insert=is_new)
                    _hold_units(booking)
        except IntegrityError:
            continue
        return
    numbers = ", ".join(booking.case.number for booking in bookings)
    raise Taken(f"case {numbers}: that time was taken in this moment, or the case has such an appointment")


def _hold_units(booking: Booking) -> None:
    BookedUnit.objects.bulk_create(
        BookedUnit(booking=booking, site=booking.site, counter=booking.counter, unit=unit)
        for unit in units_of(booking.starts_at, booking.ends_at)
    )


def _tell_case(booking: Booking, officer: Officer, at: datetime) -> None:
    """A capture moves its case; a collection needs a card that is made."""
    case = booking.case
    details: Details = {
        "site": booking.site.code,
        "purpose": booking.purpose,
        "counter": booking.counter,
        "channel": Channel(booking.channel).value,
    }
    if booking.purpose == Purpose.CAPTURE:
        take_step(case, Action.BOOK, officer, at, details=details)
        return
    if case.state not in COLLECTABLE:
        raise StepRefused(f"case {case.number} is {case.state}: there is no card to collect yet")
    record(at, officer.username, "appointment.booked", case.number, details)


def move(booking: Booking, starts_at: datetime, officer: Officer, at: datetime, *, site: Site | None = None) -> Booking:
    """Move one appointment to another time, at another site where one is named; the case stays booked.

    Raises as `move_visit`.
    """
    (moved,) = move_visit([booking], starts_at, officer, at, site=site)
    return moved


@one_transaction
def move_visit(
    bookings: Sequence[Booking], starts_at: datetime, officer: Officer, at: datetime, *, site: Site | None = None
) -> tuple[Booking, ...]:
    """Move a whole visit; its parts stay side by side.

    The old times are given back in the same transaction: who finds the new one taken keeps what there was.
    Raises: Taken, StepRefused (not open, not offered, in the past, or it has begun), NotAuthorised.
    """
    if not bookings or len({booking.visit for booking in bookings}) > 1:
        raise StepRefused("one visit is moved at a time")
    place = site or bookings[0].site
    numbers = ", ".join(booking.case.number for booking in bookings)
    for booking in bookings:
        require(officer, *BOOKERS, site=booking.case.site)
        if booking.starts_at <= at:
            raise StepRefused(f"case {numbers}: the appointment has begun; note whether the person came")
    if starts_at < at:
        raise StepRefused(f"case {numbers}: the appointment lies in the past")
    for booking in bookings:
        withdraw_reminder(booking, at)
        _claim(booking, sequence=booking.sequence + 1)
        booking.units.all().delete()
    purposes = [Purpose(booking.purpose) for booking in bookings]
    for booking, (start, end) in zip(bookings, spans_of(place, purposes, starts_at), strict=True):
        booking.site, booking.starts_at, booking.ends_at = place, start, end
    _take_counter(bookings, free_counters(place, purposes, starts_at))
    for booking in bookings:
        details: Details = {"site": place.code, "purpose": booking.purpose, "counter": booking.counter}
        record(at, officer.username, "appointment.moved", booking.case.number, details)
        notify(booking, Notice.MOVED, at)
    return tuple(bookings)


@one_transaction
def cancel(booking: Booking, officer: Officer, at: datetime) -> None:
    """Cancel a booking: its time is free again. Raises StepRefused when it is not open, NotAuthorised."""
    _end(booking, BookingState.CANCELLED, officer, at)
    notify(booking, Notice.CANCELLED, at)
    _forget_contact(booking)


@one_transaction
def miss(booking: Booking, officer: Officer, at: datetime) -> None:
    """Note that the person did not come. Raises StepRefused before the appointment, NotAuthorised."""
    if at < booking.starts_at:
        raise StepRefused(f"case {booking.case.number}: the appointment lies ahead")
    _end(booking, BookingState.NO_SHOW, officer, at)
    _forget_contact(booking)


@one_transaction
def keep(booking: Booking, officer: Officer, at: datetime) -> None:
    """Note that the person came. Raises StepRefused when the booking is not open, NotAuthorised."""
    require(officer, *BOOKERS, site=booking.case.site)
    withdraw_reminder(booking, at)
    _claim(booking, state=BookingState.KEPT)
    _forget_contact(booking)
    record(at, officer.username, "appointment.kept", booking.case.number, {"purpose": booking.purpose})


def _end(booking: Booking, state: BookingState, officer: Officer, at: datetime) -> None:
    require(officer, *BOOKERS, site=booking.case.site)
    withdraw_reminder(booking, at)
    _claim(booking, state=state, sequence=booking.sequence + 1)
    booking.units.all().delete()
    details: Details = {"purpose": booking.purpose, "state": state.value}
    if booking.purpose == Purpose.CAPTURE:
        take_step(booking.case, Action.CANCEL_BOOKING, officer, at, details=details)
    else:
        record(at, officer.username, "appointment.ended", booking.case.number, details)


def _forget_contact(booking: Booking) -> None:
    """How a person was reached about an appointment is of no use once it is over."""
    booking.mail_address = booking.phone = ""
    booking.save(update_fields=["mail_address", "phone"])


def _claim(booking: Booking, **values: object) -> None:
    """Change an open booking as it was read: who read an older one changes nothing. Raises StepRefused, Taken."""
    current = Booking.objects.filter(pk=booking.pk, state=BookingState.BOOKED)
    if not current.filter(sequence=booking.sequence).update(**values):
        if current.exists():
            raise Taken(f"case {booking.case.number}: the appointment was moved by someone else: look at it again")
        raise StepRefused(f"case {booking.case.number}: the appointment is not open")
    booking.refresh_from_db()
