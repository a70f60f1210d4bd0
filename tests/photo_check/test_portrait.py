"""The crop and the chip's image: sizes that hold, edges that are missed, nothing scaled up."""

import io

import numpy as np
import pytest
from PIL import Image

from photo_check.errors import ChipImageError, FaceOutOfFrame, NoFace
from photo_check.geometry import HeadGeometry, measure_head
from photo_check.photo import Photo
from photo_check.portrait import CHIP_MAX_BYTES, chip_image, crop_portrait, find_portrait, portrait_box

# A head of 500 px between y 300 and y 800 in the middle of a photo 1000 px wide
HEAD = HeadGeometry((430, 540), (570, 540), (500, 800), (500, 300))


def grey(width: int, height: int) -> Photo:
    return Photo(np.full((height, width, 3), 128, np.uint8))


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_a_loose_capture_becomes_a_portrait_whose_head_has_the_right_size(face_finder, drawn_capture, seed):
    portrait = find_portrait(drawn_capture(seed), face_finder)
    assert (portrait.width_px, portrait.height_px) == (827, 1063)
    assert portrait.resolution_ppi == 600
    scene = face_finder.find(portrait)
    head = measure_head(scene.faces[0], scene.person)
    assert 0.72 <= head.head_share(portrait.height_px) <= 0.78
    assert abs(head.eye_middle[0] / portrait.width_px - 0.5) < 0.02


def test_the_crop_is_written_down():
    assert crop_portrait(grey(1000, 1400), HEAD).changes[-1].startswith("cropped at x 2")


def test_a_small_photo_is_never_scaled_up():
    portrait = crop_portrait(grey(1000, 1400), HEAD)
    assert portrait.height_px == pytest.approx(500 / 0.75, abs=1)
    assert portrait.width_px / portrait.height_px == pytest.approx(35 / 45, abs=0.002)
    assert portrait.resolution_ppi == pytest.approx(600 * portrait.height_px / 1063, abs=1)


def test_pixels_that_need_no_scaling_are_cut_out_untouched():
    noise = np.random.default_rng(1).integers(0, 256, (1400, 1000, 3), np.uint8)
    portrait, box = crop_portrait(Photo(noise), HEAD), portrait_box(grey(1000, 1400), HEAD)
    top, left = round(box.top), round(box.left)
    assert (portrait.pixels == noise[top : top + portrait.height_px, left : left + portrait.width_px]).all()


def test_a_photo_that_is_right_already_is_taken_whole():
    head = HeadGeometry((310, 420), (517, 420), (413, 860), (413, 60))
    box = portrait_box(grey(827, 1063), head)
    assert (box.left, box.top, box.width, box.height) == (0, 0, 827, 1063)


def test_a_head_too_close_to_an_edge_is_refused_with_the_edge():
    with pytest.raises(FaceOutOfFrame, match="on the left") as refused:
        crop_portrait(grey(1000, 1400), HEAD.shifted(-420, 0))
    assert refused.value.missing == ("on the left",)
    with pytest.raises(FaceOutOfFrame, match="below"):
        crop_portrait(grey(1000, 805), HEAD)


def test_nobody_and_two_people_have_no_portrait(face_finder, drawn_portrait):
    with pytest.raises(NoFace, match="0 faces"):
        find_portrait(drawn_portrait(3, "no_face"), face_finder)
    with pytest.raises(NoFace, match="2 faces"):
        find_portrait(drawn_portrait(3, "two_faces"), face_finder)


@pytest.mark.parametrize("max_bytes", [CHIP_MAX_BYTES, 12_000, 20_000])
def test_the_chip_image_fills_its_bytes_and_never_more(drawn_portrait, max_bytes):
    encoded = chip_image(drawn_portrait(1), max_bytes)
    assert 0.95 * max_bytes <= len(encoded) <= max_bytes
    with Image.open(io.BytesIO(encoded)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG2000", "RGB", (622, 800))


def test_the_chip_image_still_shows_the_portrait(drawn_portrait):
    photo = drawn_portrait(1)
    with Image.open(io.BytesIO(chip_image(photo))) as image:
        small = np.asarray(Image.fromarray(photo.pixels).resize(image.size, Image.Resampling.LANCZOS), np.float64)
        error = ((np.asarray(image, np.float64) - small) ** 2).mean()
    assert 10 * np.log10(255**2 / error) > 30  # dB


def test_a_picture_with_nothing_in_it_comes_out_smaller():
    assert len(chip_image(grey(622, 800))) < 1000


def test_a_hopeless_bound_is_refused():
    with pytest.raises(ChipImageError, match="at least 1024"):
        chip_image(grey(622, 800), 500)
