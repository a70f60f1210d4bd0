"""R01-R11: the registration certificate, moves, loss, the free entry visa. Each on its border days."""

from dataclasses import replace
from datetime import date

import pytest

from enrolment.rules.dates import PartialDate
from enrolment.rules.engine import explain
from enrolment.rules.events import Activity, Events, Loss, Move, Progress
from enrolment.rules.facts import CopyKind, PieceFact, PreviousDocument, Reason, SponsorFact
from enrolment.rules.findings import Stops
from enrolment.rules.read_book import rule_book


def with_piece(facts, code, **changes):
    pieces = tuple(replace(piece, **changes) if piece.code == code else piece for piece in facts.pieces)
    return replace(facts, pieces=pieces)


def without(facts, code):
    return replace(facts, pieces=tuple(piece for piece in facts.pieces if piece.code != code))


@pytest.mark.parametrize(
    ("arrived", "filed", "expected"),
    [
        (date(2026, 8, 15), date(2026, 11, 15), "in_time"),
        (date(2026, 8, 15), date(2026, 11, 16), "LATE_DECLARATION"),
        (date(2026, 11, 30), date(2027, 2, 28), "in_time"),  # no 30 February: the month's last day
        (date(2026, 11, 30), date(2027, 3, 1), "LATE_DECLARATION"),
        (date(2027, 11, 30), date(2028, 2, 29), "in_time"),
    ],
)
def test_R01_law_art_8_a_union_citizen_declares_within_three_months(employee, said, arrived, filed, expected):
    facts = replace(employee, arrival_date=arrived, filed_on=filed)
    assert said(facts, "R01") == {expected}
    assert not explain(facts, rule_book()).stopping(Stops.FILING)


def test_R01_law_art_8_a_stay_of_three_months_needs_no_formality(employee, said):
    facts = replace(employee, arrival_date=date(2026, 9, 15), leaves_on=date(2026, 12, 15))
    assert said(facts, "R01") == {"no_formality"}
    assert said(replace(facts, leaves_on=date(2026, 12, 16)), "R01") == {"in_time"}


def test_R01_law_art_8_is_for_citizens_of_the_union_and_assimilated_states(employee, said):
    for state, expected in (("CHE", "in_time"), ("NOR", "in_time"), ("D", "in_time"), ("LUX", "NOT_ELIGIBLE")):
        assert said(replace(employee, nationalities=(state,)), "R01") == {expected}
    assert said(replace(employee, nationalities=("BRA",)), "R01") == {"NOT_ELIGIBLE"}
    assert said(replace(employee, nationalities=("BRA", "PRT")), "R01") == {"in_time"}


def test_R01_law_art_8_without_the_day_of_arrival_nobody_can_say(employee):
    found = explain(replace(employee, arrival_date=None), rule_book()).by_rule()["R01"][0]
    assert found.finding.needs == ("residence.arrival_date",)
    assert "date d'arrivée" in found.says["fr"]


def test_R02_art_2_the_identity_document_holds_on_its_last_day(employee, said):
    assert "identity_met" in said(replace(employee, passport_expiry_date=employee.filed_on), "R02")
    assert "ID_EXPIRED" in said(replace(employee, passport_expiry_date=date(2026, 11, 1)), "R02")


@pytest.mark.parametrize(
    ("category", "codes"),
    [
        ("salarie", {"identity_presented", "work_contract"}),
        ("independant", {"identity_presented", "self_employment_proof"}),
        ("inactif", {"identity_presented", "means", "health_insurance"}),
        ("etudiant", {"identity_presented", "school_enrolment", "resources_declaration", "health_insurance"}),
        ("stagiaire", {"identity_presented", "resources_declaration", "health_insurance"}),
    ],
)
def test_R02_art_2_each_category_has_its_pieces(employee, category, codes):
    explanation = explain(replace(employee, category=category, pieces=()), rule_book())
    lacking = next(rule for rule in explanation.rules if rule.finding.error == "MISSING_PIECE")
    assert set(lacking.finding.values["pieces"]) == codes


def test_R02_art_2_a_contract_is_dated_and_signed_by_both(employee, said):
    assert "work_met" in said(replace(employee, events=Events(activity=Activity(40))), "R02")
    assert "PIECE_DEFECTIVE" in said(with_piece(employee, "work_contract", signed_by=("employer",)), "R02")
    assert "PIECE_DEFECTIVE" in said(with_piece(employee, "work_contract", issued_on=None), "R02")
    assert "needs_fact" in said(with_piece(employee, "work_contract", signed_by=None), "R02")


