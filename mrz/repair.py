"""Misread zones: what may have stood there, best first. It proposes and never chooses.

The search changes one character at a time where `parse` finds a fault, only to characters that look like it and that
the field can hold, and stops where no fault is left. A wrong character that keeps every check digit right is seen by
no reader: a zone without faults is answered as it is, with no other candidate.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, pairwise, product
from typing import Final

from mrz.confusions import check_digit_offsets, digit_exchanges, exchanges, field_alphabets
from mrz.cutting import lines_of
from mrz.layouts import LAYOUTS, Layout, layout_of
from mrz.parse import parse
from mrz.parsed_zone import ParsedZone, ZoneFault

_MOST_CANDIDATES: Final = 10
_MOST_READINGS: Final = 1500  # zones that are read before the search gives up
_DEAREST: Final = 6.0  # beyond the least that the faults of the lines will cost
_SPREAD: Final = 2.0  # a candidate that is so much dearer than the best is none
_ALTERNATION: Final = 0.5  # letters among digits are rarer in document numbers than digits among digits
_LEAST: Final = 1.0  # no exchange costs less: what a field with a fault will cost at least
_LOST_FILLER: Final = 1.0
_MOST_LOST_FILLERS: Final = 4
_MOST_RUNS: Final = 3  # of a line, in which lost fillers are looked for


@dataclass(frozen=True, slots=True, repr=False)
class Change:
    """One character read, and the one proposed; line and position from 1 in the lines given.

    `read` is "" where a filler was lost, `proposed` "" where there is one too many.
    """

    line: int
    position: int
    read: str
    proposed: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A zone without faults that may be the one printed; the lower `cost`, the more likely."""

    format: str
    lines: tuple[str, ...] = field(repr=False)
    changes: tuple[Change, ...] = field(repr=False)
    cost: float


