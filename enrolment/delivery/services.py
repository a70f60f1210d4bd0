"""Gives cards to their holders and follows them afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.audit.services import record
from enrolment.cases.models import Case, Person
from enrolment.cases.steps import Action
from enrolment.cases.walking import take_step
from enrolment.delivery.models import Card, CardEvent, CardState, HandOver
from enrolment.errors import Incomplete, Refused, StepRefused, Taken
from enrolment.production.models import Job, JobState
from enrolment.production.services import activate
from enrolment.transactions import one_transaction

# What may happen to a card, from where.
NEXT_STATES: Mapping[CardState, frozenset[CardState]] = {
    CardState.READY: frozenset({CardState.ACTIVE, CardState.WITHDRAWN, CardState.DESTROYED}),
    CardState.ACTIVE: frozenset(
        {CardState.LOST, CardState.STOLEN, CardState.WITHDRAWN, CardState.EXPIRED, CardState.RETURNED}
    ),
    CardState.LOST: frozenset({CardState.RETURNED, CardState.WITHDRAWN}),
    CardState.STOLEN: frozenset({CardState.RETURNED, CardState.WITHDRAWN}),
    CardState.WITHDRAWN: frozenset({CardState.RETURNED, CardState.DESTROYED}),
    CardState.EXPIRED: frozenset({CardState.RETURNED, CardState.DESTROYED}),
    CardState.RETURNED: frozenset({CardState.DESTROYED}),
    CardState.DESTROYED: frozenset(),
}


class NotTheHolder(Refused):
    """The person at the desk is not shown to be the holder of the card."""

    code = "NOT_HOLDER"


@dataclass(frozen=True, slots=True)
class Identification:
    """How the holder was known: the kind of document shown, and the 1:1 comparison where one was made."""

    identity_document: str
    match_score: int | None = None
    match_threshold: int | None = None
    old_card_returned: bool = False
    data_shown: bool = False


@one_transaction
def register_card(job: Job, officer: Officer, at: datetime) -> Card:
    """Enter the finished card of `job` as an object of its own; `at` is the issue of this physical card.

    Raises: StepRefused when the job has no finished card, or its card is registered already.
    """
    require(officer, Role.PRODUCE, Role.DELIVER, site=job.case.site)
    if job.state != JobState.DONE or job.personalised_at is None:
        raise StepRefused(f"case {job.case.number}: job {job.attempt} has no finished card")
    if Card.objects.filter(job=job).exists():
        raise StepRefused(f"case {job.case.number}: its card is registered already")
    card = Card.objects.create(
        job=job,
        case=job.case,
        person=job.case.person,
        document_number=job.document_number.number,
        printed_issue_date=job.printed_issue_date,
        personalised_at=job.personalised_at,
        issued_at=at,
        expiry_date=job.expiry_date,
    )
    CardEvent.objects.create(card=card, end=CardState.READY, at=at, officer=officer)
    record(at, officer.username, "card.registered", job.case.number, {"attempt": job.attempt})
    return card


@one_transaction
def hand_over(card: Card, identification: Identification, officer: Officer, at: datetime) -> HandOver:
    """Give the card to its holder; an old card of the same product that was brought back ends with this (R62).

    Raises: NotTheHolder (the comparison stays under its threshold), Incomplete (no identity document was shown),
    StepRefused, NotAuthorised.
    """
    if not identification.identity_document.strip():
        raise Incomplete(f"case {card.case.number}: the holder shows an identity document")
    if identification.match_score is not None and identification.match_score < (identification.match_threshold or 0):
        raise NotTheHolder(f"case {card.case.number}: the print does not match the one on the card")
    if identification.match_score is not None and identification.match_threshold is None:
        raise Incomplete(f"case {card.case.number}: a comparison names its threshold")
    take_step(card.case, Action.HAND_OVER, officer, at, details={"compared": identification.match_score is not None})
    activate(card.job, officer, at)
    _move(card, CardState.ACTIVE, officer, at, "")
    if identification.old_card_returned:
        _take_back(card, officer, at)
    return HandOver.objects.create(
        card=card,
        at=at,
        officer=officer,
        identity_document=identification.identity_document,
        match_score=identification.match_score,
        match_threshold=identification.match_threshold,
        old_card_returned=identification.old_card_returned,
        data_shown=identification.data_shown,
    )


def _take_back(card: Card, officer: Officer, at: datetime) -> None:
    """The person's older cards of the same product, handed in for the new one."""
    older = card.person.cards.filter(case__product=card.case.product, state__in=[CardState.ACTIVE, CardState.EXPIRED])
    for old in older.exclude(pk=card.pk):
        _move(old, CardState.RETURNED, officer, at, "handed in for a new card")
        record(at, officer.username, "card.returned", old.case.number)


@one_transaction
def close_case(case: Case, officer: Officer, at: datetime) -> Case:
    """Close a case whose card was handed over and whose biometrics are erased. Raises Incomplete before that."""
    if not hasattr(case, "erasure"):
        raise Incomplete(f"case {case.number}: its biometrics are not erased yet")
    return take_step(case, Action.CLOSE, officer, at)


@one_transaction
def note_event(card: Card, state: CardState, officer: Officer, at: datetime, reason: str) -> Card:
    """Lost, stolen, withdrawn, expired, returned or destroyed, with a reason. Raises StepRefused, NotAuthorised."""
    require(officer, Role.DELIVER, Role.SUPERVISE, site=card.case.site)
    if state is CardState.ACTIVE:
        raise StepRefused(f"case {card.case.number}: a card becomes active by being handed over")
    if not reason.strip():
        raise Incomplete(f"case {card.case.number}: what happens to a card needs its reason")
    _move(card, state, officer, at, reason)
    record(at, officer.username, f"card.{state.value}", card.case.number)
    return card


@one_transaction
def withdraw_all(person: Person, officer: Officer, at: datetime, reason: str) -> list[Card]:
    """R52: a removal decision withdraws every live document of the person, in one event."""
    live = list(person.cards.filter(state__in=[CardState.READY, CardState.ACTIVE, CardState.LOST, CardState.STOLEN]))
    return [note_event(card, CardState.WITHDRAWN, officer, at, reason) for card in live]


def _move(card: Card, end: CardState, officer: Officer, at: datetime, reason: str) -> None:
    start = CardState(card.state)
    if end not in NEXT_STATES[start]:
        raise StepRefused(f"case {card.case.number}: a card that is {start.value} cannot become {end.value}")
    if not Card.objects.filter(pk=card.pk, state=start).update(state=end):
        raise Taken(f"case {card.case.number}: its card was moved by someone else")
    CardEvent.objects.create(card=card, start=start, end=end, at=at, officer=officer, reason=reason)
    card.refresh_from_db()
