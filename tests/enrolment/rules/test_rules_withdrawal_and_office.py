"""R53-R64: the Withdrawal Agreement, and how the office works. Each on its border days."""

from dataclasses import replace
from datetime import date, time

import pytest

from enrolment.rules.answers import letters_due
from enrolment.rules.dates import PartialDate
from enrolment.rules.engine import explain
from enrolment.rules.events import (
    Appointment,
    Collection,
    Events,
    FamilyFiling,
    Progress,
    QueueTurn,
    WithdrawalAnswers,
)
from enrolment.rules.facts import CopyKind, PieceFact, PreviousDocument, SponsorFact
from enrolment.rules.findings import Stops
from enrolment.rules.read_book import rule_book
from enrolment.rules.validity import card_validity

RESIDENT = WithdrawalAnswers(resident_at_end=True, has_right_of_residence=True)


def answered(facts, **answers):
    return replace(facts, events=Events(withdrawal=replace(RESIDENT, **answers)))


def relative(british, relation, **sponsor):
    return replace(
        british,
        nationalities=("USA",),
        pieces=(british.pieces[0], PieceFact("passport_copy", CopyKind.FULL)),
        sponsor=SponsorFact("GBR", relation, **sponsor),
    )


def test_R53_withdrawal_page_the_resident_on_31_december_2020_is_a_beneficiary(british, said):
    assert said(answered(british), "R53") == {"met"}
    assert said(answered(british, resident_at_end=False), "R53") == {"NOT_ELIGIBLE"}
    assert said(answered(british, resident_at_end=False, temporarily_absent_at_end=True), "R53") == {"met"}
    assert said(answered(british, has_right_of_residence=False), "R53") == {"NOT_ELIGIBLE"}
    assert said(answered(british, has_right_of_residence=None), "R53") == {"needs_fact"}
    assert said(british, "R53") == {"needs_fact"}


@pytest.mark.parametrize(("arrived", "expected"), [(date(2020, 12, 31), "met"), (date(2021, 1, 1), "NOT_ELIGIBLE")])
def test_R53_withdrawal_page_the_day_of_arrival_may_tell(british, said, arrived, expected):
    facts = replace(
        british, arrival_date=arrived, events=Events(withdrawal=WithdrawalAnswers(has_right_of_residence=True))
    )
    assert said(facts, "R53") == {expected}
    assert bool(explain(facts, rule_book()).stopping(Stops.FILING)) is (expected == "NOT_ELIGIBLE")


def test_R53_withdrawal_page_dual_nationals_need_not_apply_but_may(british, said):
    assert said(answered(replace(british, nationalities=("GBR", "IRL"))), "R53") == {"not_required"}
    assert said(answered(replace(british, nationalities=("GBR", "CHE"))), "R53") == {"not_required"}
    assert said(answered(replace(british, nationalities=("GBR", "USA"))), "R53") == {"met"}
    assert said(answered(british, still_holds_special_card=True), "R53") == {"keeps_card"}


def test_R53_withdrawal_page_family_of_a_british_national_only(british, said):
    assert said(answered(relative(british, "spouse")), "R53") == {"met"}
    assert said(answered(relative(british, "household_member")), "R53") == {"NOT_ELIGIBLE"}
    assert said(answered(replace(relative(british, "spouse"), sponsor=None)), "R53") == {"NOT_ELIGIBLE"}


@pytest.mark.parametrize("relation", ["spouse", "partner"])
def test_R54_withdrawal_page_spouse_and_registered_partner_are_family(british, said, relation):
    assert said(relative(british, relation), "R54") == {"relation_met"}
    assert said(british, "R54") == {"not_applicable"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "relation_met"),
        ({"is_unmarried": False}, "RELATION_NOT_ELIGIBLE"),
        ({"in_their_custody": False}, "RELATION_NOT_ELIGIBLE"),
        ({"custody_is_shared": True, "other_holder_consents": True}, "relation_met"),
        ({"custody_is_shared": True, "other_holder_consents": False}, "RELATION_NOT_ELIGIBLE"),
        ({"custody_is_shared": True}, "needs_fact"),
        ({"custody_is_shared": None}, "needs_fact"),
        ({"is_unmarried": None}, "needs_fact"),
    ],
)
def test_R54_withdrawal_page_a_child_is_below_eighteen_unmarried_and_in_their_custody(british, said, changes, expected):
    known = {"is_unmarried": True, "in_their_custody": True, "custody_is_shared": False}
    child = replace(relative(british, "child", **{**known, **changes}), birth_date=PartialDate(2003, 6, 2))
    assert said(child, "R54") == {expected}
    grown = replace(child, birth_date=PartialDate(2003, 6, 1))  # eighteen on the day of filing
    assert said(grown, "R54") == {"RELATION_NOT_ELIGIBLE"}


