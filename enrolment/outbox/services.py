"""Puts messages into the outbox, and lets an officer deal with those that were given up."""

from datetime import datetime

from django.db import IntegrityError, transaction

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.audit.services import record
from enrolment.errors import Incomplete, StepRefused, Taken, UnknownRecord
from enrolment.outbox.message import OutgoingMessage
from enrolment.outbox.models import EMPTIED, KEY_LENGTH, EntryState, OutboxAttachment, OutboxEntry
from enrolment.transactions import one_transaction

ACTOR = "outbox"
EMPTY = {"recipient_name": "", "address_lines": [], "mail_address": "", "subject": "", "body": ""}


@one_transaction
def enqueue(message: OutgoingMessage, *, key: str, at: datetime, not_before: datetime | None = None) -> OutboxEntry:
    """Put `message` into the outbox, in the transaction of the act that causes it; it leaves when that is committed.

    `key` names what the message is about ("receipt:R-2026-000001"), once: the same message under the same key gives the
    entry that is there already, and nothing is sent twice. `not_before` holds it back.
    Raises: Taken when the key names another message.
    """
    if not key or len(key) > KEY_LENGTH:
        raise Incomplete(f"outbox: a key of 1 to {KEY_LENGTH} characters is wanted")
    there = OutboxEntry.objects.filter(key=key).first()
    if there is None:
        there, is_new = _write(message, key, at, max(at, not_before or at))
        if is_new:
            details = {"kind": message.kind, "medium": message.medium, "digest": there.digest}
            record(at, ACTOR, "message.queued", message.case_reference or "outbox", details)
            return there
    if there.digest != message.digest():
        raise Taken(f"outbox: the key {key} names another message already")
    return there


def _write(message: OutgoingMessage, key: str, at: datetime, due_at: datetime) -> tuple[OutboxEntry, bool]:
    """The new entry, or the one that another desk wrote a moment ago."""
    try:
        with transaction.atomic():
            entry = OutboxEntry.objects.create(
                key=key,
                kind=message.kind,
                medium=message.medium,
                case_reference=message.case_reference,
                language=message.language,
                recipient_name=message.recipient_name,
                address_lines=list(message.address_lines),
                mail_address=message.mail_address,
                subject=message.subject,
                body=message.body,
                digest=message.digest(),
                queued_at=at,
                due_at=due_at,
            )
    except IntegrityError:
        return OutboxEntry.objects.get(key=key), False
    OutboxAttachment.objects.bulk_create(
        OutboxAttachment(
            entry=entry,
            position=position,
            file_name=attachment.file_name,
            media_type=attachment.media_type,
            content=attachment.content,
        )
        for position, attachment in enumerate(message.attachments)
    )
    return entry, True


def entry_keyed(key: str) -> OutboxEntry:
    """The entry of that key. Raises UnknownRecord."""
    try:
        return OutboxEntry.objects.get(key=key)
    except OutboxEntry.DoesNotExist:
        raise UnknownRecord("outbox: there is no message of that key") from None


@one_transaction
def retry(entry: OutboxEntry, officer: Officer, at: datetime) -> None:
    """Try a message again that was given up. Raises: StepRefused when it was not, NotAuthorised."""
    require(officer, Role.FILE, Role.SUPERVISE)
    _move(entry, (EntryState.DEAD,), state=EntryState.WAITING, due_at=max(at, entry.queued_at), attempts=0)
    record(at, officer.username, "message.retried", entry.case_reference or ACTOR, {"kind": entry.kind})


@one_transaction
def drop(entry: OutboxEntry, officer: Officer, at: datetime, reason: str) -> None:
    """Take a message out that has not left, and erase what it says.

    Raises: Incomplete without a reason, StepRefused when it left or is being sent, NotAuthorised.
    """
    require(officer, Role.FILE, Role.SUPERVISE)
    if not reason.strip():
        raise Incomplete("outbox: a reason is wanted to drop a message")
    _move(entry, (EntryState.WAITING, EntryState.DEAD), state=EntryState.DROPPED, ended_at=at, **EMPTY)
    entry.attachments.all().delete()
    details = {"kind": entry.kind, "reason": reason.strip()[:200]}
    record(at, officer.username, "message.dropped", entry.case_reference or ACTOR, details)


@one_transaction
def withdraw(key: str, at: datetime) -> bool:
    """Take a message out because what it tells of no longer holds; whether it was still there to be taken."""
    entry = OutboxEntry.objects.filter(key=key, state__in=(EntryState.WAITING, EntryState.DEAD)).first()
    if entry is None:
        return False
    try:
        _move(entry, (EntryState.WAITING, EntryState.DEAD), state=EntryState.DROPPED, ended_at=at, **EMPTY)
    except StepRefused:  # a worker took it in this moment
        return False
    entry.attachments.all().delete()
    record(at, ACTOR, "message.withdrawn", entry.case_reference or ACTOR, {"kind": entry.kind})
    return True


def _move(entry: OutboxEntry, start: tuple[EntryState, ...], **values: object) -> None:
    """One change of state, refused when someone else made one first."""
    moved = OutboxEntry.objects.filter(pk=entry.pk, version=entry.version, state__in=start).update(
        version=entry.version + 1, **values
    )
    if not moved:
        current = OutboxEntry.objects.get(pk=entry.pk).state
        ended = " and erased" if current in EMPTIED else ""
        raise StepRefused(f"outbox: the message is {current}{ended}")
    entry.refresh_from_db()
