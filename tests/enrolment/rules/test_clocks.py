"""The clock table: every clock obeys the written rules, on made-up days and on the border days of the law.

`STATION_CLOCK_CASES` says how many made-up days each clock gets (./station prove clocks: ten thousand).
"""

import os
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrolment.rules.dated import IfClosed, Unit
from enrolment.rules.dates import (
    add_months,
    add_working_days,
    full_years,
    is_working_day,
    luxembourg_holidays,
    next_working_day,
)
from enrolment.rules.read_book import rule_book

CASES = int(os.environ.get("STATION_CLOCK_CASES", "30"))
DAY = timedelta(days=1)
LAW_OF = date(2026, 11, 2)
CLOCKS = sorted(rule_book().clocks)
# From the first regulation to the end of what a card made today can need.
DAYS = st.dates(date(2008, 10, 1), date(2060, 12, 31))
WANTED = {  # RULES, clock table: how long, in what, for which rule
    ("R01", 3, Unit.MONTHS),
    ("R12", 3, Unit.MONTHS),
    ("R41", 3, Unit.MONTHS),
    ("R22", 3, Unit.WORKING_DAYS),
    ("R08", 8, Unit.DAYS),
    ("R13", 6, Unit.MONTHS),
    ("R14", 6, Unit.MONTHS),
    ("R18", 6, Unit.MONTHS),
    ("R19", 6, Unit.MONTHS),
    ("R29", 6, Unit.MONTHS),
    ("R17", 1, Unit.MONTHS),
    ("R34", 1, Unit.MONTHS),
    ("R15", 2, Unit.MONTHS),
    ("R26", 2, Unit.MONTHS),
    ("R38", 2, Unit.MONTHS),
    ("R43", 2, Unit.MONTHS),
    ("R45", 2, Unit.MONTHS),
    ("R40", 4, Unit.MONTHS),
    ("R40", 3, Unit.MONTHS),
    ("R35", 3, Unit.MONTHS),
    ("R36", 3, Unit.MONTHS),
    ("R16", 5, Unit.YEARS),
    ("R18", 5, Unit.YEARS),
    ("R28", 5, Unit.YEARS),
    ("R19", 10, Unit.YEARS),
    ("R46", 10, Unit.YEARS),
    ("EU01", 6, Unit.YEARS),
    ("EU02", 90, Unit.DAYS),
}


def test_every_clock_of_the_documents_stands_in_the_table():
    found = {
        (rule, clock.length.number_on(LAW_OF), clock.unit)
        for clock in rule_book().clocks.values()
        for rule in clock.rules
    }
    assert found >= WANTED


def test_every_clock_has_a_source_a_beginning_and_somebody_whom_it_binds():
    for clock in rule_book().clocks.values():
        entry = clock.length.entry_on(LAW_OF)
        assert entry.source
        assert clock.starts_at
        assert clock.binds in ("person", "office", "nobody")
        assert set(clock.rules) <= set(rule_book().rules)


@pytest.mark.parametrize("name", CLOCKS)
def test_a_clock_ends_where_its_unit_says(name):
    clock = rule_book().clocks[name]
    count = clock.length.number_on(LAW_OF)
    sign = -1 if clock.runs_before else 1

    @settings(max_examples=CASES, deadline=None, database=None, derandomize=CASES <= 1000)
    @given(DAYS)
    def ends(start):
        end = clock.end(start, LAW_OF)
        match clock.unit:
            case Unit.DAYS:
                assert (end - start).days == sign * count
            case Unit.WORKING_DAYS:
                between = (start + DAY * step for step in range(1, (end - start).days + 1))
                assert sum(map(is_working_day, between)) == count
                assert is_working_day(end)
            case Unit.MONTHS | Unit.YEARS:
                months = sign * count * (12 if clock.unit is Unit.YEARS else 1)
                assert (end.year - start.year) * 12 + end.month - start.month == months
                assert end.day == start.day or (end.day < start.day and (end + DAY).day == 1)

    ends()


