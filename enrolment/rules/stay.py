"""Whether a stay was lawful and uninterrupted for so many years: intervals, absences, gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from enrolment.rules.book import RuleBook
from enrolment.rules.events import Absence, Stay

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without stay, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it is long."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Continuity:
    """The run of stay that reaches the day one looks at: since when, with which borne gaps, and when it is enough."""

    since: date
    enough_on: date
    gaps: tuple[Gap, ...]
    is_enough: bool


def unknown_of_stays(stays: Sequence[Stay], *, with_sponsor: bool) -> tuple[str, ...]:
    """The keys of the application file that nobody noted about some stay, of those that decide whether it counts."""
    keys = ["stay.lawful"] if any(stay.is_lawful is None for stay in stays) else []
    if with_sponsor and any(stay.with_sponsor is None for stay in stays):
        keys.append("stay.with_sponsor")
    return tuple(keys)


def only_known(stays: Sequence[Stay], *, with_sponsor: bool) -> tuple[Stay, ...]:
    """The stays about which nothing is unknown."""
    return tuple(stay for stay in stays if not unknown_of_stays((stay,), with_sponsor=with_sponsor))


def continuity(
    stays: Sequence[Stay], absences: Sequence[Absence], on: date, book: RuleBook, *, with_sponsor: bool
) -> Continuity | None:
    """The run of lawful stay up to `on`; None where there is no stay on that day.

    What nobody noted about a stay speaks for it here (see `unknown_of_stays`). A gap interrupts where it is longer than
    `stay_gap_days`; without a gap that value is not needed.
    Raises: ValueNotConfigured where there is a gap and the book does not say how long one may be.
    Source: RGD of 5.9.2008 art. 6, 7, 11 (RULES R16, R18, R20, R28).
    """
    days_there = _present(stays, absences, on, with_sponsor=with_sponsor)
    if not days_there or days_there[-1][1] < on:
        return None
    since, _ = days_there[-1]
    clock = book.clock("stay_years")
    gaps: list[Gap] = []
    for first, last in reversed(days_there[:-1]):
        if clock.end(since, on) <= on:
            break
        gap = Gap(last + DAY, since - DAY)
        if gap.days > book.number("stay_gap_days", on):
            break
        gaps.append(gap)
        since = first
    enough_on = clock.end(since, on)
    return Continuity(since, enough_on, tuple(reversed(gaps)), enough_on <= on)


def _present(
    stays: Sequence[Stay], absences: Sequence[Absence], on: date, *, with_sponsor: bool
) -> list[tuple[date, date]]:
    """Days of presence up to `on`, as ordered intervals that neither touch nor overlap."""
    wanted = sorted(
        (stay.start, min(stay.until or on, on))
        for stay in stays
        if stay.is_lawful is not False and not (with_sponsor and stay.with_sponsor is False) and stay.start <= on
    )
    merged: list[tuple[date, date]] = []
    for first, last in wanted:
        if last < first:
            continue
        if merged and first <= merged[-1][1] + DAY:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    for absence in absences:
        # the days of leaving and of return are days of presence
        away_from, back_on = absence.left_on + DAY, (absence.returned_on or on + DAY) - DAY
        if away_from <= back_on:
            merged = [part for interval in merged for part in _without(interval, away_from, back_on)]
    return merged


def _without(interval: tuple[date, date], away_from: date, away_to: date) -> list[tuple[date, date]]:
    first, last = interval
    parts = [(first, min(last, away_from - DAY)), (max(first, away_to + DAY), last)]
    if away_to < first or away_from > last:
        return [interval]
    return [(start, end) for start, end in parts if start <= end]
