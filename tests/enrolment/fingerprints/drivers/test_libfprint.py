"""Scanners behind libfprint, on its own virtual device: a real Linux scanner stack without hardware."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from enrolment.fingerprints.drivers.libfprint import LibfprintDriver, LibfprintScanner, LibfprintSession, SensorFacts
from enrolment.fingerprints.drivers.libfprint_process import LibfprintProcess
from enrolment.fingerprints.errors import (
    CaptureCancelled,
    CaptureNotOffered,
    CaptureRetry,
    CaptureTimeout,
    ScannerAnswerError,
    ScannerBusy,
    ScannerError,
    ScannerGone,
    ScannerMissing,
    ScannerNotReady,
    StackMissing,
)
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.scanner import SLAP_FINGERS, CaptureMode, CaptureRequest, CaptureResult, LiveState
from enrolment.fingerprints.synthesis import synthesise

REQUEST = CaptureRequest((FingerPosition.RIGHT_INDEX,), timeout_ms=10_000)
BRIEF = CaptureRequest((FingerPosition.RIGHT_INDEX,), timeout_ms=300)
PRINT = synthesise(8, FingerPosition.RIGHT_INDEX).pixels


@pytest.fixture
def scanner(virtual_finger: Any) -> LibfprintScanner:
    (found,) = LibfprintDriver(SensorFacts()).list_devices()
    return found


@pytest.fixture
def session(scanner: LibfprintScanner) -> Iterator[LibfprintSession]:
    with scanner.open() as opened:
        yield opened


def take(session: LibfprintSession, act: Any = None, request: CaptureRequest = REQUEST) -> CaptureResult:
    """A capture in which `act` happens once the scanner waits for a finger."""
    result = None
    for event in session.capture(request):
        if event.state is LiveState.SEARCHING_FINGERS and act is not None:
            act()
            act = None
        result = event.result
    assert result is not None
    return result


def test_a_frame_comes_out_as_it_went_in(session: LibfprintSession, virtual_finger: Any) -> None:
    assert np.array_equal(take(session, lambda: virtual_finger.lay(PRINT)).fingers[0].image.pixels, PRINT)


def test_the_print_of_1000_ppi_comes_at_500(virtual_finger: Any) -> None:
    (scanner,) = LibfprintDriver(SensorFacts.parse("ppi=1000")).list_devices()
    double = np.asarray(cv2.resize(PRINT, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    with scanner.open() as session:
        image = take(session, lambda: virtual_finger.lay(double)).fingers[0].image
    assert scanner.info.ppi == 1000
    assert image.ppi == 500
    assert image.pixels.shape == PRINT.shape


def test_the_states_are_those_of_a_finger_that_came(session: LibfprintSession, virtual_finger: Any) -> None:
    states = []
    for event in session.capture(REQUEST):
        states.append(event.state)
        if event.state is LiveState.SEARCHING_FINGERS:
            virtual_finger.lay(PRINT)
    assert states == [
        LiveState.INITIALIZING,
        LiveState.SEARCHING_FINGERS,
        LiveState.FINGERS_RECOGNIZED,
        LiveState.KEEP_STILL,
        LiveState.CAPTURING,
        LiveState.FINISHED,
    ]


@pytest.mark.parametrize(
    ("code", "hint"),
    [(0, "keep_still"), (1, "longer"), (2, "centre_finger"), (3, "remove_finger")],
)
def test_another_try_is_asked_for_with_its_hint(
    session: LibfprintSession, virtual_finger: Any, code: int, hint: str
) -> None:
    with pytest.raises(CaptureRetry) as caught:
        take(session, lambda: virtual_finger.order(virtual_finger.RETRY, code))
    assert caught.value.hint == hint
    assert take(session, lambda: virtual_finger.lay(PRINT)).fingers


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (0, ScannerAnswerError),
        (4, ScannerBusy),
        (5, ScannerAnswerError),
        (7, ScannerAnswerError),
        (0x101, ScannerNotReady),
    ],
)
def test_the_errors_of_a_device_are_errors_of_their_own(
    session: LibfprintSession, virtual_finger: Any, code: int, error: type[ScannerError]
) -> None:
    with pytest.raises(error):
        take(session, lambda: virtual_finger.order(virtual_finger.ERROR, code))
    assert take(session, lambda: virtual_finger.lay(PRINT)).fingers


def test_a_picture_without_a_print_asks_for_another_try(session: LibfprintSession, virtual_finger: Any) -> None:
    with pytest.raises(CaptureRetry):
        take(session, lambda: virtual_finger.lay(np.full((400, 300), 244, np.uint8)))


def test_a_cable_that_is_pulled_is_noticed_and_put_back_it_works(
    scanner: LibfprintScanner, virtual_finger: Any
) -> None:
    with scanner.open() as session, pytest.raises(ScannerGone):
        take(session, lambda: virtual_finger.order(virtual_finger.UNPLUG, 0))
    with scanner.open() as session:  # the next process finds it again
        assert take(session, lambda: virtual_finger.lay(PRINT)).fingers


def test_nobody_there_is_a_timeout_and_a_cancel_takes_less_than_0_6_seconds(session: LibfprintSession) -> None:
    with pytest.raises(CaptureTimeout):
        take(session, request=BRIEF)
    timer = threading.Timer(0.1, session.cancel)
    timer.start()
    started = time.monotonic()
    with pytest.raises(CaptureCancelled):
        take(session)
    timer.join()
    assert time.monotonic() - started < 0.7


def test_a_finger_that_comes_and_goes_does_not_stretch_the_time(session: LibfprintSession, virtual_finger: Any) -> None:
    is_over = threading.Event()

    def fidget() -> None:
        while not is_over.wait(0.01):
            virtual_finger.order(virtual_finger.FINGER, 1)
            virtual_finger.order(virtual_finger.FINGER, 0)

    fidgeting = threading.Thread(target=fidget)
    started = time.monotonic()
    with pytest.raises(CaptureTimeout):
        take(session, fidgeting.start, BRIEF)
    assert time.monotonic() - started < 1.5
    is_over.set()
    fidgeting.join()


def test_a_worker_that_dies_in_the_middle_is_a_scanner_gone_and_another_takes_its_place(
    session: LibfprintSession, virtual_finger: Any
) -> None:
    first = session.process.process_id
    with pytest.raises(ScannerGone, match="process ended"):
        take(session, lambda: os.kill(first, signal.SIGKILL))
    assert take(session, lambda: virtual_finger.lay(PRINT)).fingers
    assert session.process.process_id != first


def test_a_worker_that_hangs_is_ended_when_the_capture_is_called_off(
    session: LibfprintSession, virtual_finger: Any
) -> None:
    first = session.process.process_id
    timer = threading.Timer(0.2, session.cancel)
    timer.start()
    started = time.monotonic()
    with pytest.raises(CaptureCancelled):
        take(session, lambda: os.kill(first, signal.SIGSTOP))
    timer.join()
    assert time.monotonic() - started < 1.6
    assert take(session, lambda: virtual_finger.lay(PRINT)).fingers


def test_closing_leaves_no_process_behind(scanner: LibfprintScanner) -> None:
    session = scanner.open()
    process = session.process
    session.close()
    assert not process.is_running
    with pytest.raises(ProcessLookupError):
        os.kill(process.process_id, 0)


def test_slaps_are_not_offered(session: LibfprintSession) -> None:
    slap = CaptureRequest(SLAP_FINGERS[CaptureMode.RIGHT_SLAP], mode=CaptureMode.RIGHT_SLAP)
    with pytest.raises(CaptureNotOffered):
        take(session, request=slap)


def test_a_scanner_that_is_not_there_any_more_is_not_opened(scanner: LibfprintScanner, monkeypatch: Any) -> None:
    monkeypatch.delenv("FP_VIRTUAL_IMAGE")
    with pytest.raises(ScannerMissing):
        scanner.open()
    monkeypatch.undo()


@pytest.mark.parametrize("text", ["ppi=363", "ppi=", "ppi=x", "area=9", "area=20x", "fast", "ppi=500,area=0x"])
def test_a_sensor_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ScannerMissing, match="wanted ppi=500"):
        SensorFacts.parse(text)


def test_facts_about_a_sensor_are_read() -> None:
    assert SensorFacts.parse("") == SensorFacts(500, 0.0, 0.0)
    assert SensorFacts.parse("ppi=1000,area=16.5x20") == SensorFacts(1000, 16.5, 20.0)


def started_with(script: Path, text: str) -> LibfprintProcess:
    script.write_text(text)
    return LibfprintProcess(lambda: [sys.executable, "-I", str(script)])


def test_a_machine_without_libfprint_is_told_what_to_install(tmp_path: Path) -> None:
    driver = LibfprintDriver(start=lambda: started_with(tmp_path / "worker.py", "raise SystemExit(3)"))
    with pytest.raises(StackMissing, match=r"device stack missing.*apt-get install libfprint-2-2"):
        driver.list_devices()


@pytest.mark.parametrize(
    "said",
    [
        "print('no json')",
        "print('[]')",
        'print(\'{"say": "devices", "devices": [1]}\')',
        "print('{\"say\": 1}')",
        "import sys; sys.stdout.write('x' * 100_000)",
        'print(\'{"say": "image", "width": 9999, "height": 9999}\')',
        'print(\'{"say": "image", "width": 100, "height": 100}\\nabc\')',
    ],
)
def test_a_worker_that_talks_nonsense_is_ended(tmp_path: Path, said: str) -> None:
    text = said + "\nimport sys, time; sys.stdout.flush(); time.sleep(0.2)"
    driver = LibfprintDriver(start=lambda: started_with(tmp_path / "worker.py", text))
    with pytest.raises((ScannerGone, ScannerNotReady)):
        driver.list_devices()
