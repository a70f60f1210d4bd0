"""Clocks that run from filing, arrival or expiry (R12, R13-R15, R18, R19, R26, R29, R38, R41, R43)."""

from enrolment.rules.book import Product, ReceiptKind, RuleBook
from enrolment.rules.dates import add_months
from enrolment.rules.facts import Facts, Reason
from enrolment.rules.findings import Finding, Stops, broken, met, not_applicable
from enrolment.rules.receipts import receipt_terms


def filed_in_time(rule: str, value: str, error: str, facts: Facts, book: RuleBook) -> Finding:
    """Filed within so many months of arrival; late is a warning, never a refusal (R01, R12, R41)."""
    if facts.reason is not Reason.FIRST or facts.arrival_date is None:
        return not_applicable(rule)
    due = add_months(facts.arrival_date, book.number(value, facts.filed_on))
    if facts.filed_on > due:
        return broken(rule, error, Stops.NOTHING, due=due)
    return met(rule, "in_time", due=due)


def renewal_window(rule: str, facts: Facts, book: RuleBook, *, expiry_ends_right: bool = True) -> Finding:
    """A renewal is filed in [expiry - n months, expiry]. Where the right outlives the card (R38), late only warns."""
    if facts.reason is not Reason.RENEWAL:
        return not_applicable(rule)
    if facts.previous is None or facts.previous.expiry_date is None:
        return broken(rule, "PREVIOUS_DOCUMENT_MISSING", Stops.FILING)
    expiry = facts.previous.expiry_date
    opens = add_months(expiry, -book.number("renewal_window_months", facts.filed_on))
    if facts.filed_on < opens:
        return broken(rule, "TOO_EARLY", Stops.FILING, opens=opens)
    if facts.filed_on > expiry:
        return broken(rule, "EXPIRED", Stops.FILING if expiry_ends_right else Stops.NOTHING, expiry=expiry)
    return met(rule, opens=opens, expiry=expiry)


def receipt_counts(rule: str, facts: Facts, product: Product) -> Finding:
    """R13: until when the receipt counts as a card."""
    terms = receipt_terms(product, facts)
    if product.receipt.kind is not ReceiptKind.COUNTS_AS_CARD or terms.valid_until is None:
        return not_applicable(rule)
    return met(rule, until=terms.valid_until, due=terms.valid_until)


def decision_due(rule: str, facts: Facts, product: Product, says: str = "met") -> Finding:
    """R14, R19, R29: the decision is due so many months after filing."""
    if product.decision_months is None:
        return not_applicable(rule)
    due = add_months(facts.filed_on, product.decision_months)
    return Finding(rule, met(rule).outcome, says, values={"due": due}, due=due)


def filed_before_expiry(facts: Facts) -> Finding:
    """R18: the permanent card is asked for before the residence card expires; its last day still counts."""
    if facts.reason is not Reason.FIRST:
        return not_applicable("R18")
    if facts.previous is None or facts.previous.expiry_date is None:
        return broken("R18", "PREVIOUS_DOCUMENT_MISSING", Stops.FILING)
    expiry = facts.previous.expiry_date
    if facts.filed_on > expiry:
        return broken("R18", "FILED_AFTER_EXPIRY", Stops.FILING, expiry=expiry)
    return met("R18", expiry=expiry)
