"""A chip's memory in a file: one record a change, appended before the card answers, so that it survives kill -9.

The first line is the chip as its maker delivered it; each further line is one change. A last line that was cut short by
a power failure is a change that never happened. The file holds keys in clear: it is its owner's alone (0600).
"""

import errno
import fcntl
import json
import os
from pathlib import Path
from typing import Any

from chip.elementary_files import Directory
from chip.errors import DecodingError
from chip.personalisation.blank_model import DataObject, FileControl, ReadAccess
from chip.personalisation.card_profile import CardProfile
from chip.personalisation.card_profile_files import default_card_profile
from chip.personalisation.transport_keys import TransportKeys
from chip.virtual_card.memory import (
    ApplicationCreated,
    AttemptsCounted,
    CardMemory,
    FileCreated,
    FileWritten,
    Locked,
    MemoryChange,
    ObjectPut,
    SessionCounted,
    TrustMoved,
)

FORMAT = "virtual chip 1"


class StateFile:
    """The file behind one chip; `keep` is what a VirtualCard is given. Held by a lock until `close`."""

    def __init__(
        self, file: Path, serial: bytes, transport_keys: TransportKeys, card_profile: CardProfile | None = None
    ) -> None:
        """Open the file, or begin it with a blank that has this serial (10 bytes), these keys and this applet.

        Raises: DecodingError when it is no state file, is held by another process, or has other keys or another applet.
        """
        self._file = file
        self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.memory = self._load(serial, transport_keys, card_profile or default_card_profile())
        except BlockingIOError:
            self.close()
            raise DecodingError(f"{file} is the chip of another process that is still running") from None
        except DecodingError:
            self.close()
            raise

    def keep(self, change: MemoryChange) -> None:
        """Append one change: when it returns, no death of this process undoes it. Raises OSError where it cannot.

        Against a death of the machine the disk is waited for too, except after a piece of a file: whoever loads a chip
        reads back and writes again what is missing, and the next change of another kind waits for all before it.
        """
        self._append(encode_change(change), is_waiting_for_disk=not isinstance(change, FileWritten))

    def close(self) -> None:
        """Let the file go."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _append(self, record: dict[str, Any], *, is_waiting_for_disk: bool = True) -> None:
        """A whole line or none: what a full disk took of one is taken back, so that the next does not follow on it."""
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        before = os.fstat(self._descriptor).st_size
        try:
            written = os.write(self._descriptor, line)
            if is_waiting_for_disk:
                os.fdatasync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, before)
            raise
        if written < len(line):
            os.ftruncate(self._descriptor, before)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _load(self, serial: bytes, transport_keys: TransportKeys, card_profile: CardProfile) -> CardMemory:
        content = self._file.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            os.ftruncate(self._descriptor, len(whole))
        records = [self._parse(line, number) for number, line in enumerate(whole.splitlines(), start=1)]
        if not records:
            applet = card_profile.fingerprint
            self._append({"format": FORMAT, "serial": serial.hex(), "key_id": transport_keys.key_id, "applet": applet})
            return CardMemory.blank(serial, transport_keys, card_profile)
        head, *changes = records
        if head.get("format") != FORMAT:
            raise DecodingError(f"{self._file} is no memory of a virtual chip")
        if head.get("key_id") != transport_keys.key_id:
            raise DecodingError(f"the chip in {self._file} has other transport keys: {head.get('key_id')}")
        if head.get("applet", default_card_profile().fingerprint) != card_profile.fingerprint:
            raise DecodingError(f"the chip in {self._file} has another applet than that of the card profile")
        memory = CardMemory.blank(bytes.fromhex(head["serial"]), transport_keys, card_profile)
        for number, record in enumerate(changes, start=2):
            memory = self._replay(memory, record, number)
        return memory

    def _parse(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if not isinstance(record, dict):
            raise DecodingError(f"{self._file}, line {number}: no record of a virtual chip")
        return record

    def _replay(self, memory: CardMemory, record: dict[str, Any], number: int) -> CardMemory:
        try:
            return memory.apply(decode_change(record))
        except (KeyError, ValueError, TypeError):
            raise DecodingError(f"{self._file}, line {number}: no change of a virtual chip") from None


def encode_change(change: MemoryChange) -> dict[str, Any]:
    """The record of a change; bytes in hexadecimal."""
    match change:
        case ApplicationCreated():
            return {"change": "application"}
        case FileCreated(directory, control):
            return {
                "change": "file",
                "directory": directory.value,
                "file_id": control.file_id,
                "short_id": control.short_id,
                "size": control.size,
                "read_access": int(control.read_access),
            }
        case FileWritten((directory, file_id), offset, piece):
            place = {"directory": directory.value, "file_id": file_id, "offset": offset}
            return {"change": "write", **place, "piece": piece.hex()}
        case ObjectPut(tag, value):
            return {"change": "object", "tag": int(tag), "value": value.hex()}
        case SessionCounted(counter):
            return {"change": "session", "counter": counter}
        case AttemptsCounted(failed):
            return {"change": "attempts", "failed": failed}
        case TrustMoved(points, day, references):
            return {"change": "trust", "points": points.hex(), "date": day.hex(), "references": references.hex()}
        case Locked():
            return {"change": "locked"}


def decode_change(record: dict[str, Any]) -> MemoryChange:
    """The inverse of `encode_change`. Raises KeyError, ValueError or TypeError for what is no record."""
    match record["change"]:
        case "application":
            return ApplicationCreated()
        case "file":
            control = FileControl(
                record["file_id"], record["short_id"], record["size"], ReadAccess(record["read_access"])
            )
            return FileCreated(Directory(record["directory"]), control)
        case "write":
            key = Directory(record["directory"]), record["file_id"]
            return FileWritten(key, record["offset"], bytes.fromhex(record["piece"]))
        case "object":
            return ObjectPut(DataObject(record["tag"]), bytes.fromhex(record["value"]))
        case "session":
            return SessionCounted(record["counter"])
        case "attempts":
            return AttemptsCounted(record["failed"])
        case "trust":
            references = bytes.fromhex(record.get("references", ""))
            return TrustMoved(bytes.fromhex(record["points"]), bytes.fromhex(record["date"]), references)
        case "locked":
            return Locked()
        case _:
            raise ValueError("no change has this name")
