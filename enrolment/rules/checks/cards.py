"""What a card says, how long, and to whom it is given (R25, R30, R42, R51)."""

from enrolment.rules.book import Product, RuleBook
from enrolment.rules.facts import Facts, Reason
from enrolment.rules.findings import Finding, Stops, broken, met, needs_fact, not_applicable


def category_text(facts: Facts, product: Product) -> Finding:
    """R30: the field «catégorie de séjour» of a long-term resident's permit has one text and no other."""
    text = product.permit_type(facts.category, facts.day)
    card = facts.events.card
    if card is not None and card.printed_category and card.printed_category != text:
        return broken("R30", "PROFILE_VIOLATION", Stops.PERSONALISATION, text=text)
    return met("R30", text=text)


def appearance(rule: str, facts: Facts) -> Finding:
    """The person appears with a valid passport, and it is the passport of the case (R25, R30, R42)."""
    seen = facts.events.appearance
    if seen is None or facts.happened(seen.on) is None:
        delivered = facts.happened(facts.events.progress.delivered_on)
        if delivered is None and facts.filed_on <= facts.passport_expiry_date < facts.day:
            return broken(rule, "PASSPORT_EXPIRED", Stops.DELIVERY, expiry=facts.passport_expiry_date)
        return not_applicable(rule)
    expiry = seen.passport_expiry_date or facts.passport_expiry_date
    if expiry < seen.on:
        return broken(rule, "PASSPORT_EXPIRED", Stops.DELIVERY, expiry=expiry)
    if seen.passport_matches is None:
        return needs_fact(rule, "appearance.passport_matches")
    if not seen.passport_matches:
        return broken(rule, "PASSPORT_MISMATCH", Stops.DELIVERY)
    return met(rule, "appeared", appeared=seen.on)


def other_state_resident_length(facts: Facts) -> Finding:
    """R42: five years; a family member's permit ends with that of the person joined."""
    if facts.category != "membre-de-famille":
        return met("R42")
    if facts.sponsor is None or facts.sponsor.permit_expiry_date is None:
        return broken("R42", "SPONSOR_PERMIT_MISSING", Stops.EXAMINATION)
    return met("R42", "as_sponsor", expiry=facts.sponsor.permit_expiry_date)


def printed_date_kept(facts: Facts) -> Finding:
    """R51: a replacement bears the printed date of the lost document; number, chip and keys are new.

    Three dates, never one: the printed one is kept, that of the personalisation and that of the issue of the new card
    are their own.
    """
    if facts.reason is not Reason.REPLACEMENT:
        return not_applicable("R51")
    kept = facts.previous.issue_date if facts.previous else None
    if kept is None:
        return broken("R51", "PREVIOUS_DOCUMENT_MISSING", Stops.FILING)
    card = facts.events.card
    if card is not None and card.printed_issue_date is not None and card.printed_issue_date != kept:
        return broken("R51", "DATE_NOT_KEPT", Stops.PERSONALISATION, issued=kept)
    return met("R51", issued=kept)


def police_report(facts: Facts, book: RuleBook) -> Finding:
    """R51: the declaration to the police, where the book says that it is required (RULES C9)."""
    if facts.reason is not Reason.REPLACEMENT or not book.flag("police_report_required", facts.filed_on):
        return not_applicable("R51")
    if not facts.has_piece("police_report"):
        return broken("R51", "POLICE_REPORT_MISSING", Stops.EXAMINATION)
    return met("R51", "reported")
