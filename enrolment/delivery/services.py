"""Gives cards to their holders and moves them through their life."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.appointments.models import Booking, BookingState, Purpose
from enrolment.audit.chain import Details
from enrolment.audit.services import record
from enrolment.capture.models import CaseKey
from enrolment.cases.duplicates import records_of
from enrolment.cases.models import Case, Person
from enrolment.cases.payments import refuse_unpaid
from enrolment.cases.records import facts_of_case
from enrolment.cases.steps import STEPS, Action
from enrolment.cases.walking import take_step
from enrolment.delivery.models import Card, CardEvent, CardState, HandOver, HotGround, HotListEntry, NoComparison
from enrolment.errors import Incomplete, NotAuthorised, Refused, StepRefused, Taken
from enrolment.production.models import BlankState, Job, JobState
from enrolment.production.services import activate, destroy_blank, give_up, spoil
from enrolment.rules.engine import explain
from enrolment.rules.events import Appearance, Collection
from enrolment.rules.facts import Reason
from enrolment.rules.findings import Stops
from enrolment.rules.read_book import rule_book
from enrolment.transactions import one_transaction

# What may happen to a card, from where.
NEXT_STATES: Mapping[CardState, frozenset[CardState]] = {
    CardState.READY: frozenset({CardState.ACTIVE, CardState.WITHDRAWN, CardState.SPOILED}),
    CardState.ACTIVE: frozenset(
        {CardState.LOST, CardState.STOLEN, CardState.WITHDRAWN, CardState.EXPIRED, CardState.RETURNED}
    ),
    CardState.LOST: frozenset({CardState.RETURNED, CardState.WITHDRAWN}),
    CardState.STOLEN: frozenset({CardState.RETURNED, CardState.WITHDRAWN}),
    CardState.WITHDRAWN: frozenset({CardState.RETURNED, CardState.DESTROYED}),
    CardState.EXPIRED: frozenset({CardState.RETURNED, CardState.DESTROYED}),
    CardState.RETURNED: frozenset({CardState.DESTROYED}),
    CardState.SPOILED: frozenset({CardState.DESTROYED}),
    CardState.DESTROYED: frozenset(),
}
# A card in one of these is not to be honoured: it is on the hot list from that moment.
HOT_GROUNDS: Mapping[CardState, HotGround] = {
    CardState.LOST: HotGround.LOST,
    CardState.STOLEN: HotGround.STOLEN,
    CardState.WITHDRAWN: HotGround.WITHDRAWN,
}
LIVE = (CardState.READY, CardState.ACTIVE, CardState.LOST, CardState.STOLEN)
# Rules that ask the person to appear with the passport of the case.
APPEARANCE_RULES = frozenset({"R25", "R30", "R42"})
CARD_PRINTS = "EF.DG3"
MADE_BLANKS = (BlankState.PACKED, BlankState.SHIPPED, BlankState.AT_SITE)


class NotTheHolder(Refused):
    """The person at the desk is not shown to be the holder of the card."""

    code = "NOT_HOLDER"


@dataclass(frozen=True, slots=True)
class Identification:
    """How the holder was known: the kind of document shown, and the 1:1 comparison where one was made.

    `not_compared` is why no comparison was made although prints are on the card. `passport_matches` is whether the
    passport, read again, is that of the case (`is_passport_of`); `passport_expires_on` its last day where it is a
    newer one.
    """

    identity_document: str
    match_score: int | None = None
    match_threshold: int | None = None
    not_compared: NoComparison | None = None
    old_card_returned: bool = False
    data_shown: bool = False
    passport_matches: bool | None = None
    passport_expires_on: date | None = None

    @property
    def is_holder(self) -> bool | None:
        """What the comparison of prints says; None where none was made."""
        if self.match_score is None or self.match_threshold is None:
            return None
        return self.match_score >= self.match_threshold


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
    try:
        with transaction.atomic():
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
    except IntegrityError:
        raise Taken(f"case {job.case.number} has a live card already") from None
    CardEvent.objects.create(card=card, end=CardState.READY, at=at, officer=officer)
    record(at, officer.username, "card.registered", job.case.number, {"attempt": job.attempt})
    return card


@one_transaction
def hand_over(card: Card, identification: Identification, officer: Officer, at: datetime) -> HandOver:
    """Give the card to its holder; an old card of the same product that was brought back ends with this (R62).

    Raises: NotTheHolder (the comparison stays under its threshold, another passport), Incomplete (no identity document;
    a passport that the rules ask for and nobody looked at; prints on the card neither compared nor said why not; a fee
    that is only claimed), RuleBroken (what the rules ask of a hand-over: the fee, a valid passport, an appointment),
    StepRefused (also while the card that is replaced still counts), NotAuthorised.
    """
    require(officer, *STEPS[Action.HAND_OVER].roles, site=card.case.site)
    _refuse_unknown(card, identification)
    refuse_unpaid(card.case)
    _refuse_by_rule(card.case, identification, localdate(at))
    _refuse_two_live(card)
    why_not = identification.not_compared.value if identification.not_compared else ""
    details: Details = {"compared": identification.match_score is not None, "not_compared": why_not}
    take_step(card.case, Action.HAND_OVER, officer, at, details=details)
    activate(card.job, officer, at)
    move_card(card, CardState.ACTIVE, officer, at, "")
    if identification.old_card_returned:
        _take_back(card, officer, at)
    return HandOver.objects.create(
        card=card,
        at=at,
        officer=officer,
        identity_document=identification.identity_document,
        match_score=identification.match_score,
        match_threshold=identification.match_threshold,
        not_compared=why_not,
        passport_matches=identification.passport_matches,
        old_card_returned=identification.old_card_returned,
        data_shown=identification.data_shown,
    )


def is_passport_of(case: Case, number: str, issuing_state: str) -> bool:
    """Whether the passport that was read again at the hand-over is that of the case."""
    return (case.passport.number, case.passport.issuing_state) == (number, issuing_state)


def _refuse_unknown(card: Card, shown: Identification) -> None:
    """The person is the holder."""
    case = card.case
    if not shown.identity_document.strip():
        raise Incomplete(f"case {case.number}: the holder shows an identity document")
    if shown.match_score is not None and shown.match_threshold is None:
        raise Incomplete(f"case {case.number}: a comparison names its threshold")
    if shown.is_holder is False:
        raise NotTheHolder(f"case {case.number}: the print does not match the one on the card")
    if shown.passport_matches is False:
        raise NotTheHolder(f"case {case.number}: the passport is not the one of the case")
    if shown.passport_matches is None and APPEARANCE_RULES.intersection(rule_book().product(case.product).rules):
        raise Incomplete(f"case {case.number}: read the passport again: is it that of the case?")
    if shown.not_compared is not None and shown.match_score is not None:
        raise Incomplete(f"case {case.number}: a comparison was made: there is no reason why not")
    if CARD_PRINTS in card.job.planned_digests and shown.match_score is None and shown.not_compared is None:
        raise Incomplete(f"case {case.number}: compare a print with the card's, or say why that is not done")


def _refuse_by_rule(case: Case, shown: Identification, today: date) -> None:
    """What the rules ask of a hand-over: R25, R30, R42 of the passport, R60 of the person, R63 of the appointment."""
    visits = Booking.objects.filter(case=case, purpose=Purpose.COLLECTION, state=BookingState.KEPT)
    came = any(localdate(visit.starts_at) == today for visit in visits)
    facts = facts_of_case(case)
    events = replace(
        facts.events,
        appearance=Appearance(today, shown.passport_expires_on, shown.passport_matches),
        collection=Collection(today, in_person=True, by_appointment=came, is_holder=shown.is_holder),
    )
    explain(replace(facts, events=events), rule_book(), today).refuse(f"case {case.number}: hand-over", Stops.DELIVERY)


def _refuse_two_live(card: Card) -> None:
    """A replacement takes the place of a card that no longer counts: reported, handed in or withdrawn before (R51)."""
    case = card.case
    if case.reason != Reason.REPLACEMENT.value:
        return
    try:
        number = case.previous.number
    except ObjectDoesNotExist:
        return
    if number and Card.objects.filter(document_number=number, state=CardState.ACTIVE).exists():
        raise StepRefused(f"case {case.number}: the card that it replaces still counts: report it, or take it back")


def _take_back(card: Card, officer: Officer, at: datetime) -> None:
    """The person's older cards of the same product, handed in for the new one."""
    older = Card.objects.filter(
        person__in=records_of(card.person),
        case__product=card.case.product,
        state__in=[CardState.ACTIVE, CardState.EXPIRED],
    )
    for old in older.exclude(pk=card.pk):
        move_card(old, CardState.RETURNED, officer, at, "handed in for a new card")
        record(at, officer.username, "card.returned", old.case.number)


