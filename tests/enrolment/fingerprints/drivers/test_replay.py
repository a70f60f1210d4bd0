"""Prints played back from files."""

from pathlib import Path

import numpy as np
import pytest

from enrolment.fingerprints.capturing import capture
from enrolment.fingerprints.drivers.replay import ReplayScanner
from enrolment.fingerprints.errors import CaptureTimeout, FingerImageError, ScannerError, ScannerMissing
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.images import encode_png
from enrolment.fingerprints.scanner import SLAP_FINGERS, CaptureMode, CaptureRequest
from enrolment.fingerprints.synthesis import synthesise
from enrolment.fingerprints.wsq import encode_at

P = FingerPosition


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "5_right_index_0.png").write_bytes(encode_png(synthesise(5, P.RIGHT_INDEX, 0)))
    (tmp_path / "5_right_index_1.png").write_bytes(encode_png(synthesise(5, P.RIGHT_INDEX, 1)))
    (tmp_path / "left_thumb.wsq").write_bytes(encode_at(synthesise(5, P.LEFT_THUMB)))
    (tmp_path / "right_index.txt").write_text("a note")
    (tmp_path / "portrait.png").write_text("no print")
    return tmp_path


def test_a_folder_is_played_in_the_order_of_its_names_and_the_last_print_stays(folder: Path) -> None:
    with ReplayScanner.from_folder(folder).open() as session:
        shown = [capture(session, CaptureRequest((P.RIGHT_INDEX,))).fingers[0].image for _ in range(3)]
        thumb = capture(session, CaptureRequest((P.LEFT_THUMB,))).fingers[0].image
    assert [image.position for image in shown] == [P.RIGHT_INDEX] * 3
    for image, impression in zip(shown, (0, 1, 1), strict=True):
        assert np.array_equal(image.pixels, synthesise(5, P.RIGHT_INDEX, impression).pixels)
    assert thumb.position is P.LEFT_THUMB


def test_a_finger_without_a_file_never_comes(folder: Path) -> None:
    with ReplayScanner.from_folder(folder).open() as session, pytest.raises(CaptureTimeout):
        capture(session, CaptureRequest((P.LEFT_INDEX,)))


def test_files_say_nothing_about_attacks_and_hold_no_slaps(folder: Path) -> None:
    scanner = ReplayScanner.from_folder(folder)
    assert not scanner.info.has_attack_detection
    with scanner.open() as session:
        assert capture(session, CaptureRequest((P.RIGHT_INDEX,))).attack_suspected is None
        slap = CaptureRequest(SLAP_FINGERS[CaptureMode.RIGHT_SLAP], mode=CaptureMode.RIGHT_SLAP)
        with pytest.raises(ScannerError, match="one at a time"):
            capture(session, slap)


def test_no_folder_is_no_scanner(tmp_path: Path) -> None:
    with pytest.raises(ScannerMissing, match="nowhere"):
        ReplayScanner.from_folder(tmp_path / "nowhere")


def test_a_print_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "left_index.png").write_bytes(b"broken")
    with pytest.raises(FingerImageError, match=r"left_index\.png"):
        ReplayScanner.from_folder(tmp_path)
