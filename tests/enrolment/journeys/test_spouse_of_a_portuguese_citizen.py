"""A Brazilian, spouse of a Portuguese citizen: residence card by art. 5, from the commune's counter to the hand."""

from datetime import date

import pytest

from enrolment.cases.models import LetterKind
from enrolment.cases.services import complete_file, counts_as_card, return_incomplete
from enrolment.cases.steps import State
from enrolment.errors import RuleBroken

from .conftest import moment

ARRIVED, FILED, COMPLETED = date(2026, 8, 17), date(2026, 11, 2), date(2026, 11, 6)
REGISTRATION = {"code": "sponsor_registration", "copy_kind": "plain", "language": "fr"}


@pytest.fixture
def spouse(application):
    def make(pieces=(REGISTRATION,), **sections):
        return application(
            product={"code": "carte-de-sejour", "reason": "first", "filed_on": FILED, "category": None},
            person={"surname": "Conceição", "nationalities": ["BRA"], "birth_place": "São Luís", "language": "de"},
            passport={"issuing_state": "BRA"},
            residence={"arrival_date": ARRIVED},
            sponsor={"surname": "Guimarães", "given_names": "Rui", "nationality": "PRT", "relation": "spouse"},
            pieces=[
                {"code": "passport_presented", "copy_kind": "original", "language": "en"},
                {"code": "family_link", "copy_kind": "certified", "language": "fr", "issued_on": date(2019, 5, 25)},
                *pieces,
            ],
            document=None,
            **sections,
        )

    return make


def test_a_complete_file_ends_with_a_card_for_five_years(office, spouse, explained):
    case = office.file(spouse(), FILED)
    found = explained(case, FILED)
    assert found["R12"].finding.outcome == "met"
    assert "art. 5" in found["R12"].article
    receipt, text = office.receipt(case, FILED)
    assert (receipt.kind, receipt.valid_until) == ("counts_as_card", date(2027, 5, 2))
    assert "vaut carte de séjour jusqu'au 2 mai 2027" in text
    assert "gilt bis zum 2. Mai 2027 als Aufenthaltskarte" in text
    assert "art. 5" in text
    came_on = office.captured(case, FILED)
    assert came_on == date(2026, 11, 3)
    _, letter = office.decide(case, date(2026, 11, 20))
    assert "Conceição" in letter
    assert "2025/1208" in letter  # the act on which the card of that day rests
    card = office.made(case, date(2026, 11, 24))
    assert (card.printed_issue_date, card.expiry_date) == (date(2026, 11, 24), date(2031, 11, 24))
    office.hand_over(card, date(2026, 12, 1))
    case.refresh_from_db()
    assert case.state == State.CLOSED
    journal = office.journal(case)
    assert journal.index("case.grant") < journal.index("job.verified") < journal.index("case.hand_over")
    assert journal.index("case.hand_over") < journal.index("biometrics.erased") < journal.index("case.close")


def test_what_was_delivered_breaks_no_clock_later(office, spouse, explained):
    case = office.file(spouse(), FILED)
    office.receipted(case, FILED)
    office.captured(case, FILED)
    office.granted(case, date(2026, 11, 20))
    office.hand_over(office.made(case, date(2026, 11, 24)), date(2026, 12, 1))
    case.refresh_from_db()
    late = explained(case, date(2027, 6, 1))
    assert late["R14"].finding.error == ""
    assert late["R13"].finding.error == ""


def test_a_card_that_is_not_made_in_six_months_breaks_the_clock_of_art_5_2(office, spouse, explained):
    case = office.file(spouse(), FILED)
    receipt = office.receipted(case, FILED)
    assert counts_as_card(receipt, date(2027, 5, 2))
    assert not counts_as_card(receipt, date(2027, 5, 3))
    assert explained(case, date(2027, 5, 2))["R14"].finding.error == ""
    broken = explained(case, date(2027, 5, 3))["R14"]
    assert broken.finding.error == "SLA_BREACH"
    assert "art. 5(2)" in broken.article
    assert "2 mai 2027" in broken.says["fr"]


def test_without_the_sponsor_s_registration_the_file_goes_back_and_its_clock_starts_when_it_is_complete(
    office, spouse, explained
):
    case = office.file(spouse(pieces=()), FILED)
    with pytest.raises(RuleBroken, match="MISSING_PIECE"):
        office.receipted(case, FILED)
    assert return_incomplete(case, office.people.clerk, moment(FILED)) == ("sponsor_registration",)
    text = office.post(case.letters.get(kind=LetterKind.INCOMPLETE), FILED)
    assert "attestation d'enregistrement" in text
    assert "art. 23" in text
    with pytest.raises(RuleBroken, match="INCOMPLETE"):
        office.receipted(case, FILED)
    assert explained(case, date(2027, 6, 1))["R14"].finding.due is None
    complete_file(case, spouse().pieces[-1:], office.people.clerk, moment(COMPLETED))
    receipt, text = office.receipt(case, COMPLETED)
    assert receipt.valid_until == date(2027, 5, 6)
    assert "6 mai 2027" in text
    assert explained(case, COMPLETED)["R14"].finding.due == date(2027, 5, 6)
