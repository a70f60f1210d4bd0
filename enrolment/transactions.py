"""One act of the office is one transaction: done whole or not at all, tried again while the database is busy.

What a person sees of a busy database is one error, `OfficeBusy`, whichever database it is: SQLite's lock that was not
given within its time, PostgreSQL's serialization failure, deadlock or lock time-out. Nothing was changed then. The rows
that an act was given are put back as they were when it fails: what lies in memory never tells of what was undone.
"""

import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, OperationalError, transaction
from django.db.models import Model

from enrolment.errors import DatabaseAway, OfficeBusy, Taken

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# sqlite.org/rescode.html: the low byte is the primary code, SQLITE_BUSY and SQLITE_LOCKED.
SQLITE_PRIMARY_CODE = 0xFF
SQLITE_BUSY_CODES = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
SQLITE_TWICE_CODES = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})
POSTGRESQL_TWICE_STATE = "23505"  # unique_violation
# PostgreSQL's errcodes appendix: serialization_failure, deadlock_detected, lock_not_available.
POSTGRESQL_BUSY_STATES = frozenset({"40001", "40P01", "55P03"})
# The same appendix: class 08 (connection exception), admin_shutdown, crash_shutdown, cannot_connect_now.
POSTGRESQL_GONE_STATES = frozenset({"57P01", "57P02", "57P03"})
POSTGRESQL_GONE_CLASS = "08"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an act is tried again: `attempts` at most, none later than `budget_s` after the first began."""

    attempts: int = 6
    budget_s: float = 5.0
    first_pause_s: float = 0.02
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random

    def run(self, act: Callable[[], Result], undo: Callable[[], None]) -> Result:
        """Do `act` in a transaction of its own; `undo` is called after each one that was rolled back.

        Raises: OfficeBusy when patience ran out, DatabaseAway when the database went away, Taken when another desk
        entered at the same moment what may be there once; else what `act` raises.
        """
        start = self.clock()
        for attempt in range(1, self.attempts + 1):
            try:
                with transaction.atomic():
                    return act()
            except DatabaseError as error:
                undo()
                if is_gone(error):
                    transaction.get_connection().close()
                    raise DatabaseAway("the office's database does not answer: nothing was changed") from None
                if is_twice(error):
                    raise Taken(
                        "someone else entered the same at this moment: nothing was changed, look again"
                    ) from None
                if not is_busy(error):
                    raise
                if attempt == self.attempts or self.clock() - start >= self.budget_s:
                    raise OfficeBusy("the office's database is busy: nothing was changed, try again") from None
            except BaseException:
                undo()
                raise
            self.sleep(self.first_pause_s * 2 ** (attempt - 1) * (0.5 + self.jitter()))
        raise AssertionError("the last attempt returns or raises")


PATIENCE = Patience()


def one_transaction(act: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Make a service one act: its own transaction with patience, or a part of the larger act that calls it.

    Only for functions whose every effect is in the database: they may run more than once before one run counts.
    """

    @wraps(act)
    def in_transaction(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        given = _Rows([*args, *kwargs.values()])
        if not transaction.get_connection().in_atomic_block:
            return PATIENCE.run(lambda: act(*args, **kwargs), given.put_back)
        try:
            with transaction.atomic():
                return act(*args, **kwargs)
        except BaseException:
            given.put_back()
            raise

    return in_transaction


@contextmanager
def busy_is_typed() -> Iterator[None]:
    """For reading: a busy or absent database is OfficeBusy or DatabaseAway here too, without another attempt."""
    try:
        yield
    except DatabaseError as error:
        if is_busy(error):
            raise OfficeBusy("the office's database is busy: try again") from None
        if is_gone(error):
            raise DatabaseAway("the office's database does not answer") from None
        raise


def is_busy(error: DatabaseError) -> bool:
    """Whether another's transaction stood in the way, and the same act may succeed a moment later."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", None)
        return code is not None and code & SQLITE_PRIMARY_CODE in SQLITE_BUSY_CODES
    return getattr(cause, "sqlstate", None) in POSTGRESQL_BUSY_STATES


def is_twice(error: DatabaseError) -> bool:
    """Whether what may be there once was there already: a unique constraint, not another one."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) in SQLITE_TWICE_CODES
    return getattr(cause, "sqlstate", None) == POSTGRESQL_TWICE_STATE


def is_gone(error: DatabaseError) -> bool:
    """Whether the database server went away, or was never there; SQLite, being a file, never does."""
    cause = error.__cause__
    if cause is None or isinstance(cause, sqlite3.Error):
        return False
    state = getattr(cause, "sqlstate", None)
    if state is None:  # the driver speaks of no answer at all
        return isinstance(error, OperationalError)
    return state in POSTGRESQL_GONE_STATES or state.startswith(POSTGRESQL_GONE_CLASS)


class _Rows:
    """The rows among the values of a call, and those that they lead to, as they were at its beginning."""

    def __init__(self, values: Iterable[Any]) -> None:
        self._before: dict[int, tuple[Model, dict[str, Any]]] = {}
        pending = list(values)
        while pending:
            value = pending.pop()
            if isinstance(value, list | tuple | set | frozenset):
                pending += value
            elif isinstance(value, Model) and id(value) not in self._before:
                self._before[id(value)] = (value, _content(value))
                pending += value._state.fields_cache.values()

    def put_back(self) -> None:
        """Give every row the values that it had."""
        for row, content in self._before.values():
            row.__dict__.clear()
            row.__dict__.update({**content, "_state": _copy_of_state(content["_state"])})


def _content(row: Model) -> dict[str, Any]:
    return {**row.__dict__, "_state": _copy_of_state(row._state)}


def _copy_of_state(state: Any) -> Any:
    twin = copy(state)
    twin.fields_cache = dict(state.fields_cache)
    return twin
