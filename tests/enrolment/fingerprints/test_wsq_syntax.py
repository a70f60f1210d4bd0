"""The walk through a WSQ file: every segment is held against the format before the decoder sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.fingerprints.errors import WsqError
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.synthesis import synthesise
from enrolment.fingerprints.wsq import decode_wsq, encode_wsq
from enrolment.fingerprints.wsq_syntax import WsqReader, is_prefix_code

SAMPLE = encode_wsq(synthesise(21, FingerPosition.RIGHT_INDEX))


def segment(marker: bytes) -> tuple[int, int]:
    """Where the first segment with `marker` starts and ends."""
    at = 2
    while SAMPLE[at : at + 2] != marker:
        at += 2 + int.from_bytes(SAMPLE[at + 2 : at + 4], "big")
    return at, at + 2 + int.from_bytes(SAMPLE[at + 2 : at + 4], "big")


def with_bytes(at: int, new: bytes) -> bytes:
    return SAMPLE[:at] + new + SAMPLE[at + len(new) :]


def test_nist_s_own_order_of_segments_is_read() -> None:
    reader = WsqReader(SAMPLE, "print")
    frame = reader.read_all()
    assert (frame.encoder, frame.software) == (2, 0)
    assert reader.stated_ppi() == 500
    assert reader.huffman == {0, 1}


def test_comments_are_left_out_of_what_is_decoded_and_change_nothing() -> None:
    reader = WsqReader(SAMPLE, "print")
    reader.read_all()
    plain = reader.without_comments()
    assert b"NIST_COM" not in plain
    assert (decode_wsq(plain).pixels == decode_wsq(SAMPLE).pixels).all()


@pytest.mark.parametrize("stated", [b"PPI 999", b"PPI 1e9", b"PPI    "])
def test_another_resolution_than_500_ppi_is_refused(stated: bytes) -> None:
    with pytest.raises(WsqError, match="ppi"):
        decode_wsq(SAMPLE.replace(b"PPI 500", stated))


def refusals() -> dict[str, bytes]:
    """A file for each thing that can be wrong."""
    frame, _ = segment(b"\xff\xa2")
    bins, _ = segment(b"\xff\xa5")
    transform, _ = segment(b"\xff\xa4")
    huffman, behind_huffman = segment(b"\xff\xa6")
    block = SAMPLE.index(b"\xff\xa3\x00\x03")
    return {
        "marker": with_bytes(transform, b"\xff\xb0"),
        "a segment of": with_bytes(transform + 2, b"\x00\x01"),
        "a frame header of": with_bytes(frame + 2, b"\x00\x10"),
        "a frame of": with_bytes(frame + 6, b"\x00\x01"),
        "a quantisation table": with_bytes(bins + 2, b"\x01\x84"),
        "filters": with_bytes(transform + 4, b"\x00"),
        "a transform table": with_bytes(transform + 4, b"\x0b"),
        "a Huffman table": with_bytes(huffman + 4, b"\x09"),
        "a Huffman": with_bytes(huffman + 5, b"\x05" + b"\x00" * 15),
        "a block header": with_bytes(block + 4, b"\x05"),
        "a block before": SAMPLE[:transform] + SAMPLE[segment(b"\xff\xa4")[1] :],
        "the end after": SAMPLE[:block] + b"\xff\xa1",
        "ends inside": SAMPLE[: behind_huffman + 40],
        "is cut off": SAMPLE[: huffman + 30],
        "frame header": SAMPLE[:frame] + b"\xff\xa3\x00\x03\x00",
    }


@pytest.mark.parametrize("what", list(refusals()))
def test_each_fault_is_refused_by_name(what: str) -> None:
    with pytest.raises(WsqError, match=what):
        WsqReader(refusals()[what], "print").read_all()


def test_the_codes_of_a_full_tree_leave_no_room() -> None:
    assert is_prefix_code([1, 1, 1] + [0] * 13)
    assert not is_prefix_code([2] + [0] * 15)
    assert not is_prefix_code([1, 2] + [0] * 14)
    assert not is_prefix_code([0, 5] + [0] * 14)


@given(st.lists(st.integers(0, 4), min_size=16, max_size=16))
def test_prefix_codes_are_those_that_keep_kraft_s_inequality(counts: list[int]) -> None:
    if is_prefix_code(counts):
        assert sum(count / 2**bits for bits, count in enumerate(counts, start=1)) < 1
