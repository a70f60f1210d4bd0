"""What holds for every scanner, whichever driver speaks to it. A new driver joins by one line in BENCHES."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from enrolment.fingerprints.acquisition import Outcome, acquire
from enrolment.fingerprints.capturing import capture
from enrolment.fingerprints.clock import SystemClock
from enrolment.fingerprints.drivers.libfprint import LibfprintDriver, SensorFacts
from enrolment.fingerprints.drivers.replay import ReplayDriver, ReplayScanner
from enrolment.fingerprints.drivers.sbi import SbiDriver, SbiPlace
from enrolment.fingerprints.drivers.simulator import SimulatedScanner, SimulatorDriver
from enrolment.fingerprints.errors import (
    CaptureCancelled,
    CaptureNotOffered,
    CaptureTimeout,
    ScannerBusy,
    ScannerError,
    ScannerGone,
)
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.images import encode_png
from enrolment.fingerprints.policy import FingerPolicy
from enrolment.fingerprints.quality import QualityJudge
from enrolment.fingerprints.scanner import (
    SLAP_FINGERS,
    CaptureEvent,
    CaptureMode,
    CaptureRequest,
    DeviceInfo,
    DeviceStatus,
    FingerScanner,
    LiveState,
    ScannerDriver,
    ScannerSession,
)
from enrolment.fingerprints.synthesis import synthesise

INDICES = (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)
REQUEST = CaptureRequest((FingerPosition.RIGHT_INDEX,), timeout_ms=30_000)
BRIEF = CaptureRequest((FingerPosition.RIGHT_INDEX,), timeout_ms=400)
LONG = CaptureRequest((FingerPosition.RIGHT_INDEX,), timeout_ms=10_000)


@dataclass
class Bench:
    """A scanner to be tried: its driver, the scanner, and what can be done to it. `unplug` is None for files."""

    driver: ScannerDriver
    scanner: FingerScanner
    unplug: Callable[[], object] | None = None


Build = Callable[[bool], Bench]


class Attended:
    """A real scanner, and somebody who lays the finger down that is asked for as soon as the scanner waits for it."""

    def __init__(self, scanner: FingerScanner, lay: Callable[[FingerPosition], None]) -> None:
        self._scanner, self._lay = scanner, lay

    @property
    def info(self) -> DeviceInfo:
        return self._scanner.info

    def status(self) -> DeviceStatus:
        return self._scanner.status()

    def open(self) -> Any:
        session: Any = self._scanner.open()
        watched = session.capture

        def attended(request: CaptureRequest) -> Iterator[CaptureEvent]:
            is_laid = False
            for event in watched(request):
                if event.state is LiveState.SEARCHING_FINGERS and not is_laid:
                    is_laid = True
                    self._lay(request.expected[0])
                yield event

        session.capture = attended
        return session


def simulator(request: pytest.FixtureRequest, somebody: bool) -> Bench:
    scanner = SimulatedScanner(8, "" if somebody else "nobody,nobody,nobody", SystemClock())
    return Bench(SimulatorDriver(scanner), scanner, scanner.unplug)


def replay(request: pytest.FixtureRequest, somebody: bool) -> Bench:
    folder: Path = request.getfixturevalue("tmp_path") / "prints"
    folder.mkdir(exist_ok=True)
    for position in INDICES if somebody else ():
        (folder / f"{position.label}.png").write_bytes(encode_png(synthesise(8, position)))
    driver = ReplayDriver(folder, SystemClock())
    return Bench(driver, ReplayScanner.from_folder(folder, SystemClock()))


def libfprint(request: pytest.FixtureRequest, somebody: bool) -> Bench:
    virtual = request.getfixturevalue("virtual_finger")
    driver = LibfprintDriver(SensorFacts.parse("ppi=500,area=20x25"))
    (scanner,) = driver.list_devices()

    def lay(position: FingerPosition) -> None:
        if somebody:
            virtual.lay(synthesise(8, position).pixels)

    return Bench(driver, Attended(scanner, lay), lambda: virtual.order(virtual.UNPLUG, 0))


def sbi(request: pytest.FixtureRequest, somebody: bool) -> Bench:
    service = request.getfixturevalue("sbi_service")
    service.somebody, service.sub_ids, service.least_frames = somebody, ["1", "2", "3"], 3
    driver = SbiDriver(SbiPlace.parse(f"{service.port},area=81x76"))
    (scanner,) = driver.list_devices()

    def unplug() -> None:
        service.error = 202

    return Bench(driver, scanner, unplug)


BENCHES = {"simulator": simulator, "replay": replay, "libfprint": libfprint, "sbi": sbi}


@pytest.fixture(params=BENCHES.values(), ids=BENCHES.keys())
def build(request: pytest.FixtureRequest) -> Build:
    """Builds a bench, with somebody or nobody before the scanner."""
    made: Callable[[pytest.FixtureRequest, bool], Bench] = request.param
    return lambda somebody: made(request, somebody)


@pytest.fixture
def bench(build: Build) -> Bench:
    """A bench with a willing person before the scanner."""
    return build(True)


@pytest.fixture
def scanner(bench: Bench) -> FingerScanner:
    """The scanner of that bench."""
    return bench.scanner


def test_its_driver_finds_it(bench: Bench) -> None:
    (found,) = bench.driver.list_devices()
    assert found.info == bench.scanner.info
    assert found.info.driver == bench.driver.name


def test_it_says_what_it_is(scanner: FingerScanner) -> None:
    info = scanner.info
    assert info.device_id.startswith(f"{info.driver}:")
    assert info.make
    assert info.model
    assert info.ppi == 500
    assert info.capture_width_mm >= 16
    assert info.capture_height_mm >= 20
    assert CaptureMode.SINGLE in info.modes
    assert info.frames_per_second == 0 or info.frames_per_second >= 3


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
    with pytest.raises(ScannerError, match="closed"):
        capture(session, REQUEST)


def test_an_error_inside_a_session_gives_it_back(scanner: FingerScanner) -> None:
    with pytest.raises(RuntimeError), scanner.open():
        raise RuntimeError
    assert scanner.status() is DeviceStatus.READY


def test_a_capture_begins_and_ends_as_agreed(scanner: FingerScanner) -> None:
    with scanner.open() as session:
        events = list(session.capture(REQUEST))
    assert events[0].state is LiveState.INITIALIZING
    assert events[-1].state is LiveState.FINISHED
    assert LiveState.CAPTURING in [event.state for event in events]
    assert [event.result is not None for event in events] == [False] * (len(events) - 1) + [True]
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert all(event.at.tzinfo is UTC for event in events)
    assert any(event.preview is not None for event in events)
    assert all(0 <= event.clarity <= 1 for event in events if event.clarity is not None)


def test_previews_can_be_left_out(scanner: FingerScanner) -> None:
    with scanner.open() as session:
        events = list(session.capture(CaptureRequest(REQUEST.positions, REQUEST.timeout_ms, previews=False)))
    assert all(event.preview is None for event in events)
    assert events[-1].result is not None


def test_the_result_is_of_the_finger_asked_for(scanner: FingerScanner) -> None:
    with scanner.open() as session:
        for position in INDICES:
            result = capture(session, CaptureRequest((position,)))
            (finger,) = result.fingers
            assert finger.image.position is position
            assert finger.image.ppi == 500
            assert np.array_equal(finger.image.pixels, synthesise(8, position).pixels)
            assert result.device_id == scanner.info.device_id
            assert result.started_at <= result.finished_at


def test_an_attack_score_is_given_where_the_scanner_looks_for_attacks_and_only_there(scanner: FingerScanner) -> None:
    with scanner.open() as session:
        result = capture(session, REQUEST)
    score, looks = result.fingers[0].attack_score, scanner.info.has_attack_detection
    assert (score is not None) == looks
    assert (result.attack_suspected is not None) == looks
    assert score is None or 0 <= score <= 1


@pytest.mark.parametrize("mode", [CaptureMode.LEFT_SLAP, CaptureMode.RIGHT_SLAP, CaptureMode.TWO_THUMBS])
def test_a_slap_is_taken_without_its_missing_finger_or_refused_as_not_offered(
    scanner: FingerScanner, mode: CaptureMode
) -> None:
    positions = SLAP_FINGERS[mode]
    request = CaptureRequest(positions, 20_000, mode, missing=positions[:1])
    with scanner.open() as session:
        if mode not in scanner.info.modes:
            with pytest.raises(CaptureNotOffered):
                capture(session, request)
            return
        result = capture(session, request)
    assert [finger.image.position for finger in result.fingers] == list(positions[1:])


def test_nobody_there_ends_with_a_timeout_and_the_scanner_stays_usable(build: Build) -> None:
    scanner = build(False).scanner
    with scanner.open() as session:
        for _ in range(2):
            started = time.monotonic()
            with pytest.raises(CaptureTimeout) as caught:
                capture(session, BRIEF)
            assert caught.value.timeout_ms == 400
            assert 0.35 < time.monotonic() - started < 4
    assert scanner.status() is DeviceStatus.READY


def test_cancel_from_another_thread_works_within_0_6_seconds_and_again(build: Build) -> None:
    with build(False).scanner.open() as session:
        for _ in range(2):
            waited = cancelled_after(session, session.cancel)
            assert waited < 0.6


def cancelled_after(session: ScannerSession, how: Callable[[], None]) -> float:
    """Seconds from `how` being called, in the middle of a capture, to the capture's end by CaptureCancelled."""
    called: list[float] = []

    def call() -> None:
        called.append(time.monotonic())
        how()

    timer = threading.Timer(0.15, call)
    timer.start()
    with pytest.raises(CaptureCancelled):
        capture(session, LONG)
    timer.join()
    return time.monotonic() - called[0]


