"""What holds a case up beside the rules of the book: open questions, doubts, parcels, letters, the order of arrival."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from django.utils.timezone import localdate

from enrolment.accounts.models import Role
from enrolment.cases.exchange import RULES as EXCHANGE_RULES
from enrolment.cases.models import (
    Case,
    ExchangeKind,
    ItemState,
    LetterState,
    PaymentState,
    PieceState,
    PossibleDuplicate,
    SameVerdict,
)
from enrolment.cases.order import WAITING, earlier_waiting, is_in_order_of_arrival
from enrolment.cases.payments import claimed_elsewhere
from enrolment.cases.prolonging import DECISION_RULES, decision_due_on
from enrolment.cases.steps import State
from enrolment.rules.read_book import rule_book
from enrolment.rules.words import LANGUAGES, Texts, date_in_words

SENTENCES = Path(__file__).with_name("holdups.toml")
UNDECIDED = (State.RECEIPTED, State.SENT, State.RECEIVED, State.REVIEW, State.AWAITING_STATE, State.PROLONGED)


@dataclass(frozen=True, slots=True)
class Holdup:
    """One thing that holds the case up: its rule where there is one, who must act, and since when."""

    rule: str
    error: str
    says: Texts
    owner: Role
    since: date | None = None


def holdups(case: Case, at: datetime) -> Iterator[Holdup]:
    """Everything that holds `case` up at the moment `at`, the rules of the book apart."""
    yield from _missing_work(case)
    yield from _people_and_pieces(case)
    yield from _abroad(case, localdate(at))
    yield from _parcels(case)
    yield from _letters(case, localdate(at))
    yield from _clocks(case, localdate(at))


def _missing_work(case: Case) -> Iterator[Holdup]:
    since = localdate(case.state_since)
    if case.state == State.DECIDED and not case.photo_verdict and not case.is_paper:
        yield _holdup("", "NOT_CAPTURED", Role.ENROL, since)
    if case.state == State.ENROLLED and case.decider_id is None:
        yield _holdup("", "NOT_SUBMITTED", Role.ENROL, since)


def _people_and_pieces(case: Case) -> Iterator[Holdup]:
    if case.decider_id is None:
        pairs = PossibleDuplicate.objects.filter(later=case.person, verdict=SameVerdict.OPEN).order_by("found_at")
        if pairs:
            yield _holdup("", "DUPLICATE_OPEN", Role.SUPERVISE, localdate(pairs[0].found_at), count=len(pairs))
        for piece in case.pieces.filter(state=PieceState.DOUBTED).order_by("id"):
            names = rule_book().pieces.get(piece.code, dict.fromkeys(LANGUAGES, piece.code))
            yield _holdup("R49", "PIECE_DOUBTED", Role.DECIDE, _day(piece.judged_at), piece=names)
    for payment in case.payments.filter(state=PaymentState.MISMATCH):
        yield _holdup("R24", "PAYMENT_MISMATCH", Role.SUPERVISE, _day(payment.checked_at))
    yield from _claimed_payments(case)


def _claimed_payments(case: Case) -> Iterator[Holdup]:
    for payment in case.payments.order_by("id"):
        others = sorted(set(claimed_elsewhere(payment).values_list("case__number", flat=True)))
        if others:
            yield _holdup("R24", "REFERENCE_SHARED", Role.SUPERVISE, None, cases=", ".join(others))
    if case.state == State.READY and case.payments.filter(state=PaymentState.CLAIMED).exists():
        yield _holdup("R44", "PAYMENT_UNCHECKED", Role.DECIDE, localdate(case.state_since))


def _abroad(case: Case, today: date) -> Iterator[Holdup]:
    for exchange in case.exchanges.filter(answered_on__isnull=True):
        rule = EXCHANGE_RULES[ExchangeKind(exchange.kind)]
        if exchange.due_on is not None and exchange.due_on < today:
            yield _holdup(rule, "SLA_BREACH", Role.DECIDE, exchange.due_on, state=exchange.state)
        elif exchange.kind == ExchangeKind.ASK_PROTECTION:
            yield _holdup(rule, "EXCHANGE_OPEN", Role.DECIDE, exchange.started_on, state=exchange.state)


def _parcels(case: Case) -> Iterator[Holdup]:
    open_items = case.transfers.filter(state__in=[ItemState.LISTED, ItemState.MISSING]).select_related("transfer")
    for item in open_items.order_by("id"):
        transfer = item.transfer
        if item.state == ItemState.LISTED and transfer.sent_at is None:
            continue
        error = "FILE_MISSING" if item.state == ItemState.MISSING else "FILE_ON_ITS_WAY"
        since = localdate(item.noted_at or transfer.sent_at or transfer.made_at)
        yield _holdup("", error, Role.FILE, since, transfer=transfer.number, site=transfer.to_site)


def _letters(case: Case, today: date) -> Iterator[Holdup]:
    late = case.letters.filter(due_on__lt=today, state__in=[LetterState.DUE, LetterState.WRITTEN])
    for letter in late.order_by("due_on", "id"):
        yield _holdup(letter.rule, "LETTER_DUE", Role.FILE, letter.due_on, letter=letter.kind)


def _clocks(case: Case, today: date) -> Iterator[Holdup]:
    state = State(case.state)
    if state in WAITING and is_in_order_of_arrival(case) and not hasattr(case, "queue_jump"):
        earlier = earlier_waiting(case).count()
        if earlier:
            yield _holdup("R58", "QUEUE_JUMP", Role.DECIDE, None, count=earlier)
    if state in UNDECIDED:
        due_on = decision_due_on(case, today)
        if due_on is not None and due_on < today:
            rules = rule_book().product(case.product).rules
            rule = next((rule for rule in DECISION_RULES if rule in rules), "")
            yield _holdup(rule, "DECISION_LATE", Role.DECIDE, due_on)


def _day(moment: datetime | None) -> date | None:
    return localdate(moment) if moment is not None else None


def _holdup(rule: str, error: str, owner: Role, since: date | None, **values: str | int | Texts) -> Holdup:
    """The sentence in each language: a text that is told in several is told in that one, a day in its words."""
    says: dict[str, str] = {}
    for language in LANGUAGES:
        told = {name: value[language] if isinstance(value, dict) else value for name, value in values.items()}
        day = date_in_words(since, language) if since else ""
        says[language] = _sentences()[error][language].format(since=day, **told)
    return Holdup(rule, error, says, owner, since)


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads(SENTENCES.read_text("utf-8"))
