"""Whether the parts of a rule book fit together: every name that one of them uses stands in another."""

from collections.abc import Iterable

from enrolment.errors import RuleBookError
from enrolment.rules.book import NONE_STATED, NOT_CONFIGURED, RuleBook, RuleText
from enrolment.rules.catalogue import Product

# What a product must say where it names one of these rules.
NEEDED_BY_RULES = {"relations": ("R05", "R06", "R12", "R54"), "decision_clock": ("R14", "R17", "R19", "R29", "R40")}


def check_references(book: RuleBook) -> None:
    """Every rule, piece, value, clock, group and regime that is named stands in the book. Raises RuleBookError."""
    for rule in book.rules.values():
        _check_rule(rule, book)
    for clock in book.clocks.values():
        _require(clock.rules, book.rules, f"clock {clock.length.name}: rule")
    for regime in book.regimes.values():
        for relation in regime.relations:
            _require([relation.threshold], book.values, f"regime {regime.name}: value")
            _require([relation.piece], book.pieces, f"regime {regime.name}: piece")
        _require([regime.of_student_sponsor], book.regimes, f"regime {regime.name}: regime")
    for product in book.catalogue.values():
        _check_product(product, book)
    for paper in book.papers.values():
        _require([paper.of_product], book.catalogue, f"{paper.code}: product")
        _require(paper.kinds.values(), book.rules, f"{paper.code}: rule")


def _check_rule(rule: RuleText, book: RuleBook) -> None:
    _require(rule.values, {**book.values, **book.clocks}, f"{rule.rule}: value")
    _require(rule.errors, {**rule.says, **book.shared, **_value_errors(book)}, f"{rule.rule}: sentence of the error")


def _value_errors(book: RuleBook) -> dict[str, None]:
    """The words for a value that is not configured: their sentence is the shared one."""
    return {value.error: None for value in book.values.values()}


def _check_product(product: Product, book: RuleBook) -> None:
    _require(product.rules, book.rules, f"{product.code}: rule")
    for piece in product.pieces:
        _require([piece.code, *piece.instead], book.pieces, f"{product.code}: piece")
        _require([piece.if_flag], book.values, f"{product.code}: value")
        if piece.rule not in product.rules:
            raise RuleBookError(f"{product.code}: piece {piece.code} cites {piece.rule}, not a rule of the product")
    _require(product.fees.values(), (*book.values, NONE_STATED, NOT_CONFIGURED), f"{product.code}: fee")
    _require([product.receipt.clock, product.decision_clock], book.clocks, f"{product.code}: clock")
    _require([product.relations], book.regimes, f"{product.code}: regime")
    _require([product.biometrics, product.absence_limit], book.values, f"{product.code}: value")
    _require([product.successor], book.catalogue, f"{product.code}: product")
    for key, rules in NEEDED_BY_RULES.items():
        for rule in set(rules) & set(product.rules):
            if not getattr(product, key):
                raise RuleBookError(f"{product.code}: {key} is missing: {rule} needs it")


def _require(names: Iterable[str], known: Iterable[str], what: str) -> None:
    standing = set(known)
    for name in names:
        if name and name not in standing:
            raise RuleBookError(f"{what} {name} stands nowhere in the book")
