"""Finger images from files: what is read, at which resolution, and what is refused."""

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from enrolment.fingerprints import images
from enrolment.fingerprints.errors import FingerImageError, WsqError
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.images import encode_png, read_finger_file
from enrolment.fingerprints.wsq import encode_at


@pytest.mark.parametrize("suffix", ["png", "pgm", "bmp", "tif"])
def test_a_lossless_file_gives_back_every_pixel(
    tmp_path: Path, print_of: Callable[..., FingerImage], suffix: str
) -> None:
    path = tmp_path / f"print.{suffix}"
    Image.fromarray(print_of().pixels).save(path)
    image = read_finger_file(path, FingerPosition.LEFT_INDEX)
    assert np.array_equal(image.pixels, print_of().pixels)
    assert (image.position, image.ppi) == (FingerPosition.LEFT_INDEX, 500)


def test_a_wsq_file_is_known_by_its_first_bytes(tmp_path: Path, print_of: Callable[..., FingerImage]) -> None:
    path = tmp_path / "print.png"
    path.write_bytes(encode_at(print_of()))
    assert read_finger_file(path).pixels.shape == (500, 400)


def test_our_png_names_its_resolution_and_reads_back(print_of: Callable[..., FingerImage]) -> None:
    with Image.open(io.BytesIO(encode_png(print_of()))) as picture:
        assert picture.info["dpi"] == pytest.approx((500, 500), abs=0.1)
        assert np.array_equal(np.asarray(picture), print_of().pixels)


def test_1000_ppi_is_brought_to_500(tmp_path: Path, print_of: Callable[..., FingerImage]) -> None:
    path = tmp_path / "print.png"
    double = cv2.resize(print_of().pixels, None, fx=2, fy=2)
    Image.fromarray(np.asarray(double, dtype=np.uint8)).save(path, dpi=(1000, 1000))
    image = read_finger_file(path)
    assert (image.width_px, image.height_px, image.ppi) == (400, 500, 500)


@pytest.mark.parametrize("dpi", [None, (72, 72), (500, 500)])
def test_a_file_that_names_no_scan_resolution_is_taken_at_500(
    tmp_path: Path, print_of: Callable[..., FingerImage], dpi: tuple[int, int] | None
) -> None:
    path = tmp_path / "print.png"
    Image.fromarray(print_of().pixels).save(path, **({"dpi": dpi} if dpi else {}))
    assert read_finger_file(path).ppi == 500


def test_colour_becomes_grey(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (200, 300), (200, 40, 40)).save(path)
    assert read_finger_file(path).pixels.shape == (300, 200)


@pytest.mark.parametrize(
    "content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 30, b"P5\n9999999 9999999\n255\n"]
)
def test_what_is_no_picture_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.png"
    path.write_bytes(content)
    with pytest.raises(FingerImageError, match=r"^file\.png: ") as caught:
        read_finger_file(path)
    assert "\n" not in str(caught.value)


def test_a_cut_off_picture_is_refused(tmp_path: Path, print_of: Callable[..., FingerImage]) -> None:
    path = tmp_path / "file.png"
    path.write_bytes(encode_png(print_of())[:20_000])
    with pytest.raises(FingerImageError, match="cut off"):
        read_finger_file(path)


def test_a_broken_wsq_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "file.wsq"
    path.write_bytes(b"\xff\xa0\xff\xff")
    with pytest.raises(WsqError, match=r"^file\.wsq: "):
        read_finger_file(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FingerImageError, match="No such file"):
        read_finger_file(tmp_path / "nowhere.png")
    with pytest.raises(FingerImageError, match="directory"):
        read_finger_file(tmp_path)


def test_giants_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.png"
    Image.new("L", (400, 500)).save(path)
    monkeypatch.setattr(images, "LARGEST_PIXELS", 1000)
    with pytest.raises(FingerImageError, match="400x500 pixels"):
        read_finger_file(path)
    monkeypatch.setattr(images, "LARGEST_FILE_BYTES", 10)
    with pytest.raises(FingerImageError, match="bytes"):
        read_finger_file(path)
