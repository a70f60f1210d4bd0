"""JSON Lines in, JSON Lines out: one answer for every line, in order, in constant memory."""

import json
from collections.abc import Callable, Iterator
from typing import Final, Protocol

from mrz.answers import Answer, Question

LONGEST_LINE: Final = 65_536  # bytes; what is longer is skipped, not kept, and answered all the same
_CHUNK: Final = 65_536
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Source(Protocol):
    """Bytes as they arrive: `read1` gives what is there, b"" at the end."""

    def read1(self, size: int, /) -> bytes: ...


class Sink(Protocol):
    """Where the answers go."""

    def write(self, data: bytes, /) -> object: ...
    def flush(self) -> object: ...


def answer_lines(
    source: Source, sink: Sink, answer: Callable[[Question], Answer], refuse: Callable[[str], Answer]
) -> None:
    """Answer every line of `source`. Lines that have come are answered before more is waited for."""
    for lines in _lines(source):
        answers = [_encode(_answer(line, answer, refuse)) for line in lines]
        # A lone surrogate (JSON allows it, UTF-8 does not) goes back as the escape it came as.
        sink.write(("\n".join(answers) + "\n").encode("utf-8", "backslashreplace"))
        sink.flush()


def _answer(line: bytes | None, answer: Callable[[Question], Answer], refuse: Callable[[str], Answer]) -> Answer:
    if line is None:
        return refuse(f"a line of at most {LONGEST_LINE} bytes is wanted")
    try:
        question = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return refuse("UTF-8 is wanted")
    except (ValueError, RecursionError):  # ValueError: no JSON, or a number of thousands of digits
        return refuse("a JSON object is wanted on every line")
    if not isinstance(question, dict):
        return refuse("a JSON object is wanted on every line")
    return answer(question)


def _lines(source: Source) -> Iterator[list[bytes | None]]:
    """The whole lines of each piece that arrives, without line ends; None for one that is too long."""
    begun: bytes | None = b""  # the beginning of the next line; None while one that is too long goes by
    is_first = True
    while piece := source.read1(_CHUNK):
        *whole, rest = piece.split(b"\n")
        lines: list[bytes | None] = []
        for part in whole:
            lines.append(_joined(begun, part))
            begun = b""
        begun = _joined(begun, rest)
        if lines and is_first:
            lines[0] = lines[0] and lines[0].removeprefix(_BYTE_ORDER_MARK)
            is_first = False
        if lines:
            yield lines
    if begun and is_first:
        begun = begun.removeprefix(_BYTE_ORDER_MARK)
    if begun != b"":
        yield [begun]


def _joined(begun: bytes | None, more: bytes) -> bytes | None:
    return None if begun is None or len(begun) + len(more) > LONGEST_LINE else begun + more
