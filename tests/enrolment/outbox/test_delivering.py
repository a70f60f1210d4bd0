"""At least once, in order, with patience: crashes, two workers, servers that say no, and what is left afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest

from enrolment.audit.models import Entry
from enrolment.errors import DeliveryFailed
from enrolment.outbox import delivering
from enrolment.outbox.delivering import LEASE, MAX_ATTEMPTS, PAUSES, Round, deliver_due
from enrolment.outbox.models import EntryState, OutboxAttachment, OutboxEntry
from enrolment.outbox.services import enqueue

pytestmark = pytest.mark.usefixtures("each_database")


class Clock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


class Way:
    """A driver that remembers what went through it, and fails while it is told to."""

    name = "way"

    def __init__(self):
        self.went, self.failure, self.before = [], None, lambda: None

    def deliver(self, message, key, at):
        self.before()
        if self.failure is not None:
            raise self.failure
        self.went.append((key, message))
        return f"<{key}>"


@pytest.fixture
def way():
    return Way()


@pytest.fixture
def clock(now):
    return Clock(now)


@pytest.fixture
def go(db, way, clock):
    return lambda **more: deliver_due({"letter": way, "mail": way, "calendar": way}, clock, **more)


def test_what_is_due_leaves_in_order_and_only_that(go, way, letter, mail, now):
    enqueue(letter, key="second", at=now - timedelta(minutes=1))
    enqueue(mail, key="first", at=now - timedelta(minutes=2))
    enqueue(mail, key="tomorrow", at=now, not_before=now + timedelta(days=1))
    assert go() == Round(delivered=2)
    assert way.went == [("first", mail), ("second", letter)]
    assert go() == Round()


def test_what_left_says_nothing_any_more_but_that_it_left(go, letter, now):
    entry = enqueue(letter, key="a", at=now)
    go()
    entry.refresh_from_db()
    assert (entry.state, entry.driver, entry.delivery_reference) == (EntryState.DELIVERED, "way", "<a>")
    assert (entry.recipient_name, entry.address_lines, entry.body, entry.subject) == ("", [], "", "")
    assert entry.digest == letter.digest()
    assert not OutboxAttachment.objects.exists()
    assert Entry.objects.filter(action="message.delivered", subject=letter.case_reference).count() == 1


def test_the_same_message_is_not_sent_again_after_it_left(go, way, letter, now):
    enqueue(letter, key="a", at=now)
    go()
    enqueue(letter, key="a", at=now)
    assert go() == Round()
    assert len(way.went) == 1


def test_a_failure_postpones_longer_each_time_and_ends(go, way, clock, mail, now):
    entry = enqueue(mail, key="a", at=now)
    way.failure = DeliveryFailed("SMTP 451: later")
    waited = []
    for _ in range(MAX_ATTEMPTS - 1):
        assert go() == Round(postponed=1)
        assert go() == Round()  # not before its time
        entry.refresh_from_db()
        waited.append(entry.due_at - clock.now)
        clock.now = entry.due_at
    assert tuple(waited) == PAUSES
    assert go() == Round(dead=1)
    entry.refresh_from_db()
    assert (entry.state, entry.last_failure) == (EntryState.DEAD, "SMTP 451: later")
    assert entry.message() == mail  # a person may look, and try again
    assert Entry.objects.filter(action="message.dead").count() == 1
    assert go() == Round()


def test_a_final_no_ends_at_once(go, way, mail, now):
    enqueue(mail, key="a", at=now)
    way.failure = DeliveryFailed("SMTP 550: the recipient was refused", is_final=True)
    assert go() == Round(dead=1)


def test_one_that_fails_does_not_hold_up_the_others(go, way, mail, now):
    enqueue(mail, key="a", at=now)
    enqueue(replace(mail, body="other"), key="b", at=now)

    def fail_once():
        way.failure = DeliveryFailed("no") if way.failure is None and not way.went else None

    way.before = fail_once
    assert go() == Round(delivered=1, postponed=1)


def test_a_worker_that_died_leaves_its_message_to_the_next(go, way, clock, mail, now):
    entry = enqueue(mail, key="a", at=now)

    def die():
        raise KeyboardInterrupt

    way.before = die
    with pytest.raises(KeyboardInterrupt):
        go()
    entry.refresh_from_db()
    assert entry.state == EntryState.SENDING
    way.before = lambda: None
    assert go() == Round()  # its lease runs
    clock.now = now + LEASE
    assert go() == Round(delivered=1)
    assert [key for key, _ in way.went] == ["a"]


def test_a_message_that_kills_every_worker_is_given_up(go, way, clock, mail, now):
    entry = enqueue(mail, key="a", at=now)

    def die():
        raise KeyboardInterrupt

    way.before = die
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            go()
        clock.now += LEASE
    assert go() == Round(dead=1)
    entry.refresh_from_db()
    assert entry.state == EntryState.DEAD
    assert "without an answer" in entry.last_failure


def test_a_slow_worker_does_not_undo_what_a_quicker_one_noted(go, way, clock, mail, now):
    entry = enqueue(mail, key="a", at=now)
    quicker = []

    def overtaken():
        way.before = lambda: None
        clock.now += LEASE
        quicker.append(go())

    way.before = overtaken
    assert go() == Round(delivered=0)  # it went a second time, under the same key; the entry is the quicker one's
    assert quicker == [Round(delivered=1)]
    entry.refresh_from_db()
    assert (entry.state, entry.attempts) == (EntryState.DELIVERED, 2)
    assert [key for key, _ in way.went] == ["a", "a"]


def test_a_message_that_someone_took_first_is_left_alone(go, way, mail, now, monkeypatch):
    enqueue(mail, key="a", at=now)
    monkeypatch.setattr(delivering, "_lease", lambda *_: False)
    assert go() == Round()
    assert way.went == []


def test_a_row_that_was_tampered_with_does_not_leave(go, way, mail, now):
    enqueue(mail, key="a", at=now)
    OutboxEntry.objects.update(body="CAN: 123456")
    assert go() == Round(dead=1)
    assert way.went == []


def test_a_round_has_its_limit(go, mail, now):
    for number in range(3):
        enqueue(replace(mail, body=f"text {number}"), key=str(number), at=now)
    assert go(limit=2) == Round(delivered=2)
    assert go().to_json() == {"delivered": 1, "postponed": 0, "dead": 0}
