"""The live preview: the right hint, calmly, and the best frame."""

import pytest

from photo_check.drawn_faces import draw_portrait
from photo_check.live import LIVE_NORM, LiveGuide, hint_text
from photo_check.norm import load_norm
from photo_check.photo import Photo

SIZE = {"width_px": 480, "height_px": 617}


@pytest.fixture(scope="module")
def frame():
    drawn = {}

    def draw(*faults: str) -> Photo:
        if faults not in drawn:
            drawn[faults] = Photo(draw_portrait(3, faults=frozenset(faults), **SIZE))
        return drawn[faults]

    return draw


@pytest.fixture
def guide(face_finder) -> LiveGuide:
    return LiveGuide(face_finder, load_norm(LIVE_NORM))


def watch(guide: LiveGuide, photo: Photo, frames: int = 8):
    hint = None
    for number in range(frames):
        hint = guide.see(photo, 40 * number)
    return hint


@pytest.mark.parametrize(
    ("faults", "code", "words"),
    [
        ((), "ready", "Hold still"),
        (("no_face",), "single_face", "One person"),
        (("two_faces",), "single_face", "One person"),
        (("too_small",), "head_size", "closer"),
        (("too_large",), "head_size", "back"),
        (("off_centre",), "centred_horizontal", "to your right"),
        (("dark",), "not_underexposed", "light"),
        (("side_light",), "illumination_uniform", "light"),
        (("roll",), "pose_roll", "upright"),
        (("eyes_closed",), "eyes_open", "eyes open"),
        (("mouth_open",), "mouth_closed", "mouth"),
        (("blurred",), "sharp", "still"),
    ],
)
def test_the_hint_says_what_is_wrong(guide, frame, faults, code, words):
    hint = watch(guide, frame(*faults))
    assert hint.code == code
    assert words in hint.advice["en"]
    assert hint.is_ready == (code == "ready")


def test_a_single_bad_frame_does_not_change_the_hint(guide, frame):
    assert watch(guide, frame()).code == "ready"
    assert guide.see(frame("eyes_closed"), 400).code == "ready"


def test_the_best_frame_is_a_good_one_and_fresh(guide, frame):
    watch(guide, frame("eyes_closed"))
    assert guide.best(300) is None
    guide.see(frame(), 400)
    guide.see(frame("eyes_closed"), 440)
    assert guide.best(480).photo is frame()
    assert guide.best(3000) is None


def test_a_better_frame_takes_the_place_of_a_worse_one(guide, frame):
    guide.see(frame(), 0)
    first = guide.best(0)
    guide.see(frame(), 40)
    assert guide.best(40).score >= first.score
    assert len(guide._best) <= 2


@pytest.mark.parametrize("requirement", list(load_norm(LIVE_NORM).requirements))
@pytest.mark.parametrize("side", ["low", "high"])
def test_every_hint_is_there_in_four_languages(requirement, side):
    assert set(hint_text(requirement, side)) == {"en", "fr", "de", "lb"}
