"""Made-up slaps: a hand as hands lie, the same from the same seed, and a truth that tells where each finger is."""

import numpy as np
import pytest

from enrolment.fingerprints.errors import FingerImageError
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.scanner import SLAP_FINGERS, CaptureMode
from enrolment.fingerprints.synthesis import Damage, DamageKind
from enrolment.fingerprints.synthesis.slap import (
    SLAP_HEIGHT_PX,
    SLAP_WIDTH_PX,
    HandPose,
    Slap,
    place_of,
    synthesise_slap,
    turned,
)

SEED = 4
P = FingerPosition
STILL = HandPose(turn_deg=0, spread_deg=4.6, shift_x_px=0, shift_y_px=0, pressure=0.5)


@pytest.fixture(scope="module")
def right() -> Slap:
    return synthesise_slap(SEED, CaptureMode.RIGHT_SLAP)


def test_the_fingers_of_the_right_hand_lie_from_index_to_little(right: Slap) -> None:
    assert right.pixels.shape == (SLAP_HEIGHT_PX, SLAP_WIDTH_PX)
    assert tuple(place.position for place in right.truth) == SLAP_FINGERS[CaptureMode.RIGHT_SLAP]
    leans = [place.lean_deg for place in right.truth]
    assert leans == sorted(leans), "fingers spread towards their tips"


def test_the_middle_finger_reaches_furthest_and_the_little_one_least(right: Slap) -> None:
    top = {place.position: place.top_px for place in right.truth}
    assert min(top, key=top.__getitem__) is P.RIGHT_MIDDLE
    assert max(top, key=top.__getitem__) is P.RIGHT_LITTLE


def test_skin_is_inside_the_boxes_and_a_joint_below_them(right: Slap) -> None:
    dark = right.pixels < 150
    for place in right.truth:
        box = dark[place.top_px : place.top_px + place.height_px, place.left_px : place.left_px + place.width_px]
        assert box.mean() > 0.25
        below = place.top_px + place.height_px
        assert dark[below + 80 : below + 280, place.left_px : place.left_px + place.width_px].mean() > 0.15
    assert not dark[:, : right.truth[0].left_px - 20][: SLAP_HEIGHT_PX // 3].any()


def test_the_same_arguments_give_the_same_slap_and_the_next_impression_another(right: Slap) -> None:
    again = synthesise_slap(SEED, CaptureMode.RIGHT_SLAP)
    assert np.array_equal(again.pixels, right.pixels)
    assert again.truth == right.truth
    assert synthesise_slap(SEED, CaptureMode.RIGHT_SLAP, 1).truth != right.truth


def test_a_finger_held_up_leaves_its_place_empty_and_the_others_where_they_were(right: Slap) -> None:
    without = synthesise_slap(SEED, CaptureMode.RIGHT_SLAP, missing=(P.RIGHT_RING,))
    assert without.truth == tuple(place for place in right.truth if place.position is not P.RIGHT_RING)
    ring = next(place for place in right.truth if place.position is P.RIGHT_RING)
    middle = slice(ring.left_px + 60, ring.left_px + ring.width_px - 60)
    assert without.pixels[ring.top_px : ring.top_px + ring.height_px, middle].min() > 200


def test_a_finger_too_many_lies_beside_the_others() -> None:
    slap = synthesise_slap(SEED, CaptureMode.RIGHT_SLAP, intruder=P.RIGHT_THUMB)
    assert len(slap.truth) == 5
    assert P.RIGHT_THUMB in {place.position for place in slap.truth}


def test_one_finger_alone_can_be_damaged(right: Slap) -> None:
    hurt = synthesise_slap(SEED, CaptureMode.RIGHT_SLAP, damage={P.RIGHT_INDEX: Damage(DamageKind.WET, 1.0)})
    index, middle = right.truth[:2]
    inside = (slice(index.top_px + 100, index.top_px + 300), slice(index.left_px + 80, index.left_px + 240))
    assert hurt.pixels[inside].mean() < right.pixels[inside].mean() - 20
    assert hurt.truth[1] == middle


def test_crossed_thumbs_lie_in_each_other_s_place() -> None:
    crossed = {P.LEFT_THUMB: P.RIGHT_THUMB, P.RIGHT_THUMB: P.LEFT_THUMB}
    slap = synthesise_slap(SEED, CaptureMode.TWO_THUMBS, in_place_of=crossed)
    assert [place.position for place in slap.truth] == [P.RIGHT_THUMB, P.LEFT_THUMB]


def test_left_and_right_hands_mirror_each_other() -> None:
    for position in SLAP_FINGERS[CaptureMode.RIGHT_SLAP]:
        x, y, lean, _ = place_of(position, STILL)
        other_x, other_y, other_lean, _ = place_of(position.mirrored, STILL)
        assert (x + other_x, y, lean) == pytest.approx((SLAP_WIDTH_PX, other_y, -other_lean))


def test_a_rotated_hand_turns_as_far_as_its_severity() -> None:
    assert turned(STILL, None) == STILL
    assert turned(STILL, Damage(DamageKind.ROTATED, 0.5)).turn_deg == 20
    assert turned(STILL, Damage(DamageKind.DRY, 0.5)) == STILL


def test_a_single_finger_is_no_slap_and_impressions_count_from_nought() -> None:
    with pytest.raises(FingerImageError, match="mode single"):
        synthesise_slap(SEED, CaptureMode.SINGLE)
    with pytest.raises(FingerImageError, match="impression: is negative"):
        synthesise_slap(SEED, CaptureMode.LEFT_SLAP, -1)
