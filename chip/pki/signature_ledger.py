"""The ledger of signatures: how often each key has signed, and which content each order got; written before and after.

A signature is *begun* before the key is asked and *issued* before it is handed on. What was begun counts, whatever
became of it; only what was issued binds its order, since nothing else left the house.
"""

import fcntl
import json
import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from chip.errors import PkiError, SigningUnavailable
from chip.pki.public_key import PublicKey
from chip.pki.signature import digest

BEGUN, ISSUED = "begun", "issued"
CLOCK_TOLERANCE = timedelta(minutes=5)  # between the machines that share a ledger


@dataclass(frozen=True, slots=True)
class SignatureUse:
    """One use of a key: for which order, over which content (its SHA-256, hexadecimal), of which type, and when."""

    key_id: str
    order: str
    content_type: str
    content_digest: str
    moment: datetime


class SignatureLedger(Protocol):
    """What the signing service asks of whoever remembers. Each call is durable when it returns."""

    def begin(self, use: SignatureUse) -> None:
        """Count the use before the key is asked.

        Raises: PkiError when the order got another content already, SigningUnavailable when the clock stands before
        the last use or the count cannot be written: then the key must not be asked.
        """
        ...

    def issue(self, use: SignatureUse) -> None:
        """Bind the order to the content, before the signature is handed on. Raises as `begin` does."""
        ...

    def count(self, key_id: str) -> int:
        """How often the key was asked to sign."""
        ...


def key_id_of(key: PublicKey) -> str:
    """What a key is called in ledgers: the SHA-256 of its SubjectPublicKeyInfo."""
    return digest("sha256", key.encode()).hex()


@dataclass(slots=True)
class _Book:
    """What the entries so far come to."""

    counts: Counter[str] = field(default_factory=Counter)
    contents: dict[tuple[str, str], str] = field(default_factory=dict)
    latest: datetime | None = None

    def check(self, use: SignatureUse) -> None:
        """Raises PkiError or SigningUnavailable where an entry stands against `use`."""
        if self.contents.get((use.order, use.content_type), use.content_digest) != use.content_digest:
            raise PkiError("this order got a signature over another content already")
        if self.latest is not None and use.moment < self.latest - CLOCK_TOLERANCE:
            raise SigningUnavailable(
                f"the clock says {_text(use.moment)}, before the last signature of {_text(self.latest)}: set it right"
            )

    def note(self, event: str, use: SignatureUse) -> None:
        """One entry more."""
        if event == BEGUN:
            self.counts[use.key_id] += 1
        else:
            self.contents[use.order, use.content_type] = use.content_digest
        self.latest = max(self.latest or use.moment, use.moment)


class MemorySignatureLedger:
    """Remembers as long as the process lives: for a test bench, never for cards that are given out."""

    def __init__(self) -> None:
        self._book, self._lock = _Book(), threading.Lock()

    def begin(self, use: SignatureUse) -> None:
        """See `SignatureLedger`."""
        self._enter(BEGUN, use)

    def issue(self, use: SignatureUse) -> None:
        """See `SignatureLedger`."""
        self._enter(ISSUED, use)

    def count(self, key_id: str) -> int:
        """See `SignatureLedger`."""
        return self._book.counts[key_id]

    def _enter(self, event: str, use: SignatureUse) -> None:
        with self._lock:
            self._book.check(use)
            self._book.note(event, use)


class FileSignatureLedger:
    """Remembers in a file that several processes may share, one JSON object a line, synchronised to the disk each time.

    What a power cut left of a last line is cut off: its use was never begun, or never handed on.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._book, self._read_to, self._lock = file, _Book(), 0, threading.Lock()

    def begin(self, use: SignatureUse) -> None:
        """See `SignatureLedger`."""
        self._enter(BEGUN, use)

    def issue(self, use: SignatureUse) -> None:
        """See `SignatureLedger`."""
        self._enter(ISSUED, use)

    def count(self, key_id: str) -> int:
        """See `SignatureLedger`. Raises PkiError when the file is no ledger."""
        if not self._file.exists():
            return 0
        with self._up_to_date():
            return self._book.counts[key_id]

    def _enter(self, event: str, use: SignatureUse) -> None:
        line = _line(event, use)
        with self._up_to_date() as descriptor:
            self._book.check(use)
            try:
                _append(descriptor, line, self._read_to)
            except OSError as error:
                raise SigningUnavailable(f"signature ledger {self._file}: {error.strerror}") from None
            self._read_to += len(line)
            self._book.note(event, use)

    @contextmanager
    def _up_to_date(self) -> Iterator[int]:
        """The open file, locked, after all that others wrote into it was read."""
        with self._lock:
            try:
                descriptor = _open(self._file)
            except OSError as error:
                raise SigningUnavailable(f"signature ledger {self._file}: {error.strerror}") from None
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                self._catch_up(descriptor)
                yield descriptor
            finally:
                os.close(descriptor)

    def _catch_up(self, descriptor: int) -> None:
        size = os.fstat(descriptor).st_size
        if size < self._read_to:
            raise PkiError(f"signature ledger {self._file} is shorter than it was: its count is not to be trusted")
        content = os.pread(descriptor, size - self._read_to, self._read_to)
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.ftruncate(descriptor, self._read_to + whole)
        for line in content[:whole].splitlines():
            try:
                event, use = _read_line(line)
            except (ValueError, KeyError, TypeError):
                raise PkiError(f"signature ledger {self._file}: a line is no entry of a ledger") from None
            self._book.note(event, use)
        self._read_to += whole


def _open(file: Path) -> int:
    """The file, made where it is missing, so that its name outlives a power cut too."""
    is_new = not file.exists()
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    if is_new:
        folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return descriptor


def _append(descriptor: int, line: bytes, end: int) -> None:
    """The whole line, on the disk; or nothing of it. Raises OSError."""
    rest = line
    try:
        while rest:  # a full disk takes a part first, and says so at the next
            rest = rest[os.write(descriptor, rest) :]
        os.fdatasync(descriptor)
    except OSError:
        with suppress(OSError):  # what stays of a line is cut off before the next
            os.ftruncate(descriptor, end)
        raise


def _line(event: str, use: SignatureUse) -> bytes:
    entry = {
        "event": event,
        "key": use.key_id,
        "order": use.order,
        "type": use.content_type,
        "content": use.content_digest,
        "at": _text(use.moment),
    }
    return json.dumps(entry, separators=(",", ":")).encode() + b"\n"


def _read_line(line: bytes) -> tuple[str, SignatureUse]:
    entry = json.loads(line)
    event = entry["event"]
    if event not in (BEGUN, ISSUED):
        raise ValueError
    moment = datetime.fromisoformat(entry["at"])
    return event, SignatureUse(entry["key"], entry["order"], entry["type"], entry["content"], moment)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
