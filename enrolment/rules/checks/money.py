"""The issuance fee (taxe de délivrance): R44, and the proof that R24, R30 and R41 ask for."""

from datetime import date

from enrolment.errors import ValueNotConfigured
from enrolment.rules.book import NONE_STATED, NOT_CONFIGURED, Product, RuleBook
from enrolment.rules.facts import Facts, Reason
from enrolment.rules.findings import Finding, Stops, broken, met, not_applicable, not_configured

CENTS_PER_EURO = 100


def fee_cents(product: Product, facts: Facts, book: RuleBook) -> int | None:
    """The fee of this request on the day of filing; None where the sources state none. Raises ValueNotConfigured."""
    return fee_on(product, facts.reason, facts.filed_on, book)


def fee_on(product: Product, reason: Reason, on: date, book: RuleBook) -> int | None:
    """The fee for this product and reason on that day; None where the sources state none.

    Raises: ValueNotConfigured where only the law knows it (a replacement's fee, say).
    """
    name = product.fees[reason]
    if name == NONE_STATED:
        return None
    if name == NOT_CONFIGURED:
        raise ValueNotConfigured(f"fee of {product.code}, {reason.value}", on)
    return CENTS_PER_EURO * book.number(name, on)


def fee(facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R44: the fee is paid in full, in one payment or several."""
    return fee_of_rule("R44", facts, product, book)


def fee_of_rule(rule: str, facts: Facts, product: Product, book: RuleBook) -> Finding:
    """The fee is paid in full, in one payment or several; R24, R30 and R41 ask for its proof."""
    try:
        due_cents = fee_cents(product, facts, book)
    except ValueNotConfigured as error:
        return not_configured(rule, error.name, Stops.EXAMINATION)
    if not due_cents:
        return not_applicable(rule)
    amount = _euro(due_cents)
    # a payment without the Treasury's reference is the applicant's word, and no proof
    payments = [payment for payment in facts.payments if payment.reference.strip() and facts.happened(payment.paid_on)]
    if not payments:
        return broken(rule, "FEE_MISSING", Stops.EXAMINATION, amount=amount)
    paid_cents = sum(payment.amount_cents for payment in payments)
    if paid_cents != due_cents:
        return broken(rule, "FEE_AMOUNT", Stops.EXAMINATION, amount=amount, paid=_euro(paid_cents))
    return met(rule, "fee_met", amount=amount)


def _euro(cents: int) -> str:
    euro, rest = divmod(cents, CENTS_PER_EURO)
    return f"{euro}.{rest:02d}" if rest else str(euro)
