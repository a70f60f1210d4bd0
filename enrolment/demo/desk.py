"""The desk of the demonstration: the applicant's photo from a file, the fingers on a simulated scanner."""

import zlib
from dataclasses import dataclass
from pathlib import Path

from enrolment.applications import Application
from enrolment.capture.finger_session import FingerSession
from enrolment.fingerprints.acquisition import FingerAcquisition, acquire
from enrolment.fingerprints.capturing import capture
from enrolment.fingerprints.drivers.simulator import SimulatedScanner
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.matching import MatchResult, match
from enrolment.fingerprints.policy import MissingFinger, MissingReason
from enrolment.fingerprints.scanner import CaptureEvent, CaptureRequest
from enrolment.fingerprints.wsq import decode_wsq


@dataclass(slots=True)
class Watched:
    """What passed by while a finger was taken."""

    events: int = 0
    previews: int = 0

    def __call__(self, event: CaptureEvent) -> None:
        self.events += 1
        self.previews += event.preview is not None


def person_seed(application_file: Path, seed: int) -> int:
    """The fingers of one made-up applicant: other files, other fingers."""
    return zlib.crc32(application_file.stem.encode()) % 100_000 + seed


def take_prints(
    scanner: SimulatedScanner, session: FingerSession, application: Application, age_years: int, watched: Watched
) -> FingerAcquisition:
    """The prints of the person before the scanner, by the station's policy. Raises ScannerError."""
    missing = [
        MissingFinger(FingerPosition.from_label(each.position), MissingReason(each.reason))
        for each in application.files.missing
    ]
    return acquire(scanner, session.quality, session.policy, age_years=age_years, missing=missing, listen=watched)


def compare_with_card(scanner: SimulatedScanner, stored_wsq: bytes, position: str) -> MatchResult:
    """The holder lays the finger on the glass again: a new print against the one on the card, 1:1.

    Raises: ScannerError, FingerprintError.
    """
    label = FingerPosition.from_label(position)
    live = _one_print(scanner, label)
    return match(live, decode_wsq(stored_wsq, label))


def _one_print(scanner: SimulatedScanner, position: FingerPosition) -> FingerImage:
    with scanner.open() as session:
        return capture(session, CaptureRequest((position,), previews=False)).fingers[0].image
