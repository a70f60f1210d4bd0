"""What may be said to whom, by which medium: a mail never carries a picture, a print or an access number."""

from dataclasses import replace

import pytest

from enrolment.errors import MessageRefused
from enrolment.outbox.message import Attachment

PDF = b"%%PDF-1.7\n1 0 obj << /Type /XObject /Subtype %s >> stream ... endstream"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "Reminder!"}, "kind"),
        ({"medium": "pigeon"}, "medium"),
        ({"language": "xx"}, "language"),
        ({"subject": "a\r\nBcc: someone@example.org"}, "subject"),
        ({"mail_address": "a@example.org\nBcc: b@example.org"}, "mail_address"),
        ({"recipient_name": "a\x00b"}, "recipient_name"),
        ({"address_lines": ("a\u2028b",)}, "address_lines"),
        ({"recipient_name": " "}, "recipient_name, subject"),
        ({"subject": ""}, "recipient_name, subject"),
        ({"body": " "}, "body"),
        ({"body": "a\x00b"}, "body"),
        ({"recipient_name": "x" * 601}, "recipient_name"),
        ({"subject": "x" * 513}, "subject"),
        ({"case_reference": "x" * 33}, "case_reference"),
    ],
)
def test_what_no_message_may_be_is_refused_by_its_field(mail, changes, field):
    with pytest.raises(MessageRefused) as refused:
        replace(mail, **changes)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "address", ["", "zoe", "zoe@", "@example.org", "zoe@example", "a b@example.org", "zoé@example.org", "a@b..c.org"]
)
def test_a_mail_needs_an_address_that_servers_understand(mail, address):
    with pytest.raises(MessageRefused, match="mail_address"):
        replace(mail, mail_address=address)


def test_a_mail_address_is_no_longer_than_a_server_takes(mail):
    with pytest.raises(MessageRefused, match="mail_address"):
        replace(mail, mail_address="a" * 60 + "@" + "b.c" * 80 + ".org")


def test_a_letter_needs_an_address(letter):
    with pytest.raises(MessageRefused, match="address_lines"):
        replace(letter, address_lines=(" ",))


@pytest.mark.parametrize("said", ["123456", "CAN: 123456.", "(123 456)", "le 123\u00a0456, merci", "123456\nx"])
def test_an_access_number_never_goes_by_mail(mail, letter, said):
    for changes in ({"body": said}, {"subject": said.splitlines()[0]}):
        with pytest.raises(MessageRefused, match="access number"):
            replace(mail, **changes)
    replace(letter, body=said)


@pytest.mark.parametrize(
    "said",
    [
        "(+352) 221608",
        "+352 22 16 08",
        "Tel. +352 123456.",
        "case 2026-000001",
        "R-2026-000123",
        "2026-11-02",
        "+352 247 84040",
        "1234567",
        "L-2163",
        "40.000000",
        "a123456",
    ],
)
def test_numbers_of_cases_and_days_are_no_access_numbers(mail, said):
    assert replace(mail, body=said).body == said


def test_the_access_numbers_letter_is_a_letter(mail, letter):
    with pytest.raises(MessageRefused, match="by letter only"):
        replace(mail, kind="can_letter")
    replace(letter, kind="can_letter")


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n",
        b"\xff\xd8\xff\xe0",
        b"\x00\x00\x00\x0cjP  ",
        b"\xff\x4f\xff\x51",
        b"\xff\xa0\xff\xa8",
        b"BM\x00\x10\x00\x00\x00\x00\x00\x00",
        b"FAC\x00010\x00",
        b"FIR\x00010\x00",
        b"\x75\x82\x10\x00\x7f\x61",
        b"\x63\x82\x10\x00",
        PDF % b"/Image",
    ],
)
def test_pictures_and_prints_never_go_by_mail_whatever_they_are_called(mail, letter, content):
    attachment = Attachment("paper.pdf", "application/pdf", content)
    with pytest.raises(MessageRefused, match="never go by mail"):
        replace(mail, attachments=(attachment,))
    replace(letter, attachments=(attachment,))


def test_a_paper_without_pictures_goes_by_mail(mail):
    attachment = Attachment("paper.pdf", "application/pdf", PDF % b"/Form")
    assert replace(mail, attachments=(attachment,)).attachments == (attachment,)
    with pytest.raises(MessageRefused, match="never go by mail"):
        replace(mail, attachments=(Attachment("a.bin", "application/octet-stream", b"x"),))


def test_a_calendar_message_carries_an_appointment(mail):
    with pytest.raises(MessageRefused, match="text/calendar"):
        replace(mail, medium="calendar")
    replace(mail, medium="calendar", attachments=(Attachment("a.ics", "text/calendar", b"BEGIN:VCALENDAR"),))


@pytest.mark.parametrize(
    ("name", "media_type", "content"),
    [("../x", "text/plain", b"x"), ("", "text/plain", b"x"), ("x", "text", b"x"), ("x", "text/plain", b"")],
)
def test_an_attachment_has_a_plain_name_a_type_and_content(name, media_type, content):
    with pytest.raises(MessageRefused, match="attachment"):
        Attachment(name, media_type, content)


def test_attachments_have_names_of_their_own_and_a_size(letter):
    with pytest.raises(MessageRefused, match="name of its own"):
        replace(letter, attachments=letter.attachments * 2)
    with pytest.raises(MessageRefused, match="MB"):
        replace(letter, attachments=(Attachment("a.pdf", "application/pdf", bytes(9 * 2**20)),))


def test_two_messages_are_one_when_they_say_the_same(mail):
    assert mail.digest() == replace(mail).digest()
    assert mail.digest() != replace(mail, body="other").digest()


def test_a_message_in_a_log_tells_nothing(mail, letter):
    assert "Probe" not in repr(mail)
    assert "PDF" not in repr(letter.attachments[0])
