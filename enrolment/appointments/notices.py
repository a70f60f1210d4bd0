"""What a person is told of an appointment: a mail with the calendar's file, or a letter, through the outbox."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.timezone import get_default_timezone, localtime

from enrolment.appointments.calendar_file import CalendarEntry, Method
from enrolment.appointments.models import Booking, BookingState, Channel
from enrolment.outbox.message import Attachment, OutgoingMessage
from enrolment.outbox.services import enqueue, withdraw

TEXTS = Path(__file__).parent / "texts.toml"
OFFICIAL = "fr"
REMIND_BEFORE = timedelta(days=2)
CALENDAR_FILE = "rendez-vous.ics"
# Who stands at the desk is told there; who rang, wrote or booked with a code gets it in writing.
IN_WRITING = (Channel.PHONE, Channel.CODE)


class Notice(StrEnum):
    """What there is to tell."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REMINDER = "reminder"


def notify(booking: Booking, notice: Notice, at: datetime) -> None:
    """Put into the outbox what the person is to be told, in the transaction of the act; and a reminder, if it is early.

    By mail where there is an address, else by letter unless the person stands at the desk.
    """
    by_mail = bool(booking.mail_address)
    if by_mail or notice is not Notice.BOOKED or booking.channel in IN_WRITING:
        enqueue(message_of(booking, notice, at), key=f"appointment:{booking.uid}:{booking.sequence}", at=at)
    remind_at = booking.starts_at - REMIND_BEFORE
    if by_mail and notice in (Notice.BOOKED, Notice.MOVED) and remind_at > at:
        reminder = message_of(booking, Notice.REMINDER, at)
        enqueue(reminder, key=_reminder_key(booking), at=at, not_before=remind_at)


def withdraw_reminder(booking: Booking, at: datetime) -> None:
    """Take the reminder out of the outbox: the appointment is over, or not then. Call it before SEQUENCE changes."""
    withdraw(_reminder_key(booking), at)


def _reminder_key(booking: Booking) -> str:
    return f"reminder:{booking.uid}:{booking.sequence}"


def message_of(booking: Booking, notice: Notice, at: datetime) -> OutgoingMessage:
    """The message: in French and, where the person has another language, in that too."""
    person, case = booking.case.person, booking.case
    languages = languages_of(person.language)
    entry = calendar_entry(booking, at)
    by_mail = bool(booking.mail_address)
    carries_calendar = by_mail and notice is not Notice.REMINDER
    name = " ".join(
        filter(None, (person.latin_given_names or person.given_names, person.latin_surname or person.surname))
    )
    return OutgoingMessage(
        kind="reminder" if notice is Notice.REMINDER else f"appointment_{notice.value}",
        medium=("calendar" if entry.method is not Method.NONE else "mail") if carries_calendar else _plain(by_mail),
        recipient_name=_one_line(name),
        address_lines=() if by_mail else (_one_line(case.address), _one_line(case.commune)),
        mail_address=booking.mail_address,
        language=languages[-1],
        subject=" / ".join(dict.fromkeys(_fill(each, f"{notice.value}_subject", booking) for each in languages)),
        body="\n\n".join(_body(each, notice, booking) for each in languages) + "\n",
        attachments=(Attachment(CALENDAR_FILE, "text/calendar", entry.encode()),) if carries_calendar else (),
        case_reference=case.number,
    )


def _plain(by_mail: bool) -> Any:
    return "mail" if by_mail else "letter"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def languages_of(second: str) -> tuple[str, ...]:
    """French, and the person's language where it is another one that we write."""
    return (OFFICIAL,) if second == OFFICIAL or second not in _texts() else (OFFICIAL, second)


def calendar_entry(booking: Booking, at: datetime, method: Method | None = None) -> CalendarEntry:
    """The appointment for a calendar: by default an invitation where both sides have a mail address."""
    site, person = booking.site, booking.case.person
    language = languages_of(person.language)[-1]
    is_cancelled = booking.state in (BookingState.CANCELLED, BookingState.NO_SHOW)
    if method is None:
        asked = Method.CANCEL if is_cancelled else Method.REQUEST
        method = asked if site.mail_address and booking.mail_address else Method.NONE
    return CalendarEntry(
        uid=str(booking.uid),
        sequence=booking.sequence,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        stamp=at,
        summary=f"{_texts()[language][f'summary_{booking.purpose}']} – {site.name}",
        location=", ".join(filter(None, (site.name, site.address))),
        description=_fill(language, f"bring_{booking.purpose}", booking),
        is_cancelled=is_cancelled,
        method=method,
        organizer_name=site.name if method is not Method.NONE else "",
        organizer_mail=site.mail_address if method is not Method.NONE else "",
        attendee_mail=booking.mail_address if method is not Method.NONE else "",
    )


def _body(language: str, notice: Notice, booking: Booking) -> str:
    keys = [notice.value]
    if notice is not Notice.CANCELLED:
        keys += ["place" if booking.site.address else "site_only", f"bring_{booking.purpose}", "hinder"]
    return "\n".join(_fill(language, key, booking) for key in [*keys, "reference"])


def _fill(language: str, key: str, booking: Booking) -> str:
    texts = _texts()[language]
    local = localtime(booking.starts_at, get_default_timezone())
    values = {
        "day": day_in_words(language, local),
        "time": texts["time"].format(hour=local.hour, minute=local.minute),
        "purpose": texts[booking.purpose],
        "site": booking.site.name,
        "address": booking.site.address,
        "phone": texts["phone"].format(number=booking.site.phone) if booking.site.phone else "",
        "case": booking.case.number,
    }
    return str(texts[key].format(**values))


def day_in_words(language: str, day: datetime) -> str:
    """A day as a letter writes it, with its weekday."""
    texts = _texts()[language]
    return str(
        texts["day"].format(
            weekday=texts["weekdays"][day.weekday()],
            number=texts["first_of_month"] if day.day == 1 else day.day,
            month=texts["months"][day.month - 1],
            year=day.year,
        )
    )


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads(TEXTS.read_text("utf-8"))
