"""Where the print of the finger that is next comes from: a capture of that finger, or a slap with its neighbours.

A slap is taken for one finger and holds others besides: they are kept, and asked for before anybody lays a hand down
again. So three slaps of a hand are three captures of each of its fingers.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.capturing import Listener, capture
from enrolment.fingerprints.errors import CaptureRetry, ScannerError, WrongFingerCount
from enrolment.fingerprints.finger import DOCUMENT_PPI, FingerImage, FingerPosition
from enrolment.fingerprints.policy import MissingReason
from enrolment.fingerprints.scanner import (
    SLAP_FINGERS,
    CapturedFinger,
    CaptureMode,
    CaptureRequest,
    CaptureResult,
    ScannerSession,
)
from enrolment.fingerprints.segmentation import SlapOutcome, cut_tip, segment_slap

SCANNER_RETRIES = 5  # times that a scanner may ask for another try before a finger was captured at all
MODE_OF = {position: mode for mode, positions in SLAP_FINGERS.items() for position in positions}

Missing = Mapping[FingerPosition, MissingReason]
Tell = Callable[..., None]  # one line of the record: what, position, facts by name


@dataclass(frozen=True, slots=True, eq=False)
class Supplied:
    """One print as it came. `slap` numbers the slap it was cut from, None for a finger captured alone; `hand_doubted`
    says that the slap looks like the other hand."""

    image: FingerImage
    attack_score: float | None
    attack_suspected: bool | None
    was_forced: bool
    slap: int | None = None
    hand_doubted: bool = False


class PrintSource(Protocol):
    """Whatever gives prints to an acquisition."""

    def print_of(self, position: FingerPosition) -> Supplied:
        """The next print of `position`. Raises ScannerError."""
        ...

    def forget(self) -> None:
        """What is in store does not count: the person is asked anew."""
        ...


@dataclass(frozen=True, slots=True)
class Scanning:
    """Captures through one session, patient where the scanner only asks for another try."""

    session: ScannerSession
    timeout_ms: int
    listen: Listener
    tell: Tell

    def capture(self, position: FingerPosition, request: CaptureRequest) -> CaptureResult:
        """One capture; up to SCANNER_RETRIES more where the scanner wants another. Raises ScannerError."""
        for retry in range(SCANNER_RETRIES + 1):
            try:
                return capture(self.session, request, self.listen)
            except (CaptureRetry, WrongFingerCount) as problem:
                self.tell("retry", position, problem=type(problem).__name__)
                if retry == SCANNER_RETRIES:
                    raise
            except ScannerError as problem:
                self.tell("stopped", position, problem=type(problem).__name__)
                raise
        raise AssertionError("the loop above returns or raises")


@dataclass(frozen=True, slots=True)
class SingleFingers:
    """One finger at a time."""

    scanning: Scanning

    def print_of(self, position: FingerPosition) -> Supplied:
        """A capture of `position` alone. Raises ScannerError."""
        result = self.scanning.capture(position, CaptureRequest((position,), self.scanning.timeout_ms))
        finger = next((found for found in result.fingers if found.image.position is position), None)
        if finger is None:
            raise ScannerError("the scanner delivered another finger than was asked for")
        return Supplied(finger.image, finger.attack_score, result.attack_suspected, result.was_forced)

    def forget(self) -> None:
        """Nothing is in store."""


@dataclass(slots=True)
class Slaps:
    """Four fingers of a hand, or both thumbs, at once; a finger alone where the scanner has no such mode.

    `missing` tells, whenever a hand is to be laid down, which of its fingers cannot come.
    """

    scanning: Scanning
    missing: Callable[[], Missing]
    taken: list[dict[FingerPosition, Supplied]] = field(default_factory=list)
    _store: dict[FingerPosition, deque[Supplied]] = field(default_factory=lambda: defaultdict(deque))

    def print_of(self, position: FingerPosition) -> Supplied:
        """The print of `position` from the oldest slap that was not asked for it yet, or from a new one.

        Raises ScannerError.
        """
        mode = MODE_OF[position]
        if mode not in self.scanning.session.info.modes:
            self.scanning.tell("single_finger_fallback", position)
            return SingleFingers(self.scanning).print_of(position)
        if not self._store[position]:
            self.take_slap(mode, position)
        return self._store[position].popleft()

    def take_slap(self, mode: CaptureMode, position: FingerPosition) -> None:
        """One slap into the store. What was merely unreadable lies on the glass with the others."""
        missing = self.missing()
        absent = tuple(
            finger
            for finger in SLAP_FINGERS[mode]
            if missing.get(finger, MissingReason.UNREADABLE) is not MissingReason.UNREADABLE
        )
        request = CaptureRequest(SLAP_FINGERS[mode], self.scanning.timeout_ms, mode, absent)
        result = self.scanning.capture(position, request)
        fingers, doubted = read_slap(result, request, self.scanning.session.info.ppi)
        if position not in {finger.image.position for finger in fingers}:
            raise ScannerError("the scanner delivered a slap without the finger that was asked for")
        number = len(self.taken) + 1
        slap = {
            finger.image.position: Supplied(
                finger.image, finger.attack_score, result.attack_suspected, result.was_forced, number, doubted
            )
            for finger in fingers
        }
        self.taken.append(slap)
        for finger_position, supplied in slap.items():
            self._store[finger_position].append(supplied)

    def forget(self) -> None:
        """No slap counts any longer."""
        self.taken.clear()
        self._store.clear()


def read_slap(
    result: CaptureResult, request: CaptureRequest, ppi: int = DOCUMENT_PPI
) -> tuple[tuple[CapturedFinger, ...], bool]:
    """The fingers of a slap, cut here where the scanner left that to us, and whether it looks like the other hand.

    `ppi` is the scanner's; what is cut here has DOCUMENT_PPI.
    Raises WrongFingerCount where the scanner cut nothing and the fingers on the picture are not those expected.
    """
    if result.slap is None:
        return result.fingers, False
    slap = at_document_ppi(result.slap, ppi)
    expected = tuple(position for position in SLAP_FINGERS[request.mode] if position in request.expected)
    found = segment_slap(slap, expected)
    doubted = found.outcome is SlapOutcome.OTHER_HAND
    if result.fingers:
        return result.fingers, doubted
    if len(found.tips) != len(expected):
        raise WrongFingerCount(len(expected), len(found.tips))
    cut = zip(found.tips, expected, strict=True)
    return tuple(CapturedFinger(cut_tip(slap, tip, position)) for tip, position in cut), doubted


def at_document_ppi(slap: NDArray[np.uint8], ppi: int) -> NDArray[np.uint8]:
    """A slap of a finer scanner at the resolution of documents; others as they are, within the 2 % that scanners
    differ by. Shape: uint8 (height, width)."""
    if abs(ppi - DOCUMENT_PPI) <= 0.02 * DOCUMENT_PPI:
        return slap
    scale = DOCUMENT_PPI / ppi
    size = (max(1, round(slap.shape[1] * scale)), max(1, round(slap.shape[0] * scale)))
    return np.asarray(cv2.resize(slap, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
