"""The desk of the demonstration: photo and prints of the applicant's files, played back as camera and scanner would."""

import zlib
from dataclasses import dataclass
from pathlib import Path

from enrolment.applications import Application
from enrolment.capture.finger_session import FingerSession, PrintsRefused
from enrolment.fingerprints.acquisition import Answer, FingerAcquisition, UnattendedOfficer, acquire
from enrolment.fingerprints.capturing import capture
from enrolment.fingerprints.collection import Event, FingerCollection, Question
from enrolment.fingerprints.drivers.replay import ReplayScanner
from enrolment.fingerprints.drivers.simulator import SimulatedScanner
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.images import read_finger_file
from enrolment.fingerprints.matching import MatchResult, match
from enrolment.fingerprints.policy import MissingFinger, MissingReason
from enrolment.fingerprints.scanner import CaptureEvent, CaptureRequest, FingerScanner
from enrolment.fingerprints.wsq import decode_wsq

HAND_OVER = "hand-over"


@dataclass(slots=True)
class Watched:
    """What passed by while a finger was taken."""

    events: int = 0
    previews: int = 0

    def __call__(self, event: CaptureEvent) -> None:
        self.events += 1
        self.previews += event.preview is not None


def seat(application: Application, application_file: Path) -> FingerScanner:
    """A scanner with the applicant before it: the prints that the application names, else fingers made up for it.

    A finger laid down again, at the hand-over, gives its second impression where the folder HAND_OVER beside the first
    one holds it under the same name.
    Raises: FingerImageError for a file that is no print.
    """
    files = application.files.fingers
    if files:
        prints = {FingerPosition.from_label(label): path for label, path in files.items()}
        return ReplayScanner({position: impressions_of(path, position) for position, path in prints.items()})
    return SimulatedScanner(zlib.crc32(application_file.stem.encode()) % 100_000)


def impressions_of(path: Path, position: FingerPosition) -> tuple[FingerImage, ...]:
    """The print of a file, and the later one of the same finger if there is one. Raises FingerImageError."""
    again = path.parent / HAND_OVER / path.name
    paths = (path, again) if again.is_file() else (path,)
    return tuple(read_finger_file(each, position) for each in paths)


class DemoOfficer(UnattendedOfficer):
    """Starts anew once, like the unattended officer; then says no instead of asking for fingers that never come."""

    def answer(self, question: Question, collection: FingerCollection) -> Answer:
        """Raises PrintsRefused where the unattended officer would go on to another finger."""
        answer = super().answer(question, collection)
        if answer.event is Event.NEXT_FINGER:
            finger = collection.position.label if collection.position is not None else "a finger"
            raise PrintsRefused(f"the print of {finger} cannot be used: {question.value.replace('_', ' ')}")
        return answer


def take_prints(
    scanner: FingerScanner, session: FingerSession, application: Application, age_years: int, watched: Watched
) -> FingerAcquisition:
    """The prints of the person before the scanner, by the station's policy. Raises ScannerError, PrintsRefused."""
    missing = [
        MissingFinger(FingerPosition.from_label(each.position), MissingReason(each.reason))
        for each in application.files.missing
    ]
    return acquire(
        scanner,
        session.quality,
        session.policy,
        age_years=age_years,
        missing=missing,
        officer=DemoOfficer(),
        listen=watched,
    )


def compare_with_card(scanner: FingerScanner, stored_wsq: bytes, position: str) -> MatchResult:
    """The holder lays the finger on the glass again: a new print against the one on the card, 1:1.

    Raises: ScannerError, FingerprintError.
    """
    label = FingerPosition.from_label(position)
    live = _one_print(scanner, label)
    return match(live, decode_wsq(stored_wsq, label))


def _one_print(scanner: FingerScanner, position: FingerPosition) -> FingerImage:
    with scanner.open() as session:
        return capture(session, CaptureRequest((position,), previews=False)).fingers[0].image
