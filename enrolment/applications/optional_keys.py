"""Keys of an application file that may be absent: what is absent is unknown, never false."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NoReturn

from enrolment.typed_table import Table

CENTS_PER_EURO = 100


def yes_no_or_none(table: Table, key: str) -> bool | None:
    """true or false, or None where nobody said."""
    return table.yes_or_no(key, default=False) if table.has(key) else None


def one_of_or(table: Table, key: str, words: Sequence[str]) -> str:
    """One of the words, or "" where the key is absent."""
    return table.one_of(key, words) if table.has(key) else ""


def words_or_none(table: Table, key: str, words: Sequence[str]) -> tuple[str, ...] | None:
    """A list of such words (it may be empty), or None where nobody looked."""
    if not table.has(key):
        return None
    given = table.texts(key)
    if not set(given) <= set(words):
        table.refuse(key, f"a list of {', '.join(words)} is wanted")
    return given


def number_or_none(table: Table, key: str) -> int | None:
    """A whole number that is not negative, or None."""
    if not table.has(key):
        return None
    number = table.whole_number(key)
    if number < 0:
        table.refuse(key, "a number that is not negative is wanted")
    return number


def cents_or_none(table: Table, key: str) -> int | None:
    """An amount in euro as whole cents, or None."""
    if not table.has(key):
        return None

    def refuse() -> NoReturn:
        table.refuse(key, "an amount in euro is wanted")

    amount = table.raw(key)
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not 0 <= amount < float("inf"):
        refuse()
    return int((Decimal(str(amount)) * CENTS_PER_EURO).to_integral_value())


def day_not_before(table: Table, key: str, first: date, what: str) -> date | None:
    """A day that is not before `first`, or None where the key is absent."""
    day = table.day_or_none(key)
    if day is not None and day < first:
        table.refuse(key, f"a day that is not before {what} is wanted")
    return day
