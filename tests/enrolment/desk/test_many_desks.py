"""Fifty desks at once on one office, on either database: they want one slot, one step, one decision, a number each.

Each process is a desk of its own with its own connection. What a desk is told is a word of ours, never the driver's.
"""

import json
import os
import subprocess
import sys

import pytest

DESKS = int(os.environ.get("STATION_DESKS", "50"))
RACE = """
import json, os, sys
from datetime import UTC, datetime, date, time
from pathlib import Path
from enrolment.desk.start import open_office
office = open_office(Path(os.environ["STATION_DATA_DIR"]), bytes(range(32)))
from django.db import connections
from enrolment.accounts.models import Role
from enrolment.accounts.services import register_officer
from enrolment.applications import load_application
from enrolment.appointments.models import BookedUnit, Booking, Purpose
from enrolment.appointments.services import Hours, book, first_free_slot, free_slots, open_site
from enrolment.audit.verify import verify_journal
from enrolment.cases.models import Case
from enrolment.cases.services import case_numbered, decide, file_application, issue_receipt, submit, take_step
from enrolment.cases.steps import Action
from enrolment.errors import OfficeError
desks = int(sys.argv[2])
now = datetime(2026, 11, 2, 9, tzinfo=UTC)
clerk = register_officer("clerk", "Clerk", [Role.FILE], now)
deciders = [register_officer(f"decider-{desk}", "Decider", [Role.DECIDE], now) for desk in range(desks)]
hours = [Hours(day, time(8, 30), time(17), date(2020, 1, 1), counters=2) for day in range(5)]
site = open_site("direction", "Direction", hours, now)
application = load_application(Path(sys.argv[1]))
to_decide = file_application(application, clerk, "direction", now)
person = to_decide.person
issue_receipt(to_decide, clerk, now)
submit(to_decide, clerk, now)
cases = [file_application(application, clerk, "direction", now, person=person) for _ in range(desks)]
for case in cases:
    issue_receipt(case, clerk, now)
slot = first_free_slot(site, now, Purpose.CAPTURE)
later = sorted({free.starts_at for free in free_slots(site, date(2026, 11, 4), Purpose.CAPTURE)})
contested = file_application(application, clerk, "direction", now, person=person)
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
            lambda: decide(to_decide, deciders[index], now, granted=True),
            lambda: file_application(application, clerk, "direction", now, person=person),
            lambda: book(
                case_numbered(cases[index].number), site, Purpose.CAPTURE, later[index // 4], clerk, now
            ),
        ):
            try:
                attempt()
                words.append("done")
            except OfficeError as error:
                words.append(error.code)
            except BaseException as error:
                words.append("raw " + type(error).__name__)
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
held = list(BookedUnit.objects.values_list("site", "counter", "unit"))
print(json.dumps({
    "words": [sorted(words) for words in zip(*results)],
    "bookings": Booking.objects.count(),
    "units": len(held),
    "different": len(set(held)),
    "numbers": sorted(Case.objects.values_list("number", flat=True)),
    "states": sorted(Case.objects.values_list("state", flat=True)),
    "journal": verify_journal().problems,
}))
"""


