"""Several desks at once on one SQLite file: real processes race for one slot, one blank and one step."""

import json
import os
import subprocess
import sys

import pytest

DESKS = 6
RACE = """
import json, os, sys
from datetime import UTC, datetime, date, time
from pathlib import Path
from enrolment.desk.start import open_office
office = open_office(Path(sys.argv[1]), bytes(range(32)))
from django.db import connections
from enrolment.accounts.models import Role
from enrolment.accounts.services import register_officer
from enrolment.applications import load_application
from enrolment.appointments.models import BookedCell, Booking, Purpose
from enrolment.appointments.services import Hours, book, first_free_slot, open_site
from enrolment.audit.verify import verify_journal
from enrolment.cases.models import Case
from enrolment.cases.services import case_numbered, file_application, issue_receipt, take_step
from enrolment.cases.steps import Action
from enrolment.errors import OfficeError
desks = int(sys.argv[3])
now = datetime(2026, 11, 2, 9, tzinfo=UTC)
clerk = register_officer("clerk", "Clerk", [Role.FILE], now)
hours = [Hours(day, time(8, 30), time(11), date(2020, 1, 1), counters=2) for day in range(5)]
site = open_site("direction", "Direction", hours, now)
application = load_application(Path(sys.argv[2]))
cases = [file_application(application, clerk, "direction", now) for _ in range(desks)]
for case in cases:
    issue_receipt(case, clerk, now)
slot = first_free_slot(site, now, Purpose.CAPTURE)
contested = file_application(application, clerk, "direction", now)
connections.close_all()
gate_read, gate_write = os.pipe()
children = []
for index in range(desks):
    result_read, result_write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(gate_write)
        os.read(gate_read, 1)  # returns when the parent closes its end: all start together
        words = []
        for attempt in (
            lambda: book(case_numbered(cases[index].number), site, Purpose.CAPTURE, slot.starts_at, clerk, now),
            lambda: take_step(contested, Action.WITHDRAW, clerk, now),
            lambda: file_application(application, clerk, "direction", now),
        ):
            try:
                attempt()
                words.append("done")
            except OfficeError as error:
                words.append(error.code)
        os.write(result_write, json.dumps(words).encode())
        os._exit(0)
    os.close(result_write)
    children.append((child, result_read))
os.close(gate_read)
os.close(gate_write)
results = []
for child, result in children:
    results.append(json.loads(os.read(result, 1000)))
    os.waitpid(child, 0)
numbers = sorted(Case.objects.values_list("number", flat=True))
print(json.dumps({
    "booked": sorted(words[0] for words in results),
    "moved": sorted(words[1] for words in results),
    "filed": sorted(words[2] for words in results),
    "bookings": Booking.objects.count(),
    "cells": BookedCell.objects.count(),
    "numbers": numbers,
    "journal": verify_journal().problems,
}))
"""


@pytest.mark.slow
def test_six_desks_want_one_slot_one_step_and_a_number(repository, application_file, tmp_path):
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-c", RACE, str(tmp_path / "data"), str(application_file()), str(DESKS)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=repository, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["booked"] == ["TAKEN"] * (DESKS - 2) + ["done"] * 2  # two counters
    assert found["moved"] == ["TAKEN"] * (DESKS - 1) + ["done"]
    assert found["filed"] == ["done"] * DESKS
    assert (found["bookings"], found["cells"]) == (2, 4)
    assert found["numbers"] == [f"2026-{number:06d}" for number in range(1, 2 * DESKS + 2)]
    assert found["journal"] == []
