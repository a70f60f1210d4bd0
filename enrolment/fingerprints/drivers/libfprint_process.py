"""The conversation with the libfprint worker: started when needed, heard by a thread, ended for good by a kill."""

import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from enrolment.fingerprints.drivers import libfprint_worker
from enrolment.fingerprints.errors import ScannerAnswerError, ScannerGone, StackMissing
from enrolment.fingerprints.finger import LARGEST_SIDE_PX

SYSTEM_PYTHON = Path("/usr/bin/python3")  # the one that python3-gi was built for
REMEDY = "install it: apt-get install libfprint-2-2 gir1.2-fprint-2.0 python3-gi"
LONGEST_LINE = 65536
END_MS = 500

Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class Message:
    """What the worker said; `pixels` follow an image."""

    say: str
    facts: Facts = field(default_factory=dict)
    pixels: bytes = field(default=b"", repr=False)

    def number(self, name: str) -> int:
        """A whole number among the facts. Raises ScannerAnswerError where there is none."""
        value = self.facts.get(name)
        if not isinstance(value, int):
            raise ScannerAnswerError("the libfprint process said something that is not understood")
        return value


ENDED = Message("ended")


def worker_command() -> list[str]:
    """How the worker is started: by the system's Python, else by our own."""
    python = str(SYSTEM_PYTHON) if SYSTEM_PYTHON.exists() else sys.executable
    return [python, "-I", libfprint_worker.__file__]


class LibfprintProcess:
    """One worker and what it said. Not to be used by two threads at once, except `end`."""

    def __init__(self, command: Callable[[], list[str]] = worker_command) -> None:
        self._process = subprocess.Popen(
            command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self._messages: queue.Queue[Message] = queue.Queue()
        self._listener = threading.Thread(target=self._listen, name="libfprint", daemon=True)
        self._listener.start()

    @property
    def is_running(self) -> bool:
        """Whether the worker lives."""
        return self._process.poll() is None

    @property
    def process_id(self) -> int:
        """The worker's."""
        return self._process.pid

    def ask(self, ask: str, **facts: str) -> None:
        """Sends one request. Raises ScannerGone where nobody listens any more, StackMissing where nobody ever did."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"ask": ask, **facts}).encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            raise self._why_it_ended() from None

    def take(self, timeout_ms: float) -> Message | None:
        """The next thing said, None where nothing was within `timeout_ms`.

        Raises ScannerGone where the worker ended, StackMissing where it could not begin.
        """
        try:
            message = self._messages.get(block=timeout_ms > 0, timeout=timeout_ms / 1000)
        except queue.Empty:
            return None
        if message is ENDED:
            self._messages.put(ENDED)
            raise self._why_it_ended()
        return message

    def take_only(self, say: str, timeout_ms: float) -> Message | None:
        """The next message that says `say`, or an error; others are passed over."""
        while (message := self.take(timeout_ms)) is not None:
            if message.say in (say, "error"):
                return message
        return None

    def end(self) -> None:
        """Asks the worker to give the scanner back, and kills it where it does not; may be called twice."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=END_MS / 1000)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join()
        self._process.stdout.close()

    def _why_it_ended(self) -> ScannerGone | StackMissing:
        try:
            code = self._process.wait(timeout=END_MS / 1000)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        if code == libfprint_worker.STACK_MISSING:
            return StackMissing("libfprint or its Python binding", REMEDY)
        return ScannerGone("the libfprint process ended; the next capture starts another")

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            while (message := read_message(self._process.stdout)) is not None:
                self._messages.put(message)
        except (OSError, ValueError):
            self._process.kill()
        self._messages.put(ENDED)


def read_message(source: IO[bytes]) -> Message | None:
    """The next message, None at the end. Raises ValueError for what is none."""
    line = source.readline(LONGEST_LINE)
    if not line:
        return None
    facts = json.loads(line)
    if not isinstance(facts, dict) or not isinstance(facts.get("say"), str):
        raise ValueError("no message")  # noqa: TRY004 - the caller asks whether it is one, not of what type
    say = facts.pop("say")
    if say != "image":
        return Message(say, facts)
    width, height = facts.get("width"), facts.get("height")
    if not all(isinstance(side, int) and 0 < side <= LARGEST_SIDE_PX for side in (width, height)):
        raise ValueError("no image")
    assert isinstance(width, int)
    assert isinstance(height, int)
    pixels = source.read(width * height)
    if len(pixels) != width * height:
        raise ValueError("a cut image")
    return Message(say, facts, pixels)
