"""The finger policy: the defaults are those of the sources, and nothing else passes for a policy."""

import pytest

from enrolment.fingerprints.errors import PolicyError
from enrolment.fingerprints.finger import Digit, FingerPosition, Hand
from enrolment.fingerprints.policy import FingerPolicy, MissingReason, WhenTemporary, policy_from


def test_the_defaults_are_those_of_tr_03121() -> None:
    policy = FingerPolicy()
    assert policy.candidates(Hand.RIGHT) == (
        FingerPosition.RIGHT_INDEX,
        FingerPosition.RIGHT_THUMB,
        FingerPosition.RIGHT_MIDDLE,
        FingerPosition.RIGHT_RING,
    )
    assert [policy.threshold(FingerPosition.of(Hand.LEFT, digit)) for digit in Digit] == [30, 30, 20, 10, 10]
    assert policy.captures_per_finger == 3
    assert policy.hands() == (Hand.RIGHT, Hand.LEFT)


@pytest.mark.parametrize(("age", "exempt"), [(0, True), (5, True), (6, False), (40, False)])
def test_children_under_six_are_exempt(age: int, exempt: bool) -> None:
    assert FingerPolicy().is_exempt(age) is exempt


def test_configuration_sets_a_policy() -> None:
    policy = policy_from(
        {
            "order": ["index", "middle", "ring", "thumb"],
            "thresholds": {"index": 40},
            "first_hand": "left",
            "when_temporary": "short_validity",
            "captures_per_finger": 5,
            "threshold_source": "our own",
        }
    )
    assert policy.order == (Digit.INDEX, Digit.MIDDLE, Digit.RING, Digit.THUMB)
    assert policy.threshold(FingerPosition.RIGHT_INDEX) == 40
    assert policy.threshold(FingerPosition.RIGHT_THUMB) == 30
    assert policy.hands() == (Hand.LEFT, Hand.RIGHT)
    assert policy.when_temporary is WhenTemporary.SHORT_VALIDITY
    assert policy.captures_per_finger == 5
    assert policy_from({}) == FingerPolicy()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ordre", ["index"]),
        ("order", []),
        ("order", "index"),
        ("order", ["index", "index"]),
        ("order", ["index", "toe"]),
        ("order", ["index", "little"]),
        ("thresholds", {"index": 101}),
        ("thresholds", {"index": "30"}),
        ("thresholds", {"toe": 30}),
        ("thresholds", 30),
        ("first_hand", "both"),
        ("first_hand", 1),
        ("when_temporary", "never"),
        ("fingers_wanted", 3),
        ("fingers_wanted", True),
        ("captures_per_finger", 0),
        ("captures_per_finger", 2.5),
        ("timeout_ms", 10),
        ("same_finger_threshold", 0),
        ("largest_wsq_bytes", 1),
        ("exempt_under_years", 30),
        ("threshold_source", 5),
    ],
)
def test_what_makes_no_policy_is_refused_by_its_key(key: str, value: object) -> None:
    with pytest.raises(PolicyError) as caught:
        policy_from({key: value})
    assert caught.value.key == key
    assert caught.value.wanted


def test_bandages_come_off_and_lost_fingers_do_not_come_back() -> None:
    assert {reason for reason in MissingReason if reason.is_temporary} == {
        MissingReason.BANDAGED,
        MissingReason.INJURED,
    }


def test_every_finger_in_the_order_must_have_a_threshold() -> None:
    with pytest.raises(PolicyError, match="thresholds"):
        FingerPolicy(order=(Digit.INDEX, Digit.THUMB), thresholds={Digit.INDEX: 30, Digit.LITTLE: 10})