@one_transaction
def close_case(case: Case, officer: Officer, at: datetime) -> Case:
    """Close a case whose card or paper was handed over. Raises Incomplete while its biometrics are not erased."""
    if CaseKey.objects.filter(case=case).exists():
        raise Incomplete(f"case {case.number}: its biometrics are not erased yet")
    return take_step(case, Action.CLOSE, officer, at)


@one_transaction
def note_event(card: Card, state: CardState, officer: Officer, at: datetime, reason: str) -> Card:
    """Lost, stolen, withdrawn, expired or returned, with a reason; who presses twice notes it once.

    Raises: StepRefused (also for what has a service of its own: hand-over, spoiling, destruction), Incomplete,
    NotAuthorised.
    """
    require(officer, Role.DELIVER, Role.SUPERVISE, Role.DECIDE, site=card.case.site)
    if state in (CardState.READY, CardState.ACTIVE, CardState.SPOILED, CardState.DESTROYED):
        raise StepRefused(f"case {card.case.number}: a card does not become {state.value} by a note")
    if not reason.strip():
        raise Incomplete(f"case {card.case.number}: what happens to a card needs its reason")
    card.refresh_from_db()
    if card.state == state:
        return card
    move_card(card, state, officer, at, reason)
    record(at, officer.username, f"card.{state.value}", card.case.number)
    return card


