"""Text into boxes by rule: first smaller, then on more lines, then very small, then a refusal that says by how much.

Nothing is ever cut off or drawn over its box: what comes back from here was measured.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from enrolment.production.artwork.drawing import Box
from enrolment.production.artwork.errors import TextDoesNotFit
from enrolment.production.artwork.fonts import FontFace, demand_letters, text_width_mm

LEADING = 1.1  # from baseline to baseline, in em
ASCENT = 0.86  # from the top of a line to its baseline, in em
_TOLERANCE_MM = 0.01


@dataclass(frozen=True, slots=True, repr=False)
class Paragraph:
    """A text that begins on a line of its own."""

    text: str
    face: FontFace


@dataclass(frozen=True, slots=True, repr=False)
class FittedLine:
    """One line, where it stands: the left end of its baseline, and its measured width."""

    text: str
    face: FontFace
    size_mm: float
    x_mm: float
    baseline_mm: float
    width_mm: float


@dataclass(frozen=True, slots=True)
class Sizes:
    """The em sizes of a field, largest first: the usual ones, and small ones that are tried before a refusal."""

    usual_mm: tuple[float, ...]
    small_mm: tuple[float, ...] = ()


def fit(
    paragraphs: Sequence[Paragraph], box: Box, sizes: Sizes, field: str, align: str = "left"
) -> tuple[FittedLine, ...]:
    """The paragraphs in the box, from its top, at the first step that holds.

    Letters are composed with their marks first (NFC). The steps: the usual sizes with one line a paragraph; the usual
    sizes with lines wrapped at blanks and after hyphens; the small sizes, wrapped.
    Raises: TextDoesNotFit naming the field and the millimetres; LetterMissing and ContentInvalid naming the letter.
    """
    paragraphs = [Paragraph(unicodedata.normalize("NFC", each.text), each.face) for each in paragraphs if each.text]
    for paragraph in paragraphs:
        demand_letters(paragraph.text, paragraph.face, field)
    steps = [(size_mm, wrapped) for wrapped in (False, True) for size_mm in sizes.usual_mm]
    steps += [(size_mm, True) for size_mm in sizes.small_mm]
    shortage = (0.0, 0.0, "width")
    for size_mm, wrapped in steps:
        lines = [line for each in paragraphs for line in _lines(each, size_mm, box.width_mm, wrapped=wrapped)]
        missing = _shortage(lines, size_mm, box)
        if missing is None:
            return _placed(lines, size_mm, box, align)
        shortage = missing
    raise TextDoesNotFit(field, *shortage)


def _shortage(lines: Sequence[Paragraph], size_mm: float, box: Box) -> tuple[float, float, str] | None:
    """What the lines need and the box lacks: (needed, available, direction), or None when they fit."""
    width_mm = max((text_width_mm(line.text, line.face, size_mm) for line in lines), default=0.0)
    if width_mm > box.width_mm + _TOLERANCE_MM:
        return width_mm, box.width_mm, "width"
    height_mm = len(lines) * size_mm * LEADING
    if height_mm > box.height_mm + _TOLERANCE_MM:
        return height_mm, box.height_mm, "height"
    return None


def _lines(paragraph: Paragraph, size_mm: float, width_mm: float, *, wrapped: bool) -> list[Paragraph]:
    """The paragraph's lines; a word that is wider than the box stands alone and stays too wide."""
    if not wrapped:
        return [paragraph]
    lines: list[str] = []
    for piece in re.findall(r"\S+?-(?=\S)|\S+\s*", paragraph.text):
        joined = (lines[-1] + piece) if lines else piece
        if lines and text_width_mm(joined.rstrip(), paragraph.face, size_mm) <= width_mm:
            lines[-1] = joined
        else:
            lines.append(piece)
    return [Paragraph(line.rstrip(), paragraph.face) for line in lines]


def _placed(lines: Sequence[Paragraph], size_mm: float, box: Box, align: str) -> tuple[FittedLine, ...]:
    placed = []
    for number, line in enumerate(lines):
        width_mm = text_width_mm(line.text, line.face, size_mm)
        x_mm = box.x_mm if align == "left" else box.right_mm - width_mm
        baseline_mm = box.y_mm + (number * LEADING + ASCENT) * size_mm
        placed.append(FittedLine(line.text, line.face, size_mm, x_mm, baseline_mm, width_mm))
    return tuple(placed)
