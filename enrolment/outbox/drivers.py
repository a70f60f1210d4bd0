"""What takes a message out of the house: the interface, and the driver that lays it into a folder."""

import hashlib
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Protocol

from enrolment.errors import DeliveryFailed
from enrolment.outbox.mail_format import mail_of
from enrolment.outbox.message import OutgoingMessage


class Driver(Protocol):
    """One way out. It may be asked for the same key again after a crash: then nothing new should come of it."""

    name: str

    def deliver(self, message: OutgoingMessage, key: str, at: datetime) -> str:
        """Deliver, and give a reference by which it can be found again. Raises: DeliveryFailed."""
        ...


def name_of_key(key: str) -> str:
    """A short name of an outbox key that says nothing and fits everywhere: file names, Message-IDs, print jobs."""
    return hashlib.sha256(key.encode()).hexdigest()[:24]


class FolderDriver:
    """Lays each message into a folder of its own under `folder`, readable by this user alone.

    A folder appears whole or not at all; one that is there already is the same message, delivered before.
    """

    name = "file"

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, sender

    def deliver(self, message: OutgoingMessage, key: str, at: datetime) -> str:
        """A letter as `letter.txt` with its attachments, a mail as `message.eml`."""
        place = self._folder / message.medium / f"{at:%Y-%m-%d}-{message.kind}-{name_of_key(key)}"
        earlier = next(place.parent.glob(f"*-{message.kind}-{name_of_key(key)}"), None)
        if earlier is not None:
            return str(earlier)
        try:
            self._lay(message, key, at, place)
        except OSError as error:
            raise DeliveryFailed(f"the folder of the outbox cannot be written: {error.strerror}") from None
        return str(place)

    def _lay(self, message: OutgoingMessage, key: str, at: datetime, place: Path) -> None:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = place.parent / f".{place.name}.{os.getpid()}"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        for name, content in self._files(message, key, at):
            handle = os.open(unfinished / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        try:
            unfinished.rename(place)
        except OSError:
            shutil.rmtree(unfinished, ignore_errors=True)
            if not place.is_dir():  # else another worker was quicker with the same message
                raise

    def _files(self, message: OutgoingMessage, key: str, at: datetime) -> list[tuple[str, bytes]]:
        if message.medium != "letter":
            return [("message.eml", mail_of(message, key, at, self._sender).as_bytes())]
        text = "\n".join((message.recipient_name, *message.address_lines, "", message.subject, "", message.body))
        return [("letter.txt", text.encode()), *((each.file_name, each.content) for each in message.attachments)]
