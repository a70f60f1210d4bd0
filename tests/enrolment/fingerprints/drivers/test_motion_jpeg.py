"""Motion JPEG cut into frames, however the bytes arrive."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.fingerprints.drivers.motion_jpeg import LARGEST_HEAD_BYTES, FrameParser, StreamBroken

FRAMES = [b"\xff\xd8one\xff\xd9", b"\xff\xd8--BoundaryString\r\n\r\n\xff\xd9", b"3"]
OWN_HEAD = b"Content-Type: multipart/x-mixed-replace; boundary=--BoundaryString\r\n\r\n"


def part(frame: bytes) -> bytes:
    head = b"--BoundaryString\r\nAccess-Control-Allow-Origin:*\r\nContent-Type:image/jpeg\r\nContent-Length:"
    return head + str(len(frame)).encode() + b"\r\n\r\n" + frame


STREAM = OWN_HEAD + b"".join(part(frame) + b"\r\n" for frame in FRAMES)


@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_frames_come_out_however_the_stream_is_cut(cuts: list[int]) -> None:
    parser, found, edges = FrameParser(), [], [0, *sorted(cuts), len(STREAM)]
    for start, end in pairwise(edges):
        found += list(parser.feed(STREAM[start:end]))
    assert found == FRAMES


@pytest.mark.parametrize(
    "stream",
    [
        b"x" * (LARGEST_HEAD_BYTES + 1),
        b"--B\r\nContent-Type: image/jpeg\r\n\r\n",
        b"--B\r\nContent-Length: -1\r\n\r\n",
        b"--B\r\nContent-Length: 0\r\n\r\n",
        b"--B\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"--B\r\nContent-Length: 9000000\r\n\r\n",
        b"--B\r\nContent-Length: 1e3\r\n\r\n",
    ],
)
def test_what_is_no_stream_is_refused(stream: bytes) -> None:
    with pytest.raises(StreamBroken):
        list(FrameParser().feed(stream))


def test_empty_heads_are_passed_over_without_end_of_stack() -> None:
    assert list(FrameParser().feed(b"\r\n\r\n" * 20_000 + part(b"x"))) == [b"x"]
