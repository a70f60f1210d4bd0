"""Frozen values from TOML: every key is known, every value has its type, and what is wrong is told by its dotted key.

A dataclass says what a table may hold: texts, numbers, yes or no, octets in hexadecimal, words out of an enumeration,
further dataclasses, and lists of any of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

from chip.errors import EncodingError

T = TypeVar("T")
Fail = Callable[[str], NoReturn]  # raises the reader's own error around "key: what is wanted"
SIMPLE_TYPES = {int: "a number", str: "a text", bool: "true or false"}
PLURALS = {int: "numbers", str: "texts"}


def read_table(kind: type[T], table: Mapping[str, Any], fail: Fail, place: str = "") -> T:
    """The value of class `kind` that `table` describes. `place` is the table's dotted name and a dot, for `fail`."""
    hints = get_type_hints(kind)
    known = {item.name: item for item in fields(kind) if item.init}  # type: ignore[arg-type]  # kind is a dataclass
    for key in table:
        if key not in known:
            fail(f"unknown key {place}{key}; known are {', '.join(sorted(known))}")
    missing = [
        name
        for name, item in known.items()
        if name not in table and item.default is MISSING and item.default_factory is MISSING
    ]
    if missing:
        fail(f"missing {', '.join(place + name for name in missing)}")
    values = {key: _read_value(hints[key], value, fail, place + key) for key, value in table.items()}
    try:
        return kind(**values)
    except EncodingError as problem:
        fail(f"{place}{problem}")


def _read_value(hint: Any, value: Any, fail: Fail, key: str) -> Any:
    if get_origin(hint) in (Union, UnionType):
        (hint,) = (choice for choice in get_args(hint) if choice is not NoneType)
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            fail(f"{key} is a list of {PLURALS.get(get_args(hint)[0], 'tables')}")
        return tuple(
            _read_value(get_args(hint)[0], item, fail, f"{key}[{number}]") for number, item in enumerate(value)
        )
    if is_dataclass(hint) and isinstance(hint, type):
        return read_table(hint, value, fail, f"{key}.") if isinstance(value, dict) else fail(f"{key} is a table")
    if issubclass(hint, StrEnum):
        return hint(value) if value in tuple(hint) else fail(f"{key} is one of {', '.join(hint)}")
    if hint is bytes:
        return _read_octets(value, fail, key)
    if type(value) is not hint:
        fail(f"{key} is {SIMPLE_TYPES[hint]}")
    return value


def _read_octets(value: Any, fail: Fail, key: str) -> bytes:
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError):
        fail(f"{key} is octets in hexadecimal")
