"""Taking a person's prints with the simulated scanner and the real judge."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from enrolment.fingerprints.acquisition import (
    Answer,
    FingerAcquisition,
    LogEntry,
    Outcome,
    acquire,
)
from enrolment.fingerprints.clock import SteppedClock, SystemClock
from enrolment.fingerprints.collection import Attempt, Event, FingerCollection, Question, Veto
from enrolment.fingerprints.drivers.simulator import SimulatedScanner
from enrolment.fingerprints.errors import CaptureCancelled, CaptureRetry, CaptureTimeout, ScannerBusy, ScannerGone
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.matching import match
from enrolment.fingerprints.policy import FingerPolicy, MissingFinger, MissingReason, WhenTemporary
from enrolment.fingerprints.quality import QualityJudge
from enrolment.fingerprints.quality.fallback import RidgeClarityJudge
from enrolment.fingerprints.scanner import DeviceStatus, ScannerSession
from enrolment.fingerprints.synthesis import synthesise

P = FingerPosition
POLICY = FingerPolicy()
RIGHT = [P.RIGHT_INDEX, P.RIGHT_THUMB, P.RIGHT_MIDDLE, P.RIGHT_RING]
LEFT = [position.mirrored for position in RIGHT]


def clock() -> SteppedClock:
    return SteppedClock(datetime(2026, 3, 1, 9, 0, tzinfo=UTC))


def run(script: str, judge: QualityJudge, policy: FingerPolicy = POLICY, **more: object) -> FingerAcquisition:
    time = clock()
    return acquire(SimulatedScanner(5, script, time), judge, policy, clock=time, **more)  # type: ignore[arg-type]


def entries(result: FingerAcquisition, what: str) -> list[dict[str, object]]:
    return [entry.to_json() for entry in result.log if entry.what == what]


def test_two_index_fingers_at_the_first_try(judge: QualityJudge) -> None:
    result = run("", judge)
    assert result.outcome is Outcome.COMPLETE
    assert [finger.image.position for finger in result.fingers] == [P.RIGHT_INDEX, P.LEFT_INDEX]
    assert [finger.captures for finger in result.fingers] == [1, 1]
    for finger in result.fingers:
        assert finger.is_sufficient
        assert finger.algorithm.startswith("NFIQ 2.3")
        assert finger.quality is not None
        assert finger.quality >= finger.threshold == 30
    assert result.images == tuple(finger.image for finger in result.fingers)


def test_bad_bad_good_takes_three_captures(judge: QualityJudge) -> None:
    result = run("bad,bad,good", judge)
    assert [finger.captures for finger in result.fingers] == [3, 1]
    captures = entries(result, "capture")
    assert [entry["attempt"] for entry in captures] == [1, 2, 3, 1]
    assert captures[0]["reasons"] == ["worn"]


def test_three_bad_captures_lead_to_the_thumb(judge: QualityJudge) -> None:
    result = run("bad,bad,bad", judge)
    assert [finger.image.position for finger in result.fingers] == [P.RIGHT_THUMB, P.LEFT_INDEX]
    assert MissingFinger(P.RIGHT_INDEX, MissingReason.UNREADABLE) in result.missing
    assert entries(result, "decision")[0]["answer"] == "next_finger"


@pytest.mark.parametrize("script", ["good,same_finger", "swapped_hands,good"])
def test_the_same_finger_twice_starts_anew_and_ends_with_two_fingers(judge: QualityJudge, script: str) -> None:
    result = run(script, judge)
    assert entries(result, "decision")[0]["question"] == "same_finger_again"
    assert result.outcome is Outcome.COMPLETE
    for finger in result.fingers:
        true = synthesise(5, finger.image.position, 5)
        assert match(finger.image, true).is_same_finger


def test_a_suspected_attack_is_captured_anew(judge: QualityJudge) -> None:
    result = run("spoof", judge)
    assert entries(result, "capture")[0]["attack_suspected"] is True
    assert entries(result, "decision")[0]["question"] == "attack_suspected"
    assert all(finger.attack_score is not None and finger.attack_score < 0.5 for finger in result.fingers)


def test_hints_of_the_scanner_are_followed(judge: QualityJudge) -> None:
    result = run("lifted,too_many,good", judge)
    assert [entry["problem"] for entry in entries(result, "retry")] == ["CaptureRetry", "WrongFingerCount"]
    assert result.outcome is Outcome.COMPLETE


def test_a_scanner_that_never_stops_hinting_is_given_up(judge: QualityJudge) -> None:
    with pytest.raises(CaptureRetry):
        run(",".join(["lifted"] * 6), judge)


@pytest.mark.parametrize(("word", "error"), [("nobody", CaptureTimeout), ("unplugged", ScannerGone)])
def test_a_scanner_that_gives_nothing_ends_it_and_leaves_the_record(
    judge: QualityJudge, word: str, error: type[Exception]
) -> None:
    log: list[LogEntry] = []
    scanner = SimulatedScanner(5, f"good,{word}")
    with pytest.raises(error):
        acquire(scanner, judge, POLICY, clock=clock(), log=log)
    assert [entry.what for entry in log] == ["scanner", "capture", "stopped"]
    scanner.plug_in()
    assert scanner.status() is DeviceStatus.READY


def test_a_scanner_in_use_is_not_taken(judge: QualityJudge) -> None:
    scanner = SimulatedScanner(5)
    with scanner.open(), pytest.raises(ScannerBusy):
        acquire(scanner, judge, POLICY)


def test_a_child_under_six_gives_no_prints_and_the_scanner_stays_closed(judge: QualityJudge) -> None:
    scanner = SimulatedScanner(5)
    with scanner.open():
        result = acquire(scanner, judge, POLICY, age_years=5, clock=clock())
    assert result.outcome is Outcome.EXEMPT_BY_AGE
    assert result.fingers == ()


def test_a_child_of_six_gives_prints(judge: QualityJudge) -> None:
    assert run("", judge, age_years=6).outcome is Outcome.COMPLETE


def test_one_finger_for_good_is_one_finger(judge: QualityJudge) -> None:
    missing = [MissingFinger(p, MissingReason.AMPUTATED) for p in RIGHT + LEFT[1:]]
    result = run("", judge, missing=missing)
    assert result.outcome is Outcome.ONE_FINGER
    assert [finger.image.position for finger in result.fingers] == [P.LEFT_INDEX]
    assert len(result.missing) == 7


def test_no_finger_for_good_is_a_card_without(judge: QualityJudge) -> None:
    result = run("", judge, missing=[MissingFinger(p, MissingReason.AMPUTATED) for p in RIGHT + LEFT])
    assert result.outcome is Outcome.NO_FINGER
    assert result.fingers == ()


@pytest.mark.parametrize(
    ("switch", "outcome", "prints"),
    [(WhenTemporary.POSTPONE, Outcome.POSTPONED, 0), (WhenTemporary.SHORT_VALIDITY, Outcome.SHORT_VALIDITY, 1)],
)
def test_a_bandage_follows_the_policy(
    judge: QualityJudge, switch: WhenTemporary, outcome: Outcome, prints: int
) -> None:
    missing = [MissingFinger(p, MissingReason.BANDAGED) for p in RIGHT + LEFT[1:]]
    result = run("", judge, FingerPolicy(when_temporary=switch), missing=missing)
    assert result.outcome is outcome
    assert len(result.fingers) == prints


def test_a_bandaged_finger_with_another_at_hand_delays_nobody(judge: QualityJudge) -> None:
    result = run("", judge, missing=[MissingFinger(P.RIGHT_INDEX, MissingReason.BANDAGED)])
    assert result.outcome is Outcome.COMPLETE
    assert result.fingers[0].image.position is P.RIGHT_THUMB


class StrictOfficer:
    """Uses poor prints for an obvious reason, and refuses the first good one."""

    def __init__(self) -> None:
        self.refusals = 1

    def answer(self, question: Question, collection: FingerCollection) -> Answer:
        assert collection.best_attempt() is not None
        return Answer(Event.USE, Veto.OBVIOUS_REASON)

    def accepts(self, attempt: Attempt) -> bool:
        self.refusals -= 1
        return self.refusals < 0


def test_an_officer_may_overrule_both_ways(judge: QualityJudge) -> None:
    result = run("good,good,dry:0.9,dry:0.9,dry:0.9", judge, officer=StrictOfficer())
    assert entries(result, "veto")[0]["veto"] == "nok"
    right, left = result.fingers
    assert (right.captures, right.veto) == (2, None)
    assert (left.captures, left.veto, left.is_sufficient) == (3, Veto.OBVIOUS_REASON, False)
    assert left.reasons == ("dry",)


class BandagingOfficer:
    """Sees at the first poor print that the finger is bandaged."""

    def answer(self, question: Question, collection: FingerCollection) -> Answer:
        assert collection.position is not None
        return Answer(Event.NEXT_FINGER, missing=MissingFinger(collection.position, MissingReason.INJURED))

    def accepts(self, attempt: Attempt) -> bool:
        return True


def test_an_officer_may_declare_a_finger_missing_in_the_middle(judge: QualityJudge) -> None:
    result = run("bad,bad,bad", judge, officer=BandagingOfficer())
    assert MissingFinger(P.RIGHT_INDEX, MissingReason.INJURED) in result.missing
    assert result.fingers[0].image.position is P.RIGHT_THUMB


def test_the_record_is_json_and_holds_numbers_and_words_only(judge: QualityJudge) -> None:
    result = run("bad,spoof", judge)
    text = "\n".join(json.dumps(entry.to_json()) for entry in result.log)
    assert "pixels" not in text
    assert max(len(line) for line in text.splitlines()) < 600
    first = entries(result, "capture")[0]
    assert {"at", "position", "attempt", "quality", "threshold", "algorithm", "reasons", "attack_score"} <= set(first)
    assert entries(result, "finished")[0]["threshold_source"] == POLICY.threshold_source


def test_every_event_of_the_scanner_is_handed_on(judge: QualityJudge) -> None:
    seen: list[str] = []
    listen: Callable[..., None] = lambda event: seen.append(event.state.value)  # noqa: E731 - one word is enough
    run("", judge, listen=listen)
    assert seen.count("finished") == 2


def test_an_acquisition_can_be_called_off_while_it_waits(judge: QualityJudge) -> None:
    scanner = SimulatedScanner(5, "nobody", SystemClock())
    timers: list[threading.Timer] = []

    def cancel_soon(session: ScannerSession) -> None:
        timers.append(threading.Timer(0.1, session.cancel))
        timers[0].start()

    with pytest.raises(CaptureCancelled):
        acquire(scanner, judge, POLICY, opened=cancel_soon)
    timers[0].join()
    assert scanner.status() is DeviceStatus.READY


def test_the_fallback_judge_works_and_the_record_says_that_nobody_compared() -> None:
    result = run("", RidgeClarityJudge())
    assert result.outcome is Outcome.COMPLETE
    assert all("not NFIQ 2" in finger.algorithm for finger in result.fingers)
    assert [entry["uniqueness_checked"] for entry in entries(result, "capture")] == [False, False]
