"""The document code: which two characters may open a zone (9303-4 §4.4, -5, -6, -7 §4.2.2)."""

from functools import lru_cache
from typing import Final

from mrz.check_digit import LETTERS

FIRST_LETTERS: Final = {"TD1": "ACI", "TD2": "ACI", "TD3": "P", "MRVA": "V", "MRVB": "V"}
# Binding since 2026-01-01 wherever a second letter is used, for all new passports from 2028-01-01.
PASSPORT_KINDS: Final = {
    "PP": "ordinary passport",
    "PE": "emergency passport",
    "PD": "diplomatic passport",
    "PO": "official or service passport",
    "PR": "refugee travel document",
    "PT": "alien's travel document",
    "PS": "stateless person's travel document",
    "PL": "laissez-passer",
    "PM": "military passport",
    "PU": "emergency travel document on a single sheet",
}


@lru_cache(maxsize=1024)
def written_code_fault(format_name: str, code: str) -> str | None:
    """What keeps `code` (two characters, `<` for none) from being written in this format, or None."""
    fault = read_code_fault(format_name, code)
    if fault is None and format_name == "TD3" and code[1] != "<" and code not in PASSPORT_KINDS:
        return f"the second letter of a passport is none or one of {', '.join(PASSPORT_KINDS)}"
    return fault


@lru_cache(maxsize=1024)
def read_code_fault(format_name: str, code: str) -> str | None:
    """What is wrong with `code` as it was read, or None. Passports of before 2026 bear any second letter."""
    first, second = code[:1], code[1:]
    wanted = FIRST_LETTERS[format_name]
    if not first or first not in wanted:
        return f"the first letter of a {format_name} is {' or '.join(wanted)}"
    if second != "<" and (len(second) != 1 or second not in LETTERS):
        return "the second character is a letter or <"
    if wanted == "ACI":
        if second == "V":
            return "the second letter is never V"
        if code == "AI":
            return "I does not follow A"
    return None
