"""What the desk asks of any fingerprint scanner, and what it hears from one.

The words are those of TR-03121-2 Vol 2 (HLBS, fingerprint part), MOSIP's SBI and libfprint, brought together: finding
devices, one exclusive session, a capture as a stream of live states with previews, force, cancel, typed errors.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.errors import ScannerError
from enrolment.fingerprints.finger import FingerImage, FingerPosition


class LiveState(Enum):
    """What a capture is doing, or what the finger should do; the values of HLBS `LiveStatus`."""

    INITIALIZING = "initializing"
    SELECT_MISSING_FINGERS = "select_missing_fingers"
    SEARCHING_FINGERS = "searching_fingers"
    FINGERS_RECOGNIZED = "fingers_recognized"
    CAPTURING = "capturing"
    REDUCE_PRESSURE = "reduce_pressure"
    RAISE_PRESSURE = "raise_pressure"
    MOVE_LEFT = "move_left"
    MOVE_RIGHT = "move_right"
    MOVE_FORWARD = "move_forward"
    MOVE_BACKWARD = "move_backward"
    KEEP_STILL = "keep_still"
    PERFORMING_QA = "performing_qa"
    ASSESS_QUALITY = "assess_quality"
    FINISHED = "finished"


class RetryHint(Enum):
    """What a scanner wants changed before another try, where no `LiveState` says it; after libfprint and SBI."""

    CENTRE_FINGER = "centre_finger"
    REMOVE_FINGER = "remove_finger"
    LAY_STRAIGHT = "lay_straight"
    LONGER = "longer"
    SLOWER = "slower"


class DeviceStatus(Enum):
    """Whether a scanner can be used now; the words of SBI."""

    READY = "ready"
    BUSY = "busy"
    NOT_READY = "not_ready"
    NOT_REGISTERED = "not_registered"


class CaptureMode(Enum):
    """How many fingers lie down at once; 4-4-2 is both slaps and the thumbs. The values are SBI's `deviceSubId`."""

    SINGLE = 0
    LEFT_SLAP = 1
    RIGHT_SLAP = 2
    TWO_THUMBS = 3


SLAP_FINGERS: dict[CaptureMode, tuple[FingerPosition, ...]] = {
    CaptureMode.LEFT_SLAP: (
        FingerPosition.LEFT_LITTLE,
        FingerPosition.LEFT_RING,
        FingerPosition.LEFT_MIDDLE,
        FingerPosition.LEFT_INDEX,
    ),
    CaptureMode.RIGHT_SLAP: (
        FingerPosition.RIGHT_INDEX,
        FingerPosition.RIGHT_MIDDLE,
        FingerPosition.RIGHT_RING,
        FingerPosition.RIGHT_LITTLE,
    ),
    CaptureMode.TWO_THUMBS: (FingerPosition.LEFT_THUMB, FingerPosition.RIGHT_THUMB),
}  # from left to right on the glass


class Purpose(Enum):
    """What the prints are for."""

    ENROLMENT = "enrolment"
    VERIFICATION = "verification"
    IDENTIFICATION = "identification"


class Impression(Enum):
    """How a print came about; the codes of ISO/IEC 19794-4:2005."""

    LIVE_PLAIN = 0
    LIVE_ROLLED = 1


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """What a scanner says of itself. `certification` names the profile it was certified for, or is empty; a capture
    area or a frame rate of 0 is one that neither the scanner nor configuration tells."""

    driver: str
    device_id: str
    make: str
    model: str
    serial: str
    firmware: str
    technology: str
    ppi: int
    capture_width_mm: float
    capture_height_mm: float
    certification: str
    modes: tuple[CaptureMode, ...]
    has_attack_detection: bool
    frames_per_second: float


@dataclass(frozen=True, slots=True)
class CaptureRequest:
    """What is to be captured. `positions` are the fingers that are expected, `missing` those that cannot come."""

    positions: tuple[FingerPosition, ...]
    timeout_ms: int = 30_000
    mode: CaptureMode = CaptureMode.SINGLE
    missing: tuple[FingerPosition, ...] = ()
    purpose: Purpose = Purpose.ENROLMENT
    impression: Impression = Impression.LIVE_PLAIN
    previews: bool = True

    @property
    def expected(self) -> tuple[FingerPosition, ...]:
        """The fingers that should lie on the glass."""
        return tuple(position for position in self.positions if position not in self.missing)


def check_request(request: CaptureRequest) -> None:
    """Raises ScannerError for a request that no scanner can fulfil."""
    if not request.expected:
        raise ScannerError("no finger is asked for that is not missing")
    if request.mode is CaptureMode.SINGLE and len(request.expected) != 1:
        raise ScannerError(f"{len(request.expected)} fingers asked for in single-finger mode")
    if request.mode is not CaptureMode.SINGLE and not set(request.positions) <= set(SLAP_FINGERS[request.mode]):
        raise ScannerError("a finger is asked for that does not belong to this slap")


@dataclass(frozen=True, slots=True)
class CapturedFinger:
    """One finger of a capture. `attack_score` 0 (a living finger) to 1, None where the scanner does not look."""

    image: FingerImage
    attack_score: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CaptureResult:
    """What a capture gave. `slap` is the whole picture of a slap, uint8 (height, width), where there was one."""

    device_id: str
    fingers: tuple[CapturedFinger, ...]
    attack_suspected: bool | None
    started_at: datetime
    finished_at: datetime
    was_forced: bool = False
    slap: NDArray[np.uint8] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class CaptureEvent:
    """One step of a capture. `preview` is uint8 (height, width); `clarity` 0-1 belongs to it. The last event, and
    only that, carries `result`."""

    state: LiveState
    at: datetime
    preview: NDArray[np.uint8] | None = field(default=None, repr=False)
    clarity: float | None = None
    result: CaptureResult | None = None


class ScannerSession(Protocol):
    """A scanner held by one holder. Leaving the `with` block gives it back, whatever happened."""

    @property
    def info(self) -> DeviceInfo:
        """Which scanner this is."""
        ...

    def capture(self, request: CaptureRequest) -> Iterator[CaptureEvent]:
        """The events of one capture; the last carries the result.

        Raises CaptureTimeout, CaptureCancelled, CaptureRetry, WrongFingerCount, ScannerGone, ScannerTampered,
        ScannerNotReady, ScannerAnswerError; CaptureNotOffered for what this scanner cannot take; and ScannerError for
        a request that none could fulfil. Whoever stops listening before the end ends the capture.
        """
        ...

    def force_capture(self) -> None:
        """Takes the next frame with a finger on it as the capture, from any thread."""
        ...

    def cancel(self) -> None:
        """Ends the running capture with CaptureCancelled, from any thread; does nothing where none runs."""
        ...

    def close(self) -> None:
        """Gives the scanner back. May be called twice."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class FingerScanner(Protocol):
    """A scanner that was found."""

    @property
    def info(self) -> DeviceInfo:
        """Which scanner this is."""
        ...

    def status(self) -> DeviceStatus:
        """Whether it can be used now."""
        ...

    def open(self) -> ScannerSession:
        """An exclusive session. Raises ScannerBusy, ScannerGone, ScannerMissing, ScannerNotReady."""
        ...


class ScannerDriver(Protocol):
    """What finds scanners of one kind."""

    @property
    def name(self) -> str:
        """The word by which configuration names it."""
        ...

    def list_devices(self) -> tuple[FingerScanner, ...]:
        """The scanners of this kind that are there now."""
        ...
