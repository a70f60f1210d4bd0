"""R01-R64, one by one: a row in the book, a function, four languages, and a test that bears its number."""

import ast
import re
import string
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from enrolment.rules.check_table import CHECKS, CLAIMS
from enrolment.rules.read_book import BOOK_FOLDER, rule_book
from enrolment.rules.words import LANGUAGES

HERE = Path(__file__).parent
RULES = [f"R{number:02d}" for number in range(1, 65)] + ["EU01", "EU02"]
RULE_IN_NAME = re.compile(r"(?:(?<=_)|^)(R\d\d|EU\d\d)(?=_)")
SHARED_WORDS = ("not_applicable", "needs_fact", "not_in_force", "not_configured")


@cache
def named_by_rule():
    """Names of test functions by the rule that they bear."""
    found = {}
    for path in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for rule in RULE_IN_NAME.findall(node.name):
                    found.setdefault(rule, []).append(node.name)
    return found


def every_text():
    book = rule_book()
    for rule in book.rules.values():
        for word, texts in rule.says.items():
            yield f"{rule.rule}.{word}", texts
    for kind, named in (("shared", book.shared), ("piece", book.pieces), ("fact", book.fact_names)):
        for name, texts in named.items():
            yield f"{kind} {name}", texts
    for document in chain(book.catalogue.values(), book.papers.values()):
        yield document.code, document.title


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_has_a_row_functions_and_a_test_of_its_own(rule):
    text = rule_book().rules[rule]
    assert text.article
    assert text.source
    assert (text.start is None) is (rule in CLAIMS)
    assert CHECKS[rule]
    assert named_by_rule()[rule]


def test_there_is_no_rule_beside_them():
    assert set(rule_book().rules) == set(CHECKS) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_belongs_to_a_product(rule):
    assert any(rule in product.rules for product in rule_book().catalogue.values())


@pytest.mark.parametrize("rule", RULES)
def test_every_error_of_the_rule_has_its_sentence(rule):
    book = rule_book()
    words_of_values = {value.error for value in book.values.values()}
    for error in book.rules[rule].errors:
        texts = book.sentences(rule, "not_configured" if error in words_of_values else error)
        assert set(texts) == set(LANGUAGES)


def test_every_text_is_told_in_four_languages_with_the_same_gaps():
    for name, texts in every_text():
        assert tuple(sorted(texts)) == tuple(sorted(LANGUAGES)), name
        gaps = {
            language: tuple(sorted(field for _, field, _, _ in string.Formatter().parse(text) if field))
            for language, text in texts.items()
        }
        assert len(set(gaps.values())) == 1, (name, gaps)
        assert all(text == text.strip() and "  " not in text for text in texts.values()), name


@pytest.mark.parametrize("word", SHARED_WORDS)
def test_the_words_that_every_rule_may_use_are_there(word):
    assert set(rule_book().shared[word]) == set(LANGUAGES)


def test_no_sentence_lies_idle():
    """A sentence that no code and no other row names would never be read by anyone."""
    code = "\n".join(path.read_text("utf-8") for path in (BOOK_FOLDER.parent).rglob("*.py"))
    book = rule_book()
    words = {word for rule in book.rules.values() for word in rule.says} | set(book.shared)
    idle = sorted(word for word in words if f'"{word}"' not in code)
    assert idle == []
