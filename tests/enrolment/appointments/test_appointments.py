"""Slots: offered by opening hours and holidays, taken once, free again when cancelled."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from enrolment.appointments.models import BookedUnit, Booking, BookingState, ClosedDay, Purpose
from enrolment.appointments.services import (
    Hours,
    book,
    cancel,
    first_free_slot,
    free_slots,
    keep,
    miss,
    open_site,
    site_coded,
)
from enrolment.cases.services import issue_receipt
from enrolment.cases.steps import State
from enrolment.errors import NotAuthorised, StepRefused, Taken, UnknownRecord

pytestmark = pytest.mark.usefixtures("each_database")
LUXEMBOURG = ZoneInfo("Europe/Luxembourg")
TUESDAY = date(2026, 11, 3)


def at(day, hour, minute):
    return datetime.combine(day, time(hour, minute), LUXEMBOURG)


@pytest.fixture
def receipted(walk, officers, now):
    def make():
        case = walk.filed()
        issue_receipt(case, officers.clerk, now)
        return case

    return make


def test_a_mornings_slots_fill_the_opening_hours_at_both_counters(ministry):
    slots = free_slots(ministry, TUESDAY, Purpose.CAPTURE)
    assert len(slots) == 2 * 7  # 8.30 to 11.00 in steps of twenty minutes, the last one whole
    assert slots[0].starts_at == at(TUESDAY, 8, 30)
    assert slots[-1].starts_at == at(TUESDAY, 10, 30)
    assert len(free_slots(ministry, TUESDAY, Purpose.COLLECTION)) == 2 * 15


@pytest.mark.parametrize("day", [date(2026, 11, 7), date(2026, 12, 25), date(2019, 11, 5)])
def test_weekends_holidays_and_days_before_the_opening_have_no_slots(ministry, day):
    assert free_slots(ministry, day, Purpose.CAPTURE) == []


def test_a_closed_day_has_no_slots(ministry):
    ClosedDay.objects.create(site=ministry, day=TUESDAY, reason="training")
    assert free_slots(ministry, TUESDAY, Purpose.CAPTURE) == []


def test_the_clock_of_the_office_is_luxembourgs_in_summer_and_winter(ministry):
    for day, hours in ((date(2026, 7, 7), 6.5), (TUESDAY, 7.5)):
        start = free_slots(ministry, day, Purpose.CAPTURE)[0].starts_at.astimezone(ZoneInfo("UTC"))
        assert start.hour + start.minute / 60 == hours


def test_a_slot_is_given_as_often_as_there_are_counters_and_then_no_more(receipted, ministry, officers, now):
    start = at(TUESDAY, 9, 10)
    counters = [book(receipted(), ministry, Purpose.CAPTURE, start, officers.clerk, now).counter for _ in range(2)]
    assert counters == [1, 2]
    case = receipted()
    with pytest.raises(Taken, match="taken"):
        book(case, ministry, Purpose.CAPTURE, start, officers.clerk, now)
    assert case.state == State.RECEIPTED


def test_a_short_appointment_does_not_fit_into_a_long_one(receipted, walk, ministry, officers, now):
    for _ in range(2):
        book(receipted(), ministry, Purpose.CAPTURE, at(TUESDAY, 8, 30), officers.clerk, now)
    free = {slot.starts_at for slot in free_slots(ministry, TUESDAY, Purpose.COLLECTION)}
    assert at(TUESDAY, 8, 40) not in free
    assert at(TUESDAY, 8, 50) in free


def test_the_database_itself_lets_no_two_hold_the_same_five_minutes(receipted, ministry, officers, now):
    booking = book(receipted(), ministry, Purpose.CAPTURE, at(TUESDAY, 8, 30), officers.clerk, now)
    held = booking.units.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        BookedUnit.objects.create(booking=booking, site=ministry, counter=held.counter, unit=held.unit)


def test_a_lost_race_is_told_and_changes_nothing(receipted, ministry, officers, now, monkeypatch):
    from enrolment.appointments import services

    start = at(TUESDAY, 8, 30)
    free = services.free_counters(ministry, [Purpose.CAPTURE], start)
    for _ in free:
        book(receipted(), ministry, Purpose.CAPTURE, start, officers.clerk, now)
    monkeypatch.setattr(services, "free_counters", lambda *_: free)  # what the slower desk still sees
    case = receipted()
    with pytest.raises(Taken, match="in this moment"):
        book(case, ministry, Purpose.CAPTURE, start, officers.clerk, now)
    assert Booking.objects.count() == len(free)
    assert case.state == State.RECEIPTED


def test_who_loses_one_counter_gets_the_other(receipted, ministry, officers, now, monkeypatch):
    from enrolment.appointments import services

    start = at(TUESDAY, 8, 30)
    free = services.free_counters(ministry, [Purpose.CAPTURE], start)
    book(receipted(), ministry, Purpose.CAPTURE, start, officers.clerk, now)
    monkeypatch.setattr(services, "free_counters", lambda *_: free)
    assert book(receipted(), ministry, Purpose.CAPTURE, start, officers.clerk, now).counter == 2


@pytest.mark.parametrize(
    "start", [at(TUESDAY, 8, 35), at(TUESDAY, 10, 50), at(TUESDAY, 14, 30), at(date(2026, 11, 7), 8, 30)]
)
def test_a_time_that_is_not_offered_is_refused(receipted, ministry, officers, now, start):
    with pytest.raises(StepRefused, match="no appointment"):
        book(receipted(), ministry, Purpose.CAPTURE, start, officers.clerk, now)


def test_the_past_is_not_booked(receipted, ministry, officers, now):
    with pytest.raises(StepRefused, match="past"):
        book(receipted(), ministry, Purpose.CAPTURE, at(date(2026, 10, 30), 8, 30), officers.clerk, now)


def test_only_who_may_books(receipted, ministry, officers, now):
    with pytest.raises(NotAuthorised):
        book(receipted(), ministry, Purpose.CAPTURE, at(TUESDAY, 8, 30), officers.auditor, now)


def test_there_is_no_collection_before_there_is_a_card(receipted, ministry, officers, now):
    with pytest.raises(StepRefused, match="no card"):
        book(receipted(), ministry, Purpose.COLLECTION, at(TUESDAY, 8, 30), officers.clerk, now)
    assert not Booking.objects.exists()
    assert not BookedUnit.objects.exists()


def test_a_collection_is_booked_once_the_card_is_ready(walk, ministry, officers, now):
    case = walk.card().case
    book(case, ministry, Purpose.COLLECTION, at(TUESDAY, 8, 30), officers.clerk, now)
    assert case.state == State.READY
    with pytest.raises(Taken, match="has such an appointment already"):
        book(case, ministry, Purpose.COLLECTION, at(TUESDAY, 9, 30), officers.clerk, now)


def test_a_cancelled_time_is_free_again_and_the_case_waits_for_another(receipted, ministry, officers, now):
    case = receipted()
    booking = book(case, ministry, Purpose.CAPTURE, at(TUESDAY, 8, 30), officers.clerk, now)
    cancel(booking, officers.clerk, now)
    assert len(free_slots(ministry, TUESDAY, Purpose.CAPTURE)) == 14
    assert booking.case.state == State.INVITED
    with pytest.raises(StepRefused, match="not open"):
        cancel(booking, officers.clerk, now)
    case.refresh_from_db()
    assert book(case, ministry, Purpose.CAPTURE, at(TUESDAY, 8, 30), officers.clerk, now).counter == 1


def test_a_no_show_is_noted_after_the_time_only(receipted, ministry, officers, now):
    booking = book(receipted(), ministry, Purpose.CAPTURE, at(TUESDAY, 8, 30), officers.clerk, now)
    with pytest.raises(StepRefused, match="ahead"):
        miss(booking, officers.clerk, now)
    miss(booking, officers.clerk, now + timedelta(days=2))
    assert booking.state == BookingState.NO_SHOW


def test_who_came_is_noted_once(receipted, ministry, officers, now):
    booking = book(receipted(), ministry, Purpose.CAPTURE, at(TUESDAY, 8, 30), officers.clerk, now)
    keep(booking, officers.clerk, now)
    assert booking.state == BookingState.KEPT
    with pytest.raises(StepRefused, match="not open"):
        keep(booking, officers.clerk, now)


def test_the_first_free_slot_steps_over_the_weekend(ministry):
    friday_noon = at(date(2026, 11, 6), 12, 0)
    assert first_free_slot(ministry, friday_noon, Purpose.CAPTURE).starts_at == at(date(2026, 11, 9), 8, 30)


def test_no_free_slot_is_one_line(db, now):
    site = open_site("closed", "Closed", [], now)
    with pytest.raises(Taken, match="no slot is free"):
        first_free_slot(site, now, Purpose.CAPTURE)


def test_opening_hours_change_with_the_date(db, now):
    early = Hours(1, time(8, 0), time(9, 0), date(2026, 1, 1), valid_until=date(2026, 11, 3))
    late = Hours(1, time(13, 0), time(14, 0), date(2026, 11, 3))
    site = open_site("s", "S", [early, late], now)
    assert free_slots(site, date(2026, 10, 27), Purpose.CAPTURE)[0].starts_at == at(date(2026, 10, 27), 8, 0)
    assert free_slots(site, TUESDAY, Purpose.CAPTURE)[0].starts_at == at(TUESDAY, 13, 0)


def test_sites_are_known_by_their_code(ministry, now):
    assert site_coded("direction") == ministry
    with pytest.raises(UnknownRecord, match="no site moon"):
        site_coded("moon")
    with pytest.raises(Taken, match="direction"):
        open_site("direction", "Again", [], now)
