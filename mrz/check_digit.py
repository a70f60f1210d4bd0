"""The check digit: weights 7, 3, 1 over the values of the characters, modulo 10 (9303-3 §4.9)."""

from typing import Final

from mrz.errors import FieldError

DIGITS: Final = "0123456789"
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FILLER: Final = "<"
ALPHABET: Final = DIGITS + LETTERS + FILLER
_ALPHABET_BYTES = ALPHABET.encode()
_VALUE_OF_BYTE = bytes(max(ALPHABET.find(chr(byte)), 0) % 36 if byte < 128 else 0 for byte in range(256))


def is_zone_text(text: str) -> bool:
    """True when nothing but 0-9, A-Z and `<` stands in `text`."""
    return text.isascii() and not text.encode().translate(None, _ALPHABET_BYTES)


def values(text: str) -> bytes:
    """One byte a character: 0-9 as they are, A-Z 10-35, `<` 0 (and 0 for what is no character of a zone)."""
    return text.encode("ascii", "replace").translate(_VALUE_OF_BYTE)


def digit_of(character_values: bytes) -> str:
    """The check digit over what `values` gave: the one inner loop of this package."""
    total = 7 * sum(character_values[::3]) + 3 * sum(character_values[1::3]) + sum(character_values[2::3])
    return DIGITS[total % 10]


def check_digit(text: str) -> str:
    """The check digit of `text`, one character 0-9.

    Raises: FieldError("text") when another character than 0-9, A-Z or `<` stands in `text`, or none at all.
    Source: 9303-3 §4.9.
    """
    if not text:
        raise FieldError("text", "at least one character is wanted")
    if not is_zone_text(text):
        place = next(index for index, character in enumerate(text) if character not in ALPHABET) + 1
        raise FieldError("text", f"position {place}: only 0-9, A-Z and < have a value")
    return digit_of(values(text))


def are_blind_pair(one: str, other: str) -> bool:
    """True when no check digit can tell these two characters apart: their values are equal modulo 10.

    The weights 7, 3 and 1 have no factor in common with 10, so every other single exchange is seen.
    """
    return (values(one)[0] - values(other)[0]) % 10 == 0
