"""Opening the office for real: in a process and a folder of its own, with its secrets, its database and its verbs."""

import json
import os
import sqlite3
import stat
import subprocess
import sys

import pytest

from enrolment.desk.database import configured_database
from enrolment.errors import OfficeNotOpen

OPEN_AND_WALK = """
import sys
from datetime import UTC, datetime, date, time
from pathlib import Path
from enrolment.desk.start import open_office
data = Path(sys.argv[1])
office = open_office(data, bytes(range(32)))
assert open_office(data, bytes(range(32))).data_dir == data
from enrolment.accounts.models import Role
from enrolment.accounts.services import register_officer
from enrolment.applications import load_application
from enrolment.appointments.models import Purpose
from enrolment.appointments.services import Hours, book, first_free_slot, open_site
from enrolment.audit.services import WITNESS_FILE, write_checkpoint
from enrolment.capture.pictures import CardPrint
from enrolment.capture.services import CapturedBiometrics, erase_biometrics, record_capture
from enrolment.cases.services import file_application, issue_receipt
from enrolment.delivery.proof import prove_erased
import random
now = datetime(2026, 11, 2, 9, tzinfo=UTC)
clerk = register_officer("clerk", "Clerk", [Role.FILE, Role.ENROL], now)
hours = [Hours(day, time(8, 30), time(11), date(2020, 1, 1)) for day in range(5)]
site = open_site("direction", "Direction", hours, now)
case = file_application(load_application(Path(sys.argv[2])), clerk, "direction", now)
issue_receipt(case, clerk, now)
book(case, site, Purpose.CAPTURE, first_free_slot(site, now, Purpose.CAPTURE).starts_at, clerk, now)
portrait, finger = random.Random(1).randbytes(60000), random.Random(2).randbytes(15000)
fingers = (CardPrint("right_index", finger, 60), CardPrint("left_index", finger[::-1], 60))
taken = CapturedBiometrics(portrait, "image/png", portrait, "image/jp2", "accepted", fingers=fingers)
record_capture(case, taken, clerk, now, office.vault)
from enrolment.capture.models import CaseKey, VaultItem
sealed = {f"sealed {item.pk}": bytes(item.sealed) for item in VaultItem.objects.all()}
sealed["wrapped key"] = bytes(CaseKey.objects.get().wrapped)
plain = {"portrait": portrait, "finger": finger}
assert prove_erased([data], plain).is_erased, "plain pictures were never stored"
assert not prove_erased([data], sealed).is_erased, "the sealed ones were"
erase_biometrics(case, clerk, now, "test")
left = prove_erased([data], {**plain, **sealed})
assert left.is_erased, left.hits[:3]
write_checkpoint(now, data / WITNESS_FILE)
try:
    open_office(data.parent / "second", bytes(32))
except Exception as error:
    print(type(error).__name__)
try:
    open_office(data, bytes(32))
except Exception as error:
    print(type(error).__name__)
"""


@pytest.fixture
def station(repository, tmp_path):
    """Runs Python in a process of its own, on an office in `tmp_path`."""

    def run(*arguments, **variables):
        environment = {
            **os.environ,
            "STATION_DATA_DIR": str(tmp_path / "data"),
            "STATION_DATABASE_URL": "",
            **variables,
        }
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=repository, env=environment, timeout=120)

    return run


def verb(*words):
    return ("-c", "from enrolment.cli import main; main()", *words)


@pytest.mark.slow
def test_an_office_opens_in_any_folder_and_its_verbs_answer(station, application_file, tmp_path):
    data = tmp_path / "data"
    done = station("-c", OPEN_AND_WALK, str(data), str(application_file()))
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["OfficeNotOpen", "VaultError"]
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "django.key").stat().st_mode) == 0o600
    with sqlite3.connect(data / "office.sqlite3") as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()

    why = station(*verb("case", "why", "2026-000001", "--json"))
    assert why.returncode == 1, why.stderr  # enrolled, not submitted
    assert json.loads(why.stdout)["state"] == "enrolled"
    unknown = station(*verb("case", "why", "2026-999999"))
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert unknown.stderr == "there is no case 2026-999999\n"

    audit = station(*verb("audit", "verify", "--json"))
    assert audit.returncode == 0, audit.stderr
    assert json.loads(audit.stdout) == {"entries": 7, "ok": True, "problems": [], "unwitnessed": 0}

    with sqlite3.connect(data / "office.sqlite3") as database:
        database.execute("DROP TRIGGER audit_entry_no_delete")
        database.execute("DELETE FROM audit_entry WHERE sequence = 7")
    database.close()
    cut = station(*verb("audit", "verify"))
    assert cut.returncode == 1
    assert "truncated" in cut.stdout


