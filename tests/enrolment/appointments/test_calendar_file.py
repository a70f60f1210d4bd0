"""Appointments in calendars: read back by another reader of RFC 5545, right on every Sunday when clocks change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from enrolment.appointments.calendar_file import CalendarEntry, Method

ENTRY = CalendarEntry(
    uid="0b5f2f2e-6a4e-4c79-9a35-0f6c4c1f2a11",
    sequence=0,
    starts_at=datetime(2026, 11, 3, 7, 30, tzinfo=UTC),
    ends_at=datetime(2026, 11, 3, 7, 50, tzinfo=UTC),
    stamp=datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=UTC),
    summary="Photo et empreintes digitales – Direction",
    location="Direction, 26, route d'Arlon; L-1140 Luxembourg",
    description="Apportez votre passeport,\nen cours de validité.",
)
INVITED = replace(
    ENTRY,
    method=Method.REQUEST,
    organizer_name="Direction",
    organizer_mail="office@example.org",
    attendee_mail="zoe.probe@example.org",
)


def read(entry):
    calendar = Calendar.from_ical(entry.encode())
    return calendar, calendar.walk("VEVENT")[0]


def test_the_file_says_when_where_and_what_for():
    calendar, event = read(ENTRY)
    assert (str(calendar["VERSION"]), "METHOD" in calendar) == ("2.0", False)
    assert event.decoded("DTSTART").isoformat() == "2026-11-03T08:30:00+01:00"
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=20)
    assert event.decoded("DTSTAMP") == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert (str(event["UID"]), int(event["SEQUENCE"]), str(event["STATUS"])) == (ENTRY.uid, 0, "CONFIRMED")
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (ENTRY.summary, ENTRY.location)
    assert str(event["DESCRIPTION"]) == ENTRY.description
    assert event["DTSTART"].params["TZID"] == "Europe/Luxembourg"


def test_the_lines_are_short_and_end_as_they_must():
    content = replace(ENTRY, description="é" * 300).encode()
    assert content.endswith(b"END:VCALENDAR\r\n")
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_the_same_entry_is_the_same_bytes():
    assert ENTRY.encode() == ENTRY.encode()


def test_an_invitation_names_both_sides_and_a_cancellation_takes_it_back():
    calendar, event = read(INVITED)
    assert str(calendar["METHOD"]) == "REQUEST"
    assert (str(event["ORGANIZER"]), str(event["ATTENDEE"])) == (
        "mailto:office@example.org",
        "mailto:zoe.probe@example.org",
    )
    calendar, event = read(replace(INVITED, method=Method.CANCEL, is_cancelled=True, sequence=2))
    assert (str(calendar["METHOD"]), str(event["STATUS"]), int(event["SEQUENCE"])) == ("CANCEL", "CANCELLED", 2)


@pytest.mark.parametrize(
    "changes",
    [{"organizer_mail": ""}, {"attendee_mail": ""}, {"method": Method.CANCEL}, {"is_cancelled": True}],
)
def test_an_invitation_that_contradicts_itself_is_not_made(changes):
    with pytest.raises(ValueError, match=r"invit|CANCEL"):
        replace(INVITED, **changes)


def offsets_by_file(year):
    """When the file's own VTIMEZONE lets the clocks change in `year`, as (moment in UTC, offset afterwards)."""
    zone = Calendar.from_ical(ENTRY.encode()).walk("VTIMEZONE")[0]
    for part in zone.subcomponents:
        rule = part["RRULE"].to_ical().decode()
        first = part.decoded("DTSTART")
        onset = rrulestr(rule, dtstart=first).between(datetime(year, 1, 1), datetime(year, 12, 31))[0]  # noqa: DTZ001
        yield (onset - part.decoded("TZOFFSETFROM")).replace(tzinfo=UTC), part.decoded("TZOFFSETTO")


@pytest.mark.parametrize("year", [1997, 2008, 2020, 2026, 2027, 2038])
def test_the_files_own_time_zone_changes_when_luxembourgs_does(year):
    zone, second = ZoneInfo("Europe/Luxembourg"), timedelta(seconds=1)
    for onset, offset in offsets_by_file(year):
        assert onset.astimezone(zone).utcoffset() == offset
        assert (onset - second).astimezone(zone).utcoffset() != offset
