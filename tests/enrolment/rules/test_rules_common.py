"""R45-R52, EU01, EU02: what all documents share. Each on its border days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from enrolment.rules.answers import letters_due
from enrolment.rules.dates import PartialDate
from enrolment.rules.engine import explain
from enrolment.rules.events import Absence, Departure, Events, LiveCard, Progress, Removal, Stay
from enrolment.rules.facts import CopyKind, PhotoFact, PieceFact, PreviousDocument, Reason
from enrolment.rules.findings import Stops
from enrolment.rules.read_book import rule_book
from enrolment.rules.validity import card_validity

DAY = timedelta(days=1)


def live(facts, expiry, *stays, **days):
    return replace(facts, events=Events(card=LiveCard(expiry_date=expiry, **days), stays=stays))


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (date(2031, 2, 27), "will_invite"),
        (date(2031, 2, 28), "invite_today"),  # 30 April minus two months
        (date(2031, 3, 1), "NOT_SENT"),
        (date(2031, 5, 1), "NOT_SENT"),
    ],
)
def test_R45_art_21_the_minister_invites_two_months_before_expiry(spouse, said, seen, expected):
    assert expected in said(live(spouse, date(2031, 4, 30)), "R45", seen)


def test_R45_art_21_the_letter_goes_once_and_not_after_the_expiry(spouse, said):
    def kinds(facts, day):
        return [letter.kind for letter in letters_due(facts, day) if letter.rule == "R45"]

    card = live(spouse, date(2031, 4, 30))
    assert kinds(card, date(2031, 2, 28)) == ["renewal_invitation"]
    assert kinds(card, date(2031, 4, 30)) == ["renewal_invitation"]
    assert kinds(card, date(2031, 5, 1)) == []
    sent = live(spouse, date(2031, 4, 30), invited_on=date(2031, 2, 28))
    assert kinds(sent, date(2031, 3, 1)) == []
    assert "sent" in said(sent, "R45", date(2031, 3, 1))


def test_R45_art_21_the_offer_follows_from_the_stay(spouse, said):
    expiry = date(2031, 4, 30)
    assert "offer" in said(
        live(spouse, expiry, Stay(date(2026, 4, 30), is_lawful=True, with_sponsor=True)), "R45", date(2031, 2, 28)
    )
    assert "renewal_only" in said(
        live(spouse, expiry, Stay(date(2026, 5, 1), is_lawful=True, with_sponsor=True)), "R45", date(2031, 2, 28)
    )
    apart = Stay(date(2020, 1, 1), is_lawful=True, with_sponsor=False)
    assert "renewal_only" in said(live(spouse, expiry, apart), "R45", date(2031, 2, 28))
    assert said(spouse, "R45") == {"not_applicable"}


def test_R46_art_22_below_ten_the_representative_files(worker, said):
    assert said(replace(worker, birth_date=PartialDate(2016, 11, 3)), "R46") == {"REPRESENTATIVE_MISSING"}
    assert said(replace(worker, birth_date=PartialDate(2016, 11, 3), has_representative=True), "R46") == {"met"}
    assert said(replace(worker, birth_date=PartialDate(2016, 11, 2)), "R46") == {"not_applicable"}


def test_R46_art_22_born_on_29_february_one_is_ten_on_28_february(worker, said):
    child = replace(worker, birth_date=PartialDate(2016, 2, 29), arrival_date=None)
    assert said(replace(child, filed_on=date(2026, 2, 27)), "R46") == {"REPRESENTATIVE_MISSING"}
    assert said(replace(child, filed_on=date(2026, 2, 28)), "R46") == {"not_applicable"}


def test_R47_art_23_an_incomplete_file_is_returned_with_the_list_of_gaps(worker, said):
    lacking = replace(worker, pieces=worker.pieces[:-1])
    assert said(worker, "R47") == {"met"}
    assert said(lacking, "R47") == {"INCOMPLETE"}
    letter = next(letter for letter in letters_due(lacking, lacking.filed_on) if letter.kind == "incomplete")
    assert "criminal record" in letter.says["en"]
    assert not explain(lacking, rule_book()).stopping(Stops.FILING)


def test_R47_art_23_the_clocks_of_a_returned_file_start_when_it_is_complete(spouse, said, due):
    returned = Progress(returned_on=date(2026, 11, 10))
    facts = replace(spouse, events=Events(progress=returned))
    assert due(facts, "R14", date(2026, 11, 9)) == {date(2027, 5, 2)}
    assert said(facts, "R14", date(2027, 6, 1)) == {"clock_stands", "collected"}
    assert said(facts, "R13", date(2027, 6, 1)) == {"not_applicable"}
    back = replace(facts, events=Events(progress=replace(returned, completed_on=date(2026, 11, 30))))
    assert due(back, "R14", date(2026, 12, 1)) == {date(2027, 5, 30)}
    assert due(back, "R13", date(2026, 12, 1)) == {date(2027, 5, 30)}


@pytest.mark.parametrize(
    ("verdict", "overridden", "expected"),
    [
        ("accepted", False, "met"),
        ("rejected", False, "PHOTO_REJECTED"),
        ("operator", False, "PHOTO_REJECTED"),
        ("operator", True, "overridden"),
    ],
)
def test_R48_art_24_the_photo_meets_the_norm_or_an_officer_says_why_not(worker, said, verdict, overridden, expected):
    assert said(replace(worker, photo=PhotoFact(verdict, overridden)), "R48") == {expected}
    assert said(worker, "R48") == {"not_applicable"}


def link(**changes):
    return PieceFact("family_link", CopyKind.CERTIFIED, **changes)


def married(spouse, **changes):
    return replace(spouse, pieces=(spouse.pieces[0], link(**changes), spouse.pieces[2]))


@pytest.mark.parametrize("language", ["de", "fr", "en"])
def test_R49_art_24_german_french_and_english_need_no_translation(spouse, said, language):
    assert said(married(spouse, language=language), "R49") == {"met"}


def test_R49_art_24_another_language_needs_a_sworn_translator(spouse, said):
    assert said(married(spouse, language="pt"), "R49") == {"TRANSLATION_MISSING"}
    assert said(married(spouse, language="pt", is_translated=True), "R49") == {"met"}
    assert said(married(spouse), "R49") == {"needs_fact"}


def test_R49_art_24_in_doubt_a_document_is_legalised_or_bears_an_apostille(spouse, said):
    doubted = {"language": "en", "issuing_state": "BRA", "doubt": "the seal is not known here"}
    assert "LEGALISATION_REQUIRED" in said(married(spouse, **doubted), "R49")
    for way in ("legalisation", "apostille"):
        assert "doubt_removed" in said(married(spouse, **doubted, authenticated_by=way), "R49")
    assert said(married(spouse, language="en", issuing_state="BRA"), "R49") == {"met"}


@pytest.mark.parametrize(
    ("state", "filed", "expected"),
    [
        ("PRT", date(2019, 2, 16), "DOUBT_LEFT"),
        ("PRT", date(2019, 2, 15), "LEGALISATION_REQUIRED"),
        ("TUR", date(2019, 2, 15), "DOUBT_LEFT"),
    ],
)
def test_R49_art_24_a_convention_may_say_otherwise(spouse, said, state, filed, expected):
    facts = married(spouse, language="fr", issuing_state=state, doubt="the signature")
    assert expected in said(replace(facts, filed_on=filed, arrival_date=filed), "R49")


def test_R50_art_26_the_limit_of_absence_only_the_law_knows(spouse, said):
    away = replace(spouse, events=Events(absences=(Absence(date(2026, 11, 5)),)))
    assert said(away, "R50", date(2026, 11, 10)) == {"LIMIT_NOT_CONFIGURED"}
    assert said(away, "R50", date(2026, 11, 4)) == {"not_applicable"}


def test_R50_art_26_configured_an_absence_beyond_it_ends_the_document(spouse, said, book_with):
    book = book_with(absence_limit_family_card_months=6)
    away = replace(spouse, events=Events(absences=(Absence(date(2026, 11, 30)),)))
    assert said(away, "R50", date(2027, 5, 30), book) == {"met"}
    assert said(away, "R50", date(2027, 5, 31), book) == {"DOCUMENT_INVALID"}
    back = replace(spouse, events=Events(absences=(Absence(date(2026, 11, 30), date(2027, 5, 30)),)))
    assert said(back, "R50", date(2028, 1, 1), book) == {"met"}


@pytest.mark.parametrize(
    ("handed", "forwarded", "expected"),
    [
        (None, None, "DOCUMENT_NOT_RETURNED"),
        (date(2027, 1, 11), None, "DOCUMENT_NOT_RETURNED"),
        (date(2027, 1, 10), None, "DOCUMENT_NOT_FORWARDED"),
        (date(2027, 1, 10), date(2027, 1, 12), "handed_over"),
    ],
)
def test_R50_art_26_before_leaving_the_document_goes_to_the_commune(spouse, said, handed, forwarded, expected):
    leaving = replace(spouse, events=Events(departure=Departure(date(2027, 1, 10), handed, forwarded)))
    assert said(leaving, "R50", date(2027, 2, 1)) == {expected}
    assert said(leaving, "R50", date(2027, 1, 9)) == {"to_hand_over"}


def lost(facts, **changes):
    return replace(
        facts,
        reason=Reason.REPLACEMENT,
        pieces=(PieceFact("police_report"),),
        previous=PreviousDocument(facts.product, date(2024, 1, 9), date(2029, 1, 9)),
        **changes,
    )


def test_R51_art_27_a_replacement_bears_the_date_of_the_lost_document(spouse, said):
    assert said(lost(spouse), "R51") == {"met", "reported"}
    kept = Events(card=LiveCard(date(2024, 1, 9), date(2026, 11, 20), date(2026, 11, 25)))
    assert "met" in said(lost(spouse, events=kept), "R51")
    redated = Events(card=LiveCard(date(2026, 11, 20), date(2026, 11, 20), date(2026, 11, 25)))
    assert "DATE_NOT_KEPT" in said(lost(spouse, events=redated), "R51")
    assert "PREVIOUS_DOCUMENT_MISSING" in said(replace(lost(spouse), previous=None), "R51")


def test_R51_art_27_the_issue_of_the_new_card_and_not_the_printed_date_starts_the_erasure(spouse, due):
    card = LiveCard(date(2024, 1, 9), date(2026, 11, 20), date(2026, 11, 25))
    assert due(lost(spouse, events=Events(card=card)), "EU02", date(2026, 12, 1)) == {date(2027, 2, 23)}


def test_R51_art_27_the_police_is_asked_for_where_the_book_says_so(spouse, said, book_with):
    silent = replace(lost(spouse), pieces=())
    assert "POLICE_REPORT_MISSING" in said(silent, "R51")
    assert said(silent, "R51", book=book_with(police_report_required=False)) == {"met"}
    assert said(silent, "R47", book=book_with(police_report_required=False)) == {"met"}


def test_R52_art_28_a_removal_withdraws_every_document(spouse, said):
    removed = replace(spouse, events=Events(removal=Removal(date(2026, 12, 1))))
    assert said(removed, "R52", date(2026, 11, 30)) == {"not_applicable"}
    assert said(removed, "R52", date(2026, 12, 1)) == {"DOCUMENTS_WITHDRAWN"}
    assert "withdrawal_notice" in {letter.kind for letter in letters_due(removed, date(2026, 12, 1))}
    assert explain(removed, rule_book(), date(2026, 12, 1)).stopping(Stops.PERSONALISATION)


def test_EU01_art_4b_prints_are_taken_from_six_on(worker, said):
    def of_age(born):
        return replace(worker, birth_date=born, has_representative=True)

    assert said(of_age(PartialDate(2020, 11, 2)), "EU01") == {"met"}
    assert said(of_age(PartialDate(2020, 11, 3)), "EU01") == {"exempt"}
    assert said(of_age(PartialDate(2020, None, None)), "EU01") == {"met"}


def test_EU01_prints_that_are_impossible_for_a_time_postpone_the_capture(spouse, said, book_with):
    facts = replace(spouse, prints_impossible="temporarily")
    assert said(facts, "EU01") == {"PRINTS_POSTPONED"}
    assert explain(facts, rule_book()).stopping(Stops.PERSONALISATION)
    assert said(replace(spouse, prints_impossible="permanently"), "EU01") == {"impossible"}
    short = book_with(prints_temporarily_impossible="short_validity")
    assert said(facts, "EU01", book=short) == {"short_card"}
    product = short.product(facts.product)
    assert card_validity(product, facts, short, date(2026, 11, 20)).expiry_date == date(2027, 11, 20)
    usual = replace(facts, prints_impossible="")
    assert card_validity(product, usual, short, date(2026, 11, 20)).expiry_date == date(2031, 11, 20)


@pytest.mark.parametrize(
    ("handed_over", "erased", "seen", "expected"),
    [
        (None, None, date(2027, 2, 18), "to_erase"),
        (None, None, date(2027, 2, 19), "ERASURE_LATE"),
        (None, date(2027, 2, 18), date(2027, 3, 1), "erased"),
        (date(2026, 12, 1), date(2026, 12, 1), date(2027, 3, 1), "erased"),
        (date(2026, 12, 1), date(2026, 12, 2), date(2027, 3, 1), "ERASURE_LATE"),
    ],
)
def test_EU02_art_10_3_biometrics_go_at_hand_over_or_ninety_days_after_issue(
    spouse, said, handed_over, erased, seen, expected
):
    card = LiveCard(issued_on=date(2026, 11, 20), handed_over_on=handed_over, biometrics_erased_on=erased)
    assert said(replace(spouse, events=Events(card=card)), "EU02", seen) == {expected}


@pytest.mark.parametrize("code", ["passport_presented", "sponsor_registration"])
def test_R49_art_24_a_doubt_that_nobody_removed_is_left_and_stops_nothing(spouse, code):
    doubted = tuple(replace(piece, doubt="the seal") if piece.code == code else piece for piece in spouse.pieces)
    found = [rule.finding for rule in explain(replace(spouse, pieces=doubted), rule_book()).by_rule()["R49"]]
    assert {(finding.error, finding.stops) for finding in found if finding.error} == {("DOUBT_LEFT", Stops.NOTHING)}
    assert "doubt_removed" not in {finding.says for finding in found}


def test_R47_art_5_1_7_a_file_without_a_photo_is_complete_but_for_it(spouse, permanent, worker, said):
    for facts in (spouse, permanent):
        assert said(facts, "R47") == {"complete_but_photo"}
        assert said(replace(facts, photo=PhotoFact("accepted")), "R47") == {"met"}
    assert said(worker, "R47") == {"met"}  # art. 9 asks for no photo with the file
