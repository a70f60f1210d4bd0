"""A removal decision withdraws all documents at once (art. 28): card, receipt, pending request, status."""

from dataclasses import replace
from datetime import date

import pytest

from enrolment.cases.models import Letter, LetterKind, PersonStatus
from enrolment.cases.services import counts_as_card
from enrolment.cases.steps import State
from enrolment.delivery.events import is_hot, remove
from enrolment.delivery.models import CardState
from enrolment.delivery.services import Identification, destroy_card, hand_over
from enrolment.errors import RuleBroken, StepRefused
from enrolment.papers.catalogue import PaperKind
from enrolment.papers.samples import sample_papers
from enrolment.papers.services import checkable, new_paper, print_paper

from .conftest import HEAD, moment

FILED, REMOVED = date(2026, 11, 2), date(2027, 3, 1)


@pytest.fixture
def spouse(application):
    def make(**sections):
        return application(
            product={"code": "carte-de-sejour", "reason": "first", "filed_on": FILED, "category": None}
            | sections.pop("product", {}),
            person={"nationalities": ["BRA"]},
            sponsor={"surname": "Guimarães", "given_names": "Rui", "nationality": "PRT", "relation": "spouse"},
            pieces=[
                {"code": "passport_presented", "copy_kind": "original", "language": "en"},
                {"code": "family_link", "copy_kind": "certified", "language": "fr"},
                {"code": "sponsor_registration", "copy_kind": "plain", "language": "fr"},
            ],
            document=None,
            **sections,
        )

    return make


def test_everything_that_a_person_has_ends_in_one_act(office, spouse, explained):
    case = office.file(spouse(), FILED)
    receipt = office.receipted(case, FILED)
    office.captured(case, FILED)
    office.granted(case, date(2026, 11, 20))
    card = office.made(case, date(2026, 11, 24))
    office.hand_over(card, date(2026, 12, 1))
    pending = office.file(spouse(product={"filed_on": date(2027, 2, 22)}), date(2027, 2, 22), person=case.person)
    second = office.receipted(pending, date(2027, 2, 22))
    assert counts_as_card(second, date(2027, 2, 28))

    to_return = remove(case.person, "REMOVAL-TEST-1", REMOVED, office.people.decider, moment(REMOVED))

    assert [each.document_number for each in to_return] == [card.document_number]
    card.refresh_from_db()
    pending.refresh_from_db()
    receipt.refresh_from_db()
    second.refresh_from_db()
    assert card.state == CardState.WITHDRAWN
    assert is_hot(card.document_number)
    assert pending.state == State.WITHDRAWN
    assert not counts_as_card(receipt, REMOVED)
    assert not counts_as_card(second, REMOVED)
    (status,) = PersonStatus.objects.filter(person=case.person)
    assert (status.ended_on, status.end_ground) == (REMOVED, "removal")
    found = explained(pending, REMOVED)["R52"]
    assert found.finding.error == "DOCUMENTS_WITHDRAWN"
    assert "art. 28" in found.article
    assert "card.withdrawn" in office.journal(case)
    assert "case.revoke" in office.journal(pending)
    text = office.post(pending.letters.get(kind=LetterKind.WITHDRAWAL), date(2027, 3, 2))
    assert "La décision d'éloignement du 1er mars 2027" in text
    assert f"carte de séjour, n° {card.document_number}" in text
    assert "à restituer au ministre" in text
    assert "art. 28" in text
    with pytest.raises(StepRefused):
        office.appointment(pending, REMOVED)
    again = remove(case.person, "REMOVAL-TEST-1", REMOVED, office.people.decider, moment(date(2027, 3, 2)))
    assert [each.pk for each in again] == [card.pk]
    assert Letter.objects.filter(kind=LetterKind.WITHDRAWAL).count() == 1
    people = office.people
    assert destroy_card(card, people.producer, people.counter, moment(date(2027, 3, 9))).state == CardState.DESTROYED
    assert is_hot(card.document_number)


def test_a_card_that_waits_for_its_holder_is_not_given_out_any_more(office, spouse):
    case = office.file(spouse(), FILED)
    office.receipted(case, FILED)
    office.captured(case, FILED)
    office.granted(case, date(2026, 11, 20))
    card = office.made(case, date(2026, 11, 24))
    remove(case.person, "REMOVAL-TEST-2", date(2026, 11, 25), office.people.decider, moment(date(2026, 11, 25)))
    card.refresh_from_db()
    case.refresh_from_db()
    assert (card.state, case.state) == (CardState.WITHDRAWN, State.WITHDRAWN)
    known = Identification("passport", 120, 40, passport_matches=True)
    with pytest.raises((StepRefused, RuleBroken)):
        hand_over(card, known, office.people.clerk, moment(date(2026, 11, 26)))


def test_who_checks_an_attestation_on_paper_online_is_told_that_it_was_withdrawn(office, spouse):
    case = office.file(spouse(), FILED)
    number, check_code = new_paper(PaperKind.PERMANENT, moment(FILED))
    attestation = replace(dict(sample_papers("fr"))["d4-permanent"], number=number, check_code=check_code)
    print_paper(attestation, HEAD, office.people.clerk, moment(FILED), case=case, sealer=office.sealer)
    assert not checkable(number).is_withdrawn
    remove(case.person, "REMOVAL-TEST-4", REMOVED, office.people.decider, moment(REMOVED))
    assert checkable(number).is_withdrawn


def test_a_request_filed_after_the_removal_makes_no_card(office, spouse):
    case = office.file(spouse(), FILED)
    remove(case.person, "REMOVAL-TEST-3", date(2026, 11, 5), office.people.decider, moment(date(2026, 11, 5)))
    later = date(2026, 11, 16)
    again = office.file(spouse(product={"filed_on": later}), later, person=case.person)
    office.receipted(again, later)
    office.captured(again, later)
    office.granted(again, date(2026, 11, 20))
    with pytest.raises(RuleBroken, match="DOCUMENTS_WITHDRAWN"):
        office.release(again, date(2026, 11, 23))
