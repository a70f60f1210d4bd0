"""Questions to and from other Member States about protection and its remark, each with its clock (R33-R37)."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.audit.services import record
from enrolment.cases.duplicates import records_of
from enrolment.cases.letters import order_letter
from enrolment.cases.models import (
    Case,
    ExchangeKind,
    ExchangeOutcome,
    LetterKind,
    MemberStateExchange,
    Person,
    ProtectionRecord,
)
from enrolment.cases.steps import Action, State
from enrolment.cases.walking import take_step
from enrolment.errors import Incomplete, StepRefused, Taken
from enrolment.rules.read_book import rule_book
from enrolment.transactions import one_transaction

RULES: Mapping[ExchangeKind, str] = {
    ExchangeKind.ASK_PROTECTION: "R33",
    ExchangeKind.ANSWER_PROTECTION: "R34",
    ExchangeKind.CHANGE_AFTER_TRANSFER: "R35",
    ExchangeKind.CHANGE_ON_REQUEST: "R36",
    ExchangeKind.ASK_CHANGE: "R37",
}
# The clocks of the rule book that bind us; what another State takes has none.
CLOCKS: Mapping[ExchangeKind, str] = {
    ExchangeKind.ANSWER_PROTECTION: "state_answer_months",
    ExchangeKind.CHANGE_AFTER_TRANSFER: "remark_after_transfer_months",
    ExchangeKind.CHANGE_ON_REQUEST: "remark_after_request_months",
}
LETTERS: Mapping[ExchangeKind, LetterKind] = {
    ExchangeKind.ASK_PROTECTION: LetterKind.STATE_REQUEST,
    ExchangeKind.ANSWER_PROTECTION: LetterKind.STATE_ANSWER,
    ExchangeKind.ASK_CHANGE: LetterKind.STATE_REMARK,
}
OUTCOMES: Mapping[ExchangeKind, frozenset[ExchangeOutcome]] = {
    ExchangeKind.ASK_PROTECTION: frozenset({ExchangeOutcome.HOLDS, ExchangeOutcome.WITHDRAWN}),
    ExchangeKind.ANSWER_PROTECTION: frozenset({ExchangeOutcome.HOLDS, ExchangeOutcome.WITHDRAWN}),
    ExchangeKind.CHANGE_AFTER_TRANSFER: frozenset({ExchangeOutcome.CHANGED, ExchangeOutcome.DECLINED}),
    ExchangeKind.CHANGE_ON_REQUEST: frozenset({ExchangeOutcome.CHANGED, ExchangeOutcome.DECLINED}),
    ExchangeKind.ASK_CHANGE: frozenset({ExchangeOutcome.CHANGED, ExchangeOutcome.DECLINED}),
}


@one_transaction
def open_exchange(
    kind: ExchangeKind,
    person: Person,
    state: str,
    started_on: date,
    officer: Officer,
    at: datetime,
    *,
    case: Case | None = None,
    reference: str = "",
) -> MemberStateExchange:
    """Begin an exchange with `state`: its clock runs from `started_on` (asked, received, or the transfer's day).

    A letter that it needs is ordered with it. Raises: Taken (one of the kind is open), StepRefused (a day to come,
    Luxembourg itself), ValueNotConfigured (the clock's length), NotAuthorised.
    """
    require(officer, Role.DECIDE)
    if started_on > localdate(at) or state == "LUX":
        raise StepRefused("an exchange is with another Member State, and begins on a day that has come")
    clock = CLOCKS.get(kind)
    due_on = rule_book().clock(clock).end(started_on, started_on) if clock else None
    try:
        with transaction.atomic():
            exchange = MemberStateExchange.objects.create(
                kind=kind,
                person=person,
                case=case,
                state=state,
                reference=reference,
                started_on=started_on,
                due_on=due_on,
                opened_by=officer,
            )
    except IntegrityError:
        raise Taken(f"such an exchange with {state} is open for this person already") from None
    if kind in LETTERS:
        order_letter(
            LETTERS[kind],
            f"exchange {exchange.pk}",
            person,
            due_on or started_on,
            at,
            case=case,
            rule=RULES[kind],
            officer=officer,
            content={"state": state, "reference": reference},
        )
    record(at, officer.username, "exchange.opened", _subject(exchange), {"kind": kind.value, "state": state})
    return exchange


@one_transaction
def ask_state(case: Case, officer: Officer, at: datetime) -> MemberStateExchange:
    """Ask the State that granted protection whether it still holds (R33); the case waits, no card is made meanwhile.

    Raises: StepRefused where the case tells of no protection by another State; else as `open_exchange`.
    """
    protection = ProtectionRecord.objects.filter(case=case).first()
    if protection is None or protection.state == "LUX":
        raise StepRefused(f"case {case.number} asks no other State")
    take_step(case, Action.ASK_STATE, officer, at, details={"state": protection.state})
    asked_on = localdate(at)
    ProtectionRecord.objects.filter(case=case).update(asked_on=asked_on, answered_on=None, still_protected=None)
    return open_exchange(ExchangeKind.ASK_PROTECTION, case.person, protection.state, asked_on, officer, at, case=case)


@one_transaction
def answer_of_state(case: Case, answered_on: date, still_protected: bool, officer: Officer, at: datetime) -> Case:
    """Enter what the other Member State answered on the protection of the person (R33).

    Raises: StepRefused where the case has no such question, or does not wait for it.
    """
    known = ProtectionRecord.objects.filter(case=case).first()
    if known is None:
        raise StepRefused(f"case {case.number} asks no other State")
    open_questions = case.exchanges.filter(kind=ExchangeKind.ASK_PROTECTION, answered_on__isnull=True)
    if case.state != State.AWAITING_STATE and known.answered_on == answered_on:
        return case
    if case.state == State.PROLONGED and not open_questions.exists():
        raise StepRefused(f"case {case.number} waits for no answer of another State")
    take_step(case, Action.STATE_ANSWERED, officer, at, details={"still_protected": still_protected})
    ProtectionRecord.objects.filter(case=case).update(answered_on=answered_on, still_protected=still_protected)
    outcome = ExchangeOutcome.HOLDS if still_protected else ExchangeOutcome.WITHDRAWN
    for exchange in open_questions:
        close_exchange(exchange, outcome, answered_on, officer, at)
    return case


@one_transaction
def remind_state(exchange: MemberStateExchange, officer: Officer, at: datetime) -> MemberStateExchange:
    """Order a reminder to the State that has not answered; one a day at most. Raises StepRefused when it answered."""
    require(officer, Role.DECIDE)
    exchange.refresh_from_db()
    today = localdate(at)
    if exchange.answered_on is not None or exchange.kind not in (ExchangeKind.ASK_PROTECTION, ExchangeKind.ASK_CHANGE):
        raise StepRefused(f"{_subject(exchange)}: no other State is late with an answer")
    if exchange.reminded_on == today:
        return exchange
    exchange.reminded_on = today
    exchange.save(update_fields=["reminded_on"])
    order_letter(
        LetterKind.STATE_REMINDER,
        f"exchange {exchange.pk} on {today.isoformat()}",
        exchange.person,
        today,
        at,
        case=exchange.case,
        rule=RULES[ExchangeKind(exchange.kind)],
        officer=officer,
        content={"state": exchange.state, "asked_on": exchange.started_on.isoformat()},
    )
    record(at, officer.username, "exchange.reminded", _subject(exchange), {"state": exchange.state})
    return exchange


@one_transaction
def close_exchange(
    exchange: MemberStateExchange,
    outcome: ExchangeOutcome,
    answered_on: date,
    officer: Officer,
    at: datetime,
    reason: str = "",
) -> MemberStateExchange:
    """Enter what came of an exchange. Entered again it changes nothing.

    Raises: StepRefused (an outcome that the kind cannot have, another outcome before), Incomplete (declined without a
    reason), NotAuthorised.
    """
    require(officer, Role.DECIDE)
    kind = ExchangeKind(exchange.kind)
    exchange.refresh_from_db()
    if exchange.answered_on is not None:
        if exchange.outcome == outcome:
            return exchange
        raise StepRefused(f"{_subject(exchange)}: the exchange ended: {exchange.outcome}")
    if outcome not in OUTCOMES[kind] or not exchange.started_on <= answered_on <= localdate(at):
        raise StepRefused(f"{_subject(exchange)}: {kind.value} does not end with {outcome.value} on that day")
    if outcome is ExchangeOutcome.DECLINED and not reason.strip():
        raise Incomplete(f"{_subject(exchange)}: who declines says why")
    exchange.answered_on, exchange.outcome, exchange.reason, exchange.closed_by = answered_on, outcome, reason, officer
    exchange.save(update_fields=["answered_on", "outcome", "reason", "closed_by"])
    is_late = exchange.due_on is not None and answered_on > exchange.due_on
    record(at, officer.username, "exchange.closed", _subject(exchange), {"outcome": outcome.value, "late": is_late})
    return exchange


def open_exchanges(person: Person) -> list[MemberStateExchange]:
    """Every exchange about the person that is not answered, under any of the person's records."""
    return list(MemberStateExchange.objects.filter(person__in=records_of(person), answered_on__isnull=True))


def late_exchanges(on: date) -> list[MemberStateExchange]:
    """Every open exchange whose clock has run out by `on` (SLA_BREACH, R34-R36)."""
    late = MemberStateExchange.objects.filter(answered_on__isnull=True, due_on__lt=on)
    return list(late.select_related("case", "person"))


def _subject(exchange: MemberStateExchange) -> str:
    return exchange.case.number if exchange.case else f"exchange {exchange.pk}"
