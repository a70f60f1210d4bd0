"""WSQ: NIST's bytes, the size of a document, and typed errors for whatever is no WSQ."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrolment.fingerprints import wsq
from enrolment.fingerprints.engine import is_available
from enrolment.fingerprints.errors import WsqError
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.images import read_finger_file
from enrolment.fingerprints.matching import match
from enrolment.fingerprints.synthesis import synthesise
from enrolment.fingerprints.wsq import decode_wsq, encode_at, encode_finger, encode_with_rate, encode_wsq, read_frame

NIST_NAMES = ["SFinGe_Test01", "SFinGe_Test02"]
SAMPLE = encode_wsq(synthesise(21, FingerPosition.RIGHT_INDEX))


@pytest.fixture
def nist_print(reference_data: Path) -> FingerImage:
    return read_finger_file(reference_data / "fingerprints" / "SFinGe_Test01.pgm")


@pytest.mark.parametrize(("rate", "size"), [(0.75, 19_454), (0.5, 13_055), (2.25, 58_361)])
def test_sizes_are_those_of_nist_s_own_coder(nist_print: FingerImage, rate: float, size: int) -> None:
    # cwsq of NBIS 5.0 on the same picture at the same rates
    assert len(encode_at(nist_print, rate)) == size


def test_both_ways_into_the_coder_give_the_same_bytes(nist_print: FingerImage) -> None:
    assert encode_at(nist_print) == encode_with_rate(nist_print, 0.75)


def test_a_whole_print_that_is_too_large_is_brought_just_below_the_limit(nist_print: FingerImage) -> None:
    done = encode_finger(nist_print)
    assert 17 * 1024 < len(done.wsq) <= 18 * 1024
    assert done.bit_rate < 0.75
    assert done.cropped


def test_a_fingertip_keeps_the_rate_of_the_standard(print_of: Callable[..., FingerImage]) -> None:
    done = encode_finger(print_of())
    assert done.bit_rate == 0.75
    assert done.cropped
    assert (done.width_px, done.height_px) < (400, 500)
    assert len(done.wsq) <= 18 * 1024
    frame = read_frame(done.wsq)
    assert (frame.width_px, frame.height_px) == (done.width_px, done.height_px)


def test_what_was_encoded_comes_back_as_the_same_finger(print_of: Callable[..., FingerImage]) -> None:
    if not is_available():
        pytest.skip("nbis-py absent: nothing to compare prints with")
    image = decode_wsq(encode_wsq(print_of()), FingerPosition.RIGHT_INDEX)
    assert image.position is FingerPosition.RIGHT_INDEX
    assert match(print_of(), image).score >= 150


def test_decoding_changes_no_pixel_by_much(print_of: Callable[..., FingerImage]) -> None:
    image = print_of()
    back = decode_wsq(encode_at(image))
    difference = image.pixels.astype(int) - back.pixels.astype(int)
    assert np.sqrt((difference**2).mean()) < 16


def test_a_build_without_the_rate_says_so(
    print_of: Callable[..., FingerImage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wsq, "rate_coder", lambda: None)
    assert len(encode_at(print_of())) > 10_000
    with pytest.raises(WsqError, match="one rate"):
        encode_at(print_of(), 0.5)


def test_a_limit_that_no_rate_can_keep_is_an_error(print_of: Callable[..., FingerImage]) -> None:
    with pytest.raises(WsqError, match="no rate"):
        encode_finger(print_of(), largest_bytes=300)


def test_a_policy_may_forbid_a_lower_rate(nist_print: FingerImage, print_of: Callable[..., FingerImage]) -> None:
    with pytest.raises(WsqError, match=r"bytes at 0\.75 bit a pixel; wanted at most 18432"):
        encode_finger(nist_print, may_lower_rate=False)
    assert encode_finger(print_of(), may_lower_rate=False).bit_rate == 0.75


def test_a_decoder_that_answers_another_size_is_a_typed_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Liar:
        def decode(self, content: bytes, where: str) -> bytes:
            return b"short"

    monkeypatch.setattr(wsq, "DECODER", Liar())
    with pytest.raises(WsqError, match="another size"):
        decode_wsq(SAMPLE)


@pytest.mark.parametrize(
    "image",
    [
        FingerImage(FingerPosition.RIGHT_INDEX, np.zeros((500, 63), np.uint8)),
        FingerImage(FingerPosition.RIGHT_INDEX, np.zeros((500, 400), np.uint8), ppi=1000),
    ],
    ids=["too-small", "1000-ppi"],
)
def test_what_wsq_cannot_hold_is_refused(image: FingerImage) -> None:
    with pytest.raises(WsqError):
        encode_wsq(image)


def test_a_blank_picture_becomes_no_file() -> None:
    blank = FingerImage(FingerPosition.RIGHT_INDEX, np.full((500, 400), 255, np.uint8))
    with pytest.raises(WsqError, match="nothing on it to encode"):
        encode_wsq(blank)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"\xff\xa0", SAMPLE[:10], SAMPLE[:200], SAMPLE[: len(SAMPLE) // 2], SAMPLE[:-2], b"\x89PNG\r\n"],
    ids=["empty", "one-byte", "soi-only", "ten-bytes", "in-tables", "half", "no-eoi", "png"],
)
def test_a_file_cut_off_anywhere_is_a_typed_error(content: bytes) -> None:
    with pytest.raises(WsqError):
        decode_wsq(content)


def test_an_error_names_the_file_and_shows_no_content() -> None:
    with pytest.raises(WsqError, match=r"^left\.wsq: "):
        decode_wsq(b"SECRET" * 5, where="left.wsq")


def test_a_frame_header_of_a_giant_is_refused() -> None:
    at = SAMPLE.index(b"\xff\xa2\x00\x11")
    giant = SAMPLE[: at + 6] + b"\xff\xff\xff\xff" + SAMPLE[at + 10 :]
    with pytest.raises(WsqError, match="65535"):
        decode_wsq(giant)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, len(SAMPLE) - 1), st.integers(1, 255))
def test_one_changed_byte_gives_an_image_or_a_typed_error(at: int, change: int) -> None:
    mutated = bytearray(SAMPLE)
    mutated[at] ^= change
    try:
        image = decode_wsq(bytes(mutated))
    except WsqError:
        return
    assert image.pixels.ndim == 2


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(SAMPLE) - 1))
def test_every_shorter_file_is_a_typed_error(length: int) -> None:
    with pytest.raises(WsqError):
        decode_wsq(SAMPLE[:length])
