"""Fingers and their images."""

import numpy as np
import pytest

from enrolment.fingerprints.errors import FingerImageError
from enrolment.fingerprints.finger import Digit, FingerImage, FingerPosition, Hand


def test_positions_have_the_codes_of_iso_19794_4() -> None:
    assert [position.label for position in FingerPosition][:3] == ["right_thumb", "right_index", "right_middle"]
    assert FingerPosition.RIGHT_INDEX == 2
    assert FingerPosition.LEFT_INDEX == 7
    assert FingerPosition.LEFT_LITTLE == 10


@pytest.mark.parametrize("position", list(FingerPosition))
def test_hand_and_digit_name_a_position_and_the_label_reads_back(position: FingerPosition) -> None:
    assert FingerPosition.of(position.hand, position.digit) is position
    assert FingerPosition.from_label(position.label) is position
    assert position.mirrored.mirrored is position
    assert position.mirrored.hand is not position.hand
    assert position.mirrored.digit is position.digit


def test_the_right_index_is_on_the_right_hand() -> None:
    assert FingerPosition.RIGHT_INDEX.hand is Hand.RIGHT
    assert FingerPosition.RIGHT_INDEX.digit is Digit.INDEX


def test_an_unknown_label_is_refused_with_the_list_of_known_ones() -> None:
    with pytest.raises(FingerImageError, match=r"big_toe.*right_thumb"):
        FingerPosition.from_label("big_toe")


@pytest.mark.parametrize(
    ("pixels", "ppi"),
    [
        (np.zeros((10, 10, 3), np.uint8), 500),
        (np.zeros((10, 10), np.float32), 500),
        (np.zeros((0, 10), np.uint8), 500),
        (np.zeros((5001, 10), np.uint8), 500),
        (np.zeros((10, 10), np.uint8), 72),
    ],
    ids=["colour", "float", "empty", "too-large", "screen-resolution"],
)
def test_what_is_no_finger_image_cannot_become_one(pixels: np.ndarray, ppi: int) -> None:
    with pytest.raises(FingerImageError):
        FingerImage(FingerPosition.RIGHT_INDEX, pixels, ppi)


def test_an_image_keeps_its_own_pixels_and_never_shows_them() -> None:
    pixels = np.full((20, 10), 7, np.uint8)
    image = FingerImage(FingerPosition.LEFT_THUMB, pixels)
    pixels[:] = 0
    assert image.pixels.max() == 7
    with pytest.raises(ValueError, match="read-only"):
        image.pixels[0, 0] = 1
    assert repr(image) == "FingerImage(left_thumb, 10x20 px, 500 ppi)"


def test_size_in_mm_follows_from_the_resolution() -> None:
    image = FingerImage(FingerPosition.LEFT_THUMB, np.zeros((500, 400), np.uint8))
    assert (image.width_mm, image.height_mm) == pytest.approx((20.32, 25.4))
