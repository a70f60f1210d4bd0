"""The Withdrawal Agreement: who may apply, when, with whom, and for how long the document holds (R53-R57, R61, R62)."""

from enrolment.rules.book import Product, RuleBook
from enrolment.rules.checks.family import relation
from enrolment.rules.facts import Facts, Reason
from enrolment.rules.findings import Finding, Stops, broken, met, needs_fact, not_applicable

BRITISH = "GBR"
MONTHS_PER_YEAR = 12


def eligible(facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R53: British, or family of a British national; resident, or absent for a time, when the transition ended.

    Whoever also has the nationality of a Member State or of an assimilated state, or still holds a diplomatic card,
    need not apply.
    """
    answers = facts.events.withdrawal
    if not _is_british_family(facts, product, book) or answers.has_right_of_residence is False:
        return broken("R53", "NOT_ELIGIBLE", Stops.FILING)
    if facts.reason is not Reason.FIRST:
        return met("R53")
    if not _was_resident(facts, book):
        if answers.resident_at_end is None and facts.arrival_date is None:
            return needs_fact("R53", "withdrawal.resident_at_end")
        return broken("R53", "NOT_ELIGIBLE", Stops.FILING)
    if answers.has_right_of_residence is None:
        return needs_fact("R53", "withdrawal.right_of_residence")
    if any(book.in_group("free_movement", code, facts.filed_on) for code in facts.nationalities if code != BRITISH):
        return met("R53", "not_required")
    if answers.still_holds_special_card:
        return met("R53", "keeps_card")
    return met("R53")


def _is_british_family(facts: Facts, product: Product, book: RuleBook) -> bool:
    if BRITISH in facts.nationalities:
        return True
    sponsor = facts.sponsor
    if sponsor is None or sponsor.nationality != BRITISH:
        return False
    return book.regimes[product.relations].relation(sponsor.relation, facts.filed_on) is not None


def _was_resident(facts: Facts, book: RuleBook) -> bool:
    answers = facts.events.withdrawal
    if answers.resident_at_end is not None or answers.temporarily_absent_at_end:
        return bool(answers.resident_at_end or answers.temporarily_absent_at_end)
    last_day = book.day("withdrawal_transition_last_day", facts.filed_on)
    return facts.arrival_date is not None and facts.arrival_date <= last_day


def family(facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R54: spouse, partner, minor unmarried child in their custody; adult children and parents by narrow conditions.

    A British national applies in their own right. Raises ValueNotConfigured (the social minimum wage).
    """
    if BRITISH in facts.nationalities or facts.sponsor is None or facts.reason is not Reason.FIRST:
        return not_applicable("R54")
    return relation("R54", facts, product, book)


def within_window(facts: Facts, book: RuleBook) -> Finding:
    """R55: filed from 1 July 2020 to 31 December 2021, the day of a letter being the configured one.

    Who held a diplomatic, legitimation or similar card at the end of the transition, and can no longer rely on it, may
    file later (R53).
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
        still_holds = facts.events.withdrawal.still_holds_special_card
        if still_holds is None:
            return needs_fact("R55", "withdrawal.still_holds_special_card")
        if not still_holds:
            return met("R55", "later_right", closes=closes)
    return broken("R55", "OUT_OF_WINDOW", Stops.FILING, opens=opens, closes=closes)


def filed_together(facts: Facts) -> Finding:
    """R56: the members of a family file together, in one envelope; the page asks for it, it is no duty."""
    if not facts.family_batch:
        return not_applicable("R56")
    filing = facts.events.family
    if filing is None:
        return needs_fact("R56", "family.members", "family.filed_together")
    if filing.filed_together < filing.members:
        return broken("R56", "FILED_APART", Stops.NOTHING, here=filing.filed_together, all=filing.members)
    return met("R56", all=filing.members)


def validity(facts: Facts, product: Product) -> Finding:
    """R61: five or ten years by the document replaced."""
    if facts.reason is not Reason.FIRST:
        return not_applicable("R61")
    months = product.validity.months_by_replaced.get(facts.previous.kind) if facts.previous else None
    if months is None:
        return broken("R61", "REPLACED_DOCUMENT_MISSING", Stops.EXAMINATION)
    return met("R61", years=months // MONTHS_PER_YEAR)


def old_document(facts: Facts, book: RuleBook) -> Finding:
    """R62: the old document holds to the end of the transition, or to the delivery of the new one, if that is later."""
    if facts.reason is not Reason.FIRST or facts.previous is None:
        return not_applicable("R62")
    transition_ends = book.day("withdrawal_transition_last_day", facts.filed_on)
    delivered = facts.happened(facts.events.progress.delivered_on)
    if delivered is None:
        return met("R62", "still_valid", ends=transition_ends)
    return met("R62", "ended", ended=max(delivered, transition_ends))
