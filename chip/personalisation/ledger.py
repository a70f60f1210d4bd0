"""The ledger of personalisations: which content went onto which chip, written down before the first byte is written.

A content goes onto one chip and a chip bears one content. The office keeps its own ledger in its database; the two here
are for a single desk and for tests.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from chip.errors import PersonalisationError
from chip.personalisation.script import Script

APPLICATION_FOLDER, LEDGER_FILE = "residence-card-station", "personalisation.jsonl"
PLANNED, FINISHED = "planned", "finished"


class PersonalisationLedger(Protocol):
    """What the loader asks of whoever remembers."""

    def bind(self, chip_serial: bytes, script: Script) -> None:
        """Plan `script` for this chip; when it returns, that is durable. The same plan again is no fault.

        Raises: PersonalisationError when the content was planned for another chip, or the chip for another content.
        """
        ...

    def finish(self, chip_serial: bytes, script: Script) -> None:
        """The chip bears the content and is locked; noting it again is no fault."""
        ...


class MemoryLedger:
    """Remembers as long as the process lives."""

    def __init__(self) -> None:
        self.chip_of: dict[str, str] = {}
        self.finished: set[tuple[str, str]] = set()

    def bind(self, chip_serial: bytes, script: Script) -> None:
        """See `PersonalisationLedger`."""
        serial, image = chip_serial.hex(), script.image_digest.hex()
        check_binding(self.chip_of, serial, image)
        self.chip_of[image] = serial

    def finish(self, chip_serial: bytes, script: Script) -> None:
        """See `PersonalisationLedger`."""
        self.finished.add((chip_serial.hex(), script.image_digest.hex()))


def check_binding(chip_of: dict[str, str], serial: str, image: str) -> None:
    """Raises PersonalisationError where a binding stands against `serial` bearing `image` (both hexadecimal)."""
    bound = chip_of.get(image)
    if bound is not None and bound != serial:
        raise PersonalisationError(f"this content was already planned for the chip with serial {bound}")
    borne = next((planned for planned, chip in chip_of.items() if chip == serial), image)
    if borne != image:
        raise PersonalisationError(f"the chip with serial {serial} was already planned for another content")


def own_ledger_file(environment: Mapping[str, str]) -> Path:
    """This station's and user's one ledger, made where it is missing: a copied card folder is one content all the same.

    It lies in `$STATION_DATA_DIR`, else in `residence-card-station` in the user's folder for data (XDG base
    directories), and nobody else may read it. Raises: PersonalisationError where it cannot be made.
    """
    base = Path(environment.get("XDG_DATA_HOME") or "~/.local/share")
    folder = Path(environment.get("STATION_DATA_DIR") or base / APPLICATION_FOLDER)
    try:
        file = folder.expanduser().absolute() / LEDGER_FILE
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.chmod(0o600)
    except (OSError, RuntimeError) as problem:  # RuntimeError: nobody knows where this user's home is
        raise PersonalisationError(f"ledger in {folder}: {getattr(problem, 'strerror', problem)}") from None
    return file


class FileLedger:
    """Remembers in a file, one JSON object a line: serial, what happened, and the digests that were planned.

    It holds digests of files, no file and no secret.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def bind(self, chip_serial: bytes, script: Script) -> None:
        """See `PersonalisationLedger`."""
        serial, image = chip_serial.hex(), script.image_digest.hex()
        with self._held() as ledger:
            entries = self._entries(ledger)
            check_binding({entry["image"]: entry["chip"] for entry in entries}, serial, image)
            if not any(entry["image"] == image for entry in entries):
                files = {name: digest.hex() for name, digest in script.file_digests.items()}
                self._append(ledger, {"event": PLANNED, "chip": serial, "image": image, "files": files})

    def finish(self, chip_serial: bytes, script: Script) -> None:
        """See `PersonalisationLedger`."""
        noted = {"event": FINISHED, "chip": chip_serial.hex(), "image": script.image_digest.hex()}
        with self._held() as ledger:
            if noted not in self._entries(ledger):
                self._append(ledger, noted)

    @contextmanager
    def _held(self) -> Iterator[BinaryIO]:
        """The file, this process's alone from reading to writing: two readers that share it plan no content twice."""
        try:
            with self._file.open("a+b") as ledger:
                fcntl.flock(ledger, fcntl.LOCK_EX)
                yield ledger
        except OSError as problem:
            raise PersonalisationError(f"ledger {self._file}: {problem.strerror}") from None

    def _entries(self, ledger: BinaryIO) -> list[dict[str, str]]:
        ledger.seek(0)
        lines = ledger.read().splitlines(keepends=True)
        entries = []
        for number, line in enumerate(lines, start=1):
            try:
                entry = json.loads(line)
                entries.append({key: entry[key] for key in ("event", "chip", "image")})
            except (ValueError, KeyError, TypeError):
                if number == len(lines) and not line.endswith(b"\n"):
                    continue  # the power went while it was written: nothing had been done yet
                raise PersonalisationError(f"ledger {self._file}, line {number}: no entry of a ledger") from None
        return entries

    def _append(self, ledger: BinaryIO, entry: Mapping[str, object]) -> None:
        ledger.seek(0)
        ledger.truncate(ledger.read().rfind(b"\n") + 1)  # what a power cut left of a line
        ledger.write(json.dumps(entry, separators=(",", ":")).encode() + b"\n")
        ledger.flush()
        os.fsync(ledger.fileno())
        folder = os.open(self._file.parent, os.O_RDONLY)  # a file that was just made is not lost with its name
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
