"""Prints letters through the machine's print service (CUPS's `lp`); nothing is written to a file of ours."""

import re
import subprocess
from collections.abc import Sequence
from datetime import datetime

from enrolment.errors import DeliveryFailed, MessageRefused
from enrolment.outbox.drivers import name_of_key
from enrolment.outbox.message import OutgoingMessage

PRINTABLE = "application/pdf"
TIME_LIMIT_S = 120
REQUEST = re.compile(r"request id is (\S+)")


class PrintDriver:
    """A letter's papers are its PDF attachments; one without any is printed as the text that it is."""

    name = "print"

    def __init__(self, printer: str, command: Sequence[str] = ("lp",)) -> None:
        self._printer, self._command = printer, tuple(command)

    def deliver(self, message: OutgoingMessage, key: str, at: datetime) -> str:
        """Print, and give the numbers of the print jobs. Raises: DeliveryFailed."""
        if message.medium != "letter":
            raise MessageRefused("medium", "a mail is not printed")
        papers = [each.content for each in message.attachments if each.media_type == PRINTABLE]
        text = "\n".join((message.recipient_name, *message.address_lines, "", message.subject, "", message.body))
        title = f"{at:%Y-%m-%d} {name_of_key(key)}"
        jobs = [self._print(paper, title) for paper in papers or [text.encode()]]
        return " ".join(jobs)

    def _print(self, content: bytes, title: str) -> str:
        """One job, its content on standard input, its title a day and the outbox key's short name: nobody's name."""
        destination = ("-d", self._printer) if self._printer else ()
        command = [*self._command, *destination, "-t", title]
        try:
            done = subprocess.run(command, input=content, capture_output=True, timeout=TIME_LIMIT_S, check=False)
        except FileNotFoundError:
            raise DeliveryFailed(f"there is no `{self._command[0]}` here: install CUPS's client") from None
        except subprocess.TimeoutExpired:
            raise DeliveryFailed(f"the print service did not answer within {TIME_LIMIT_S} s") from None
        except OSError as error:
            raise DeliveryFailed(f"`{self._command[0]}` cannot be started: {error.strerror}") from None
        if done.returncode != 0:
            raise DeliveryFailed(f"the print service refused (code {done.returncode})")
        found = REQUEST.search(done.stdout.decode(errors="replace"))
        return found.group(1) if found else "printed"
