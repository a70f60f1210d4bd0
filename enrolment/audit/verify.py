"""Reads the journal as an auditor does: an edit, a gap, a swap and a cut end are each found and named."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from enrolment.audit.chain import GENESIS, Sealer, checkpoint_message, entry_hash
from enrolment.audit.models import Checkpoint, Entry


@dataclass(frozen=True, slots=True)
class Mark:
    """One checkpoint, from the database or from a witness file."""

    where: str
    sequence: int
    entry_hash: str
    at: datetime
    key_id: str
    signature: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What the auditor found. `unwitnessed`: entries after the last checkpoint, whose loss nobody would see."""

    entries: int
    problems: tuple[str, ...]
    unwitnessed: int

    @property
    def ok(self) -> bool:
        """Whether the journal is whole."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """As `station audit verify --json` gives it."""
        return {
            "entries": self.entries,
            "ok": self.ok,
            "problems": list(self.problems),
            "unwitnessed": self.unwitnessed,
        }


def verify_journal(witness: Path | None = None, sealer: Sealer | None = None) -> Verification:
    """Walk the whole chain and hold every checkpoint against it.

    With `sealer` the signatures of its own checkpoints are checked too, and an unsigned or foreign one is a problem.
    """
    problems: list[str] = []
    marks = list(_marks(witness, problems))
    wanted = {mark.sequence for mark in marks}
    seen: dict[int, str] = {}
    count, last_sequence, previous = 0, 0, GENESIS
    for entry in Entry.objects.order_by("sequence").iterator():
        count += 1
        problems += _problems_of(entry, last_sequence, previous)
        last_sequence, previous = entry.sequence, entry.hash
        if entry.sequence in wanted:
            seen[entry.sequence] = entry.hash
    for mark in marks:
        problems += _problems_of_mark(mark, seen, last_sequence, sealer)
    witnessed = max((mark.sequence for mark in marks), default=0)
    return Verification(count, tuple(problems), max(0, last_sequence - witnessed))


def _problems_of(entry: Entry, last_sequence: int, previous: str) -> Iterator[str]:
    if entry.sequence != last_sequence + 1:
        yield f"gap: entry {entry.sequence} follows entry {last_sequence}"
    elif entry.previous_hash != previous:
        yield f"broken chain: entry {entry.sequence} does not follow the entry before it"
    digest = entry_hash(
        entry.sequence, entry.at, entry.actor, entry.action, entry.subject, entry.details, entry.previous_hash
    )
    if digest != entry.hash:
        yield f"edited: entry {entry.sequence} is not what was written"


def _problems_of_mark(mark: Mark, seen: Mapping[int, str], last_sequence: int, sealer: Sealer | None) -> Iterator[str]:
    if mark.sequence > last_sequence:
        yield f"truncated: {mark.where} names entry {mark.sequence}, the journal ends at {last_sequence}"
    elif seen.get(mark.sequence) != mark.entry_hash:
        yield f"rewritten: entry {mark.sequence} is not the one that {mark.where} names"
    if sealer is None:
        return
    message = checkpoint_message(mark.sequence, mark.entry_hash, mark.at)
    if mark.key_id != sealer.key_id:
        yield f"foreign: {mark.where} is not signed with the journal's key"
    elif not sealer.is_genuine(message, bytes.fromhex(mark.signature)):
        yield f"forged: the signature of {mark.where} does not hold"


def _marks(witness: Path | None, problems: list[str]) -> Iterator[Mark]:
    for row in Checkpoint.objects.order_by("id").iterator():
        where = f"checkpoint {row.pk} of the database"
        yield Mark(where, row.sequence, row.entry_hash, row.at, row.key_id, row.signature)
    if witness is None or not witness.is_file():
        return
    for number, line in enumerate(witness.read_text("utf-8").splitlines(), start=1):
        where = f"line {number} of the witness"
        try:
            fields = json.loads(line)
            at = datetime.fromisoformat(fields["at"])
            signature = bytes.fromhex(fields["signature"]).hex()
            yield Mark(where, int(fields["sequence"]), str(fields["entry_hash"]), at, str(fields["key_id"]), signature)
        except (ValueError, KeyError, TypeError):
            problems.append(f"unreadable: {where}")
