"""Ages and representatives (R46, EU01), the photo (R48), erasure (EU02).

Two ages, two rules: below ten a representative files, from six on prints are taken.
"""

from datetime import date

from enrolment.rules.book import Product, RuleBook
from enrolment.rules.facts import Facts
from enrolment.rules.findings import Finding, Stops, broken, met, not_applicable


def representative(facts: Facts, book: RuleBook) -> Finding:
    """R46: below ten the application is lodged by the legal representative, whom it must name.

    Where the birth date leaves both open, the child counts as below ten: naming a representative harms nobody.
    """
    limit = book.number("filing_in_absence_below_age_years", facts.filed_on)
    youngest, _ = facts.birth_date.age_bounds_on(facts.filed_on)
    if youngest >= limit or facts.birth_date.year is None:
        return not_applicable("R46")
    if not facts.has_representative:
        return broken("R46", "REPRESENTATIVE_MISSING", Stops.FILING, age=limit)
    return met("R46", age=limit)


def fingerprints(facts: Facts, product: Product, book: RuleBook) -> Finding:
    """EU01: two flat prints from six on, where the card of that day has a chip with prints.

    Where the birth date leaves both open, prints are taken. What cannot be taken for a time is postponed, or makes a
    short card, by the office's policy; what can never be taken is left out.
    """
    if product.biometrics and book.word(product.biometrics, facts.filed_on) == "none":
        return met("EU01", "no_chip")
    limit = book.number("fingerprints_from_age_years", facts.filed_on)
    if not fingerprints_are_due(facts, book):
        return met("EU01", "exempt", age=limit)
    if facts.prints_impossible == "permanently":
        return met("EU01", "impossible")
    if facts.prints_impossible == "temporarily":
        if book.word("prints_temporarily_impossible", facts.filed_on) == "postpone":
            return broken("EU01", "PRINTS_POSTPONED", Stops.PERSONALISATION)
        return met("EU01", "short_card", months=book.number("short_card_months", facts.filed_on))
    return met("EU01", age=limit)


def fingerprints_are_due(facts: Facts, book: RuleBook, on: date | None = None) -> bool:
    """Whether the person is, or may be, of the age at which prints are taken, on the day of the capture.

    Where no day is given, the day of filing stands in for it.
    """
    day = on or facts.filed_on
    _, oldest = facts.birth_date.age_bounds_on(day)
    return oldest >= book.number("fingerprints_from_age_years", day)


def photo(facts: Facts) -> Finding:
    """R48: the photo check's verdict; an officer's override with its reason stands."""
    if facts.photo is None:
        return not_applicable("R48")
    if facts.photo.overridden:
        return met("R48", "overridden")
    if facts.photo.verdict != "accepted":
        return broken("R48", "PHOTO_REJECTED", Stops.PERSONALISATION)
    return met("R48")


def erasure(facts: Facts, book: RuleBook) -> Finding:
    """EU02: biometrics go at hand-over, at the latest so many days after the issue of this physical card."""
    days = book.number("biometrics_erased_after_days", facts.day)
    card = facts.events.card
    issued = facts.happened(card.issued_on) if card else None
    if card is None or issued is None:
        return met("EU02", days=days)
    due = book.clock("biometrics_erased_after_days").end(issued, facts.day)
    handed_over = facts.happened(card.handed_over_on)
    if handed_over is not None:
        due = min(due, handed_over)
    erased = facts.happened(card.biometrics_erased_on)
    if (erased or facts.day) > due:
        return broken("EU02", "ERASURE_LATE", Stops.NOTHING, due=due)
    if erased:
        return met("EU02", "erased", due=due, erased=erased)
    return met("EU02", "to_erase", due=due)
