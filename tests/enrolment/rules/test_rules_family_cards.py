"""R12-R21: residence cards, permanence, proof by other means. Each on its border days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from enrolment.rules.dates import PartialDate
from enrolment.rules.engine import explain
from enrolment.rules.events import Absence, Events, Move, Progress, Stay
from enrolment.rules.facts import CopyKind, PieceFact, PreviousDocument, Reason, SponsorFact
from enrolment.rules.findings import Stops
from enrolment.rules.read_book import rule_book

DAY = timedelta(days=1)


def test_R12_art_5_1_a_family_member_applies_within_three_months_with_a_valid_passport(spouse, said):
    assert said(replace(spouse, arrival_date=date(2026, 8, 2)), "R12") == {
        "passport_met",
        "in_time",
        "relation_met",
        "pieces_met",
    }
    assert "LATE_DECLARATION" in said(replace(spouse, arrival_date=date(2026, 8, 1)), "R12")
    assert "PASSPORT_EXPIRED" in said(replace(spouse, passport_expiry_date=spouse.filed_on - DAY), "R12")


def test_R12_art_5_1_is_for_third_country_nationals(spouse, said):
    assert "NOT_ELIGIBLE" in said(replace(spouse, nationalities=("BRA", "ITA")), "R12")
    assert "NOT_ELIGIBLE" not in said(replace(spouse, nationalities=("GBR",)), "R12")


def test_R12_art_5_1_a_relation_that_the_law_does_not_know_is_not_eligible(spouse, said):
    for relation in ("other", "adult_child"):
        assert "RELATION_NOT_ELIGIBLE" in said(replace(spouse, sponsor=SponsorFact("PRT", relation)), "R12")
    assert "needs_fact" in said(replace(spouse, sponsor=None), "R12")


@pytest.mark.parametrize(
    ("filed", "until"),
    [
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 11, 2), date(2027, 5, 2)),
    ],
)
def test_R13_art_5_1_the_receipt_counts_as_a_card_for_six_months(spouse, said, due, filed, until):
    facts = replace(spouse, filed_on=filed, arrival_date=filed)
    assert due(facts, "R13") == {until}
    assert said(facts, "R13", until) == {"met"}
    assert said(facts, "R13", until + DAY) == {"RECEIPT_EXPIRED"}
    delivered = replace(facts, events=Events(progress=Progress(delivered_on=until)))
    assert said(delivered, "R13", until + DAY) == {"met"}


def test_R14_art_5_2_the_card_is_made_within_six_months(spouse, said, due):
    facts = replace(spouse, filed_on=date(2026, 8, 31), arrival_date=date(2026, 8, 1))
    assert due(facts, "R14") == {date(2027, 2, 28)}
    assert said(facts, "R14", date(2027, 2, 28)) == {"due", "collected"}
    assert said(facts, "R14", date(2027, 3, 1)) == {"SLA_BREACH", "collected"}
    made = replace(facts, events=Events(progress=Progress(made_on=date(2027, 2, 28))))
    assert said(made, "R14", date(2027, 6, 1)) == {"done", "collected"}
    late = replace(facts, events=Events(progress=Progress(made_on=date(2027, 3, 1))))
    assert said(late, "R14", date(2027, 6, 1)) == {"SLA_BREACH", "collected"}


def test_R14_art_5_2_the_card_is_collected_where_it_was_asked_for_even_after_a_move(spouse, said):
    moved = replace(spouse, events=Events(move=Move(date(2026, 11, 10), spouse.product)))
    assert "moved" in said(moved, "R14")


def test_R15_art_5_3_a_renewal_is_filed_in_the_two_months_before_expiry(spouse, said):
    def expiring(expiry, filed):
        return replace(
            spouse,
            reason=Reason.RENEWAL,
            filed_on=filed,
            previous=PreviousDocument(spouse.product, date(2022, 1, 1), expiry),
        )

    # 30 April minus two months is 28 February: the window opens on that day
    assert "window_met" in said(expiring(date(2026, 4, 30), date(2026, 2, 28)), "R15")
    assert "TOO_EARLY" in said(expiring(date(2026, 4, 30), date(2026, 2, 27)), "R15")
    assert "window_met" in said(expiring(date(2026, 4, 30), date(2026, 4, 30)), "R15")
    assert "EXPIRED" in said(expiring(date(2026, 4, 30), date(2026, 5, 1)), "R15")
    # and 30 April 2028 opens on 29 February
    assert "window_met" in said(expiring(date(2028, 4, 30), date(2028, 2, 29)), "R15")
    assert "TOO_EARLY" in said(expiring(date(2027, 2, 2), date(2026, 11, 2)), "R15")  # three months early
    assert said(spouse, "R15") == {"not_applicable"}


def test_R15_art_5_3_too_early_and_expired_are_not_filed(spouse):
    for expiry in (date(2027, 2, 2), date(2026, 11, 1)):
        facts = replace(
            spouse, reason=Reason.RENEWAL, previous=PreviousDocument(spouse.product, date(2022, 1, 1), expiry)
        )
        assert explain(facts, rule_book()).stopping(Stops.FILING)


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (date(2021, 11, 2), "stay_met"),
        (date(2021, 11, 3), "STAY_NOT_PROVEN"),
    ],
)
def test_R16_art_6_the_certificate_needs_five_years_of_stay(settled, said, since, expected):
    facts = replace(settled, events=Events(stays=(Stay(since, is_lawful=True, with_sponsor=True),)))
    assert said(facts, "R16") == {"identity_met", expected, "pieces_met"}


def test_R16_art_6_a_stay_that_began_on_29_february_is_enough_on_28_february(settled, said):
    facts = replace(settled, events=Events(stays=(Stay(date(2024, 2, 29), is_lawful=True, with_sponsor=True),)))
    assert "stay_met" in said(replace(facts, filed_on=date(2029, 2, 28)), "R16")
    assert "STAY_NOT_PROVEN" in said(replace(facts, filed_on=date(2029, 2, 27)), "R16")


def test_R16_art_6_a_gap_can_only_be_judged_where_its_limit_is_configured(settled, said, book_with):
    stays, absences = (
        (Stay(date(2020, 1, 1), is_lawful=True, with_sponsor=True),),
        (Absence(date(2023, 5, 1), date(2023, 8, 1)),),
    )
    facts = replace(settled, events=Events(stays=stays, absences=absences))
    assert "LIMIT_NOT_CONFIGURED" in said(facts, "R16")
    assert "stay_met" in said(facts, "R16", book=book_with(stay_gap_days=91))
    assert "STAY_NOT_PROVEN" in said(facts, "R16", book=book_with(stay_gap_days=90))


def test_R16_art_6_family_has_stayed_with_the_sponsor(settled, said):
    apart = Events(stays=(Stay(date(2015, 1, 1), is_lawful=True, with_sponsor=False),))
    assert "stay_met" in said(replace(settled, events=apart), "R16")
    assert "STAY_NOT_PROVEN" in said(replace(settled, category="membre-de-famille", events=apart), "R16")


def test_R16_art_6_a_case_of_article_10_needs_its_proof_and_not_the_five_years(settled, said):
    pension = replace(settled, art10_case="pension", pieces=(settled.pieces[0], PieceFact("art10_proof")))
    assert said(pension, "R16") == {"identity_met", "art10", "pieces_met"}
    assert "MISSING_PIECE" in said(replace(pension, pieces=(settled.pieces[0],)), "R16")
    assert said(settled, "R16") == {"identity_met", "needs_fact", "pieces_met"}


def test_R17_art_6_3_the_certificate_is_delivered_within_a_month(settled, said, due):
    facts = replace(settled, filed_on=date(2027, 1, 31))
    assert due(facts, "R17") == {date(2027, 2, 28)}
    assert said(facts, "R17", date(2027, 2, 28)) == {"due"}
    assert said(facts, "R17", date(2027, 3, 1)) == {"SLA_BREACH"}


def test_R18_art_7_1_the_permanent_card_is_asked_for_before_the_residence_card_expires(permanent, said):
    expiry = permanent.previous.expiry_date
    assert "met" in said(replace(permanent, filed_on=expiry), "R18")
    assert "FILED_AFTER_EXPIRY" in said(replace(permanent, filed_on=expiry + DAY), "R18")
    assert "PREVIOUS_DOCUMENT_MISSING" in said(replace(permanent, previous=None), "R18")


def test_R18_art_7_1_every_receipt_carries_the_clause_of_the_expired_card(permanent, said, due):
    facts = replace(
        permanent,
        filed_on=date(2026, 8, 1),
        previous=PreviousDocument("carte-de-sejour", date(2021, 9, 1), date(2026, 8, 31)),
    )
    assert "clause" in said(facts, "R18")
    assert due(facts, "R18") == {date(2027, 2, 28)}
    assert "RECEIPT_EXPIRED" in said(facts, "R18", date(2027, 3, 1))


def test_R18_art_7_1_the_five_years_are_years_with_the_sponsor(permanent, said, five_years):
    assert "stay_met" in said(replace(permanent, events=Events(stays=five_years)), "R18")
    short = (
        Stay(date(2021, 11, 2), is_lawful=True, with_sponsor=False),
        Stay(date(2022, 1, 1), is_lawful=True, with_sponsor=True),
    )
    assert "STAY_NOT_PROVEN" in said(replace(permanent, events=Events(stays=short)), "R18")


def test_R18_a_value_that_lacks_never_hides_a_late_request(permanent):
    gap = Events(
        stays=(Stay(date(2015, 1, 1), is_lawful=True, with_sponsor=True),),
        absences=(Absence(date(2024, 1, 1), date(2024, 9, 1)),),
    )
    facts = replace(permanent, filed_on=date(2026, 12, 2), events=gap)
    stopping = explain(facts, rule_book()).stopping(Stops.FILING)
    assert {rule.finding.error for rule in stopping} == {"FILED_AFTER_EXPIRY"}


def test_R19_art_7_the_permanent_card_comes_within_six_months_and_is_renewed_of_right(permanent, said, due):
    assert date(2027, 5, 2) in due(permanent, "R19")
    assert "SLA_BREACH" in said(permanent, "R19", date(2027, 5, 3))
    renewed = replace(
        permanent,
        reason=Reason.RENEWAL,
        pieces=(PieceFact("passport_copy"), PieceFact("expiring_card")),
        previous=PreviousDocument(permanent.product, date(2017, 1, 2), date(2027, 1, 2)),
    )
    assert said(renewed, "R19") == {"due", "window_met", "passport_met", "pieces_met"}
    assert "TOO_EARLY" in said(replace(renewed, filed_on=date(2026, 11, 1)), "R19")
    assert "STAY_NOT_PROVEN" not in said(renewed, "R18")


def test_R19_art_7_4_the_expiring_card_may_be_proved_otherwise(permanent, said):
    renewed = replace(
        permanent,
        reason=Reason.RENEWAL,
        pieces=(PieceFact("passport_copy"), PieceFact("expiring_card", other_proof="the register shows it")),
        previous=PreviousDocument(permanent.product, date(2017, 1, 2), date(2027, 1, 2)),
    )
    assert "pieces_met" in said(renewed, "R19")


def test_R20_commune_page_a_child_born_here_has_the_right_at_five_after_five_years(settled, said):
    born = PartialDate(2021, 11, 2)
    child = replace(
        settled,
        birth_date=born,
        born_in_luxembourg=True,
        has_representative=True,
        events=Events(stays=(Stay(date(2021, 11, 2), is_lawful=True, with_sponsor=True),)),
    )
    assert said(child, "R20") == {"met"}
    assert said(replace(child, birth_date=PartialDate(2021, 11, 3)), "R20") == {"CHILD_RIGHT_NOT_REACHED"}
    assert said(
        replace(child, events=Events(stays=(Stay(date(2021, 11, 3), is_lawful=True, with_sponsor=True),))), "R20"
    ) == {"CHILD_RIGHT_NOT_REACHED"}
    assert said(replace(child, events=Events()), "R20") == {"needs_fact"}
    assert said(replace(child, born_in_luxembourg=None), "R20") == {"not_applicable"}


def test_R21_art_8_other_proof_takes_the_place_of_the_documents_that_the_article_lists(spouse, said):
    others = tuple(piece for piece in spouse.pieces if piece.code != "sponsor_registration")
    proved = replace(spouse, pieces=(*others, PieceFact("sponsor_registration", other_proof="payslips")))
    assert said(proved, "R21") == {"met"}
    assert "pieces_met" in said(proved, "R12")
    assert "MISSING_PIECE" in said(replace(spouse, pieces=others), "R12")
    link = replace(spouse, pieces=(PieceFact("family_link", CopyKind.PLAIN, other_proof="a letter"), spouse.pieces[0]))
    assert "MISSING_PIECE" in said(link, "R12")
    assert said(link, "R21") == {"not_applicable"}


@pytest.mark.parametrize(
    ("nationality", "filed", "eligible"),
    [
        ("PRT", date(2026, 11, 2), True),
        ("LUX", date(2026, 11, 2), True),
        ("CHE", date(2026, 11, 2), True),
        ("USA", date(2026, 11, 2), False),
        ("GBR", date(2026, 11, 2), False),
        ("GBR", date(2020, 12, 31), True),
        ("GBR", date(2021, 1, 1), False),
        ("HRV", date(2013, 6, 30), False),
        ("HRV", date(2013, 7, 1), True),
    ],
)
@pytest.mark.parametrize("reason", [Reason.FIRST, Reason.RENEWAL])
def test_R12_art_2_3_5_1_the_person_joined_is_of_the_union_or_of_an_assimilated_state(
    spouse, said, nationality, filed, eligible, reason
):
    facts = replace(spouse, reason=reason, filed_on=filed, sponsor=SponsorFact(nationality, "spouse"))
    assert ("NOT_ELIGIBLE" not in said(facts, "R12")) is eligible
    assert "NOT_ELIGIBLE" not in said(replace(facts, reason=Reason.REPLACEMENT), "R12")


def test_R12_art_5_1_a_luxembourger_is_no_third_country_national(spouse, said):
    assert "NOT_ELIGIBLE" in said(replace(spouse, nationalities=("BRA", "LUX")), "R12")


def test_R16_art_6_1_the_certificate_is_for_citizens_of_the_union_and_of_assimilated_states(settled, said):
    assert "NOT_ELIGIBLE" in said(replace(settled, nationalities=("IND",)), "R16")
    assert "NOT_ELIGIBLE" in said(replace(settled, nationalities=("GBR",)), "R16")
    assert "NOT_ELIGIBLE" not in said(replace(settled, nationalities=("IND", "NOR")), "R16")


def test_R16_art_6_2_family_names_the_citizen_with_whom_it_stayed(settled, said):
    family = replace(settled, category="membre-de-famille", sponsor=SponsorFact("FRA", "spouse"))
    assert "NOT_ELIGIBLE" not in said(family, "R16")
    assert "NOT_ELIGIBLE" in said(replace(family, sponsor=SponsorFact("USA", "spouse")), "R16")


def test_R18_art_7_1_the_card_is_for_third_country_family_of_a_citizen(permanent, said, five_years):
    facts = replace(permanent, events=Events(stays=five_years))
    assert not {"NOT_ELIGIBLE", "needs_fact"} & said(facts, "R18")
    assert "NOT_ELIGIBLE" in said(replace(facts, nationalities=("PRT",)), "R18")
    assert "NOT_ELIGIBLE" in said(replace(facts, sponsor=SponsorFact("USA", "spouse")), "R18")
    assert "needs_fact" in said(replace(facts, sponsor=None), "R18")


def test_R18_art_7_4_renewal_of_right_asks_neither_for_the_sponsor_nor_for_a_nationality(permanent, said):
    renewed = replace(permanent, reason=Reason.RENEWAL, nationalities=("PRT",), sponsor=None)
    assert not {"NOT_ELIGIBLE", "needs_fact"} & said(renewed, "R18")


def test_R16_commune_page_the_identity_paper_is_valid_on_the_day_of_filing(settled, said):
    assert "ID_EXPIRED" in said(replace(settled, passport_expiry_date=settled.filed_on - DAY), "R16")
    assert "identity_met" in said(replace(settled, passport_expiry_date=settled.filed_on), "R16")


def test_R19_art_7_4_a_renewal_brings_a_valid_passport(permanent, said):
    expired = replace(permanent, passport_expiry_date=permanent.filed_on - DAY)
    assert "PASSPORT_EXPIRED" not in said(expired, "R19")  # art. 7(1) asks for no passport
    renewed = replace(permanent, reason=Reason.RENEWAL)
    assert "PASSPORT_EXPIRED" in said(replace(expired, reason=Reason.RENEWAL), "R19")
    assert "passport_met" in said(replace(renewed, passport_expiry_date=renewed.filed_on), "R19")


def test_R16_R18_R20_what_nobody_noted_of_a_stay_never_counts_as_held(settled, permanent, said):
    noted = Stay(date(2021, 11, 2), is_lawful=True, with_sponsor=True)
    for unknown in (replace(noted, is_lawful=None), replace(noted, with_sponsor=None)):
        assert "needs_fact" in said(replace(permanent, events=Events(stays=(unknown,))), "R18")
        assert "stay_met" in said(replace(permanent, events=Events(stays=(noted, unknown))), "R18")
        short = replace(unknown, start=date(2021, 11, 3))
        assert "STAY_NOT_PROVEN" in said(replace(permanent, events=Events(stays=(short,))), "R18")
    unknown_right = Events(stays=(replace(noted, is_lawful=None),))
    assert "needs_fact" in said(replace(settled, events=unknown_right), "R16")
    alone = Events(stays=(replace(noted, with_sponsor=None),))
    assert "stay_met" in said(replace(settled, events=alone), "R16")  # who stays in their own right joined nobody
    child = replace(settled, birth_date=PartialDate(2021, 11, 2), born_in_luxembourg=True, has_representative=True)
    assert said(replace(child, events=unknown_right), "R20") == {"needs_fact"}
