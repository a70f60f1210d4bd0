"""International protection and the remark of a long-term resident's permit (R31-R37, art. 13(3))."""

from enrolment.rules.book import RuleBook
from enrolment.rules.checks.timing import office_in_time
from enrolment.rules.facts import Facts
from enrolment.rules.findings import Finding, Stops, broken, met, not_applicable


def granted_by_luxembourg(facts: Facts) -> Finding:
    """R31: Luxembourg granted protection; the remark needs the date."""
    if facts.protection is None or facts.protection.state != "LUX":
        return not_applicable("R31")
    if facts.protection.granted_on is None:
        return broken("R31", "REMARK_DATE_MISSING", Stops.EXAMINATION)
    return met("R31", granted=facts.protection.granted_on)


def is_member_state(state: str, facts: Facts, book: RuleBook) -> bool:
    """Whether `state` is, or is treated as, a Member State of the Union on the day of filing (transition: S4)."""
    day = facts.filed_on
    return book.in_group("free_movement", state, day) and not book.in_group("assimilated_states", state, day)


def granted_by_other_state(facts: Facts, book: RuleBook) -> Finding:
    """R32: another Member State granted it; the remark names the State and the date."""
    if facts.protection is None or facts.protection.state == "LUX" or facts.protection.still_protected is False:
        return not_applicable("R32")
    if not is_member_state(facts.protection.state, facts, book):
        return broken("R32", "NO_MEMBER_STATE", Stops.EXAMINATION)
    if facts.protection.granted_on is None:
        return broken("R32", "REMARK_DATE_MISSING", Stops.EXAMINATION)
    return met("R32", granted=facts.protection.granted_on)


def other_state_answered(facts: Facts, book: RuleBook) -> Finding:
    """R33: that State is asked first; until it has answered, no card is personalised. Only a Member State is asked."""
    protection = facts.protection
    if protection is None or protection.state == "LUX" or not is_member_state(protection.state, facts, book):
        return not_applicable("R33")
    if facts.happened(protection.answered_on) is None or protection.still_protected is None:
        asked = facts.happened(facts.events.exchange.asked_on)
        letter = "" if asked else "state_request"
        return broken("R33", "AWAITING_MEMBER_STATE", Stops.PERSONALISATION, letter=letter)
    if not protection.still_protected:
        return met("R33", "withdrawn")
    return met("R33", answered=protection.answered_on or facts.day)


def request_answered(facts: Facts, book: RuleBook) -> Finding:
    """R34: another Member State that asks is answered within a month of its request."""
    exchange = facts.events.exchange
    received, answered = facts.happened(exchange.request_received_on), exchange.request_answered_on
    if received is None:
        return not_applicable("R34")
    return office_in_time("R34", "state_answer_months", received, answered, facts, book, letter="state_answer")


def remark_changed_after_transfer(facts: Facts, book: RuleBook) -> Finding:
    """R35: the responsibility passed to Luxembourg after the issue: the remark is changed within three months."""
    exchange = facts.events.exchange
    transferred = facts.happened(exchange.transferred_to_luxembourg_on)
    if transferred is None:
        return not_applicable("R35")
    return office_in_time("R35", "remark_after_transfer_months", transferred, exchange.remark_changed_on, facts, book)


def remark_changed_on_request(facts: Facts, book: RuleBook) -> Finding:
    """R36: the responsibility passed to a second State: the remark is changed within three months of its request."""
    exchange = facts.events.exchange
    received = facts.happened(exchange.transfer_request_received_on)
    if received is None:
        return not_applicable("R36")
    return office_in_time("R36", "remark_after_request_months", received, exchange.remark_changed_on, facts, book)


def issuing_state_asked(facts: Facts) -> Finding:
    """R37: Luxembourg granted protection before its own permit: the State that issued one is asked to change it."""
    exchange = facts.events.exchange
    if facts.happened(exchange.granted_by_luxembourg_on) is None:
        return not_applicable("R37")
    asked = facts.happened(exchange.issuing_state_asked_on)
    if asked is None:
        return broken("R37", "ISSUING_STATE_NOT_ASKED", Stops.NOTHING, letter="state_modification")
    return met("R37", asked=asked)
