"""Writes the journal, closes it with checkpoints, exports it."""

import json
import os
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from enrolment.audit.chain import GENESIS, Details, Sealer, checkpoint_message, entry_hash, moment
from enrolment.audit.models import Checkpoint, Entry
from enrolment.errors import JournalError

WITNESS_FILE = "journal.witness.jsonl"
JOURNAL_LOCK = int.from_bytes(b"journal", "big")  # the name of an advisory lock of PostgreSQL


@transaction.atomic
def record(at: datetime, actor: str, action: str, subject: str, details: Details | None = None) -> Entry:
    """Add one entry, in the same transaction as what it tells of.

    `details` holds codes and counts only. Raises: JournalError for a moment without a time zone, or details that
    cannot be written in one canonical form.
    """
    if at.tzinfo is None:
        raise JournalError("a journal entry needs a moment with its time zone")
    details = dict(details or {})
    for name, value in details.items():
        if not isinstance(value, str | int | bool | None):
            raise JournalError(f"journal detail {name}: a text, a whole number, true or false is wanted")
    _hold_the_end()
    last = Entry.objects.order_by("-sequence").first()
    sequence, previous = (last.sequence + 1, last.hash) if last else (1, GENESIS)
    digest = entry_hash(sequence, at, actor, action, subject, details, previous)
    return Entry.objects.create(
        sequence=sequence,
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        details=details,
        previous_hash=previous,
        hash=digest,
    )


def _hold_the_end() -> None:
    """Until this transaction ends nobody else adds an entry, so that each one hashes the one before.

    SQLite's transaction is the only writer from its beginning. A row lock on the last entry would not do on PostgreSQL:
    who waited for it would still see that entry as the last.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [JOURNAL_LOCK])


@transaction.atomic
def write_checkpoint(at: datetime, witness: Path | None, sealer: Sealer | None = None) -> Checkpoint:
    """Write down how long the chain is, in the database and at the end of the `witness` file (JSON Lines).

    The witness file is worth most on another machine. Raises: JournalError when the journal is empty or the file
    cannot be written.
    """
    last = Entry.objects.order_by("-sequence").first()
    if last is None:
        raise JournalError("the journal is empty: there is nothing to witness")
    message = checkpoint_message(last.sequence, last.hash, at)
    checkpoint = Checkpoint.objects.create(
        sequence=last.sequence,
        entry_hash=last.hash,
        at=at,
        key_id=sealer.key_id if sealer else "",
        signature=sealer.sign(message).hex() if sealer else "",
    )
    if witness is not None:
        _append(witness, checkpoint)
    return checkpoint


def _append(witness: Path, checkpoint: Checkpoint) -> None:
    line = {
        "sequence": checkpoint.sequence,
        "entry_hash": checkpoint.entry_hash,
        "at": moment(checkpoint.at),
        "key_id": checkpoint.key_id,
        "signature": checkpoint.signature,
    }
    try:
        with witness.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise JournalError(f"{witness}: the witness cannot be written: {error.strerror}") from None


def export_journal(path: Path) -> int:
    """Write every entry to `path` as JSON Lines, in order, and give their number. Raises: JournalError."""
    count = 0
    try:
        with path.open("w", encoding="utf-8") as file:
            for entry in Entry.objects.order_by("sequence").iterator():
                file.write(json.dumps(entry_as_json(entry), ensure_ascii=False) + "\n")
                count += 1
    except OSError as error:
        raise JournalError(f"{path}: the journal cannot be written: {error.strerror}") from None
    return count


def entry_as_json(entry: Entry) -> dict[str, object]:
    """An entry with everything that its hash covers, so that the chain can be checked outside the office."""
    return {
        "sequence": entry.sequence,
        "at": moment(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "details": entry.details,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }
