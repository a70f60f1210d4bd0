"""Each rule on its border days, by its id and article; and that the book, the engine and the sentences fit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from enrolment.errors import RuleBookError
from enrolment.rules.book import DatedValue
from enrolment.rules.check_table import CHECKS, CLAIMS
from enrolment.rules.dates import PartialDate
from enrolment.rules.engine import explain
from enrolment.rules.events import Events, WithdrawalAnswers
from enrolment.rules.facts import (
    CopyKind,
    Payment,
    PhotoFact,
    PieceFact,
    PreviousDocument,
    Protection,
    Reason,
    SponsorFact,
)
from enrolment.rules.findings import Outcome, Stops
from enrolment.rules.read_book import rule_book
from enrolment.rules.words import LANGUAGES

DAY = timedelta(days=1)


def errors(facts, on=None):
    """(rule, error) of everything that does not hold."""
    return {
        (rule.finding.rule, rule.finding.error) for rule in explain(facts, rule_book(), on).rules if rule.finding.error
    }


def without(facts, code):
    return replace(facts, pieces=tuple(piece for piece in facts.pieces if piece.code != code))


@pytest.mark.parametrize("who", ["worker", "spouse", "permanent", "long_term", "other_state", "british"])
def test_a_complete_application_breaks_no_rule(who, request):
    explanation = explain(request.getfixturevalue(who), rule_book())
    assert not [rule for rule in explanation.rules if rule.finding.error]
    assert {rule.finding.rule for rule in explanation.rules} == set(rule_book().product(explanation.product).rules)


def test_every_rule_of_the_book_has_a_function_and_every_function_a_rule():
    assert set(CHECKS) == set(rule_book().rules)
    assert set(CLAIMS) == {rule for rule, text in rule_book().rules.items() if text.start is None}


def test_every_outcome_speaks_four_languages(worker):
    for rule in explain(without(worker, "housing"), rule_book()).rules:
        assert set(rule.says) == set(LANGUAGES)
        assert all(text and "{" not in text for text in rule.says.values())
        assert rule.article
        assert rule.source


def test_an_unknown_product_is_refused(worker):
    with pytest.raises(RuleBookError, match="no product"):
        explain(replace(worker, product="passport"), rule_book())


@pytest.mark.parametrize(
    ("who", "rule"),
    [("worker", "R25"), ("spouse", "R12"), ("long_term", "R28"), ("other_state", "R41"), ("british", "R57")],
)
def test_a_passport_holds_on_its_last_day_and_not_on_the_day_after(who, rule, request):
    facts = request.getfixturevalue(who)
    assert not errors(replace(facts, passport_expiry_date=facts.filed_on))
    late = replace(facts, passport_expiry_date=facts.filed_on - DAY)
    assert errors(late) == {(rule, "PASSPORT_EXPIRED")}
    assert [found.finding.rule for found in explain(late, rule_book()).stopping(Stops.FILING)] == [rule]


def test_r12_late_declaration_warns_and_never_blocks(spouse):
    on_time = replace(spouse, arrival_date=date(2026, 8, 2))
    late = replace(spouse, arrival_date=date(2026, 8, 1))
    assert not errors(on_time)
    assert errors(late) == {("R12", "LATE_DECLARATION")}
    assert not explain(late, rule_book()).stopping(Stops.FILING, Stops.EXAMINATION)


def test_r13_the_receipt_counts_six_months_with_the_end_of_month_rule(spouse):
    facts = replace(spouse, filed_on=date(2026, 8, 31), arrival_date=date(2026, 8, 1))
    deadlines = {line["rule"]: line["due"] for line in explain(facts, rule_book()).to_json()["deadlines"]}
    assert deadlines["R13"] == "2027-02-28"
    assert deadlines["R14"] == "2027-02-28"


@pytest.mark.parametrize(("who", "rule"), [("worker", "R26"), ("spouse", "R15"), ("other_state", "R43")])
def test_a_renewal_is_filed_in_the_two_months_before_expiry(who, rule, request):
    facts = request.getfixturevalue(who)
    facts = replace(facts, reason=Reason.RENEWAL, pieces=(*facts.pieces, PieceFact("conditions_still_met")))

    def with_expiry(expiry):
        return replace(facts, previous=PreviousDocument(facts.product, date(2021, 1, 1), expiry))

    assert not errors(with_expiry(facts.filed_on))  # the last day
    assert not errors(with_expiry(date(2027, 1, 2)))  # the first day: 2.11.2026 is two months before
    assert errors(with_expiry(date(2027, 1, 3))) == {(rule, "TOO_EARLY")}
    assert errors(with_expiry(facts.filed_on - DAY)) == {(rule, "EXPIRED")}
    assert errors(replace(facts, previous=None)) == {(rule, "PREVIOUS_DOCUMENT_MISSING")}


def test_r38_the_status_outlives_the_card_so_a_late_renewal_only_warns(long_term):
    facts = replace(
        long_term,
        reason=Reason.RENEWAL,
        pieces=(*long_term.pieces, PieceFact("uninterrupted_residence")),
        previous=PreviousDocument(long_term.product, date(2021, 1, 1), date(2026, 11, 1)),
    )
    assert errors(facts) == {("R38", "EXPIRED")}
    assert not explain(facts, rule_book()).stopping(Stops.FILING)


def test_r18_the_permanent_card_is_asked_for_before_the_old_one_expires(permanent):
    expiry = permanent.previous.expiry_date
    assert not errors(replace(permanent, filed_on=expiry))
    assert errors(replace(permanent, filed_on=expiry + DAY)) == {("R18", "FILED_AFTER_EXPIRY")}


def test_r21_another_proof_takes_the_place_of_a_document_that_art_8_lists(spouse):
    proof = PieceFact("sponsor_registration", other_proof="certificate of residence and payslips")
    facts = replace(without(spouse, "sponsor_registration"), pieces=(*spouse.pieces[:2], proof))
    assert not errors(facts)
    found = {rule.finding.rule: rule for rule in explain(facts, rule_book()).rules}
    assert found["R21"].finding.outcome is Outcome.MET


def test_r21_no_other_proof_takes_the_place_of_a_piece_that_an_article_itself_asks_for(spouse):
    facts = replace(
        without(spouse, "family_link"), pieces=(PieceFact("family_link", other_proof="a letter"), *spouse.pieces[::2])
    )
    assert ("R47", "INCOMPLETE") in errors(facts)


@pytest.mark.parametrize("given", [CopyKind.PLAIN, CopyKind.FULL])
def test_r24_a_copy_that_is_not_certified_is_not_enough(worker, given):
    pieces = (PieceFact("passport_copy", given), *worker.pieces[1:])
    assert errors(replace(worker, pieces=pieces)) == {("R24", "MISSING_PIECE"), ("R47", "INCOMPLETE")}


def test_r47_an_incomplete_file_stops_the_examination_and_names_what_lacks(worker):
    explanation = explain(without(without(worker, "housing"), "means"), rule_book())
    incomplete = next(rule for rule in explanation.rules if rule.finding.rule == "R47")
    assert incomplete.finding.stops is Stops.EXAMINATION
    assert incomplete.finding.values["pieces"] == ("means", "housing")
    assert "logement approprié" in incomplete.says["fr"]
    assert not explanation.stopping(Stops.FILING)


def test_r44_the_fee_of_a_titre_is_eighty_euro_in_full(worker):
    paid = worker.payments[0]
    assert errors(replace(worker, payments=())) == {("R24", "FEE_MISSING"), ("R44", "FEE_MISSING")}
    assert errors(replace(worker, payments=(replace(paid, amount_cents=7999),))) == {
        ("R24", "FEE_AMOUNT"),
        ("R44", "FEE_AMOUNT"),
    }
    halves = (replace(paid, amount_cents=3000), Payment(5000, paid.paid_on, "T-2"))
    assert not errors(replace(worker, payments=halves))


def test_r44_before_the_first_known_fee_the_value_is_missing_and_blocks(worker):
    early = replace(worker, filed_on=date(2015, 3, 12), passport_expiry_date=date(2031, 1, 1), arrival_date=None)
    found = [rule for rule in explain(early, rule_book()).rules if rule.finding.outcome is Outcome.NOT_CONFIGURED]
    assert [rule.finding.rule for rule in found] == ["R24", "R44"]
    assert found[1].to_json()["error"] == "VALUE_NOT_CONFIGURED"
    assert found[1].finding.stops is Stops.EXAMINATION


def test_r44_the_fee_of_a_replacement_only_the_law_knows(worker):
    facts = replace(
        worker,
        reason=Reason.REPLACEMENT,
        pieces=(PieceFact("police_report"),),
        previous=PreviousDocument(worker.product, date(2025, 1, 1), date(2027, 1, 1)),
    )
    assert errors(facts) == {("R24", "VALUE_NOT_CONFIGURED"), ("R44", "VALUE_NOT_CONFIGURED")}


def test_a_value_that_the_book_lacks_is_a_finding_that_stops_the_filing(worker):
    book = rule_book()
    values = {name: value for name, value in book.values.items() if name != "fingerprints_from_age_years"}
    empty = DatedValue("fingerprints_from_age_years", "age", ())
    explanation = explain(worker, replace(book, values={**values, empty.name: empty}))
    assert [rule.finding.rule for rule in explanation.stopping(Stops.FILING)] == ["EU01"]
    assert "fingerprints_from_age_years" in explanation.stopping(Stops.FILING)[0].says["fr"]


def test_r46_below_ten_a_representative_files(worker):
    born = PartialDate(2016, 11, 3)  # ten on the day after filing
    assert errors(replace(worker, birth_date=born)) == {("R46", "REPRESENTATIVE_MISSING")}
    assert not errors(replace(worker, birth_date=born, has_representative=True))
    assert not errors(replace(worker, birth_date=PartialDate(2016, 11, 2)))


def test_eu01_prints_are_taken_from_six_on(worker):
    def says(born):
        facts = replace(worker, birth_date=born, has_representative=True)
        return next(rule.finding.says for rule in explain(facts, rule_book()).rules if rule.finding.rule == "EU01")

    assert says(PartialDate(2020, 11, 2)) == "met"
    assert says(PartialDate(2020, 11, 3)) == "exempt"
    assert says(PartialDate(2020, None, None)) == "met"  # nobody knows: the prints are taken


def test_r31_a_remark_needs_its_date(long_term):
    assert errors(replace(long_term, protection=Protection("LUX", None))) == {("R31", "REMARK_DATE_MISSING")}
    assert not errors(replace(long_term, protection=Protection("LUX", date(2019, 5, 2))))


def test_r33_until_the_other_state_has_answered_no_card_is_personalised(long_term):
    waiting = replace(long_term, protection=Protection("DEU", date(2018, 3, 1)))
    assert errors(waiting) == {("R33", "AWAITING_MEMBER_STATE")}
    assert not explain(waiting, rule_book()).stopping(Stops.FILING, Stops.EXAMINATION)
    answered = Protection("DEU", date(2018, 3, 1), date(2026, 10, 1), still_protected=True)
    assert not errors(replace(long_term, protection=answered))


def test_r42_a_family_member_needs_the_expiry_of_the_person_joined(other_state):
    facts = replace(other_state, category="membre-de-famille", sponsor=SponsorFact("MAR", "spouse"))
    assert errors(facts) == {("R42", "SPONSOR_PERMIT_MISSING")}


def test_r48_a_rejected_photo_stops_the_card_unless_an_officer_overrides_it(worker):
    assert errors(replace(worker, photo=PhotoFact("rejected"))) == {("R48", "PHOTO_REJECTED")}
    assert errors(replace(worker, photo=PhotoFact("operator"))) == {("R48", "PHOTO_REJECTED")}
    assert not errors(replace(worker, photo=PhotoFact("operator", overridden=True)))
    assert not errors(replace(worker, photo=PhotoFact("accepted")))


def test_r51_a_replacement_needs_the_declaration_and_the_old_dates(spouse):
    lost = replace(
        spouse,
        reason=Reason.REPLACEMENT,
        pieces=(PieceFact("police_report"),),
        previous=PreviousDocument("carte-de-sejour", date(2024, 1, 1), date(2029, 1, 1)),
    )
    assert not errors(lost)
    assert errors(replace(lost, pieces=())) == {("R51", "POLICE_REPORT_MISSING"), ("R47", "INCOMPLETE")}
    assert ("R51", "PREVIOUS_DOCUMENT_MISSING") in errors(replace(lost, previous=None))


def test_r53_who_is_neither_british_nor_family_of_one_is_not_a_beneficiary(british):
    assert errors(
        replace(british, nationalities=("USA",), pieces=(british.pieces[0], PieceFact("passport_copy", CopyKind.FULL)))
    ) == {("R53", "NOT_ELIGIBLE")}


@pytest.mark.parametrize(
    ("filed_on", "expected"),
    [
        (date(2020, 6, 30), {("R55", "OUT_OF_WINDOW")}),
        (date(2020, 7, 1), set()),
        (date(2021, 12, 31), set()),
        (date(2022, 1, 1), {("R55", "OUT_OF_WINDOW")}),
    ],
)
def test_r55_the_window_of_the_withdrawal_agreement(british, filed_on, expected):
    assert errors(replace(british, filed_on=filed_on)) == expected


def test_r55_the_day_of_receipt_counts_for_a_letter(british):
    late = replace(british, filed_on=date(2021, 12, 30), postmarked_on=date(2021, 12, 30), received_on=date(2022, 1, 3))
    assert errors(late) == {("R55", "OUT_OF_WINDOW")}


def test_r55_who_held_a_special_card_may_file_later(british):
    given_back = Events(withdrawal=WithdrawalAnswers(still_holds_special_card=False))
    assert not errors(replace(british, filed_on=date(2023, 5, 2), held_special_card=True, events=given_back))


def test_r61_without_the_document_replaced_nobody_knows_the_length(british):
    assert errors(replace(british, previous=None)) == {("R61", "REPLACED_DOCUMENT_MISSING")}


def test_a_rule_that_is_not_yet_in_force_does_not_apply(long_term):
    facts = replace(
        long_term, protection=Protection("LUX", None), filed_on=date(2013, 6, 24), passport_expiry_date=date(2031, 1, 1)
    )
    found = {rule.finding.rule: rule.finding.outcome for rule in explain(facts, rule_book()).rules}
    assert found["R31"] is Outcome.NOT_APPLICABLE


def test_a_request_filed_in_time_stays_so_whenever_one_looks_at_it(british):
    assert not errors(british, on=date(2022, 1, 1))
    assert errors(replace(british, filed_on=date(2022, 1, 1))) == {("R55", "OUT_OF_WINDOW")}


def test_a_day_before_the_filing_asks_what_if_it_were_filed_then(british):
    assert errors(british, on=date(2020, 6, 30)) == {("R55", "OUT_OF_WINDOW")}