def test_closing_from_another_thread_calls_a_capture_off(build: Build) -> None:
    scanner = build(False).scanner
    session = scanner.open()
    assert cancelled_after(session, session.close) < 0.8
    assert scanner.status() is DeviceStatus.READY


def test_a_capture_that_nobody_listens_to_any_more_ends(scanner: FingerScanner) -> None:
    with scanner.open() as session:
        left: Any = iter(session.capture(LONG))
        next(left)
        next(left)
        left.close()
        assert capture(session, REQUEST).fingers


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


@pytest.mark.parametrize("build", [simulator, libfprint, sbi], ids=lambda made: made.__name__, indirect=True)
def test_unplugging_in_the_middle_of_a_capture_is_an_error_of_its_own(build: Build) -> None:
    bench = build(False)
    assert bench.unplug is not None
    with bench.scanner.open() as session:
        timer = threading.Timer(0.2, bench.unplug)
        timer.start()
        started = time.monotonic()
        with pytest.raises(ScannerGone):
            capture(session, CaptureRequest(REQUEST.positions, timeout_ms=1_000))
        assert time.monotonic() - started < 0.9
        timer.join()
        with pytest.raises(ScannerGone):
            capture(session, BRIEF)


def test_a_request_for_nothing_is_refused(scanner: FingerScanner) -> None:
    nothing = CaptureRequest((FingerPosition.RIGHT_INDEX,), missing=(FingerPosition.RIGHT_INDEX,))
    with scanner.open() as session:
        with pytest.raises(ScannerError):
            capture(session, nothing)
        assert capture(session, REQUEST).fingers


def test_two_fingers_can_be_enrolled_with_it(scanner: FingerScanner, judge: QualityJudge) -> None:
    result = acquire(scanner, judge, FingerPolicy())
    assert result.outcome is Outcome.COMPLETE
    assert [image.position for image in result.images] == list(INDICES)
