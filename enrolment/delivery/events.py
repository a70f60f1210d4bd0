"""What happens to documents after their hand-over: loss, theft, departure, removal, expiry."""

from datetime import date, datetime

from django.utils.timezone import localdate

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.audit.services import record
from enrolment.cases.duplicates import records_of
from enrolment.cases.letters import order_letter
from enrolment.cases.models import Case, EndGround, LetterKind, Person, PersonEvent, PersonEventKind, Receipt
from enrolment.cases.status import end_status, live_statuses
from enrolment.cases.steps import ENDED, Action, State
from enrolment.cases.walking import take_step
from enrolment.delivery.models import Card, CardReport, CardState, HotGround, HotListEntry, ReportKind
from enrolment.delivery.services import move_card, note_event, withdraw_all
from enrolment.errors import Incomplete, StepRefused
from enrolment.production.models import JobState
from enrolment.production.services import give_up
from enrolment.transactions import one_transaction

STATE_OF = {ReportKind.LOSS: CardState.LOST, ReportKind.THEFT: CardState.STOLEN}


@one_transaction
def report_card(
    card: Card,
    kind: ReportKind,
    officer: Officer,
    at: datetime,
    *,
    occurred_on: date | None = None,
    police_reference: str = "",
) -> CardReport:
    """Enter the declaration that a card was lost or stolen: from this moment it is on the hot list.

    The police's declaration may follow (`add_police_reference`): whether a replacement waits for it is a rule (R51).
    Reported before, it changes nothing. Raises: StepRefused (not in a hand, or a day to come), NotAuthorised.
    """
    if occurred_on is not None and occurred_on > localdate(at):
        raise StepRefused(f"case {card.case.number}: a card is not lost on a day to come")
    known = CardReport.objects.filter(card=card).first()
    if known is not None:
        return known
    note_event(card, STATE_OF[kind], officer, at, f"declared: {kind.value}")
    return CardReport.objects.create(
        card=card,
        kind=kind,
        occurred_on=occurred_on,
        reported_at=at,
        police_reference=police_reference,
        officer=officer,
    )


@one_transaction
def add_police_reference(report: CardReport, reference: str, officer: Officer, at: datetime) -> CardReport:
    """The police's declaration came. Raises: Incomplete, StepRefused when another is entered, NotAuthorised."""
    require(officer, Role.FILE, Role.DELIVER, Role.SUPERVISE, site=report.card.case.site)
    if not reference.strip():
        raise Incomplete(f"case {report.card.case.number}: a declaration to the police has its reference")
    report.refresh_from_db()
    if report.police_reference not in ("", reference):
        raise StepRefused(f"case {report.card.case.number}: another declaration to the police is entered")
    report.police_reference = reference
    report.save(update_fields=["police_reference"])
    record(at, officer.username, "card.police_report", report.card.case.number)
    return report


@one_transaction
def list_document(
    document_kind: str, document_number: str, ground: HotGround, officer: Officer, at: datetime
) -> HotListEntry:
    """Put a document on the hot list that this office did not make: an older paper or card. Listed once.

    Raises: Incomplete without a number, StepRefused for a card of this office (report it), NotAuthorised.
    """
    require(officer, Role.DELIVER, Role.SUPERVISE, Role.DECIDE)
    if not document_number.strip():
        raise Incomplete("a document is listed by its number")
    if Card.objects.filter(document_number=document_number).exists():
        raise StepRefused("that card was made here: report it, or withdraw it")
    entry, is_new = HotListEntry.objects.get_or_create(
        document_kind=document_kind,
        document_number=document_number,
        defaults={"ground": ground, "entered_at": at, "entered_by": officer},
    )
    if is_new:
        record(at, officer.username, "hotlist.entered", f"entry {entry.pk}", {"ground": ground.value})
    return entry


def is_hot(document_number: str) -> bool:
    """Whether a document of that number is not to be honoured."""
    return HotListEntry.objects.filter(document_number=document_number).exists()


