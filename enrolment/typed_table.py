"""Reading TOML strictly: every value is asked for by key and type, and what nobody asked for is an error.

A fault is told by the `Fail` that the reader was given: it gets the dotted key and what was wanted, and raises.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NoReturn

Fail = Callable[[str, str], NoReturn]


class Table:
    """One TOML table while it is read; `finish` refuses the keys that nobody asked for."""

    def __init__(self, content: Mapping[str, Any], path: str, fail: Fail) -> None:
        self._content, self._path, self._fail = content, path, fail
        self._asked: set[str] = set()

    def refuse(self, key: str, wanted: str) -> NoReturn:
        """Tell that `key` of this table is wrong and what was wanted."""
        self._fail(f"{self._path}.{key}".strip("."), wanted)

    def has(self, key: str) -> bool:
        """Whether the table has `key`."""
        self._asked.add(key)
        return key in self._content

    def _value(self, key: str, wanted: str) -> Any:
        self._asked.add(key)
        if key not in self._content:
            self.refuse(key, f"is missing: {wanted} is wanted")
        return self._content[key]

    def text(self, key: str) -> str:
        """A string that is not blank."""
        value = self._value(key, "text")
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, f"text is wanted, not {_kind(value)}")
        return value

    def text_or(self, key: str, default: str) -> str:
        """A string, or `default` where the key is absent; here the string may be empty."""
        if not self.has(key):
            return default
        value = self._content[key]
        if not isinstance(value, str):
            self.refuse(key, f"text is wanted, not {_kind(value)}")
        return value

    def one_of(self, key: str, allowed: Iterable[str]) -> str:
        """A string out of a closed list."""
        words = list(allowed)
        value = self.text(key)
        if value not in words:
            self.refuse(key, f"one of {', '.join(words)} is wanted{_did_you_mean(value, words)}")
        return value

    def day(self, key: str) -> date:
        """A date, as a TOML date or as the text YYYY-MM-DD."""
        value = self._value(key, "a date YYYY-MM-DD")
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                self.refuse(key, "a date YYYY-MM-DD is wanted")
        if not isinstance(value, date) or isinstance(value, datetime):
            self.refuse(key, f"a date YYYY-MM-DD is wanted, not {_kind(value)}")
        return value

    def day_or_none(self, key: str) -> date | None:
        """A date, or None where the key is absent."""
        return self.day(key) if self.has(key) else None

    def whole_number(self, key: str) -> int:
        """A whole number."""
        value = self._value(key, "a whole number")
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(key, f"a whole number is wanted, not {_kind(value)}")
        return value

    def yes_or_no(self, key: str, default: bool) -> bool:
        """true or false, or `default` where the key is absent."""
        if not self.has(key):
            return default
        value = self._content[key]
        if not isinstance(value, bool):
            self.refuse(key, f"true or false is wanted, not {_kind(value)}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings, empty where the key is absent."""
        if not self.has(key):
            return ()
        value = self._content[key]
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.refuse(key, "a list of texts is wanted")
        return tuple(value)

    def table(self, key: str) -> "Table":
        """The table under `key`."""
        value = self._value(key, "a table")
        if not isinstance(value, Mapping):
            self.refuse(key, f"a table is wanted, not {_kind(value)}")
        return Table(value, f"{self._path}.{key}".strip("."), self._fail)

    def table_or_none(self, key: str) -> "Table | None":
        """The table under `key`, or None where it is absent."""
        return self.table(key) if self.has(key) else None

    def tables(self, key: str) -> "list[Table]":
        """A list of tables, empty where the key is absent."""
        if not self.has(key):
            return []
        value = self._content[key]
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            self.refuse(key, f"a list of tables ([[{key}]]) is wanted")
        return [Table(item, f"{self._path}.{key}[{index}]".strip("."), self._fail) for index, item in enumerate(value)]

    def names(self) -> list[str]:
        """Every key of the table, in the file's order, all of them counted as asked for."""
        self._asked.update(self._content)
        return list(self._content)

    def raw(self, key: str) -> Any:
        """The value as TOML gave it."""
        return self._value(key, "a value")

    def finish(self) -> None:
        """Refuse the first key that nobody asked for, with the nearest known one."""
        for key in self._content:
            if key not in self._asked:
                known = sorted(self._asked)
                hint = _did_you_mean(key, known) or f" (known here: {', '.join(known)})"
                self.refuse(key, f"unknown key{hint}")


def _kind(value: object) -> str:
    names = {
        str: "an empty text",
        bool: "true or false",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "a table",
    }
    return names.get(type(value), "a date" if isinstance(value, date) else "that")


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
