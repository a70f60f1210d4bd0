"""Taking prints by slaps: a hand at a time, its other fingers in store, and the right hand in the right place."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from enrolment.fingerprints.acquisition import Answer, FingerAcquisition, Outcome, acquire
from enrolment.fingerprints.clock import SteppedClock
from enrolment.fingerprints.collection import Attempt, Event, FingerCollection, Question, Veto
from enrolment.fingerprints.drivers import simulator
from enrolment.fingerprints.drivers.replay import ReplayScanner
from enrolment.fingerprints.drivers.simulator import EPOCH, SimulatedScanner
from enrolment.fingerprints.errors import ScannerError, WrongFingerCount
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.policy import FingerPolicy, MissingFinger, MissingReason, Taking
from enrolment.fingerprints.quality import QualityJudge, QualityReport, Reason
from enrolment.fingerprints.quality.fallback import RidgeClarityJudge
from enrolment.fingerprints.scanner import (
    SLAP_FINGERS,
    CapturedFinger,
    CaptureEvent,
    CaptureMode,
    CaptureRequest,
    CaptureResult,
    DeviceInfo,
    LiveState,
)
from enrolment.fingerprints.supply import Scanning, Slaps, read_slap
from enrolment.fingerprints.synthesis import synthesise
from enrolment.fingerprints.synthesis.slap import Slap, synthesise_slap

P = FingerPosition
SLAPS = FingerPolicy(taking=Taking.SLAPS)
QUICK = RidgeClarityJudge()  # where it matters that prints are compared, tests ask for the real judge
RIGHT, LEFT, THUMBS = CaptureMode.RIGHT_SLAP, CaptureMode.LEFT_SLAP, CaptureMode.TWO_THUMBS


@lru_cache(maxsize=24)
def pressed_once(*arguments: Any) -> Slap:
    seed, mode, number, missing, damage, intruder, swaps = arguments
    return synthesise_slap(seed, mode, number, missing, damage, intruder, in_place_of=dict(swaps))


@pytest.fixture(autouse=True)
def hands_are_pressed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hand laid down in the same way is the same slap: made once for all tests here."""

    def remembered(
        seed: int, mode: CaptureMode, number: int, missing: list[P], damage: object, intruder: object, *,
        in_place_of: dict[P, P],
    ) -> Slap:  # fmt: skip
        return pressed_once(seed, mode, number, tuple(missing), damage, intruder, tuple(in_place_of.items()))

    monkeypatch.setattr(simulator, "synthesise_slap", remembered)


def run(script: str, judge: QualityJudge, **more: object) -> tuple[FingerAcquisition, list[CaptureMode]]:
    """An acquisition by slaps of person 5, and the slaps that the scanner was asked for."""
    clock = SteppedClock(datetime(2026, 3, 1, 9, 0, tzinfo=UTC))
    scanner = SimulatedScanner(5, script, clock)
    asked: list[CaptureMode] = []
    lay_hand = scanner.lay_hand
    scanner.lay_hand = lambda request, step: (asked.append(request.mode), lay_hand(request, step))[1]  # type: ignore[method-assign]
    return acquire(scanner, judge, SLAPS, clock=clock, **more), asked  # type: ignore[arg-type]


def entries(result: FingerAcquisition, what: str) -> list[dict[str, object]]:
    return [entry.to_json() for entry in result.log if entry.what == what]


def test_two_slaps_give_both_index_fingers(judge: QualityJudge) -> None:
    result, asked = run("", judge)
    assert result.outcome is Outcome.COMPLETE
    assert [finger.image.position for finger in result.fingers] == [P.RIGHT_INDEX, P.LEFT_INDEX]
    assert asked == [RIGHT, LEFT]
    assert entries(result, "scanner")[0]["taking"] == "slaps"
    assert [entry["slap"] for entry in entries(result, "capture")] == [1, 2]


def test_three_poor_slaps_are_three_captures_of_each_finger_and_the_best_is_kept() -> None:
    missing = [MissingFinger(position, MissingReason.AMPUTATED) for position in (P.RIGHT_THUMB, P.LEFT_THUMB)]
    result, asked = run("bad,bad,bad", QUICK, missing=missing)
    assert asked == [RIGHT, RIGHT, RIGHT, LEFT]
    captures = [(entry["position"], entry["slap"]) for entry in entries(result, "capture")]
    tried = [position for position in ("right_index", "right_middle", "right_ring") for _ in range(3)]
    assert captures == [*zip(tried, [1, 2, 3] * 3, strict=True), ("left_index", 4)]
    first, second = result.fingers
    assert (first.is_sufficient, second.is_sufficient) == (False, True)
    assert first.quality == max(entry["quality"] for entry in entries(result, "capture")[:9])  # type: ignore[type-var]


