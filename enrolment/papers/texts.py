"""The words of the papers, read from TOML: every text in four languages, or the paper is not printed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from enrolment.errors import OfficeError
from enrolment.rules.words import LANGUAGES, Texts

TEXTS_FOLDER = Path(__file__).parent / "texts"


class PaperError(OfficeError):
    """A paper cannot be made: a text lacks, or the printer of PDFs refuses."""

    code = "PAPER_ERROR"


@dataclass(frozen=True, slots=True)
class Pair:
    """One text in French and in the second language (the same where there is none)."""

    fr: str
    second: str


@cache
def texts_of(name: str) -> Mapping[str, Texts]:
    """The texts of `texts/<name>.toml`. Raises PaperError where a language lacks."""
    path = TEXTS_FOLDER / f"{name}.toml"
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PaperError(f"{path}: the texts cannot be read: {error}") from None
    for key, texts in found.items():
        if set(texts) != set(LANGUAGES):
            raise PaperError(f"{path}: {key}: {', '.join(LANGUAGES)} are wanted")
    return found


def pair(
    texts: Texts, second: str, french: Mapping[str, str] | None = None, other: Mapping[str, str] | None = None
) -> Pair:
    """A text in both languages, with the values of each language filled in."""
    language = second or "fr"
    return Pair(texts["fr"].format_map(french or {}), texts[language].format_map(other or french or {}))
