"""The issuance fee (taxe de délivrance): R44, and the proof that R24, R30 and R41 ask for."""

from enrolment.errors import ValueNotConfigured
from enrolment.rules.book import NONE_STATED, NOT_CONFIGURED, Product, RuleBook
from enrolment.rules.facts import Facts
from enrolment.rules.findings import Finding, Stops, broken, met, not_applicable, not_configured

CENTS_PER_EURO = 100


def fee_cents(product: Product, facts: Facts, book: RuleBook) -> int | None:
    """The fee for this product and reason on the day of filing; None where the sources state none.

    Raises: ValueNotConfigured where only the law knows it (a replacement's fee, say).
    """
    name = product.fees[facts.reason]
    if name == NONE_STATED:
        return None
    if name == NOT_CONFIGURED:
        raise ValueNotConfigured(f"fee of {product.code}, {facts.reason.value}", facts.filed_on)
    return CENTS_PER_EURO * book.number(name, facts.filed_on)


def fee(facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R44: the fee is paid in full, in one payment or several."""
    try:
        due_cents = fee_cents(product, facts, book)
    except ValueNotConfigured as error:
        return not_configured("R44", error.name, Stops.EXAMINATION)
    if due_cents is None:
        return not_applicable("R44")
    amount = _euro(due_cents)
    if not facts.payments:
        return broken("R44", "FEE_MISSING", Stops.EXAMINATION, amount=amount)
    paid_cents = sum(payment.amount_cents for payment in facts.payments)
    if paid_cents != due_cents:
        return broken("R44", "FEE_AMOUNT", Stops.EXAMINATION, amount=amount, paid=_euro(paid_cents))
    return met("R44", amount=amount)


def _euro(cents: int) -> str:
    euro, rest = divmod(cents, CENTS_PER_EURO)
    return f"{euro}.{rest:02d}" if rest else str(euro)
