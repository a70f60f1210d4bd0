"""Letters as rows from the day they are due: ordered once per occasion, written, sent, or no longer needed."""

from datetime import date, datetime
from typing import Any

from enrolment.accounts.models import Officer
from enrolment.audit.services import record
from enrolment.cases.models import Case, Letter, LetterKind, LetterState, Person
from enrolment.errors import Incomplete, StepRefused
from enrolment.transactions import one_transaction

NIGHT = "nightly work"


@one_transaction
def order_letter(
    kind: LetterKind,
    occasion: str,
    person: Person,
    due_on: date,
    at: datetime,
    *,
    case: Case | None = None,
    rule: str = "",
    officer: Officer | None = None,
    content: dict[str, Any] | None = None,
) -> Letter:
    """The letter of that occasion, ordered now unless it was before: (kind, occasion) names it for good.

    `occasion` tells this letter from any other of its kind: a case's number, a document with its expiry.
    """
    key = f"{kind.value}:{occasion}"
    letter, is_new = Letter.objects.get_or_create(
        occasion=key,
        defaults={
            "kind": kind,
            "person": person,
            "case": case,
            "rule": rule,
            "due_on": due_on,
            "content": content or {},
            "ordered_at": at,
            "officer": officer,
        },
    )
    if is_new:
        _note(letter, "letter.ordered", officer, at)
    return letter


@one_transaction
def note_written(letter: Letter, number: str, paper_sha256: str, officer: Officer | None, at: datetime) -> Letter:
    """The letter's paper exists, under its number. Written again before it is sent, the newer paper counts.

    Raises: StepRefused when it was sent or cancelled, Incomplete without the paper's number and digest.
    """
    letter.refresh_from_db()
    if letter.state not in (LetterState.DUE, LetterState.WRITTEN):
        raise StepRefused(f"{letter} is {letter.state}")
    if not number or not paper_sha256:
        raise Incomplete(f"{letter}: a written letter has its number and its paper")
    letter.state, letter.number, letter.paper_sha256 = LetterState.WRITTEN, number, paper_sha256
    letter.written_at = at
    letter.save(update_fields=["state", "number", "paper_sha256", "written_at"])
    _note(letter, "letter.written", officer, at)
    return letter


@one_transaction
def note_sent(letter: Letter, channel: str, officer: Officer | None, at: datetime) -> Letter:
    """The letter left the house by `channel` (post, mail, desk). Sent already, it changes nothing.

    Raises: StepRefused when it was not written, or was cancelled.
    """
    letter.refresh_from_db()
    if letter.state == LetterState.SENT:
        return letter
    if letter.state != LetterState.WRITTEN or not channel:
        raise StepRefused(f"{letter} is {letter.state}: a written letter is sent, by a channel")
    letter.state, letter.sent_at, letter.channel = LetterState.SENT, at, channel
    letter.save(update_fields=["state", "sent_at", "channel"])
    _note(letter, "letter.sent", officer, at)
    return letter


@one_transaction
def cancel_letter(letter: Letter, officer: Officer | None, at: datetime) -> Letter:
    """The letter is no longer needed. Raises StepRefused when it was sent."""
    letter.refresh_from_db()
    if letter.state == LetterState.SENT:
        raise StepRefused(f"{letter} was sent")
    if letter.state != LetterState.CANCELLED:
        letter.state = LetterState.CANCELLED
        letter.save(update_fields=["state"])
        _note(letter, "letter.cancelled", officer, at)
    return letter


def letters_due(on: date) -> list[Letter]:
    """Every letter that should have left by `on`, the oldest first."""
    waiting = Letter.objects.filter(due_on__lte=on, state__in=[LetterState.DUE, LetterState.WRITTEN])
    return list(waiting.select_related("case", "person"))


def _note(letter: Letter, action: str, officer: Officer | None, at: datetime) -> None:
    actor = officer.username if officer else NIGHT
    record(at, actor, action, letter.case.number if letter.case else str(letter), {"kind": letter.kind})
