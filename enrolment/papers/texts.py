"""The words of the papers, read from TOML: every text in four languages, or the paper is not printed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from enrolment.errors import OfficeError
from enrolment.rules.words import LANGUAGES, Texts, date_in_words

TEXTS_FOLDER = Path(__file__).parent / "texts"
Value = str | date | Texts


class PaperError(OfficeError):
    """A paper cannot be made: a text lacks, or the printer of PDFs refuses."""

    code = "PAPER_ERROR"


@dataclass(frozen=True, slots=True)
class Pair:
    """One text in French and in the second language (the same where there is none)."""

    fr: str
    second: str


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one kind of paper, filled in French and in the second language ("" or "fr": French alone)."""

    texts: Mapping[str, Texts]
    language: str

    def __call__(self, key: str, **values: Value) -> Pair:
        """The text `key` with its values: days are written out, texts take their language. Raises PaperError."""
        try:
            return self.of(self.texts[key], **values)
        except KeyError as lacking:
            raise PaperError(f"texts: {key}: {lacking.args[0]} is wanted") from None

    def of(self, texts: Texts, **values: Value) -> Pair:
        """Any text of four languages, in these two."""
        french, other = (
            texts[language].format_map({name: in_language(value, language) for name, value in values.items()})
            for language in ("fr", self.language or "fr")
        )
        return Pair(french, other)


def words_of(name: str, second: str) -> Words:
    """The words of `texts/<name>.toml` beside French in `second`. Raises PaperError where a language lacks."""
    return Words(texts_of(name), "" if second == "fr" else second)


def in_language(value: Value, language: str) -> str:
    """A value as a text of that language has it."""
    if isinstance(value, date):
        return date_in_words(value, language)
    return value if isinstance(value, str) else value[language]


def same(text: str) -> Pair:
    """A text that is the same in every language: a name, an address."""
    return Pair(text, text)


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