def test_the_other_hand_is_noticed_and_asked_for_anew() -> None:
    result, asked = run("swapped_hands", QUICK)
    assert entries(result, "decision")[0]["question"] == "other_hand"
    assert asked == [RIGHT, RIGHT, LEFT]
    assert result.outcome is Outcome.COMPLETE
    assert [entry["hand_doubted"] for entry in entries(result, "capture")] == [True, False, False]


def test_the_same_hand_twice_is_noticed(judge: QualityJudge) -> None:
    result, _ = run("good,same_finger", judge)
    assert entries(result, "decision")[0]["question"] in ("same_finger_again", "other_hand")
    assert result.outcome is Outcome.COMPLETE


def test_a_miscounted_slap_is_only_another_try() -> None:
    result, asked = run("too_few,too_many", QUICK)
    assert [entry["problem"] for entry in entries(result, "retry")] == ["WrongFingerCount"] * 2
    assert asked == [RIGHT, RIGHT, RIGHT, LEFT]
    assert result.outcome is Outcome.COMPLETE


def test_a_finger_that_never_comes_must_be_declared_missing() -> None:
    with pytest.raises(WrongFingerCount):
        run(",".join(["too_few"] * 6), QUICK)


def test_missing_fingers_are_not_expected_on_the_glass() -> None:
    gone = [MissingFinger(P.RIGHT_INDEX, MissingReason.AMPUTATED), MissingFinger(P.RIGHT_THUMB, MissingReason.DAMAGED)]
    result, asked = run("", QUICK, missing=gone)
    assert [finger.image.position for finger in result.fingers] == [P.RIGHT_MIDDLE, P.LEFT_INDEX]
    assert asked == [RIGHT, LEFT]


class WillingOfficer:
    """Takes a doubted hand for what it is said to be."""

    def answer(self, question: Question, collection: FingerCollection) -> Answer:
        assert question is Question.OTHER_HAND
        assert collection.best_attempt() is not None
        return Answer(Event.USE, Veto.OBVIOUS_REASON)

    def accepts(self, attempt: Attempt) -> bool:
        return True


def test_an_officer_may_know_the_hand_better() -> None:
    result, asked = run("swapped_hands", QUICK, officer=WillingOfficer())
    assert asked[0] is RIGHT
    assert result.fingers[0].veto is Veto.OBVIOUS_REASON


def test_a_scanner_without_slaps_is_asked_for_one_finger_at_a_time() -> None:
    prints = {position: [synthesise(5, position)] for position in (P.RIGHT_INDEX, P.LEFT_INDEX)}
    result = acquire(ReplayScanner(prints), QUICK, SLAPS)
    assert result.outcome is Outcome.COMPLETE
    assert len(entries(result, "single_finger_fallback")) == 2
    assert [entry["slap"] for entry in entries(result, "capture")] == [None, None]


def whole_slap(mode: CaptureMode, *, cut_by_scanner: bool = False) -> CaptureResult:
    fingers = tuple(CapturedFinger(synthesise(5, position)) for position in SLAP_FINGERS[mode])
    pixels = synthesise_slap(5, mode).pixels
    return CaptureResult("test:1", fingers if cut_by_scanner else (), None, EPOCH, EPOCH, slap=pixels)


def test_a_scanner_that_delivers_the_picture_alone_has_it_cut_here() -> None:
    fingers, doubted = read_slap(whole_slap(RIGHT), CaptureRequest(SLAP_FINGERS[RIGHT], mode=RIGHT))
    assert tuple(finger.image.position for finger in fingers) == SLAP_FINGERS[RIGHT]
    assert not doubted


def test_a_slap_of_1000_ppi_is_cut_at_the_resolution_of_documents() -> None:
    whole = whole_slap(RIGHT)
    assert whole.slap is not None
    finer = replace(whole, slap=np.repeat(np.repeat(whole.slap, 2, axis=0), 2, axis=1))
    request = CaptureRequest(SLAP_FINGERS[RIGHT], mode=RIGHT)
    fine, _ = read_slap(finer, request, 1000)
    coarse, _ = read_slap(whole, request)
    assert [finger.image.pixels.shape for finger in fine] == [finger.image.pixels.shape for finger in coarse]
    assert all(finger.image.ppi == 500 for finger in fine)


def test_a_picture_with_fewer_fingers_than_asked_for_is_a_wrong_count() -> None:
    with pytest.raises(WrongFingerCount):
        read_slap(whole_slap(THUMBS), CaptureRequest(SLAP_FINGERS[RIGHT], mode=RIGHT))


def test_a_scanner_that_cut_the_slap_itself_is_believed_about_the_fingers_and_checked_about_the_hand() -> None:
    result = whole_slap(LEFT, cut_by_scanner=True)
    fingers, doubted = read_slap(result, CaptureRequest(SLAP_FINGERS[RIGHT], mode=RIGHT))
    assert fingers == result.fingers
    assert doubted


