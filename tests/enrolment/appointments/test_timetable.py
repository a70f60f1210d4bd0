"""Opening hours by weekday, date and season, on the nights when the clocks change too; units that overlaps share."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.appointments.timetable import (
    Hours,
    Season,
    Service,
    hours_on,
    later,
    refuse_unless_sound,
    starts_within,
    units_of,
)
from enrolment.errors import StepRefused

ZONE = ZoneInfo("Europe/Luxembourg")
MONDAY = date(2026, 11, 2)
TEN = timedelta(minutes=10)


def row(weekday=0, opens=8, closes=11, **more):
    return Hours(weekday, time(opens), time(closes), more.pop("valid_from", date(2020, 1, 1)), **more)


def on(day, *rows, closed=False, holiday=False, service=Service.COUNTER):
    return hours_on(day, rows, is_closed=closed, is_school_holiday=holiday, service=service)


def test_the_weekday_and_the_dates_decide():
    early = row(valid_until=MONDAY)
    assert on(MONDAY, row()) == (row(),)
    assert on(date(2026, 11, 3), row()) == ()
    assert on(MONDAY, early) == ()  # the last day is the day before
    assert on(date(2026, 10, 26), early) == (early,)
    assert on(MONDAY, row(valid_from=MONDAY)) == (row(valid_from=MONDAY),)


def test_a_closed_day_is_closed():
    assert on(MONDAY, row(), row(season=Season.SPECIAL), closed=True) == ()


def test_school_holidays_have_hours_of_their_own_where_the_site_has_some():
    ordinary, short = row(), row(closes=10, season=Season.SCHOOL_HOLIDAYS)
    assert on(MONDAY, ordinary, short) == (ordinary,)
    assert on(MONDAY, ordinary, short, holiday=True) == (short,)
    assert on(MONDAY, ordinary, holiday=True) == (ordinary,)
    tuesday_only = row(weekday=1, season=Season.SCHOOL_HOLIDAYS)
    assert on(MONDAY, ordinary, tuesday_only, holiday=True) == ()  # in the holidays it opens on Tuesdays


def test_special_hours_rule_their_days_alone():
    special = row(opens=13, closes=15, season=Season.SPECIAL, valid_from=MONDAY, valid_until=date(2026, 11, 3))
    holiday = row(season=Season.SCHOOL_HOLIDAYS)
    assert on(MONDAY, row(), holiday, special, holiday=True) == (special,)


def test_the_telephone_has_hours_of_its_own():
    phone = row(opens=14, closes=16, service=Service.PHONE)
    assert on(MONDAY, row(), phone) == (row(),)
    assert on(MONDAY, row(), phone, service=Service.PHONE) == (phone,)


def test_morning_and_afternoon_come_in_their_order():
    morning, afternoon = row(), row(opens=13, closes=16)
    assert on(MONDAY, afternoon, morning) == (morning, afternoon)


def test_appointments_begin_every_step_and_end_before_the_closing():
    starts = list(starts_within(MONDAY, row(), timedelta(minutes=20), timedelta(minutes=40), ZONE))
    assert [f"{start:%H:%M}" for start in starts] == [
        "08:00", "08:20", "08:40", "09:00", "09:20", "09:40", "10:00", "10:20"
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 5), (date(2026, 10, 25), 7), (date(2026, 7, 5), 6)])
def test_on_the_nights_when_clocks_change_time_is_counted_as_it_passes(day, hours):
    night = Hours(6, time(0), time(6), date(2020, 1, 1))
    starts = [start.astimezone(UTC) for start in starts_within(day, night, TEN, TEN, ZONE)]
    assert len(starts) == hours * 6
    assert {second - first for first, second in itertools.pairwise(starts)} == {TEN}


def test_a_length_of_time_is_not_what_the_wall_clock_says():
    before = datetime(2026, 10, 25, 2, 50, tzinfo=ZONE)
    assert later(before, timedelta(minutes=20)).astimezone(UTC) == datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert later(before, timedelta(minutes=20)).tzinfo is ZONE


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
LENGTHS = st.timedeltas(timedelta(minutes=1), timedelta(hours=3))


@given(MOMENTS, LENGTHS, st.timedeltas(timedelta(), timedelta(hours=3)), LENGTHS)
def test_what_overlaps_shares_a_unit(start, length, distance, other_length):
    other = start + distance
    overlap = other < start + length
    shared = set(units_of(start, start + length)) & set(units_of(other, other + other_length))
    assert shared or not overlap


@given(MOMENTS, LENGTHS, LENGTHS)
def test_what_is_aligned_and_apart_shares_none(start, length, other_length):
    aligned = datetime.fromtimestamp(start.timestamp() // 300 * 300, UTC)
    end = aligned + timedelta(minutes=5 * (length // timedelta(minutes=5) + 1))
    assert not set(units_of(aligned, end)) & set(units_of(end, end + other_length))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (row(weekday=7), "weekday"),
        (row(opens=11, closes=11), "opening comes before"),
        (row(counters=0), "one counter"),
        (row(valid_until=date(2020, 1, 1)), "first day"),
    ],
)
def test_hours_that_cannot_be_are_refused(wrong, said):
    with pytest.raises(StepRefused, match=said):
        refuse_unless_sound([row(), wrong])
