"""Names and addresses of an application file: one line each, in the order in which it is written."""

import unicodedata

from enrolment.typed_table import Table

# Control characters, formatting characters (those that turn the direction of writing among them), ends of lines and of
# paragraphs: Unicode general categories. A card, a letter and a mail would each show them differently.
UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})
JOINERS = frozenset("\u200c\u200d")  # Persian and the scripts of India spell names with them


def line(table: Table, key: str) -> str:
    """A text that is not blank, on one line, without a letter that nobody sees."""
    return _seen(table, key, table.text(key))


def line_or_empty(table: Table, key: str) -> str:
    """The same, or "" where the key is absent."""
    return _seen(table, key, table.text_or(key, ""))


def _seen(table: Table, key: str, text: str) -> str:
    """`text`. Where it is refused only the code point is told, never a letter of the name."""
    for letter in text:
        if unicodedata.category(letter) in UNSEEN and letter not in JOINERS:
            table.refuse(
                key, f"one line without control or formatting characters is wanted: U+{ord(letter):04X} is one"
            )
    return text
