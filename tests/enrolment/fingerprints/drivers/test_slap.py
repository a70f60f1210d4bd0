"""Slaps: every finger lies where the truth says."""

import numpy as np
import pytest

from enrolment.fingerprints.drivers.slap import compose_slap
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.quality.measures import measure
from enrolment.fingerprints.scanner import SLAP_FINGERS, CaptureMode
from enrolment.fingerprints.synthesis import synthesise


@pytest.mark.parametrize("mode", [CaptureMode.LEFT_SLAP, CaptureMode.RIGHT_SLAP, CaptureMode.TWO_THUMBS])
def test_fingers_lie_side_by_side_in_the_order_of_the_hand(mode: CaptureMode) -> None:
    slots = SLAP_FINGERS[mode]
    prints = [synthesise(4, position) for position in slots]
    slap, truth = compose_slap(prints, slots, np.random.default_rng(0))
    assert slap.shape == (1500, 1600)
    assert tuple(place.position for place in truth) == slots
    assert [place.left_px for place in truth] == sorted(place.left_px for place in truth)
    for place, single in zip(truth, prints, strict=True):
        cut, alone = measure(place.cut(slap)), measure(single.pixels)
        assert cut.contact_area_px == pytest.approx(alone.contact_area_px, rel=0.03)


def test_a_missing_finger_leaves_its_place_empty() -> None:
    slots = SLAP_FINGERS[CaptureMode.RIGHT_SLAP]
    prints = [synthesise(4, position) for position in slots if position is not FingerPosition.RIGHT_RING]
    slap, truth = compose_slap(prints, slots, np.random.default_rng(0))
    assert len(truth) == 3
    assert slap[:, 850:1150].min() > 200
