"""Sites as they are run: hours change, days and counters close, school holidays are entered; nobody is forgotten."""

from datetime import date, time, timedelta

import pytest

from enrolment.appointments.models import OpeningHours, Purpose
from enrolment.appointments.services import Hours, book, first_free_slot, free_slots, open_site
from enrolment.appointments.sites import (
    change_hours,
    close_counter,
    close_day,
    enter_school_holidays,
    equip_counter,
    stranded_bookings,
)
from enrolment.appointments.slots import hours_of
from enrolment.appointments.timetable import Season, Service
from enrolment.errors import Incomplete, NotAuthorised, StepRefused, Taken

SOURCE = "règlement ministériel, TEST"


@pytest.fixture
def boss(officers):
    """Someone who supervises."""
    return officers.counter


def test_new_hours_follow_the_old_ones_and_name_who_must_be_moved(ministry, boss, receipted, officers, when, now):
    booking = book(receipted(), ministry, Purpose.CAPTURE, when.on_tuesday(8, 30), officers.clerk, now)
    kept = book(receipted(), ministry, Purpose.CAPTURE, when.on_tuesday(9, 30), officers.clerk, now)
    later = [Hours(1, time(9, 30), time(11), when.tuesday, counters=2)]
    assert change_hours(ministry, later, when.tuesday, boss, now) == [booking]
    assert free_slots(ministry, date(2026, 10, 27), Purpose.CAPTURE)[0].starts_at.hour == 8
    assert free_slots(ministry, when.tuesday, Purpose.CAPTURE)[0].starts_at == when.on_tuesday(9, 30)
    assert free_slots(ministry, date(2026, 11, 5), Purpose.CAPTURE) == []  # Thursdays are no longer named
    assert kept not in stranded_bookings(ministry, now)


def test_hours_that_were_planned_are_replaced_not_doubled(ministry, boss, when, now):
    monday = date(2026, 11, 9)
    for opens in (9, 10):
        change_hours(ministry, [Hours(0, time(opens), time(11), monday)], monday, boss, now)
    assert [row.opens_at for row in hours_of(ministry, monday)] == [time(10)]


@pytest.mark.parametrize(
    "wrong",
    [
        Hours(1, time(9), time(11), date(2026, 11, 2)),
        Hours(1, time(9), time(11), date(2026, 11, 3), season=Season.SPECIAL),
        Hours(1, time(11), time(9), date(2026, 11, 3)),
    ],
)
def test_hours_of_another_day_or_season_are_refused_whole(ministry, boss, when, now, wrong):
    with pytest.raises(StepRefused):
        change_hours(ministry, [wrong], when.tuesday, boss, now)
    assert OpeningHours.objects.filter(valid_until=None).count() == 5


def test_a_closed_day_names_who_must_be_moved_and_is_closed_once(ministry, boss, receipted, officers, when, now):
    booking = book(receipted(), ministry, Purpose.CAPTURE, when.on_tuesday(8, 30), officers.clerk, now)
    assert close_day(ministry, when.tuesday, "training", boss, now) == [booking]
    assert free_slots(ministry, when.tuesday, Purpose.CAPTURE) == []
    with pytest.raises(Taken, match="closed"):
        close_day(ministry, when.tuesday, "training", boss, now)
    with pytest.raises(Incomplete, match="reason"):
        close_day(ministry, date(2026, 11, 4), " ", boss, now)


def test_school_holidays_bring_their_own_hours(ministry, boss, now):
    first, last = date(2026, 10, 31), date(2026, 11, 8)
    short = [Hours(day, time(9), time(10), date(2020, 1, 1), season=Season.SCHOOL_HOLIDAYS) for day in range(5)]
    change_hours(ministry, short, date(2020, 1, 1), boss, now, Season.SCHOOL_HOLIDAYS)
    enter_school_holidays("Toussaint", first, last, SOURCE, boss, now)
    assert [row.opens_at for row in hours_of(ministry, date(2026, 11, 3))] == [time(9)]
    assert [row.opens_at for row in hours_of(ministry, date(2026, 11, 10))] == [time(8, 30)]
    assert [row.opens_at for row in hours_of(ministry, last - timedelta(days=2))] == [time(9)]  # the last weekday


