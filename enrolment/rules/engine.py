"""The engine: every rule of a product, applied to the facts of one application; and why, in four languages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from enrolment.errors import RuleBroken, ValueNotConfigured
from enrolment.rules.book import LegalBasis, Product, RuleBook, RuleText
from enrolment.rules.check_table import CHECKS, CLAIMS, Check
from enrolment.rules.dated import DatedEntry
from enrolment.rules.facts import Facts
from enrolment.rules.findings import (
    Finding,
    Outcome,
    SentenceValue,
    Stops,
    broken,
    not_applicable,
    not_configured,
)
from enrolment.rules.words import LANGUAGES, Texts, date_in_words, listed, with_mobile_n

# The worse outcome speaks for a rule that gives several findings.
_BY_WEIGHT = (Outcome.BROKEN, Outcome.NOT_CONFIGURED, Outcome.MET, Outcome.NOT_APPLICABLE)
_BY_STEP = (Stops.FILING, Stops.EXAMINATION, Stops.PERSONALISATION, Stops.DELIVERY, Stops.NOTHING)


@dataclass(frozen=True, slots=True)
class Explained:
    """One finding with what stands behind it: article, source, the values of the day, a sentence in each language."""

    finding: Finding
    article: str
    source: str
    says: Texts
    values: Mapping[str, DatedEntry | None]

    def to_json(self) -> dict[str, Any]:
        """The finding alone, as it stands under its rule in `station rules explain --json`."""
        return {
            "outcome": self.finding.outcome.value,
            "error": self.finding.error or None,
            "stops": self.finding.stops.value,
            "needs": list(self.finding.needs),
            "says": dict(self.says),
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every rule of the product as of one day: one entry for each finding, the rules in the product's order."""

    product: str
    on: date
    filed_on: date
    rules: tuple[Explained, ...]
    legal_basis: LegalBasis | None = None  # the act that the product rests on; None where the book knows none that day

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

    def by_rule(self) -> dict[str, list[Explained]]:
        """The findings of each rule, the gravest first."""
        grouped: dict[str, list[Explained]] = {}
        for rule in self.rules:
            grouped.setdefault(rule.finding.rule, []).append(rule)
        return {rule: sorted(found, key=_gravity) for rule, found in grouped.items()}

    def to_json(self) -> dict[str, Any]:
        """As `station rules explain --json` gives it: one entry a rule, with its gravest outcome."""
        deadlines = {
            (rule.finding.rule, rule.finding.due): {"rule": rule.finding.rule, "due": rule.finding.due.isoformat()}
            for rule in self.rules
            if rule.finding.due is not None
        }
        return {
            "product": self.product,
            "on": self.on.isoformat(),
            "filed_on": self.filed_on.isoformat(),
            "legal_basis": _basis_json(self.legal_basis),
            "rules": [_rule_json(rule, found) for rule, found in self.by_rule().items()],
            "deadlines": sorted(deadlines.values(), key=lambda line: (line["due"], line["rule"])),
        }


def _basis_json(basis: LegalBasis | None) -> dict[str, Any] | None:
    return None if basis is None else {"act": basis.act, "from": basis.start.isoformat(), "source": basis.source}


def _gravity(explained: Explained) -> tuple[int, int]:
    return _BY_WEIGHT.index(explained.finding.outcome), _BY_STEP.index(explained.finding.stops)


def _rule_json(rule: str, found: list[Explained]) -> dict[str, Any]:
    worst = found[0]
    return {
        "id": rule,
        **worst.to_json(),
        "article": worst.article,
        "source": worst.source,
        "says": {language: " ".join(explained.says[language] for explained in found) for language in LANGUAGES},
        "findings": [explained.to_json() for explained in found],
        "values": [_value_json(name, entry) for name, entry in worst.values.items()],
    }


def _value_json(name: str, entry: DatedEntry | None) -> dict[str, Any]:
    if entry is None:
        return {"name": name, "value": "not configured"}
    value = entry.value.isoformat() if isinstance(entry.value, date) else entry.value
    until = entry.end.isoformat() if entry.end else None
    return {"name": name, "value": value, "from": entry.start.isoformat(), "until": until, "source": entry.source}


def as_seen_on(facts: Facts, on: date) -> Facts:
    """`facts` as one sees them on `on`. A day before the filing asks: what if it were filed then?"""
    return as_if_filed_on(facts, on) if on < facts.filed_on else replace(facts, seen_on=on)


def as_if_filed_on(facts: Facts, on: date) -> Facts:
    """`facts` as if the request were filed, and looked at, on `on`."""
    return replace(facts, filed_on=on, seen_on=None)


def explain(facts: Facts, book: RuleBook, on: date | None = None) -> Explanation:
    """Every rule of the product of `facts` as seen on `on` (default: the day of filing; see `as_seen_on`).

    A rule that gives several findings appears once for each that concerns the case, or once as not applicable.
    Raises: RuleBookError (unknown product, a rule without a function, a sentence that lacks).
    """
    facts = as_seen_on(facts, on or facts.filed_on)
    product = book.product(facts.product)
    explained: list[Explained] = []
    for rule in product.rules:
        text = book.rules[rule]
        values = book.values_of(rule, facts.day)
        explained += [
            Explained(finding, text.article, text.source, sentences(finding, book), values)
            for finding in _findings(text, facts, product, book)
        ]
    return Explanation(product.code, facts.day, facts.filed_on, tuple(explained), _legal_basis(product, facts.day))


def _legal_basis(product: Product, day: date) -> LegalBasis | None:
    try:
        return product.legal_basis_on(day)
    except ValueNotConfigured:
        return None


def _findings(text: RuleText, facts: Facts, product: Product, book: RuleBook) -> tuple[Finding, ...]:
    """What the rule found and concerns the case; a value that the book lacks is a finding too, and blocks."""
    rule = text.rule
    if not text.in_force_on(facts.day):
        if rule in CLAIMS and CLAIMS[rule](facts):
            return (broken(rule, "RULE_NOT_IN_FORCE", Stops.FILING),)
        return (Finding(rule, Outcome.NOT_APPLICABLE, "not_in_force"),)
    findings = [_finding(rule, check, facts, product, book) for check in CHECKS[rule]]
    concerning = tuple(
        finding for finding in findings if finding.outcome is not Outcome.NOT_APPLICABLE or finding.needs
    )
    return concerning or (not_applicable(rule),)


def _finding(rule: str, check: Check, facts: Facts, product: Product, book: RuleBook) -> Finding:
    try:
        return check(facts, product, book)
    except ValueNotConfigured as error:
        word = book.error_of(error.name)
        stops = Stops.FILING if word == "VALUE_NOT_CONFIGURED" else Stops.EXAMINATION
        return not_configured(rule, error.name, stops, word)


def sentences(finding: Finding, book: RuleBook) -> Texts:
    """The sentence of a finding in each language, its values filled in."""
    templates, values = book.sentences(finding.rule, finding.says), _values(finding)
    texts: dict[str, str] = {
        language: templates[language].format_map(
            {name: _in_words(value, language, book) for name, value in values.items()}
        )
        for language in LANGUAGES
    }
    return {**texts, "lb": with_mobile_n(texts["lb"])}


def _values(finding: Finding) -> Mapping[str, SentenceValue]:
    return finding.values if finding.due is None else {"due": finding.due, **finding.values}


def _in_words(value: SentenceValue, language: str, book: RuleBook) -> str:
    if isinstance(value, date):
        return date_in_words(value, language)
    if isinstance(value, tuple):
        names = {**book.fact_names, **book.pieces}
        return listed([names[code][language] for code in value], language)
    return str(value)
