"""C1-C22: where the ministry's documents disagree, the disagreement is dated, and tried on both sides of its date."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from enrolment.errors import ValueNotConfigured
from enrolment.rules.answers import checklist, fee
from enrolment.rules.book import ReceiptKind
from enrolment.rules.events import Events, Move
from enrolment.rules.facts import CopyKind, PieceFact, PreviousDocument, Reason, SponsorFact
from enrolment.rules.read_book import rule_book

DAY = timedelta(days=1)


def word(name, day):
    return rule_book().word(name, day)


def codes(facts, on):
    return {line.code for line in checklist(facts.product, facts, on)}


def test_C1_legalisation_always_until_april_2010_and_in_doubt_only_since(spouse, said):
    piece = PieceFact("family_link", CopyKind.CERTIFIED, language="en", issuing_state="BRA")
    facts = replace(spouse, pieces=(piece,), filed_on=date(2010, 4, 18), arrival_date=date(2010, 4, 1))
    apostille = replace(facts, pieces=(replace(piece, authenticated_by="apostille"),))
    assert "LEGALISATION_REQUIRED" in said(facts, "R49")
    assert "LEGALISATION_REQUIRED" in said(apostille, "R49")  # the apostille came with the change
    assert "LEGALISATION_REQUIRED" not in said(replace(facts, filed_on=date(2010, 4, 19)), "R49")


def test_C2_a_family_member_shows_entry_documents_until_may_2011_and_a_passport_since(spouse, said):
    facts = replace(spouse, passport_expiry_date=date(2011, 1, 1), filed_on=date(2011, 5, 19))
    assert "entry_documents" in codes(facts, facts.filed_on)
    assert "PASSPORT_EXPIRED" not in said(facts, "R12")
    later = replace(facts, filed_on=date(2011, 5, 20))
    assert "passport_presented" in codes(later, later.filed_on)
    assert "PASSPORT_EXPIRED" in said(later, "R12")


@pytest.mark.parametrize(
    ("product", "reason", "code", "kind"),
    [
        ("titre-de-sejour", Reason.FIRST, "passport_copy", CopyKind.CERTIFIED),
        ("residence-longue-duree-ue", Reason.FIRST, "passport_copy", CopyKind.CERTIFIED),
        ("titre-resident-autre-etat", Reason.FIRST, "passport_copy", CopyKind.CERTIFIED),
        ("autorisation-de-sejour", Reason.FIRST, "foreign_permit_copy", CopyKind.CERTIFIED),
        ("carte-de-sejour-permanent", Reason.RENEWAL, "passport_copy", CopyKind.PLAIN),
        ("attestation-de-sejour-permanent", Reason.FIRST, "identity_copy", CopyKind.PLAIN),
        ("accord-de-retrait", Reason.FIRST, "passport_copy", CopyKind.FULL),
        ("carte-de-sejour", Reason.FIRST, "passport_presented", CopyKind.ORIGINAL),
    ],
)
def test_C3_the_kind_of_copy_belongs_to_the_piece(product, reason, code, kind):
    pieces = rule_book().product(product).pieces
    assert {
        piece.copy_kind for piece in pieces if piece.code == code and reason in piece.reasons and not piece.recoveries
    } == {kind}


def test_C4_relations_stand_in_one_table_a_regime_and_are_never_merged(spouse, british, said):
    regimes = rule_book().regimes
    assert regimes["free-movement"].relation("child", date(2026, 1, 1)).below_age_years == 21
    assert regimes["withdrawal"].relation("child", date(2026, 1, 1)).below_age_years == 18
    assert regimes["withdrawal"].relation("household_member", date(2026, 1, 1)) is None
    assert regimes["free-movement"].relation("adult_child", date(2026, 1, 1)) is None
    partner = replace(
        spouse, sponsor=SponsorFact("PRT", "durable_partner"), passport_expiry_date=date(2031, 1, 1), arrival_date=None
    )
    assert "RELATION_NOT_ELIGIBLE" in said(replace(partner, filed_on=date(2012, 2, 2)), "R12")
    assert "RELATION_NOT_ELIGIBLE" not in said(replace(partner, filed_on=date(2012, 2, 3)), "R12")


def test_C5_the_family_card_is_captured_at_the_commune_until_august_2021_and_at_the_direction_since():
    card = rule_book().product("carte-de-sejour")
    before, after = card.sites_on(date(2021, 8, 1)), card.sites_on(date(2021, 8, 2))
    assert (before.filing, before.capture, before.collection) == ("commune", "commune", "filing")
    assert (after.filing, after.capture, after.collection) == ("commune", "direction", "filing")


def test_C6_no_prints_on_a_family_card_before_2_august_2021(spouse, said):
    facts = replace(spouse, filed_on=date(2021, 8, 1), arrival_date=date(2021, 7, 1))
    assert said(facts, "EU01") == {"no_chip"}
    assert said(replace(facts, filed_on=date(2021, 8, 2)), "EU01") == {"met"}


def test_C6_permits_had_prints_since_20_may_2011(worker, said):
    facts = replace(worker, filed_on=date(2011, 5, 19), arrival_date=None)
    assert said(facts, "EU01") == {"no_chip"}
    assert said(replace(facts, filed_on=date(2011, 5, 20)), "EU01") == {"met"}


def test_C7_the_fee_before_march_2015_is_a_gap_and_an_error():
    assert fee("titre-de-sejour", Reason.FIRST, date(2015, 3, 13)) == 8000
    with pytest.raises(ValueNotConfigured, match="fee_titre_de_sejour_eur as of 2015-03-12"):
        fee("titre-de-sejour", Reason.FIRST, date(2015, 3, 12))


def test_C8_the_fee_is_told_for_each_product_and_reason():
    today = date(2026, 11, 2)
    for product in ("titre-de-sejour", "residence-longue-duree-ue", "titre-resident-autre-etat"):
        assert fee(product, Reason.RENEWAL, today) == 8000
        for reason in (Reason.REPLACEMENT, Reason.REMARK_CHANGE):
            with pytest.raises(ValueNotConfigured, match=f"fee of {product}, {reason.value}"):
                fee(product, reason, today)
    for product in ("carte-de-sejour", "carte-de-sejour-permanent", "accord-de-retrait"):
        assert fee(product, Reason.FIRST, today) is None
    assert fee("attestation-d-enregistrement", Reason.FIRST, today) == 0


def test_C9_the_declaration_to_the_police_is_a_setting(spouse, said, book_with):
    lost = replace(
        spouse,
        reason=Reason.REPLACEMENT,
        pieces=(),
        previous=PreviousDocument("carte-de-sejour", date(2024, 1, 1), date(2029, 1, 1)),
    )
    assert "POLICE_REPORT_MISSING" in said(lost, "R51")
    assert "POLICE_REPORT_MISSING" not in said(lost, "R51", book=book_with(police_report_required=False))


def test_C10_the_invitation_has_its_day_and_the_expiry_is_its_latest_day():
    clock = rule_book().clock("invitation_months")
    assert clock.runs_before
    assert clock.end(date(2027, 4, 30), date(2026, 1, 1)) == date(2027, 2, 28)


def test_C11_the_receipts_have_each_their_own_effect():
    book = rule_book()
    kinds = {code: product.receipt.kind for code, product in book.catalogue.items()}
    assert kinds["carte-de-sejour"] is ReceiptKind.COUNTS_AS_CARD
    assert kinds["carte-de-sejour-permanent"] is ReceiptKind.CONDITIONAL
    assert kinds["residence-longue-duree-ue"] is ReceiptKind.PRESENCE
    assert book.product("residence-longue-duree-ue").receipt.clock == ""


@pytest.mark.parametrize(
    ("group", "state", "last_day_without", "first_day_with"),
    [
        ("member_states", "HRV", date(2013, 6, 30), date(2013, 7, 1)),
        ("free_movement", "HRV", date(2013, 6, 30), date(2013, 7, 1)),
        ("legalisation_exempt", "FRA", date(2019, 2, 15), date(2019, 2, 16)),
    ],
)
def test_C12_who_comes_into_a_group_of_states(group, state, last_day_without, first_day_with):
    assert not rule_book().in_group(group, state, last_day_without)
    assert rule_book().in_group(group, state, first_day_with)


@pytest.mark.parametrize(
    ("group", "state", "last_day"),
    [
        ("member_states", "GBR", date(2020, 1, 31)),
        ("free_movement", "GBR", date(2020, 12, 31)),
        ("work_permit_states", "ROU", date(2013, 12, 31)),
    ],
)
def test_C12_who_goes_out_of_a_group_of_states(group, state, last_day):
    assert rule_book().in_group(group, state, last_day)
    assert not rule_book().in_group(group, state, last_day + DAY)


def test_C13_resident_de_longue_duree_ce_became_ue_on_3_february_2012():
    product = rule_book().product("residence-longue-duree-ue")
    assert product.permit_type("", date(2012, 2, 2)) == "résident de longue durée - CE"
    assert product.permit_type("", date(2012, 2, 3)) == "résident de longue durée - UE"
    assert product.permit_type("") == "résident de longue durée - UE"


def test_C14_the_registration_certificate_is_older_than_the_regulation():
    product = rule_book().product("attestation-d-enregistrement")
    assert "2004/38" in product.legal_basis_on(date(2008, 1, 1)).act
    assert "2004/38" in product.legal_basis_on(date(2008, 9, 30)).act
    assert "5 septembre 2008" in product.legal_basis_on(date(2008, 10, 1)).act
    with pytest.raises(ValueNotConfigured):
        product.legal_basis_on(date(2007, 12, 31))


def test_C15_article_10bis_waits_for_its_date_and_keeps_the_category(worker, said):
    rule = rule_book().rules["R27"]
    assert not any(rule.in_force_on(day) for day in (date(2008, 10, 1), date(2020, 1, 6), date(2099, 1, 1)))
    claimed = replace(worker, recovery="forced_marriage")
    assert said(claimed, "R27") == {"RULE_NOT_IN_FORCE"}
    product = rule_book().product(claimed.product)
    assert product.permit_type(claimed.category) == "travailleur salarié"  # not the text of article 13


def test_C16_the_ministry_moved():
    assert "Monterey" in word("ministry_address", date(2020, 6, 30))
    assert "route d'Arlon" in word("ministry_address", date(2020, 7, 1))


def test_C17_the_photo_is_supplied_until_july_2020_and_may_be_live_since():
    assert "45 x 35" in word("photo_norm", date(2020, 6, 30))
    assert "live" in word("photo_norm", date(2020, 7, 1))


def test_C18_ten_for_filing_in_absence_and_six_for_prints_are_two_rules():
    book, day = rule_book(), date(2026, 11, 2)
    assert book.number("filing_in_absence_below_age_years", day) == 10
    assert book.number("fingerprints_from_age_years", day) == 6
    assert not set(book.clock("fingerprints_from_age_years").rules) & set(
        book.clock("filing_in_absence_below_age_years").rules
    )


def test_C19_five_years_for_the_residence_card_come_from_the_older_documents():
    validity = rule_book().product("carte-de-sejour").validity
    assert validity.months == 60
    assert validity.article.startswith("S1; S2")


def test_C20_the_resources_of_the_inactive_are_not_the_minimum_wage():
    assert "RMG" in word("resources_inactive_norm", date(2018, 12, 31))
    assert "RMG" not in word("resources_inactive_norm", date(2019, 1, 1))
    book = rule_book()
    assert "wage_social_minimum_monthly_eur" not in book.rules["R03"].values
    assert "resources_inactive_monthly_eur" not in book.rules["R54"].values


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("attestation-d-enregistrement", "to_endorse"),
        ("carte-de-sejour", "to_endorse"),
        ("attestation-de-sejour-permanent", "to_endorse"),
        ("carte-de-sejour-permanent", "to_endorse"),
        ("titre-de-sejour", "UNKNOWN_DOC"),
        ("residence-longue-duree-ue", "UNKNOWN_DOC"),
        ("titre-resident-autre-etat", "UNKNOWN_DOC"),
    ],
)
def test_C21_certificates_and_residence_cards_are_endorsed_and_permits_are_not(spouse, said, document, expected):
    assert said(replace(spouse, events=Events(move=Move(spouse.filed_on, document))), "R08") == {expected}


def test_C22_documents_of_a_removed_person_go_back_to_the_minister():
    texts = rule_book().sentences("R52", "DOCUMENTS_WITHDRAWN")
    assert "restituer au ministre" in texts["fr"]
    assert "19.5.2011" in rule_book().rules["R52"].source


def test_every_contradiction_has_its_test():
    tested = {name.split("_")[1] for name in globals() if name.startswith("test_C")}
    assert tested == {f"C{number}" for number in range(1, 23)}
