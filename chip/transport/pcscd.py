"""The PC/SC service: is it there, and if not, one of our own for as long as it is needed.

A machine with a desktop or a reader runs pcscd already (or systemd starts it when its socket is first touched); a
container does not. Whoever needs the service borrows it: what runs is used and left alone, what we start we stop.
"""

import fcntl
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from chip.errors import ReaderMissing
from chip.transport.vpcd import DEFAULT_PORT

SOCKET_VARIABLE, DEFAULT_SOCKET = "PCSCLITE_CSOCK_NAME", "/run/pcscd/pcscd.comm"
SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"
PID_FILE = "pcscd.pid"
PROCESSES, ENDED = Path("/proc"), ("Z", "X")
START_TIMEOUT_S, STOP_TIMEOUT_S, POLL_S = 10.0, 5.0, 0.02
VIRTUAL_READERS = ("Virtual PCD 00 00", "Virtual PCD 00 01")


def is_running() -> bool:
    """Whether a PC/SC service takes connections; where systemd listens for it, asking starts it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(os.environ.get(SOCKET_VARIABLE, DEFAULT_SOCKET))
        except OSError:
            return False
        return True


@contextmanager
def borrowed_pcscd() -> Iterator[None]:
    """A PC/SC service inside the block. Raises ReaderMissing, saying why, where none runs and none can be started.

    Processes share the one that the first of them started; the last to leave stops it.
    """
    folder = _locks_folder()
    with (folder / "pcscd-users.lock").open("a") as users:
        with _locked(folder / "pcscd.lock"):
            if not is_running():
                _start(folder / PID_FILE)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield
        finally:
            with _locked(folder / "pcscd.lock"):
                fcntl.flock(users, fcntl.LOCK_UN)
                if _try_lock(users):  # nobody else is left
                    _stop(folder / PID_FILE)


def _start(pid_file: Path) -> None:
    """Start a service that outlives this process if others still need it, and note that it is ours to stop."""
    program = shutil.which("pcscd", path=os.environ.get("PATH", "") + ":" + SYSTEM_FOLDERS)
    if program is None:
        raise ReaderMissing("the PC/SC service is not installed; `apt-get install pcscd vsmartcard-vpcd` brings it")
    words_file = pid_file.with_suffix(".log")
    # A shell in between makes it nobody's child; a session of its own keeps Ctrl-C at the keyboard away from it.
    shell = 'exec "$0" --foreground >"$1" 2>&1 </dev/null & echo $!'
    started = subprocess.run(
        ["/bin/sh", "-c", shell, program, str(words_file)], stdout=subprocess.PIPE, start_new_session=True, check=True
    )
    pid = int(started.stdout)
    pid_file.write_text(f"{pid} {_start_time(pid) or 0}")
    deadline = time.monotonic() + START_TIMEOUT_S
    while not is_running():
        if not _our_service(pid_file) or time.monotonic() > deadline:
            _stop(pid_file)
            said = words_file.read_text(errors="replace").strip().splitlines()
            why = said[-1] if said else "it said nothing"
            raise ReaderMissing(f"pcscd does not start ({why}); it needs root, or a service that runs already")
        time.sleep(POLL_S)


def _our_service(pid_file: Path) -> int | None:
    """The process that we started, if it still lives; None where it ended, whoever has its number now."""
    try:
        pid, started = map(int, pid_file.read_text().split())
    except (OSError, ValueError):
        return None
    return pid if _start_time(pid) == started else None


def _start_time(pid: int) -> int | None:
    """When a process began, in the kernel's ticks since boot (proc(5), field 22); None for one that ended.

    It stays the same while a shell becomes pcscd, and tells a process from a later one of the same number.
    """
    try:
        state, *fields = (PROCESSES / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return None if state in ENDED else int(fields[18])


def _stop(pid_file: Path) -> None:
    """Stop the service that we started, if it is still there; one that others run is never touched."""
    for stop_signal in (signal.SIGTERM, signal.SIGKILL):
        pid = _our_service(pid_file)
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, stop_signal)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while _our_service(pid_file) is not None and time.monotonic() < deadline:
            time.sleep(POLL_S)
    pid_file.unlink(missing_ok=True)


def _locks_folder() -> Path:
    """A folder of this user's own, where nobody else can plant a process id. Raises ReaderMissing where it is not."""
    folder = Path(tempfile.gettempdir()) / f"station-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or not stat.S_ISDIR(found.st_mode) or found.st_mode & 0o077:
        raise ReaderMissing(f"{folder} is not this user's own folder (mode 0700); remove it")
    return folder


def _try_lock(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def reader_slot_taken(reader: str, timeout_s: float = 120.0) -> Iterator[None]:
    """Hold a virtual reader's slot among this user's processes, waiting for who holds it now.

    Raises ReaderMissing when it is not free in time. The lock goes with the process, however that ends; asked for
    twice it waits for itself (`card_in_virtual_reader` asks for it).
    """
    deadline = time.monotonic() + timeout_s
    with (_locks_folder() / f"{reader.replace(' ', '-').replace('/', '-')}.lock").open("a") as lock:
        while not _try_lock(lock):
            if time.monotonic() > deadline:
                raise ReaderMissing(f"another process holds the slot of reader `{reader}`")
            time.sleep(POLL_S)
        yield


def virtual_reader_port(reader: str) -> int:
    """The TCP port behind one of the driver's readers. Raises ReaderMissing when the name is none of its."""
    if reader not in VIRTUAL_READERS:
        raise ReaderMissing(f"`{reader}` is no virtual reader; there are: " + ", ".join(VIRTUAL_READERS))
    return DEFAULT_PORT + VIRTUAL_READERS.index(reader)