@pytest.mark.slow
def test_fifty_desks_lose_nothing_and_get_nothing_twice(repository, application_file, each_office):
    command = [sys.executable, "-c", RACE, str(application_file()), str(DESKS)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=repository, env=each_office, timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    one_slot, one_step, one_decision, numbers, later_slots = found["words"]
    assert one_slot == ["TAKEN"] * (DESKS - 2) + ["done"] * 2  # two counters
    assert one_step == ["TAKEN"] * (DESKS - 1) + ["done"]
    assert one_decision == ["TAKEN"] * (DESKS - 1) + ["done"]  # a stale decision is refused, not merged
    assert numbers == ["done"] * DESKS
    assert set(later_slots) <= {"done", "TAKEN", "STEP_REFUSED"}  # refused: who had the first slot needs no other
    booked = 2 + later_slots.count("done")
    assert found["bookings"] == booked
    assert found["units"] == found["different"] == booked * 4  # twenty minutes in units of five
    assert found["states"].count("booked") == booked
    assert found["states"].count("decided") == found["states"].count("withdrawn") == 1
    assert found["numbers"] == [f"2026-{number:06d}" for number in range(1, 2 * DESKS + 3)]
    assert found["journal"] == []


LINES = 4
BLANKS = """
import json, os, random, sys
from datetime import UTC, datetime, date, time
from pathlib import Path
from enrolment.desk.start import open_office
office = open_office(Path(os.environ["STATION_DATA_DIR"]), bytes(range(32)))
from django.db import connections
from enrolment.accounts.models import Role
from enrolment.accounts.services import register_officer
from enrolment.applications import load_application
from enrolment.appointments.models import Purpose
from enrolment.appointments.services import Hours, book, first_free_slot, open_site
from enrolment.capture.pictures import CardPrint
from enrolment.capture.services import CapturedBiometrics, record_capture
from enrolment.cases.services import decide, file_application, issue_receipt, release, submit
from enrolment.errors import OfficeError
from enrolment.production.models import Blank, DocumentNumber, Job
from enrolment.production.services import open_job, receive_blanks
lines = int(sys.argv[2])
now = datetime(2026, 11, 2, 9, tzinfo=UTC)
clerk = register_officer("clerk", "Clerk", [Role.FILE, Role.ENROL], now)
decider = register_officer("decider", "Decider", [Role.DECIDE], now)
maker = register_officer("maker", "Maker", [Role.PRODUCE], now)
counter = register_officer("counter", "Counter", [Role.PRODUCE, Role.SUPERVISE], now)
site = open_site("direction", "Direction", [Hours(1, time(8), time(17), date(2020, 1, 1))], now)
application = load_application(Path(sys.argv[1]))
receive_blanks([f"B{number:03d}" for number in range(lines)], maker, counter, now)
portrait, finger = random.Random(1).randbytes(600), random.Random(2).randbytes(600)
fingers = (CardPrint("right_index", finger, 60), CardPrint("left_index", finger[::-1], 60))
person, cases = None, []
for _ in range(lines):
    case = file_application(application, clerk, "direction", now, person=person)
    person = case.person
    issue_receipt(case, clerk, now)
    book(case, site, Purpose.CAPTURE, first_free_slot(site, now, Purpose.CAPTURE).starts_at, clerk, now)
    taken = CapturedBiometrics(portrait, "image/png", portrait, "image/jp2", "accepted", fingers=fingers)
    record_capture(case, taken, clerk, now, office.vault)
    submit(case, clerk, now)
    decide(case, decider, now, granted=True)
    release(case, maker, now)
    cases.append(case)
connections.close_all()
gate_read, gate_write = os.pipe()
children = []
for case in cases:
    result_read, result_write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(gate_write)
        Blank.objects.count()  # connects
        os.read(gate_read, 1)
        try:
            open_job(case, maker, now)
            word = "done"
        except OfficeError as error:
            word = error.code
        except BaseException as error:
            word = "raw " + type(error).__name__
        os.write(result_write, word.encode())
        os._exit(0)
    os.close(result_write)
    children.append((child, result_read))
os.close(gate_read)
os.close(gate_write)
words = []
for child, result in children:
    words.append(os.read(result, 1000).decode())
    os.waitpid(child, 0)
print(json.dumps({
    "words": words,
    "jobs": Job.objects.count(),
    "blanks": len(set(Job.objects.values_list("blank", flat=True))),
    "numbers": len(set(Job.objects.values_list("document_number", flat=True))),
    "stock": Blank.objects.filter(state="stock").count(),
}))
"""


@pytest.mark.slow
def test_lines_that_draw_at_once_each_get_a_blank_of_their_own(repository, application_file, each_office):
    command = [sys.executable, "-c", BLANKS, str(application_file()), str(LINES)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=repository, env=each_office, timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found == {"words": ["done"] * LINES, "jobs": LINES, "blanks": LINES, "numbers": LINES, "stock": 0}