def test_R54_withdrawal_page_adult_children_and_parents_depend_on_the_minimum_wage(british, said, book_with):
    facts = {"is_unmarried": True, "has_other_category": False, "resources_monthly_cents": 220_000}
    adult = relative(british, "adult_child", **facts)
    assert said(adult, "R54") == {"THRESHOLD_NOT_CONFIGURED"}
    assert explain(adult, rule_book()).stopping(Stops.EXAMINATION)
    book = book_with(wage_social_minimum_monthly_eur=2200)
    assert said(adult, "R54", book=book) == {"relation_met"}
    poorer = {**facts, "resources_monthly_cents": 219_999}
    assert said(relative(british, "adult_child", **poorer), "R54", book=book) == {"RELATION_NOT_ELIGIBLE"}
    worker = {**facts, "has_other_category": True}
    assert said(relative(british, "parent", **worker), "R54", book=book) == {"RELATION_NOT_ELIGIBLE"}
    assert said(relative(british, "parent"), "R54", book=book) == {"needs_fact"}


@pytest.mark.parametrize(
    ("filed_on", "expected"),
    [
        (date(2020, 6, 30), "OUT_OF_WINDOW"),
        (date(2020, 7, 1), "met"),
        (date(2021, 12, 31), "met"),
        (date(2022, 1, 1), "OUT_OF_WINDOW"),
    ],
)
def test_R55_withdrawal_page_the_window_closes_on_31_december_2021(british, said, filed_on, expected):
    assert expected in said(replace(british, filed_on=filed_on), "R55")


def test_R55_withdrawal_page_the_day_of_the_letter_is_configured(british, said, book_with):
    letter = replace(british, filed_on=date(2022, 1, 3), postmarked_on=date(2021, 12, 31), received_on=date(2022, 1, 3))
    assert "OUT_OF_WINDOW" in said(letter, "R55")
    assert "met" in said(letter, "R55", book=book_with(withdrawal_window_by="postmark"))


def test_R55_withdrawal_page_who_lost_a_diplomatic_card_may_file_later(british, said):
    later = replace(british, filed_on=date(2023, 5, 2), held_special_card=True)
    assert "needs_fact" in said(later, "R55")  # who still holds the card may not file late
    assert "later_right" in said(answered(later, still_holds_special_card=False), "R55")
    assert "OUT_OF_WINDOW" in said(answered(later, still_holds_special_card=True), "R55")


def test_R55_withdrawal_page_the_form_is_signed(british, said):
    assert "MISSING_PIECE" in said(replace(british, pieces=british.pieces[1:]), "R55")


def test_R56_withdrawal_page_a_family_files_in_one_envelope(british, said):
    family = replace(british, family_batch="A", events=Events(family=FamilyFiling(4, 4)))
    assert said(family, "R56") == {"met"}
    apart = replace(family, events=Events(family=FamilyFiling(4, 3)))
    assert said(apart, "R56") == {"FILED_APART"}
    assert not [rule for rule in explain(apart, rule_book()).rules if rule.finding.stops is not Stops.NOTHING]
    assert said(replace(family, events=Events()), "R56") == {"needs_fact"}
    assert said(british, "R56") == {"not_applicable"}


def test_R57_withdrawal_page_the_british_show_identity_and_others_the_whole_passport(british, said):
    assert said(british, "R57") == {"passport_met", "pieces_met"}
    assert said(relative(british, "spouse"), "R57") == {"passport_met", "pieces_met"}
    plain = replace(relative(british, "spouse"), pieces=(british.pieces[0], PieceFact("passport_copy", CopyKind.PLAIN)))
    assert "MISSING_PIECE" in said(plain, "R57")
    assert "PASSPORT_EXPIRED" in said(replace(british, passport_expiry_date=date(2021, 5, 31)), "R57")


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (QueueTurn(7, 7), "met"),
        (QueueTurn(8, 7), "QUEUE_JUMP"),
        (QueueTurn(8, 7, "a dying parent"), "QUEUE_JUMP"),
        (QueueTurn(8, 7, " ", supervisor_agreed=True), "QUEUE_JUMP"),
        (QueueTurn(8, 7, "a dying parent", supervisor_agreed=True), "jump_agreed"),
    ],
)
def test_R58_withdrawal_page_files_are_treated_in_order_of_arrival(british, said, turn, expected):
    assert said(replace(british, events=Events(turn=turn)), "R58") == {expected}
    assert said(british, "R58") == {"not_applicable"}


