"""Receipts (récépissés): three kinds with different effect and length, and the bare acknowledgement of a filing."""

from dataclasses import dataclass
from datetime import date

from enrolment.errors import RuleBookError
from enrolment.rules.book import Product, ReceiptKind
from enrolment.rules.dates import add_months
from enrolment.rules.facts import Facts


@dataclass(frozen=True, slots=True)
class ReceiptTerms:
    """What a receipt does: its kind, from when to when (None: no last day), and the article.

    A conditional receipt counts as a card only from `effect_from` on, while the request is pending.
    """

    kind: ReceiptKind
    effect_from: date | None
    valid_until: date | None
    article: str
    rule: str


def receipt_terms(product: Product, facts: Facts) -> ReceiptTerms:
    """The receipt of this application.

    Raises: RuleBookError where the product's receipt needs a length that the book does not give.
    Source: RGD of 5.9.2008 art. 5(1), 7(1), 12 (RULES R13, R18, R29).
    """
    receipt = product.receipt
    effect_from: date | None = facts.filed_on
    valid_until: date | None = None
    if receipt.kind in (ReceiptKind.COUNTS_AS_CARD, ReceiptKind.CONDITIONAL) and receipt.months is None:
        raise RuleBookError(f"{product.code}: the receipt's months are missing")
    if receipt.kind is ReceiptKind.COUNTS_AS_CARD:
        valid_until = add_months(facts.filed_on, receipt.months or 0)
    elif receipt.kind is ReceiptKind.CONDITIONAL:
        effect_from = facts.previous.expiry_date if facts.previous else None
        valid_until = add_months(effect_from, receipt.months or 0) if effect_from else None
    elif receipt.kind is ReceiptKind.ACKNOWLEDGEMENT:
        effect_from = None
    return ReceiptTerms(receipt.kind, effect_from, valid_until, receipt.article, receipt.rule)
