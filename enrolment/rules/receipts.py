"""Receipts (récépissés): three kinds with different effect and length, and the bare acknowledgement of a filing."""

from dataclasses import dataclass
from datetime import date

from enrolment.rules.book import Product, ReceiptKind, RuleBook
from enrolment.rules.facts import Facts, Reason
from enrolment.rules.read_book import rule_book

# A replacement, or another remark, is no new request: art. 27 gives it no receipt with an effect of its own.
ASKED_ANEW = (Reason.FIRST, Reason.RENEWAL)
NO_ARTICLE = "no article: the acknowledgement proves the filing only"


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


def receipt_terms(product: Product, facts: Facts, book: RuleBook | None = None) -> ReceiptTerms:
    """The receipt of this application, by the law of the day of filing.

    Raises: ValueNotConfigured, RuleBookError where the receipt needs a length that the book does not give.
    Source: RGD of 5.9.2008 art. 5(1), 7(1), 12 (RULES R13, R18, R29).
    """
    if facts.reason not in ASKED_ANEW:
        return ReceiptTerms(ReceiptKind.ACKNOWLEDGEMENT, None, None, NO_ARTICLE, "")
    receipt, book = product.receipt, book or rule_book()
    effect_from = facts.clocks_start_on
    valid_until: date | None = None
    if receipt.kind is ReceiptKind.CONDITIONAL:
        effect_from = facts.previous.expiry_date if facts.previous else None
    elif receipt.kind is ReceiptKind.ACKNOWLEDGEMENT:
        effect_from = None
    if receipt.clock and effect_from is not None:
        valid_until = book.clock(receipt.clock).end(effect_from, facts.filed_on)
    return ReceiptTerms(receipt.kind, effect_from, valid_until, receipt.article, receipt.rule)
