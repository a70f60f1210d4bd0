"""The queue of a day: who comes first, who may jump, two counters that call at once, and a board without names."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from enrolment.appointments import queue
from enrolment.appointments.models import Booking, BookingState, Channel, Errand, Purpose, Ticket, TicketState
from enrolment.appointments.queue import (
    call_board,
    call_next,
    call_out_of_turn,
    check_in,
    expected,
    finish,
    hold,
    note_left,
    shown,
    take_back,
    waiting,
    walk_in,
)
from enrolment.appointments.services import book
from enrolment.appointments.sites import equip_counter
from enrolment.audit.models import Entry
from enrolment.errors import Incomplete, NotAuthorised, StepRefused, Taken


@pytest.fixture
def arrive(receipted, ministry, officers, when, now):
    """Someone with an appointment at `clock` arrives at `at`."""

    def make(*clock, at):
        start = when.on_tuesday(*clock)
        booking = book(receipted(), ministry, Purpose.CAPTURE, start, officers.clerk, now)
        return check_in(booking, officers.clerk, at)

    return make


@pytest.fixture
def asks(ministry, officers):
    """Someone comes to hand documents in."""
    return lambda at: walk_in(ministry, Errand.FILING, officers.clerk, at)


def numbers(tickets):
    return [shown(ticket) for ticket in tickets]


def test_whose_time_has_come_is_first_then_who_came_first_then_who_is_early(arrive, asks, ministry, when):
    early = arrive(10, 30, at=when.on_tuesday(8, 20))
    asks(when.on_tuesday(8, 25))
    second = arrive(8, 50, at=when.on_tuesday(8, 40))
    first = arrive(8, 30, at=when.on_tuesday(8, 41))
    assert numbers(waiting(ministry, when.on_tuesday(8, 45))) == ["A004", "A003", "W002", "A001"]
    assert (first.number, second.number, early.number) == (4, 3, 1)
    assert numbers(waiting(ministry, when.on_tuesday(8, 44))) == ["A004", "W002", "A003", "A001"]
    assert numbers(waiting(ministry, when.on_tuesday(10, 30))) == ["A004", "A003", "A001", "W002"]


def test_a_counter_calls_serves_and_calls_again(asks, ministry, officers, when):
    at = when.on_tuesday(9)
    asks(at), asks(at + timedelta(seconds=1))
    first = call_next(ministry, 1, officers.clerk, at)
    assert (shown(first), first.counter, first.called_at) == ("W001", 1, at)
    with pytest.raises(StepRefused, match="counter 1 serves someone"):
        call_next(ministry, 1, officers.clerk, at)
    finish(first, officers.clerk, at)
    assert shown(call_next(ministry, 1, officers.clerk, at)) == "W002"
    assert call_next(ministry, 2, officers.clerk, at) is None


def test_two_counters_that_call_at_once_get_two_people(asks, ministry, officers, when, monkeypatch):
    at = when.on_tuesday(9)
    asks(at), asks(at + timedelta(seconds=1))
    seen = waiting(ministry, at)
    call_next(ministry, 1, officers.clerk, at)
    monkeypatch.setattr(queue, "waiting", lambda *_: seen)  # what the slower counter still sees
    assert shown(call_next(ministry, 2, officers.clerk, at)) == "W002"


def test_a_counter_is_not_given_whom_it_cannot_serve(arrive, asks, ministry, officers, when, now):
    equip_counter(ministry, 1, officers.counter, now, for_capture=False, for_collection=True)
    at = when.on_tuesday(8, 30)
    arrive(8, 30, at=at)
    asks(at)
    assert shown(call_next(ministry, 1, officers.clerk, at)) == "W002"
    assert shown(call_next(ministry, 2, officers.clerk, at)) == "A001"


def test_checking_in_keeps_the_appointment_and_is_of_its_day(receipted, ministry, officers, when, now):
    booking = book(receipted(), ministry, Purpose.CAPTURE, when.on_tuesday(8, 30), officers.clerk, now)
    assert expected(ministry, when.on_tuesday(7)) == [booking]
    with pytest.raises(StepRefused, match="another day"):
        check_in(booking, officers.clerk, now)
    check_in(booking, officers.clerk, when.on_tuesday(8, 20))
    assert booking.state == BookingState.KEPT
    assert expected(ministry, when.on_tuesday(9)) == []
    with pytest.raises(StepRefused, match="not open"):
        check_in(booking, officers.clerk, when.on_tuesday(8, 21))


def test_R63_photo_and_card_are_by_appointment_only(receipted, ministry, officers, when):
    case = receipted()
    for errand in (Errand.CAPTURE, Errand.COLLECTION):
        with pytest.raises(StepRefused, match="R63"):
            walk_in(ministry, errand, officers.clerk, when.on_tuesday(9), case=case)
    assert not Ticket.objects.exists()


def test_R63_before_july_2020_nobody_needed_an_appointment(ministry, officers):
    at = datetime(2020, 6, 30, 8, 30, tzinfo=UTC)
    assert shown(walk_in(ministry, Errand.CAPTURE, officers.clerk, at)) == "W001"
    with pytest.raises(StepRefused, match="R63"):
        walk_in(ministry, Errand.CAPTURE, officers.clerk, at + timedelta(days=1))


def test_a_supervisor_may_let_someone_in_who_has_no_appointment(receipted, ministry, officers, when):
    case, at = receipted(), when.on_tuesday(9)
    ticket = walk_in(
        ministry, Errand.CAPTURE, officers.clerk, at, case=case, approved_by=officers.counter, reason="came from afar"
    )
    booking = Booking.objects.get()
    assert (booking.channel, booking.state, booking.starts_at) == (
        Channel.WALK_IN,
        BookingState.KEPT,
        when.on_tuesday(9, 10),
    )
    assert ticket.booking == booking
    told = Entry.objects.get(action="queue.walk_in_allowed")
    assert (told.actor, told.details["approved_by"], told.subject) == ("clerk", "counter", case.number)


def test_who_lets_someone_in_is_another_who_may_and_says_why(receipted, ministry, officers, when):
    case, at = receipted(), when.on_tuesday(9)

    def ask(**how):
        walk_in(ministry, Errand.CAPTURE, officers.everything, at, **{"case": case, "reason": "x", **how})

    with pytest.raises(Incomplete, match="reason"):
        ask(approved_by=officers.counter, reason=" ")
    with pytest.raises(NotAuthorised, match="someone else"):
        ask(approved_by=officers.everything)
    with pytest.raises(NotAuthorised):
        ask(approved_by=officers.clerk)
    with pytest.raises(Incomplete, match="case"):
        ask(approved_by=officers.counter, case=None)
    with pytest.raises(Taken, match="no slot is free"):
        walk_in(
            ministry, Errand.CAPTURE, officers.clerk, when.on_tuesday(10, 45), case=case,
            approved_by=officers.counter, reason="x",
        )  # fmt: skip


def test_R58_a_jump_needs_a_reason_and_a_supervisor_and_stands_in_the_journal(asks, ministry, officers, when):
    at = when.on_tuesday(9)
    tickets = [asks(at + timedelta(seconds=number)) for number in range(3)]
    jump = {"approved_by": officers.counter, "reason": "unwell"}
    for how, error in (
        ({"approved_by": None}, Incomplete),
        ({"reason": ""}, Incomplete),
        ({"approved_by": officers.clerk}, NotAuthorised),
        ({"approved_by": officers.decider}, NotAuthorised),
    ):
        with pytest.raises(error):
            call_out_of_turn(tickets[2], 1, officers.clerk, at, **{**jump, **how})
    called = call_out_of_turn(tickets[2], 1, officers.clerk, at, **jump)
    assert called.state == TicketState.CALLED
    told = Entry.objects.get(action="queue.jump")
    assert told.details == {"ticket": "W003", "passed_over": 2, "approved_by": "counter", "reason": "unwell"}
    with pytest.raises(StepRefused, match="does not wait"):
        call_out_of_turn(tickets[2], 2, officers.clerk, at, **jump)


def test_who_fetches_something_comes_back_in_front_of_who_came_later(asks, ministry, officers, when):
    at = when.on_tuesday(9)
    asks(at), asks(at + timedelta(minutes=1))
    ticket = call_next(ministry, 1, officers.clerk, at)
    hold(ticket, officers.clerk)
    assert (ticket.state, ticket.counter) == (TicketState.HELD, None)
    assert call_board(ministry, at).held == 1
    take_back(ticket, officers.clerk)
    assert numbers(waiting(ministry, at)) == ["W001", "W002"]
    with pytest.raises(StepRefused, match="not held"):
        take_back(ticket, officers.clerk)
    with pytest.raises(StepRefused, match="not called"):
        hold(ticket, officers.clerk)


def test_who_is_not_there_is_noted_and_the_counter_is_free(asks, ministry, officers, when):
    at = when.on_tuesday(9)
    asks(at)
    ticket = call_next(ministry, 1, officers.clerk, at)
    note_left(ticket, officers.clerk, at)
    assert (ticket.state, ticket.ended_at) == (TicketState.LEFT, at)
    with pytest.raises(StepRefused, match="is left"):
        note_left(ticket, officers.clerk, at)


def test_a_ticket_that_another_counter_moved_is_told(asks, ministry, officers, when):
    at = when.on_tuesday(9)
    asks(at)
    ticket = call_next(ministry, 1, officers.clerk, at)
    older = Ticket.objects.get(pk=ticket.pk)
    finish(ticket, officers.clerk, at)
    with pytest.raises(Taken, match="look again"):
        finish(older, officers.clerk, at)


def test_the_board_shows_numbers_and_counters_and_nobody(arrive, asks, ministry, officers, when):
    at = when.on_tuesday(8, 30)
    ticket = arrive(8, 30, at=at)
    asks(at), asks(at)
    call_next(ministry, 2, officers.clerk, at)
    call_next(ministry, 1, officers.clerk, at + timedelta(minutes=1))
    board = call_board(ministry, at).to_json()
    assert board["calls"] == [{"ticket": "W002", "counter": 1}, {"ticket": "A001", "counter": 2}]  # newest first
    assert (board["waiting"], board["held"]) == (1, 0)
    told = json.dumps(board)
    assert ticket.booking.case.number not in told
    assert "Probe" not in told


def test_each_day_counts_from_one(asks, ministry, when):
    assert asks(when.on_tuesday(9)).number == 1
    assert asks(when.at(date(2026, 11, 4), 9)).number == 1
    assert asks(when.on_tuesday(10)).number == 2


def test_only_who_works_there_runs_the_queue(asks, ministry, officers, when):
    at = when.on_tuesday(9)
    ticket = asks(at)
    for act in (
        lambda: walk_in(ministry, Errand.FILING, officers.auditor, at),
        lambda: call_next(ministry, 1, officers.auditor, at),
        lambda: hold(ticket, officers.auditor),
        lambda: take_back(ticket, officers.auditor),
        lambda: finish(ticket, officers.auditor, at),
        lambda: note_left(ticket, officers.auditor, at),
    ):
        with pytest.raises(NotAuthorised):
            act()
