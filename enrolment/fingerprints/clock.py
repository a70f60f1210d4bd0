"""Time as the scanner side asks for it: the real one, and one that only moves when somebody waits."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What time it is, and waiting."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        ...

    def wait_ms(self, duration_ms: int) -> None:
        """Returns when `duration_ms` have gone by."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return datetime.now(UTC)

    def wait_ms(self, duration_ms: int) -> None:
        """Sleeps."""
        time.sleep(duration_ms / 1000)


class SteppedClock:
    """A clock that waiting alone moves on: a capture of seconds is over at once, and the same every time."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        """The moment to which waiting has brought it."""
        return self._now

    def wait_ms(self, duration_ms: int) -> None:
        """Moves on by `duration_ms` at once."""
        self._now += timedelta(milliseconds=duration_ms)
