"""Names in the zone: what becomes a filler, what leaves no trace, what is refused (9303-3 §4.6)."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mrz.errors import FieldError, LetterError
from mrz.transliteration import NO_CHOICES, checked_choices, checked_language, spell, steady_letters
from mrz.truncation import CUT, Truncation, truncate

_MOST_MARKS: Final = 8  # no script puts more on a letter; it keeps hostile texts cheap
_NARROWEST: Final = 4  # a letter, `<<` and another letter
_SEPARATOR, _SILENT, _LETTER, _MARK = "separator", "silent", "letter", "mark"
# Marks that people type where an apostrophe belongs; like it they go and the parts are joined.
_APOSTROPHES: Final = frozenset("'’‘‛ʼʻʽʾʿʹ′`´＇")
_COMMAS_AND_FILLERS: Final = frozenset(",،，<−")
# Signs that show nothing and only steer the layout of a text: soft hyphen, joiners, direction marks, byte order mark.
_INVISIBLE: Final = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff")


@dataclass(frozen=True, slots=True)
class NameField:
    """The name as it stands in the zone, filled to its width; `truncated` when something did not fit."""

    text: str
    truncated: bool


def transliterate(
    text: str, *, field: str = "text", language: str | None = None, spellings: Mapping[str, str] = NO_CHOICES
) -> str:
    """One identifier (primary or secondary) in the zone's letters, its components separated by one `<`.

    `language` (ISO 639-1) chooses the exceptions of the Cyrillic table; `spellings` chooses among those of a row,
    such as {"Ü": "U"}.
    Raises: LetterError for a digit, a sign or a letter without a rule; FieldError for another language or spelling,
    and when letters are wanted and only marks are there.
    Source: 9303-3 §4.6 (marks), §6 (letters).
    """
    return _identifier(text, field, *_checked(language, spellings))


def _checked(language: str | None, spellings: Mapping[str, str]) -> tuple[str | None, Mapping[str, str]]:
    return checked_language(language), checked_choices(spellings) if spellings else NO_CHOICES


def _identifier(text: str, field: str, language: str | None, choices: Mapping[str, str]) -> str:
    if text.isascii():
        spelled = text.translate(_ASCII)
    else:
        spelled = "" if choices else unicodedata.normalize("NFC", text).translate(_table(language))
    if spelled.replace("<", "").isalpha() and spelled.isascii():
        if "<<" not in spelled and spelled[0] != "<" != spelled[-1]:
            return spelled
        return "<".join(filter(None, spelled.split("<")))
    return _spell_letter_by_letter(text, field, language, choices)


def _spell_letter_by_letter(text: str, field: str, language: str | None, choices: Mapping[str, str]) -> str:
    """The whole truth about a name: letters that mind their place, marks, choices, and the refusals."""
    components = [
        "".join(
            spell(cluster, language, choices, is_first=index == 0, is_last=index == len(clusters) - 1, field=field)
            for index, cluster in enumerate(clusters)
        )
        for clusters in components_of(text, field)
    ]
    components = [component for component in components if component]
    if not components and text and not text.isspace():
        raise FieldError(field, "no letter is left of it: a name has at least one")
    return "<".join(components)


def name_field(
    surname: str,
    given_names: str = "",
    width: int = 30,
    *,
    language: str | None = None,
    spellings: Mapping[str, str] = NO_CHOICES,
    truncation: Truncation = CUT,
) -> NameField:
    """The name field of `width` characters: primary identifier, `<<`, secondary identifier, fillers.

    Raises: FieldError("surname" or "given_names"); LetterError, as `transliterate`.
    Source: 9303-3 §4.6; truncation 9303-4 §4.2.3 and its sisters.
    """
    return NameField(*fit_name(surname, given_names, width, language, spellings, truncation))


def fit_name(
    surname: str,
    given_names: str,
    width: int,
    language: str | None,
    spellings: Mapping[str, str],
    truncation: Truncation,
) -> tuple[str, bool]:
    """The text of `name_field` and whether it is truncated, as a plain pair: what the writer of zones asks for."""
    language, choices = _checked(language, spellings) if language is not None or spellings else (None, NO_CHOICES)
    primary = _identifier(surname, "surname", language, choices)
    if not primary:
        raise FieldError("surname", "a name is wanted; who has one name only bears it as surname")
    secondary = _identifier(given_names, "given_names", language, choices)
    whole = f"{primary}<<{secondary}" if secondary else primary
    if len(whole) <= width:
        return whole.ljust(width, "<"), False
    if width < _NARROWEST:
        raise FieldError("width", f"at least {_NARROWEST} characters are wanted")
    shortened = truncate(primary, secondary, width, truncation)
    return shortened.ljust(width, "<"), shortened != whole


def split_visual_name(text: str) -> tuple[str, str]:
    """Surname and given names of a name written "SURNAME, GIVEN NAMES", as in a document's visual zone."""
    surname, _, given_names = text.partition(",")
    return surname.strip(), given_names.strip()


def components_of(text: str, field: str) -> list[list[str]]:
    """The components of a name, each as its letters, every letter with the marks that stay apart from it in NFC.

    Raises: LetterError for a digit, a sign, a control character or a mark without a letter.
    """
    components: list[list[str]] = [[]]
    for character in unicodedata.normalize("NFC", text):
        kind = _kind(character)
        if kind == _SEPARATOR:
            components.append([])
        elif kind == _LETTER:
            components[-1].append(character)
        elif kind == _MARK and components[-1]:
            if len(components[-1][-1]) > _MOST_MARKS:
                raise LetterError(
                    field, character, f"more than {_MOST_MARKS} marks on one letter are none that a name has"
                )
            components[-1][-1] += character
        elif kind != _SILENT:
            reason = "has no letter before it" if kind == _MARK else kind
            name = unicodedata.name(character, "a control character")
            raise LetterError(field, character, f"U+{ord(character):04X} {name} {reason}")
    return [component for component in components if component]


def _kind(character: str) -> str:
    """What a character does in a name; for one that is refused, the reason."""
    category = unicodedata.category(character)
    if category in ("Zs", "Pd") or character in _COMMAS_AND_FILLERS:
        return _SEPARATOR
    if category[0] == "P" or character in _APOSTROPHES or character in _INVISIBLE:
        return _SILENT
    if category[0] == "L":
        return _LETTER
    if category[0] == "M":
        return _MARK
    if category[0] == "N":
        return "never stands in a name: numerals are spelled as Roman letters"
    return "never stands in a name"


def _ascii_table() -> dict[int, str | None]:
    """For `str.translate`: capitals, `<` for what separates, None for what goes; what is refused stays as it is."""
    table: dict[int, str | None] = {}
    for code_point in range(128):
        character = chr(code_point)
        kind = _kind(character)
        if kind == _LETTER:
            table[code_point] = character.upper()
        elif kind in (_SEPARATOR, _SILENT):
            table[code_point] = "<" if kind == _SEPARATOR else None
    return table


_ASCII: Final = _ascii_table()


@lru_cache(maxsize=256)  # as many as there are codes of languages
def _table(language: str | None) -> dict[int, str | None]:
    """The same with the letters of the tables that mind neither their place nor their neighbours in this language.

    Whatever else stands in a name stays as it is, and shows by not being ASCII that it wants more care.
    """
    return _ASCII | {ord(letter): text for letter, text in steady_letters(language).items()}
