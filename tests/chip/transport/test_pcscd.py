"""Borrowing the PC/SC service."""

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
    return tmp_path


def install(folder: Path, script: str) -> None:
    program = folder / "pcscd"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_a_missing_service_is_said_with_its_packages(no_service: Path) -> None:
    assert not pcscd.is_running()
    with pytest.raises(ReaderMissing, match="apt-get install pcscd"), pcscd.borrowed_pcscd():
        pytest.fail("there is no service")


def test_a_service_that_dies_says_why(no_service: Path) -> None:
    install(no_service, "echo 'cannot create /run/pcscd'; exit 1")
    with pytest.raises(ReaderMissing, match=r"cannot create /run/pcscd.*needs root"), pcscd.borrowed_pcscd():
        pytest.fail("the service died")


def test_a_service_of_ours_is_stopped_when_it_never_listens(no_service: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcscd, "START_TIMEOUT_S", 0.2)
    install(no_service, f"echo $$ > {no_service}/pid; exec sleep 60")
    with pytest.raises(ReaderMissing, match="it said nothing"), pcscd.borrowed_pcscd():
        pytest.fail("nobody listens")
    assert not Path(f"/proc/{(no_service / 'pid').read_text().strip()}").exists()


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
