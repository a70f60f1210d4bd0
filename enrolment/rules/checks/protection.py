"""The remarks on international protection of a long-term resident's permit (R31-R33)."""

from enrolment.rules.facts import Facts
from enrolment.rules.findings import Finding, Stops, broken, met, not_applicable


def granted_by_luxembourg(facts: Facts) -> Finding:
    """R31: Luxembourg granted protection; the remark needs the date."""
    if facts.protection is None or facts.protection.state != "LUX":
        return not_applicable("R31")
    if facts.protection.granted_on is None:
        return broken("R31", "REMARK_DATE_MISSING", Stops.EXAMINATION)
    return met("R31")


def granted_by_other_state(facts: Facts) -> Finding:
    """R32: another Member State granted it; the remark names the State and the date."""
    if facts.protection is None or facts.protection.state == "LUX":
        return not_applicable("R32")
    if facts.protection.granted_on is None:
        return broken("R32", "REMARK_DATE_MISSING", Stops.EXAMINATION)
    return met("R32")


def other_state_answered(facts: Facts) -> Finding:
    """R33: that State is asked first; until it has answered, no card is personalised."""
    protection = facts.protection
    if protection is None or protection.state == "LUX":
        return not_applicable("R33")
    if protection.answered_on is None or protection.still_protected is None:
        return broken("R33", "AWAITING_MEMBER_STATE", Stops.PERSONALISATION)
    if not protection.still_protected:
        return met("R33", "withdrawn")
    return met("R33", answered=protection.answered_on)
