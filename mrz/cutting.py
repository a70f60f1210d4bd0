"""Lines as they come, cut to a format: which format they are, and what is missing or too much."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mrz.layouts import LAYOUTS, MRVA, MRVB, TD1, TD2, TD3, Layout
from mrz.parsed_zone import ZoneFault

MISSING: Final = "\uffff"  # stands where a character should be and is not; no text may hold this code point
_FORBIDDEN: Final = "\ufffe"  # what is read when a line holds it all the same
_BYTE_ORDER_MARK: Final = "\ufeff"
_JOINED: Final = {TD1.length: TD1, TD2.length: TD2, TD3.length: TD3}
_NEAR: Final = 6  # so many characters may be lost from (or added to) a line before it is no line of that format


@dataclass(frozen=True, slots=True)
class CutZone:
    """All characters in one piece (`layout.length` of them, MISSING where there was none) and the faults so far."""

    layout: Layout | None
    text: str
    lines: tuple[str, ...]
    faults: tuple[ZoneFault, ...]


def cut(lines: Sequence[str] | str, format_name: str | None) -> CutZone:
    """The lines fitted to `format_name`, or to the format that they look like.

    A text in one piece (as DG1 has it, or with line ends) is cut into lines first. `format_name` is known to be right.
    """
    given = lines_of(lines) if isinstance(lines, str) else tuple(lines)
    wanted = LAYOUTS[format_name] if format_name else _exact(given)
    if wanted is not None and len(given) == wanted.line_count:
        for line in given:
            if len(line) != wanted.line_length:
                break
        else:
            return CutZone(wanted, "".join(given).replace(MISSING, _FORBIDDEN), given, ())
    return _fit(given, wanted)


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a zone in one piece: with line ends, or without as DG1 carries it."""
    layout = _JOINED.get(len(text.rstrip("\r\n")))
    if layout is not None and "\n" not in text.rstrip("\r\n"):
        step = layout.line_length
        return tuple(text[start : start + step] for start in range(0, layout.length, step))
    return tuple(line.rstrip("\r") for line in text.rstrip("\r\n").split("\n")) if text else ()


def _exact(lines: tuple[str, ...]) -> Layout | None:
    """The format of lines that have its measure; a V tells a visa from the other format of the same size."""
    if len(lines) == TD1.line_count:
        return TD1
    if len(lines) != TD2.line_count:
        return None
    is_visa = lines[0][:1] == "V"
    if len(lines[0]) == TD3.line_length == len(lines[1]):
        return MRVA if is_visa else TD3
    if len(lines[0]) == TD2.line_length == len(lines[1]):
        return MRVB if is_visa else TD2
    return None


def _fit(given: tuple[str, ...], wanted: Layout | None) -> CutZone:
    faults: list[ZoneFault] = []
    lines = [line.replace(MISSING, _FORBIDDEN) for line in given]
    for number, line in enumerate(lines, 1):
        if line.startswith(_BYTE_ORDER_MARK):
            faults.append(ZoneFault("charset", None, number, 1, "a byte order mark is no part of a line"))
            lines[number - 1] = line.removeprefix(_BYTE_ORDER_MARK)
    if any(line.endswith(("\n", "\r")) for line in lines):
        lines = [line.rstrip("\r\n") for line in lines]
    if len(lines) == 1 and "\n" in lines[0]:
        message = "line ends within a line: each line is wanted by itself"
        faults.append(ZoneFault("length", None, 1, lines[0].index("\n") + 1, message))
        lines = list(lines_of(lines[0]))
    elif len(lines) == 1:
        joined = wanted or _JOINED.get(len(lines[0]))
        if joined is not None and len(lines[0]) > joined.line_length:
            message = f"one line of {len(lines[0])} characters: {joined.line_count} of {joined.line_length} are wanted"
            faults.append(ZoneFault("length", None, 1, min(len(lines[0]), joined.line_length + 1), message))
            if len(lines[0]) == joined.length:
                step = joined.line_length
                lines = [lines[0][start : start + step] for start in range(0, joined.length, step)]
    layout = wanted or _nearest(lines)
    if layout is None:
        message = "2 lines of 36 or 44 characters, or 3 lines of 30, are wanted"
        faults.append(ZoneFault("length", None, None, None, f"{len(lines)} line(s) given: {message}"))
        return CutZone(None, "", given, tuple(faults))
    if len(lines) != layout.line_count:
        message = f"{len(lines)} line(s), a {layout.format} has {layout.line_count}"
        faults.append(ZoneFault("length", None, None, None, message))
    for number, line in enumerate(lines[: layout.line_count], 1):
        if len(line) != layout.line_length:
            message = f"{len(line)} characters, a {layout.format} has {layout.line_length} a line"
            position = min(len(line), layout.line_length) + 1
            faults.append(ZoneFault("length", None, number, position, message))
    lines += [""] * (layout.line_count - len(lines))
    step = layout.line_length
    text = "".join(line[:step].ljust(step, MISSING) for line in lines[: layout.line_count])
    return CutZone(layout, text, given, tuple(faults))


def _nearest(lines: list[str]) -> Layout | None:
    """The format whose line length is nearest to the longest line given; None when nothing is near."""
    if not lines:
        return None
    exact = _exact(tuple(lines))
    if exact is not None:
        return exact
    longest = max(map(len, lines))
    is_visa = lines[0][:1] == "V"
    candidates = (TD1,) if len(lines) > TD2.line_count else ((MRVA, MRVB) if is_visa else (TD3, TD2))
    if len(lines) == 1:
        candidates = (TD1, *candidates)
    nearest = min(candidates, key=lambda layout: abs(layout.line_length - longest))
    return nearest if abs(nearest.line_length - longest) <= _NEAR else None
