"""One capture from beginning to end, for callers who want the print and hand the events on."""

from collections.abc import Callable

from enrolment.fingerprints.errors import ScannerError
from enrolment.fingerprints.scanner import CaptureEvent, CaptureRequest, CaptureResult, ScannerSession

Listener = Callable[[CaptureEvent], None]


def ignore_event(event: CaptureEvent) -> None:
    """For callers who watch nothing."""


def capture(session: ScannerSession, request: CaptureRequest, listen: Listener = ignore_event) -> CaptureResult:
    """Runs one capture, hands every event to `listen`, and returns the result.

    Raises what `ScannerSession.capture` raises, and ScannerError where a driver ends its stream without a result.
    """
    result = None
    for event in session.capture(request):
        listen(event)
        result = event.result
    if result is None:
        raise ScannerError("the scanner ended a capture without a result")
    return result
