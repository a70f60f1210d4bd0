"""What happens to a document afterwards: moves (R08), absences and departure (R50), removal (R52), the visa (R11)."""

from enrolment.rules.book import Product, RuleBook
from enrolment.rules.checks.timing import person_in_time
from enrolment.rules.dates import add_months
from enrolment.rules.facts import Facts
from enrolment.rules.findings import Finding, Stops, broken, met, not_applicable


def endorsed_after_move(facts: Facts, book: RuleBook) -> Finding:
    """R08: the new commune endorses the document within eight days; D7, D8 and D10 are not endorsed (art. 25)."""
    move = facts.events.move
    if move is None or facts.happened(move.arrived_on) is None:
        return not_applicable("R08")
    document = book.catalogue.get(move.document)
    if document is None or not document.is_endorsed:
        return broken("R08", "UNKNOWN_DOC", Stops.NOTHING)
    endorsed = facts.happened(move.endorsed_on)
    found = person_in_time("R08", "endorsement_days", move.arrived_on, endorsed or facts.day, "VISA_LATE", facts, book)
    if found.error or endorsed:
        return found
    return met("R08", "to_endorse", due=found.due)


def entry_visa_free(facts: Facts, book: RuleBook) -> Finding:
    """R11: the entry visa of a family member costs nothing."""
    charged = facts.events.entry_visa_fee_cents
    if charged is None:
        return not_applicable("R11")
    if charged != 100 * book.number("fee_entry_visa_eur", facts.filed_on):
        return broken("R11", "VISA_CHARGED", Stops.NOTHING)
    return met("R11")


def absence_within_limit(facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R50: an absence beyond the law's limit ends the document. Raises ValueNotConfigured (only the law knows it)."""
    absences = [absence for absence in facts.events.absences if facts.happened(absence.left_on)]
    if not absences or not product.absence_limit:
        return not_applicable("R50")
    months = book.number(product.absence_limit, facts.day)
    for absence in absences:
        last_day = add_months(absence.left_on, months)
        if (facts.happened(absence.returned_on) or facts.day) > last_day:
            return broken("R50", "DOCUMENT_INVALID", Stops.PERSONALISATION, since=last_day, months=months)
    return met("R50", months=months)


def handed_over_on_departure(facts: Facts) -> Finding:
    """R50: before leaving for good, the document is handed to the commune, which forwards it to the minister."""
    departure = facts.events.departure
    if departure is None:
        return not_applicable("R50")
    handed = facts.happened(departure.document_handed_over_on)
    if handed is None or handed > departure.on:
        if facts.day < departure.on:
            return met("R50", "to_hand_over", due=departure.on)
        return broken("R50", "DOCUMENT_NOT_RETURNED", Stops.NOTHING, due=departure.on)
    forwarded = facts.happened(departure.forwarded_on)
    if forwarded is None:
        return broken("R50", "DOCUMENT_NOT_FORWARDED", Stops.NOTHING, handed=handed)
    return met("R50", "handed_over", handed=handed, forwarded=forwarded)


def withdrawn_by_removal(facts: Facts) -> Finding:
    """R52: a decision of removal withdraws every document of the person, which go back to the minister."""
    removal = facts.events.removal
    if removal is None or facts.happened(removal.decided_on) is None:
        return not_applicable("R52")
    letter = "" if facts.happened(removal.documents_returned_on) else "withdrawal_notice"
    return broken("R52", "DOCUMENTS_WITHDRAWN", Stops.PERSONALISATION, letter=letter, decided=removal.decided_on)
