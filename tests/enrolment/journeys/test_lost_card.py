"""A lost card: on the hot list at once, declared to the police, replaced with the same printed dates (art. 27)."""

from datetime import date

import pytest

from enrolment.cases.models import LetterKind
from enrolment.cases.services import complete_file, return_incomplete
from enrolment.cases.steps import State
from enrolment.delivery.events import add_police_reference, is_hot, report_card
from enrolment.delivery.models import CardState, ReportKind
from enrolment.delivery.services import note_event
from enrolment.errors import RuleBroken, StepRefused

from .conftest import moment

FILED, MADE, LOST, ASKED = date(2026, 11, 2), date(2026, 11, 24), date(2027, 6, 14), date(2027, 6, 16)
POLICE = {"code": "police_report", "language": "fr", "issued_on": date(2027, 6, 15), "reference": "POL-TEST-7"}
SPONSOR = {"surname": "Guimarães", "given_names": "Rui", "nationality": "PRT", "relation": "spouse"}


@pytest.fixture
def spouse(application):
    def make(pieces=(), **sections):
        product = {"code": "carte-de-sejour", "category": None, **sections.pop("product", {})}
        return application(
            product=product,
            person={"surname": "Conceição", "nationalities": ["BRA"], "language": "de"},
            sponsor=SPONSOR,
            pieces=list(pieces),
            document=None,
            **sections,
        )

    return make


@pytest.fixture
def card(office, spouse):
    """The card of a spouse, in her hand."""
    pieces = (
        {"code": "passport_presented", "copy_kind": "original", "language": "en"},
        {"code": "family_link", "copy_kind": "certified", "language": "fr"},
        {"code": "sponsor_registration", "copy_kind": "plain", "language": "fr"},
    )
    case = office.file(spouse(pieces, product={"filed_on": FILED}), FILED)
    office.receipted(case, FILED)
    office.captured(case, FILED)
    office.granted(case, date(2026, 11, 20))
    card = office.made(case, MADE)
    office.hand_over(card, date(2026, 12, 1))
    card.refresh_from_db()
    return card


@pytest.fixture
def replacement(office, spouse, card):
    """The request for another card in its place, with `pieces`."""

    def make(pieces=()):
        request = spouse(
            pieces,
            product={"reason": "replacement", "filed_on": ASKED},
            previous={
                "kind": "carte-de-sejour",
                "number": card.document_number,
                "issue_date": card.printed_issue_date,
                "expiry_date": card.expiry_date,
            },
        )
        return request, office.file(request, ASKED, person=card.person)

    return make


def test_from_the_moment_of_the_report_the_card_is_not_honoured_and_stays_so_when_it_is_found(office, card):
    clerk = office.people.clerk
    report = report_card(card, ReportKind.LOSS, clerk, moment(LOST), occurred_on=LOST)
    assert is_hot(card.document_number)
    add_police_reference(report, "POL-TEST-7", clerk, moment(date(2027, 6, 15)))
    note_event(card, CardState.RETURNED, clerk, moment(date(2027, 7, 1)), "found in a bus")
    assert is_hot(card.document_number)
    assert {"card.lost", "card.police_report", "card.returned"} <= set(office.journal(card.case))


def test_without_the_declaration_to_the_police_the_request_goes_back(office, card, replacement, spouse):
    report_card(card, ReportKind.LOSS, office.people.clerk, moment(LOST), occurred_on=LOST)
    _, case = replacement()
    with pytest.raises(RuleBroken, match="POLICE_REPORT_MISSING"):
        office.receipted(case, ASKED)
    assert return_incomplete(case, office.people.clerk, moment(ASKED)) == ("police_report",)
    text = office.post(case.letters.get(kind=LetterKind.INCOMPLETE), ASKED)
    assert "police" in text
    later = date(2027, 6, 18)
    complete_file(case, spouse((POLICE,), product={"filed_on": ASKED}).pieces, office.people.clerk, moment(later))
    assert office.receipted(case, later).case_id == case.pk


def test_the_replacement_bears_the_printed_dates_of_the_lost_card_and_a_number_of_its_own(
    office, card, replacement, explained
):
    clerk = office.people.clerk
    report_card(card, ReportKind.LOSS, clerk, moment(LOST), occurred_on=LOST, police_reference="POL-TEST-7")
    _, case = replacement((POLICE,))
    found = explained(case, ASKED)["R51"]
    assert found.finding.outcome == "met"
    assert "art. 27" in found.article
    assert "24 novembre 2026" in " ".join(each["fr"] for each in says(case, "R51", ASKED))
    receipt, text = office.receipt(case, ASKED)
    assert (receipt.kind, receipt.valid_until) == ("acknowledgement", None)
    assert "Il ne vaut ni titre de séjour ni carte de séjour" in text
    assert "POL-TEST-7" not in text
    office.captured(case, ASKED)
    office.granted(case, date(2027, 6, 21))
    second = office.made(case, date(2027, 6, 23))
    assert (second.printed_issue_date, second.expiry_date) == (MADE, card.expiry_date)
    assert second.document_number != card.document_number
    assert second.job.blank.chip_uid != card.job.blank.chip_uid
    assert second.issued_at.date() == date(2027, 6, 23)
    office.hand_over(second, date(2027, 6, 28))
    case.refresh_from_db()
    assert case.state == State.CLOSED
    assert is_hot(card.document_number)
    assert not is_hot(second.document_number)


def test_a_replacement_is_not_handed_over_while_the_old_card_still_counts(office, card, replacement):
    _, case = replacement((POLICE,))
    office.receipted(case, ASKED)
    office.captured(case, ASKED)
    office.granted(case, date(2027, 6, 21))
    second = office.made(case, date(2027, 6, 23))
    with pytest.raises(StepRefused, match="still counts"):
        office.hand_over(second, date(2027, 6, 28))


def says(case, rule, day):
    from enrolment.cases.services import explain_case

    return [each.says for each in explain_case(case, day).rules if each.finding.rule == rule]
