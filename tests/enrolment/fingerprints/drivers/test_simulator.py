"""The simulated scanner: the contract of every scanner, and each thing that it can be told to do."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from enrolment.fingerprints.capturing import capture
from enrolment.fingerprints.clock import SteppedClock, SystemClock
from enrolment.fingerprints.drivers.script import Act, Step
from enrolment.fingerprints.drivers.simulator import EPOCH, SimulatedScanner, SimulatorDriver
from enrolment.fingerprints.errors import (
    CaptureCancelled,
    CaptureRetry,
    CaptureTimeout,
    ScannerBusy,
    ScannerError,
    ScannerGone,
    ScannerMissing,
    ScannerTampered,
    WrongFingerCount,
)
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.matching import match
from enrolment.fingerprints.quality import QualityJudge
from enrolment.fingerprints.scanner import (
    SLAP_FINGERS,
    CaptureEvent,
    CaptureMode,
    CaptureRequest,
    CaptureResult,
    DeviceStatus,
    LiveState,
)
from enrolment.fingerprints.synthesis import synthesise

RIGHT_INDEX = FingerPosition.RIGHT_INDEX
REQUEST = CaptureRequest((RIGHT_INDEX,))


def take(scanner: SimulatedScanner, request: CaptureRequest = REQUEST) -> CaptureResult:
    with scanner.open() as session:
        return capture(session, request)


def events_of(scanner: SimulatedScanner, request: CaptureRequest = REQUEST) -> list[CaptureEvent]:
    with scanner.open() as session:
        return list(session.capture(request))


def test_a_capture_goes_from_searching_to_the_print() -> None:
    events = events_of(SimulatedScanner(8))
    states = [event.state for event in events]
    order = [
        LiveState.INITIALIZING,
        LiveState.SEARCHING_FINGERS,
        LiveState.FINGERS_RECOGNIZED,
        LiveState.KEEP_STILL,
        LiveState.CAPTURING,
        LiveState.ASSESS_QUALITY,
        LiveState.FINISHED,
    ]
    assert [states.index(state) for state in order] == sorted(states.index(state) for state in order)
    assert [event.result is not None for event in events] == [False] * (len(events) - 1) + [True]
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert all(event.at.tzinfo is UTC for event in events)


def test_previews_show_the_finger_coming_and_can_be_left_out() -> None:
    seen = [event for event in events_of(SimulatedScanner(8)) if event.preview is not None]
    clarity = [event.clarity for event in seen]
    assert clarity[0] == 0.0
    assert clarity[-1] is not None
    assert clarity[-1] > 0.5
    assert all(event.preview.shape == (250, 200) for event in seen if event.preview is not None)
    quiet = events_of(SimulatedScanner(8), CaptureRequest((RIGHT_INDEX,), previews=False))
    assert all(event.preview is None for event in quiet)


def test_the_print_is_that_of_the_finger_asked_for() -> None:
    result = take(SimulatedScanner(8))
    assert np.array_equal(result.fingers[0].image.pixels, synthesise(8, RIGHT_INDEX, 0).pixels)
    assert result.fingers[0].image.position is RIGHT_INDEX
    assert result.fingers[0].attack_score is not None
    assert result.fingers[0].attack_score < 0.5
    assert result.attack_suspected is False
    assert result.device_id == "simulator:SIM-0001"
    assert not result.was_forced


def test_the_same_seed_script_and_clock_give_the_same_events() -> None:
    def run() -> list[tuple[LiveState, datetime, float | None]]:
        return [(e.state, e.at, e.clarity) for e in events_of(SimulatedScanner(8, "dry:0.4", SteppedClock(EPOCH)))]

    assert run() == run()


def test_every_touch_is_another_impression() -> None:
    scanner = SimulatedScanner(8)
    first, second = take(scanner), take(scanner)
    assert not np.array_equal(first.fingers[0].image.pixels, second.fingers[0].image.pixels)


def test_a_scanner_is_held_by_one_holder_until_given_back() -> None:
    scanner = SimulatedScanner(8)
    with scanner.open() as session:
        assert scanner.status() is DeviceStatus.BUSY
        with pytest.raises(ScannerBusy):
            scanner.open()
        session.close()
        assert scanner.status() is DeviceStatus.READY
    with scanner.open():
        pass


def test_an_error_inside_a_session_gives_the_scanner_back() -> None:
    scanner = SimulatedScanner(8)
    with pytest.raises(RuntimeError), scanner.open():
        raise RuntimeError
    assert scanner.status() is DeviceStatus.READY


def test_a_closed_session_captures_nothing() -> None:
    session = SimulatedScanner(8).open()
    session.close()
    with pytest.raises(ScannerError, match="closed"):
        capture(session, REQUEST)


def test_nobody_there_is_a_timeout_after_the_time_asked_for() -> None:
    clock = SteppedClock(EPOCH)
    with pytest.raises(CaptureTimeout) as caught:
        take(SimulatedScanner(8, "nobody", clock), CaptureRequest((RIGHT_INDEX,), timeout_ms=3000))
    assert caught.value.timeout_ms == 3000
    assert timedelta(milliseconds=3000) < clock.now() - EPOCH < timedelta(milliseconds=3200)


def test_pulling_the_cable_is_an_error_of_its_own_and_can_be_undone() -> None:
    scanner = SimulatedScanner(8, "unplugged")
    with pytest.raises(ScannerGone):
        take(scanner)
    assert scanner.status() is DeviceStatus.NOT_READY
    assert SimulatorDriver(scanner).list_devices() == ()
    with pytest.raises(ScannerMissing):
        scanner.open()
    scanner.plug_in()
    assert SimulatorDriver(scanner).list_devices() == (scanner,)
    assert take(scanner).fingers


@pytest.mark.parametrize(
    ("word", "error"),
    [
        ("lifted", CaptureRetry),
        ("too_many", WrongFingerCount),
        ("too_few", WrongFingerCount),
        ("tampered", ScannerTampered),
    ],
)
def test_each_trouble_is_an_error_of_its_own(word: str, error: type[ScannerError]) -> None:
    scanner = SimulatedScanner(8, word)
    with pytest.raises(error):
        take(scanner)
    assert scanner.status() is DeviceStatus.READY
    assert take(scanner).fingers


def test_the_errors_say_what_was_wanted() -> None:
    with pytest.raises(WrongFingerCount) as count:
        take(SimulatedScanner(8, "too_many"))
    assert (count.value.wanted, count.value.seen) == (1, 2)
    with pytest.raises(CaptureRetry) as retry:
        take(SimulatedScanner(8, "lifted"))
    assert retry.value.hint == LiveState.KEEP_STILL.value


def test_an_attack_is_captured_and_flagged() -> None:
    result = take(SimulatedScanner(8, "spoof"))
    assert result.attack_suspected is True
    scores = [take(SimulatedScanner(seed, "spoof")).fingers[0].attack_score for seed in (8, 9)]
    assert all(score is not None and 0.7 < score < 1 for score in scores)
    assert scores[0] != scores[1], "never just yes or no"
    assert result.fingers[0].attack_score == scores[0], "the same seed and script, the same score"


@pytest.mark.parametrize(
    ("word", "really"),
    [("wrong_finger", FingerPosition.RIGHT_MIDDLE), ("swapped_hands", FingerPosition.LEFT_INDEX)],
)
def test_another_finger_comes_under_the_name_of_the_one_asked_for(word: str, really: FingerPosition) -> None:
    image = take(SimulatedScanner(8, word)).fingers[0].image
    assert image.position is RIGHT_INDEX
    assert np.array_equal(image.pixels, synthesise(8, really, 0).pixels)


def test_the_same_finger_comes_twice(judge: QualityJudge) -> None:
    scanner = SimulatedScanner(8, "good,same_finger")
    first = take(scanner)
    second = take(scanner, CaptureRequest((FingerPosition.LEFT_INDEX,)))
    assert match(first.fingers[0].image, second.fingers[0].image).is_same_finger


def test_a_script_can_be_written_while_the_scanner_runs_and_another_person_may_sit_down() -> None:
    scanner = SimulatedScanner(8)
    scanner.present("spoof", Step(Act.GOOD))
    assert take(scanner).attack_suspected is True
    scanner.present("spoof")
    scanner.seat_person(9)
    result = take(scanner)
    assert result.attack_suspected is False
    assert np.array_equal(result.fingers[0].image.pixels, synthesise(9, RIGHT_INDEX, 0).pixels)


def test_cancel_from_another_thread_ends_a_capture_within_a_frame_or_two() -> None:
    scanner = SimulatedScanner(8, "nobody", SystemClock())
    with scanner.open() as session:
        stop = threading.Timer(0.15, session.cancel)
        stop.start()
        started = time.monotonic()
        with pytest.raises(CaptureCancelled):
            capture(session, REQUEST)
        assert time.monotonic() - started < 0.6
        stop.join()
        scanner.present("good")
        assert capture(session, REQUEST).fingers


def test_force_takes_the_frame_at_hand() -> None:
    with SimulatedScanner(8).open() as session:
        stream = session.capture(REQUEST)
        states = []
        for event in stream:
            states.append(event.state)
            if event.state is LiveState.FINGERS_RECOGNIZED:
                session.force_capture()
            result = event.result
    assert result is not None
    assert result.was_forced
    assert len(states) < len(events_of(SimulatedScanner(8)))


@pytest.mark.parametrize("mode", [CaptureMode.RIGHT_SLAP, CaptureMode.LEFT_SLAP, CaptureMode.TWO_THUMBS])
def test_a_slap_gives_every_finger_and_the_whole_picture(mode: CaptureMode) -> None:
    positions = SLAP_FINGERS[mode]
    missing = (positions[1],) if len(positions) > 2 else ()
    result = take(SimulatedScanner(8), CaptureRequest(positions, mode=mode, missing=missing))
    assert [finger.image.position for finger in result.fingers] == [p for p in positions if p not in missing]
    assert result.slap is not None
    assert result.slap.shape == (1500, 1600)


def slap_request(mode: CaptureMode) -> CaptureRequest:
    return CaptureRequest(SLAP_FINGERS[mode], mode=mode)


def test_the_truth_about_a_slap_can_be_asked_of_the_simulator() -> None:
    scanner = SimulatedScanner(8)
    assert scanner.slap_truth == ()
    take(scanner, slap_request(CaptureMode.RIGHT_SLAP))
    assert tuple(place.position for place in scanner.slap_truth) == SLAP_FINGERS[CaptureMode.RIGHT_SLAP]
    scanner.seat_person(9)
    assert scanner.slap_truth == ()


@pytest.mark.parametrize(("word", "seen"), [("too_many", 5), ("too_few", 3)])
def test_a_slap_with_a_wrong_number_of_fingers_is_counted_on_the_picture(word: str, seen: int) -> None:
    with pytest.raises(WrongFingerCount) as count:
        take(SimulatedScanner(8, word), slap_request(CaptureMode.RIGHT_SLAP))
    assert (count.value.wanted, count.value.seen) == (4, seen)


@pytest.mark.parametrize("word", ["swapped_hands", "wrong_finger"])
def test_the_other_hand_comes_under_the_names_asked_for(word: str) -> None:
    scanner = SimulatedScanner(8, word)
    result = take(scanner, slap_request(CaptureMode.LEFT_SLAP))
    assert [finger.image.position for finger in result.fingers] == list(SLAP_FINGERS[CaptureMode.LEFT_SLAP])
    assert {place.position for place in scanner.slap_truth} == set(SLAP_FINGERS[CaptureMode.RIGHT_SLAP])


def test_the_same_hand_can_come_twice() -> None:
    scanner = SimulatedScanner(8, "good, same_finger")
    take(scanner, slap_request(CaptureMode.RIGHT_SLAP))
    take(scanner, slap_request(CaptureMode.LEFT_SLAP))
    assert {place.position for place in scanner.slap_truth} == set(SLAP_FINGERS[CaptureMode.RIGHT_SLAP])


@pytest.mark.parametrize(
    ("word", "really"),
    [
        ("swapped_hands", [FingerPosition.RIGHT_THUMB, FingerPosition.LEFT_THUMB]),
        ("wrong_finger", [FingerPosition.LEFT_INDEX, FingerPosition.RIGHT_INDEX]),
    ],
)
def test_thumbs_can_be_crossed_or_be_index_fingers(word: str, really: list[FingerPosition]) -> None:
    scanner = SimulatedScanner(8, word)
    take(scanner, slap_request(CaptureMode.TWO_THUMBS))
    assert [place.position for place in scanner.slap_truth] == really


def test_frames_of_a_slap_grow_darker_and_end_in_a_covered_glass() -> None:
    events = events_of(SimulatedScanner(8), slap_request(CaptureMode.RIGHT_SLAP))
    frames = [event for event in events if event.preview is not None and event.preview.shape == (375, 400)]
    assert len(frames) == 3
    means = [float(event.preview.mean()) for event in frames if event.preview is not None]
    assert means == sorted(means, reverse=True)
    assert frames[-1].clarity is not None
    assert frames[-1].clarity > 0.9


@pytest.mark.parametrize(
    "request_",
    [
        CaptureRequest((RIGHT_INDEX,), missing=(RIGHT_INDEX,)),
        CaptureRequest((RIGHT_INDEX, FingerPosition.LEFT_INDEX)),
        CaptureRequest((RIGHT_INDEX,), mode=CaptureMode.LEFT_SLAP),
    ],
    ids=["nothing-left", "two-in-single-mode", "wrong-slap"],
)
def test_a_request_that_makes_no_sense_is_refused_before_anything_moves(request_: CaptureRequest) -> None:
    scanner = SimulatedScanner(8, "spoof")
    with pytest.raises(ScannerError):
        take(scanner, request_)
    assert scanner.next_step().act is Act.SPOOF


def test_the_description_is_complete() -> None:
    info = SimulatedScanner(8, serial="A1").info
    assert info.device_id == "simulator:A1"
    assert info.ppi == 500
    assert info.capture_width_mm >= 16  # TR-03121-3 Vol 2: 16 x 20 mm and more for one finger
    assert info.capture_height_mm >= 20
    assert set(info.modes) == set(CaptureMode)


def test_a_stream_without_a_result_is_an_error() -> None:
    class Silent:
        def capture(self, request: CaptureRequest) -> list[CaptureEvent]:
            return [CaptureEvent(LiveState.INITIALIZING, EPOCH)]

    silent: Callable[..., object] = Silent
    with pytest.raises(ScannerError, match="without a result"):
        capture(silent(), REQUEST)  # type: ignore[arg-type]  # a driver that breaks the contract
