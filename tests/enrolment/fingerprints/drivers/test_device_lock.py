"""One holder of a device among threads, processes and the dead."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from enrolment.fingerprints.drivers.device_lock import DeviceLock, lock_folder
from enrolment.fingerprints.errors import ScannerNotReady

HOLD = """
from enrolment.fingerprints.drivers.device_lock import DeviceLock
lock = DeviceLock("sbi:1")
print(lock.acquire(), flush=True)
input()
"""


def test_a_lock_is_held_once_in_a_process() -> None:
    first, second = DeviceLock("sbi:1"), DeviceLock("sbi:1")
    assert first.acquire()
    assert not first.acquire()
    assert not second.acquire()
    assert second.locked()
    assert first.locked()
    second.release()
    assert first.locked()
    first.release()
    assert not second.locked()
    assert second.acquire()
    second.release()


def test_another_device_is_another_lock() -> None:
    first = DeviceLock("sbi:1")
    assert first.acquire()
    assert not DeviceLock("sbi:2").locked()
    first.release()


def test_another_process_holds_it_until_it_dies() -> None:
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        lock = DeviceLock("sbi:1")
        assert lock.locked()
        assert not lock.acquire()
        holder.kill()
        holder.wait()
        assert lock.acquire()
        lock.release()


def test_a_folder_that_others_may_write_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = lock_folder()
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o777)
    with pytest.raises(ScannerNotReady, match="this user alone"):
        DeviceLock("sbi:1").acquire()


def test_a_link_in_the_folders_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    (tmp_path / "run").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run" / "residence-card-station").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ScannerNotReady):
        lock_folder()


def test_a_place_that_cannot_be_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "file"))
    with pytest.raises(ScannerNotReady, match="Not a directory"):
        DeviceLock("sbi:1").locked()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    lock = DeviceLock("sbi:1")
    assert lock.acquire()
    lock.release()
    (held,) = lock_folder().iterdir()
    held.unlink()
    held.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ScannerNotReady, match="to lock a scanner by"):
        lock.acquire()