@pytest.mark.parametrize("name", CLOCKS)
def test_a_clock_that_starts_later_never_ends_earlier(name):
    clock = rule_book().clocks[name]

    @settings(max_examples=CASES, deadline=None, database=None, derandomize=CASES <= 1000)
    @given(DAYS, st.integers(0, 400))
    def orders(start, later):
        assert clock.end(start, LAW_OF) <= clock.end(start + later * DAY, LAW_OF)
        assert (clock.end(start, LAW_OF) < start) is clock.runs_before

    orders()


@pytest.mark.parametrize("name", CLOCKS)
def test_a_last_day_may_be_told_to_wait_for_open_offices(name):
    patient = replace(rule_book().clocks[name], if_closed=IfClosed.NEXT_WORKING_DAY)
    plain = rule_book().clocks[name]
    assert plain.if_closed is IfClosed.STAYS, "no document moves a last day"

    @settings(max_examples=min(CASES, 1000), deadline=None, database=None, derandomize=CASES <= 1000)
    @given(DAYS)
    def waits(start):
        end, asked = patient.end(start, LAW_OF), plain.end(start, LAW_OF)
        assert is_working_day(end)
        assert end >= asked
        assert not any(is_working_day(asked + DAY * step) for step in range((end - asked).days))

    waits()


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("receipt_card_months", date(2026, 8, 31), date(2027, 2, 28)),
        ("receipt_card_months", date(2027, 8, 31), date(2028, 2, 29)),
        ("stay_years", date(2024, 2, 29), date(2029, 2, 28)),
        ("stay_years", date(2023, 2, 28), date(2028, 2, 28)),
        ("renewal_window_months", date(2026, 4, 30), date(2026, 2, 28)),
        ("renewal_window_months", date(2028, 4, 30), date(2028, 2, 29)),
        ("renewal_window_months", date(2027, 1, 2), date(2026, 11, 2)),
        ("permanent_certificate_months", date(2027, 1, 31), date(2027, 2, 28)),
        ("arrival_declaration_working_days", date(2026, 12, 23), date(2026, 12, 29)),
        ("arrival_declaration_working_days", date(2026, 6, 18), date(2026, 6, 24)),
        ("endorsement_days", date(2028, 2, 24), date(2028, 3, 3)),
        ("biometrics_erased_after_days", date(2026, 11, 20), date(2027, 2, 18)),
        ("filing_in_absence_below_age_years", date(2016, 2, 29), date(2026, 2, 28)),
    ],
)
def test_the_border_days_of_the_written_rules(name, start, end):
    assert rule_book().clock(name).end(start, LAW_OF) == end


@settings(max_examples=max(CASES, 50), deadline=None, database=None, derandomize=CASES <= 1000)
@given(DAYS, st.integers(1, 30))
def test_working_days_are_counted_the_same_both_ways(day, count):
    there = add_working_days(day, count)
    assert add_working_days(there + DAY, -count - 1) <= day
    assert next_working_day(there) == there


@settings(max_examples=max(CASES, 50), deadline=None, database=None, derandomize=CASES <= 1000)
@given(DAYS, st.integers(0, 100))
def test_an_age_is_reached_on_the_day_that_the_clock_says(born, years):
    reached = add_months(born, 12 * years)
    assert full_years(born, reached) == years
    assert full_years(born, reached - DAY) == years - 1


@pytest.mark.parametrize("year", range(2008, 2061))
def test_every_year_has_its_legal_holidays(year):
    days = luxembourg_holidays(year)
    assert {date(year, 1, 1), date(year, 5, 1), date(year, 6, 23), date(year, 12, 26)} <= set(days)
    assert (date(year, 5, 9) in days) is (year >= 2019 or "Ascension" in days.get(date(year, 5, 9), ""))
    ascension = next(day for day, name in days.items() if "Ascension" in name)
    whit_monday = next(day for day, name in days.items() if "Pentecôte" in name)
    easter_monday = next(day for day, name in days.items() if "Pâques" in name)
    assert (ascension - easter_monday).days == 38
    assert (whit_monday - easter_monday).days == 49
