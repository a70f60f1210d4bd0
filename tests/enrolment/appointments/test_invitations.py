"""Booking with the one-time code of a letter: right once, wrong a few times, and no word of which cases there are."""

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

from enrolment.appointments import invitations
from enrolment.appointments.invitations import (
    MAX_TRIES,
    book_invited,
    invite,
    last_day,
    open_invitation,
    slots_for,
)
from enrolment.appointments.models import Booking, Channel, Invitation, Purpose
from enrolment.appointments.services import Contact, book
from enrolment.audit.models import Entry
from enrolment.cases.families import family_labelled, join_family
from enrolment.cases.letters import letters_due
from enrolment.cases.models import Letter, LetterState
from enrolment.cases.steps import State
from enrolment.errors import CodeRefused, NotAuthorised, StepRefused, Taken
from enrolment.outbox.models import EntryState
from enrolment.papers.sheet import Letterhead
from enrolment.papers.writing import post_letter


@pytest.fixture(autouse=True)
def cheap_hash(monkeypatch):
    """The same function at a cost that tests can pay often."""
    monkeypatch.setattr(invitations, "_COST", {"n": 2, "r": 1, "p": 1})


@pytest.fixture
def invited(receipted, ministry, officers, now):
    def make(**how):
        return invite(receipted(), ministry, Purpose.CAPTURE, officers.clerk, now, **how)

    return make


def test_the_code_is_in_the_letter_and_nowhere_else(invited):
    issued = invited()
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", issued.code)
    row = Invitation.objects.values().get()
    plain = issued.code.replace("-", "")
    kept = b" ".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in row.values()
    )
    assert plain.encode() not in kept
    assert plain not in str(list(Entry.objects.values()))
    assert issued.code not in repr(issued)
    assert issued.invitation.case.state == State.INVITED


HEAD = Letterhead(("Ministère d'essai", "1, rue d'Essai"), "Luxembourg")


def test_the_letter_is_due_and_leaves_with_the_code(invited, ministry, officers, now):
    issued = invited()
    assert [letter.pk for letter in letters_due(now.date())] == [issued.letter.pk]
    entry = post_letter(issued.letter, HEAD, officers.clerk, now, code=issued.code)
    (attachment,) = entry.message().attachments
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(attachment.content)).pages)
    assert issued.code in text
    assert issued.invitation.case.number in text
    assert issued.code not in str(list(Letter.objects.values()))


def test_a_letter_that_has_not_left_does_not_leave_when_a_new_one_is_due(invited, ministry, officers, now):
    issued = invited()
    entry = post_letter(issued.letter, HEAD, officers.clerk, now, code=issued.code)
    again = invite(issued.invitation.case, ministry, Purpose.CAPTURE, officers.clerk, now)
    entry.refresh_from_db()
    issued.letter.refresh_from_db()
    assert (entry.state, issued.letter.state) == (EntryState.DROPPED, LetterState.CANCELLED)
    assert [letter.pk for letter in letters_due(now.date())] == [again.letter.pk]


@pytest.fixture
def family(receipted, officers, now):
    """Three cases that were filed together."""
    cases = [receipted() for _ in range(3)]
    batch = family_labelled("probe", "direction", cases[0].filed_on, officers.clerk, now)
    for case in cases:
        join_family(case, batch, officers.clerk, now)
    return cases


def test_one_code_books_for_the_family_side_by_side(family, ministry, officers, when, now):
    issued = invite(family[0], ministry, Purpose.CAPTURE, officers.clerk, now, with_family=True)
    assert issued.letter.content["family_members"] == 3
    assert len(slots_for(issued.invitation, when.tuesday)) == 2 * 5  # sixty minutes each
    bookings = book_invited(family[0].number, issued.code, when.on_tuesday(8, 30), now)
    assert [booking.case for booking in bookings] == family
    assert {booking.counter for booking in bookings} == {1}
    assert len({booking.visit for booking in bookings}) == 1


def test_who_of_the_family_is_booked_meanwhile_is_not_booked_again(family, ministry, officers, when, now):
    issued = invite(family[0], ministry, Purpose.CAPTURE, officers.clerk, now, with_family=True)
    family[1].refresh_from_db()
    book(family[1], ministry, Purpose.CAPTURE, when.on_tuesday(10, 30), officers.clerk, now)
    bookings = book_invited(family[0].number, issued.code, when.on_tuesday(8, 30), now)
    assert [booking.case for booking in bookings] == [family[0], family[2]]


def test_a_family_has_one_code_that_holds(family, ministry, officers, now):
    alone = invite(family[1], ministry, Purpose.CAPTURE, officers.clerk, now)
    family[0].refresh_from_db()
    invite(family[0], ministry, Purpose.CAPTURE, officers.clerk, now, with_family=True)
    with pytest.raises(CodeRefused):
        open_invitation(family[1].number, alone.code, now)


def test_codes_differ_and_come_from_the_chance_they_are_given(invited):
    assert invited().code != invited().code
    assert invited(random_bytes=bytes).code == "0000-0000-0000"


def test_an_invited_person_books_once(invited, ministry, when, now):
    issued = invited()
    case = issued.invitation.case
    assert slots_for(issued.invitation, when.tuesday)[0].starts_at == when.on_tuesday(8, 30)
    contact = Contact("zoe.probe@example.org")
    (booking,) = book_invited(case.number, issued.code, when.on_tuesday(8, 30), now, contact=contact)
    assert (booking.channel, booking.booked_by.username, booking.case.state) == (
        Channel.CODE,
        "self-service",
        State.BOOKED,
    )
    assert not booking.booked_by.has_usable_password()
    with pytest.raises(CodeRefused):
        book_invited(case.number, issued.code, when.on_tuesday(9, 10), now)
    assert Booking.objects.count() == 1


