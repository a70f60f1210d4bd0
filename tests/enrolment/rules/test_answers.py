"""What the office asks the law: deadlines, checklist, fee, receipt, letters, eligibility, gaps."""

from dataclasses import replace
from datetime import date

import pytest

from enrolment.errors import RuleBookError
from enrolment.rules.answers import checklist, deadlines, eligibility, fee, gaps, letters_due, receipt
from enrolment.rules.book import ReceiptKind
from enrolment.rules.dates import PartialDate
from enrolment.rules.engine import as_if_filed_on, as_seen_on, explain
from enrolment.rules.facts import CopyKind, PieceFact, Protection, Reason
from enrolment.rules.findings import Outcome
from enrolment.rules.read_book import rule_book


def test_deadlines_come_in_order_and_say_which_are_over(spouse):
    found = deadlines(spouse, date(2027, 5, 3))
    assert [(line.rule, line.due, line.is_breached) for line in found] == [
        ("R12", date(2026, 12, 15), False),
        ("R13", date(2027, 5, 2), True),
        ("R14", date(2027, 5, 2), True),
    ]
    assert all(line.article and line.says["lb"] for line in found)


def test_a_checklist_tells_what_is_there_which_copy_and_where_other_proof_does(spouse):
    missing = replace(spouse, pieces=spouse.pieces[:1])
    lines = {line.code: line for line in checklist(spouse.product, missing, spouse.filed_on)}
    assert lines["passport_presented"].is_there
    assert lines["passport_presented"].copy_kind is CopyKind.ORIGINAL
    assert not lines["family_link"].is_there
    assert lines["sponsor_registration"].takes_other_proof
    assert not lines["family_link"].takes_other_proof
    assert lines["family_link"].names["fr"].startswith("document attestant")


def test_the_checklist_of_another_product_may_be_asked_for_the_same_person(spouse):
    codes = [line.code for line in checklist("carte-de-sejour-permanent", spouse, spouse.filed_on)]
    assert codes == ["stay_five_years"]
    with pytest.raises(RuleBookError, match="no product"):
        checklist("passport", spouse, spouse.filed_on)


def test_a_fee_is_in_cents_none_or_free():
    today = date(2026, 11, 2)
    assert fee("titre-de-sejour", Reason.FIRST, today) == 8000
    assert fee("carte-de-sejour", Reason.FIRST, today) is None
    assert fee("attestation-d-enregistrement", Reason.FIRST, today) == 0


def test_a_receipt_is_that_of_the_product(spouse, long_term):
    assert receipt(spouse).kind is ReceiptKind.COUNTS_AS_CARD
    assert receipt(long_term).valid_until is None


def test_letters_are_told_by_kind_and_rule(long_term):
    waiting = replace(long_term, protection=Protection("FRA", date(2018, 3, 1)), pieces=())
    found = {(letter.kind, letter.rule) for letter in letters_due(waiting, waiting.filed_on)}
    assert found == {("state_request", "R33"), ("incomplete", "R47")}


def test_every_letter_that_a_rule_asks_for_is_a_kind_of_the_catalogue(long_term):
    kinds = rule_book().papers["lettres"].kinds
    waiting = replace(long_term, protection=Protection("FRA", date(2018, 3, 1)), pieces=())
    assert {letter.kind for letter in letters_due(waiting, waiting.filed_on)} <= set(kinds)


def test_eligibility_says_which_step_is_open(worker, long_term):
    assert eligibility(worker, worker.filed_on).against == ()
    child = eligibility(replace(worker, birth_date=PartialDate(2020, 1, 1)), worker.filed_on)
    assert (child.may_be_filed, child.may_be_examined, child.may_be_personalised) == (False, False, False)
    lacking = eligibility(replace(worker, pieces=()), worker.filed_on)
    assert (lacking.may_be_filed, lacking.may_be_examined) == (True, False)
    waiting = eligibility(replace(long_term, protection=Protection("FRA", date(2018, 3, 1))), long_term.filed_on)
    assert (waiting.may_be_examined, waiting.may_be_personalised) == (True, False)
    assert [rule.finding.rule for rule in waiting.against] == ["R33"]


