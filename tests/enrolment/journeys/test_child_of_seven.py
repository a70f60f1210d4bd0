"""A child of seven: a parent files in its absence (art. 22), yet the child comes for photo and prints. Two ages."""

from datetime import date

import pytest

from enrolment.applications import read_application
from enrolment.capture.models import Kind, VaultItem
from enrolment.cases.services import file_application
from enrolment.cases.steps import State
from enrolment.errors import FilingForbidden, Incomplete, RuleBroken, StepRefused

from .conftest import moment

FILED = date(2026, 11, 2)
BORN = {"seven": date(2019, 5, 6), "five": date(2021, 6, 1), "ten": date(2016, 11, 2)}
MOTHER = {"surname": "Conceição", "given_names": "Maria", "relation": "mother", "document_number": "FT000002"}


@pytest.fixture
def child(application):
    def make(age="seven", **sections):
        content = {
            "product": {"code": "carte-de-sejour", "reason": "first", "filed_on": FILED, "category": None},
            "person": {"surname": "Conceição", "given_names": "Luís", "sex": "M", "nationalities": ["BRA"]},
            "passport": {"issuing_state": "BRA"},
            "sponsor": {"surname": "Guimarães", "given_names": "Rui", "nationality": "PRT", "relation": "child"},
            "representative": MOTHER,
            "pieces": [
                {"code": "passport_presented", "copy_kind": "original", "language": "en"},
                {"code": "family_link", "copy_kind": "certified", "language": "fr"},
                {"code": "sponsor_registration", "copy_kind": "plain", "language": "fr"},
            ],
            "document": None,
        }
        content |= sections
        content["person"]["birth_date"] = BORN[age].isoformat()
        return application(**content)

    return make


def test_it_is_filed_in_its_absence_and_the_child_comes_for_photo_and_prints(office, child, explained):
    case = office.file(child(), FILED)
    found = explained(case, FILED)
    assert "art. 22" in found["R46"].article
    assert found["R46"].finding.outcome == "met"
    assert found["EU01"].finding.says != "exempt"
    _, text = office.receipt(case, FILED)
    assert "Maria Conceição" in text  # who represents the child
    assert "deux empreintes digitales sont prises sur rendez-vous" in text
    office.captured(case, FILED)
    assert VaultItem.objects.filter(kind=Kind.FINGER).count() == 2
    office.granted(case, date(2026, 11, 12))
    card = office.made(case, date(2026, 11, 13))
    assert card.expiry_date == date(2031, 11, 13)
    office.hand_over(card, date(2026, 11, 18))
    case.refresh_from_db()
    assert case.state == State.CLOSED


def test_no_card_of_a_child_that_never_came(office, child):
    case = office.file(child(), FILED)
    office.receipted(case, FILED)
    office.granted(case, date(2026, 11, 12))
    assert "NOT_CAPTURED" in office.why(case, date(2026, 11, 12))
    with pytest.raises(Incomplete, match="no photo and fingerprints yet"):
        office.release(case, date(2026, 11, 13))


def test_nobody_files_for_the_child_without_saying_who_represents_it(office, child, tmp_path):
    with pytest.raises(FilingForbidden, match=r"REPRESENTATIVE_MISSING, .*art\. 22"):
        child(representative=None)
    alone = read_application(tmp_path / "application.toml")
    with pytest.raises(RuleBroken, match="REPRESENTATIVE_MISSING"):
        file_application(alone, office.people.clerk, "direction", moment(FILED))


def test_from_its_tenth_birthday_a_child_files_itself(office, child):
    assert office.file(child("ten", representative=None), FILED).state == State.FILED


def test_of_a_child_of_five_a_photo_is_taken_and_no_print(office, child):
    case = office.file(child("five"), FILED)
    _, text = office.receipt(case, FILED)
    assert "à cet âge aucune empreinte n'est prise" in text
    booking = office.appointment(case, FILED)
    with pytest.raises(StepRefused):
        office.capture(case, booking)
    booking.refresh_from_db()
    assert booking.state == "kept"


def test_of_a_child_of_five_the_card_is_made_without_prints(office, child):
    case = office.file(child("five"), FILED)
    office.receipted(case, FILED)
    office.captured(case, FILED, fingers=())
    assert not VaultItem.objects.filter(kind=Kind.FINGER).exists()
    office.granted(case, date(2026, 11, 12))
    assert office.made(case, date(2026, 11, 13)).state == "ready"
