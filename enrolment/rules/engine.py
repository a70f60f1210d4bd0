"""The engine: every rule of a product, applied to the facts of one application; and why, in four languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from enrolment.errors import RuleBroken, ValueNotConfigured
from enrolment.rules.book import Product, RuleBook
from enrolment.rules.checks import cards, documents, money, periods, persons, protection, withdrawal_agreement
from enrolment.rules.facts import Facts
from enrolment.rules.findings import Finding, Outcome, SentenceValue, Stops, not_applicable, not_configured
from enrolment.rules.words import LANGUAGES, Texts, date_in_words, listed

Check = Callable[[Facts, Product, RuleBook], tuple[Finding, ...]]


def _pieces(rule: str) -> Check:
    return lambda facts, product, book: (documents.pieces_of_rule(rule, facts, product, book),)


def _renewal(rule: str) -> Check:
    return lambda facts, product, book: (
        periods.renewal_window(rule, facts, book),
        documents.pieces_of_rule(rule, facts, product, book),
    )


def _passport_and_pieces(rule: str) -> Check:
    return lambda facts, product, book: (
        documents.passport(rule, facts),
        documents.pieces_of_rule(rule, facts, product, book),
    )


# Every rule that the book may name, and the function that applies it.
CHECKS: Mapping[str, Check] = {
    "R12": lambda facts, product, book: (
        documents.passport("R12", facts),
        periods.filed_in_time("R12", "declaration_months", "LATE_DECLARATION", facts, book),
        documents.pieces_of_rule("R12", facts, product, book),
    ),
    "R13": lambda facts, product, _: (periods.receipt_counts("R13", facts, product),),
    "R14": lambda facts, product, _: (periods.decision_due("R14", facts, product),),
    "R15": _renewal("R15"),
    "R18": lambda facts, product, book: (
        periods.filed_before_expiry(facts),
        documents.pieces_of_rule("R18", facts, product, book),
    ),
    "R19": lambda facts, product, book: (
        periods.decision_due("R19", facts, product, "due"),
        periods.renewal_window("R19", facts, book),
        documents.pieces_of_rule("R19", facts, product, book),
    ),
    "R21": lambda facts, _, book: (documents.other_proof(facts, book),),
    "R23": _pieces("R23"),
    "R24": _pieces("R24"),
    "R25": lambda facts, *_: (documents.passport("R25", facts),),
    "R26": _renewal("R26"),
    "R28": _passport_and_pieces("R28"),
    "R29": lambda facts, product, _: (periods.decision_due("R29", facts, product),),
    "R30": lambda facts, product, book: (
        cards.category_text(facts, product),
        documents.pieces_of_rule("R30", facts, product, book),
    ),
    "R31": lambda facts, *_: (protection.granted_by_luxembourg(facts),),
    "R32": lambda facts, *_: (protection.granted_by_other_state(facts),),
    "R33": lambda facts, *_: (protection.other_state_answered(facts),),
    "R38": lambda facts, product, book: (
        periods.renewal_window("R38", facts, book, expiry_ends_right=False),
        documents.pieces_of_rule("R38", facts, product, book),
    ),
    "R41": lambda facts, product, book: (
        documents.passport("R41", facts),
        periods.filed_in_time("R41", "entry_months_other_state", "LATE", facts, book),
        documents.pieces_of_rule("R41", facts, product, book),
    ),
    "R42": lambda facts, *_: (cards.other_state_resident_length(facts),),
    "R43": _renewal("R43"),
    "R44": lambda facts, product, book: (money.fee(facts, product, book),),
    "R46": lambda facts, _, book: (persons.representative(facts, book),),
    "R47": lambda facts, product, book: (documents.completeness(facts, product, book),),
    "R48": lambda facts, *_: (persons.photo(facts),),
    "R51": cards.replacement,
    "R53": lambda facts, *_: (withdrawal_agreement.eligible(facts),),
    "R55": lambda facts, product, book: (
        withdrawal_agreement.within_window(facts, book),
        documents.pieces_of_rule("R55", facts, product, book),
    ),
    "R57": _passport_and_pieces("R57"),
    "R61": lambda facts, product, _: (withdrawal_agreement.validity(facts, product),),
    "EU01": lambda facts, _, book: (persons.fingerprints(facts, book),),
    "EU02": lambda facts, _, book: (persons.erasure(facts, book),),
}


@dataclass(frozen=True, slots=True)
class Explained:
    """One finding with what stands behind it: article, source, and a sentence in each language."""

    finding: Finding
    article: str
    source: str
    says: Texts

    def to_json(self) -> dict[str, Any]:
        """As `station rules explain --json` gives it."""
        return {
            "id": self.finding.rule,
            "outcome": self.finding.outcome.value,
            "error": self._error_word(),
            "stops": self.finding.stops.value,
            "article": self.article,
            "source": self.source,
            "says": dict(self.says),
        }

    def _error_word(self) -> str | None:
        if self.finding.outcome is Outcome.NOT_CONFIGURED:
            return "VALUE_NOT_CONFIGURED"
        return self.finding.error or None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every rule of the product as of one day."""

    product: str
    on: date
    rules: tuple[Explained, ...]

    def stopping(self, *steps: Stops) -> tuple[Explained, ...]:
        """What stops one of `steps`."""
        return tuple(rule for rule in self.rules if rule.finding.stops in steps)

    def refuse(self, subject: str, *steps: Stops) -> None:
        """Say no to `subject` where a rule stops one of `steps`. Raises: RuleBroken, ValueNotConfigured."""
        stopping = self.stopping(*steps)
        for rule in stopping:
            if rule.finding.outcome is Outcome.NOT_CONFIGURED:
                raise ValueNotConfigured(str(rule.finding.values["name"]), self.on)
        if stopping:
            raise RuleBroken(subject, [(rule.finding.rule, rule.finding.error) for rule in stopping])

    def to_json(self) -> dict[str, Any]:
        """As `station rules explain --json` gives it."""
        deadlines = [
            {"rule": rule.finding.rule, "due": rule.finding.due.isoformat()}
            for rule in self.rules
            if rule.finding.due is not None
        ]
        return {
            "product": self.product,
            "on": self.on.isoformat(),
            "rules": [rule.to_json() for rule in self.rules],
            "deadlines": deadlines,
        }


