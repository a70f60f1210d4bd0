"""An appointment as calendars read it: iCalendar (RFC 5545), and as an invitation by mail (iTIP, RFC 5546).

Says when, where and what for; no name, no number. A moved appointment keeps its UID and has a higher SEQUENCE.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vRecur, vText

PRODUCT = "-//Residence card station//Appointments//EN"
ZONE = "Europe/Luxembourg"
# The rule of Directive 2000/84/EC as calendars write it: clocks change on the last Sundays of March and October, at one
# o'clock UTC. DTSTART is the first such day under the rule, in the clock's time before the change.
SUMMER_FROM = (datetime.fromisoformat("1981-03-29T02:00"), "CEST", timedelta(hours=1), timedelta(hours=2), 3)
WINTER_FROM = (datetime.fromisoformat("1996-10-27T03:00"), "CET", timedelta(hours=2), timedelta(hours=1), 10)


class Method(StrEnum):
    """What an invitation by mail asks the calendar to do; NONE is a file to be opened by hand."""

    NONE = ""
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True, repr=False)
class CalendarEntry:
    """One appointment. `stamp` is when this was said; both addresses are wanted for a method (RFC 5546, 3.2)."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    stamp: datetime
    summary: str
    location: str
    description: str = ""
    is_cancelled: bool = False
    method: Method = Method.NONE
    organizer_name: str = ""
    organizer_mail: str = ""
    attendee_mail: str = ""

    def __post_init__(self) -> None:
        if self.method is not Method.NONE and not (self.organizer_mail and self.attendee_mail):
            raise ValueError("an invitation names who invites and who is invited")
        if (self.method is Method.CANCEL) != self.is_cancelled and self.method is not Method.NONE:
            raise ValueError("CANCEL goes with a cancelled appointment, REQUEST with one that stands")

    def encode(self) -> bytes:
        """The VCALENDAR, UTF-8 with CRLF."""
        calendar = Calendar()
        calendar.add("prodid", PRODUCT)
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        if self.method is not Method.NONE:
            calendar.add("method", self.method.value)
        calendar.add_component(_luxembourg())
        calendar.add_component(self._event())
        return bytes(calendar.to_ical())

    def _event(self) -> Event:
        zone = ZoneInfo(ZONE)
        event = Event()
        event.add("uid", self.uid)
        event.add("sequence", self.sequence)
        event.add("dtstamp", self.stamp.astimezone(UTC).replace(microsecond=0))
        event.add("dtstart", self.starts_at.astimezone(zone))
        event.add("dtend", self.ends_at.astimezone(zone))
        event.add("summary", vText(self.summary))
        event.add("location", vText(self.location))
        if self.description:
            event.add("description", vText(self.description))
        event.add("status", "CANCELLED" if self.is_cancelled else "CONFIRMED")
        event.add("class", "PRIVATE")
        event.add("transp", "OPAQUE")
        if self.method is not Method.NONE:
            organizer = vCalAddress(f"mailto:{self.organizer_mail}")
            organizer.params["CN"] = vText(self.organizer_name or self.organizer_mail)
            event.add("organizer", organizer)
            attendee = vCalAddress(f"mailto:{self.attendee_mail}")
            attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
            attendee.params["PARTSTAT"] = vText("ACCEPTED")
            attendee.params["RSVP"] = vText("FALSE")
            event.add("attendee", attendee)
        return event


def _luxembourg() -> Timezone:
    zone = Timezone()
    zone.add("tzid", ZONE)
    for component, (start, name, offset_from, offset_to, month) in (
        (TimezoneDaylight(), SUMMER_FROM),
        (TimezoneStandard(), WINTER_FROM),
    ):
        component.add("dtstart", start)
        component.add("rrule", vRecur({"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"}))
        component.add("tzname", name)
        component.add("tzoffsetfrom", offset_from)
        component.add("tzoffsetto", offset_to)
        zone.add_component(component)
    return zone
