"""Which characters a camera takes for which: how dear each exchange is, and what each field may hold at all."""

from functools import cache
from typing import Final

from mrz.check_digit import ALPHABET, DIGITS, FILLER, LETTERS
from mrz.layouts import LAYOUTS

# Pairs that OCR-B's readers confuse, in groups of one cost. A cost of 1 is what happens most.
_PAIRS: Final = {
    1.0: "B8 G6 O0 I1 S5 Z2",
    1.5: "<K <C D0 Q0 L1 T7 A4",
    2.0: "<L <E <S OD OQ IL UV YV MN KX EF PR CG",
    2.5: "38 68 56 17 08 39 89 27",
}
# What stands for what among the characters that no zone has.
_FOREIGN: Final = {
    " ": "<", "-": "<", "_": "<", "‹": "<", "«": "<", "(": "<C", "[": "<", "{": "<", "~": "<", ".": "<", ",": "<",
    "|": "I1", "!": "I1", "$": "S", "€": "CE", "°": "0O", "Ø": "0O", "@": "0", "&": "8", "§": "5S", "£": "E", "?": "7",
    "l": "L1I", "o": "O0", "s": "S5", "z": "Z2", "g": "G96", "b": "B6", "q": "Q9", "i": "I1",
}  # fmt: skip
_FOREIGN_STEP: Final = 0.5  # the second and third meaning of a foreign character are dearer than the first
_ANY_DIGIT: Final = 3.5
_DATE: Final = frozenset(DIGITS + FILLER)
_DIGIT: Final = frozenset(DIGITS)
_NAME: Final = frozenset(LETTERS + FILLER)
_ANY: Final = frozenset(ALPHABET)


@cache
def exchanges(character: str) -> tuple[tuple[str, float], ...]:
    """What may really have stood where `character` was read, with its cost (1 and more), the cheapest first."""
    if character not in ALPHABET:
        meant = _FOREIGN.get(character) or (character.upper() if character.upper() in LETTERS else "")
        return tuple((other, 1.0 + _FOREIGN_STEP * rank) for rank, other in enumerate(meant))
    found: list[tuple[str, float]] = []
    for cost, pairs in _PAIRS.items():
        found += [(pair.replace(character, ""), cost) for pair in pairs.split() if character in pair]
    return tuple(found)


@cache
def digit_exchanges(character: str) -> tuple[tuple[str, float], ...]:
    """The same in the place of a check digit, where any digit may have stood: at worst it alone was misread."""
    likely = dict(exchanges(character))
    return tuple({**{digit: _ANY_DIGIT for digit in DIGITS if digit != character}, **likely}.items())


@cache
def check_digit_offsets(format_name: str) -> frozenset[int]:
    """Where the check digits of a format stand, from 0 over the joined lines."""
    layout = LAYOUTS[format_name]
    digits = (
        layout.document_number_digit,
        layout.birth_date_digit,
        layout.expiry_date_digit,
        layout.personal_number_digit,
        layout.composite_digit,
    )
    return frozenset(digit for digit in digits if digit is not None)


@cache
def field_alphabets(format_name: str) -> tuple[frozenset[str], ...]:
    """For every offset of the joined lines: the characters that this field can hold."""
    layout = LAYOUTS[format_name]
    alphabets = [_ANY] * layout.length
    for place in (layout.document_code, layout.issuing_state, layout.nationality, layout.name):
        alphabets[place] = [_NAME] * (place.stop - place.start)
    for place in (layout.birth_date, layout.expiry_date):
        alphabets[place] = [_DATE] * (place.stop - place.start)
    for digit in (layout.birth_date_digit, layout.expiry_date_digit, layout.composite_digit):
        if digit is not None:
            alphabets[digit] = _DIGIT
    for digit in (layout.document_number_digit, layout.personal_number_digit):
        if digit is not None:
            alphabets[digit] = _DATE
    alphabets[layout.sex] = frozenset("FM<")
    return tuple(alphabets)
