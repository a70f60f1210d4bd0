"""Receipts of four effects, printed dates by product, remarks by law."""

from dataclasses import replace
from datetime import date

import pytest

from enrolment.errors import RuleBookError, ValueNotConfigured
from enrolment.rules.book import ReceiptKind
from enrolment.rules.facts import PreviousDocument, Protection, Reason, SponsorFact
from enrolment.rules.read_book import rule_book
from enrolment.rules.receipts import receipt_terms
from enrolment.rules.validity import CardValidity, card_validity, remarks

MADE = date(2026, 11, 20)


def terms(facts):
    return receipt_terms(rule_book().product(facts.product), facts)


def validity(facts, made_on=MADE):
    return card_validity(rule_book().product(facts.product), facts, rule_book(), made_on)


def card_remarks(facts):
    return remarks(rule_book().product(facts.product), facts, {"DEU": "Allemagne"})


def test_the_family_members_receipt_counts_as_a_card_for_six_months(spouse):
    found = terms(spouse)
    assert found.kind is ReceiptKind.COUNTS_AS_CARD
    assert (found.effect_from, found.valid_until) == (spouse.filed_on, date(2027, 5, 2))


def test_the_permanent_cards_receipt_counts_only_once_the_old_card_has_expired(permanent):
    found = terms(permanent)
    assert found.kind is ReceiptKind.CONDITIONAL
    assert (found.effect_from, found.valid_until) == (date(2026, 12, 1), date(2027, 6, 1))


def test_the_long_term_residents_receipt_has_no_last_day(long_term):
    found = terms(long_term)
    assert (found.kind, found.valid_until) == (ReceiptKind.PRESENCE, None)


@pytest.mark.parametrize("who", ["worker", "british", "other_state"])
def test_where_no_article_gives_a_receipt_the_paper_only_proves_the_filing(who, request):
    found = terms(request.getfixturevalue(who))
    assert (found.kind, found.effect_from, found.valid_until) == (ReceiptKind.ACKNOWLEDGEMENT, None, None)


def test_family_cards_last_five_and_ten_years(spouse, permanent):
    assert validity(spouse) == CardValidity(MADE, MADE, date(2031, 11, 20))
    assert validity(permanent).expiry_date == date(2036, 11, 20)


def test_the_length_of_a_titre_is_the_decisions(worker):
    assert validity(worker).expiry_date == date(2027, 11, 2)
    with pytest.raises(ValueNotConfigured, match="titre-de-sejour"):
        validity(replace(worker, decided_expiry_date=None))


def test_family_of_a_long_term_resident_from_abroad_is_bound_to_that_permit(other_state):
    assert validity(other_state).expiry_date == date(2031, 11, 20)
    family = replace(other_state, category="membre-de-famille", sponsor=SponsorFact("MAR", "spouse", date(2029, 4, 1)))
    assert validity(family).expiry_date == date(2029, 4, 1)
    with pytest.raises(ValueNotConfigured):
        validity(replace(family, sponsor=None))


@pytest.mark.parametrize(
    ("replaced", "years"),
    [
        ("attestation-d-enregistrement", 5),
        ("carte-de-sejour", 5),
        ("attestation-de-sejour-permanent", 10),
        ("carte-de-sejour-permanent", 10),
    ],
)
def test_a_withdrawal_document_lasts_by_what_it_replaces(british, replaced, years):
    facts = replace(british, previous=PreviousDocument(replaced, None, None))
    assert validity(facts, date(2021, 7, 1)).expiry_date == date(2021 + years, 7, 1)


def test_a_withdrawal_document_made_early_holds_from_2021_on(british):
    found = validity(replace(british, filed_on=date(2020, 8, 1)), date(2020, 10, 1))
    assert found == CardValidity(date(2020, 10, 1), date(2021, 1, 1), date(2031, 1, 1))


def test_no_card_is_made_of_a_paper(settled, employee, newcomer):
    for facts in (settled, employee, newcomer):
        with pytest.raises(RuleBookError, match="no card is made of it"):
            validity(facts)


def test_a_replacement_keeps_both_printed_dates(spouse):
    lost = replace(
        spouse,
        reason=Reason.REPLACEMENT,
        previous=PreviousDocument("carte-de-sejour", date(2024, 1, 9), date(2029, 1, 9)),
    )
    assert validity(lost) == CardValidity(date(2024, 1, 9), date(2024, 1, 9), date(2029, 1, 9))
    with pytest.raises(ValueNotConfigured):
        validity(replace(lost, previous=None))


def test_protection_is_remarked_in_the_regulations_own_words(long_term):
    ours = replace(long_term, protection=Protection("LUX", date(2019, 5, 2)))
    assert card_remarks(ours) == ("Le Grand-Duché de Luxembourg a accordé la protection internationale le 02.05.2019",)
    theirs = replace(long_term, protection=Protection("DEU", date(2018, 3, 1), date(2026, 1, 1), still_protected=True))
    assert card_remarks(theirs) == ("Allemagne a accordé la protection internationale le 01.03.2018",)


def test_protection_that_was_withdrawn_is_not_remarked(long_term):
    gone = Protection("DEU", date(2018, 3, 1), date(2026, 1, 1), still_protected=False)
    assert card_remarks(replace(long_term, protection=gone)) == ()


@pytest.mark.parametrize("protection", [Protection("LUX", None), Protection("XXX", date(2018, 3, 1))])
def test_a_remark_without_its_date_or_state_is_refused(long_term, protection):
    with pytest.raises(RuleBookError, match="remark"):
        card_remarks(replace(long_term, protection=protection))


def test_the_withdrawal_agreement_remarks_its_article(british):
    assert card_remarks(british) == ("Article 18(1) de l'Accord de retrait",)
    with pytest.raises(RuleBookError, match="article"):
        card_remarks(replace(british, withdrawal_article="50"))


def test_field_ten_follows_the_category_and_the_legal_basis_follows_the_day():
    titre, card = rule_book().product("titre-de-sejour"), rule_book().product("carte-de-sejour")
    assert titre.permit_type("salarie") == "travailleur salarié"
    assert card.permit_type("") == "Membre famille UE Art 10 DIR 2004/38/CE"
    with pytest.raises(RuleBookError, match="category"):
        titre.permit_type("astronaut")
    assert "2004/38/CE" in card.legal_basis_on(date(2021, 8, 1)).act
    assert "2019/1157" in card.legal_basis_on(date(2021, 8, 2)).act
    assert "2025/1208" in card.legal_basis_on(date(2026, 1, 1)).act
    with pytest.raises(ValueNotConfigured):
        card.legal_basis_on(date(2001, 1, 1))


def test_the_family_card_is_captured_at_the_ministry_since_the_card_has_a_chip():
    card = rule_book().product("carte-de-sejour")
    assert card.sites_on(date(2021, 8, 1)).capture == "commune"
    assert card.sites_on(date(2021, 8, 2)).capture == "direction"
    assert card.sites_on(date(2026, 1, 1)).collection == "filing"


@pytest.mark.parametrize("reason", [Reason.REPLACEMENT, Reason.REMARK_CHANGE])
def test_a_replacement_and_another_remark_are_acknowledged_and_give_no_receipt_with_an_effect(
    spouse, permanent, long_term, reason
):
    for facts in (spouse, permanent, long_term):
        found = terms(replace(facts, reason=reason))
        assert (found.kind, found.effect_from, found.valid_until) == (ReceiptKind.ACKNOWLEDGEMENT, None, None)
