"""The stream: one answer for every line, in order, whatever arrives and in whatever pieces."""

import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrz.json_lines import LONGEST_LINE, answer_lines


class Pieces:
    """A source that gives prepared pieces, as a pipe does."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)

    def read1(self, size: int, /) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""


def answered(*pieces: bytes) -> list[dict[str, object]]:
    sink = io.BytesIO()
    answer_lines(Pieces(*pieces), sink, lambda question: {"heard": question}, lambda message: {"refused": message})
    return [json.loads(line) for line in sink.getvalue().splitlines()]


def test_each_line_gets_its_answer_in_order():
    assert answered(b'{"a":1}\n{"a":2}\n') == [{"heard": {"a": 1}}, {"heard": {"a": 2}}]


@pytest.mark.parametrize("pieces", [(), (b"",)])
def test_an_empty_file_gets_no_answer(pieces):
    assert answered(*pieces) == []


def test_a_last_line_without_its_end_is_answered():
    assert answered(b'{"a":1}\n{"a":2}') == [{"heard": {"a": 1}}, {"heard": {"a": 2}}]


def test_a_line_may_arrive_in_pieces():
    assert answered(b'{"a', b'":', b"1}", b'\n{"a":2}\n') == [{"heard": {"a": 1}}, {"heard": {"a": 2}}]


def test_windows_line_ends_and_a_byte_order_mark_are_no_part_of_a_line():
    assert answered(b'\xef\xbb\xbf{"a":1}\r\n{"a":2}\r\n') == [{"heard": {"a": 1}}, {"heard": {"a": 2}}]
    assert answered(b'\xef\xbb\xbf{"a":1}') == [{"heard": {"a": 1}}]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"   ",
        b"[1]",
        b"null",
        b'"text"',
        b"{",
        b"{'a':1}",
        b"\xff\xfe",
        b'{"a":' + b"9" * 5000 + b"}",
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"a":NaN',
    ],
)
def test_a_line_that_is_no_question_is_refused_and_the_next_is_answered(line):
    first, second = answered(line + b'\n{"a":2}\n')
    assert "refused" in first
    assert second == {"heard": {"a": 2}}


def test_a_line_that_is_too_long_is_refused_wherever_it_ends():
    long_line = b'{"a":"' + b"x" * LONGEST_LINE + b'"}'
    for pieces in [(long_line + b'\n{"a":2}\n',), (long_line[:70_000], long_line[70_000:] + b"\n", b'{"a":2}\n')]:
        first, second = answered(*pieces)
        assert str(LONGEST_LINE) in first["refused"]
        assert second == {"heard": {"a": 2}}
    assert "refused" in answered(long_line)[0]


def test_a_line_of_just_the_longest_length_is_answered():
    line = b'{"a":"' + b"x" * (LONGEST_LINE - 8) + b'"}'
    assert len(line) == LONGEST_LINE
    assert "heard" in answered(line + b"\n")[0]
    assert "refused" in answered(b" " + line + b"\n")[0]


def test_a_lone_surrogate_goes_back_as_it_came():
    assert answered(b'{"a":"\\ud800"}\n') == [{"heard": {"a": "\ud800"}}]


def test_neither_an_endless_line_nor_endless_lines_take_memory():
    class Endless:
        """260 pieces of 64 KiB that make one line, then 40 pieces of 1,000 lines."""

        def __init__(self) -> None:
            self.left = 300

        def read1(self, size: int, /) -> bytes:
            self.left -= 1
            if self.left < 0:
                return b""
            return b"x" * 65_536 if self.left >= 40 else b"{}\n" * 1000

    class Counting(io.BytesIO):
        """Counts what is written and keeps none of it."""

        lines = 0

        def write(self, data, /):
            self.lines += data.count(b"\n")
            return len(data)

    tracemalloc.start()
    sink = Counting()
    answer_lines(Endless(), sink, lambda question: {}, lambda message: {"refused": message})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sink.lines == 40_000  # the endless line ends where the first short one does
    assert peak < 4_000_000


@given(st.binary(max_size=300), st.integers(1, 40))
def test_there_are_as_many_answers_as_lines_however_the_bytes_are_cut(data, size):
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    lines = data.count(b"\n") + (1 if data and not data.endswith(b"\n") and data != b"\xef\xbb\xbf" else 0)
    assert len(answered(*pieces)) == lines
    assert answered(*pieces) == answered(data)
