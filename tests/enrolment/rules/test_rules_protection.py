"""R31-R37: the remark on international protection, and the letters with other Member States."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from enrolment.rules.answers import letters_due
from enrolment.rules.engine import explain
from enrolment.rules.events import Events, ProtectionExchange
from enrolment.rules.facts import Protection
from enrolment.rules.findings import Stops
from enrolment.rules.read_book import rule_book

DAY = timedelta(days=1)


def protected(facts, *protection, **kinds):
    return replace(facts, protection=Protection(*protection, **kinds))


def exchange(facts, **days):
    return replace(facts, events=Events(exchange=ProtectionExchange(**days)))


def letters(facts, on):
    return {letter.kind for letter in letters_due(facts, on)}


def test_R31_art_13_3_al_1_the_remark_needs_the_day_of_the_grant(long_term, said):
    assert said(protected(long_term, "LUX", date(2019, 5, 2)), "R31") == {"met"}
    assert said(protected(long_term, "LUX", None), "R31") == {"REMARK_DATE_MISSING"}
    assert said(long_term, "R31") == {"not_applicable"}


def test_R31_art_13_3_holds_since_25_june_2013(long_term, said):
    facts = protected(replace(long_term, filed_on=date(2013, 6, 24)), "LUX", None)
    assert said(facts, "R31") == {"not_in_force"}
    assert said(replace(facts, filed_on=date(2013, 6, 25)), "R31") == {"REMARK_DATE_MISSING"}


def test_R32_art_13_3_al_2_the_remark_names_the_other_state_and_the_day(long_term, said):
    assert said(protected(long_term, "D", date(2018, 3, 1)), "R32") == {"met"}
    assert said(protected(long_term, "D", None), "R32") == {"REMARK_DATE_MISSING"}
    gone = protected(long_term, "D", None, date(2026, 10, 1), still_protected=False)
    assert said(gone, "R32") == {"not_applicable"}


def test_R33_art_13_3_al_3_no_card_before_the_other_state_has_answered(long_term, said):
    waiting = protected(long_term, "D", date(2018, 3, 1))
    assert said(waiting, "R33") == {"AWAITING_MEMBER_STATE"}
    assert {rule.finding.rule for rule in explain(waiting, rule_book()).stopping(Stops.PERSONALISATION)} == {"R33"}
    assert "state_request" in letters(waiting, waiting.filed_on)
    asked = exchange(waiting, asked_on=date(2026, 11, 2))
    assert said(asked, "R33") == {"AWAITING_MEMBER_STATE"}
    assert "state_request" not in letters(asked, date(2026, 11, 3))


def test_R33_art_13_3_al_3_an_answer_counts_from_its_day_on(long_term, said):
    answered = protected(long_term, "D", date(2018, 3, 1), date(2026, 12, 1), still_protected=True)
    assert said(answered, "R33", date(2026, 11, 30)) == {"AWAITING_MEMBER_STATE"}
    assert said(answered, "R33", date(2026, 12, 1)) == {"met"}
    withdrawn = protected(long_term, "D", date(2018, 3, 1), date(2026, 10, 1), still_protected=False)
    assert said(withdrawn, "R33") == {"withdrawn"}
    assert said(protected(long_term, "LUX", date(2019, 1, 1)), "R33") == {"not_applicable"}


@pytest.mark.parametrize(
    ("rule", "start", "end", "started", "last_day"),
    [
        ("R34", "request_received_on", "request_answered_on", date(2027, 1, 31), date(2027, 2, 28)),
        ("R35", "transferred_to_luxembourg_on", "remark_changed_on", date(2026, 11, 30), date(2027, 2, 28)),
        ("R36", "transfer_request_received_on", "remark_changed_on", date(2027, 11, 30), date(2028, 2, 29)),
    ],
    ids=["R34_one_month_from_receipt", "R35_three_months_from_transfer", "R36_three_months_from_the_request"],
)
def test_R34_R35_R36_art_13_3_al_3_to_5_the_other_state_is_served_in_time(
    long_term, said, due, rule, start, end, started, last_day
):
    facts = exchange(long_term, **{start: started})
    assert said(facts, rule, started - DAY) == {"not_applicable"}
    assert due(facts, rule, started) == {last_day}
    assert said(facts, rule, last_day) == {"due"}
    assert said(facts, rule, last_day + DAY) == {"SLA_BREACH"}
    assert said(exchange(long_term, **{start: started, end: last_day}), rule, last_day + DAY) == {"done"}
    assert said(exchange(long_term, **{start: started, end: last_day + DAY}), rule, last_day + DAY) == {"SLA_BREACH"}


def test_R34_art_13_3_al_3_an_open_request_asks_for_a_letter(long_term):
    facts = exchange(long_term, request_received_on=date(2027, 1, 31))
    assert "state_answer" in letters(facts, date(2027, 2, 1))


def test_R37_art_13_3_al_6_the_state_that_issued_the_permit_is_asked_to_change_it(other_state, said):
    facts = exchange(other_state, granted_by_luxembourg_on=date(2026, 11, 10))
    assert said(facts, "R37", date(2026, 11, 9)) == {"not_applicable"}
    assert said(facts, "R37", date(2026, 11, 10)) == {"ISSUING_STATE_NOT_ASKED"}
    assert "state_modification" in letters(facts, date(2026, 11, 10))
    asked = exchange(
        other_state, granted_by_luxembourg_on=date(2026, 11, 10), issuing_state_asked_on=date(2026, 11, 20)
    )
    assert said(asked, "R37", date(2026, 11, 20)) == {"met"}


@pytest.mark.parametrize(
    ("state", "filed", "is_named"),
    [
        ("FRA", date(2026, 11, 2), True),
        ("BRA", date(2026, 11, 2), False),
        ("CHE", date(2026, 11, 2), False),
        ("GBR", date(2026, 11, 2), False),
        ("GBR", date(2020, 12, 31), True),
        ("GBR", date(2021, 1, 1), False),
        ("HRV", date(2013, 6, 30), False),
        ("HRV", date(2013, 7, 1), True),
    ],
)
def test_R32_R33_art_13_3_al_2_only_a_member_state_is_named_and_asked(long_term, said, state, filed, is_named):
    facts = replace(long_term, filed_on=filed, protection=Protection(state, date(2012, 1, 5)))
    assert said(facts, "R32") == {"met" if is_named else "NO_MEMBER_STATE"}
    assert said(facts, "R33") == {"AWAITING_MEMBER_STATE" if is_named else "not_applicable"}
