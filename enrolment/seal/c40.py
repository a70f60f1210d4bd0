"""C40: capital letters, digits and spaces, three of them in two bytes (ISO/IEC 16022; TR-03137-1 Annex B)."""

from enrolment.seal.errors import SealCannotHold, SealUnreadable

ALPHABET = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIRST_VALUE = 3  # 0 to 2 are shifts; a seal has no use for them but as padding
SHIFT_1 = 0
UNLATCH = 0xFE
LARGEST_TRIPLE = 39 * 1600 + 39 * 40 + 39 + 1
_VALUES = {letter: value for value, letter in enumerate(ALPHABET, FIRST_VALUE)}


def encode_c40(text: str, feature: str) -> bytes:
    """The bytes of `text`, an even number of them; the filler "<" of machine readable zones counts as a space.

    Raises: SealCannotHold, naming `feature`, for letters that C40 lacks here.
    """
    text = text.replace("<", " ")
    if any(letter not in _VALUES for letter in text):
        raise SealCannotHold(feature, "capital letters, digits and spaces")
    encoded = bytearray()
    for start in range(0, len(text), 3):
        group = text[start : start + 3]
        if len(group) == 1:  # one letter is left over: back to ASCII, where a letter is its code and one
            encoded += bytes((UNLATCH, ord(group) + 1))
            continue
        first, second, third = [*(_VALUES[letter] for letter in group), SHIFT_1][:3]
        encoded += (1600 * first + 40 * second + third + 1).to_bytes(2, "big")
    return bytes(encoded)


def decode_c40(encoded: bytes, where: str) -> str:
    """The text of `encoded`. Raises SealUnreadable, naming `where`, for bytes that `encode_c40` never writes."""
    if len(encoded) % 2:
        raise SealUnreadable(where, "an even number of C40 bytes")
    text = ""
    for start in range(0, len(encoded), 2):
        pair, is_last = encoded[start : start + 2], start + 2 == len(encoded)
        text += _decode_pair(pair, is_last, where)
    return text


def encoded_length(letters: int) -> int:
    """How many bytes a text of that many letters takes."""
    return 2 * ((letters + 2) // 3)


def _decode_pair(pair: bytes, is_last: bool, where: str) -> str:
    if pair[0] == UNLATCH:
        letter = chr(pair[1] - 1) if pair[1] else ""
        if not is_last or letter not in _VALUES:
            raise SealUnreadable(where, "C40 text")
        return letter
    number = int.from_bytes(pair, "big") - 1
    if not 0 <= number < LARGEST_TRIPLE:
        raise SealUnreadable(where, "C40 text")
    values = [number // 1600, number // 40 % 40, number % 40]
    if is_last and values[2] == SHIFT_1:
        values.pop()
    if any(value < FIRST_VALUE for value in values):
        raise SealUnreadable(where, "C40 text")
    return "".join(ALPHABET[value - FIRST_VALUE] for value in values)
