"""Fingers on a slap are found where they are, named as they are, and miscounted or mirrored hands noticed.

STATION_SLAP_SEEDS says on how many made-up people; the suite takes a few, `./station prove slaps` a hundred.
"""

import os
from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
import pytest

from enrolment.fingerprints.engine import is_available
from enrolment.fingerprints.finger import FingerPosition, Hand
from enrolment.fingerprints.matching import match
from enrolment.fingerprints.scanner import SLAP_FINGERS, CaptureMode
from enrolment.fingerprints.segmentation import Fingertip, SlapOutcome, cut_tip, find_tips, segment_slap
from enrolment.fingerprints.synthesis import Damage, DamageKind, synthesise
from enrolment.fingerprints.synthesis.slap import Slap, SlapTruth, synthesise_slap

SEEDS = range(1, int(os.environ.get("STATION_SLAP_SEEDS", "2")) + 1)
HANDS = (CaptureMode.RIGHT_SLAP, CaptureMode.LEFT_SLAP)
OTHER = {CaptureMode.RIGHT_SLAP: CaptureMode.LEFT_SLAP, CaptureMode.LEFT_SLAP: CaptureMode.RIGHT_SLAP}
LEAST_OVERLAP = 0.80  # of the found box and the true one: both share that part of what either covers
LEAN_WITHIN_DEG = 9.0
# What a hand may be like and still be counted: every damage at 0.3, and far worse of those that keep the outline.
TROUBLES = (
    None,
    Damage(DamageKind.DRY, 0.3),
    Damage(DamageKind.DRY, 0.8),
    Damage(DamageKind.WET, 0.3),
    Damage(DamageKind.WET, 0.8),
    Damage(DamageKind.WORN, 0.3),
    Damage(DamageKind.SCAR, 0.5),
    Damage(DamageKind.PARTIAL, 0.3),
    Damage(DamageKind.ROTATED, 0.5),
)


@pytest.fixture(scope="module", params=SEEDS)
def seed(request: pytest.FixtureRequest) -> int:
    """A person; module-wide, so that whatever is asked of one person is asked while the fingers are at hand."""
    return int(request.param)


@lru_cache(maxsize=8)
def slap_of(seed: int, mode: CaptureMode, number: int = 0) -> Slap:
    return synthesise_slap(seed, mode, number, damage=TROUBLES[number])


def mode_of(seed: int) -> CaptureMode:
    return HANDS[seed % 2]


def trouble_of(seed: int) -> Iterator[int]:
    """Each seed has its own share of the troubles, so that a few seeds show several and a hundred show all."""
    yield 0
    yield 1 + seed % (len(TROUBLES) - 1)


def overlap(truth: SlapTruth, tip: Fingertip) -> float:
    left, top = max(truth.left_px, tip.left_px), max(truth.top_px, tip.top_px)
    right = min(truth.left_px + truth.width_px, tip.left_px + tip.width_px)
    bottom = min(truth.top_px + truth.height_px, tip.top_px + tip.height_px)
    shared = max(0, right - left) * max(0, bottom - top)
    return shared / (truth.width_px * truth.height_px + tip.width_px * tip.height_px - shared)


def same_place(slap: Slap, tips: tuple[Fingertip, ...]) -> None:
    assert [tip.position for tip in tips] == [place.position for place in slap.truth]
    for place, tip in zip(slap.truth, tips, strict=True):
        assert overlap(place, tip) >= LEAST_OVERLAP, place.position.label
        assert abs(place.lean_deg - tip.lean_deg) <= LEAN_WITHIN_DEG, place.position.label


def test_four_fingers_are_found_where_they_lie_and_the_hand_is_known(seed: int) -> None:
    mode = mode_of(seed)
    for trouble in trouble_of(seed):
        slap = slap_of(seed, mode, trouble)
        found = segment_slap(slap.pixels, SLAP_FINGERS[mode])
        assert found.outcome is SlapOutcome.AS_EXPECTED, TROUBLES[trouble]
        assert found.hand in (SLAP_FINGERS[mode][0].hand, None)
        same_place(slap, found.tips)


def test_two_thumbs_are_found_and_tell_nothing_of_hands(seed: int) -> None:
    slap = slap_of(seed, CaptureMode.TWO_THUMBS)
    found = segment_slap(slap.pixels, SLAP_FINGERS[CaptureMode.TWO_THUMBS])
    assert (found.outcome, found.hand) == (SlapOutcome.AS_EXPECTED, None)
    same_place(slap, found.tips)


def test_the_mirrored_hand_is_noticed(seed: int) -> None:
    mode = mode_of(seed)
    found = segment_slap(slap_of(seed, mode).pixels, SLAP_FINGERS[OTHER[mode]])
    assert found.outcome is SlapOutcome.OTHER_HAND
    assert found.hand is SLAP_FINGERS[mode][0].hand
    assert len(found.tips) == 4