def test_R59_withdrawal_page_a_letter_invites_and_capture_is_at_the_direction(british, said):
    decided = replace(british, events=Events(progress=Progress(decided_on=date(2021, 6, 10))))
    assert said(decided, "R59", date(2021, 6, 9)) == {"not_applicable"}
    assert said(decided, "R59", date(2021, 6, 10)) == {"to_invite"}
    kinds = {letter.kind for letter in letters_due(decided, date(2021, 6, 10))}
    assert "appointment_invitation" in kinds

    def booked(site):
        return replace(british, events=Events(appointments=(Appointment(date(2021, 6, 28), site=site),)))

    assert said(booked("direction"), "R59") == {"met"}
    assert said(booked("commune"), "R59") == {"WRONG_SITE"}


@pytest.mark.parametrize(
    ("in_person", "is_holder", "expected"),
    [
        (True, True, "met"),
        (False, True, "NOT_HOLDER"),
        (True, False, "NOT_HOLDER"),
        (True, None, "needs_fact"),
    ],
)
def test_R60_withdrawal_page_only_the_verified_holder_collects(british, said, in_person, is_holder, expected):
    facts = replace(british, events=Events(collection=Collection(date(2021, 7, 1), in_person, True, is_holder)))
    assert said(facts, "R60", date(2021, 7, 1)) == {expected}
    assert bool(explain(facts, rule_book(), date(2021, 7, 1)).stopping(Stops.DELIVERY)) is (expected == "NOT_HOLDER")


def test_R61_withdrawal_page_five_or_ten_years_by_the_document_replaced(british, said):
    assert said(british, "R61") == {"met"}
    assert said(replace(british, previous=None), "R61") == {"REPLACED_DOCUMENT_MISSING"}
    book = rule_book()
    five = replace(british, previous=PreviousDocument("carte-de-sejour", None, None))
    early = card_validity(book.product(british.product), five, book, date(2020, 12, 15))
    assert (early.valid_from, early.expiry_date) == (date(2021, 1, 1), date(2026, 1, 1))


def test_R62_withdrawal_page_the_old_document_holds_until_the_new_one_is_delivered(british, said):
    assert said(british, "R62") == {"still_valid"}
    delivered = replace(british, events=Events(progress=Progress(delivered_on=date(2021, 7, 1))))
    assert said(delivered, "R62", date(2021, 6, 30)) == {"still_valid"}
    assert said(delivered, "R62", date(2021, 7, 1)) == {"ended"}
    early = replace(
        british, filed_on=date(2020, 9, 1), events=Events(progress=Progress(delivered_on=date(2020, 12, 1)))
    )
    ended = next(rule for rule in explain(early, rule_book(), date(2021, 2, 1)).rules if rule.finding.rule == "R62")
    assert ended.finding.values["ended"] == date(2020, 12, 31)


@pytest.mark.parametrize(
    ("on", "at", "expected"),
    [
        (date(2019, 3, 4), time(8, 30), "met"),
        (date(2019, 3, 4), time(8, 29), "NO_SLOT"),
        (date(2019, 3, 4), time(10, 59), "met"),
        (date(2019, 3, 4), time(11, 0), "NO_SLOT"),
        (date(2019, 3, 9), time(9, 0), "NO_SLOT"),  # a Saturday
        (date(2019, 5, 9), time(9, 0), "NO_SLOT"),  # the first Europe Day
        (date(2018, 5, 9), time(9, 0), "met"),  # not a holiday yet
        (date(2026, 3, 4), time(15, 0), "met"),  # since then the calendar of appointments has the hours
        (date(2026, 6, 23), time(9, 0), "NO_SLOT"),
    ],
)
def test_R63_commune_page_counters_are_open_on_working_days_from_half_past_eight_to_eleven(
    worker, said, on, at, expected
):
    visit = Events(appointments=(Appointment(on, at),))
    assert said(replace(worker, events=visit), "R63") == {expected}


def test_R63_withdrawal_page_nothing_without_an_appointment_since_july_2020(worker, said):
    def walked_in(day):
        return replace(worker, events=Events(collection=Collection(day, True, False, True)))

    assert said(walked_in(date(2020, 7, 1)), "R63") == {"APPOINTMENT_REQUIRED"}
    assert said(walked_in(date(2020, 6, 30)), "R63") == {"not_applicable"}


def test_R63_withdrawal_page_a_commune_hands_out_by_its_own_hours(spouse, said):
    collected = replace(spouse, events=Events(collection=Collection(date(2026, 11, 20), True, False, True)))
    assert said(collected, "R63") == {"not_applicable"}


def test_R64_note_to_the_communes_officers_are_trained_on_each_change(spouse, said):
    last = rule_book().last_change(spouse.filed_on)
    assert last == date(2021, 8, 2)
    assert said(replace(spouse, events=Events(officer_trained_on=last)), "R64") == {"met"}
    assert said(replace(spouse, events=Events(officer_trained_on=date(2021, 8, 1))), "R64") == {"TRAINING_DUE"}
    assert said(spouse, "R64") == {"not_applicable"}