def explain(facts: Facts, book: RuleBook, on: date | None = None) -> Explanation:
    """Every rule of the product of `facts`, as if it were filed on `on` (default: the day of filing).

    A rule that gives several findings appears once for each that concerns the case, or once as not applicable.
    Raises: RuleBookError (unknown product, a rule without a function, a sentence that lacks).
    """
    day = on or facts.filed_on
    facts = replace(facts, filed_on=day)
    product = book.product(facts.product)
    explained: list[Explained] = []
    for rule in product.rules:
        text = book.rules[rule]
        findings = _findings(rule, facts, product, book) if text.in_force_on(day) else (not_applicable(rule),)
        concerning = tuple(finding for finding in findings if finding.outcome is not Outcome.NOT_APPLICABLE)
        for finding in concerning or (not_applicable(rule),):
            says = sentences(finding, book)
            explained.append(Explained(finding, text.article, text.source, says))
    return Explanation(product.code, day, tuple(explained))


def _findings(rule: str, facts: Facts, product: Product, book: RuleBook) -> tuple[Finding, ...]:
    """What `rule` found; a value that the book lacks is a finding too, and stops everything."""
    try:
        return CHECKS[rule](facts, product, book)
    except ValueNotConfigured as error:
        return (not_configured(rule, error.name, Stops.FILING),)


def sentences(finding: Finding, book: RuleBook) -> Texts:
    """The sentence of a finding in each language, its values filled in."""
    templates = book.sentences(finding.rule, finding.says)
    return {
        language: templates[language].format_map(
            {name: _in_words(value, language, book) for name, value in _values(finding).items()}
        )
        for language in LANGUAGES
    }


def _values(finding: Finding) -> Mapping[str, SentenceValue]:
    return finding.values if finding.due is None else {"due": finding.due, **finding.values}


def _in_words(value: SentenceValue, language: str, book: RuleBook) -> str:
    if isinstance(value, date):
        return date_in_words(value, language)
    if isinstance(value, tuple):
        return listed([book.pieces[code][language] for code in value], language)
    return str(value)
