"""`station appointments …`: free times, bookings, the queue of the day, the board in the hall."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from enrolment.errors import OfficeError, Taken

if TYPE_CHECKING:
    from enrolment.appointments.models import Booking, Purpose

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Opening hours, free times, bookings, the queue.")
ANSWER_IS_NO, WRONG_USE = 1, 2
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
SiteCode = Annotated[str, typer.Argument(help="The site's code.")]
CaseNumber = Annotated[str, typer.Argument(help="The case's number, 2026-000001 for example.")]
PurposeWord = Annotated[str, typer.Option("--purpose", help="capture or collection.")]
OfficerName = Annotated[str, typer.Option("--as", help="The officer's user name.")]
Start = Annotated[datetime, typer.Argument(formats=["%Y-%m-%dT%H:%M"], help="In Luxembourg's time: 2026-11-03T08:30.")]
Day = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="The day; else today.")]


@app.command()
def slots(
    site: SiteCode,
    on: Day = None,
    purpose: PurposeWord = "capture",
    people: Annotated[int, typer.Option(min=1, max=20, help="A family of so many, side by side.")] = 1,
    as_json: AsJson = False,
) -> None:
    """The free times of a day. Exit code 1 when there is none."""
    with _office():
        from enrolment.appointments.services import free_slots, site_coded

        place, wanted = site_coded(site), _purpose(purpose)
        free = free_slots(place, _day(on), *[wanted] * people)
    for slot in free:
        row = {"starts_at": slot.starts_at.isoformat(), "counter": slot.counter}
        print(json.dumps(row) if as_json else f"{slot.starts_at:%H:%M}  counter {slot.counter}")
    if not free:
        raise typer.Exit(ANSWER_IS_NO)


@app.command()
def hours(site: SiteCode, on: Day = None, as_json: AsJson = False) -> None:
    """When a site receives people and answers the telephone on a day. Exit code 1 when it is closed."""
    with _office():
        from enrolment.appointments.services import site_coded
        from enrolment.appointments.slots import hours_of
        from enrolment.appointments.timetable import Service

        place, day = site_coded(site), _day(on)
        rows = [
            {
                "service": service.value,
                "opens_at": f"{row.opens_at:%H:%M}",
                "closes_at": f"{row.closes_at:%H:%M}",
                "counters": row.counters,
                "season": row.season.value,
            }
            for service in Service
            for row in hours_of(place, day, service)
        ]
    for row in rows:
        told = f"{row['opens_at']}-{row['closes_at']}  {row['service']}, {row['counters']} open ({row['season']})"
        print(json.dumps(row) if as_json else told)
    if not any(row["service"] == "counter" for row in rows):
        raise typer.Exit(ANSWER_IS_NO)


@app.command()
def book(
    case: CaseNumber,
    site: SiteCode,
    start: Start,
    officer: OfficerName,
    purpose: PurposeWord = "capture",
    mail: Annotated[str, typer.Option(help="Where the person is told, with a file for the calendar.")] = "",
    phone: Annotated[bool, typer.Option("--phone", help="The person rang.")] = False,
    as_json: AsJson = False,
) -> None:
    """Book a time. Exit code 1 when someone was faster."""
    with _office():
        from enrolment.accounts.services import officer_named
        from enrolment.appointments import services
        from enrolment.appointments.models import Channel
        from enrolment.cases.walking import case_numbered

        booking = services.book(
            case_numbered(case),
            services.site_coded(site),
            _purpose(purpose),
            _moment(start),
            officer_named(officer),
            datetime.now(UTC),
            contact=services.Contact(mail),
            channel=Channel.PHONE if phone else Channel.DESK,
        )
        _show(booking, as_json)


@app.command()
def move(
    case: CaseNumber, start: Start, officer: OfficerName, purpose: PurposeWord = "capture", as_json: AsJson = False
) -> None:
    """Move a case's appointment to another time at the same site. Exit code 1 when someone was faster."""
    with _office():
        from enrolment.accounts.services import officer_named
        from enrolment.appointments import services

        booking = _open_booking(case, purpose)
        services.move(booking, _moment(start), officer_named(officer), datetime.now(UTC))
        _show(booking, as_json)