def test_a_missing_finger_shifts_no_name(seed: int) -> None:
    mode = mode_of(seed)
    gone = SLAP_FINGERS[mode][seed % 4]
    slap = synthesise_slap(seed, mode, missing=(gone,))
    there = [position for position in SLAP_FINGERS[mode] if position is not gone]
    found = segment_slap(slap.pixels, there)
    assert found.outcome is SlapOutcome.AS_EXPECTED
    same_place(slap, found.tips)
    assert segment_slap(slap.pixels, SLAP_FINGERS[mode]).outcome is SlapOutcome.TOO_FEW


def test_a_finger_too_many_is_counted(seed: int) -> None:
    mode = mode_of(seed)
    thumb = FingerPosition.RIGHT_THUMB if mode is CaptureMode.RIGHT_SLAP else FingerPosition.LEFT_THUMB
    slap = synthesise_slap(seed, mode, intruder=thumb)
    found = segment_slap(slap.pixels, SLAP_FINGERS[mode])
    assert found.outcome is SlapOutcome.TOO_MANY
    assert all(tip.position is None for tip in found.tips)


def test_a_cut_finger_is_the_finger_and_stands_upright(seed: int, judge: object) -> None:
    mode = mode_of(seed)
    slap = slap_of(seed, mode)
    for tip in segment_slap(slap.pixels, SLAP_FINGERS[mode]).tips[seed % 4 :: 4]:
        assert tip.position is not None
        cut = cut_tip(slap.pixels, tip, tip.position)
        assert match(cut, synthesise(seed, tip.position, 5)).score >= 100
        assert cut.height_px > cut.width_px


def test_a_turned_hand_is_cut_upright_and_still_the_same_finger() -> None:
    if not is_available():
        pytest.skip("nbis-py absent: nothing to compare prints with")
    slap = synthesise_slap(2, CaptureMode.RIGHT_SLAP, damage=Damage(DamageKind.ROTATED, 0.6))
    found = segment_slap(slap.pixels, SLAP_FINGERS[CaptureMode.RIGHT_SLAP])
    tip = found.tips[0]
    assert abs(tip.lean_deg) > 8
    assert tip.position is FingerPosition.RIGHT_INDEX
    cut = cut_tip(slap.pixels, tip, tip.position)
    assert match(cut, synthesise(2, tip.position, 1)).score >= 100


def test_a_tip_that_hardly_leans_keeps_its_pixels() -> None:
    slap = slap_of(1, mode_of(1))
    tip = min(find_tips(slap.pixels), key=lambda each: abs(each.lean_deg))
    assert abs(tip.lean_deg) < 8
    cut = cut_tip(slap.pixels, tip, FingerPosition.LEFT_RING).pixels
    inner = cut[24:-24, 24:-24]
    part = slap.pixels[tip.top_px : tip.top_px + tip.height_px, tip.left_px : tip.left_px + tip.width_px]
    assert np.array_equal(inner[tip.mask], part[tip.mask])
    assert inner[~tip.mask].mean() > 200, "neighbours and joints are left out"


def bare_glass() -> np.ndarray:
    return np.full((1500, 1600), 244, np.uint8)


def specks() -> np.ndarray:
    picture = bare_glass()
    for row, column in ((200, 300), (700, 900), (1200, 400)):
        picture[row : row + 60, column : column + 60] = 40
    return picture


def noise() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (1500, 1600)).astype(np.uint8)


def blackened() -> np.ndarray:
    return np.zeros((1500, 1600), np.uint8)


def tiny() -> np.ndarray:
    return np.full((9, 7), 30, np.uint8)


@pytest.mark.parametrize("picture", [bare_glass, specks, noise, blackened, tiny], ids=lambda make: make.__name__)
def test_what_is_no_slap_is_no_hand(picture: Callable[[], np.ndarray]) -> None:
    found = segment_slap(picture(), SLAP_FINGERS[CaptureMode.RIGHT_SLAP])
    assert found.outcome in (SlapOutcome.TOO_FEW, SlapOutcome.TOO_MANY)
    assert found.hand is None


def test_one_finger_of_a_hand_says_nothing_about_the_hand() -> None:
    present = FingerPosition.LEFT_INDEX
    gone = [position for position in SLAP_FINGERS[CaptureMode.LEFT_SLAP] if position is not present]
    slap = synthesise_slap(1, CaptureMode.LEFT_SLAP, missing=gone)
    found = segment_slap(slap.pixels, [present])
    assert (found.outcome, found.hand) == (SlapOutcome.AS_EXPECTED, None)
    assert found.tips[0].position is present
    assert Hand.LEFT is present.hand
