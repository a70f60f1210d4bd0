"""Borrowing the PC/SC service."""

import os
import socket
import sys
import tempfile
from pathlib import Path
from threading import Thread

import pytest

from chip.errors import ReaderMissing
from chip.transport import pcscd


@pytest.fixture
def no_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine where no service runs; the folder takes the place of the programs' folders."""
    monkeypatch.setenv(pcscd.SOCKET_VARIABLE, str(tmp_path / "pcscd.comm"))
    monkeypatch.setattr(pcscd, "SYSTEM_FOLDERS", str(tmp_path))
    monkeypatch.setenv("PATH", "/bin:/usr/bin")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def install(folder: Path, script: str) -> None:
    program = folder / "pcscd"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def is_alive(pid_file: Path) -> bool:
    """Whether the process runs; one that ended and that no init collects does not."""
    try:
        return bool(Path(f"/proc/{pid_file.read_text().strip()}/cmdline").read_bytes())
    except OSError:
        return False


def test_a_missing_service_is_said_with_its_packages(no_service: Path) -> None:
    assert not pcscd.is_running()
    with pytest.raises(ReaderMissing, match="apt-get install pcscd"), pcscd.borrowed_pcscd():
        pytest.fail("there is no service")


def test_a_service_that_dies_says_why(no_service: Path) -> None:
    install(no_service, "echo 'cannot create /run/pcscd'; exit 1")
    with pytest.raises(ReaderMissing, match=r"cannot create /run/pcscd.*needs root"), pcscd.borrowed_pcscd():
        pytest.fail("the service died")


def test_a_service_of_ours_is_stopped_when_it_never_listens(no_service: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcscd, "START_TIMEOUT_S", 0.3)
    install(no_service, f"echo $$ > {no_service}/pid; while :; do sleep 0.05; done")
    with pytest.raises(ReaderMissing, match="it said nothing"), pcscd.borrowed_pcscd():
        pytest.fail("nobody listens")
    assert not is_alive(no_service / "pid")


LISTENING = """\
exec {python} -c 'import os, socket
server = socket.socket(socket.AF_UNIX)
server.bind("{folder}/pcscd.comm")
server.listen()
open("{folder}/pid", "w").write(str(os.getpid()))
while True: server.accept()' pcscd"""


def test_the_last_to_leave_stops_the_service_that_the_first_started(no_service: Path) -> None:
    install(no_service, LISTENING.format(python=sys.executable, folder=no_service))
    with pcscd.borrowed_pcscd():
        with pcscd.borrowed_pcscd():
            assert is_alive(no_service / "pid")
        assert is_alive(no_service / "pid")
    assert not is_alive(no_service / "pid")


@pytest.fixture
def process_77(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """What the kernel tells of process 77, which began at tick 1234; its note stands beside it."""
    fields = " ".join(str(number) for number in range(4, 22))
    (tmp_path / "77").mkdir()
    (tmp_path / "77" / "stat").write_text(f"77 (a (strange) name) S {fields} 1234 99")
    (tmp_path / "note").write_text("77 1234")
    monkeypatch.setattr(pcscd, "PROCESSES", tmp_path)
    return tmp_path


def test_a_service_is_known_by_its_number_and_its_start(process_77: Path) -> None:
    assert pcscd._our_service(process_77 / "note") == 77


@pytest.mark.parametrize("note", ["77 1233", "77", "", "78 1234", "pcscd"])
def test_a_note_of_another_process_or_of_none_is_nobody(process_77: Path, note: str) -> None:
    (process_77 / "note").write_text(note)
    assert pcscd._our_service(process_77 / "note") is None


def test_a_process_that_ended_and_is_not_yet_waited_for_is_nobody(process_77: Path) -> None:
    stat = process_77 / "77" / "stat"
    stat.write_text(stat.read_text().replace(") S ", ") Z "))
    assert pcscd._our_service(process_77 / "note") is None


def test_a_service_that_others_run_is_left_alone(no_service: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(no_service / "pcscd.comm"))
        server.listen()
        planted = no_service / f"station-{os.geteuid()}" / pcscd.PID_FILE
        planted.parent.mkdir(mode=0o700)
        planted.write_text(f"{os.getpid()} 1")  # an old note whose process id went to somebody else
        with pcscd.borrowed_pcscd():
            assert pcscd.is_running()
        assert not planted.exists()


def test_a_folder_of_locks_that_others_may_write_to_is_not_used(no_service: Path) -> None:
    (no_service / f"station-{os.geteuid()}").mkdir(mode=0o777)
    (no_service / f"station-{os.geteuid()}").chmod(0o777)
    with pytest.raises(ReaderMissing, match="not this user's own folder"), pcscd.borrowed_pcscd():
        pytest.fail("anyone could have planted a process id")


def test_two_processes_take_turns_at_a_reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    order: list[str] = []

    def second() -> None:
        with pcscd.reader_slot_taken("Virtual PCD 00 09"):
            order.append("second")

    waiting = Thread(target=second)
    with pcscd.reader_slot_taken("Virtual PCD 00 09"):
        waiting.start()
        with pytest.raises(ReaderMissing, match="holds the slot"), pcscd.reader_slot_taken("Virtual PCD 00 09", 0.05):
            pytest.fail("the slot was taken twice")
        order.append("first")
    waiting.join(timeout=5)
    assert order == ["first", "second"]


def test_each_virtual_reader_has_its_port() -> None:
    assert [pcscd.virtual_reader_port(name) for name in pcscd.VIRTUAL_READERS] == [35963, 35964]
    with pytest.raises(ReaderMissing, match="no virtual reader"):
        pcscd.virtual_reader_port("Gemalto PC Twin Reader")
