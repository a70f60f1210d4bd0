"""What the office's own rows tell of life after the filing, as the facts that the rules look at."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.timezone import localdate

from enrolment.cases.models import (
    AddressVisa,
    Case,
    ExchangeKind,
    LetterKind,
    MemberStateExchange,
    PersonEvent,
    PersonEventKind,
    QueueJump,
)
from enrolment.cases.order import WAITING, earlier_waiting
from enrolment.cases.steps import Action
from enrolment.rules.events import Departure, Events, Move, Progress, ProtectionExchange, QueueTurn, Removal

# Which fact the beginning, and which the end, of an exchange is.
EXCHANGE_FACTS = {
    ExchangeKind.ASK_PROTECTION: ("asked_on", ""),
    ExchangeKind.ANSWER_PROTECTION: ("request_received_on", "request_answered_on"),
    ExchangeKind.CHANGE_AFTER_TRANSFER: ("transferred_to_luxembourg_on", "remark_changed_on"),
    ExchangeKind.CHANGE_ON_REQUEST: ("transfer_request_received_on", "remark_changed_on"),
    ExchangeKind.ASK_CHANGE: ("issuing_state_asked_on", ""),
}
# Which fact the day of a step is, the last one where it was taken more than once.
STEP_FACTS = {
    Action.RETURN.value: "returned_on",
    Action.COMPLETE.value: "completed_on",
    Action.PROLONG.value: "prolonged_on",
    Action.FINISH_CARD.value: "made_on",
    Action.HAND_OVER.value: "delivered_on",
    Action.ISSUE_PAPER.value: "delivered_on",
}
# … and which one no longer holds after it: a file that goes back once more, a card that is made once more.
UNDONE_BY = {Action.RETURN.value: "completed_on", Action.REMAKE.value: "made_on"}


def events_of(case: Case, told: Events | None) -> Events:
    """`told` at the filing, completed by what the office entered since."""
    events = told or Events()
    found: dict[str, Any] = {
        "progress": _progress(case, events.progress),
        "exchange": _exchange(case, events.exchange),
        "removal": _removal(case) or events.removal,
        "departure": _departure(case) or events.departure,
        "move": _move(case) or events.move,
        "turn": _turn(case) or events.turn,
    }
    return replace(events, **found)


def _progress(case: Case, told: Progress) -> Progress:
    values: dict[str, Any] = {}
    with suppress(ObjectDoesNotExist):
        values["decided_on"] = localdate(case.decision.decided_at)
    letter = case.letters.filter(kind=LetterKind.PROLONGATION).order_by("-id").first()
    if letter is not None:
        values["prolongation_reason"] = letter.content["reason"]
        if letter.sent_at is not None:
            values["prolongation_letter_on"] = localdate(letter.sent_at)
    for step in case.steps.order_by("version"):
        values.pop(UNDONE_BY.get(step.action, ""), None)
        if (fact := STEP_FACTS.get(step.action)) is not None:
            values[fact] = localdate(step.at)
    return replace(told, **values)


def _exchange(case: Case, told: ProtectionExchange) -> ProtectionExchange:
    values: dict[str, Any] = {}
    for row in MemberStateExchange.objects.filter(person=case.person).order_by("started_on", "id"):
        begun, ended = EXCHANGE_FACTS[ExchangeKind(row.kind)]
        values[begun] = row.started_on
        if ended and row.answered_on is not None:
            values[ended] = row.answered_on
    return replace(told, **values)


def _turn(case: Case) -> QueueTurn | None:
    """The place of a case that waits to be treated; None where it does not wait."""
    if case.state not in WAITING or case.arrival_number is None:
        return None
    first = earlier_waiting(case).values_list("arrival_number", flat=True).first()
    jump = QueueJump.objects.filter(case=case).first()
    return QueueTurn(
        number=case.arrival_number,
        first_waiting=case.arrival_number if first is None else first,
        jump_reason=jump.reason if jump else "",
        supervisor_agreed=jump is not None,
    )


def _removal(case: Case) -> Removal | None:
    row = _last_event(case, PersonEventKind.REMOVAL)
    return Removal(row.occurred_on) if row is not None else None


def _departure(case: Case) -> Departure | None:
    row = _last_event(case, PersonEventKind.DEPARTURE)
    return Departure(row.occurred_on) if row is not None else None


def _last_event(case: Case, kind: PersonEventKind) -> PersonEvent | None:
    return PersonEvent.objects.filter(person=case.person, kind=kind).order_by("-occurred_on", "-id").first()


def _move(case: Case) -> Move | None:
    visas = AddressVisa.objects.filter(person=case.person)
    last = visas.order_by("-arrived_on", "-id").first()
    if last is None:
        return None
    so_far = visas.filter(document_kind=last.document_kind, document_number=last.document_number).count()
    return Move(last.arrived_on, last.document_kind, last.entered_on, so_far)
