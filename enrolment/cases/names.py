"""Names as they are compared: without case, accents and the order of words, never as they are written."""

import unicodedata
from typing import Protocol


class Named(Protocol):
    """Anything that bears a person's names."""

    @property
    def surname(self) -> str: ...
    @property
    def given_names(self) -> str: ...
    @property
    def latin_surname(self) -> str: ...
    @property
    def latin_given_names(self) -> str: ...


def folded(text: str) -> str:
    """`text` without case, accents and signs between words: "Müller-Lüdenscheidt" is "muller ludenscheidt".

    Letters that are no base with a mark (ß, ø, ł) are folded by what stands for them in Latin alphabets.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    kept = "".join(letter if letter.isalnum() else " " for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(kept.split())


def search_surname(person: Named) -> str:
    """The folded surname, in Latin letters where the papers give them."""
    return folded(person.latin_surname or person.surname)


def search_name(person: Named) -> str:
    """The folded words of the whole name, sorted: surname and given names may stand in either field."""
    words = folded(f"{person.latin_surname or person.surname} {person.latin_given_names or person.given_names}").split()
    return " ".join(sorted(words))


_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
