"""Takes messages out of the outbox: at least once, in order of their time, with patience and an end to it.

A worker takes a message with a lease, delivers it outside of any transaction, then notes what came of it. One that dies
in between leaves the lease to run out, and the message goes again under the same key: drivers make that harmless where
they can. Several workers may run.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from enrolment.audit.chain import Details
from enrolment.audit.services import record
from enrolment.errors import DeliveryFailed, MessageRefused
from enrolment.outbox.drivers import Driver
from enrolment.outbox.models import EntryState, OutboxEntry
from enrolment.outbox.services import ACTOR, EMPTY
from enrolment.transactions import one_transaction

LEASE = timedelta(minutes=10)
# After each failure a longer wait; after the last one a person must look.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
MAX_ATTEMPTS = len(PAUSES) + 1


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of delivery came to."""

    delivered: int = 0
    postponed: int = 0
    dead: int = 0

    def to_json(self) -> dict[str, int]:
        """As `station outbox run --json` gives it."""
        return asdict(self)


def deliver_due(drivers: Mapping[str, Driver], now: Callable[[], datetime], limit: int = 1000) -> Round:
    """Deliver what is due, at most `limit` messages; `drivers` names one per medium."""
    delivered = postponed = dead = 0
    for entry in _take_due(now, limit):
        if entry.state == EntryState.DEAD:
            dead += 1
            continue
        driver = drivers[entry.medium]
        try:
            reference = driver.deliver(entry.message(), entry.key, now())
        except (DeliveryFailed, MessageRefused) as failure:
            is_final = isinstance(failure, MessageRefused) or failure.is_final
            if _note_failure(entry, driver, str(failure), now(), is_final=is_final):
                dead += 1
            else:
                postponed += 1
        else:
            delivered += _note_delivery(entry, driver, reference, now())
    return Round(delivered, postponed, dead)


def _take_due(now: Callable[[], datetime], limit: int) -> Iterator[OutboxEntry]:
    """Messages that are this worker's to deliver, one at a time."""
    seen: set[int] = set()
    while len(seen) < limit:
        at = now()
        is_due = Q(state=EntryState.WAITING, due_at__lte=at) | Q(state=EntryState.SENDING, leased_until__lte=at)
        entry = OutboxEntry.objects.filter(is_due).exclude(pk__in=seen).order_by("due_at", "id").first()
        if entry is None:
            return
        seen.add(entry.pk)
        if _lease(entry, at):
            yield entry


@one_transaction
def _lease(entry: OutboxEntry, at: datetime) -> bool:
    """Whether this worker got it. One that was taken too often without an answer is given up."""
    if entry.attempts >= MAX_ATTEMPTS:
        return _give_up(entry, "every worker that took it ended without an answer", at)
    return _move(entry, state=EntryState.SENDING, leased_until=at + LEASE, attempts=entry.attempts + 1)


@one_transaction
def _note_delivery(entry: OutboxEntry, driver: Driver, reference: str, at: datetime) -> bool:
    """Delivered: what it said is erased, that it went stays."""
    moved = _move(
        entry,
        state=EntryState.DELIVERED,
        leased_until=None,
        ended_at=at,
        driver=driver.name,
        delivery_reference=reference[:200],
        last_failure="",
        **EMPTY,
    )
    if moved:
        entry.attachments.all().delete()
        details = {"kind": entry.kind, "medium": entry.medium, "driver": driver.name, "digest": entry.digest}
        record(at, ACTOR, "message.delivered", entry.case_reference or ACTOR, details)
    return moved


@one_transaction
def _note_failure(entry: OutboxEntry, driver: Driver, why: str, at: datetime, *, is_final: bool) -> bool:
    """Not delivered: later again, or given up; whether given up."""
    if is_final or entry.attempts >= MAX_ATTEMPTS:
        return _give_up(entry, why, at, driver)
    _move(
        entry,
        state=EntryState.WAITING,
        leased_until=None,
        due_at=at + PAUSES[entry.attempts - 1],
        driver=driver.name,
        last_failure=why[:200],
    )
    return False


def _give_up(entry: OutboxEntry, why: str, at: datetime, driver: Driver | None = None) -> bool:
    name = driver.name if driver else entry.driver
    moved = _move(entry, state=EntryState.DEAD, leased_until=None, driver=name, last_failure=why[:200])
    if moved:
        details: Details = {"kind": entry.kind, "medium": entry.medium, "attempts": entry.attempts}
        record(at, ACTOR, "message.dead", entry.case_reference or ACTOR, details)
    return moved


def _move(entry: OutboxEntry, **values: object) -> bool:
    """Whether the message stood as this worker read it: one whose lease ran out may be another's by now."""
    moved = OutboxEntry.objects.filter(pk=entry.pk, version=entry.version).update(version=entry.version + 1, **values)
    if moved:
        entry.refresh_from_db()
    return bool(moved)