@app.command()
def cancel(case: CaseNumber, officer: OfficerName, purpose: PurposeWord = "capture") -> None:
    """Cancel a case's appointment; its time is free again."""
    with _office():
        from enrolment.accounts.services import officer_named
        from enrolment.appointments import services

        services.cancel(_open_booking(case, purpose), officer_named(officer), datetime.now(UTC))


@app.command()
def calendar(
    case: CaseNumber,
    out: Annotated[Path, typer.Option("--out", "-o", help="The .ics file to write.")],
    purpose: PurposeWord = "capture",
) -> None:
    """Write a case's appointment as a file for a calendar."""
    with _office():
        from enrolment.appointments.calendar_file import Method
        from enrolment.appointments.notices import calendar_entry

        content = calendar_entry(_open_booking(case, purpose), datetime.now(UTC), Method.NONE).encode()
    try:
        out.write_bytes(content)
    except OSError as error:
        print(f"{out}: cannot be written: {error.strerror}", file=sys.stderr)
        raise typer.Exit(WRONG_USE) from None


@app.command()
def today(site: SiteCode, as_json: AsJson = False) -> None:
    """Who is expected today and has not arrived: times, counters and cases, never a name."""
    with _office():
        from enrolment.appointments.queue import expected
        from enrolment.appointments.services import site_coded

        for booking in expected(site_coded(site), datetime.now(UTC)):
            _show(booking, as_json)


@app.command()
def board(site: SiteCode, as_json: AsJson = False) -> None:
    """What the board in the hall shows: numbers and counters."""
    with _office():
        from enrolment.appointments.queue import call_board
        from enrolment.appointments.services import site_coded

        now = call_board(site_coded(site), datetime.now(UTC))
    if as_json:
        print(json.dumps(now.to_json(), ensure_ascii=False))
        return
    for line in now.calls:
        print(f"{line.ticket}  →  {line.counter}")
    print(f"{now.waiting} waiting, {now.held} held")


@contextmanager
def _office() -> Iterator[None]:
    """The office is open; what it refuses ends the verb in one line, someone faster with exit code 1."""
    from enrolment.desk.start import start_django

    try:
        start_django()
        from enrolment.transactions import busy_is_typed

        with busy_is_typed():
            yield
    except OfficeError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(ANSWER_IS_NO if isinstance(error, Taken) else error.exit_code) from None


def _purpose(word: str) -> "Purpose":
    from enrolment.appointments.models import Purpose

    try:
        return Purpose(word)
    except ValueError:
        raise typer.BadParameter(f"one of {', '.join(Purpose.values)} is wanted", param_hint="--purpose") from None


def _day(on: datetime | None) -> date:
    from django.utils.timezone import localdate

    return on.date() if on is not None else localdate()


def _moment(start: datetime) -> datetime:
    from django.utils.timezone import get_default_timezone

    return start.replace(tzinfo=get_default_timezone())


def _open_booking(case: str, purpose: str) -> "Booking":
    from enrolment.appointments.models import BookingState
    from enrolment.cases.walking import case_numbered
    from enrolment.errors import UnknownRecord

    found = case_numbered(case).bookings.filter(purpose=_purpose(purpose), state=BookingState.BOOKED)
    booking = found.select_related("case__person", "site").first()
    if booking is None:
        raise UnknownRecord(f"case {case} has no open appointment for {purpose}")
    return booking


def _show(booking: "Booking", as_json: bool) -> None:
    from django.utils.timezone import localtime

    start = localtime(booking.starts_at)
    row: dict[str, Any] = {
        "case": booking.case.number,
        "purpose": str(booking.purpose),
        "site": booking.site.code,
        "starts_at": start.isoformat(),
        "counter": booking.counter,
        "state": str(booking.state),
    }
    told = f"{start:%Y-%m-%d %H:%M}  counter {booking.counter}  case {booking.case.number}  {row['purpose']}"
    print(json.dumps(row) if as_json else told)
