"""Preview quality: quick, and pointing the right way."""

import time
from collections.abc import Callable

import cv2
import numpy as np
import pytest

from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.quality.preview import hint_for, preview_quality
from enrolment.fingerprints.scanner import LiveState
from enrolment.fingerprints.synthesis import Damage, DamageKind, Touch, synthesise


def test_bare_glass_is_searched() -> None:
    seen = preview_quality(np.full((250, 200), 244, np.uint8))
    assert seen.hint is LiveState.SEARCHING_FINGERS
    assert seen.clarity == 0.0


def test_a_good_print_asks_to_keep_still(print_of: Callable[..., FingerImage]) -> None:
    seen = preview_quality(print_of().pixels)
    assert seen.hint is LiveState.KEEP_STILL
    assert seen.clarity > 0.7


def test_a_worn_print_is_less_clear_than_a_good_one(print_of: Callable[..., FingerImage]) -> None:
    worn = synthesise(21, FingerPosition.RIGHT_INDEX, 0, Damage(DamageKind.WORN, 0.9))
    assert preview_quality(worn.pixels).clarity < 0.5 * preview_quality(print_of().pixels).clarity


def test_a_finger_far_to_the_right_is_asked_to_move_left() -> None:
    shifted = np.roll(synthesise(21, FingerPosition.RIGHT_INDEX, 0, Damage(DamageKind.PARTIAL, 0.6)).pixels, 110, 1)
    assert preview_quality(shifted).hint is LiveState.MOVE_LEFT


def test_a_wet_finger_is_asked_to_press_less() -> None:
    wet = synthesise(21, FingerPosition.RIGHT_INDEX, 0, Damage(DamageKind.WET, 1.0), Touch(0, 0, 0, 0.8))
    assert preview_quality(wet.pixels).hint is LiveState.REDUCE_PRESSURE


@pytest.mark.parametrize(
    ("right", "down", "grey", "hint"),
    [
        (-0.2, 0.0, 150, LiveState.MOVE_RIGHT),
        (0.0, 0.2, 150, LiveState.MOVE_FORWARD),
        (0.0, -0.2, 150, LiveState.MOVE_BACKWARD),
        (0.2, -0.3, 150, LiveState.MOVE_BACKWARD),
        (0.0, 0.0, 215, LiveState.RAISE_PRESSURE),
        (0.0, 0.0, 60, LiveState.REDUCE_PRESSURE),
    ],
)
def test_hints_follow_place_and_pressure(right: float, down: float, grey: float, hint: LiveState) -> None:
    assert hint_for(right, down, grey) is hint


def test_a_preview_frame_takes_less_than_ten_milliseconds(print_of: Callable[..., FingerImage]) -> None:
    frame = np.asarray(cv2.resize(print_of().pixels, None, fx=0.5, fy=0.5), dtype=np.uint8)
    preview_quality(frame)
    started = time.process_time()
    for _ in range(10):
        preview_quality(frame)
    assert (time.process_time() - started) / 10 < 0.010