def test_a_verb_without_an_office_is_one_line(station, tmp_path):
    done = station(*verb("case", "why", "2026-000001"))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == f"there is no office in {tmp_path / 'data'}: name its data folder in STATION_DATA_DIR\n"
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("content", "said"), [(b"x" * 5000, "cannot be read"), (b"", "older station")])
def test_a_database_that_is_none_or_old_is_one_line(station, tmp_path, content, said):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "office.sqlite3").write_bytes(content)
    done = station(*verb("audit", "verify"))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_cannot_be_one_is_one_line(tmp_path):
    from enrolment.desk.start import _prepare_folder

    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OfficeNotOpen, match="cannot be used"):
            _prepare_folder(folder, configured_database(folder, ""), make=True)


OPEN = """
import sys
from pathlib import Path
from enrolment.desk.start import open_office
from enrolment.errors import OfficeError
try:
    open_office(Path(sys.argv[1]), bytes(range(32)))
except OfficeError as error:
    print(f"{type(error).__name__}: {error}", file=sys.stderr)
    sys.exit(error.exit_code)
"""


def test_an_office_on_a_server_is_opened_and_its_verbs_answer(station, postgresql_server, tmp_path):
    with postgresql_server.database() as url:
        none = station(*verb("audit", "verify"), STATION_DATABASE_URL=url)
        assert none.returncode == 2
        assert "there is no office" in none.stderr
        made = station("-c", OPEN, str(tmp_path / "data"), STATION_DATABASE_URL=url)
        assert made.returncode == 0, made.stderr
        assert not (tmp_path / "data" / "office.sqlite3").exists()
        answer = station(*verb("audit", "verify", "--json"), STATION_DATABASE_URL=url)
        assert (answer.returncode, json.loads(answer.stdout)["entries"]) == (0, 0)
    with postgresql_server.database() as url:
        empty = station(*verb("audit", "verify"), STATION_DATABASE_URL=url)
        assert (empty.returncode, empty.stdout) == (2, "")
        assert "older station" in empty.stderr


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("postgresql://office:s3cr3t@/office?host=/nowhere&connect_timeout=2", 3, "DatabaseAway: the database server"),
        ("postgresql://office:s3cr3t@127.0.0.1:9/office?connect_timeout=2", 3, "DatabaseAway: the database server"),
        ("mysql://office:s3cr3t@h/office", 2, "OfficeNotOpen: STATION_DATABASE_URL: an address is wanted"),
    ],
)
def test_a_server_that_does_not_answer_is_one_line_without_a_password(station, tmp_path, url, code, said):
    done = station("-c", OPEN, str(tmp_path / "data"), STATION_DATABASE_URL=url)
    assert done.returncode == code
    assert done.stderr.startswith(said)
    assert "s3cr3t" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_two_desks_that_open_a_new_office_at_once_make_one(repository, each_office, tmp_path):
    command = [sys.executable, "-c", OPEN, each_office["STATION_DATA_DIR"]]
    desks = [
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=repository, env=each_office) for _ in range(3)
    ]
    assert [desk.communicate(timeout=120)[1] for desk in desks] == [""] * 3


def test_an_office_of_a_newer_station_is_left_alone(station, tmp_path):
    assert station("-c", OPEN, str(tmp_path / "data")).returncode == 0
    with sqlite3.connect(tmp_path / "data" / "office.sqlite3") as database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('audit', '9999_x', '2099-01-01')")
    database.close()
    done = station(*verb("audit", "verify"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "newer station" in done.stderr
