"""What holds for every scanner, whichever driver speaks to it. A new driver joins by one line in SCANNERS."""

import threading
import time
from collections.abc import Callable
from datetime import UTC

import pytest

from enrolment.fingerprints.acquisition import Outcome, acquire
from enrolment.fingerprints.capturing import capture
from enrolment.fingerprints.clock import Clock, SteppedClock, SystemClock
from enrolment.fingerprints.drivers.replay import ReplayScanner
from enrolment.fingerprints.drivers.simulator import EPOCH, SimulatedScanner
from enrolment.fingerprints.errors import CaptureCancelled, CaptureTimeout, ScannerBusy, ScannerError
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.policy import FingerPolicy
from enrolment.fingerprints.quality import QualityJudge
from enrolment.fingerprints.scanner import CaptureRequest, DeviceStatus, FingerScanner, LiveState
from enrolment.fingerprints.synthesis import synthesise

Make = Callable[[bool, Clock], FingerScanner]
INDICES = (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)
REQUEST = CaptureRequest((FingerPosition.RIGHT_INDEX,), timeout_ms=2000)


def simulator(somebody: bool, clock: Clock) -> FingerScanner:
    return SimulatedScanner(8, "" if somebody else "nobody,nobody", clock)


def replay(somebody: bool, clock: Clock) -> FingerScanner:
    prints = {position: [synthesise(8, position)] for position in INDICES}
    return ReplayScanner(prints if somebody else {}, clock)


SCANNERS = {"simulator": simulator, "replay": replay}


@pytest.fixture(params=SCANNERS.values(), ids=SCANNERS.keys())
def make(request: pytest.FixtureRequest) -> Make:
    """Makes a scanner, with somebody or nobody before it."""
    made: Make = request.param
    return made


@pytest.fixture
def scanner(make: Make) -> FingerScanner:
    """A scanner with a willing person before it."""
    return make(True, SteppedClock(EPOCH))


def test_it_says_what_it_is(scanner: FingerScanner) -> None:
    info = scanner.info
    assert info.device_id.startswith(f"{info.driver}:")
    assert info.ppi == 500
    assert info.capture_width_mm >= 16
    assert info.capture_height_mm >= 20
    assert info.modes
    assert info.frames_per_second >= 3


def test_it_has_one_holder_at_a_time(scanner: FingerScanner) -> None:
    assert scanner.status() is DeviceStatus.READY
    with scanner.open() as session:
        assert session.info == scanner.info
        assert scanner.status() is DeviceStatus.BUSY
        with pytest.raises(ScannerBusy):
            scanner.open()
    assert scanner.status() is DeviceStatus.READY


def test_closing_twice_does_not_take_it_from_the_next_holder(scanner: FingerScanner) -> None:
    first = scanner.open()
    first.close()
    with scanner.open():
        first.close()
        assert scanner.status() is DeviceStatus.BUSY


def test_a_closed_session_is_of_no_use(scanner: FingerScanner) -> None:
    session = scanner.open()
    session.close()
    with pytest.raises(ScannerError):
        capture(session, REQUEST)


def test_a_capture_begins_and_ends_as_agreed(scanner: FingerScanner) -> None:
    with scanner.open() as session:
        events = list(session.capture(REQUEST))
    assert events[0].state is LiveState.INITIALIZING
    assert events[-1].state is LiveState.FINISHED
    assert [event.result is not None for event in events] == [False] * (len(events) - 1) + [True]
    assert all(event.at.tzinfo is UTC for event in events)
    assert any(event.preview is not None for event in events)
    assert all(0 <= event.clarity <= 1 for event in events if event.clarity is not None)


def test_the_result_is_of_the_finger_asked_for(scanner: FingerScanner) -> None:
    with scanner.open() as session:
        for position in INDICES:
            result = capture(session, CaptureRequest((position,)))
            (finger,) = result.fingers
            assert finger.image.position is position
            assert finger.image.ppi == 500
            assert result.device_id == scanner.info.device_id
            assert result.started_at <= result.finished_at
            assert (finger.attack_score is not None) == scanner.info.has_attack_detection


def test_nobody_there_ends_with_a_timeout_and_the_scanner_stays_usable(make: Make) -> None:
    scanner = make(False, SteppedClock(EPOCH))
    with scanner.open() as session:
        for _ in range(2):
            with pytest.raises(CaptureTimeout):
                capture(session, REQUEST)
    assert scanner.status() is DeviceStatus.READY


def test_cancel_from_another_thread_works_within_0_6_seconds(make: Make) -> None:
    with make(False, SystemClock()).open() as session:
        timer = threading.Timer(0.1, session.cancel)
        timer.start()
        started = time.monotonic()
        with pytest.raises(CaptureCancelled):
            capture(session, CaptureRequest((FingerPosition.RIGHT_INDEX,), timeout_ms=10_000))
        assert time.monotonic() - started < 0.7
        timer.join()


def test_a_cancel_when_nothing_runs_hurts_nothing(scanner: FingerScanner) -> None:
    with scanner.open() as session:
        session.cancel()
        session.force_capture()
        assert not capture(session, REQUEST).was_forced


def test_force_is_told_in_the_result(scanner: FingerScanner) -> None:
    result = None
    with scanner.open() as session:
        for event in session.capture(REQUEST):
            if event.state is LiveState.FINGERS_RECOGNIZED:
                session.force_capture()
            result = event.result
    assert result is not None
    assert result.was_forced


def test_a_request_for_nothing_is_refused(scanner: FingerScanner) -> None:
    nothing = CaptureRequest((FingerPosition.RIGHT_INDEX,), missing=(FingerPosition.RIGHT_INDEX,))
    with scanner.open() as session, pytest.raises(ScannerError):
        capture(session, nothing)


def test_two_fingers_can_be_enrolled_with_it(scanner: FingerScanner, judge: QualityJudge) -> None:
    result = acquire(scanner, judge, FingerPolicy())
    assert result.outcome is Outcome.COMPLETE
    assert [image.position for image in result.images] == list(INDICES)