@one_transaction
def spoil_card(card: Card, reason: str, officer: Officer, at: datetime) -> Card:
    """A finished card was damaged, or lost on its way, before its holder had it: another is made on a new blank.

    Raises: StepRefused when it is in a hand already, Incomplete without a reason, NotAuthorised.
    """
    move_card(card, CardState.SPOILED, officer, at, reason)
    spoil(card.job, reason, officer, at)
    record(at, officer.username, "card.spoiled", card.case.number)
    return card


@one_transaction
def destroy_card(card: Card, officer: Officer, witness: Officer, at: datetime) -> Card:
    """A card that came back, or was spoiled, is destroyed before two people, in the ledger of blanks too.

    Raises: StepRefused (it is in a hand, or was destroyed), NotAuthorised (one person).
    """
    if officer == witness:
        raise NotAuthorised("a card is destroyed before two people")
    move_card(card, CardState.DESTROYED, officer, at, f"destroyed before {witness.username}")
    if card.job.blank.state in MADE_BLANKS:
        give_up(card.job, "withdrawn before it was handed over", officer, at)
    destroy_blank(card.job.blank, officer, witness, at)
    record(at, officer.username, "card.destroyed", card.case.number, {"witness": witness.username})
    return card


@one_transaction
def withdraw_all(person: Person, officer: Officer, at: datetime, reason: str) -> list[Card]:
    """Withdraw every live card of the person, under whichever of the person's records it was made (R52)."""
    live = Card.objects.filter(person__in=records_of(person), state__in=LIVE).order_by("id")
    return [note_event(card, CardState.WITHDRAWN, officer, at, reason) for card in live]


def move_card(card: Card, end: CardState, officer: Officer, at: datetime, reason: str) -> None:
    """One move in a card's life, on the hot list in the same moment where it no longer counts. Only services call it.

    Raises: StepRefused, Taken.
    """
    start = CardState(card.state)
    if end not in NEXT_STATES[start]:
        raise StepRefused(f"case {card.case.number}: a card that is {start.value} cannot become {end.value}")
    if not Card.objects.filter(pk=card.pk, state=start).update(state=end):
        raise Taken(f"case {card.case.number}: its card was moved by someone else")
    CardEvent.objects.create(card=card, start=start, end=end, at=at, officer=officer, reason=reason)
    if end in HOT_GROUNDS:
        HotListEntry.objects.get_or_create(
            document_kind=card.case.product,
            document_number=card.document_number,
            defaults={"card": card, "ground": HOT_GROUNDS[end], "entered_at": at, "entered_by": officer},
        )
    card.refresh_from_db()