def test_a_time_that_someone_else_took_leaves_the_code_as_it_was(invited, receipted, ministry, officers, when, now):
    for _ in range(2):
        book(receipted(), ministry, Purpose.CAPTURE, when.on_tuesday(8, 30), officers.clerk, now)
    issued = invited()
    number = issued.invitation.case.number
    with pytest.raises(Taken):
        book_invited(number, issued.code, when.on_tuesday(8, 30), now)
    assert Invitation.objects.get(pk=issued.invitation.pk).attempts == 0
    book_invited(number, issued.code, when.on_tuesday(8, 50), now)


@pytest.mark.parametrize("typed", ["{}", "{} ", " {}", "{lower}", "{joined}", "{spaced}", "{misread}"])
def test_a_code_is_read_as_people_write_it(invited, now, typed):
    issued = invited(random_bytes=lambda count: bytes([8, 33, 0] * count)[:count])
    code = issued.code
    forms = {
        "lower": code.lower(),
        "joined": code.replace("-", ""),
        "spaced": code.replace("-", " "),
        "misread": code.replace("0", "O").replace("1", "l"),
    }
    assert "0" in code
    opened = open_invitation(f" {issued.invitation.case.number} ", typed.format(code, **forms), now)
    assert opened.pk == issued.invitation.pk


def test_wrong_tries_end_it_even_for_the_right_code(invited, now):
    issued = invited()
    number = issued.invitation.case.number
    for _ in range(MAX_TRIES):
        with pytest.raises(CodeRefused):
            open_invitation(number, "WRONG", now)
    with pytest.raises(CodeRefused):
        open_invitation(number, issued.code, now)
    assert Entry.objects.filter(action="appointment.code_tries_ended", subject=number).count() == 1


def test_a_right_code_takes_no_try(invited, now):
    issued = invited()
    for _ in range(MAX_TRIES + 1):
        open_invitation(issued.invitation.case.number, issued.code, now)


def test_every_refusal_is_the_same(invited, receipted, ministry, officers, when, now):
    told = set()

    def ask(number, code, at=now):
        with pytest.raises(CodeRefused) as refused:
            open_invitation(number, code, at)
        told.add(str(refused.value))

    issued = invited()
    number = issued.invitation.case.number
    ask("2026-999999", issued.code)  # no such case
    ask(receipted().number, issued.code)  # not invited
    ask(number, "")
    ask(number, issued.code, issued.invitation.expires_at)  # expired
    book_invited(number, issued.code, when.on_tuesday(8, 30), now)
    ask(number, issued.code)  # used
    assert len(told) == 1
    assert number not in told.pop()


def test_the_answer_takes_as_long_whether_there_is_such_a_case_or_not(invited, now, monkeypatch):
    calls = []
    real = invitations._hash
    monkeypatch.setattr(invitations, "_hash", lambda *words: calls.append(1) or real(*words))
    number = invited().invitation.case.number
    counts = []
    for asked in (number, "2026-999999"):
        calls.clear()
        with pytest.raises(CodeRefused):
            open_invitation(asked, "WRONG", now)
        counts.append(len(calls))
    assert counts == [1, 1]


def test_a_new_letter_ends_the_old_code(invited, ministry, officers, when, now):
    issued = invited()
    case = issued.invitation.case
    again = invite(case, ministry, Purpose.CAPTURE, officers.clerk, now)
    with pytest.raises(CodeRefused):
        open_invitation(case.number, issued.code, now)
    assert open_invitation(case.number, again.code, now).pk == again.invitation.pk


def test_a_code_holds_until_its_last_day(invited, now):
    issued = invited(holds_for=timedelta(days=10))
    assert last_day(issued.invitation) == (now + timedelta(days=10)).date()
    open_invitation(issued.invitation.case.number, issued.code, now + timedelta(days=10, seconds=-1))


def test_who_is_booked_or_has_no_card_is_not_invited(receipted, ministry, officers, when, now):
    case = receipted()
    with pytest.raises(StepRefused, match="no card"):
        invite(case, ministry, Purpose.COLLECTION, officers.clerk, now)
    book(case, ministry, Purpose.CAPTURE, when.on_tuesday(8, 30), officers.clerk, now)
    with pytest.raises(Taken, match="already"):
        invite(case, ministry, Purpose.CAPTURE, officers.clerk, now)
    with pytest.raises(NotAuthorised):
        invite(receipted(), ministry, Purpose.CAPTURE, officers.auditor, now)


def test_a_card_that_is_made_is_collected_by_invitation_too(walk, ministry, officers, when, now):
    case = walk.card().case
    issued = invite(case, ministry, Purpose.COLLECTION, officers.clerk, now)
    (booking,) = book_invited(case.number, issued.code, when.on_tuesday(8, 30), now)
    assert (booking.purpose, booking.case.state) == (Purpose.COLLECTION, State.READY)


def test_the_code_of_one_purpose_leaves_the_others_tries_alone(walk, ministry, officers, now):
    case = walk.card().case
    collection = invite(case, ministry, Purpose.COLLECTION, officers.clerk, now)
    other = Invitation.objects.create(
        case=case, site=ministry, purpose=Purpose.CAPTURE, salt=b"s", code_hash=b"h", issued_by=officers.clerk,
        issued_at=now, expires_at=now + timedelta(days=1),
    )  # fmt: skip
    open_invitation(case.number, collection.code, now)
    other.refresh_from_db()
    assert other.attempts == 0
