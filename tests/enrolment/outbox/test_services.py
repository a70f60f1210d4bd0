"""Enqueued once per key, in the transaction of the act; given up, tried again, dropped."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from enrolment.audit.models import Entry
from enrolment.errors import Incomplete, NotAuthorised, StepRefused, Taken, UnknownRecord
from enrolment.outbox.models import EntryState, OutboxAttachment, OutboxEntry
from enrolment.outbox.services import drop, enqueue, entry_keyed, retry, withdraw

pytestmark = pytest.mark.usefixtures("each_database")


def give_up(entry):
    OutboxEntry.objects.filter(pk=entry.pk).update(state=EntryState.DEAD, version=entry.version + 1)
    entry.refresh_from_db()
    return entry


def test_a_message_comes_back_as_it_went_in(db, letter, now):
    entry = enqueue(letter, key="a", at=now)
    assert entry_keyed("a").message() == letter
    assert (entry.state, entry.due_at, entry.digest) == (EntryState.WAITING, now, letter.digest())


def test_the_journal_knows_that_and_not_what(db, letter, now):
    enqueue(letter, key="a", at=now)
    entry = Entry.objects.get(action="message.queued")
    assert entry.subject == letter.case_reference
    assert set(entry.details) == {"kind", "medium", "digest"}


def test_the_same_key_never_gives_two_messages(db, letter, now):
    first = enqueue(letter, key="a", at=now)
    assert enqueue(letter, key="a", at=now + timedelta(hours=1)).pk == first.pk
    assert OutboxAttachment.objects.count() == 1
    with pytest.raises(Taken, match="another message"):
        enqueue(replace(letter, body="other"), key="a", at=now)


def test_a_message_of_an_act_that_was_undone_is_undone(db, letter, now):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(letter, key="a", at=now)
        _ = 1 / 0
    assert not OutboxEntry.objects.exists()


def test_a_message_can_be_held_back_but_not_sent_before_it_was_written(db, letter, now):
    later = now + timedelta(days=1)
    assert enqueue(letter, key="a", at=now, not_before=later).due_at == later
    assert enqueue(letter, key="b", at=now, not_before=now - timedelta(days=1)).due_at == now


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_says_something_and_fits(db, letter, now, key):
    with pytest.raises(Incomplete, match="key"):
        enqueue(letter, key=key, at=now)


def test_what_was_given_up_is_tried_again(officers, letter, now):
    entry = enqueue(letter, key="a", at=now)
    with pytest.raises(StepRefused, match="waiting"):
        retry(entry, officers.clerk, now)
    retry(give_up(entry), officers.clerk, now + timedelta(hours=1))
    assert (entry.state, entry.attempts, entry.due_at) == (EntryState.WAITING, 0, now + timedelta(hours=1))


def test_what_is_dropped_says_nothing_any_more(officers, letter, now):
    entry = enqueue(letter, key="a", at=now)
    with pytest.raises(Incomplete, match="reason"):
        drop(entry, officers.clerk, now, " ")
    drop(entry, officers.clerk, now, "moved abroad")
    assert (entry.state, entry.subject, entry.body, entry.recipient_name) == (EntryState.DROPPED, "", "", "")
    assert entry.address_lines == []
    assert not OutboxAttachment.objects.exists()
    with pytest.raises(StepRefused, match="dropped and erased"):
        drop(entry, officers.clerk, now, "again")


def test_only_who_may_deals_with_messages(officers, letter, now):
    entry = enqueue(letter, key="a", at=now)
    with pytest.raises(NotAuthorised):
        drop(entry, officers.auditor, now, "x")
    with pytest.raises(NotAuthorised):
        retry(entry, officers.auditor, now)


def test_a_message_that_no_longer_holds_is_withdrawn_if_it_is_still_there(db, letter, now):
    entry = enqueue(letter, key="a", at=now)
    assert withdraw("a", now)
    assert not withdraw("a", now)
    assert not withdraw("b", now)
    entry.refresh_from_db()
    assert entry.state == EntryState.DROPPED


def test_an_unknown_key_is_said_without_the_key(db):
    with pytest.raises(UnknownRecord) as unknown:
        entry_keyed("receipt:secret")
    assert "secret" not in str(unknown.value)