def repair(lines: Sequence[str] | str, format: str | None = None) -> tuple[Candidate, ...]:  # noqa: A002
    """The candidates for these lines (or for a zone in one piece), best first; none when nothing fits.

    Raises: FieldError("format") when `format` is none of the five.
    """
    if format is not None:
        layout_of(format)
    if isinstance(lines, str) or len(lines) == 1:
        lines = lines_of(lines if isinstance(lines, str) else lines[0])
    given = tuple(line.rstrip("\r\n") for line in lines)
    found: dict[tuple[str, ...], Candidate] = {}
    for layout in _formats(given, format):
        fittings = list(_fitted(given, layout))
        for fitted, changes, cost in fittings:
            for candidate in _search(fitted, changes, cost, layout, _MOST_READINGS // len(fittings)):
                if candidate.lines not in found or candidate.cost < found[candidate.lines].cost:
                    found[candidate.lines] = candidate
    best = min((candidate.cost for candidate in found.values()), default=0.0)
    near = [candidate for candidate in found.values() if candidate.cost <= best + _SPREAD]
    near.sort(key=lambda candidate: (candidate.cost + _unlikeliness(candidate), candidate.lines))
    return tuple(near[:_MOST_CANDIDATES])


def _unlikeliness(candidate: Candidate) -> float:
    """What the look of the document number adds to the cost of a candidate, in the order alone."""
    number = "".join(candidate.lines)[LAYOUTS[candidate.format].document_number].rstrip("<")
    return _ALTERNATION * sum(one.isdigit() != other.isdigit() for one, other in pairwise(number))


def _formats(lines: tuple[str, ...], wanted: str | None) -> list[Layout]:
    """The formats whose lines these can be: right in number, and no further off in length than lost fillers go."""
    return [
        layout
        for layout in LAYOUTS.values()
        if (wanted is None or layout.format == wanted)
        and layout.line_count == len(lines)
        and all(abs(len(line) - layout.line_length) <= _MOST_LOST_FILLERS for line in lines)
        and (wanted is not None or layout.format.startswith("MRV") == (lines[0][:1] in ("V", "v")))
    ]


def _fitted(lines: tuple[str, ...], layout: Layout) -> Iterator[tuple[tuple[str, ...], tuple[Change, ...], float]]:
    """The lines in the format's length: fillers put into, or taken out of, one of a line's runs of fillers."""
    choices = [list(_fitted_line(number, line, layout.line_length)) for number, line in enumerate(lines, 1)]
    for combination in product(*choices):
        changes = tuple(change for _, parts in combination for change in parts)
        yield tuple(line for line, _ in combination), changes, _LOST_FILLER * len(changes)


def _fitted_line(number: int, line: str, length: int) -> Iterator[tuple[str, tuple[Change, ...]]]:
    missing = length - len(line)
    if missing == 0:
        yield line, ()
        return
    ends = [place for place, (one, other) in enumerate(pairwise(line + "$"), 1) if one == "<" != other]
    runs = {end: end - len(line[:end].rstrip("<")) for end in ends[::-1]}
    # Fillers are lost (and doubled) where many stand in a row, most often at the end.
    for end, run in sorted(runs.items(), key=lambda item: -item[1])[:_MOST_RUNS]:
        if missing > 0:
            added = Change(number, end + 1, "", "<")
            yield line[:end] + "<" * missing + line[end:], (added,) * missing
        elif run >= -missing:
            taken = Change(number, end, "<", "")
            yield line[: end + missing] + line[end:], (taken,) * -missing
    if missing > 0 and not line.endswith("<"):
        yield line + "<" * missing, (Change(number, len(line) + 1, "", "<"),) * missing


def _search(
    fitted: tuple[str, ...], lost: tuple[Change, ...], lost_cost: float, layout: Layout, most_readings: int
) -> Iterator[Candidate]:
    """Best first over the exchanges of characters, from `fitted`."""
    start = "".join(fitted)
    order = count()
    queue: list[tuple[float, int, float, str]] = [(0.0, next(order), 0.0, start)]
    seen = {start}
    alphabets = field_alphabets(layout.format)
    digits = check_digit_offsets(layout.format)
    readings = found = 0
    dearest = _DEAREST + _LEAST * len(_read(start, layout).errors)
    while queue and readings < most_readings and found < _MOST_CANDIDATES:
        _, _, cost, text = heapq.heappop(queue)
        if cost > dearest:
            continue
        zone = _read(text, layout)
        readings += 1
        if zone.valid:
            found += 1
            dearest = min(dearest, cost + _SPREAD)
            yield _candidate(start, text, lost, lost_cost + cost, layout)
            if cost == 0:
                return
            continue
        least_left = _LEAST * max(_count_of_faulty_fields(zone.errors) - 1, 0)
        for offset in _suspects(zone, layout):
            for proposed, price in (digit_exchanges if offset in digits else exchanges)(text[offset]):
                changed = text[:offset] + proposed + text[offset + 1 :]
                if proposed in alphabets[offset] and changed not in seen and cost + price <= dearest:
                    seen.add(changed)
                    heapq.heappush(queue, (cost + price + least_left, next(order), cost + price, changed))


def _read(text: str, layout: Layout) -> ParsedZone:
    step = layout.line_length
    return parse([text[start : start + step] for start in range(0, layout.length, step)], layout.format)


def _count_of_faulty_fields(faults: tuple[ZoneFault, ...]) -> int:
    return len({fault.field for fault in faults if fault.field != "composite"})


def _suspects(zone: ParsedZone, layout: Layout) -> list[int]:
    """The offsets where a change may mend the first fault: one field after the other, the composite digit last."""
    fault = min(zone.errors, key=lambda fault: (fault.kind != "charset", fault.field == "composite"))
    offset = ((fault.line or 1) - 1) * layout.line_length + (fault.position or 1) - 1
    if fault.kind == "charset":
        return [offset]
    if fault.field == "given_names":  # fillers where none belong: what stands after them is suspect
        return list(range(offset, layout.name.stop))
    if fault.field == "sex":
        return [layout.sex]
    if fault.field == "composite":
        parts = [layout.optional_data_1, layout.optional_data_2]
        return [at for part in parts if part is not None for at in range(part.start, part.stop)] + [offset]
    if fault.field == "personal_number":
        return [*range(layout.optional_data_1.start, layout.optional_data_1.stop), offset]
    place: slice = layout.name if fault.field == "surname" else getattr(layout, fault.field or "name")
    digit: int | None = getattr(layout, f"{fault.field}_digit", None)
    suspects = list(range(place.start, place.stop)) + ([] if digit is None else [digit])
    if fault.field == "document_number" and layout.optional_data_1.start <= offset < layout.optional_data_1.stop:
        suspects += range(layout.optional_data_1.start, layout.optional_data_1.stop)
    return suspects


def _candidate(start: str, text: str, lost: tuple[Change, ...], cost: float, layout: Layout) -> Candidate:
    step = layout.line_length
    changes = list(lost)
    for offset, (read, proposed) in enumerate(zip(start, text, strict=True)):
        if read != proposed:
            line, position = layout.place(offset)
            changes.append(Change(line, _position_given(line, position, lost), read, proposed))
    lines = tuple(text[begin : begin + step] for begin in range(0, layout.length, step))
    return Candidate(
        layout.format, lines, tuple(sorted(changes, key=lambda change: (change.line, change.position))), cost
    )


def _position_given(line: int, position: int, lost: tuple[Change, ...]) -> int:
    """Where a character of the fitted line stood in the line given."""
    for change in lost:
        if change.line == line and change.read == "" and position > change.position:
            position -= 1
        elif change.line == line and change.proposed == "" and position >= change.position:
            position += 1
    return position
