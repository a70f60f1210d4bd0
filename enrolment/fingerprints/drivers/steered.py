"""The simulator with strings attached: a demonstration or a browser test says what the scanner does next.

After the administration of MOSIP's mock device service (status, score, delay), with the simulator's own script beside
it.
"""

import threading
from collections.abc import Iterator
from dataclasses import replace
from types import TracebackType
from typing import Self

from enrolment.fingerprints.clock import Clock
from enrolment.fingerprints.drivers.script import parse_script
from enrolment.fingerprints.drivers.simulator import SimulatedScanner, SimulatedSession
from enrolment.fingerprints.errors import CaptureCancelled, ScannerBusy, ScannerNotReady
from enrolment.fingerprints.scanner import CaptureEvent, CaptureRequest, CaptureResult, DeviceInfo, DeviceStatus

DRIVER_NAME = "simulator"
SLICE_MS = 50
LONGEST_DELAY_MS = 60_000


class SteeredScanner:
    """A simulated scanner whose status, attack score and delay can be set from any thread."""

    def __init__(self, scanner: SimulatedScanner, clock: Clock) -> None:
        self._scanner, self._clock = scanner, clock
        self._status: DeviceStatus | None = None
        self._attack_score: float | None = None
        self._delay_ms = 0

    @property
    def info(self) -> DeviceInfo:
        """The simulated scanner's own."""
        return self._scanner.info

    def status(self) -> DeviceStatus:
        """What it was told to be, else what it is."""
        return self._status or self._scanner.status()

    def open(self) -> "SteeredSession":
        """An exclusive session. Raises ScannerBusy, ScannerMissing, ScannerNotReady."""
        if self._status is DeviceStatus.BUSY:
            raise ScannerBusy("the simulated scanner was told to be busy")
        if self._status in (DeviceStatus.NOT_READY, DeviceStatus.NOT_REGISTERED):
            raise ScannerNotReady("the simulated scanner was told not to be ready")
        return SteeredSession(self, self._scanner.open(), self._clock)

    def set_status(self, status: DeviceStatus | None) -> None:
        """What it is to be from now on; None and `ready` leave it to itself."""
        self._status = None if status is DeviceStatus.READY else status

    def set_attack_score(self, score: float | None) -> None:
        """The attack score (0 to 1) of every print from now on; None leaves it to the script."""
        self._attack_score = score

    def set_delay_ms(self, delay_ms: int) -> None:
        """How long it takes from now on before a capture begins."""
        self._delay_ms = delay_ms

    def present(self, script: str) -> int:
        """Adds steps to the person's script; how many. Raises FingerImageError for a word that is no step."""
        steps = parse_script(script)
        self._scanner.present(*steps)
        return len(steps)

    def seat_person(self, seed: int) -> None:
        """Another person sits down: other fingers, no script."""
        self._scanner.seat_person(seed)

    def unplug(self) -> None:
        """Pulls the cable."""
        self._scanner.unplug()

    def plug_in(self) -> None:
        """Puts the cable back."""
        self._scanner.plug_in()

    @property
    def is_plugged_in(self) -> bool:
        """Whether the cable is in."""
        return self._scanner.is_plugged_in

    @property
    def delay_ms(self) -> int:
        """How long it takes before a capture begins."""
        return self._delay_ms

    def scored(self, result: CaptureResult) -> CaptureResult:
        """A result with the attack score that was set."""
        score = self._attack_score
        if score is None:
            return result
        fingers = tuple(replace(finger, attack_score=score) for finger in result.fingers)
        return replace(result, fingers=fingers, attack_suspected=score >= 0.5)


class SteeredSession:
    """A steered scanner held by one holder."""

    def __init__(self, scanner: SteeredScanner, session: SimulatedSession, clock: Clock) -> None:
        self._scanner, self._session, self._clock = scanner, session, clock
        self._cancelled = threading.Event()

    @property
    def info(self) -> DeviceInfo:
        """Which scanner this is."""
        return self._session.info

    def capture(self, request: CaptureRequest) -> Iterator[CaptureEvent]:
        """The events of one capture; see `ScannerSession.capture`."""
        self._cancelled.clear()
        for _ in range(0, self._scanner.delay_ms, SLICE_MS):
            self._clock.wait_ms(SLICE_MS)
            if self._cancelled.is_set():
                raise CaptureCancelled
        for event in self._session.capture(request):
            yield event if event.result is None else replace(event, result=self._scanner.scored(event.result))

    def force_capture(self) -> None:
        """Takes the next frame with a finger on it."""
        self._session.force_capture()

    def cancel(self) -> None:
        """Ends the running capture."""
        self._cancelled.set()
        self._session.cancel()

    def close(self) -> None:
        """Gives the scanner back."""
        self._cancelled.set()
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class SteeredDriver:
    """Finds the steered scanner, unless its cable is out."""

    name = DRIVER_NAME

    def __init__(self, scanner: SteeredScanner) -> None:
        self.scanner = scanner

    def list_devices(self) -> tuple[SteeredScanner, ...]:
        """The one steered scanner."""
        return (self.scanner,) if self.scanner.is_plugged_in else ()
