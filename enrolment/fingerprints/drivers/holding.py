"""One holder at a time, and the two things that a holder may call out while a capture runs. For drivers to build on."""

import threading
from datetime import datetime
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from enrolment.fingerprints.clock import Clock
from enrolment.fingerprints.errors import CaptureCancelled, ScannerBusy, ScannerError
from enrolment.fingerprints.scanner import DeviceInfo, FingerScanner

S = TypeVar("S", bound=FingerScanner)


class HolderLock(Protocol):
    """What keeps others away: `threading.Lock` within a process, `DeviceLock` among them."""

    def acquire(self, blocking: bool = ...) -> bool:
        """Whether it is ours now."""
        ...

    def release(self) -> None:
        """It is free again."""
        ...

    def locked(self) -> bool:
        """Whether somebody has it."""
        ...


class Holder:
    """Who may use a scanner now. One for each scanner."""

    def __init__(self, lock: HolderLock | None = None) -> None:
        self._lock: HolderLock = threading.Lock() if lock is None else lock

    @property
    def is_taken(self) -> bool:
        """Whether somebody holds the scanner."""
        return self._lock.locked()

    def take(self) -> "Hold":
        """The scanner for oneself. Raises ScannerBusy."""
        if not self._lock.acquire(False):
            raise ScannerBusy("the scanner is held by another session")
        return Hold(self._lock)


class Hold:
    """A scanner held, until given back. `cancel` and `force` may come from any thread."""

    def __init__(self, lock: HolderLock) -> None:
        self._lock = lock
        self._is_held = True
        self._cancelled, self._forced = threading.Event(), threading.Event()

    def begin_capture(self) -> None:
        """What was called out before a capture does not count for it. Raises ScannerError once given back."""
        if not self._is_held:
            raise ScannerError("the session is closed")
        self._cancelled.clear()
        self._forced.clear()

    def cancel(self) -> None:
        """The running capture is to end."""
        self._cancelled.set()

    def force(self) -> None:
        """The next frame with a finger on it is to be taken."""
        self._forced.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the running capture is to end."""
        return self._cancelled.is_set()

    @property
    def is_forced(self) -> bool:
        """Whether a frame is to be taken as it is."""
        return self._forced.is_set()

    def wait_frame(self, clock: Clock, duration_ms: int) -> datetime:
        """The time of the next frame. Raises CaptureCancelled where that was called out meanwhile."""
        clock.wait_ms(duration_ms)
        if self._cancelled.is_set():
            raise CaptureCancelled
        return clock.now()

    def give_back(self) -> None:
        """The scanner is free again; may be called twice."""
        if self._is_held:
            self._is_held = False
            self._cancelled.set()
            self._lock.release()


class HeldSession(Generic[S]):
    """What every session of a held scanner does alike; how prints come is its driver's affair."""

    def __init__(self, scanner: S, clock: Clock, hold: Hold) -> None:
        self._scanner, self._clock, self._hold = scanner, clock, hold

    @property
    def info(self) -> DeviceInfo:
        """Which scanner this is."""
        return self._scanner.info

    def force_capture(self) -> None:
        """Takes the next frame with a finger on it."""
        self._hold.force()

    def cancel(self) -> None:
        """Ends the running capture."""
        self._hold.cancel()

    def close(self) -> None:
        """Gives the scanner back."""
        self._hold.give_back()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
