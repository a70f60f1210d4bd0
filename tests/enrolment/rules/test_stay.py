"""Five years of stay: intervals, absences, gaps."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.errors import ValueNotConfigured
from enrolment.rules.dated import DatedEntry, DatedValue
from enrolment.rules.events import Absence, Stay
from enrolment.rules.read_book import rule_book
from enrolment.rules.stay import continuity

DAY = timedelta(days=1)
ON = date(2026, 11, 2)


def run(stays, absences=(), book=None, *, with_sponsor=False):
    return continuity(stays, absences, ON, book or rule_book(), with_sponsor=with_sponsor)


def test_a_stay_is_enough_on_the_day_five_years_later():
    assert run([Stay(date(2021, 11, 2))]).is_enough
    found = run([Stay(date(2021, 11, 3))])
    assert (found.is_enough, found.enough_on) == (False, date(2026, 11, 3))


def test_intervals_that_touch_or_overlap_are_one():
    touching = [Stay(date(2020, 1, 1), date(2022, 6, 30)), Stay(date(2022, 7, 1))]
    overlapping = [Stay(date(2020, 1, 1), date(2023, 6, 30)), Stay(date(2022, 7, 1))]
    assert run(touching).since == run(overlapping).since == date(2020, 1, 1)


def test_who_is_not_there_on_the_day_has_no_run():
    assert run([Stay(date(2015, 1, 1), date(2026, 11, 1))]) is None
    assert run([]) is None
    assert run([Stay(date(2026, 11, 3))]) is None
    assert run([Stay(date(2015, 1, 1), is_lawful=False)]) is None


def test_a_gap_needs_a_configured_limit_and_is_judged_by_it(book_with):
    stays = [Stay(date(2019, 1, 1), date(2023, 1, 1)), Stay(date(2023, 1, 12))]  # ten days between
    with pytest.raises(ValueNotConfigured, match="stay_gap_days"):
        run(stays)
    borne = run(stays, book=book_with(stay_gap_days=10))
    assert (borne.since, borne.is_enough, borne.gaps[0].days) == (date(2019, 1, 1), True, 10)
    assert run(stays, book=book_with(stay_gap_days=9)).since == date(2023, 1, 12)


def test_a_gap_before_the_five_years_asks_for_nothing():
    stays = [Stay(date(2010, 1, 1), date(2020, 1, 1)), Stay(date(2021, 1, 1))]
    assert run(stays).is_enough


def test_the_days_of_leaving_and_of_return_are_days_of_presence(book_with):
    away = [Absence(date(2024, 3, 1), date(2024, 3, 3))]
    assert run([Stay(date(2019, 1, 1))], [Absence(date(2024, 3, 1), date(2024, 3, 2))]).gaps == ()
    assert run([Stay(date(2019, 1, 1))], away, book_with(stay_gap_days=1)).gaps[0].days == 1


def test_who_left_and_has_not_returned_is_not_there(book_with):
    assert run([Stay(date(2019, 1, 1))], [Absence(date(2026, 10, 1))], book_with(stay_gap_days=400)) is None


def test_a_familys_stay_counts_with_the_sponsor_only():
    apart = [Stay(date(2015, 1, 1), with_sponsor=False), Stay(date(2024, 1, 1))]
    assert run(apart).since == date(2015, 1, 1)
    assert run(apart, with_sponsor=True).since == date(2024, 1, 1)


@given(st.lists(st.tuples(st.dates(date(2015, 1, 1), ON), st.integers(0, 900)), max_size=6), st.integers(0, 60))
def test_a_run_is_made_of_days_of_presence_and_gaps_that_are_borne(parts, limit):
    book = rule_book()
    limit_of_gaps = DatedValue("stay_gap_days", "for a test", (DatedEntry(date.min, None, limit, "this test"),))
    stays = [Stay(first, first + timedelta(days=length)) for first, length in parts]
    found = run(stays, book=replace(book, values={**book.values, "stay_gap_days": limit_of_gaps}))
    there = {stay.start + DAY * step for stay in stays for step in range((stay.until - stay.start).days + 1)}
    assert (found is not None) is (ON in there)
    if found is not None:
        in_gaps = {gap.first + DAY * step for gap in found.gaps for step in range(gap.days)}
        every_day = {found.since + DAY * step for step in range((ON - found.since).days + 1)}
        assert not in_gaps & there
        assert every_day - there == in_gaps
        assert all(gap.days <= limit for gap in found.gaps)
        assert found.is_enough is (found.enough_on <= ON)
