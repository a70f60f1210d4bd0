"""A message as a mail (RFC 5322): the same bytes for the same message and moment, under one Message-ID for ever."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from email import policy
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UniqueAddressHeader
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime
from typing import cast

from enrolment.outbox.message import OutgoingMessage

# A name that every reader takes for words (RFC 5322 section 3.2.3), and that fits on its line.
PLAIN_NAME = re.compile(r"(?=.{1,60}$)[A-Za-z0-9'-]+( [A-Za-z0-9'-]+)*")
ENCODED_WORD_BYTES = 45  # 60 characters in base64: an encoded word has at most 75 (RFC 2047 section 2)


class OneRecipient(UniqueAddressHeader):
    """One mailbox, whatever the name says: commas, brackets, quotes and encoded words in it stay a part of the name.

    The library's own folding takes a long quoted name apart, so that a name could add a mailbox; this header writes
    every name that is not plain words as encoded words, and the address on a line of its own.
    """

    def fold(self, *, policy: policy.Policy) -> str:
        """The lines of the header, each within 78 characters but for a longer address."""
        (address,) = self.addresses
        name = address.display_name
        words = [name] if PLAIN_NAME.fullmatch(name) else list(encoded_words(name))
        return f"{policy.linesep} ".join([f"To: {words[0]}", *words[1:], f"<{address.addr_spec}>"]) + (policy.linesep)


def encoded_words(text: str) -> Iterator[str]:
    """`text` as encoded words of RFC 2047: UTF-8, base64, no character divided between two of them."""
    part = b""
    for letter in text:
        encoded = letter.encode()
        if len(part) + len(encoded) > ENCODED_WORD_BYTES:
            yield f"=?utf-8?b?{b64encode(part).decode()}?="
            part = b""
        part += encoded
    yield f"=?utf-8?b?{b64encode(part).decode()}?="


def _headers() -> HeaderRegistry:
    registry = HeaderRegistry()
    # The registry joins the header's class with its own base: until then it is none of that base.
    registry.map_to_type("to", cast(type[BaseHeader], OneRecipient))
    return registry


# Seven bits: every server on the way understands them.
SEVEN_BIT = policy.SMTP.clone(cte_type="7bit", header_factory=_headers())


def mail_of(message: OutgoingMessage, key: str, at: datetime, sender: str) -> EmailMessage:
    """The mail, from `sender`. A second delivery of the same key bears the same Message-ID, so that it can be told."""
    mail = EmailMessage(policy=SEVEN_BIT)
    mail["From"] = sender
    mail["To"] = Address(display_name=message.recipient_name, addr_spec=message.mail_address)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id(key, sender)
    mail["Content-Language"] = message.language
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers this
    mail.set_content(message.body)
    for attachment in message.attachments:
        if attachment.media_type == "text/calendar" and message.medium == "calendar":
            _add_invitation(mail, attachment.content)
    for attachment in message.attachments:
        maintype, _, subtype = attachment.media_type.partition("/")
        mail.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=attachment.file_name)
    if mail.is_multipart():  # the boundary is drawn from the key, not from chance
        for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
            part.set_boundary(f"=_{hashlib.sha256(f'{key} {number}'.encode()).hexdigest()[:32]}")
    return mail


def _add_invitation(mail: EmailMessage, content: bytes) -> None:
    """The appointment as a second form of the text, which calendars act upon; METHOD is said outside too (RFC 6047)."""
    lines = content.decode().splitlines()
    method = next((line.partition(":")[2] for line in lines if line.startswith("METHOD:")), "PUBLISH")
    mail.add_alternative(content.decode(), subtype="calendar", charset="utf-8")
    parts = mail.get_payload()
    assert isinstance(parts, list)
    invitation = parts[-1]
    assert isinstance(invitation, MIMEPart)
    invitation.set_param("method", method)


def message_id(key: str, sender: str) -> str:
    """The Message-ID of an outbox key."""
    domain = sender.rpartition("@")[2].rstrip(">").strip() or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"
