"""The fonts of the card: where their files are, which letters they have, how wide a text is in millimetres."""

import unicodedata
from enum import Enum
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # fontTools carries no types
from PIL import ImageFont

from enrolment.production.artwork.errors import ContentInvalid, FontMissing, LetterMissing

FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
)
OCR_B_PITCH_MM = 2.54  # Doc 9303-3 §4.4: ten characters per 25.4 mm
OCR_B_ADVANCE = 0.723  # of the Debian font, in em: 2.54 mm / 0.723 = 3.513 mm = 9.96 pt
OCR_B_SIZE_MM = OCR_B_PITCH_MM / OCR_B_ADVANCE
OCR_B_CAPITAL_HEIGHT = 0.697  # "A", baseline to top, without the overshoot of the rounded strokes, in em
NO_LIGATURES = ["-liga", "-clig"]  # a letter stays a letter, in the picture as in the PDF
_MEASURING_SIZE_PX = 1000


class FontFace(Enum):
    """A font file by name, the Debian package that brings it, and the name the SVG calls it by."""

    REGULAR = ("NotoSans-Regular.ttf", "fonts-noto-core", "card-regular")
    BOLD = ("NotoSans-Bold.ttf", "fonts-noto-core", "card-bold")
    ITALIC = ("NotoSans-Italic.ttf", "fonts-noto-core", "card-italic")
    OCR_B = ("OCRB.otf", "fonts-ocr-b", "card-ocr-b")

    def __init__(self, file_name: str, package: str, family: str) -> None:
        self.file_name, self.package, self.family = file_name, package, family


@lru_cache
def font_file(face: FontFace) -> Path:
    """The face's file on this machine. Raises: FontMissing naming the package that brings it."""
    for folder in FONT_FOLDERS:
        found = sorted(folder.rglob(face.file_name)) if folder.is_dir() else []
        if found:
            return found[0]
    raise FontMissing(face.file_name, face.package)


@lru_cache(maxsize=64)
def font_at(face: FontFace, size_px: float) -> ImageFont.FreeTypeFont:
    """The face at a size in pixels per em, shaped with kerning as the PDF's text is."""
    return ImageFont.truetype(font_file(face), size_px, layout_engine=ImageFont.Layout.RAQM)


@lru_cache
def letters_of(face: FontFace) -> frozenset[int]:
    """The code points for which the face has a glyph."""
    with TTFont(font_file(face)) as font:
        return frozenset(font.getBestCmap())


def letter_places_mm(text: str, face: FontFace, size_mm: float) -> tuple[float, ...]:
    """Where each letter of the line begins, kerning counted, from the line's own beginning; `size_mm` is the em."""
    font = font_at(face, _MEASURING_SIZE_PX)
    ends = (font.getlength(text[: end + 1], features=NO_LIGATURES) for end in range(len(text)))
    advances = map(font.getlength, text)
    return tuple((end - advance) / _MEASURING_SIZE_PX * size_mm for end, advance in zip(ends, advances, strict=True))


def text_width_mm(text: str, face: FontFace, size_mm: float) -> float:
    """The advance width of one line of text; `size_mm` is the em."""
    return font_at(face, _MEASURING_SIZE_PX).getlength(text, features=NO_LIGATURES) / _MEASURING_SIZE_PX * size_mm


def demand_letters(text: str, face: FontFace, field: str) -> None:
    """Every letter of the text is one that is seen, and has a glyph.

    Raises: LetterMissing naming field, letter and font; ContentInvalid for a character that only steers (a tab, a line
    feed, a mark that turns the direction of writing).
    """
    for letter in text:
        if unicodedata.category(letter).startswith("C"):
            name = unicodedata.name(letter, "a control character")
            raise ContentInvalid(field, f"U+{ord(letter):04X} {name} is no letter that can be printed")
        if ord(letter) not in letters_of(face):
            raise LetterMissing(field, letter, face.file_name)
