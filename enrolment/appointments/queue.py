"""The queue of a day: who has arrived, who is called to which counter, what the board in the hall shows.

Order: appointments whose time has come, by that time; then those without one, as they came; then appointments that are
early. Whoever is held or steps out of that order does so with a reason, and a jump with a supervisor (R58, R63).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.timezone import localdate

from enrolment.accounts.models import Officer
from enrolment.accounts.services import require
from enrolment.appointments.models import (
    Booking,
    BookingState,
    Channel,
    Errand,
    Purpose,
    Site,
    Ticket,
    TicketState,
)
from enrolment.appointments.policy import refuse_walk_in, require_supervisor
from enrolment.appointments.services import BOOKERS, Contact, book, keep
from enrolment.appointments.slots import bounds_of, first_free_slot
from enrolment.audit.chain import Details
from enrolment.audit.services import record
from enrolment.cases.models import Case
from enrolment.errors import Incomplete, StepRefused, Taken
from enrolment.transactions import one_transaction

EARLY = timedelta(minutes=5)  # an appointment counts as due so long before its time
LETTERS = {True: "A", False: "W"}  # on the board: appointment, walk-in


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One line of the board: a number, and the counter to go to."""

    ticket: str
    counter: int


@dataclass(frozen=True, slots=True)
class CallBoard:
    """What the hall may see: numbers and counters, newest call first, and how many wait. No name, no case."""

    site: str
    day: date
    calls: tuple[BoardLine, ...]
    waiting: int
    held: int

    def to_json(self) -> dict[str, Any]:
        """As `station appointments board --json` gives it."""
        return {
            "site": self.site,
            "day": self.day.isoformat(),
            "calls": [{"ticket": line.ticket, "counter": line.counter} for line in self.calls],
            "waiting": self.waiting,
            "held": self.held,
        }


def shown(ticket: Ticket) -> str:
    """The number as the board and the slip show it: A 007 with an appointment, W 007 without."""
    return f"{LETTERS[ticket.booking_id is not None]}{ticket.number:03d}"


@one_transaction
def check_in(booking: Booking, officer: Officer, at: datetime) -> Ticket:
    """The person of an appointment has arrived: the appointment is kept, and they get a number.

    Raises: StepRefused on another day or when it is not open, NotAuthorised.
    """
    if localdate(booking.starts_at) != localdate(at):
        raise StepRefused(f"case {booking.case.number}: the appointment is on another day")
    keep(booking, officer, at)
    return _ticket(booking.site, Errand(booking.purpose), at, booking)


@one_transaction
def walk_in(
    site: Site,
    errand: Errand,
    officer: Officer,
    at: datetime,
    *,
    case: Case | None = None,
    approved_by: Officer | None = None,
    reason: str = "",
) -> Ticket:
    """Someone came without an appointment. Where the rule wants one, a supervisor may give the day's next free time.

    Raises: StepRefused where an appointment is wanted and nobody waives it, Incomplete (a reason, a supervisor, the
    case), NotAuthorised, Taken when no time is free today.
    """
    require(officer, *BOOKERS, site=site.code)
    supervisor = refuse_walk_in(errand, at, officer, approved_by, reason, site.code)
    if errand is Errand.FILING or (supervisor is None and case is None):
        return _ticket(site, errand, at)
    if case is None:
        raise Incomplete(f"{errand.value}: the case is wanted")
    purpose = Purpose(errand.value)
    slot = first_free_slot(site, at, purpose, days=1)
    booking = book(case, site, purpose, slot.starts_at, officer, at, contact=Contact(), channel=Channel.WALK_IN)
    if supervisor is not None:
        details = {"errand": errand.value, "approved_by": supervisor.username, "reason": reason.strip()[:200]}
        record(at, officer.username, "queue.walk_in_allowed", case.number, details)
    keep(booking, officer, at)
    return _ticket(site, errand, at, booking)


def _ticket(site: Site, errand: Errand, at: datetime, booking: Booking | None = None) -> Ticket:
    """The next number of the day: one desk at a time draws it, since the site's row is held meanwhile."""
    day = localdate(at)
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    last = Ticket.objects.filter(site=site, day=day).aggregate(last=Max("number"))["last"] or 0
    return Ticket.objects.create(
        site=site,
        day=day,
        number=last + 1,
        errand=errand,
        booking=booking,
        due_at=booking.starts_at if booking else None,
        arrived_at=at,
    )


def in_order(tickets: Iterable[Ticket], at: datetime) -> list[Ticket]:
    """Those who wait, first to be called first."""

    def rank(ticket: Ticket) -> tuple[int, datetime, int]:
        if ticket.due_at is None:
            return 1, ticket.arrived_at, ticket.number
        return (0 if ticket.due_at <= at + EARLY else 2), ticket.due_at, ticket.number

    return sorted((ticket for ticket in tickets if ticket.state == TicketState.WAITING), key=rank)


def waiting(site: Site, at: datetime) -> list[Ticket]:
    """Who waits today, first to be called first."""
    return in_order(Ticket.objects.filter(site=site, day=localdate(at)).select_related("booking__case"), at)


