"""The one rule for the end of a month, ages, unknown parts, holidays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.rules.dates import (
    PartialDate,
    add_months,
    add_working_days,
    add_years,
    full_years,
    is_working_day,
    luxembourg_holidays,
)

DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2024, 2, 29), 60, date(2029, 2, 28)),
        (date(2026, 4, 30), -2, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 2, 28), 6, date(2026, 8, 28)),
    ],
)
def test_months_are_added_by_the_written_rule(day, months, expected):
    assert add_months(day, months) == expected


@given(DAYS, st.integers(-600, 600))
def test_the_same_day_number_or_the_last_of_the_month_is_reached(day, months):
    reached = add_months(day, months)
    assert (reached.year - day.year) * 12 + reached.month - day.month == months
    assert reached.day == day.day or (reached.day < day.day and (reached + timedelta(days=1)).day == 1)


@given(DAYS, DAYS, st.integers(-240, 240))
def test_a_later_start_never_ends_earlier(one, other, months):
    first, second = sorted((one, other))
    assert add_months(first, months) <= add_months(second, months)


@given(DAYS, DAYS)
def test_full_years_are_the_most_that_fit(start, day):
    years = full_years(start, day)
    assert add_years(start, years) <= day < add_years(start, years + 1)


@pytest.mark.parametrize("text", ["1985-03-12", "1985-03-XX", "1985-XX-XX", "XXXX-XX-XX", "2000-02-29"])
def test_a_birth_date_reads_back_what_it_wrote(text):
    assert str(PartialDate.parse(text)) == text


@pytest.mark.parametrize("text", ["1985-13-01", "1985-02-30", "1985-XX-12", "85-03-12", "", "1985-3-12", "12-03-1985"])
def test_what_is_no_birth_date_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        PartialDate.parse(text)


def test_unknown_parts_stand_as_fillers_in_the_zone_and_as_xx_on_the_card():
    assert PartialDate.parse("1985-XX-XX").mrz() == "85<<<<"
    assert PartialDate.parse("XXXX-XX-XX").mrz() == "<<<<<<"
    assert PartialDate.parse("1985-03-XX").printed() == "XX 03 1985"
    assert PartialDate.of(date(1985, 3, 12)).mrz() == "850312"


def test_ages_of_a_partly_unknown_birth_date_are_a_span():
    assert PartialDate(2016, None, None).age_bounds_on(date(2026, 6, 1)) == (9, 10)
    assert PartialDate(2016, 6, 1).age_bounds_on(date(2026, 5, 31)) == (9, 9)
    assert PartialDate(2016, 6, 1).age_bounds_on(date(2026, 6, 1)) == (10, 10)
    assert PartialDate(2020, 2, 29).age_bounds_on(date(2026, 2, 28)) == (6, 6)


def test_2026_has_eleven_legal_holidays_and_europe_day_came_in_2019():
    assert len(luxembourg_holidays(2026)) == 11
    assert date(2026, 5, 14) in luxembourg_holidays(2026)  # Ascension
    assert date(2018, 5, 9) not in luxembourg_holidays(2018)
    assert date(2019, 5, 9) in luxembourg_holidays(2019)


def test_three_working_days_step_over_christmas_and_the_weekend():
    assert add_working_days(date(2026, 12, 23), 3) == date(2026, 12, 29)
    assert not is_working_day(date(2026, 6, 23))
