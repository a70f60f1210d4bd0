"""Where skin touched: area, axis and the crop."""

from collections.abc import Callable

import numpy as np
import pytest

from enrolment.fingerprints.contact import crop_to_fingertip, describe, find_contact
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.synthesis import Touch, synthesise


def ellipse(turn_deg: float) -> np.ndarray:
    y, x = np.mgrid[0:500, 0:400]
    turn = np.deg2rad(turn_deg)
    across = (x - 200) * np.cos(turn) + (y - 250) * np.sin(turn)
    along = -(x - 200) * np.sin(turn) + (y - 250) * np.cos(turn)
    return (across / 90) ** 2 + (along / 150) ** 2 < 1


@pytest.mark.parametrize("turn", [-60, -20, 0, 10, 45, 80])
def test_an_ellipse_is_described_as_it_was_drawn(turn: float) -> None:
    contact = describe(ellipse(turn))
    assert contact.lean_deg == pytest.approx(turn, abs=0.5)
    assert contact.length_px == pytest.approx(300, abs=2)
    assert contact.width_px == pytest.approx(180, abs=2)
    assert contact.area_px == pytest.approx(np.pi * 90 * 150, rel=0.01)
    assert (contact.middle_x_px, contact.middle_y_px) == pytest.approx((200, 250), abs=1)


@pytest.mark.parametrize("turn", [-25.0, 25.0])
def test_a_finger_turned_clockwise_leans_by_a_positive_angle(turn: float) -> None:
    image = synthesise(21, FingerPosition.RIGHT_INDEX, 0, touch=Touch(turn, 0, 0, 0.5))
    assert find_contact(image.pixels).lean_deg == pytest.approx(turn, abs=8)


def test_glass_alone_is_no_contact() -> None:
    noise = np.random.default_rng(1).normal(244, 2.2, (500, 400)).clip(0, 255).astype(np.uint8)
    assert find_contact(noise).area_px == 0


def test_the_crop_keeps_all_ridges_and_little_else(print_of: Callable[..., FingerImage]) -> None:
    image = print_of()
    cropped = crop_to_fingertip(image)
    assert cropped.width_px < image.width_px
    assert cropped.height_px < image.height_px
    assert (cropped.pixels < 100).sum() >= 0.999 * (image.pixels < 100).sum()
    assert cropped.position is image.position


def test_what_has_no_contact_is_left_whole() -> None:
    blank = FingerImage(FingerPosition.RIGHT_INDEX, np.full((500, 400), 240, np.uint8))
    assert crop_to_fingertip(blank) is blank