def test_the_gaps_of_the_book_are_told_with_what_they_block(book_with):
    found = {gap.name: gap for gap in gaps(date(2026, 11, 2))}
    assert found["wage_social_minimum_monthly_eur"].error == "THRESHOLD_NOT_CONFIGURED"
    assert found["wage_social_minimum_monthly_eur"].rules == ("R54",)
    assert found["absence_limit_permit_months"].rules == ("R50",)
    assert found["fee of titre-de-sejour, replacement"].rules == ("R44",)
    assert found["R27"].error == "RULE_NOT_IN_FORCE"
    assert "fee_titre_de_sejour_eur" not in found
    assert "fee_titre_de_sejour_eur" in {gap.name for gap in gaps(date(2015, 3, 12))}
    assert "stay_gap_days" not in {gap.name for gap in gaps(date(2026, 11, 2), book_with(stay_gap_days=180))}


def test_looking_later_keeps_the_day_of_filing_and_looking_earlier_moves_it(spouse):
    later, earlier = as_seen_on(spouse, date(2027, 1, 1)), as_seen_on(spouse, date(2026, 1, 1))
    assert (later.filed_on, later.day) == (spouse.filed_on, date(2027, 1, 1))
    assert (earlier.filed_on, earlier.day) == (date(2026, 1, 1), date(2026, 1, 1))
    moved = as_if_filed_on(later, date(2027, 2, 1))
    assert (moved.filed_on, moved.day) == (date(2027, 2, 1), date(2027, 2, 1))


def test_the_json_has_one_entry_a_rule_with_its_gravest_outcome(spouse):
    facts = replace(spouse, arrival_date=date(2026, 1, 1), pieces=spouse.pieces[1:])
    answer = explain(facts, rule_book(), date(2026, 11, 3)).to_json()
    ids = [rule["id"] for rule in answer["rules"]]
    assert len(ids) == len(set(ids))
    twelve = next(rule for rule in answer["rules"] if rule["id"] == "R12")
    assert (twelve["outcome"], twelve["error"], twelve["stops"]) == ("broken", "MISSING_PIECE", "examination")
    assert [found["error"] for found in twelve["findings"]] == ["MISSING_PIECE", "LATE_DECLARATION", None, None]
    assert "passeport" in twelve["says"]["fr"]
    assert (answer["filed_on"], answer["on"]) == ("2026-11-02", "2026-11-03")
    assert {"rule": "R14", "due": "2027-05-02"} in answer["deadlines"]


@pytest.mark.parametrize(
    ("product", "day", "act"),
    [
        ("carte-de-sejour", date(2021, 8, 1), "2004/38"),
        ("carte-de-sejour", date(2021, 8, 2), "2019/1157"),
        ("carte-de-sejour", date(2025, 7, 13), "2019/1157"),
        ("carte-de-sejour", date(2025, 7, 14), "2025/1208"),
        ("titre-de-sejour", date(2017, 11, 20), "380/2008"),
        ("titre-de-sejour", date(2017, 11, 21), "2017/1954"),
    ],
)
def test_the_legal_basis_of_the_product_and_the_day_is_cited(worker, product, day, act):
    answer = explain(replace(worker, product=product, filed_on=date(2008, 12, 1)), rule_book(), day).to_json()
    assert act in answer["legal_basis"]["act"]
    assert explain(replace(worker, filed_on=date(2001, 1, 1)), rule_book()).to_json()["legal_basis"] is None


def test_the_json_shows_the_values_of_the_day_and_those_that_lack(worker):
    answer = explain(worker, rule_book()).to_json()
    by_id = {rule["id"]: rule for rule in answer["rules"]}
    fee_value = by_id["R44"]["values"][0]
    assert (fee_value["name"], fee_value["value"], fee_value["from"]) == ("fee_titre_de_sejour_eur", 80, "2015-03-13")
    assert {value["value"] for value in by_id["R50"]["values"]} == {"not configured"}


def test_an_unknown_fact_is_neither_met_nor_broken_and_is_named(worker):
    unknown = replace(worker, pieces=(PieceFact("criminal_record"), *worker.pieces))
    found = explain(unknown, rule_book()).by_rule()["R49"][0]
    assert found.finding.outcome is Outcome.NOT_APPLICABLE
    assert found.finding.needs == ("pieces.language",)
    assert found.to_json()["needs"] == ["pieces.language"]
