"""Pictures as grey: 8 and 16 bits alike, every other kind of pixel refused, tiny ones answered."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner

from enrolment.fingerprints.cli import app
from enrolment.fingerprints.contact import find_contact
from enrolment.fingerprints.errors import FingerImageError, FingerprintError
from enrolment.fingerprints.finger import SMALLEST_PRINT_SIDE_PX, FingerImage, FingerPosition
from enrolment.fingerprints.images import FORMATS, encode_grey_png, read_finger_file
from enrolment.fingerprints.pictures import decode_grey
from enrolment.fingerprints.quality.fallback import RidgeClarityJudge
from enrolment.fingerprints.quality.preview import preview_quality
from enrolment.fingerprints.scanner import SLAP_FINGERS, CaptureMode
from enrolment.fingerprints.segmentation import SlapOutcome, segment_slap
from enrolment.fingerprints.wsq import encode_finger


def file_of(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def decoded(content: bytes) -> np.ndarray:
    return decode_grey(content, FORMATS, 10**6, "file")


@pytest.mark.parametrize("factor", [256, 257])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM", "JPEG2000"])
def test_16_bits_of_grey_give_the_8_that_they_were_made_from(
    print_of: Callable[..., FingerImage], kind: str, factor: int
) -> None:
    wide = (print_of().pixels.astype(np.uint32) * factor).astype(np.uint16)
    content = file_of(Image.fromarray(wide), kind)
    assert np.array_equal(decoded(content), print_of().pixels)


def test_a_pgm_of_12_bits_is_stretched_to_the_full_range() -> None:
    greys = np.array([[0, 2048, 4095]], ">u2")
    assert decoded(b"P5 3 1 4095\n" + greys.tobytes()).tolist() == [[0, 128, 255]]


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_fractions_and_32_bits_are_refused(dtype: type) -> None:
    content = file_of(Image.fromarray(np.full((30, 20), 100, dtype)), "TIFF")
    with pytest.raises(FingerImageError, match=r"^file: .*; wanted 8- or 16-bit grey$"):
        decoded(content)


def test_a_tiff_of_16_bits_whose_zero_is_white_is_refused() -> None:
    content = file_of(Image.fromarray(np.full((30, 20), 9000, np.uint16)), "TIFF", tiffinfo={262: 0})
    with pytest.raises(FingerImageError, match=r"wanted 8- or 16-bit grey$"):
        decoded(content)


@pytest.mark.parametrize("mode", ["1", "LA", "P", "RGB", "RGBA"])
def test_other_pictures_of_8_bits_become_grey(mode: str) -> None:
    assert set(decoded(file_of(Image.new("L", (20, 30), 255).convert(mode), "PNG")).ravel().tolist()) == {255}


SIDES = st.one_of(st.integers(1, 20), st.sampled_from([63, 64, 65]))


@settings(max_examples=60, deadline=None)
@given(SIDES, SIDES, st.sampled_from([0, 255, None]))
def test_no_picture_is_too_small_for_an_answer(height: int, width: int, grey: int | None) -> None:
    noise = np.random.default_rng(height * 100 + width).integers(0, 256, (height, width), np.uint8)
    pixels = noise if grey is None else np.full((height, width), grey, np.uint8)
    image = FingerImage(FingerPosition.RIGHT_INDEX, pixels)
    assert find_contact(pixels).mask.shape == (height, width)
    assert RidgeClarityJudge().judge(image).reasons
    preview_quality(pixels)
    assert segment_slap(pixels, SLAP_FINGERS[CaptureMode.RIGHT_SLAP]).outcome is SlapOutcome.TOO_FEW
    try:
        encode_finger(image)
    except FingerprintError as problem:
        assert "\n" not in str(problem)


SMALL = [(1, 1), (1, 300), (300, 1), (2, 2), (3, 5000), (SMALLEST_PRINT_SIDE_PX - 1, 400)]


@pytest.fixture
def small_files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{height}x{width}.png" for height, width in SMALL]
    for path, shape in zip(paths, SMALL, strict=True):
        path.write_bytes(encode_grey_png(np.full(shape, 240, np.uint8), 500))
    return paths


def test_quality_names_each_picture_that_is_too_small_and_answers_for_the_rest(
    small_files: list[Path], tmp_path: Path
) -> None:
    blank = tmp_path / "blank.png"
    blank.write_bytes(encode_grey_png(np.full((500, 400), 240, np.uint8), 500))
    result = CliRunner().invoke(app, ["quality", *map(str, small_files), str(blank), "--json"])
    assert result.exit_code == 2
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [Path(answer["file"]) for answer in answers] == [*small_files, blank]
    for path, answer in zip(small_files, answers, strict=False):
        assert answer["error"]["kind"] == "FingerImageError"
        assert answer["error"]["message"].startswith(f"{path.name}: ")
    assert answers[-1]["usable"] is False


@pytest.mark.parametrize("verb", ["encode", "match", "segment"])
def test_the_other_verbs_refuse_what_is_too_small_in_one_line(
    small_files: list[Path], tmp_path: Path, verb: str
) -> None:
    for path in small_files:
        rest = {"encode": ["-o", str(tmp_path / "out.wsq")], "match": [str(path)], "segment": ["--hand", "right"]}
        result = CliRunner().invoke(app, [verb, str(path), *rest[verb]])
        assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
        assert f"wanted a fingerprint of at least {SMALLEST_PRINT_SIDE_PX} pixels a side" in result.stderr


def test_the_smallest_picture_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file.png"
    path.write_bytes(encode_grey_png(np.full((SMALLEST_PRINT_SIDE_PX, SMALLEST_PRINT_SIDE_PX), 9, np.uint8), 500))
    assert read_finger_file(path).pixels.shape == (SMALLEST_PRINT_SIDE_PX, SMALLEST_PRINT_SIDE_PX)
