"""Payments: what the proof says, what the Treasury's books say, refunds; no delivery without the fee."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from enrolment.applications import load_application
from enrolment.audit.models import Entry
from enrolment.cases.models import Payment, PaymentState
from enrolment.cases.payments import (
    Booked,
    accept_payment,
    check_payment,
    enter_payment,
    overpaid_cents,
    refund,
    refuse_unpaid,
)
from enrolment.cases.records import facts_of_case
from enrolment.cases.services import file_application, issue_receipt
from enrolment.cases.why import why
from enrolment.errors import Incomplete, NotAuthorised, RuleBroken, StepRefused, Taken

PAID_ON = date(2026, 10, 31)
REFUND = ("the application was withdrawn", "R-77", date(2026, 11, 2))


@pytest.fixture
def payment(walk):
    return walk.filed().payments.get()


def test_a_proof_in_the_file_is_a_claimed_payment(payment):
    assert (payment.state, payment.amount_cents, payment.paid_on) == (PaymentState.CLAIMED, 8000, PAID_ON)
    assert payment.reference == "T-1"
    assert facts_of_case(payment.case).payments


def test_a_claimed_payment_is_examined_but_no_card_is_given_for_it(payment, officers, now):
    issue_receipt(payment.case, officers.clerk, now)
    with pytest.raises(Incomplete, match="the fee is claimed"):
        refuse_unpaid(payment.case)
    payment.refresh_from_db()
    check_payment(payment, Booked(8000), officers.decider, now)
    refuse_unpaid(payment.case)


def test_a_supervisor_may_accept_a_claimed_payment_with_a_reason(payment, officers, now):
    with pytest.raises(NotAuthorised):
        accept_payment(payment, "the books are down", officers.decider, now)
    with pytest.raises(Incomplete, match="reason"):
        accept_payment(payment, " ", officers.counter, now)
    accept_payment(payment, "the books are down", officers.counter, now)
    version = payment.case.version
    accept_payment(payment, "again", officers.counter, now)
    payment.refresh_from_db()
    assert (payment.state, payment.reason, payment.checked_by) == ("accepted", "the books are down", officers.counter)
    assert payment.case.version == version
    assert Entry.objects.get(subject=payment.case.number, action="payment.accepted").actor == "counter"
    refuse_unpaid(payment.case)
    check_payment(payment, Booked(0), officers.decider, now)
    with pytest.raises(RuleBroken, match="FEE_MISSING"):
        refuse_unpaid(payment.case)
    with pytest.raises(StepRefused, match="mismatch is not accepted"):
        accept_payment(payment, "x", officers.counter, now)


def test_one_reference_in_two_families_is_shown_in_both_cases(application_file, walk, payment, officers, now):
    def shown(case):
        return [hold.says["en"] for hold in why(case, now).holdups if hold.error == "REFERENCE_SHARED"]

    assert shown(payment.case) == []
    smith = load_application(application_file(family={"batch": "Smith"}))
    one, two = (file_application(smith, officers.clerk, "direction", now) for _ in range(2))
    assert shown(payment.case)[0].endswith(f"{one.number}, {two.number}.")
    for member in (one, two):  # their own family's transfer is no other's
        assert shown(member)[0].endswith(f"another family: {payment.case.number}.")
    check_payment(payment, Booked(0), officers.decider, now)
    assert shown(payment.case) == shown(one) == []


def test_a_finished_card_whose_payment_nobody_checked_is_held_up(walk, officers, now):
    card = walk.card()
    Payment.objects.filter(case=card.case).update(state=PaymentState.CLAIMED)
    held = [hold for hold in why(card.case, now).holdups if hold.error == "PAYMENT_UNCHECKED"]
    assert [hold.owner for hold in held] == ["decide"]


def test_books_that_agree_confirm_it(payment, officers, now):
    check_payment(payment, Booked(8000), officers.decider, now)
    assert (payment.state, payment.booked_cents) == (PaymentState.CONFIRMED, 8000)
    assert facts_of_case(payment.case).payments


@pytest.mark.parametrize("booked", [0, 7999, 8001])
def test_books_that_disagree_make_it_count_no_more(payment, officers, now, booked):
    check_payment(payment, Booked(booked), officers.decider, now)
    assert payment.state == PaymentState.MISMATCH
    with pytest.raises(RuleBroken, match="FEE_MISSING"):
        refuse_unpaid(payment.case)
    with pytest.raises(RuleBroken, match="FEE_MISSING"):
        issue_receipt(payment.case, officers.clerk, now)
    held = next(hold for hold in why(payment.case, now).holdups if hold.error == "PAYMENT_MISMATCH")
    assert held.owner == "supervise"
    check_payment(payment, Booked(8000), officers.decider, now)  # the books were put right
    refuse_unpaid(payment.case)


def test_one_treasury_reference_pays_one_case(walk, payment, officers, now):
    other = walk.filed().payments.get()
    check_payment(payment, Booked(8000), officers.decider, now)
    with pytest.raises(Taken, match="another case"):
        check_payment(other, Booked(8000), officers.decider, now)
    assert Payment.objects.get(pk=other.pk).state == PaymentState.CLAIMED
    check_payment(other, Booked(8000), officers.decider, now, reference="T-2")


def test_a_family_pays_by_one_transfer_and_strangers_do_not_share_it(application_file, walk, payment, officers, now):
    application = load_application(application_file(family={"batch": "Smith"}))
    shares = [file_application(application, officers.clerk, "direction", now).payments.get() for _ in range(2)]
    for share in shares:
        check_payment(share, Booked(8000, is_family_share=True), officers.decider, now)
    with pytest.raises(StepRefused, match="no family"):
        check_payment(payment, Booked(8000, is_family_share=True), officers.decider, now)
    others = load_application(application_file(family={"batch": "Jones"}))
    stranger = file_application(others, officers.clerk, "direction", now).payments.get()
    with pytest.raises(Taken, match="another case"):
        check_payment(stranger, Booked(8000, is_family_share=True), officers.decider, now)


def test_a_refund_counts_no_more_and_is_entered_once(payment, officers, now):
    with pytest.raises(Incomplete):
        refund(payment, "", "R-77", date(2026, 11, 2), officers.counter, now)
    with pytest.raises(NotAuthorised):
        refund(payment, *REFUND, officers.decider, now)
    refund(payment, *REFUND, officers.counter, now)
    version = payment.case.version
    refund(payment, *REFUND, officers.counter, now)
    assert (payment.state, payment.case.version) == (PaymentState.REFUNDED, version)
    with pytest.raises(RuleBroken, match="FEE_MISSING"):
        refuse_unpaid(payment.case)
    with pytest.raises(StepRefused, match="paid back"):
        check_payment(payment, Booked(8000), officers.decider, now)


def test_what_was_paid_too_much_is_known_and_paid_back(payment, officers, now):
    case = payment.case
    check_payment(payment, Booked(8000), officers.decider, now)
    case.refresh_from_db()
    assert overpaid_cents(case) == 0
    second = enter_payment(case, 2000, PAID_ON, "T-9", officers.clerk, now)
    assert enter_payment(case, 2000, PAID_ON, "T-9", officers.clerk, now) == second
    assert overpaid_cents(case) == 2000
    check_payment(second, Booked(2000), officers.decider, now)
    with pytest.raises(RuleBroken, match="FEE_AMOUNT"):
        refuse_unpaid(case)
    refund(second, *REFUND, officers.counter, now)
    assert overpaid_cents(case) == 0
    refuse_unpaid(case)


@pytest.mark.parametrize(("cents", "days"), [(0, 0), (8000, 1)])
def test_no_money_and_a_day_to_come_are_no_payment(payment, officers, now, cents, days):
    with pytest.raises(StepRefused):
        enter_payment(payment.case, cents, now.date() + timedelta(days=days), "T-3", officers.clerk, now)


def test_without_a_reference_nothing_is_confirmed(payment, officers, now):
    unnamed = enter_payment(payment.case, 100, PAID_ON, "", officers.clerk, now)
    with pytest.raises(Incomplete, match="reference"):
        check_payment(unnamed, Booked(100), officers.decider, now)


@pytest.mark.parametrize(
    "change",
    [
        {"amount_cents": 0},
        {"state": "confirmed", "booked_cents": 1},
        {"state": "accepted"},
        {"state": "mismatch"},
        {"state": "refunded"},
        {"state": "promised"},
    ],
)
def test_the_database_refuses_a_payment_that_cannot_be(payment, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(**change)
