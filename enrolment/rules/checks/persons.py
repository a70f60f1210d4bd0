"""Ages and representatives (R46, EU01), the photo (R48), erasure (EU02).

Two ages, two rules: below ten a representative files, from six on prints are taken.
"""

from datetime import date

from enrolment.rules.book import RuleBook
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


def fingerprints(facts: Facts, book: RuleBook) -> Finding:
    """EU01: two flat prints from six on. Where the birth date leaves both open, prints are taken."""
    limit = book.number("fingerprints_from_age_years", facts.filed_on)
    if fingerprints_are_due(facts, book):
        return met("EU01", age=limit)
    return met("EU01", "exempt", age=limit)


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
    """EU02: biometrics go at hand-over, at the latest so many days after the issue of the card."""
    return met("EU02", days=book.number("biometrics_erased_after_days", facts.filed_on))
