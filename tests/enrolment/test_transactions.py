"""One act is one transaction: tried again while the database is busy, told in one error, undone in memory too."""

import sqlite3

import pytest
from django.db import IntegrityError, OperationalError, connection

from enrolment import transactions
from enrolment.cases.models import NumberSeries
from enrolment.errors import OfficeBusy, OfficeNotOpen, StepRefused, Taken
from enrolment.transactions import Patience, busy_is_typed, is_busy, is_gone, one_transaction


class ServerError(Exception):
    """Stands for what a PostgreSQL driver raises: all that counts is its `sqlstate`."""

    def __init__(self, sqlstate):
        super().__init__("the server's words")
        self.sqlstate = sqlstate


def wrapped(cause):
    error = OperationalError("the database's words")
    error.__cause__ = cause
    return error


def locked(code=sqlite3.SQLITE_BUSY):
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorcode = code
    return wrapped(cause)


class Pauses:
    """A clock that only pauses move."""

    def __init__(self):
        self.slept, self.now = [], 0.0

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    def patience(self, **changes):
        return Patience(**{"sleep": self.sleep, "clock": lambda: self.now, "jitter": lambda: 0.5, **changes})


@pytest.fixture
def pauses(monkeypatch):
    pauses = Pauses()
    monkeypatch.setattr(transactions, "PATIENCE", pauses.patience())
    return pauses


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_BUSY | (2 << 8)])
def test_a_locked_sqlite_file_is_busy(code):
    assert is_busy(locked(code))
    assert not is_gone(locked(code))


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
def test_a_conflict_in_postgresql_is_busy(state):
    assert is_busy(wrapped(ServerError(state)))
    assert not is_gone(wrapped(ServerError(state)))


@pytest.mark.parametrize("state", ["57P01", "08006", None])
def test_a_server_that_went_away_is_gone_not_busy(state):
    assert is_gone(wrapped(ServerError(state)))
    assert not is_busy(wrapped(ServerError(state)))


@pytest.mark.parametrize("error", [locked(sqlite3.SQLITE_FULL), wrapped(ServerError("53100")), OperationalError("x")])
def test_a_full_disk_is_neither(error):
    assert not is_busy(error)
    assert not is_gone(error)


@pytest.mark.django_db(transaction=True)
def test_an_act_that_met_a_lock_is_done_a_moment_later(pauses):
    seen = []

    @one_transaction
    def act(word):
        seen.append(NumberSeries.objects.count())
        NumberSeries.objects.create(name="x", last=1)
        if len(seen) < 3:
            raise locked()
        return word

    assert act("done") == "done"
    assert seen == [0, 0, 0]  # what the earlier attempts wrote was undone
    assert NumberSeries.objects.count() == 1
    assert pauses.slept == [0.02, 0.04]


@pytest.mark.django_db(transaction=True)
def test_patience_ends_with_one_error_and_nothing_changed(pauses):
    @one_transaction
    def act():
        NumberSeries.objects.create(name="x", last=1)
        raise locked()

    with pytest.raises(OfficeBusy, match="nothing was changed") as busy:
        act()
    assert busy.value.exit_code == 3
    assert len(pauses.slept) == Patience().attempts - 1
    assert not NumberSeries.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_was_waited_for_already_is_not_waited_for_again(pauses):
    calls = []

    @one_transaction
    def act():
        calls.append(1)
        pauses.now += 20  # as SQLite's own time-out
        raise locked()

    with pytest.raises(OfficeBusy):
        act()
    assert len(calls) == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_no_conflict_is_not_tried_again(pauses):
    calls = []

    @one_transaction
    def act(error):
        calls.append(1)
        raise error

    for error, expected in (
        (StepRefused("no"), StepRefused),
        (locked(sqlite3.SQLITE_FULL), OperationalError),
        (wrapped(ServerError("57P01")), OfficeNotOpen),
    ):
        with pytest.raises(expected):
            act(error)
    assert (len(calls), pauses.slept) == (3, [])


@pytest.mark.django_db(transaction=True)
def test_what_another_desk_entered_at_the_same_moment_is_taken_and_another_rule_is_no_race(pauses):
    NumberSeries.objects.create(name="x", last=1)

    @one_transaction
    def act(name, last):
        NumberSeries.objects.create(name=name, last=last)

    with pytest.raises(Taken, match="same"):
        act("x", 1)
    with pytest.raises(IntegrityError):
        act("y", -1)  # refused by a check: a fault of ours, not a race
    assert pauses.slept == []


@pytest.mark.django_db(transaction=True)
def test_inside_a_larger_act_the_larger_one_is_tried_again(pauses):
    calls = []

    @one_transaction
    def inner():
        calls.append("inner")
        if len(calls) < 4:
            raise locked()

    @one_transaction
    def outer():
        calls.append("outer")
        assert connection.in_atomic_block
        inner()

    outer()
    assert calls == ["outer", "inner", "outer", "inner"]


def test_rows_in_memory_do_not_tell_of_what_was_undone(db):
    row = NumberSeries.objects.create(name="x", last=1)

    @one_transaction
    def act(rows):
        rows[0].last = 7
        rows[0].save()
        raise StepRefused("no")

    with pytest.raises(StepRefused):
        act([row])
    assert row.last == 1
    assert NumberSeries.objects.get().last == 1
    row.last = 2
    row.save()  # and the row is as usable as before
    assert NumberSeries.objects.get().last == 2


def test_rows_behind_rows_are_put_back_too(walk, now):
    case = walk.filed()
    assert case.person.language == "en"

    @one_transaction
    def act(case):
        case.person.language = "de"
        raise StepRefused("no")

    with pytest.raises(StepRefused):
        act(case)
    assert case.person.language == "en"


@pytest.mark.parametrize(("error", "expected"), [(locked(), OfficeBusy), (wrapped(ServerError(None)), OfficeNotOpen)])
def test_reading_tells_a_busy_and_an_absent_database_by_the_same_errors(error, expected):
    with pytest.raises(expected), busy_is_typed():
        raise error
    with pytest.raises(OperationalError), busy_is_typed():
        raise locked(sqlite3.SQLITE_FULL)
