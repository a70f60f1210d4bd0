"""Letters of other alphabets in the zone's: the tables of 9303-3 section 6, read from `mrz/tables/*.tsv`.

A letter is looked up in the tables as they are printed, then among the letters that we decided about. A Latin letter
that is in neither loses its marks, the last one first, until it is. What is left has no rule and is refused by name.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from mrz.errors import FieldError, LetterError

_TABLES: Final = Path(__file__).with_name("tables")
_AGAIN = "+"  # in the tables: the spelling of the letter before, once more (Arabic shadda)
_STRESS_MARKS = "\u0300\u0301"
ANY_LANGUAGE: Final = "*"  # for readers: the spelling of any language may stand there
NO_CHOICES: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LetterRule:
    """One row: the spellings (the first is written), the exceptions by language and place, and where it is printed.

    `exceptions` has the keys "uk" (everywhere in Ukrainian), "uk^" (at a component's beginning), "*$" (at its end in
    every language).
    """

    letter: str
    table: str
    spellings: tuple[str, ...]
    exceptions: Mapping[str, str]
    source: str

    def spelled(self, language: str | None, *, is_first: bool, is_last: bool) -> tuple[str, ...]:
        """What may stand in the zone for this letter at this place; what a writer writes comes first."""
        at_end = self.exceptions.get("*$") if is_last else None
        if at_end is not None:
            return (at_end,)
        if language == ANY_LANGUAGE:
            others = (
                text for key, text in self.exceptions.items() if key != "*$" and (is_first or not key.endswith("^"))
            )
            return tuple(dict.fromkeys((*self.spellings, *others)))
        initial = self.exceptions.get(f"{language}^") if is_first else None
        exception = self.exceptions.get(language or "") if initial is None else initial
        return self.spellings if exception is None else (exception,)


@cache
def letter_rules() -> Mapping[str, LetterRule]:
    """Every row of every table, by letter; small letters have the row of their capitals."""
    rules: dict[str, LetterRule] = {}
    for table in ("additions", "arabic", "cyrillic", "latin"):
        for line in (_TABLES / f"{table}.tsv").read_text("utf-8").splitlines():
            if line.startswith("#"):
                continue
            code_point, _, zone, exceptions, source = line.split("\t")
            letter = chr(int(code_point, 16))
            pairs = [
                (key, text) for key, _, text in (item.partition("=") for item in exceptions.split() if item != "-")
            ]
            rule = LetterRule(letter, table, tuple(zone.split("|")), dict(pairs), source)
            rules[letter] = rule
            if len(letter.lower()) == 1:
                rules.setdefault(letter.lower(), rule)
    return MappingProxyType(rules)


@cache
def languages() -> frozenset[str]:
    """The two-letter codes of ISO 639-1; five of them have exceptions in the Cyrillic table."""
    text = (_TABLES / "languages.txt").read_text("utf-8")
    return frozenset(code for line in text.splitlines() if not line.startswith("#") for code in line.split())


def checked_language(language: str | None) -> str | None:
    """`language` itself. Raises: FieldError("language") when it is no code of ISO 639-1 (uk, not ua)."""
    if language is None or language in languages():
        return language
    raise FieldError("language", "a two-letter code of ISO 639-1 is wanted, such as uk, sr or fr")


def checked_choices(choices: Mapping[str, str]) -> Mapping[str, str]:
    """`choices` by capital letter. Raises: FieldError("spellings") for a letter or a spelling that no row has."""
    checked = {}
    for letter, spelling in choices.items():
        rule = letter_rules().get(unicodedata.normalize("NFC", letter))
        if rule is None or spelling not in rule.spellings:
            rows = sorted(rule.letter for rule in set_of_alternatives())
            raise FieldError("spellings", f"only {' '.join(rows)} have other spellings, and each only those of its row")
        checked[rule.letter] = spelling
    return checked


def set_of_alternatives() -> tuple[LetterRule, ...]:
    """The rows that leave a choice to the one who issues the document."""
    return tuple(rule for letter, rule in letter_rules().items() if len(rule.spellings) > 1 and rule.letter == letter)


def spell(
    cluster: str,
    language: str | None,
    choices: Mapping[str, str],
    *,
    is_first: bool,
    is_last: bool,
    field: str,
) -> str:
    """What a writer writes for a letter with its marks, at this place of a name's component.

    Raises: LetterError when no table has the letter and nothing was decided about it.
    """
    try:
        spellings, letter = _spellings(cluster, language, is_first, is_last)
    except LetterError as error:
        raise LetterError(field, error.letter, error.message) from None
    return choices.get(letter, spellings[0]) if choices else spellings[0]


def spellings_of(cluster: str, language: str | None, *, is_first: bool, is_last: bool, field: str) -> tuple[str, ...]:
    """Everything that may stand in a zone for a letter with its marks. Raises: LetterError, as `spell`."""
    try:
        return _spellings(cluster, language, is_first, is_last)[0]
    except LetterError as error:
        raise LetterError(field, error.letter, error.message) from None


def steady_letters(language: str | None) -> dict[str, str]:
    """What is written for every letter whose spelling in this language depends on nothing around it."""
    steady = {}
    for letter, rule in letter_rules().items():
        minds_its_place = any(key.endswith("$") or key == f"{language}^" for key in rule.exceptions)
        if not minds_its_place and not unicodedata.combining(letter):
            steady[letter] = rule.spelled(language, is_first=False, is_last=False)[0]
    return steady


@lru_cache(maxsize=8192)
def _spellings(cluster: str, language: str | None, is_first: bool, is_last: bool) -> tuple[tuple[str, ...], str]:
    """The spellings of a cluster and the capital letter whose row gave them."""
    base, marks = cluster[0], cluster[1:]
    rule = letter_rules().get(base)
    if rule is not None and rule.table == "arabic":
        spellings = rule.spelled(language, is_first=is_first, is_last=is_last)
        for mark in marks:
            row = letter_rules().get(mark)
            if row is None or row.table != "arabic":
                raise _refused(mark, "has no rule over an Arabic letter")
            if row.spellings == (_AGAIN,):
                spellings = tuple(spelling * 2 for spelling in spellings)
        return spellings, rule.letter
    if rule is not None and rule.table == "cyrillic":
        if marks.strip(_STRESS_MARKS):
            raise _refused(marks.strip(_STRESS_MARKS)[0], "has no rule over a Cyrillic letter")
        return rule.spelled(language, is_first=is_first, is_last=is_last), rule.letter
    return _latin(cluster)


def _latin(cluster: str) -> tuple[tuple[str, ...], str]:
    """A Latin letter: its own row, or that of what is left when its marks are taken off one by one, the last first."""
    remaining = cluster
    while True:
        found = _latin_row(remaining)
        if found is not None:
            return found
        apart = unicodedata.normalize("NFD", remaining)
        if len(apart) == 1 or _latin_row(apart[0]) is None:
            raise _refused(cluster[0], "is in no table of 9303-3 section 6: give the name's Latin form")
        if not "\u0300" <= apart[-1] <= "\u036f":
            raise _refused(apart[-1], "has no rule over a Latin letter")
        remaining = unicodedata.normalize("NFC", apart[:-1])


def _latin_row(letter: str) -> tuple[tuple[str, ...], str] | None:
    if letter.isascii() and letter.isalpha() and len(letter) == 1:
        return (letter.upper(),), letter.upper()
    rule = letter_rules().get(letter)
    return (rule.spellings, rule.letter) if rule is not None and rule.table in ("latin", "additions") else None


def _refused(letter: str, why: str) -> LetterError:
    return LetterError("text", letter, f"U+{ord(letter):04X} {unicodedata.name(letter, 'without a name')} {why}")
