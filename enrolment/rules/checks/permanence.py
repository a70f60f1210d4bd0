"""Five years of stay and what grows from them (R16, R18, R20, R28), and the child born here."""

from datetime import date

from enrolment.rules.book import Product, RuleBook
from enrolment.rules.facts import Facts, Reason
from enrolment.rules.findings import Finding, Stops, broken, met, needs_fact, not_applicable
from enrolment.rules.stay import continuity, only_known, unknown_of_stays


def five_years(rule: str, facts: Facts, book: RuleBook, *, with_sponsor: bool) -> Finding:
    """The stay is lawful and uninterrupted for five years on the day of filing.

    Raises: ValueNotConfigured where a gap would have to be judged and the book does not say how.
    """
    if facts.reason is not Reason.FIRST or facts.recovery:
        return not_applicable(rule)
    if not facts.events.stays:
        return needs_fact(rule, "stay")
    run = continuity(facts.events.stays, facts.events.absences, facts.filed_on, book, with_sponsor=with_sponsor)
    if run is None:
        return broken(rule, "STAY_NOT_PROVEN", Stops.EXAMINATION)
    if not run.is_enough:
        return broken(
            rule, "STAY_NOT_PROVEN", Stops.EXAMINATION, says="stay_too_short", since=run.since, enough=run.enough_on
        )
    unknown = unknown_of_stays(facts.events.stays, with_sponsor=with_sponsor)
    if unknown and not _is_enough_without(facts, facts.filed_on, book, with_sponsor=with_sponsor):
        return needs_fact(rule, *unknown)
    return met(rule, "stay_met", since=run.since, enough=run.enough_on)


def _is_enough_without(facts: Facts, on: date, book: RuleBook, *, with_sponsor: bool) -> bool:
    """Whether the stays about which nothing is unknown are enough alone. Raises: ValueNotConfigured."""
    known = only_known(facts.events.stays, with_sponsor=with_sponsor)
    run = continuity(known, facts.events.absences, on, book, with_sponsor=with_sponsor)
    return run is not None and run.is_enough


def permanent_certificate(facts: Facts, book: RuleBook) -> Finding:
    """R16: five years, or a case of article 10 of the law; family has stayed with the sponsor."""
    if facts.reason is not Reason.FIRST:
        return not_applicable("R16")
    if facts.art10_case:
        return met("R16", "art10")
    return five_years("R16", facts, book, with_sponsor=facts.category == "membre-de-famille")


def child_born_here(facts: Facts, book: RuleBook) -> Finding:
    """R20: a child born in Luxembourg has the permanent right at five, after five consecutive years."""
    if facts.born_in_luxembourg is not True:
        return not_applicable("R20")
    youngest, _ = facts.birth_date.age_bounds_on(facts.filed_on)
    age = book.number("child_right_age_years", facts.filed_on)
    if youngest < age:
        return broken("R20", "CHILD_RIGHT_NOT_REACHED", Stops.NOTHING, age=age)
    if not facts.events.stays:
        return needs_fact("R20", "stay")
    run = continuity(facts.events.stays, facts.events.absences, facts.filed_on, book, with_sponsor=False)
    if run is None or not run.is_enough:
        return broken("R20", "CHILD_RIGHT_NOT_REACHED", Stops.NOTHING, age=age)
    unknown = unknown_of_stays(facts.events.stays, with_sponsor=False)
    if unknown and not _is_enough_without(facts, facts.filed_on, book, with_sponsor=False):
        return needs_fact("R20", *unknown)
    return met("R20", age=age)


def offered_instead(facts: Facts, product: Product, book: RuleBook) -> Finding:
    """R45: the invitation also offers permanent or long-term residence to whom will have stayed five years by then.

    Raises: ValueNotConfigured where a gap would have to be judged and the book does not say how.
    """
    card = facts.events.card
    if card is None or card.expiry_date is None or not product.successor:
        return not_applicable("R45")
    if not facts.events.stays:
        return needs_fact("R45", "stay")
    with_sponsor = facts.sponsor is not None and bool(product.relations)
    run = continuity(facts.events.stays, facts.events.absences, card.expiry_date, book, with_sponsor=with_sponsor)
    if run is None or not run.is_enough:
        return met("R45", "renewal_only")
    unknown = unknown_of_stays(facts.events.stays, with_sponsor=with_sponsor)
    if unknown and not _is_enough_without(facts, card.expiry_date, book, with_sponsor=with_sponsor):
        return needs_fact("R45", *unknown)
    return met("R45", "offer", enough=run.enough_on)
