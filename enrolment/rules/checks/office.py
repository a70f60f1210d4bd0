"""How the office works: order of arrival (R58), capture (R59), hand-over (R60), counters (R63), training (R64)."""

from datetime import time

from enrolment.rules.book import Product, RuleBook
from enrolment.rules.dates import is_working_day
from enrolment.rules.events import Appointment
from enrolment.rules.facts import Facts
from enrolment.rules.findings import Finding, Stops, broken, met, needs_fact, not_applicable

DIRECTION = "direction"
BY_CALENDAR = "calendar"  # the hours are those of the appointments' own calendar


def in_order_of_arrival(facts: Facts) -> Finding:
    """R58: files are treated in order of arrival; a jump needs a reason and a supervisor."""
    turn = facts.events.turn
    if turn is None:
        return not_applicable("R58")
    if turn.number <= turn.first_waiting:
        return met("R58")
    if turn.jump_reason.strip() and turn.supervisor_agreed:
        return met("R58", "jump_agreed")
    return broken("R58", "QUEUE_JUMP", Stops.EXAMINATION)


def captured_where_it_is_done(facts: Facts, product: Product) -> Finding:
    """R59: once decided, a letter invites to book; photo and prints are taken at the place of the product."""
    visits = [visit for visit in facts.events.appointments if visit.purpose == "capture"]
    for visit in visits:
        if visit.site and visit.site != product.sites_on(facts.filed_on).capture:
            return broken("R59", "WRONG_SITE", Stops.NOTHING)
    if visits:
        return met("R59")
    if facts.happened(facts.events.progress.decided_on):
        return met("R59", "to_invite", letter="appointment_invitation")
    return not_applicable("R59")


def handed_to_the_holder(facts: Facts) -> Finding:
    """R60: the holder collects in person and is verified against the chip."""
    collection = facts.events.collection
    if collection is None or facts.happened(collection.on) is None:
        return not_applicable("R60")
    if collection.in_person is False or collection.is_holder is False:
        return broken("R60", "NOT_HOLDER", Stops.DELIVERY)
    if collection.in_person is None or collection.is_holder is None:
        return needs_fact("R60", "collection.in_person", "collection.is_holder")
    return met("R60", on=collection.on)


def counters(facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R63: capture and hand-over by appointment, on a working day, within the hours.

    The ministry's page speaks of its own counters: a commune hands out by its own hours.
    """
    collection = facts.events.collection
    if (
        collection is not None
        and collection.by_appointment is False
        and product.sites_on(facts.filed_on).collection == DIRECTION
        and book.flag("appointment_required", collection.on)
    ):
        return broken("R63", "APPOINTMENT_REQUIRED", Stops.DELIVERY)
    visits = facts.events.appointments
    if not visits:
        return not_applicable("R63")
    for visit in visits:
        if not _is_open(visit, book):
            return broken("R63", "NO_SLOT", Stops.NOTHING, on=visit.on)
    return met("R63")


def _is_open(visit: Appointment, book: RuleBook) -> bool:
    if not is_working_day(visit.on):
        return False
    opens, closes = book.word("counter_opens_at", visit.on), book.word("counter_closes_at", visit.on)
    if BY_CALENDAR in (opens, closes):
        return True
    return visit.at is None or time.fromisoformat(opens) <= visit.at < time.fromisoformat(closes)


def officer_trained(facts: Facts, book: RuleBook) -> Finding:
    """R64: officers are trained on each change of the rules."""
    trained = facts.events.officer_trained_on
    if trained is None:
        return not_applicable("R64")
    changed = book.last_change(facts.day)
    if trained < changed:
        return broken("R64", "TRAINING_DUE", Stops.NOTHING, changed=changed)
    return met("R64", changed=changed)
