"""The name of a recipient never adds a mailbox, whichever reader takes the mail apart."""

import email
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.outbox.mail_format import encoded_words, mail_of
from enrolment.outbox.message import NO_LINE

from .conftest import MAIL

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LINES = st.text(st.characters(exclude_categories=NO_LINE), min_size=1, max_size=600).filter(lambda text: text.strip())
TRICKS = st.lists(
    st.sampled_from([",", ";", ":", "<", ">", '"', "\\", "(", ")", "@", "=?utf-8?q?X?=", " ", "a" * 70, "é", "[", "."]),
    min_size=1,
    max_size=12,
).map("".join)


def raw_mail(name):
    return mail_of(replace(MAIL, recipient_name=name), "key", AT, "Office <office@example.org>").as_bytes()


def raw_to(raw):
    """The lines of the To header as they are sent, without what ends them."""
    head = raw.split(b"\r\n\r\n")[0].split(b"\r\n")
    start = next(number for number, line in enumerate(head) if line.startswith(b"To:"))
    end = next(number for number in range(start + 1, len(head)) if not head[number].startswith(b" "))
    return [line.decode("ascii") for line in head[start:end]]


def assert_one_mailbox(name):
    raw = raw_mail(name)
    parsed = email.message_from_bytes(raw, policy=policy.default)["To"]
    assert [(group.display_name, len(group.addresses)) for group in parsed.groups] == [(None, 1)]
    assert parsed.addresses[0].addr_spec == MAIL.mail_address
    assert not parsed.defects
    lines = raw_to(raw)
    assert all(len(line) <= 78 for line in lines)
    ((written, address),) = getaddresses(["".join(lines).removeprefix("To: ")])
    assert address == MAIL.mail_address
    assert str(make_header(decode_header(written))) == name


@given(st.one_of(LINES.filter(lambda name: name == " ".join(name.split())), TRICKS.filter(str.strip)))
def test_any_name_has_one_mailbox_and_is_read_back(name):
    assert_one_mailbox(name)


@pytest.mark.parametrize(
    "name",
    [
        "=?utf-8?q?X?= <evil@evil.example>, " + "a" * 70,
        'c/o [sic] : Ng Vasconcelos al-Rashid Wickramasinghe "Lili" ; Papadimitriou',
        "Zoë Probe",
        "Anna-Maria O'Neill",
        "Mr. J. Probe",
        "\\",
        "王" * 600,
    ],
)
def test_names_that_look_like_addresses_groups_or_encoded_words_are_names(name):
    assert_one_mailbox(name)


def test_a_plain_name_is_written_plainly():
    assert raw_to(raw_mail("Anna Probe")) == ["To: Anna Probe", " <zoe.probe@example.org>"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_encoded_words_are_short_and_divide_no_character(text):
    words = list(encoded_words(text))
    assert all(len(word) <= 75 for word in words)
    assert "".join(part.decode("utf-8") for word in words for part, _ in decode_header(word)) == text


def test_what_ends_a_line_is_told_by_its_category():
    assert {unicodedata.category(letter) for letter in "\n\r\x85\u2028\u2029\ud800"} == NO_LINE
