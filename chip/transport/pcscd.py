"""The PC/SC service: is it there, and if not, one of our own for as long as it is needed.

A machine with a desktop or a reader runs pcscd already (or systemd starts it when its socket is first touched); a
container does not. Whoever needs the service borrows it: what runs is used and left alone, what we start we stop.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chip.errors import ReaderMissing
from chip.transport.vpcd import DEFAULT_PORT

SOCKET_VARIABLE, DEFAULT_SOCKET = "PCSCLITE_CSOCK_NAME", "/run/pcscd/pcscd.comm"
SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"
START_TIMEOUT_S, STOP_TIMEOUT_S, POLL_S = 10.0, 10.0, 0.02
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
    """A PC/SC service inside the block. Raises ReaderMissing, saying why, where none runs and none can be started."""
    if is_running():
        yield
        return
    with tempfile.TemporaryFile() as words:
        service = _start(words.fileno())
        try:
            _wait_until_ready(service, words.fileno())
            yield
        finally:
            service.terminate()
            try:
                service.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                service.kill()
                service.wait()


def _start(words: int) -> subprocess.Popen[bytes]:
    program = shutil.which("pcscd", path=os.environ.get("PATH", "") + ":" + SYSTEM_FOLDERS)
    if program is None:
        raise ReaderMissing("the PC/SC service is not installed; `apt-get install pcscd vsmartcard-vpcd` brings it")
    # A session of its own: Ctrl-C at the keyboard is for us, and we stop the service when we are done with the card.
    return subprocess.Popen(
        [program, "--foreground"], stdin=subprocess.DEVNULL, stdout=words, stderr=words, start_new_session=True
    )


def _wait_until_ready(service: subprocess.Popen[bytes], words: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not is_running():
        if service.poll() is not None or time.monotonic() > deadline:
            said = os.pread(words, 4096, 0).decode("utf-8", "replace").strip().splitlines()
            why = said[-1] if said else "it said nothing"
            raise ReaderMissing(f"pcscd does not start ({why}); it needs root, or a service that runs already")
        time.sleep(POLL_S)


@contextmanager
def reader_slot_taken(reader: str, timeout_s: float = 120.0) -> Iterator[None]:
    """Hold a virtual reader's slot among this machine's processes, waiting for who holds it now.

    Raises ReaderMissing when it is not free in time. The lock goes with the process, however that ends.
    """
    file = Path(tempfile.gettempdir()) / f"station-{reader.replace(' ', '-').replace('/', '-')}.lock"
    deadline = time.monotonic() + timeout_s
    with file.open("a") as lock:
        with suppress(PermissionError):
            file.chmod(0o666)
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise ReaderMissing(f"another process holds the slot of reader `{reader}`") from None
                time.sleep(POLL_S)
        yield


def virtual_reader_port(reader: str) -> int:
    """The TCP port behind one of the driver's readers. Raises ReaderMissing when the name is none of its."""
    if reader not in VIRTUAL_READERS:
        raise ReaderMissing(f"`{reader}` is no virtual reader; there are: " + ", ".join(VIRTUAL_READERS))
    return DEFAULT_PORT + VIRTUAL_READERS.index(reader)
