"""Mails over a real socket: encrypted, signed in, refused for good or for now; invitations that calendars act upon."""

import email
import socket
from dataclasses import replace
from email import policy

import pytest

from enrolment.errors import DeliveryFailed, MessageRefused
from enrolment.outbox.mail_driver import MailDriver, MailServer
from enrolment.outbox.mail_format import mail_of, message_id
from enrolment.outbox.message import Attachment

from .mail_server import mail_server

SENDER = "Office <office@example.org>"
INVITATION = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def server(tmp_path):
    with mail_server(tmp_path) as running:
        yield running


def driver(server, **changes):
    values = {"host": "127.0.0.1", "port": server.port, "security": "starttls", "roots": server.client, "timeout_s": 5}
    return MailDriver(MailServer(**{**values, **changes}), SENDER)


def test_a_mail_arrives_encrypted_and_whole(server, mail, now):
    reference = driver(server).deliver(mail, "key", now)
    assert server.secured == [True]
    arrived = email.message_from_bytes(server.received[0], policy=policy.default)
    assert arrived["To"].addresses[0].addr_spec == mail.mail_address
    assert arrived["To"].addresses[0].display_name == mail.recipient_name
    assert arrived["Subject"] == mail.subject
    assert arrived.get_content().strip() == mail.body
    assert arrived["Message-ID"] == reference
    assert arrived["Auto-Submitted"] == "auto-generated"


def test_tls_from_the_start_is_spoken_too(tmp_path, mail, now):
    with mail_server(tmp_path, tls_from_the_start=True) as server:
        driver(server, security="tls").deliver(mail, "key", now)
        assert server.secured == [True]


def test_an_office_signs_in_only_when_nobody_can_listen(server, mail, now):
    driver(server, user="office", password="s3cr3t").deliver(mail, "key", now)
    words = [command.split()[0].upper() for command in server.commands]
    assert words.index("STARTTLS") < words.index("AUTH")


def test_a_server_that_nobody_vouches_for_gets_nothing(server, mail, now):
    with pytest.raises(DeliveryFailed, match="no safe connection") as failed:
        driver(server, roots=None).deliver(mail, "key", now)
    assert not failed.value.is_final
    assert server.received == []


def test_a_server_without_encryption_gets_nothing(server, mail, now):
    server.answers["EHLO"] = "250 test"
    with pytest.raises(DeliveryFailed, match="SMTPNotSupportedError"):
        driver(server).deliver(mail, "key", now)
    assert server.received == []


@pytest.mark.parametrize(
    ("answers", "is_final", "said"),
    [
        ({"RCPT": "550 no such zoe.probe@example.org"}, True, "SMTP 550: the recipient was refused"),
        ({"RCPT": "450 later"}, False, "SMTP 450: the recipient was refused"),
        ({"MAIL": "552 too large"}, True, "SMTP 552"),
        ({"CONTENT": "554 spam"}, True, "SMTP 554"),
        ({"CONTENT": "451 later"}, False, "SMTP 451"),
        ({"CONNECT": "554 go away"}, False, "SMTP 554"),
        ({"AUTH": "535 no"}, False, "SMTP 535: the server refuses our name or password"),
    ],
)
def test_what_a_server_refuses_is_told_without_a_name(server, mail, now, answers, is_final, said):
    server.answers.update(answers)
    with pytest.raises(DeliveryFailed, match=said) as failed:
        driver(server, user="office", password="s3cr3t").deliver(mail, "key", now)
    assert failed.value.is_final is is_final
    assert "zoe" not in str(failed.value).lower()
    assert "s3cr3t" not in str(failed.value)


def test_a_server_that_is_away_is_no_reason_to_give_up(mail, now):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(DeliveryFailed, match="does not answer") as failed:
        MailDriver(MailServer("127.0.0.1", port, "starttls", timeout_s=2), SENDER).deliver(mail, "key", now)
    assert not failed.value.is_final


def test_a_letter_does_not_go_by_mail(letter, now):
    with pytest.raises(MessageRefused, match="medium"):
        MailDriver(MailServer("127.0.0.1", 1, "starttls"), SENDER).deliver(letter, "key", now)


def test_the_same_mail_has_the_same_bytes_and_one_name(mail, now):
    paper = replace(mail, attachments=(Attachment("a.pdf", "application/pdf", b"%PDF-1.7 x"),))
    assert mail_of(paper, "key", now, SENDER).as_bytes() == mail_of(paper, "key", now, SENDER).as_bytes()
    assert message_id("key", SENDER) == message_id("key", SENDER) != message_id("other", SENDER)
    assert message_id("key", SENDER).endswith("@example.org>")


def test_an_invitation_says_outside_what_it_asks(mail, now):
    attachment = Attachment("rendez-vous.ics", "text/calendar", INVITATION)
    sent = mail_of(replace(mail, medium="calendar", attachments=(attachment,)), "key", now, SENDER)
    read = email.message_from_bytes(sent.as_bytes(), policy=policy.default)
    kinds = [part.get_content_type() for part in read.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/calendar", "text/calendar"
    ]  # fmt: skip
    inside = next(part for part in read.walk() if part.get_content_type() == "text/calendar")
    assert inside.get_param("method") == "REQUEST"
    assert "METHOD:REQUEST" in inside.get_content()


def test_no_byte_of_a_mail_needs_more_than_seven_bits(mail, now):
    assert mail_of(mail, "key", now, SENDER).as_bytes().isascii()
