"""A renewal three months early is refused, kept as a draft, and filed on the first day of its window (art. 10, 21)."""

from datetime import date

import pytest

from enrolment.cases.models import Letter, LetterKind
from enrolment.cases.payments import Booked, check_payment
from enrolment.cases.services import draft_application, file_draft
from enrolment.cases.steps import State
from enrolment.delivery.models import CardState
from enrolment.delivery.renewals import order_renewal_letters
from enrolment.errors import FilingForbidden, RuleBroken

from .conftest import moment

EXPIRY = date(2027, 2, 2)
EARLY, EVE, OPENS = date(2026, 11, 2), date(2026, 12, 1), date(2026, 12, 2)


@pytest.fixture
def card(office, application):
    """A worker's card that ends on 2 February 2027, in her hand since a year before."""
    first = application(
        product={"filed_on": date(2026, 1, 12)},
        residence={"arrival_date": date(2026, 1, 5)},
        pieces=[
            {"code": "fee_proof", "amount_eur": 80, "issued_on": date(2026, 1, 9), "reference": "T-1"},
            {"code": "passport_copy", "copy_kind": "certified"},
            *({"code": code} for code in ("means", "medical_certificate", "housing", "criminal_record")),
        ],
        document={"expiry_date": EXPIRY},
    )
    case = office.file(first, date(2026, 1, 12))
    office.receipted(case, date(2026, 1, 12))
    office.captured(case, date(2026, 1, 12))
    office.granted(case, date(2026, 1, 26))
    made = office.made(case, date(2026, 1, 29))
    office.hand_over(made, date(2026, 2, 2))
    made.refresh_from_db()
    assert made.expiry_date == EXPIRY
    return made


@pytest.fixture
def renewal(application, tmp_path, card):
    def make(filed_on, reader=application):
        return reader(
            product={"reason": "renewal", "filed_on": filed_on},
            previous={
                "kind": "titre-de-sejour",
                "number": card.document_number,
                "issue_date": card.printed_issue_date,
                "expiry_date": EXPIRY,
            },
            pieces=[
                {"code": "passport_copy", "copy_kind": "certified"},
                {"code": "fee_proof", "amount_eur": 80, "issued_on": OPENS, "reference": "T-2"},
                {"code": "conditions_still_met"},
            ],
            document={"expiry_date": date(2029, 2, 2)},
        )

    return make


def test_it_is_refused_three_months_before_with_the_day_on_which_the_window_opens(renewal):
    with pytest.raises(FilingForbidden, match=r"2 December 2026.*TOO_EARLY, .*art\. 10"):
        renewal(EARLY)


def test_it_waits_as_a_draft_and_is_filed_when_the_window_opens(office, application_file, renewal, card, explained):
    from enrolment.applications import read_application

    early = renewal(EARLY, reader=lambda **sections: read_application(application_file(**sections)))
    clerk = office.people.clerk
    case = draft_application(early, clerk, "direction", moment(EARLY), person=card.person)
    assert explained(case, EARLY)["R26"].finding.error == "TOO_EARLY"
    with pytest.raises(RuleBroken, match="TOO_EARLY"):
        file_draft(case, EVE, clerk, moment(EVE))
    assert case.state == State.DRAFT
    file_draft(case, OPENS, clerk, moment(OPENS))
    assert explained(case, OPENS)["R26"].finding.outcome == "met"
    fee = explained(case, OPENS)["R44"]
    assert (fee.finding.outcome, fee.values["fee_titre_de_sejour_eur"].value) == ("met", 80)
    assert "art. 20" in fee.article
    receipt, text = office.receipt(case, OPENS)
    assert receipt.kind == "acknowledgement"
    assert "Il ne vaut ni titre de séjour ni carte de séjour" in text
    office.captured(case, OPENS)
    _, letter = office.decide(case, date(2026, 12, 15))
    assert "2 février 2029" in letter
    renewed = office.made(case, date(2026, 12, 17))
    office.hand_over(renewed, date(2027, 1, 4), old_card_returned=True)
    card.refresh_from_db()
    renewed.refresh_from_db()
    assert (card.state, renewed.state) == (CardState.RETURNED, CardState.ACTIVE)
    assert renewed.document_number != card.document_number


def test_a_fee_that_the_treasury_s_books_do_not_show_keeps_the_card_at_the_desk(office, renewal, card):
    case = office.file(renewal(OPENS), OPENS, person=card.person)
    office.receipted(case, OPENS)
    office.captured(case, OPENS)
    office.granted(case, date(2026, 12, 15))
    renewed = office.made(case, date(2026, 12, 17))
    check_payment(case.payments.get(), Booked(0), office.people.decider, moment(date(2026, 12, 18)))
    with pytest.raises(RuleBroken, match="FEE_MISSING"):
        office.hand_over(renewed, date(2027, 1, 4))
    renewed.refresh_from_db()
    assert renewed.state == CardState.READY


def test_the_minister_s_invitation_leaves_two_months_before_and_once(office, card):
    assert order_renewal_letters(moment(EVE, 2)) == []
    (letter,) = order_renewal_letters(moment(OPENS, 2))
    assert (letter.kind, letter.rule, letter.due_on) == (LetterKind.RENEWAL, "R45", OPENS)
    text = office.post(letter, OPENS)
    assert "2 décembre 2026" in text
    assert "2 février 2027" in text
    assert card.document_number in text
    assert "art. 21" in text
    order_renewal_letters(moment(date(2026, 12, 3), 2))
    assert Letter.objects.filter(kind=LetterKind.RENEWAL).count() == 1
