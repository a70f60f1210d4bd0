"""The declaration of arrival of a third-country national at the commune (R22)."""

from enrolment.rules.book import RuleBook
from enrolment.rules.checks.timing import person_in_time
from enrolment.rules.dates import add_months
from enrolment.rules.facts import Facts
from enrolment.rules.findings import Finding, Stops, broken, met, needs_fact, not_applicable

SHORT_STAY_MONTHS = 3  # S2 tells stays of less and of more than three months apart


def declared_in_time(facts: Facts, book: RuleBook) -> Finding:
    """Within three working days of entry, the day of entry not counted; late only warns."""
    if facts.arrival_date is None:
        return needs_fact("R22", "residence.arrival_date")
    clock = "arrival_declaration_working_days"
    return person_in_time("R22", clock, facts.arrival_date, facts.filed_on, "LATE_DECLARATION", facts, book)


def authorised_before_entry(facts: Facts) -> Finding:
    """Who stays longer than three months holds the minister's authorisation already."""
    if facts.arrival_date is None:
        return not_applicable("R22")
    if facts.leaves_on is not None and facts.leaves_on <= add_months(facts.arrival_date, SHORT_STAY_MONTHS):
        return met("R22", "short_stay")
    if not facts.has_piece("ministerial_decision"):
        return broken("R22", "AUTHORISATION_MISSING", Stops.NOTHING)
    return met("R22", "authorised")
