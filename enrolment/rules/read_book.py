"""Reads the rule book's TOML files into frozen values, strictly: a fault names the file and the key."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import NoReturn

from enrolment.errors import RuleBookError
from enrolment.rules.book import (
    DatedEntry,
    DatedValue,
    LegalBasis,
    PieceRule,
    Product,
    ReceiptKind,
    ReceiptRule,
    RuleBook,
    RuleText,
    Sites,
    ValidityKind,
    ValidityRule,
)
from enrolment.rules.facts import CopyKind, Reason
from enrolment.rules.words import LANGUAGES, Texts
from enrolment.typed_table import Table

BOOK_FOLDER = Path(__file__).parent / "book"


@cache
def rule_book(folder: Path = BOOK_FOLDER) -> RuleBook:
    """The rule book in `folder` (values.toml, rules.toml, pieces.toml, products/*.toml). Raises RuleBookError."""
    pieces, art8 = _read_pieces(folder / "pieces.toml")
    rules, shared = _read_rules(folder / "rules.toml")
    products = [_read_product(path) for path in sorted((folder / "products").glob("*.toml"))]
    book = RuleBook(
        products={product.code: product for product in products},
        values=_read_values(folder / "values.toml"),
        rules=rules,
        shared=shared,
        pieces=pieces,
        art8_pieces=art8,
    )
    _check_references(book)
    return book


def _open(path: Path) -> Table:
    def fail(key: str, wanted: str) -> NoReturn:
        raise RuleBookError(f"{path}: {key}: {wanted}")

    try:
        return Table(tomllib.loads(path.read_text("utf-8")), "", fail)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleBookError(f"{path}: cannot be read as TOML: {error}") from error


def _texts(table: Table) -> Texts:
    texts: dict[str, str] = {language: table.text(language) for language in LANGUAGES}
    table.finish()
    return texts


def _words(table: Table) -> dict[str, str]:
    return {key: table.text(key) for key in table.names()}


def _read_values(path: Path) -> Mapping[str, DatedValue]:
    top = _open(path)
    values = {}
    for name in top.names():
        table = top.table(name)
        says = table.text("says")
        entries = tuple(_read_entry(entry) for entry in table.tables("entries"))
        table.finish()
        values[name] = DatedValue(name, says, entries)
    return values


def _read_entry(table: Table) -> DatedEntry:
    value = table.raw("value")
    if not isinstance(value, int | str | date):
        table.refuse("value", "a whole number, a word, a date, true or false is wanted")
    entry = DatedEntry(table.day("from"), table.day_or_none("until"), value, table.text("source"))
    table.finish()
    return entry


def _read_pieces(path: Path) -> tuple[Mapping[str, Texts], frozenset[str]]:
    top = _open(path)
    names: dict[str, Texts] = {}
    art8 = set()
    for code in top.names():
        table = top.table(code)
        if table.yes_or_no("art8", default=False):
            art8.add(code)
        names[code] = _texts(table)
    return names, frozenset(art8)


def _read_rules(path: Path) -> tuple[Mapping[str, RuleText], Mapping[str, Texts]]:
    top = _open(path)
    shared_table = top.table("shared")
    shared = {says: _texts(shared_table.table(says)) for says in shared_table.names()}
    rules = {}
    for rule in top.names():
        if rule == "shared":
            continue
        table = top.table(rule)
        says_table = table.table("says")
        says: dict[str, Texts] = {}
        for word in says_table.names():
            if isinstance(says_table.raw(word), str):
                says[word] = shared[says_table.one_of(word, shared)]
            else:
                says[word] = _texts(says_table.table(word))
        rules[rule] = RuleText(
            rule, table.text("article"), table.text("source"), table.day("from"), table.day_or_none("until"), says
        )
        table.finish()
    return rules, shared


def _read_product(path: Path) -> Product:
    table = _open(path)
    permit_type = table.table("permit_type")
    permit_type_by = permit_type.one_of("by", ("text", "category"))
    permit_type.text("source")
    decision = table.table_or_none("decision")
    by_article = table.table_or_none("remark_by_article")
    table.text("title_source")
    product = Product(
        id=table.text("id"),
        code=table.text("code"),
        title=_texts(table.table("title")),
        card_title=_texts(table.table("card_title")),
        full_title=table.text("full_title"),
        permit_type_by=permit_type_by,
        permit_types=_words(permit_type.table("values")),
        remark_by_article=_words(by_article.table("values")) if by_article else {},
        rules=table.texts("rules"),
        passport_rule=table.text_or("passport_rule", ""),
        renewal_rule=table.text_or("renewal_rule", ""),
        has_art8_documents=table.yes_or_no("art8", default=False),
        receipt=_read_receipt(table.table("receipt")),
        decision_months=decision.whole_number("months") if decision else None,
        validity=_read_validity(table.table("validity")),
        fees=_read_fees(table.table("fee")),
        legal_bases=tuple(_read_basis(basis) for basis in table.tables("legal_basis")),
        sites=tuple(_read_sites(sites) for sites in table.tables("sites")),
        pieces=tuple(_read_piece(piece) for piece in table.tables("pieces")),
    )
    table.finish()
    return product


def _read_receipt(table: Table) -> ReceiptRule:
    months = table.whole_number("months") if table.has("months") else None
    kind = ReceiptKind(table.one_of("kind", [kind.value for kind in ReceiptKind]))
    receipt = ReceiptRule(kind, months, table.text_or("rule", ""), table.text("article"))
    table.finish()
    return receipt


def _read_validity(table: Table) -> ValidityRule:
    by_replaced = table.table_or_none("months_by_replaced")
    lengths = {key: by_replaced.whole_number(key) for key in by_replaced.names()} if by_replaced else {}
    kind = ValidityKind(table.one_of("kind", [kind.value for kind in ValidityKind]))
    months = table.whole_number("months") if table.has("months") else None
    if kind in (ValidityKind.MONTHS, ValidityKind.MONTHS_OR_SPONSOR) and months is None:
        table.refuse("months", "is missing: a number of months is wanted for this kind")
    validity = ValidityRule(kind, months, lengths, table.text("rule"), table.text("article"))
    table.finish()
    return validity


def _read_fees(table: Table) -> Mapping[Reason, str]:
    fees = {reason: table.text(reason.value) for reason in Reason}
    table.finish()
    return fees


def _read_basis(table: Table) -> LegalBasis:
    basis = LegalBasis(table.day("from"), table.day_or_none("until"), table.text("act"), table.text("source"))
    table.finish()
    return basis


def _read_sites(table: Table) -> Sites:
    place = ("direction", "commune")
    sites = Sites(
        table.day("from"),
        table.day_or_none("until"),
        table.one_of("filing", place),
        table.one_of("capture", place),
        table.one_of("collection", (*place, "filing")),
        table.text("source"),
    )
    table.finish()
    return sites


def _read_piece(table: Table) -> PieceRule:
    copy_kind = (
        CopyKind(table.one_of("copy_kind", [kind.value for kind in CopyKind])) if table.has("copy_kind") else None
    )
    nationality = table.text_or("nationality", "")
    piece = PieceRule(
        code=table.text("code"),
        rule=table.text("rule"),
        copy_kind=copy_kind,
        reasons=tuple(Reason(reason) for reason in table.texts("reasons")),
        relations=table.texts("relations"),
        sponsor=table.text_or("sponsor", ""),
        nationality=nationality,
        other_than=table.text_or("other_than", ""),
    )
    table.finish()
    return piece


def _check_references(book: RuleBook) -> None:
    """Every rule, piece and fee that a product names stands in the book. Raises RuleBookError."""
    for product in book.products.values():
        for rule in product.rules:
            if rule not in book.rules:
                raise RuleBookError(f"{product.code}: rule {rule} stands nowhere in rules.toml")
        for piece in product.pieces:
            if piece.code not in book.pieces:
                raise RuleBookError(f"{product.code}: piece {piece.code} stands nowhere in pieces.toml")
            if piece.rule not in product.rules:
                raise RuleBookError(f"{product.code}: piece {piece.code} cites {piece.rule}, not a rule of the product")
        for name in product.fees.values():
            if name not in (*book.values, "none_stated", "not_configured"):
                raise RuleBookError(f"{product.code}: fee {name} stands nowhere in values.toml")
