"""A message as a mail (RFC 5322): the same bytes for the same message and moment, under one Message-ID for ever."""

import hashlib
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime

from enrolment.outbox.message import OutgoingMessage

SEVEN_BIT = policy.SMTP.clone(cte_type="7bit")  # every server on the way understands it


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
