"""docs/field-cases.md tells the truth: each case has tests, each test that it names is there and runs."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from chip_support.changed_cards import CHANGES

CHIP_TESTS = Path(__file__).parent
PAGE = CHIP_TESTS.parents[1] / "docs" / "field-cases.md"
FORGERIES = 10


def rows(name: str) -> list[tuple[str, ...]]:
    """The table between the marks of that name, without its head."""
    text = PAGE.read_text(encoding="utf-8").split(f"<!-- {name}: begin -->")[1].split(f"<!-- {name}: end -->")[0]
    return [tuple(cell.strip() for cell in line.strip("| ").split(" | ")) for line in text.strip().splitlines()[2:]]


def named_tests(text: str) -> list[tuple[str, str]]:
    return re.findall(r"`([\w/]+\.py)::(\w+)`", text)


@cache
def functions_of(file: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse((CHIP_TESTS / file).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


EVERY_NAMED_TEST = [
    pytest.param(file, name, id=f"{file}::{name}") for file, name in named_tests(PAGE.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("file", "name"), EVERY_NAMED_TEST)
def test_a_named_test_is_there(file: str, name: str) -> None:
    assert name in functions_of(file)
    assert not [mark for mark in functions_of(file)[name].decorator_list if "skip" in ast.unparse(mark)]


def test_every_one_of_the_twelve_cases_is_tried() -> None:
    table = rows("field cases")
    assert {int(case) for case, _, _ in table} == set(range(1, 13))
    for case, tried, tests in table:
        assert named_tests(tests), (case, tried)


def test_every_forgery_is_a_row_of_the_mutation_table_or_a_test() -> None:
    table = rows("forgeries")
    assert len(table) == FORGERIES
    for forgery, where in table:
        named = re.findall(r'row "([^"]+)"', where)
        assert named, forgery
        assert set(named) <= CHANGES.keys(), forgery