@one_transaction
def remove(person: Person, reference: str, decided_on: date, officer: Officer, at: datetime) -> list[Card]:
    """A removal decision withdraws everything in one event (art. 28, R52), and gives the cards that are to be returned.

    Cards, receipts that count, cases under way, jobs on the line and statuses, under every record of the person. The
    letter that says so is due the same day.
    Entered again under the same `reference` it changes nothing. Raises: Incomplete, NotAuthorised.
    """
    require(officer, Role.DECIDE)
    if not _enter(person, PersonEventKind.REMOVAL, reference, decided_on, officer, at):
        return _to_return(person)
    reason = "removal decision"
    records = records_of(person)
    over = [*ENDED, State.HANDED_OVER]
    for case in Case.objects.filter(person__in=records).exclude(state__in=over).order_by("id"):
        stop_case(case, Action.REVOKE, reason, officer, at)
    withdrawn = withdraw_all(person, officer, at, reason)
    Receipt.objects.filter(case__person__in=records, withdrawn_at__isnull=True).update(withdrawn_at=at)
    for status in live_statuses(person):
        end_status(status, EndGround.REMOVAL, max(decided_on, status.since), reason, officer, at)
    _order_notice(person, withdrawn, reference, decided_on, officer, at)
    return _to_return(person)


def _order_notice(
    person: Person, withdrawn: list[Card], reference: str, decided_on: date, officer: Officer, at: datetime
) -> None:
    """The letter that tells the person what was withdrawn and goes back to the minister; about the latest case."""
    latest = Case.objects.filter(person__in=records_of(person)).order_by("-id").first()
    order_letter(
        LetterKind.WITHDRAWAL,
        f"person {person.pk}, {reference}",
        person,
        localdate(at),
        at,
        case=latest,
        rule="R52",
        officer=officer,
        content={
            "decided_on": decided_on.isoformat(),
            "documents": [{"product": card.case.product, "number": card.document_number} for card in withdrawn],
        },
    )


@one_transaction
def stop_case(case: Case, action: Action, reason: str, officer: Officer, at: datetime) -> Case:
    """End a case under way, revoked by decision or abandoned since nobody pursues it, with whatever was made of it.

    A card that waits for its holder is withdrawn, its blank and one on the line are spoiled.
    Raises: StepRefused (handed over already, or another action), Incomplete without a reason, NotAuthorised.
    """
    if action not in (Action.REVOKE, Action.ABANDON):
        raise StepRefused(f"case {case.number}: {action.value} does not stop a case")
    take_step(case, action, officer, at, reason=reason)
    for card in case.cards.filter(state=CardState.READY):
        move_card(card, CardState.WITHDRAWN, officer, at, reason)
        record(at, officer.username, "card.withdrawn", case.number, {"ground": action.value})
    for job in case.jobs.exclude(state=JobState.SPOILED):
        give_up(job, reason, officer, at)
    return case


def _to_return(person: Person) -> list[Card]:
    withdrawn = Card.objects.filter(person__in=records_of(person), state=CardState.WITHDRAWN)
    return list(withdrawn.order_by("id"))


@one_transaction
def depart(person: Person, reference: str, left_on: date, officer: Officer, at: datetime) -> list[Card]:
    """The person leaves the country (art. 26, R50): documents lose validity, and are handed to the commune.

    Gives the cards that the commune takes and forwards (`cases.custody`, as returned documents). The person's status
    stays: whether an absence ends it is another decision. Raises: Incomplete, NotAuthorised.
    """
    require(officer, Role.FILE, Role.DELIVER, Role.DECIDE)
    if _enter(person, PersonEventKind.DEPARTURE, reference, left_on, officer, at):
        for card in Card.objects.filter(person__in=records_of(person), state=CardState.ACTIVE).order_by("id"):
            move_card(card, CardState.WITHDRAWN, officer, at, "departure")
            record(at, officer.username, "card.withdrawn", card.case.number, {"ground": "departure"})
    return _to_return(person)


def _enter(
    person: Person, kind: PersonEventKind, reference: str, occurred_on: date, officer: Officer, at: datetime
) -> bool:
    """Enter an event of the person once; whether it is new."""
    if not reference.strip():
        raise Incomplete("what concerns all documents of a person has its reference")
    if PersonEvent.objects.filter(person__in=records_of(person), kind=kind, reference=reference).exists():
        return False
    event = PersonEvent.objects.create(
        person=person, kind=kind, reference=reference, occurred_on=occurred_on, entered_at=at, entered_by=officer
    )
    record(at, officer.username, f"person.{kind.value}", f"event {event.pk}")
    return True


@one_transaction
def expire_cards(officer: Officer, at: datetime) -> list[Card]:
    """Note every card in a hand whose last day is over. The right of its holder is another object, and stays (R38)."""
    over = list(Card.objects.filter(state=CardState.ACTIVE, expiry_date__lt=localdate(at)).order_by("id"))
    for card in over:
        move_card(card, CardState.EXPIRED, officer, at, "past its last day")
        record(at, officer.username, "card.expired", card.case.number)
    return over
