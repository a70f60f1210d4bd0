"""The Withdrawal Agreement: who may apply, when, and for how long the document is valid (R53, R55, R61)."""

from enrolment.rules.book import Product, RuleBook
from enrolment.rules.facts import Facts, Reason
from enrolment.rules.findings import Finding, Stops, broken, met, not_applicable

BRITISH = "GBR"
MONTHS_PER_YEAR = 12
# R54: family in the sense of the Agreement; adult children and parents only by their own conditions.
FAMILY = frozenset({"spouse", "partner", "child", "adult_child", "parent"})


def eligible(facts: Facts) -> Finding:
    """R53: a British national, or family of one."""
    if BRITISH in facts.nationalities:
        return met("R53")
    if facts.sponsor is not None and facts.sponsor.nationality == BRITISH and facts.sponsor.relation in FAMILY:
        return met("R53")
    return broken("R53", "NOT_ELIGIBLE", Stops.FILING)


def within_window(facts: Facts, book: RuleBook) -> Finding:
    """R55: filed from 1 July 2020 to 31 December 2021, the day of a letter being the configured one.

    Who held a diplomatic, legitimation or similar card at the end of the transition may file later (R53).
    """
    if facts.reason is not Reason.FIRST:
        return not_applicable("R55")
    opens = book.day("withdrawal_window_first_day", facts.filed_on)
    closes = book.day("withdrawal_window_last_day", facts.filed_on)
    by = book.word("withdrawal_window_by", facts.filed_on)
    letter_day = facts.postmarked_on if by == "postmark" else facts.received_on
    day = letter_day or facts.filed_on
    if opens <= day <= closes:
        return met("R55", opens=opens, closes=closes)
    if day > closes and facts.held_special_card:
        return met("R55", "later_right", closes=closes)
    return broken("R55", "OUT_OF_WINDOW", Stops.FILING, opens=opens, closes=closes)


def validity(facts: Facts, product: Product) -> Finding:
    """R61: five or ten years by the document replaced."""
    if facts.reason is not Reason.FIRST:
        return not_applicable("R61")
    months = product.validity.months_by_replaced.get(facts.previous.kind) if facts.previous else None
    if months is None:
        return broken("R61", "REPLACED_DOCUMENT_MISSING", Stops.EXAMINATION)
    return met("R61", years=months // MONTHS_PER_YEAR)
