"""Reads the rule book's TOML files into frozen values, strictly: a fault names the file and the key."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from enrolment.errors import RuleBookError
from enrolment.rules.book import NONE_STATED, NOT_CONFIGURED, RuleBook, RuleText
from enrolment.rules.catalogue import OfficePaper, Product
from enrolment.rules.check_book import check_references
from enrolment.rules.dated import Clock, CountryGroup, DatedEntry, DatedValue, IfClosed, Membership, Unit
from enrolment.rules.read_product import read_document, read_texts
from enrolment.rules.relations import Regime, RelationRule
from enrolment.rules.words import Texts
from enrolment.typed_table import Table

__all__ = ["BOOK_FOLDER", "NONE_STATED", "NOT_CONFIGURED", "rule_book"]

BOOK_FOLDER = Path(__file__).parent / "book"


@cache
def rule_book(folder: Path = BOOK_FOLDER) -> RuleBook:
    """The rule book in `folder`. Raises RuleBookError.

    Files: values, clocks, groups, relations, pieces, facts and shared (.toml), rules/*.toml, products/*.toml.
    """
    pieces, art8 = _read_pieces(folder / "pieces.toml")
    shared = _read_named_texts(folder / "shared.toml")
    documents = [_read_document(path) for path in sorted((folder / "products").glob("*.toml"))]
    rules: dict[str, RuleText] = {}
    for path in sorted((folder / "rules").glob("*.toml")):
        for rule in _read_rules(path, shared):
            if rule.rule in rules:
                raise RuleBookError(f"{path}: {rule.rule}: stands in another file too")
            rules[rule.rule] = rule
    book = RuleBook(
        catalogue={document.code: document for document in documents if isinstance(document, Product)},
        papers={document.code: document for document in documents if isinstance(document, OfficePaper)},
        values=_read_values(folder / "values.toml"),
        clocks=_read_clocks(folder / "clocks.toml"),
        groups=_read_groups(folder / "groups.toml"),
        regimes=_read_regimes(folder / "relations.toml"),
        rules=rules,
        shared=shared,
        pieces=pieces,
        fact_names=_read_named_texts(folder / "facts.toml"),
        art8_pieces=art8,
    )
    check_references(book)
    return book


def _open(path: Path) -> Table:
    def fail(key: str, wanted: str) -> NoReturn:
        raise RuleBookError(f"{path}: {key}: {wanted}")

    try:
        return Table(tomllib.loads(path.read_text("utf-8")), "", fail)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleBookError(f"{path}: cannot be read as TOML: {error}") from error


def _read_document(path: Path) -> Product | OfficePaper:
    return read_document(_open(path))


def _read_values(path: Path) -> Mapping[str, DatedValue]:
    top = _open(path)
    values = {}
    for name in top.names():
        table = top.table(name)
        values[name] = _read_value(name, table)
        table.finish()
    return values


def _read_value(name: str, table: Table) -> DatedValue:
    entries = tuple(_read_entry(entry) for entry in table.tables("entries"))
    for earlier, later in pairwise(entries):
        if earlier.end is None or earlier.end > later.start:
            table.refuse("entries", "entries in order, none over the next, are wanted")
    return DatedValue(name, table.text("says"), entries, table.text_or("error", "VALUE_NOT_CONFIGURED"))


def _read_entry(table: Table) -> DatedEntry:
    value = table.raw("value")
    if not isinstance(value, int | str | date) or isinstance(value, datetime):
        table.refuse("value", "a whole number, a word, a date, true or false is wanted")
    entry = DatedEntry(table.day("from"), table.day_or_none("until"), value, table.text("source"))
    table.finish()
    return entry


def _read_clocks(path: Path) -> Mapping[str, Clock]:
    top = _open(path)
    clocks = {}
    for name in top.names():
        table = top.table(name)
        length = _read_value(name, table)
        clocks[name] = Clock(
            says=length.says,
            rules=table.texts("rules"),
            unit=Unit(table.one_of("unit", [unit.value for unit in Unit])),
            runs_before=table.yes_or_no("before", default=False),
            starts_at=table.text("starts_at"),
            binds=table.one_of("binds", ("person", "office", "nobody")),
            if_closed=IfClosed(table.one_of("if_closed", [word.value for word in IfClosed])),
            length=length,
        )
        table.finish()
    return clocks


def _read_groups(path: Path) -> Mapping[str, CountryGroup]:
    top = _open(path)
    groups: dict[str, CountryGroup] = {}
    for name in top.names():
        table = top.table(name)
        members: list[Membership] = []
        for entry in table.tables("members"):
            start, end, source = entry.day("from"), entry.day_or_none("until"), entry.text("source")
            members += [Membership(state, start, end, source) for state in entry.texts("states")]
            for other in entry.texts("groups"):
                if other not in groups:
                    entry.refuse("groups", f"{other} is no group that stands before this one")
                members += [part for member in groups[other].members if (part := member.within(start, end)) is not None]
            entry.finish()
        groups[name] = CountryGroup(name, table.text("says"), tuple(members))
        table.finish()
    return groups


def _read_regimes(path: Path) -> Mapping[str, Regime]:
    top = _open(path)
    regimes = {}
    for name in top.names():
        table = top.table(name)
        regimes[name] = Regime(
            name,
            table.text("says"),
            table.text_or("of_student_sponsor", ""),
            tuple(_read_relation(relation) for relation in table.tables("relations")),
        )
        table.finish()
    return regimes


def _read_relation(table: Table) -> RelationRule:
    relation = RelationRule(
        code=table.text("code"),
        article=table.text("article"),
        source=table.text("source"),
        start=table.day("from"),
        end=table.day_or_none("until"),
        below_age_years=table.whole_number("below_age_years") if table.has("below_age_years") else None,
        or_dependent=table.yes_or_no("or_dependent", default=False),
        dependent=table.yes_or_no("dependent", default=False),
        unmarried=table.yes_or_no("unmarried", default=False),
        custody=table.yes_or_no("custody", default=False),
        without_other_category=table.yes_or_no("without_other_category", default=False),
        threshold=table.text_or("threshold", ""),
        piece=table.text_or("piece", ""),
    )
    table.finish()
    return relation


def _read_pieces(path: Path) -> tuple[Mapping[str, Texts], frozenset[str]]:
    top = _open(path)
    names: dict[str, Texts] = {}
    art8 = set()
    for code in top.names():
        table = top.table(code)
        if table.yes_or_no("art8", default=False):
            art8.add(code)
        names[code] = read_texts(table)
    return names, frozenset(art8)


def _read_named_texts(path: Path) -> Mapping[str, Texts]:
    top = _open(path)
    return {says: read_texts(top.table(says)) for says in top.names()}


def _read_rules(path: Path, shared: Mapping[str, Texts]) -> list[RuleText]:
    top = _open(path)
    rules = []
    for rule in top.names():
        table = top.table(rule)
        is_draft = table.yes_or_no("draft", default=False)
        says_table = table.table("says")
        says: dict[str, Texts] = {}
        for word in says_table.names():
            if isinstance(says_table.raw(word), str):
                says[word] = shared[says_table.one_of(word, shared)]
            else:
                says[word] = read_texts(says_table.table(word))
        rules.append(
            RuleText(
                rule=rule,
                article=table.text("article"),
                source=table.text("source"),
                start=None if is_draft else table.day("from"),
                end=table.day_or_none("until"),
                values=table.texts("values"),
                errors=table.texts("errors"),
                says=says,
            )
        )
        table.finish()
    return rules
