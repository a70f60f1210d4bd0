"""What the database itself refuses of sites, bookings, invitations and tickets, whoever writes past the services."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from enrolment.appointments.models import (
    BookedUnit,
    Booking,
    Counter,
    CounterClosure,
    Invitation,
    OpeningHours,
    Purpose,
    SchoolHolidays,
    Site,
    Ticket,
)
from enrolment.appointments.services import book

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.fixture
def booking(receipted, ministry, officers, when, now):
    return book(receipted(), ministry, Purpose.CAPTURE, when.on_tuesday(8, 30), officers.clerk, now)


def refused(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


@pytest.mark.parametrize(
    "changes",
    [{"state": "lost"}, {"purpose": "tea"}, {"channel": "pigeon"}, {"ends_at": "2026-11-03T07:30:00Z"}],
)
def test_a_booking_that_cannot_be(booking, changes):
    refused(lambda: Booking.objects.filter(pk=booking.pk).update(**changes))


def test_no_two_bookings_hold_five_minutes_of_a_counter(booking, ministry):
    unit = booking.units.get(unit=booking.units.first().unit)
    refused(lambda: BookedUnit.objects.create(booking=booking, site=ministry, counter=1, unit=unit.unit))
    BookedUnit.objects.create(booking=booking, site=ministry, counter=2, unit=unit.unit)


def test_a_case_has_one_open_booking_for_a_purpose(booking, ministry, officers, now):
    row = {**Booking.objects.values().get(pk=booking.pk), "id": None, "uid": "5d0b4c4e-0000-4000-8000-000000000000"}
    refused(lambda: Booking.objects.create(**row))
    Booking.objects.create(**{**row, "state": "cancelled"})


@pytest.mark.parametrize(
    "changes",
    [{"cell_minutes": 0}, {"capture_cells": 0}, {"collection_cells": 0}, {"both_cells": 2}],
)
def test_a_site_that_cannot_be(ministry, changes):
    refused(lambda: Site.objects.filter(pk=ministry.pk).update(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"weekday": 7},
        {"closes_at": time(8, 30)},
        {"counters": 0},
        {"valid_until": date(2020, 1, 1)},
        {"season": "spring"},
        {"service": "tea"},
    ],
)
def test_opening_hours_that_cannot_be(ministry, changes):
    refused(lambda: OpeningHours.objects.filter(site=ministry).update(**changes))


def test_holidays_counters_and_closures_that_cannot_be(ministry, now):
    day = date(2026, 11, 3)
    refused(lambda: SchoolHolidays.objects.create(name="x", first_day=day, last_day=date(2026, 11, 2), source="x"))
    refused(lambda: Counter.objects.create(site=ministry, number=0))
    refused(lambda: CounterClosure.objects.create(site=ministry, counter=1, starts_at=now, ends_at=now, reason="x"))


def test_invitations_that_cannot_be(booking, ministry, officers, now):
    row = {
        "case": booking.case,
        "site": ministry,
        "purpose": "capture",
        "salt": b"s",
        "code_hash": b"h",
        "issued_by": officers.clerk,
        "issued_at": now,
        "expires_at": now + timedelta(days=1),
    }
    for changes in (
        {"purpose": "tea"},
        {"expires_at": now},
        {"used_at": now},
        {"booking": booking},
        {"used_at": now, "booking": booking, "revoked_at": now},
    ):
        refused(lambda changes=changes: Invitation.objects.create(**{**row, **changes}))
    Invitation.objects.create(**row)
    refused(lambda: Invitation.objects.create(**row))
    Invitation.objects.create(**{**row, "revoked_at": now})


def test_tickets_that_cannot_be(booking, ministry, now):
    row = {"site": ministry, "day": date(2026, 11, 3), "number": 1, "errand": "filing", "arrived_at": now}
    for changes in (
        {"state": "lost"},
        {"errand": "tea"},
        {"booking": booking},
        {"due_at": now},
        {"state": "called"},
        {"state": "called", "counter": 1},
    ):
        refused(lambda changes=changes: Ticket.objects.create(**{**row, **changes}))
    Ticket.objects.create(**{**row, "state": "called", "counter": 1, "called_at": now})
    refused(lambda: Ticket.objects.create(**row))
    called = {"state": "called", "counter": 1, "called_at": now, "number": 2}
    refused(lambda: Ticket.objects.create(**{**row, **called}))
    Ticket.objects.create(**{**row, **called, "counter": 2})
