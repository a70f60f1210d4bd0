"""What a card says and how long: the fixed text of R30, the length of R42, the kept date of R51."""

from enrolment.errors import ValueNotConfigured
from enrolment.rules.book import Product, RuleBook
from enrolment.rules.checks.documents import pieces_of_rule
from enrolment.rules.facts import Facts, Reason
from enrolment.rules.findings import Finding, Stops, broken, met, not_applicable, not_configured


def category_text(facts: Facts, product: Product) -> Finding:
    """R30: the field «catégorie de séjour» of a long-term resident's permit has one text and no other."""
    return met("R30", text=product.permit_type(facts.category))


def other_state_resident_length(facts: Facts) -> Finding:
    """R42: five years; a family member's permit ends with that of the person joined."""
    if facts.category != "membre-de-famille":
        return met("R42")
    if facts.sponsor is None or facts.sponsor.permit_expiry_date is None:
        return broken("R42", "SPONSOR_PERMIT_MISSING", Stops.EXAMINATION)
    return met("R42", "as_sponsor", expiry=facts.sponsor.permit_expiry_date)


def replacement(facts: Facts, product: Product, book: RuleBook) -> tuple[Finding, ...]:
    """R51: a replacement keeps the printed date; the declaration to the police as configured."""
    if facts.reason is not Reason.REPLACEMENT:
        return (not_applicable("R51"),)
    if facts.previous is None or facts.previous.issue_date is None:
        return (broken("R51", "PREVIOUS_DOCUMENT_MISSING", Stops.FILING),)
    kept = met("R51", issued=facts.previous.issue_date)
    try:
        police_report_required = book.flag("police_report_required", facts.filed_on)
    except ValueNotConfigured as error:
        return kept, not_configured("R51", error.name, Stops.EXAMINATION)
    return (kept, pieces_of_rule("R51", facts, product, book)) if police_report_required else (kept,)
