"""The four languages of the office: dates in words, lists, and text by language."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

Language = Literal["fr", "de", "lb", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "de", "lb", "en")
Texts = Mapping[str, str]  # one text for each of LANGUAGES

_MONTHS_BY_LANGUAGE: Mapping[str, str] = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "lb": "Januar Februar Mäerz Abrëll Mee Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
}
_DEN_BEFORE_A_DAY = re.compile(r"\b([Dd])en ([12]?[4-7]\.)(?= )")
_AND: Mapping[str, str] = {"fr": " et ", "de": " und ", "lb": " an ", "en": " and "}


def date_in_words(day: date, language: str) -> str:
    """`21 novembre 2026`, `21. November 2026`, `21 November 2026`; the first of a month is `1er` in French."""
    month = _MONTHS_BY_LANGUAGE[language].split()[day.month - 1]
    number = str(day.day)
    if language == "fr" and day.day == 1:
        number = "1er"
    elif language in ("de", "lb"):
        number += "."
    return f"{number} {month} {day.year}"


def with_mobile_n(text: str) -> str:
    """Luxembourgish drops the n of `den` before a day whose name begins with v, f or s: `de 4. Mee`, `den 3. Mee`.

    Source: the n rule (Eifeler Regel) of the Luxembourgish orthography; days that end in 4 to 7 begin so.
    """
    return _DEN_BEFORE_A_DAY.sub(r"\1e \2", text)


def listed(parts: Sequence[str], language: str) -> str:
    """`a, b and c` in that language; semicolons where a part itself has a comma."""
    if len(parts) < 2:
        return "".join(parts)
    separator = "; " if any("," in part for part in parts) else ", "
    return separator.join(parts[:-1]) + _AND[language] + parts[-1]
