"""Several workers at one outbox, as processes: each message leaves once while nobody dies, on either database."""

import subprocess
import sys
from collections import Counter

import pytest

MESSAGES, WORKERS = 24, 4
RACE = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from enrolment.desk.start import open_office
open_office(Path(os.environ["STATION_DATA_DIR"]), bytes(range(32)))
from django.db import connections
from enrolment.outbox.delivering import deliver_due
from enrolment.outbox.message import OutgoingMessage
from enrolment.outbox.models import EntryState, OutboxEntry
from enrolment.outbox.services import enqueue
now = datetime(2026, 11, 2, 9, tzinfo=UTC)
for number in range(int(sys.argv[2])):
    message = OutgoingMessage("reminder", "mail", "Zoë Probe", (), "a@example.org", "fr", "Rappel", f"Texte {number}")
    enqueue(message, key=str(number), at=now)
connections.close_all()

class Appending:
    name = "appending"
    def deliver(self, message, key, at):
        with open(sys.argv[1], "a") as file:
            file.write(key + "\\n")
        return key

workers = []
for _ in range(int(sys.argv[3])):
    worker = os.fork()
    if worker == 0:
        driver = Appending()
        try:
            deliver_due({"mail": driver}, lambda: now)
        except BaseException:
            os._exit(1)
        os._exit(0)
    workers.append(worker)
left = OutboxEntry.objects.exclude(state=EntryState.DELIVERED)
print(sum(os.waitpid(worker, 0)[1] for worker in workers), left.count())
"""


@pytest.mark.slow
def test_each_message_leaves_once_however_many_workers_there_are(repository, each_office, tmp_path):
    went = tmp_path / "went"
    command = [sys.executable, "-c", RACE, str(went), str(MESSAGES), str(WORKERS)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=repository, env=each_office, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["0", "0"]
    assert Counter(went.read_text().split()) == Counter(map(str, range(MESSAGES)))
