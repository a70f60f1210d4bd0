"""The order of taking fingers, without a scanner: judgements and decisions in, the next finger out."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.fingerprints.collection import STEPS, Event, FingerCollection, Question, State, Veto
from enrolment.fingerprints.errors import SequenceError
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.policy import FingerPolicy, MissingFinger, MissingReason
from enrolment.fingerprints.quality import QualityReport, Reason

P = FingerPosition
POLICY = FingerPolicy()
PIXELS = np.zeros((10, 10), np.uint8)
HAND = ("INDEX", "THUMB", "MIDDLE", "RING")


def report(score: int | None, *reasons: Reason) -> QualityReport:
    return QualityReport(score, "test", reasons, {})


def give(collection: FingerCollection, score: int | None, *reasons: Reason, attack: bool = False) -> None:
    assert collection.position is not None
    image = FingerImage(collection.position, PIXELS)
    collection.record(image, report(score, *reasons), 0.9 if attack else 0.0, attack_suspected=attack)


def gone(*positions: P, why: MissingReason = MissingReason.AMPUTATED) -> list[MissingFinger]:
    return [MissingFinger(position, why) for position in positions]


def kept(collection: FingerCollection) -> list[P]:
    return [attempt.image.position for attempt in collection.taken]


def exhaust(collection: FingerCollection, scores: Sequence[int], *reasons: Reason) -> None:
    """Three poor captures, then on to the next finger."""
    for score in scores:
        give(collection, score, *reasons)
    collection.decide(Event.NEXT_FINGER)


def test_right_index_then_left_index_and_done() -> None:
    collection = FingerCollection.begin(POLICY)
    assert collection.position is P.RIGHT_INDEX
    give(collection, 50)
    assert collection.position is P.LEFT_INDEX
    give(collection, 30)
    assert collection.state is State.DONE
    assert kept(collection) == [P.RIGHT_INDEX, P.LEFT_INDEX]
    assert not collection.missing


def test_one_below_the_threshold_is_not_enough() -> None:
    collection = FingerCollection.begin(POLICY)
    give(collection, 29)
    assert collection.position is P.RIGHT_INDEX
    assert not collection.taken


def test_a_high_score_with_a_reason_against_it_is_not_enough() -> None:
    collection = FingerCollection.begin(POLICY)
    give(collection, 83, Reason.NOISE)
    assert collection.position is P.RIGHT_INDEX
    assert not collection.taken


def test_after_three_poor_captures_the_officer_is_asked() -> None:
    collection = FingerCollection.begin(POLICY)
    for score in (10, 25, 20):
        assert collection.state is State.CAPTURE
        give(collection, score)
    assert collection.state is State.DECIDE
    assert collection.question is Question.NOT_GOOD_ENOUGH
    best = collection.best_attempt()
    assert best is not None
    assert best.report.score == 25


def test_the_officer_may_use_the_best_of_three_with_a_reason() -> None:
    collection = FingerCollection.begin(POLICY)
    for score in (10, 25, 20):
        give(collection, score)
    collection.decide(Event.USE, Veto.OBVIOUS_REASON)
    assert kept(collection) == [P.RIGHT_INDEX]
    assert collection.taken[0].report.score == 25
    assert collection.taken[0].veto is Veto.OBVIOUS_REASON
    assert not collection.taken[0].is_sufficient
    assert collection.position is P.LEFT_INDEX


@pytest.mark.parametrize("veto", [None, Veto.REFUSED])
def test_using_a_poor_print_wants_a_reason(veto: Veto | None) -> None:
    collection = FingerCollection.begin(POLICY)
    for _ in range(3):
        give(collection, 10)
    with pytest.raises(SequenceError, match="reason"):
        collection.decide(Event.USE, veto)
    assert collection.state is State.DECIDE


def test_what_is_no_print_cannot_be_used_by_anybody() -> None:
    collection = FingerCollection.begin(POLICY)
    for _ in range(3):
        give(collection, 38, Reason.NOISE)
    with pytest.raises(SequenceError, match="no print"):
        collection.decide(Event.USE, Veto.NO_REASON)


def test_recapture_counts_from_one_again() -> None:
    collection = FingerCollection.begin(POLICY)
    for _ in range(3):
        give(collection, 10)
    collection.decide(Event.RECAPTURE)
    assert collection.position is P.RIGHT_INDEX
    give(collection, 10)
    assert collection.state is State.CAPTURE
    assert collection.attempts[-1].number == 1


def test_fingers_are_asked_for_in_the_configured_order_and_never_the_little_one() -> None:
    collection = FingerCollection.begin(POLICY)
    asked = []
    while collection.state is not State.DONE:
        assert collection.position is not None
        asked.append(collection.position)
        exhaust(collection, [5, 5, 5])
    assert asked == [P[f"{hand}_{digit}"] for hand in ("RIGHT", "LEFT") for digit in HAND]
    # the best of each hand, below the threshold though it is; among equals the index finger
    assert kept(collection) == [P.RIGHT_INDEX, P.LEFT_INDEX]


def test_a_hand_without_a_sufficient_finger_gives_its_best_one() -> None:
    collection = FingerCollection.begin(POLICY)
    for score in (12, 28, 15, 9):
        exhaust(collection, [score, score - 1, score - 2])
    assert kept(collection) == [P.RIGHT_THUMB]
    assert collection.taken[0].report.score == 28
    assert collection.position is P.LEFT_INDEX
    assert collection.missing[P.RIGHT_INDEX] is MissingReason.UNREADABLE


def test_the_best_one_is_never_one_that_is_no_print() -> None:
    collection = FingerCollection.begin(POLICY)
    for digit in HAND:
        assert collection.position is P[f"RIGHT_{digit}"]
        exhaust(collection, [80, 80, 80], Reason.NO_RIDGES)
    # no print of the right hand at all: the left hand gives its index first, then stands in
    assert collection.position is P.LEFT_INDEX
    give(collection, 50)
    assert collection.position is P.LEFT_THUMB
    give(collection, 50)
    assert kept(collection) == [P.LEFT_INDEX, P.LEFT_THUMB]


def test_a_usable_print_is_better_than_a_higher_score_with_a_reason_against_it() -> None:
    collection = FingerCollection.begin(POLICY)
    give(collection, 60, Reason.DRY)
    give(collection, 20)
    give(collection, 55, Reason.WET)
    best = collection.best_attempt()
    assert best is not None
    assert best.report.score == 20


def test_a_missing_index_is_followed_by_the_thumb() -> None:
    collection = FingerCollection.begin(POLICY, gone(P.RIGHT_INDEX))
    assert collection.position is P.RIGHT_THUMB


def test_a_missing_hand_is_stood_in_for_by_a_second_finger_of_the_other() -> None:
    collection = FingerCollection.begin(POLICY, gone(*(P[f"RIGHT_{digit}"] for digit in HAND)))
    assert collection.position is P.LEFT_INDEX
    give(collection, 50)
    assert collection.position is P.LEFT_THUMB
    give(collection, 50)
    assert collection.state is State.DONE
    assert kept(collection) == [P.LEFT_INDEX, P.LEFT_THUMB]


def test_a_missing_left_hand_is_stood_in_for_by_the_right() -> None:
    collection = FingerCollection.begin(POLICY, gone(*(P[f"LEFT_{digit}"] for digit in HAND)))
    give(collection, 50)
    assert collection.position is P.RIGHT_THUMB


def test_one_finger_alone_gives_one_print() -> None:
    everything = [P[f"{hand}_{digit}"] for hand in ("RIGHT", "LEFT") for digit in HAND]
    everything.remove(P.LEFT_RING)
    collection = FingerCollection.begin(POLICY, gone(*everything))
    assert collection.position is P.LEFT_RING
    give(collection, 12)
    assert collection.state is State.DONE
    assert kept(collection) == [P.LEFT_RING]


def test_no_finger_at_all_is_done_at_once() -> None:
    everything = [P[f"{hand}_{digit}"] for hand in ("RIGHT", "LEFT") for digit in HAND]
    collection = FingerCollection.begin(POLICY, gone(*everything))
    assert collection.state is State.DONE
    assert collection.taken == []


def test_a_finger_declared_missing_while_asked_for_is_passed_over() -> None:
    collection = FingerCollection.begin(POLICY)
    collection.declare_missing(MissingFinger(P.RIGHT_INDEX, MissingReason.BANDAGED))
    assert collection.position is P.RIGHT_THUMB
    collection.declare_missing(MissingFinger(P.LEFT_INDEX, MissingReason.BANDAGED))
    assert collection.position is P.RIGHT_THUMB


def test_a_suspected_attack_is_put_to_the_officer_even_when_the_print_is_good() -> None:
    collection = FingerCollection.begin(POLICY)
    give(collection, 60, attack=True)
    assert collection.question is Question.ATTACK_SUSPECTED
    collection.decide(Event.RECAPTURE)
    give(collection, 60)
    assert kept(collection) == [P.RIGHT_INDEX]


def test_a_suspicious_print_is_never_the_best_by_itself() -> None:
    collection = FingerCollection.begin(POLICY)
    give(collection, 60, attack=True)
    collection.decide(Event.NEXT_FINGER)
    for _ in range(3):
        exhaust(collection, [5, 6, 7])
    assert kept(collection) == [P.RIGHT_THUMB]


def test_an_officer_may_use_a_suspicious_print_against_the_alarm() -> None:
    collection = FingerCollection.begin(POLICY)
    give(collection, 60, attack=True)
    collection.decide(Event.USE, Veto.NO_REASON)
    assert collection.taken[0].attack_suspected
    assert collection.taken[0].veto is Veto.NO_REASON


def test_a_good_print_that_the_officer_refuses_is_asked_for_again() -> None:
    collection = FingerCollection.begin(POLICY)
    give(collection, 60)
    collection.refuse_last()
    assert collection.taken == []
    assert collection.position is P.RIGHT_INDEX
    give(collection, 40)
    give(collection, 40)
    assert kept(collection) == [P.RIGHT_INDEX, P.LEFT_INDEX]
    collection.refuse_last()
    assert collection.position is P.LEFT_INDEX
    assert collection.state is State.CAPTURE
    give(collection, 35)
    assert collection.state is State.DONE


def test_a_refused_print_never_comes_back_as_the_best() -> None:
    collection = FingerCollection.begin(POLICY)
    give(collection, 60)
    collection.refuse_last()
    for score in (5, 6, 7):
        give(collection, score)
    best = collection.best_attempt()
    assert best is not None
    assert best.report.score == 7


def test_a_hand_that_gave_doubtful_prints_only_is_stood_in_for() -> None:
    collection = FingerCollection.begin(POLICY)
    for _ in HAND:
        give(collection, 60, attack=True)
        collection.decide(Event.NEXT_FINGER)
    assert collection.position is P.LEFT_INDEX
    give(collection, 50)
    assert collection.position is P.LEFT_THUMB


def test_nothing_kept_nothing_refused() -> None:
    with pytest.raises(SequenceError):
        FingerCollection.begin(POLICY).refuse_last()


def test_restart_forgets_the_prints_and_keeps_what_is_missing() -> None:
    collection = FingerCollection.begin(POLICY, gone(P.RIGHT_THUMB))
    exhaust(collection, [5, 5, 5])
    give(collection, 60)
    give(collection, 60, attack=True)
    collection.decide(Event.RESTART)
    assert collection.position is P.RIGHT_INDEX
    assert collection.taken == collection.attempts == []
    assert collection.missing == {P.RIGHT_THUMB: MissingReason.AMPUTATED}


def test_a_capture_that_nobody_asked_for_is_refused() -> None:
    collection = FingerCollection.begin(POLICY)
    with pytest.raises(SequenceError):
        collection.record(FingerImage(P.LEFT_INDEX, PIXELS), report(60))
    for _ in range(3):
        give(collection, 5)
    with pytest.raises(SequenceError):
        collection.record(FingerImage(P.RIGHT_INDEX, PIXELS), report(60))


@pytest.mark.parametrize("event", [Event.USE, Event.RECAPTURE, Event.NEXT_FINGER, Event.RESTART])
def test_a_decision_that_nobody_asked_for_is_refused(event: Event) -> None:
    collection = FingerCollection.begin(POLICY)
    with pytest.raises(SequenceError):
        collection.decide(event, Veto.NO_REASON)


def test_whatever_the_table_lacks_is_refused() -> None:
    for state in State:
        for event in Event:
            collection = FingerCollection.begin(POLICY)
            collection.state = state
            if (state, event) not in STEPS:
                with pytest.raises(SequenceError):
                    collection.follow(event, None)


@given(st.data())
def test_any_course_of_events_ends_with_at_most_two_different_fingers(data: st.DataObject) -> None:
    absent = data.draw(st.sets(st.sampled_from(list(P))))
    collection = FingerCollection.begin(POLICY, gone(*absent))
    for _ in range(200):
        if collection.state is State.DONE:
            break
        if collection.state is State.CAPTURE:
            assert collection.position not in absent
            score = data.draw(st.none() | st.integers(0, 100))
            reasons = data.draw(st.sampled_from([(), (Reason.DRY,), (Reason.NOISE,)]))
            give(collection, score, *reasons, attack=data.draw(st.integers(0, 9)) == 0)
        else:
            collection.decide(Event.NEXT_FINGER)
    assert collection.state is State.DONE
    positions = kept(collection)
    assert len(positions) == len(set(positions)) <= 2
    assert not set(positions) & set(collection.missing)
    assert all(attempt.is_print for attempt in collection.taken)
