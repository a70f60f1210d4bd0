"""R22-R30 and R38-R44: permits of third-country nationals. Each on its border days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from enrolment.rules.book import RuleText
from enrolment.rules.engine import explain
from enrolment.rules.events import Appearance, Events, LiveCard, Progress, Stay
from enrolment.rules.facts import CopyKind, Payment, PieceFact, PreviousDocument, Reason, SponsorFact
from enrolment.rules.findings import Stops
from enrolment.rules.read_book import rule_book

DAY = timedelta(days=1)


def renewal(facts, expiry, *codes):
    return replace(
        facts,
        reason=Reason.RENEWAL,
        pieces=(*facts.pieces, *(PieceFact(code, CopyKind.CERTIFIED) for code in codes)),
        previous=PreviousDocument(facts.product, date(2020, 1, 1), expiry),
    )


@pytest.mark.parametrize(
    ("entered", "last_day"),
    [
        (date(2026, 11, 2), date(2026, 11, 5)),  # a Monday: Tuesday, Wednesday, Thursday
        (date(2026, 11, 5), date(2026, 11, 10)),  # over a weekend
        (date(2026, 12, 22), date(2026, 12, 28)),  # Christmas Day and 26 December, then a weekend
        (date(2026, 5, 6), date(2026, 5, 11)),  # Europe Day is a Saturday: nothing is lost by it
        (date(2026, 6, 19), date(2026, 6, 25)),  # the national day on what would be the second day
        (date(2026, 6, 18), date(2026, 6, 24)),  # … and on what would be the last one
    ],
)
def test_R22_commune_page_arrival_is_declared_within_three_working_days(newcomer, said, due, entered, last_day):
    facts = replace(newcomer, arrival_date=entered, filed_on=last_day)
    assert due(facts, "R22") == {last_day}
    assert "in_time" in said(facts, "R22")
    assert "LATE_DECLARATION" in said(replace(facts, filed_on=last_day + DAY), "R22")
    assert not explain(replace(facts, filed_on=last_day + DAY), rule_book()).stopping(Stops.FILING)


def test_R22_commune_page_who_stays_longer_holds_the_authorisation(newcomer, said):
    without = replace(newcomer, pieces=newcomer.pieces[:1])
    assert "authorised" in said(newcomer, "R22")
    assert "AUTHORISATION_MISSING" in said(without, "R22")
    assert "short_stay" in said(replace(without, leaves_on=date(2027, 1, 30)), "R22")
    assert "AUTHORISATION_MISSING" in said(replace(without, leaves_on=date(2027, 1, 31)), "R22")
    assert "needs_fact" in said(replace(newcomer, arrival_date=None), "R22")


@pytest.mark.parametrize("code", ["means", "medical_certificate", "housing", "criminal_record"])
def test_R23_law_art_40_the_permit_asks_for_means_medical_check_housing_and_record(worker, said, code):
    assert said(worker, "R23") == {"pieces_met"}
    lacking = tuple(piece for piece in worker.pieces if piece.code != code)
    assert said(replace(worker, pieces=lacking), "R23") == {"MISSING_PIECE"}


@pytest.mark.parametrize("kind", [CopyKind.PLAIN, CopyKind.FULL, None])
def test_R24_art_9_1_the_passport_copy_is_certified(worker, said, kind):
    assert said(worker, "R24") == {"pieces_met", "fee_met"}
    pieces = (PieceFact("passport_copy", kind), *worker.pieces[1:])
    assert "MISSING_PIECE" in said(replace(worker, pieces=pieces), "R24")


def test_R24_art_9_1_the_fee_is_paid_to_the_cent_before_it_counts(worker, said):
    paid = worker.payments[0]
    assert "FEE_MISSING" in said(replace(worker, payments=()), "R24")
    assert "FEE_AMOUNT" in said(replace(worker, payments=(replace(paid, amount_cents=8001),)), "R24")
    tomorrow = replace(worker, payments=(replace(paid, paid_on=worker.filed_on + DAY),))
    assert "FEE_MISSING" in said(tomorrow, "R24")
    assert "fee_met" in said(tomorrow, "R24", worker.filed_on + DAY)


def test_R25_art_9_2_the_person_appears_with_the_valid_passport_of_the_case(worker, said):
    def appears(**passport):
        return replace(worker, events=Events(appearance=Appearance(date(2026, 12, 1), **passport)))

    day = date(2026, 12, 1)
    assert "appeared" in said(appears(passport_matches=True), "R25", day)
    assert "PASSPORT_MISMATCH" in said(appears(passport_matches=False), "R25", day)
    assert "needs_fact" in said(appears(), "R25", day)
    assert "appeared" in said(appears(passport_matches=True, passport_expiry_date=day), "R25", day)
    expired = appears(passport_matches=True, passport_expiry_date=day - DAY)
    assert "PASSPORT_EXPIRED" in said(expired, "R25", day)
    assert explain(expired, rule_book(), day).stopping(Stops.DELIVERY)
    assert said(expired, "R25", day - DAY) == {"passport_met"}  # not yet seen


def test_R25_art_9_2_a_passport_that_expires_before_delivery_must_be_renewed(worker, said):
    facts = replace(worker, passport_expiry_date=date(2026, 11, 30))
    assert said(facts, "R25", date(2026, 11, 30)) == {"passport_met"}
    assert "PASSPORT_EXPIRED" in said(facts, "R25", date(2026, 12, 1))
    assert not explain(facts, rule_book(), date(2026, 12, 1)).stopping(Stops.FILING)


def test_R26_art_10_a_permit_is_renewed_in_the_two_months_before_expiry_with_fee_and_pieces(worker, said):
    facts = renewal(worker, date(2027, 1, 2), "conditions_still_met")
    assert said(facts, "R26") == {"window_met", "pieces_met"}
    assert said(facts, "R24") == {"pieces_met", "fee_met"}
    assert "TOO_EARLY" in said(renewal(worker, date(2027, 1, 3), "conditions_still_met"), "R26")
    assert "EXPIRED" in said(renewal(worker, date(2026, 11, 1), "conditions_still_met"), "R26")
    assert "MISSING_PIECE" in said(renewal(worker, date(2027, 1, 2)), "R26")


def forced(worker):
    return replace(
        worker,
        recovery="forced_marriage",
        pieces=(
            PieceFact("passport_copy", CopyKind.FULL),
            PieceFact("forced_marriage_evidence"),
            PieceFact("fee_proof"),
        ),
        filed_via="diplomatic_post",
        needs_entry_visa=True,
    )


def test_R27_art_10bis_is_a_draft_that_nobody_can_rest_on(worker, said):
    assert said(forced(worker), "R27") == {"RULE_NOT_IN_FORCE"}
    assert explain(forced(worker), rule_book()).stopping(Stops.FILING)
    assert said(worker, "R27") == {"not_in_force"}


def test_R27_art_10bis_once_dated_it_asks_for_a_full_copy_evidence_and_the_right_channel(worker, said):
    book = rule_book()
    text = book.rules["R27"]
    dated = RuleText(text.rule, text.article, text.source, date(2026, 1, 1), None, text.values, text.errors, text.says)
    in_force = replace(book, rules={**book.rules, "R27": dated})
    facts = forced(worker)
    assert said(facts, "R27", book=in_force) == {"channel_met", "pieces_met"}
    assert said(facts, "R23", book=in_force) == {"not_applicable"}
    assert "WRONG_CHANNEL" in said(replace(facts, filed_via="direction"), "R27", book=in_force)
    assert "needs_fact" in said(replace(facts, needs_entry_visa=None), "R27", book=in_force)
    assert "channel_met" in said(replace(facts, needs_entry_visa=False, filed_via="direction"), "R27", book=in_force)
    certified = replace(facts, pieces=(PieceFact("passport_copy", CopyKind.CERTIFIED), *facts.pieces[1:]))
    assert "MISSING_PIECE" in said(certified, "R27", book=in_force)
    assert said(replace(facts, filed_on=date(2025, 12, 31)), "R27", book=in_force) == {"RULE_NOT_IN_FORCE"}


def test_R28_art_11_long_term_residence_needs_five_years_and_its_pieces(long_term, said, five_years):
    assert said(replace(long_term, events=Events(stays=five_years)), "R28") == {
        "passport_met",
        "stay_met",
        "pieces_met",
    }
    late = Events(stays=(Stay(date(2021, 11, 3), is_lawful=True, with_sponsor=True),))
    assert "STAY_NOT_PROVEN" in said(replace(long_term, events=late), "R28")
    assert "needs_fact" in said(long_term, "R28")
    shown = replace(long_term, pieces=(*long_term.pieces, PieceFact("integration_contract")))
    assert "integration" in said(shown, "R28")
    for code in ("passport_copy", "resources", "housing", "health_insurance", "criminal_record"):
        lacking = tuple(piece for piece in long_term.pieces if piece.code != code)
        assert "MISSING_PIECE" in said(replace(long_term, pieces=lacking), "R28")


def test_R29_art_12_the_decision_is_written_within_six_months(long_term, said, due):
    facts = replace(long_term, filed_on=date(2026, 8, 31))
    assert due(facts, "R29") == {date(2027, 2, 28)}
    assert said(facts, "R29", date(2027, 2, 28)) == {"due"}
    assert said(facts, "R29", date(2027, 3, 1)) == {"SLA_BREACH"}


@pytest.mark.parametrize(
    ("reason", "letter", "expected"),
    [
        ("complex", date(2027, 5, 2), "prolonged"),
        ("complex", date(2027, 5, 3), "PROLONG_WITHOUT_LETTER"),
        ("complex", None, "PROLONG_WITHOUT_LETTER"),
        ("", date(2027, 5, 2), "PROLONG_WITHOUT_LETTER"),
    ],
)
def test_R29_art_12_a_prolongation_needs_reason_and_letter_before_the_day(long_term, said, reason, letter, expected):
    progress = Progress(prolonged_on=date(2027, 4, 30), prolongation_letter_on=letter, prolongation_reason=reason)
    facts = replace(long_term, events=Events(progress=progress))
    assert said(facts, "R29", date(2027, 5, 10)) == {expected}


def test_R30_art_13_the_card_says_resident_de_longue_duree_ue_and_nothing_else(long_term, said):
    assert said(long_term, "R30") == {"met", "pieces_met", "fee_met"}
    wrong = Events(card=LiveCard(printed_category="résident de longue durée - CE"))
    assert "PROFILE_VIOLATION" in said(replace(long_term, events=wrong), "R30")
    right = Events(card=LiveCard(printed_category="résident de longue durée - UE"))
    assert "PROFILE_VIOLATION" not in said(replace(long_term, events=right), "R30")


def test_R38_art_14_the_status_outlives_the_card(long_term, said):
    late = renewal(long_term, date(2026, 11, 1), "uninterrupted_residence")
    assert said(late, "R38") == {"EXPIRED", "pieces_met"}
    assert not explain(late, rule_book()).stopping(Stops.FILING)
    early = renewal(long_term, date(2027, 1, 3), "uninterrupted_residence")
    assert "TOO_EARLY" in said(early, "R38")
    assert "FEE_MISSING" in said(replace(late, payments=()), "R30")


def test_R39_art_15_a_status_lost_by_absence_is_recovered_through_the_right_channel(long_term, said):
    facts = replace(long_term, recovery="absence", needs_entry_visa=True, filed_via="diplomatic_post")
    assert said(facts, "R39") == {"channel_met", "pieces_met"}
    assert "WRONG_CHANNEL" in said(replace(facts, filed_via="direction"), "R39")
    assert "needs_fact" in said(replace(facts, filed_via=""), "R39")
    assert "MISSING_PIECE" in said(replace(facts, pieces=()), "R39")
    assert "STAY_NOT_PROVEN" not in said(facts, "R28")
    decided = replace(facts, events=Events(progress=Progress(decided_on=date(2026, 12, 1))))
    assert "decided" in said(decided, "R39", date(2026, 12, 1))
    assert said(long_term, "R39") == {"not_applicable"}


def test_R40_art_16_another_states_resident_is_answered_within_four_months(from_elsewhere, said, due):
    facts = replace(from_elsewhere, filed_on=date(2026, 10, 31))
    assert due(facts, "R40") == {date(2027, 2, 28)}
    assert said(facts, "R40", date(2027, 2, 28)) == {"due", "passport_met", "pieces_met"}
    assert said(facts, "R40", date(2027, 3, 1)) == {"SLA_BREACH", "passport_met", "pieces_met"}


def test_R40_art_16_three_months_more_with_a_letter_and_only_once(from_elsewhere, said, due):
    told = Progress(
        prolonged_on=date(2027, 2, 1), prolongation_letter_on=date(2027, 2, 2), prolongation_reason="complex"
    )
    facts = replace(from_elsewhere, filed_on=date(2026, 10, 31), events=Events(progress=told))
    assert due(facts, "R40", date(2027, 3, 1)) == {date(2027, 5, 28)}
    assert "due" in said(facts, "R40", date(2027, 5, 28))
    assert "SLA_BREACH" in said(facts, "R40", date(2027, 5, 29))
    silent = replace(facts, events=Events(progress=replace(told, prolongation_letter_on=None)))
    assert "PROLONG_WITHOUT_LETTER" in said(silent, "R40", date(2027, 2, 2))


def test_R40_art_16_is_asked_before_settling_and_family_proves_residence_there(from_elsewhere, said):
    assert "SETTLED_ALREADY" in said(replace(from_elsewhere, arrival_date=date(2026, 11, 2)), "R40")
    assert "before_settling" in said(replace(from_elsewhere, arrival_date=date(2026, 11, 3)), "R40")
    assert "MISSING_PIECE" in said(replace(from_elsewhere, category="membre-de-famille"), "R40")


def test_R41_art_17_the_permit_is_asked_for_within_three_months_of_entry(other_state, said, due):
    facts = replace(other_state, arrival_date=date(2026, 11, 30), filed_on=date(2027, 2, 28))
    assert due(facts, "R41") == {date(2027, 2, 28)}
    assert said(facts, "R41") == {"passport_met", "in_time", "pieces_met", "fee_met"}
    assert "LATE" in said(replace(facts, filed_on=date(2027, 3, 1)), "R41")
    for code in ("passport_copy", "ministerial_decision", "arrival_receipt", "housing", "fee_proof"):
        lacking = tuple(piece for piece in facts.pieces if piece.code != code)
        assert "MISSING_PIECE" in said(replace(facts, pieces=lacking), "R41")


def test_R42_art_18_family_gets_the_duration_of_the_person_joined(other_state, said):
    assert said(other_state, "R42") == {"met"}
    family = replace(other_state, category="membre-de-famille", sponsor=SponsorFact("MAR", "spouse"))
    assert said(family, "R42") == {"SPONSOR_PERMIT_MISSING"}
    joined = replace(family, sponsor=SponsorFact("MAR", "spouse", date(2029, 4, 1)))
    assert said(joined, "R42") == {"as_sponsor"}


def test_R43_art_19_the_permit_is_renewed_in_the_two_months_before_expiry(other_state, said):
    assert said(renewal(other_state, date(2027, 1, 2), "conditions_still_met"), "R43") == {"window_met", "pieces_met"}
    assert "TOO_EARLY" in said(renewal(other_state, date(2027, 1, 3), "conditions_still_met"), "R43")
    assert "EXPIRED" in said(renewal(other_state, date(2026, 11, 1), "conditions_still_met"), "R43")
    assert "MISSING_PIECE" in said(renewal(other_state, date(2027, 1, 2)), "R43")


def test_R44_art_20_the_fee_is_that_of_the_day_of_filing(worker, said):
    paid = Payment(8000, date(2015, 3, 1), "T-1")
    early = replace(worker, filed_on=date(2015, 3, 13), payments=(paid,))
    assert said(early, "R44") == {"fee_met"}
    assert said(replace(early, filed_on=date(2015, 3, 12)), "R44") == {"VALUE_NOT_CONFIGURED"}
    assert said(replace(worker, payments=()), "R44") == {"FEE_MISSING"}
    assert said(replace(worker, payments=(Payment(7999, date(2026, 10, 1), "T"),)), "R44") == {"FEE_AMOUNT"}


def test_R24_art_9_1_the_permit_is_for_third_country_nationals(worker, said):
    for nationality in ("D", "CHE", "LUX"):
        assert "NOT_ELIGIBLE" in said(replace(worker, nationalities=("IND", nationality)), "R24")
    assert "NOT_ELIGIBLE" not in said(replace(worker, nationalities=("GBR",)), "R24")
    british = replace(worker, nationalities=("GBR",), filed_on=date(2020, 12, 31))
    assert "NOT_ELIGIBLE" in said(british, "R24")


def test_R28_art_11_1_long_term_residence_is_for_third_country_nationals(long_term, said):
    assert "NOT_ELIGIBLE" in said(replace(long_term, nationalities=("D",)), "R28")
    assert "NOT_ELIGIBLE" not in said(long_term, "R28")


def test_R22_commune_page_who_declares_the_arrival_shows_a_valid_travel_document(newcomer, said):
    day = newcomer.filed_on
    assert "PASSPORT_EXPIRED" in said(replace(newcomer, passport_expiry_date=day - timedelta(days=1)), "R22")
    assert "passport_met" in said(replace(newcomer, passport_expiry_date=day), "R22")
    expired = explain(replace(newcomer, passport_expiry_date=day - timedelta(days=1)), rule_book()).by_rule()["R22"]
    assert expired[0].finding.stops is Stops.NOTHING  # the page makes it a condition of the permit that follows


def test_R40_art_16_1_the_passport_of_a_resident_of_another_state_is_valid(from_elsewhere, said):
    day = from_elsewhere.filed_on
    assert "PASSPORT_EXPIRED" in said(replace(from_elsewhere, passport_expiry_date=day - timedelta(days=1)), "R40")
    assert "passport_met" in said(replace(from_elsewhere, passport_expiry_date=day), "R40")


@pytest.mark.parametrize("rule", ["R24", "R44"])
@pytest.mark.parametrize("reference", ["", "  "])
def test_R24_R44_art_9_1_a_payment_without_the_reference_of_the_treasury_is_no_proof(worker, said, rule, reference):
    claimed = replace(worker, payments=(replace(worker.payments[0], reference=reference),))
    assert "FEE_MISSING" in said(claimed, rule)
    both = replace(worker, payments=(*worker.payments, *claimed.payments))
    assert "fee_met" in said(both, rule)  # what is no proof adds nothing


def test_R24_art_9_1_23_a_file_whose_proof_of_the_fee_bears_no_reference_is_returned(worker, said):
    claimed = replace(worker, payments=(replace(worker.payments[0], reference=""),))
    assert "MISSING_PIECE" in said(claimed, "R24")
    assert said(claimed, "R47") == {"INCOMPLETE"}
    assert said(worker, "R47") == {"met"}
