"""How a period is kept: a person acts in time (late is a warning), the office acts in time (late is a breach)."""

from datetime import date

from enrolment.rules.book import RuleBook
from enrolment.rules.facts import Facts
from enrolment.rules.findings import Finding, Stops, broken, met


def person_in_time(
    rule: str, clock: str, start: date, done_on: date, error: str, facts: Facts, book: RuleBook
) -> Finding:
    """Done within the period of `clock`; late is a warning, never a refusal: the sources know no sanction."""
    due = book.clock(clock).end(start, facts.filed_on)
    if done_on > due:
        return broken(rule, error, Stops.NOTHING, due=due, done=done_on)
    return met(rule, "in_time", due=due, done=done_on)


def office_in_time(
    rule: str, clock: str, start: date, done_on: date | None, facts: Facts, book: RuleBook, *, letter: str = ""
) -> Finding:
    """What the office owes within `clock`: done, still open, or late. `letter` is what it owes, while it owes it."""
    return judged(rule, book.clock(clock).end(start, facts.filed_on), done_on, facts, letter=letter)


def judged(rule: str, due: date, done_on: date | None, facts: Facts, *, letter: str = "") -> Finding:
    """The office owes something by `due` and did it on `done_on`, as far as that is known on the day one looks."""
    done = facts.happened(done_on)
    if (done or facts.day) > due:
        return broken(rule, "SLA_BREACH", Stops.NOTHING, due=due, letter="" if done else letter)
    if done:
        return met(rule, "done", due=due, done=done)
    return met(rule, "due", due=due, letter=letter)
