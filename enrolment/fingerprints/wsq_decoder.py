"""The decoder's process as the station sees it: started when it is needed, started anew when a file killed it."""

import atexit
import contextlib
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

from enrolment.fingerprints import wsq_worker
from enrolment.fingerprints.errors import WsqError

SECONDS = 15
LARGEST_ANSWER_BYTES = 12 + 5000 * 5000


class ApartDecoder:
    """Hands files to a process that decodes each in a child of its own (wsq_worker). May be used by many threads."""

    def __init__(self, worker: Path | None = None, seconds: float = SECONDS) -> None:
        self._worker = worker or Path(wsq_worker.__file__)
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def decode(self, content: bytes, where: str) -> bytes:
        """Width, height, ppi as 32-bit numbers and the pixels. Raises WsqError, which names `where`."""
        with self._lock:
            process = self._running()
            late = threading.Event()
            timer = threading.Timer(self._seconds, give_up_on, (process, late))
            timer.start()
            try:
                answer = exchange(process, content)
            finally:
                timer.cancel()
            if answer is None:
                code = self._stop()
                what = f"cannot be decoded in {self._seconds:g} s" if late.is_set() else f"kills its decoder ({code})"
                raise WsqError(where, what, "a whole WSQ file")
        if not answer:
            raise WsqError(where, "cannot be decoded", "a whole WSQ file")
        return answer

    def close(self) -> None:
        """Ends the process; the next file starts another."""
        with self._lock:
            self._stop()

    def forget_after_fork(self) -> None:
        """In a child of ours: the process belongs to the parent."""
        self._lock = threading.Lock()
        if self._process is not None:
            close_pipes(self._process)
            self._process.returncode = 0  # not ours to wait for
            self._process = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop()
        # -S: nothing of the site is needed but the one directory that holds the decoder.
        command = [sys.executable, "-I", "-S", "-c", START.format(worker=str(self._worker), path=decoder_directory())]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return self._process

    def _stop(self) -> int:
        """The code with which the process ended."""
        process, self._process = self._process, None
        if process is None:
            return 0
        close_pipes(process)
        try:
            return process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


START = "import sys, runpy; sys.path.append({path!r}); runpy.run_path({worker!r}, run_name='__main__')"


def give_up_on(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    """The time is over."""
    late.set()
    process.kill()


def decoder_directory() -> str:
    """Where NIST's coder lies."""
    import _wsq  # a C extension without stubs

    return str(Path(_wsq.__file__).parent)


def close_pipes(process: subprocess.Popen[bytes]) -> None:
    """Both ways; a pipe that is broken already is as good as closed."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def exchange(process: subprocess.Popen[bytes], content: bytes) -> bytes | None:
    """The answer to one request, empty where the file cannot be decoded; None where the process died over it."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(struct.pack(">I", len(content)) + content)
        process.stdin.flush()
        head = read_whole(process.stdout, 4)
        if head is None:
            return None
        (length,) = struct.unpack(">I", head)
        return read_whole(process.stdout, length) if length <= LARGEST_ANSWER_BYTES else None
    except OSError:
        return None


def read_whole(pipe: IO[bytes], length: int) -> bytes | None:
    """So many bytes, None where the pipe ends before."""
    content = pipe.read(length)
    return content if len(content) == length else None


DECODER = ApartDecoder()
atexit.register(DECODER.close)
os.register_at_fork(after_in_child=DECODER.forget_after_fork)