@one_transaction
def call_next(site: Site, counter: int, officer: Officer, at: datetime) -> Ticket | None:
    """Call the next person to `counter`, or nobody when none waits whom this counter can serve.

    Two counters that call at once get two people. Raises: StepRefused while someone is at the counter, NotAuthorised.
    """
    require(officer, *BOOKERS, site=site.code)
    unable = set()
    for row in site.counters.filter(number=counter):
        unable |= set() if row.for_capture else {Errand.CAPTURE.value}
        unable |= set() if row.for_collection else {Errand.COLLECTION.value}
    for ticket in waiting(site, at):
        if ticket.errand not in unable and _call(ticket, counter, at):
            return ticket
    return None


@one_transaction
def call_out_of_turn(
    ticket: Ticket, counter: int, officer: Officer, at: datetime, *, approved_by: Officer | None, reason: str
) -> Ticket:
    """Call someone before their turn: with a reason and a supervisor, and it stands in the journal.

    Raises: Incomplete, NotAuthorised, StepRefused (does not wait, the counter is taken).
    """
    require(officer, *BOOKERS, site=ticket.site.code)
    supervisor = require_supervisor(officer, approved_by, reason, ticket.site.code, f"ticket {shown(ticket)}")
    before = [other.number for other in waiting(ticket.site, at) if other.pk != ticket.pk]
    if not _call(ticket, counter, at):
        raise StepRefused(f"ticket {shown(ticket)} does not wait")
    details: Details = {
        "ticket": shown(ticket),
        "passed_over": len(before),
        "approved_by": supervisor.username,
        "reason": reason.strip()[:200],
    }
    record(at, officer.username, "queue.jump", ticket.site.code, details)
    return ticket


def _call(ticket: Ticket, counter: int, at: datetime) -> bool:
    """Whether this counter got the person; a quicker counter may have. Raises StepRefused when it serves another."""
    try:
        with transaction.atomic():
            return _move(ticket, TicketState.WAITING, TicketState.CALLED, counter=counter, called_at=at)
    except IntegrityError:
        raise StepRefused(f"counter {counter} serves someone: end that first") from None


@one_transaction
def hold(ticket: Ticket, officer: Officer) -> Ticket:
    """The person fetches something (a photo, the old card) and comes back. Raises: StepRefused, NotAuthorised."""
    require(officer, *BOOKERS, site=ticket.site.code)
    return _must_move(ticket, TicketState.CALLED, TicketState.HELD, counter=None)


@one_transaction
def take_back(ticket: Ticket, officer: Officer) -> Ticket:
    """Who was held is back, and waits with the number that they had: not behind those who came later.

    Raises: StepRefused, NotAuthorised.
    """
    require(officer, *BOOKERS, site=ticket.site.code)
    return _must_move(ticket, TicketState.HELD, TicketState.WAITING, counter=None)


@one_transaction
def finish(ticket: Ticket, officer: Officer, at: datetime) -> Ticket:
    """The person is served and the counter free. Raises: StepRefused, NotAuthorised."""
    require(officer, *BOOKERS, site=ticket.site.code)
    return _must_move(ticket, TicketState.CALLED, TicketState.SERVED, ended_at=at)


@one_transaction
def note_left(ticket: Ticket, officer: Officer, at: datetime) -> Ticket:
    """The person was called and is not there, or went away while waiting. Raises: StepRefused, NotAuthorised."""
    require(officer, *BOOKERS, site=ticket.site.code)
    start = TicketState(ticket.state)
    if start in (TicketState.SERVED, TicketState.LEFT):
        raise StepRefused(f"ticket {shown(ticket)} is {ticket.state}")
    return _must_move(ticket, start, TicketState.LEFT, ended_at=at)


def _must_move(ticket: Ticket, start: TicketState, end: TicketState, **values: object) -> Ticket:
    if ticket.state != start:
        raise StepRefused(f"ticket {shown(ticket)} is {ticket.state}, not {start.value}")
    if not _move(ticket, start, end, **values):
        raise Taken(f"ticket {shown(ticket)} was moved by another counter: look again")
    return ticket


def _move(ticket: Ticket, start: TicketState, end: TicketState, **values: object) -> bool:
    """Whether the ticket stood as it was read, and moved."""
    moved = Ticket.objects.filter(pk=ticket.pk, version=ticket.version, state=start).update(
        state=end, version=ticket.version + 1, **values
    )
    if moved:
        ticket.refresh_from_db()
    return bool(moved)


def call_board(site: Site, at: datetime) -> CallBoard:
    """What the board in the hall shows now."""
    today = Ticket.objects.filter(site=site, day=localdate(at))
    called = today.filter(state=TicketState.CALLED).order_by("-called_at", "number")
    return CallBoard(
        site=site.name,
        day=localdate(at),
        calls=tuple(BoardLine(shown(ticket), ticket.counter) for ticket in called if ticket.counter is not None),
        waiting=today.filter(state=TicketState.WAITING).count(),
        held=today.filter(state=TicketState.HELD).count(),
    )


def expected(site: Site, at: datetime) -> list[Booking]:
    """The appointments of today that are still open: who has not arrived yet, earliest first."""
    start, end = bounds_of(localdate(at))
    open_ones = Booking.objects.filter(site=site, state=BookingState.BOOKED, starts_at__gte=start, starts_at__lt=end)
    return list(open_ones.select_related("case", "site").order_by("starts_at", "counter"))