def test_R02_art_2_a_promise_of_employment_states_work_start_term_and_pay(employee, said):
    promise = PieceFact(
        "work_promise", issued_on=date(2026, 9, 1), signed_by=("employer",), states=("nature", "start", "term", "pay")
    )
    facts = replace(employee, pieces=(employee.pieces[0], promise), events=Events(activity=Activity(10)))
    assert said(facts, "R02") == {"identity_met", "work_met", "pieces_met"}
    assert "PIECE_DEFECTIVE" in said(with_piece(facts, "work_promise", states=("nature", "start", "pay")), "R02")
    assert "PIECE_DEFECTIVE" in said(with_piece(facts, "work_promise", signed_by=()), "R02")
    assert "needs_fact" in said(with_piece(facts, "work_promise", states=None), "R02")


def test_R02_art_2_fewer_than_ten_hours_a_week_are_marginal_and_only_flagged(employee, said):
    assert "work_met" in said(replace(employee, events=Events(activity=Activity(10))), "R02")
    marginal = replace(employee, events=Events(activity=Activity(9)))
    assert "MARGINAL_ACTIVITY" in said(marginal, "R02")
    assert not explain(marginal, rule_book()).stopping(Stops.FILING, Stops.EXAMINATION)


def test_R03_art_2_the_threshold_of_the_inactive_is_not_configured_and_blocks(employee, said):
    inactive = replace(employee, category="inactif", pieces=(PieceFact("identity_presented", CopyKind.ORIGINAL),))
    assert said(inactive, "R03") == {"THRESHOLD_NOT_CONFIGURED"}
    blocked = explain(inactive, rule_book()).stopping(Stops.EXAMINATION)
    assert "R03" in {rule.finding.rule for rule in blocked}
    assert said(employee, "R03") == {"not_applicable"}


def test_R03_art_2_configured_the_threshold_is_reached_to_the_cent(employee, said, book_with):
    book = book_with(resources_inactive_monthly_eur=1500)

    def rich(cents):
        return replace(employee, category="inactif", events=Events(activity=Activity(resources_monthly_cents=cents)))

    assert said(rich(150_000), "R03", book=book) == {"met"}
    assert said(rich(149_999), "R03", book=book) == {"RESOURCES_TOO_LOW"}
    assert said(rich(None), "R03", book=book) == {"needs_fact"}


def test_R04_transitional_measures_bulgarians_needed_a_work_permit_until_the_end_of_2013(employee, said):
    facts = replace(employee, nationalities=("BGR",), arrival_date=date(2013, 12, 1), filed_on=date(2013, 12, 31))
    assert said(facts, "R04") == {"WORK_PERMIT_REQUIRED"}
    assert said(replace(facts, pieces=(*facts.pieces, PieceFact("work_permit"))), "R04") == {"met"}
    assert said(replace(facts, filed_on=date(2014, 1, 1)), "R04") == {"not_applicable"}
    assert said(replace(facts, nationalities=("BGR", "FRA")), "R04") == {"not_applicable"}


def test_R04_transitional_measures_an_unpaid_trainee_is_a_student(employee, said):
    assert said(replace(employee, category="stagiaire"), "R04") == {"as_student"}


@pytest.mark.parametrize(
    ("relation", "code"),
    [
        ("spouse", "family_link"),
        ("parent", "dependency"),
        ("household_member", "provenance_certificate"),
        ("health_care", "minister_authorisation"),
        ("durable_partner", "durable_relationship"),
    ],
)
def test_R05_art_3_each_relation_has_its_piece(relative, relation, code):
    facts = replace(relative, pieces=(), sponsor=replace(relative.sponsor, relation=relation))
    lacking = {
        piece
        for rule in explain(facts, rule_book()).by_rule()["R05"]
        for piece in rule.finding.values.get("pieces", ())
    }
    assert code in lacking
    assert "sponsor_registration" in lacking


def test_R05_art_3_family_of_a_luxembourger_shows_a_certificate_of_residence(relative):
    facts = replace(relative, pieces=(), sponsor=SponsorFact("LUX", "spouse"))
    lacking = next(rule for rule in explain(facts, rule_book()).rules if rule.finding.error == "MISSING_PIECE")
    assert lacking.finding.values["pieces"] == ("identity_presented", "family_link", "sponsor_residence")


def test_R05_art_3_a_child_is_family_below_twenty_one_and_dependent_after(relative, said):
    child = replace(relative, sponsor=SponsorFact("FRA", "child", category="salarie"))
    assert "relation_met" in said(replace(child, birth_date=PartialDate(2005, 11, 3)), "R05")  # 21 on the next day
    grown = replace(child, birth_date=PartialDate(2005, 11, 2))
    assert "needs_fact" in said(grown, "R05")
    assert "relation_met" in said(replace(grown, sponsor=replace(grown.sponsor, is_dependent=True)), "R05")
    assert "RELATION_NOT_ELIGIBLE" in said(replace(grown, sponsor=replace(grown.sponsor, is_dependent=False)), "R05")


