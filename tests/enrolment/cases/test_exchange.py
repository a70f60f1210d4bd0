"""The exchange with other Member States: gates, clocks on their border days, reminders, outcomes (R33-R37)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from enrolment.cases.exchange import close_exchange, late_exchanges, open_exchange, open_exchanges, remind_state
from enrolment.cases.models import ExchangeKind, ExchangeOutcome, LetterKind, MemberStateExchange
from enrolment.cases.records import facts_of_case
from enrolment.cases.services import answer_of_state, ask_state, decide, release
from enrolment.cases.steps import Queue, State
from enrolment.cases.why import why
from enrolment.errors import Incomplete, NotAuthorised, RuleBroken, StepRefused, Taken

TODAY = date(2026, 11, 2)


def test_R33_art_13_3_al_3_the_state_is_asked_and_no_card_is_made_before_it_answers(long_term_case, officers, now):
    exchange = ask_state(long_term_case, officers.decider, now)
    assert (long_term_case.state, long_term_case.queue) == (State.AWAITING_STATE, Queue.ABROAD)
    assert (exchange.state, exchange.started_on, exchange.due_on) == ("DEU", TODAY, None)
    assert long_term_case.letters.get().kind == LetterKind.STATE_REQUEST
    held = {hold.error: hold for hold in why(long_term_case, now).holdups}
    assert held["EXCHANGE_OPEN"].since == TODAY
    assert held["AWAITING_MEMBER_STATE"].rule == "R33"
    with pytest.raises(StepRefused):
        decide(long_term_case, officers.decider, now, granted=True)
    answer_of_state(long_term_case, TODAY, True, officers.decider, now)
    assert long_term_case.state == State.REVIEW
    decide(long_term_case, officers.decider, now, granted=True)
    assert release(long_term_case, officers.producer, now).state == State.APPROVED
    exchange.refresh_from_db()
    assert exchange.outcome == ExchangeOutcome.HOLDS


def test_R33_protection_that_was_withdrawn_for_good_leaves_no_remark(long_term_case, officers, now):
    ask_state(long_term_case, officers.decider, now)
    answer_of_state(long_term_case, TODAY, False, officers.decider, now)
    assert facts_of_case(long_term_case).protection.still_protected is False
    assert long_term_case.exchanges.get().outcome == ExchangeOutcome.WITHDRAWN
    assert answer_of_state(long_term_case, TODAY, False, officers.decider, now).state == State.REVIEW


def test_a_decision_before_the_answer_still_makes_no_card(long_term_case, officers, now):
    decide(long_term_case, officers.decider, now, granted=True)
    with pytest.raises(RuleBroken, match="AWAITING_MEMBER_STATE"):
        release(long_term_case, officers.producer, now)


def test_a_case_without_protection_elsewhere_asks_nobody(in_review, officers, now):
    with pytest.raises(StepRefused, match="asks no other State"):
        ask_state(in_review, officers.decider, now)


@pytest.mark.parametrize(
    ("kind", "begun", "last_day", "rule"),
    [
        (ExchangeKind.ANSWER_PROTECTION, date(2026, 1, 31), date(2026, 2, 28), "R34"),
        (ExchangeKind.ANSWER_PROTECTION, date(2024, 1, 29), date(2024, 2, 29), "R34"),
        (ExchangeKind.CHANGE_AFTER_TRANSFER, date(2025, 11, 30), date(2026, 2, 28), "R35"),
        (ExchangeKind.CHANGE_ON_REQUEST, date(2026, 8, 2), date(2026, 11, 2), "R36"),
    ],
)
def test_a_clock_that_binds_us_ends_on_its_last_day(walk, officers, now, kind, begun, last_day, rule):
    case = walk.filed()
    exchange = open_exchange(kind, case.person, "DEU", begun, officers.decider, now, case=case)
    assert exchange.due_on == last_day
    assert exchange not in late_exchanges(last_day)
    assert exchange in late_exchanges(last_day + timedelta(days=1))
    moment = now.replace(year=last_day.year, month=last_day.month, day=last_day.day)
    assert "SLA_BREACH" not in {hold.error for hold in why(case, moment).holdups}
    held = [hold for hold in why(case, moment + timedelta(days=1)).holdups if hold.error == "SLA_BREACH"]
    assert [hold.rule for hold in held] == [rule]


def test_what_we_ask_of_another_state_has_no_clock_and_gets_reminders(long_term_case, officers, now):
    exchange = ask_state(long_term_case, officers.decider, now)
    assert late_exchanges(date(2030, 1, 1)) == []
    later = now + timedelta(days=40)
    remind_state(exchange, officers.decider, later)
    remind_state(exchange, officers.decider, later)
    assert long_term_case.letters.filter(kind=LetterKind.STATE_REMINDER).count() == 1
    remind_state(exchange, officers.decider, later + timedelta(days=30))
    assert long_term_case.letters.filter(kind=LetterKind.STATE_REMINDER).count() == 2
    answer_of_state(long_term_case, TODAY, True, officers.decider, now)
    with pytest.raises(StepRefused, match="late with an answer"):
        remind_state(exchange, officers.decider, later)


def test_R37_the_state_of_the_permit_is_asked_to_change_its_remark(walk, officers, now):
    person = walk.filed().person
    exchange = open_exchange(ExchangeKind.ASK_CHANGE, person, "FRA", TODAY, officers.decider, now)
    assert person.letters.get().kind == LetterKind.STATE_REMARK
    assert open_exchanges(person) == [exchange]
    close_exchange(exchange, ExchangeOutcome.CHANGED, TODAY, officers.decider, now)
    assert open_exchanges(person) == []
    assert close_exchange(exchange, ExchangeOutcome.CHANGED, TODAY, officers.decider, now) == exchange
    with pytest.raises(StepRefused, match="ended"):
        close_exchange(exchange, ExchangeOutcome.DECLINED, TODAY, officers.decider, now, "x")


def test_one_of_a_kind_is_open_with_a_state_at_a_time(walk, officers, now):
    person = walk.filed().person
    first = open_exchange(ExchangeKind.ANSWER_PROTECTION, person, "FRA", TODAY, officers.decider, now)
    with pytest.raises(Taken, match="FRA"):
        open_exchange(ExchangeKind.ANSWER_PROTECTION, person, "FRA", TODAY, officers.decider, now)
    open_exchange(ExchangeKind.ANSWER_PROTECTION, person, "BEL", TODAY, officers.decider, now)
    close_exchange(first, ExchangeOutcome.HOLDS, TODAY, officers.decider, now)
    open_exchange(ExchangeKind.ANSWER_PROTECTION, person, "FRA", TODAY, officers.decider, now)


def test_an_exchange_ends_as_its_kind_can(walk, officers, now):
    person = walk.filed().person
    exchange = open_exchange(ExchangeKind.CHANGE_ON_REQUEST, person, "FRA", TODAY, officers.decider, now)
    for outcome, day in (
        (ExchangeOutcome.HOLDS, TODAY),
        (ExchangeOutcome.CHANGED, TODAY - timedelta(days=1)),
        (ExchangeOutcome.CHANGED, TODAY + timedelta(days=1)),
    ):
        with pytest.raises(StepRefused, match="does not end"):
            close_exchange(exchange, outcome, day, officers.decider, now)
    with pytest.raises(Incomplete, match="why"):
        close_exchange(exchange, ExchangeOutcome.DECLINED, TODAY, officers.decider, now)


@pytest.mark.parametrize(("state", "days"), [("LUX", 0), ("FRA", 1)])
def test_no_exchange_with_ourselves_or_on_a_day_to_come(walk, officers, now, state, days):
    with pytest.raises(StepRefused):
        open_exchange(
            ExchangeKind.ASK_CHANGE, walk.filed().person, state, TODAY + timedelta(days=days), officers.decider, now
        )


def test_only_who_decides_speaks_with_other_states(walk, officers, now):
    with pytest.raises(NotAuthorised):
        open_exchange(ExchangeKind.ASK_CHANGE, walk.filed().person, "FRA", TODAY, officers.clerk, now)


@pytest.mark.parametrize(
    "change",
    [
        {"answered_on": TODAY},
        {"outcome": "holds"},
        {"kind": "gossip"},
        {"answered_on": date(2026, 1, 1), "outcome": "changed", "closed_by": "decider"},
        {"answered_on": TODAY, "outcome": "declined", "closed_by": "decider"},
    ],
)
def test_the_database_refuses_an_exchange_that_cannot_be(walk, officers, now, change):
    person = walk.filed().person
    exchange = open_exchange(ExchangeKind.ASK_CHANGE, person, "FRA", TODAY, officers.decider, now)
    values = {key: officers.decider if value == "decider" else value for key, value in change.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        MemberStateExchange.objects.filter(pk=exchange.pk).update(**values)
