"""Sends mails through the office's mail server (SMTP), encrypted, with the server's certificate checked."""

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from enrolment.errors import DeliveryFailed, MessageRefused
from enrolment.outbox.mail_format import mail_of, message_id
from enrolment.outbox.message import OutgoingMessage

Security = Literal["starttls", "tls", "plain"]
FINAL_FROM = 500  # RFC 5321 section 4.2.1: 5yz says no for good, 4yz not now


@dataclass(frozen=True, slots=True, repr=False)
class MailServer:
    """Where mails are handed in. `plain` is for a server on this machine; `roots` replaces the machine's own."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""
    timeout_s: float = 30
    roots: ssl.SSLContext | None = None


class MailDriver:
    """One connection per message: what one server says of one recipient never touches another's message."""

    name = "mail"

    def __init__(self, server: MailServer, sender: str) -> None:
        self._server, self._sender = server, sender

    def deliver(self, message: OutgoingMessage, key: str, at: datetime) -> str:
        """Hand the mail in, and give its Message-ID. Raises: DeliveryFailed, whose text names no recipient."""
        if message.medium == "letter":
            raise MessageRefused("medium", "a letter does not go by mail")
        mail = mail_of(message, key, at, self._sender)
        try:
            with self._connection() as connection:
                connection.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise DeliveryFailed(f"SMTP {code}: the recipient was refused", is_final=code >= FINAL_FROM) from None
        except smtplib.SMTPAuthenticationError as error:  # ours to mend, not the message's fault
            raise DeliveryFailed(f"SMTP {error.smtp_code}: the server refuses our name or password") from None
        except smtplib.SMTPResponseException as error:
            final = error.smtp_code >= FINAL_FROM and not isinstance(error, smtplib.SMTPConnectError)
            raise DeliveryFailed(f"SMTP {error.smtp_code}: the server refused", is_final=final) from None
        except smtplib.SMTPException as error:
            raise DeliveryFailed(f"SMTP: {type(error).__name__}") from None
        except ssl.SSLError as error:
            raise DeliveryFailed(f"SMTP: no safe connection: {error.reason or type(error).__name__}") from None
        except OSError as error:
            raise DeliveryFailed(
                f"SMTP: the server does not answer: {error.strerror or type(error).__name__}"
            ) from None
        return message_id(key, self._sender)

    def _connection(self) -> smtplib.SMTP:
        server = self._server
        context = server.roots or ssl.create_default_context()
        if server.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout_s, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout_s)
        try:
            if server.security == "starttls":
                connection.starttls(context=context)
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection
