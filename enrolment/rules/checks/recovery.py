"""A title or a status that is recovered: after a forced marriage (R27, a draft), after a long absence (R39)."""

from enrolment.rules.facts import Facts
from enrolment.rules.findings import Finding, Stops, broken, met, needs_fact, not_applicable

FORCED_MARRIAGE, ABSENCE = "forced_marriage", "absence"


def channel(rule: str, recovery: str, facts: Facts) -> Finding:
    """Who needs a visa to enter files with the diplomatic post, which forwards to the minister."""
    if facts.recovery != recovery:
        return not_applicable(rule)
    if facts.needs_entry_visa is None:
        return needs_fact(rule, "product.needs_entry_visa")
    if facts.needs_entry_visa and not facts.filed_via:
        return needs_fact(rule, "product.filed_via")
    if facts.needs_entry_visa and facts.filed_via != "diplomatic_post":
        return broken(rule, "WRONG_CHANNEL", Stops.FILING)
    return met(rule, "channel_met")


def told(rule: str, recovery: str, letter: str, facts: Facts) -> Finding:
    """The minister tells the applicant of the decision; the document is then issued by article 13."""
    if facts.recovery != recovery:
        return not_applicable(rule)
    decided = facts.happened(facts.events.progress.decided_on)
    return met(rule, "decided", letter=letter, decided=decided) if decided else not_applicable(rule)
