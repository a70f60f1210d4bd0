"""Payments of a fee: claimed by a proof, confirmed by the Treasury's books, accepted, mismatched, paid back."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.cases.models import Case, Payment, PaymentState
from enrolment.cases.records import CLAIMED_OR_BETTER, VOUCHED_FOR, facts_of_case
from enrolment.cases.walking import change_file
from enrolment.errors import Incomplete, RuleBroken, StepRefused, Taken
from enrolment.rules.checks.money import fee, fee_cents
from enrolment.rules.findings import Outcome
from enrolment.rules.read_book import rule_book
from enrolment.transactions import one_transaction


@dataclass(frozen=True, slots=True)
class Booked:
    """What the Treasury's books show for a payment: the amount in euro cents, 0 where they show nothing."""

    amount_cents: int
    is_family_share: bool = False


@one_transaction
def enter_payment(
    case: Case, amount_cents: int, paid_on: date, reference: str, officer: Officer, at: datetime
) -> Payment:
    """Enter a payment whose proof came without a piece, from the Treasury's list for example.

    Raises: StepRefused (no money, or a day to come), Taken, NotAuthorised.
    """
    require(officer, Role.FILE, Role.DECIDE, site=case.site)
    if amount_cents <= 0 or paid_on > localdate(at):
        raise StepRefused(f"case {case.number}: a payment is some money, on a day that has come")
    known = case.payments.filter(reference=reference, amount_cents=amount_cents, paid_on=paid_on).exclude(reference="")
    if (payment := known.first()) is not None:
        return payment
    change_file(case, "payment.entered", officer, at, details={"cents": amount_cents})
    return Payment.objects.create(case=case, amount_cents=amount_cents, paid_on=paid_on, reference=reference)


@one_transaction
def check_payment(payment: Payment, booked: Booked, officer: Officer, at: datetime, *, reference: str = "") -> Payment:
    """Hold a payment against the Treasury's books: confirmed where they agree, else a mismatch that does not count.

    One reference pays once; a transfer for a family is entered as a share in each member's case.
    Raises: Incomplete (no reference), StepRefused (refunded), Taken (that reference paid another case), NotAuthorised.
    """
    case = payment.case
    require(officer, Role.DECIDE, Role.SUPERVISE, site=case.site)
    payment.refresh_from_db()
    if payment.state == PaymentState.REFUNDED:
        raise StepRefused(f"case {case.number}: that payment was paid back")
    named = reference or payment.reference
    agrees = booked.amount_cents == payment.amount_cents
    if agrees and not named:
        raise Incomplete(f"case {case.number}: a confirmed payment has the Treasury's reference")
    _refuse_strangers_share(payment, named, booked)
    state = PaymentState.CONFIRMED if agrees else PaymentState.MISMATCH
    change_file(case, "payment.checked", officer, at, details={"state": state.value})
    payment.state, payment.reference, payment.booked_cents = state, named, booked.amount_cents
    payment.is_family_share, payment.checked_by, payment.checked_at = booked.is_family_share, officer, at
    payment.reason = "" if agrees else f"proof {payment.amount_cents}, books {booked.amount_cents} cents"
    try:
        with transaction.atomic():
            payment.save()
    except IntegrityError:
        raise Taken(f"case {case.number}: that Treasury reference paid for another case") from None
    return payment


@one_transaction
def accept_payment(payment: Payment, reason: str, officer: Officer, at: datetime) -> Payment:
    """Decide that a claimed payment counts before the Treasury's books show it: who decided, and why, stays written.

    The books may still be asked afterwards (`check_payment`). Entered again it changes nothing.
    Raises: Incomplete without a reason, StepRefused (it is not a claim any more), NotAuthorised.
    """
    case = payment.case
    require(officer, Role.SUPERVISE, site=case.site)
    if not reason.strip():
        raise Incomplete(f"case {case.number}: a payment that the books do not show is accepted with a reason")
    payment.refresh_from_db()
    if payment.state == PaymentState.ACCEPTED:
        return payment
    if payment.state != PaymentState.CLAIMED:
        raise StepRefused(f"case {case.number}: a payment that is {payment.state} is not accepted")
    change_file(case, "payment.accepted", officer, at, details={"cents": payment.amount_cents})
    payment.state, payment.reason = PaymentState.ACCEPTED, reason
    payment.checked_by, payment.checked_at = officer, at
    payment.save()
    return payment


def claimed_elsewhere(payment: Payment) -> QuerySet[Payment]:
    """Payments of other families under the same Treasury reference: one transfer does not pay for both."""
    if not payment.reference or payment.state not in CLAIMED_OR_BETTER:
        return Payment.objects.none()
    others = Payment.objects.filter(reference=payment.reference, state__in=CLAIMED_OR_BETTER)
    others = others.exclude(case=payment.case)
    return others.exclude(case__family=payment.case.family_id) if payment.case.family_id else others


def _refuse_strangers_share(payment: Payment, reference: str, booked: Booked) -> None:
    """A share of a family's transfer is confirmed beside shares of the same family only. Raises StepRefused, Taken."""
    if not booked.is_family_share:
        return
    family = payment.case.family_id
    if family is None:
        raise StepRefused(f"case {payment.case.number} belongs to no family")
    others = Payment.objects.filter(reference=reference, state=PaymentState.CONFIRMED).exclude(pk=payment.pk)
    if others.exclude(case__family=family).exists():
        raise Taken(f"case {payment.case.number}: that Treasury reference paid for another case")


@one_transaction
def refund(
    payment: Payment, reason: str, refund_reference: str, refunded_on: date, officer: Officer, at: datetime
) -> Payment:
    """Enter that a payment was paid back: it no longer counts.

    Raises: Incomplete without reason or reference, NotAuthorised. Entered again it changes nothing.
    """
    case = payment.case
    require(officer, Role.SUPERVISE, site=case.site)
    if not reason.strip() or not refund_reference.strip():
        raise Incomplete(f"case {case.number}: a refund has its reason and its reference")
    payment.refresh_from_db()
    if payment.state == PaymentState.REFUNDED:
        return payment
    change_file(case, "payment.refunded", officer, at, details={"cents": payment.amount_cents})
    payment.state, payment.reason, payment.refund_reference = PaymentState.REFUNDED, reason, refund_reference
    payment.refunded_on, payment.checked_by, payment.checked_at = refunded_on, officer, at
    payment.save()
    return payment


def overpaid_cents(case: Case) -> int:
    """What was paid beyond the fee and is to be paid back, in euro cents. Raises ValueNotConfigured."""
    facts, book = facts_of_case(case), rule_book()
    due = fee_cents(book.product(case.product), facts, book) or 0
    return max(sum(payment.amount_cents for payment in facts.payments) - due, 0)


def refuse_unpaid(case: Case) -> None:
    """No delivery without the fee, where the product has one (R44): confirmed by the books, or accepted by decision.

    Raises: Incomplete (a proof lies in the file, and nobody vouched for it), RuleBroken, ValueNotConfigured.
    """
    book = rule_book()
    product, facts = book.product(case.product), facts_of_case(case, VOUCHED_FOR)
    finding = fee(facts, product, book)
    if finding.outcome is Outcome.NOT_CONFIGURED:
        fee_cents(product, facts, book)  # tells which value lacks
    if finding.outcome is not Outcome.BROKEN:
        return
    if fee(facts_of_case(case), product, book).outcome is Outcome.MET:
        raise Incomplete(f"case {case.number}: the fee is claimed: hold it against the Treasury's books first")
    raise RuleBroken(f"case {case.number}: delivery", [(finding.rule, finding.error)])