def test_school_holidays_are_entered_once_with_their_source(ministry, boss, now):
    enter_school_holidays("Toussaint", date(2026, 10, 31), date(2026, 11, 8), SOURCE, boss, now)
    with pytest.raises(Taken):
        enter_school_holidays("again", date(2026, 11, 8), date(2026, 11, 9), SOURCE, boss, now)
    with pytest.raises(StepRefused):
        enter_school_holidays("back", date(2026, 12, 9), date(2026, 12, 8), SOURCE, boss, now)
    with pytest.raises(Incomplete, match="source"):
        enter_school_holidays("none", date(2026, 12, 19), date(2027, 1, 3), "", boss, now)


def test_a_counter_without_a_camera_takes_no_photos(ministry, boss, when, now):
    equip_counter(ministry, 1, boss, now, for_capture=False, for_collection=True)
    assert {slot.counter for slot in free_slots(ministry, when.tuesday, Purpose.CAPTURE)} == {2}
    assert {slot.counter for slot in free_slots(ministry, when.tuesday, Purpose.COLLECTION)} == {1, 2}
    assert {slot.counter for slot in free_slots(ministry, when.tuesday, Purpose.CAPTURE, Purpose.COLLECTION)} == {2}
    equip_counter(ministry, 1, boss, now, for_capture=True, for_collection=False)
    assert {slot.counter for slot in free_slots(ministry, when.tuesday, Purpose.COLLECTION)} == {2}
    with pytest.raises(StepRefused):
        equip_counter(ministry, 0, boss, now, for_capture=True, for_collection=True)


def test_a_closed_counter_is_not_booked_and_names_who_must_be_moved(ministry, boss, receipted, officers, when, now):
    booking = book(receipted(), ministry, Purpose.CAPTURE, when.on_tuesday(8, 30), officers.clerk, now)
    from_time, until = when.on_tuesday(8, 40), when.on_tuesday(9, 0)
    assert close_counter(ministry, 1, from_time, until, "scanner away", boss, now) == [booking]
    early = [slot for slot in free_slots(ministry, when.tuesday, Purpose.CAPTURE) if slot.starts_at < until]
    assert {slot.counter for slot in early} == {2}
    assert first_free_slot(ministry, until, Purpose.CAPTURE).counter == 1
    with pytest.raises(StepRefused):
        close_counter(ministry, 1, until, until, "x", boss, now)
    with pytest.raises(Incomplete):
        close_counter(ministry, 1, from_time, until, "", boss, now)


def test_the_telephone_is_answered_at_its_own_hours_and_never_booked(db, now, when):
    hours = [Hours(1, time(14), time(16), date(2020, 1, 1), service=Service.PHONE)]
    site = open_site("phone", "Phone", hours, now)
    assert free_slots(site, when.tuesday, Purpose.CAPTURE) == []
    assert [row.opens_at for row in hours_of(site, when.tuesday, Service.PHONE)] == [time(14)]


def test_only_who_supervises_runs_a_site(ministry, officers, when, now):
    clerk = officers.clerk
    for act in (
        lambda: open_site("new", "New", [], now, by=clerk),
        lambda: change_hours(ministry, [], when.tuesday, clerk, now),
        lambda: close_day(ministry, when.tuesday, "x", clerk, now),
        lambda: enter_school_holidays("x", when.tuesday, when.tuesday, SOURCE, clerk, now),
        lambda: equip_counter(ministry, 1, clerk, now, for_capture=True, for_collection=True),
        lambda: close_counter(ministry, 1, now, when.on_tuesday(9), "x", officers.auditor, now),
    ):
        with pytest.raises(NotAuthorised):
            act()


def test_a_text_that_no_column_holds_is_refused_on_either_database(ministry, boss, when, now):
    long = "x" * 200
    for act in (
        lambda: open_site("x" * 33, "X", [], now),
        lambda: open_site("x", long, [], now),
        lambda: close_day(ministry, when.tuesday, long, boss, now),
        lambda: enter_school_holidays(long, when.tuesday, when.tuesday, SOURCE, boss, now),
        lambda: close_counter(ministry, 1, now, when.on_tuesday(9), long, boss, now),
    ):
        with pytest.raises(StepRefused, match="at most"):
            act()


def test_a_site_is_reached_by_an_address_and_a_number_that_everyone_can_use(db, now):
    with pytest.raises(StepRefused, match="mail_address"):
        open_site("x", "X", [], now, mail_address="office")
    for phone in ("221608", "call us"):
        with pytest.raises(StepRefused, match="phone"):
            open_site("x", "X", [], now, phone=phone)
    assert open_site("x", "X", [], now, phone="(+352) 247-84040", mail_address="office@example.org").pk
