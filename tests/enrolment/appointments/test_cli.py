"""`station appointments …` in the process of the tests: what it prints, and with which code it ends."""

import json

import pytest
from icalendar import Calendar
from typer.testing import CliRunner

from enrolment.appointments.cli import app
from enrolment.appointments.models import Booking, Errand, Purpose
from enrolment.appointments.queue import call_next, walk_in
from enrolment.appointments.services import Contact, book
from enrolment.desk import start
from enrolment.outbox.cli import app as outbox_app
from enrolment.outbox.models import OutboxEntry
from enrolment.outbox.services import enqueue

AFAR = "2035-05-01"  # a Tuesday, and a holiday; the verbs look at the real clock
LATER = "2035-05-02T08:30"


@pytest.fixture
def run(monkeypatch, tmp_path, db):
    monkeypatch.setattr(start, "start_django", lambda: tmp_path)
    monkeypatch.setenv("STATION_DATA_DIR", str(tmp_path))
    runner = CliRunner()
    return lambda *words, app=app: runner.invoke(app, list(words))


def test_free_times_of_a_day(run, ministry):
    answer = run("slots", "direction", "--on", "2035-05-02", "--json")
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    assert (len(rows), rows[0]) == (14, {"starts_at": "2035-05-02T08:30:00+02:00", "counter": 1})
    family = run("slots", "direction", "--on", "2035-05-02", "--people", "4")
    assert family.stdout.splitlines()[0] == "08:30  counter 1"
    assert run("slots", "direction", "--on", AFAR).exit_code == 1
    assert run("slots", "moon").exit_code == 2
    assert run("slots", "direction", "--purpose", "tea").exit_code == 2


def test_hours_of_a_day(run, ministry):
    assert json.loads(run("hours", "direction", "--on", "2035-05-02", "--json").stdout)["opens_at"] == "08:30"
    assert "2 open" in run("hours", "direction", "--on", "2035-05-02").stdout
    assert run("hours", "direction", "--on", AFAR).exit_code == 1


def test_an_appointment_is_booked_moved_written_and_cancelled(run, receipted, ministry, officers, tmp_path):
    case = receipted()
    made = run("book", case.number, "direction", LATER, "--as", "clerk", "--mail", "a@example.org", "--phone", "--json")
    assert made.exit_code == 0, made.stderr
    assert json.loads(made.stdout)["starts_at"] == "2035-05-02T08:30:00+02:00"
    again = run("book", case.number, "direction", LATER, "--as", "clerk")
    assert (again.exit_code, again.stdout) == (1, "")
    assert len(again.stderr.splitlines()) == 1
    assert "09:10" in run("move", case.number, "2035-05-02T09:10", "--as", "clerk").stdout
    file = tmp_path / "a.ics"
    assert run("calendar", case.number, "-o", str(file)).exit_code == 0
    assert Calendar.from_ical(file.read_bytes()).walk("VEVENT")[0].decoded("DTSTART").hour == 9
    assert run("calendar", case.number, "-o", str(tmp_path)).exit_code == 2
    assert run("cancel", case.number, "--as", "clerk").exit_code == 0
    assert run("cancel", case.number, "--as", "clerk").exit_code == 2
    assert run("book", case.number, "direction", LATER, "--as", "auditor").exit_code == 2
    assert run("book", case.number, "direction", "tomorrow", "--as", "clerk").exit_code == 2
    assert Booking.objects.count() == 1


def test_the_board_and_the_day_name_nobody(run, receipted, ministry, officers, monkeypatch):
    from enrolment.appointments import cli

    class Then(cli.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 11, 3, 8, 0, tzinfo=tz)

    monkeypatch.setattr(cli, "datetime", Then)
    now = Then.now(cli.UTC)
    case = receipted()
    book(case, ministry, Purpose.CAPTURE, now.replace(minute=10), officers.clerk, now)
    walk_in(ministry, Errand.FILING, officers.clerk, now)
    call_next(ministry, 2, officers.clerk, now)
    assert json.loads(run("board", "direction", "--json").stdout)["calls"] == [{"ticket": "W001", "counter": 2}]
    assert run("board", "direction").stdout.splitlines() == ["W001  →  2", "0 waiting, 0 held"]
    day = run("today", "direction")
    assert case.number in day.stdout
    assert "Probe" not in day.stdout


def test_the_outbox_leaves_into_its_folder_and_tells_what_did_not(run, receipted, ministry, officers, now, tmp_path):
    start_at = now.replace(day=3, hour=7, minute=30)
    book(receipted(), ministry, Purpose.CAPTURE, start_at, officers.clerk, now, contact=Contact("a@example.org"))
    (waiting,) = run("list", "--json", app=outbox_app).stdout.splitlines()
    assert json.loads(waiting)["state"] == "waiting"
    assert "example.org" not in waiting
    done = run("run", "--json", app=outbox_app)
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"delivered": 1, "postponed": 0, "dead": 0})
    assert len(list((tmp_path / "outbox/mail").glob("*/message.eml"))) == 1
    assert run("list", app=outbox_app).stdout == ""
    assert "delivered" in run("list", "--all", app=outbox_app).stdout


def test_what_was_given_up_is_shown_tried_again_and_dropped(run, officers, now, mail_to_nobody):
    enqueue(mail_to_nobody, key="x:1", at=now)
    OutboxEntry.objects.update(state="dead", last_failure="SMTP 550: the recipient was refused")
    shown = run("list", app=outbox_app)
    assert (shown.exit_code, "SMTP 550" in shown.stdout) == (1, True)
    assert run("retry", "x:1", "--as", "clerk", app=outbox_app).exit_code == 0
    assert run("retry", "x:1", "--as", "clerk", app=outbox_app).exit_code == 2
    assert run("drop", "x:1", "--as", "clerk", "--reason", "moved away", app=outbox_app).exit_code == 0
    assert run("drop", "x:2", "--as", "clerk", "--reason", "x", app=outbox_app).exit_code == 2
    assert OutboxEntry.objects.get().state == "dropped"


def test_an_unsafe_way_out_is_refused(run, tmp_path):
    site = tmp_path / "station.toml"
    site.write_text('[outbox]\nmails = "mail"\nsmtp_host = "mail.example.org"\nsmtp_security = "plain"\n')
    refused = run("run", "--config", str(site), app=outbox_app)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "starttls or tls is wanted" in refused.stderr
    assert run("run", "--config", str(tmp_path / "none.toml"), app=outbox_app).exit_code == 2


@pytest.fixture
def mail_to_nobody():
    from enrolment.outbox.message import OutgoingMessage

    return OutgoingMessage("reminder", "mail", "Zoë Probe", (), "a@example.org", "fr", "Rappel", "Texte")
