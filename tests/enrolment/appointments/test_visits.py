"""Families side by side, a collection beside a capture, appointments that move; and what people are told of it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from enrolment.appointments.models import BookedUnit, Booking, Channel, Purpose
from enrolment.appointments.notices import Notice, day_in_words, message_of
from enrolment.appointments.services import (
    Contact,
    Hours,
    book,
    book_visit,
    cancel,
    free_slots,
    keep,
    miss,
    move,
    move_visit,
    open_site,
)
from enrolment.audit.models import Entry
from enrolment.cases.steps import State
from enrolment.errors import MessageRefused, NotAuthorised, StepRefused, Taken
from enrolment.outbox.models import EntryState, OutboxEntry

MAIL = Contact("zoe.probe@example.org")


@pytest.fixture
def booked(receipted, ministry, officers, when, now):
    def make(*clock, contact=None, channel=Channel.DESK):
        start = when.on_tuesday(*(clock or (8, 30)))
        return book(
            receipted(), ministry, Purpose.CAPTURE, start, officers.clerk, now, contact=contact, channel=channel
        )

    return make


@pytest.fixture
def family(receipted):
    return [(receipted(), Purpose.CAPTURE) for _ in range(4)]


def waiting(kind=""):
    entries = OutboxEntry.objects.filter(state=EntryState.WAITING)
    return list(entries.filter(kind=kind) if kind else entries)


def test_a_family_of_four_sits_side_by_side_at_one_counter(family, ministry, officers, when, now):
    bookings = book_visit(family, ministry, when.on_tuesday(8, 30), officers.clerk, now)
    assert {booking.counter for booking in bookings} == {1}
    assert len({booking.visit for booking in bookings}) == 1
    assert [(f"{b.starts_at:%H:%M}", f"{b.ends_at:%H:%M}") for b in bookings] == [
        ("08:30", "08:50"),
        ("08:50", "09:10"),
        ("09:10", "09:30"),
        ("09:30", "09:50"),
    ]
    assert {case.state for case, _ in family} == {State.BOOKED}


def test_a_family_finds_only_times_that_are_long_enough(family, booked, ministry, officers, when, now):
    for clock in ((9, 10), (9, 10)):
        booked(*clock)
    starts = {f"{slot.starts_at:%H:%M}" for slot in free_slots(ministry, when.tuesday, *[Purpose.CAPTURE] * 4)}
    assert starts == {"09:30"}  # 9.30 to 10.50; earlier ones would run into 9.10
    with pytest.raises(Taken):
        book_visit(family, ministry, when.on_tuesday(8, 30), officers.clerk, now)
    with pytest.raises(StepRefused, match="no appointment"):
        book_visit(family, ministry, when.on_tuesday(9, 50), officers.clerk, now)


def test_a_family_is_booked_whole_or_not_at_all(family, booked, ministry, officers, when, now):
    case, _ = family[3]
    book(case, ministry, Purpose.CAPTURE, when.on_tuesday(10, 30), officers.clerk, now)
    with pytest.raises(Taken, match="already"):
        book_visit(family, ministry, when.on_tuesday(8, 30), officers.clerk, now)
    assert Booking.objects.count() == 1
    assert [case.state for case, _ in family[:3]] == [State.RECEIPTED] * 3
    with pytest.raises(StepRefused, match="once"):
        book_visit([family[0], family[0]], ministry, when.on_tuesday(8, 30), officers.clerk, now)
    with pytest.raises(StepRefused, match="purpose"):
        book_visit([], ministry, when.on_tuesday(8, 30), officers.clerk, now)


def test_who_collects_one_card_and_is_captured_for_another_comes_once(walk, receipted, ministry, officers, when, now):
    card = walk.card().case
    parts = [(card, Purpose.COLLECTION), (receipted(), Purpose.CAPTURE)]
    collects, captured = book_visit(parts, ministry, when.on_tuesday(8, 30), officers.clerk, now)
    assert collects.ends_at == captured.starts_at
    length = captured.ends_at - collects.starts_at
    assert length.total_seconds() / 60 == ministry.cell_minutes * ministry.both_cells


def test_an_appointment_moves_and_gives_its_old_time_back(booked, ministry, officers, when, now):
    booking = booked()
    uid = booking.uid
    assert move(booking, when.on_tuesday(9, 10), officers.clerk, now) is booking
    booking.refresh_from_db()
    assert (booking.starts_at, booking.uid, booking.sequence) == (when.on_tuesday(9, 10), uid, 1)
    assert booking.case.state == State.BOOKED
    assert len([s for s in free_slots(ministry, when.tuesday, Purpose.CAPTURE) if s.counter == 1]) == 6
    assert BookedUnit.objects.count() == 4
    assert Entry.objects.filter(action="appointment.moved").count() == 1


def test_an_appointment_may_move_over_a_part_of_itself(receipted, db, officers, when, now):
    site = open_site("one", "One", [Hours(1, time(8, 30), time(9, 10), date(2020, 1, 1))], now)
    booking = book(receipted(), site, Purpose.CAPTURE, when.on_tuesday(8, 30), officers.clerk, now)
    moved = move(booking, when.on_tuesday(8, 50), officers.clerk, now)
    assert moved.counter == 1


def test_an_appointment_moves_to_another_site(booked, ministry, officers, when, now):
    other = open_site("other", "Other", [Hours(2, time(14), time(16), date(2020, 1, 1))], now)
    moved = move(booked(), when.at(date(2026, 11, 4), 14), officers.clerk, now, site=other)
    assert (moved.site, moved.counter) == (other, 1)
    assert len(free_slots(ministry, when.tuesday, Purpose.CAPTURE)) == 14


def test_who_finds_the_new_time_taken_keeps_the_old_one(booked, ministry, officers, when, now):
    booking = booked()
    booked(9, 10), booked(9, 10)
    with pytest.raises(Taken):
        move(booking, when.on_tuesday(9, 10), officers.clerk, now)
    assert (booking.starts_at, booking.sequence) == (when.on_tuesday(8, 30), 0)  # what lies in memory, too
    booking.refresh_from_db()
    assert (booking.starts_at, booking.sequence) == (when.on_tuesday(8, 30), 0)
    assert BookedUnit.objects.count() == 12


def test_a_screen_that_is_older_than_the_move_changes_nothing(booked, officers, when, now):
    booking = booked()
    older = Booking.objects.get(pk=booking.pk)
    move(booking, when.on_tuesday(9, 10), officers.clerk, now)
    with pytest.raises(Taken, match="moved by someone else"):
        move(older, when.on_tuesday(9, 30), officers.clerk, now)
    with pytest.raises(Taken, match="moved by someone else"):
        cancel(older, officers.clerk, now)


def test_what_is_over_or_begun_does_not_move(booked, officers, when, now):
    booking = booked()
    with pytest.raises(StepRefused, match="past"):
        move(booking, when.on_tuesday(8, 30).replace(day=1), officers.clerk, now)
    with pytest.raises(StepRefused, match="begun"):
        move(booking, when.on_tuesday(9, 30), officers.clerk, when.on_tuesday(8, 31))
    with pytest.raises(NotAuthorised):
        move(booking, when.on_tuesday(9, 30), officers.auditor, now)
    cancel(booking, officers.clerk, now)
    with pytest.raises(StepRefused, match="not open"):
        move(booking, when.on_tuesday(9, 10), officers.clerk, now)


def test_a_family_moves_together(family, booked, ministry, officers, when, now):
    bookings = book_visit(family, ministry, when.on_tuesday(8, 30), officers.clerk, now)
    moved = move_visit(bookings, when.on_tuesday(9, 10), officers.clerk, now)
    assert [f"{booking.starts_at:%H:%M}" for booking in moved] == ["09:10", "09:30", "09:50", "10:10"]
    assert {booking.sequence for booking in moved} == {1}
    with pytest.raises(StepRefused, match="one visit"):
        move_visit([*moved, booked()], when.on_tuesday(8, 30), officers.clerk, now)


# ---- what people are told ----


def test_who_stands_at_the_desk_is_told_there(booked):
    booked()
    assert waiting() == []


def test_who_rang_gets_a_letter(booked):
    booking = booked(channel=Channel.PHONE)
    (entry,) = waiting()
    assert (entry.medium, entry.kind, entry.case_reference) == ("letter", "appointment_booked", booking.case.number)
    letter = entry.message()
    assert letter.address_lines == ("1, rue d'Essai", "Esch-sur-Alzette")
    assert "mardi 3 novembre 2026 à 8 h 30" in letter.body
    assert "Tuesday 3 November 2026 at 8:30" in letter.body


def test_who_gave_a_mail_address_gets_the_calendars_file(booked, now):
    booked(contact=MAIL)
    (told,) = waiting()
    assert (told.medium, told.kind, told.due_at) == ("mail", "appointment_booked", now)
    assert [each.media_type for each in told.message().attachments] == ["text/calendar"]


def test_a_reminder_comes_two_days_before_and_not_when_the_appointment_is_sooner(
    receipted, ministry, officers, when, now
):
    later = when.at(date(2026, 11, 17), 8, 30)
    book(receipted(), ministry, Purpose.CAPTURE, later, officers.clerk, now, contact=MAIL)
    (reminder,) = waiting("reminder")
    assert reminder.due_at == later - timedelta(days=2)
    assert "Rappel" in reminder.message().subject
    assert reminder.message().attachments == ()
    book(receipted(), ministry, Purpose.CAPTURE, when.on_tuesday(8, 30), officers.clerk, now, contact=MAIL)
    assert len(waiting("reminder")) == 1


def test_a_site_with_an_address_invites_and_takes_back(booked, ministry, officers, when, now):
    ministry.mail_address = "office@example.org"
    ministry.save()
    booking = booked(contact=MAIL)
    move(booking, when.on_tuesday(9, 10), officers.clerk, now)
    cancel(booking, officers.clerk, now)
    files = [
        entry.message().attachments[0].content.decode()
        for entry in OutboxEntry.objects.filter(medium="calendar").order_by("id")
    ]
    assert [("METHOD:REQUEST" in file, "METHOD:CANCEL" in file) for file in files] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    assert [f"SEQUENCE:{number}" in file for number, file in enumerate(files)] == [True] * 3
    assert all(f"UID:{booking.uid}" in file for file in files)
    assert "Probe" not in "".join(files)


@pytest.mark.parametrize("end", [cancel, miss, keep])
def test_an_appointment_that_is_over_is_not_reminded_of(receipted, ministry, officers, when, now, end):
    start = when.at(date(2026, 11, 17), 8, 30)
    booking = book(receipted(), ministry, Purpose.CAPTURE, start, officers.clerk, now, contact=MAIL)
    end(booking, officers.clerk, start + timedelta(minutes=1))
    assert waiting("reminder") == []


def test_a_moved_appointment_is_reminded_of_at_its_new_time_only(receipted, ministry, officers, when, now):
    start, later = when.at(date(2026, 11, 17), 8, 30), when.at(date(2026, 11, 24), 8, 30)
    booking = book(receipted(), ministry, Purpose.CAPTURE, start, officers.clerk, now, contact=MAIL)
    move(booking, later, officers.clerk, now)
    (reminder,) = waiting("reminder")
    assert reminder.due_at == later - timedelta(days=2)


def test_an_address_that_no_server_understands_is_refused_before_anything_is_booked(booked):
    for wrong, error in (("nonsense", MessageRefused), ("a" * 255, StepRefused)):
        with pytest.raises(error, match="mail_address"):
            booked(contact=Contact(wrong))
    assert not Booking.objects.exists()


@pytest.mark.parametrize("end", [cancel, miss, keep])
def test_how_a_person_was_reached_is_forgotten_once_it_is_over(booked, officers, when, now, end):
    booking = booked(contact=Contact("zoe.probe@example.org", "+352 000"))
    end(booking, officers.clerk, when.on_tuesday(8, 31))
    booking.refresh_from_db()
    assert (booking.mail_address, booking.phone) == ("", "")


def test_an_act_that_fails_tells_nobody(booked, officers, when, now):
    booking = booked(contact=MAIL)
    OutboxEntry.objects.all().delete()
    booked(9, 10), booked(9, 10)
    with pytest.raises(Taken):
        move(booking, when.on_tuesday(9, 10), officers.clerk, now)
    assert waiting() == []


@pytest.mark.parametrize("language", ["fr", "de", "lb", "en", "pt", ""])
@pytest.mark.parametrize("notice", Notice)
def test_every_notice_is_said_in_french_and_the_persons_language(booked, now, language, notice):
    booking = booked(contact=MAIL)
    booking.case.person.language = language
    message = message_of(booking, notice, now)
    assert "mardi 3 novembre 2026" in message.body
    second = {"de": "Dienstag, 3. November", "lb": "Dënschdeg, 3. November", "en": "Tuesday 3 November"}.get(language)
    assert message.body.count(booking.case.number) == (2 if second else 1)
    assert second is None or second in message.body
    assert "{" not in message.body + message.subject
    assert "Probe" not in message.body


def test_the_first_of_a_month_is_written_as_the_french_do(booked, now):
    assert day_in_words("fr", datetime(2026, 12, 1, tzinfo=UTC)) == "mardi 1er décembre 2026"
    assert day_in_words("de", datetime(2026, 12, 1, tzinfo=UTC)) == "Dienstag, 1. Dezember 2026"