def test_R06_brochure_page_8_a_student_brings_spouse_partner_and_dependent_child_only(relative, said):
    def of_student(relation, **changes):
        return replace(relative, sponsor=SponsorFact("FRA", relation, category="etudiant", **changes))

    assert said(of_student("spouse"), "R06") == {"relation_met"}
    assert said(of_student("child", is_dependent=True), "R06") == {"relation_met"}
    assert said(of_student("child", is_dependent=False), "R06") == {"RELATION_NOT_ELIGIBLE"}
    assert said(of_student("parent", is_dependent=True), "R06") == {"RELATION_NOT_ELIGIBLE"}
    by_minister = replace(of_student("parent"), pieces=(PieceFact("minister_authorisation"),))
    assert said(by_minister, "R06") == {"authorised"}
    assert said(relative, "R06") == {"not_applicable"}
    assert said(replace(relative, sponsor=SponsorFact("FRA", "parent")), "R06") == {"needs_fact"}


def test_R07_art_4_the_certificate_is_issued_at_once_on_a_complete_file(employee, said):
    assert said(employee, "R07") == {"met"}
    assert said(without(employee, "work_contract"), "R07") == {"NOT_COMPLETE"}


@pytest.mark.parametrize(
    ("seen", "endorsed", "expected"),
    [
        (date(2026, 12, 9), None, "to_endorse"),
        (date(2026, 12, 10), None, "VISA_LATE"),
        (date(2026, 12, 20), date(2026, 12, 9), "in_time"),
        (date(2026, 12, 20), date(2026, 12, 10), "VISA_LATE"),
    ],
)
def test_R08_art_25_the_new_commune_endorses_within_eight_days(employee, said, due, seen, endorsed, expected):
    moved = replace(employee, events=Events(move=Move(date(2026, 12, 1), employee.product, endorsed)))
    assert said(moved, "R08", seen) == {expected}
    assert due(moved, "R08", seen) == {date(2026, 12, 9)}
    assert not explain(moved, rule_book(), seen).stopping(Stops.FILING, Stops.EXAMINATION)


def test_R08_art_25_a_titre_de_sejour_is_not_endorsed(employee, said):
    moved = replace(employee, events=Events(move=Move(date(2026, 11, 1), "titre-de-sejour")))
    assert said(moved, "R08") == {"UNKNOWN_DOC"}
    assert said(employee, "R08") == {"not_applicable"}


def test_R09_brochure_page_6_a_certificate_without_room_is_replaced_and_mentions_the_first(employee, said):
    def moved(count):
        return replace(
            employee,
            events=Events(move=Move(date(2026, 11, 1), employee.product, endorsements_so_far=count)),
            previous=PreviousDocument(employee.product, date(2019, 3, 4), None),
        )

    assert said(moved(3), "R09") == {"room_left"}
    assert said(moved(4), "R09") == {"new_paper"}
    assert said(moved(None), "R09") == {"needs_fact"}
    assert said(replace(moved(4), previous=None), "R09") == {"needs_fact"}
    full = next(rule for rule in explain(moved(4), rule_book()).rules if rule.finding.rule == "R09")
    assert "4 mars 2019" in full.says["fr"]


def test_R10_brochure_page_6_the_commune_hears_of_a_certificate_made_after_a_loss(employee, said):
    lost = replace(
        employee,
        reason=Reason.REPLACEMENT,
        previous=PreviousDocument(employee.product, date(2019, 3, 4), None),
        events=Events(loss=Loss(date(2026, 10, 30)), progress=Progress(made_on=date(2026, 11, 10))),
    )
    assert said(lost, "R10") == {"needs_fact"}  # on the day of filing it is not made yet
    assert said(lost, "R10", date(2026, 11, 10)) == {"COMMUNE_NOT_INFORMED"}
    told = replace(lost, events=replace(lost.events, loss=Loss(date(2026, 10, 30), False, date(2026, 11, 12))))
    assert said(told, "R10", date(2026, 11, 12)) == {"met"}
    assert said(employee, "R10") == {"not_applicable"}


def test_R11_art_4bis_the_entry_visa_of_a_family_member_is_free(spouse, said):
    assert said(replace(spouse, events=Events(entry_visa_fee_cents=0)), "R11") == {"met"}
    assert said(replace(spouse, events=Events(entry_visa_fee_cents=6000)), "R11") == {"VISA_CHARGED"}
    assert said(spouse, "R11") == {"not_applicable"}


def test_R05_art_3_the_person_joined_is_of_the_union_or_of_an_assimilated_state(relative, said):
    assert "NOT_ELIGIBLE" in said(replace(relative, sponsor=SponsorFact("USA", "spouse")), "R05")
    assert "NOT_ELIGIBLE" not in said(replace(relative, sponsor=SponsorFact("ISL", "spouse")), "R05")