class ScoreOfTheFirstPixel:
    """A judge for which a print's first pixel is its score: makes slaps of any quality possible in no time."""

    algorithm = "first pixel"

    def judge(self, image: FingerImage) -> QualityReport:
        score = int(image.pixels[0, 0])
        return QualityReport(score, self.algorithm, (Reason.WORN,) if score < 10 else (), {})


class ListedScanner:
    """Delivers slaps of prints with the scores of a list, one row a slap, cut by itself."""

    def __init__(self, rows: list[dict[FingerPosition, int]]) -> None:
        self._rows = deque(rows)
        self.requests: list[CaptureRequest] = []

    info = DeviceInfo(
        driver="listed", device_id="listed:1", make="", model="", serial="", firmware="1", technology="", ppi=500,
        capture_width_mm=81, capture_height_mm=76, certification="", modes=tuple(CaptureMode),
        has_attack_detection=False, frames_per_second=15,
    )  # fmt: skip

    def open(self) -> "ListedScanner":
        return self

    def __enter__(self) -> "ListedScanner":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def capture(self, request: CaptureRequest) -> Iterator[CaptureEvent]:
        self.requests.append(request)
        row = self._rows.popleft()
        fingers = tuple(
            CapturedFinger(FingerImage(position, np.full((20, 20), score, np.uint8))) for position, score in row.items()
        )
        result = CaptureResult(self.info.device_id, fingers, None, EPOCH, EPOCH)
        yield CaptureEvent(LiveState.FINISHED, EPOCH, result=result)


NO_INDICES = [MissingFinger(position, MissingReason.AMPUTATED) for position in (P.RIGHT_INDEX, P.LEFT_INDEX)]


def both(left: int, right: int) -> dict[FingerPosition, int]:
    return {P.LEFT_THUMB: left, P.RIGHT_THUMB: right}


def scores(rows: list[dict[FingerPosition, int]]) -> tuple[list[int | None], FingerAcquisition]:
    scanner = ListedScanner(rows)
    result = acquire(scanner, ScoreOfTheFirstPixel(), SLAPS, missing=NO_INDICES)  # type: ignore[arg-type]
    return [finger.quality for finger in result.fingers], result


def test_both_thumbs_good_in_the_first_slap_are_taken_from_it() -> None:
    assert scores([both(40, 41)])[0] == [41, 40]


def test_each_finger_is_the_best_of_its_own() -> None:
    assert scores([both(20, 50), both(45, 20)])[0] == [50, 45]


def test_a_slap_with_both_good_is_taken_even_if_another_has_a_better_one() -> None:
    found, result = scores([both(20, 90), both(45, 31)])
    assert found == [31, 45]
    assert entries(result, "one_slap_preferred")[0]["slap"] == 2


class RefusesTheNinety:
    """Refuses the first print, as good as it is."""

    def answer(self, question: Question, collection: FingerCollection) -> Answer:
        raise AssertionError(question)

    def accepts(self, attempt: Attempt) -> bool:
        return attempt.report.score != 90


def test_a_print_that_was_refused_is_not_brought_back_and_new_slaps_count_alone() -> None:
    scanner = ListedScanner([both(45, 90), both(20, 50), both(40, 20)])
    result = acquire(
        scanner,
        ScoreOfTheFirstPixel(),
        SLAPS,
        missing=NO_INDICES,
        officer=RefusesTheNinety(),  # type: ignore[arg-type]
    )
    assert [finger.quality for finger in result.fingers] == [50, 40]
    assert not entries(result, "one_slap_preferred")


def test_a_slap_without_the_finger_asked_for_is_an_error() -> None:
    with pytest.raises(ScannerError, match="without the finger"):
        scores([{P.LEFT_THUMB: 40}])


def test_the_store_is_empty_once_forgotten() -> None:
    scanner = ListedScanner([both(40, 41), both(42, 43)])
    tell: Callable[..., None] = lambda *_, **__: None  # noqa: E731 - nobody listens
    slaps = Slaps(Scanning(scanner, 1000, lambda _: None, tell), dict)  # type: ignore[arg-type]
    first = slaps.print_of(P.LEFT_THUMB)
    assert slaps.print_of(P.RIGHT_THUMB).slap == first.slap == 1
    slaps.print_of(P.LEFT_THUMB)
    slaps.forget()
    assert slaps.taken == []
    assert len(scanner.requests) == 2
    with pytest.raises(IndexError):
        slaps.print_of(P.RIGHT_THUMB)


def test_an_unreadable_finger_lies_on_the_glass_a_bandaged_one_does_not() -> None:
    scanner = ListedScanner([{P.RIGHT_RING: 40}])
    missing = {P.RIGHT_INDEX: MissingReason.UNREADABLE, P.RIGHT_MIDDLE: MissingReason.BANDAGED}
    slaps = Slaps(Scanning(scanner, 1000, lambda _: None, lambda *_, **__: None), lambda: missing)  # type: ignore[arg-type]
    slaps.print_of(P.RIGHT_RING)
    assert scanner.requests[0].missing == (P.RIGHT_MIDDLE,)
