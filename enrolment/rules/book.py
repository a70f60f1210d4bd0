"""The rule book as frozen values: the catalogue, dated values, clocks, groups, relations, and what each rule says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from enrolment.errors import RuleBookError, ValueNotConfigured
from enrolment.rules.catalogue import (
    Form,
    LegalBasis,
    OfficePaper,
    PieceRule,
    Product,
    ReceiptKind,
    ReceiptRule,
    Sites,
    ValidityKind,
    ValidityRule,
)
from enrolment.rules.dated import Clock, CountryGroup, DatedEntry, DatedValue, covers
from enrolment.rules.relations import Regime
from enrolment.rules.words import Texts

__all__ = [
    "NONE_STATED",
    "NOT_CONFIGURED",
    "DatedEntry",
    "DatedValue",
    "Form",
    "LegalBasis",
    "OfficePaper",
    "PieceRule",
    "Product",
    "ReceiptKind",
    "ReceiptRule",
    "RuleBook",
    "RuleText",
    "Sites",
    "ValidityKind",
    "ValidityRule",
]

NOT_CONFIGURED = "not_configured"
NONE_STATED = "none_stated"


@dataclass(frozen=True, slots=True)
class RuleText:
    """One rule: where it is written, when it is in force, which values it uses, what it says by outcome.

    `start` is None for a draft: a rule that no act has put into force yet.
    """

    rule: str
    article: str
    source: str
    start: date | None
    end: date | None
    values: tuple[str, ...]
    errors: tuple[str, ...]
    says: Mapping[str, Texts]

    def in_force_on(self, day: date) -> bool:
        """Whether the rule is in force on `day`."""
        return self.start is not None and covers(self.start, self.end, day)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The whole book."""

    catalogue: Mapping[str, Product]
    papers: Mapping[str, OfficePaper]
    values: Mapping[str, DatedValue]
    clocks: Mapping[str, Clock]
    groups: Mapping[str, CountryGroup]
    regimes: Mapping[str, Regime]
    rules: Mapping[str, RuleText]
    shared: Mapping[str, Texts]
    pieces: Mapping[str, Texts]
    fact_names: Mapping[str, Texts]
    art8_pieces: frozenset[str]

    @property
    def products(self) -> Mapping[str, Product]:
        """The cards of the catalogue, by code."""
        return {code: product for code, product in self.catalogue.items() if product.is_card}

    def product(self, code: str) -> Product:
        """What a person can ask for by that catalogue code, card or paper. Raises RuleBookError."""
        try:
            return self.catalogue[code]
        except KeyError:
            known = ", ".join(sorted(self.catalogue))
            raise RuleBookError(f"no product {code!r}; the catalogue has {known}") from None

    def clock(self, name: str) -> Clock:
        """The clock of that name. Raises RuleBookError."""
        try:
            return self.clocks[name]
        except KeyError:
            raise RuleBookError(f"the book has no clock {name}") from None

    def in_group(self, group: str, state: str, on: date) -> bool:
        """Whether `state` belongs to `group` on that day. Raises RuleBookError where the book lacks the group."""
        if group not in self.groups:
            raise RuleBookError(f"the book has no group {group}")
        return self.groups[group].has(state, on)

    def number(self, name: str, on: date) -> int:
        """The dated whole number `name`, of a value or of a clock, on that day.

        Raises: ValueNotConfigured, RuleBookError.
        """
        return self._value(name).number_on(on)

    def day(self, name: str, on: date) -> date:
        """The dated date `name` on that day. Raises ValueNotConfigured, RuleBookError."""
        value = self._value(name).entry_on(on).value
        if not isinstance(value, date):
            raise RuleBookError(f"value {name} is not a date")
        return value

    def word(self, name: str, on: date) -> str:
        """The dated word `name` on that day. Raises ValueNotConfigured, RuleBookError."""
        value = self._value(name).entry_on(on).value
        if not isinstance(value, str):
            raise RuleBookError(f"value {name} is not a word")
        return value

    def flag(self, name: str, on: date) -> bool:
        """The dated yes or no `name` on that day. Raises ValueNotConfigured, RuleBookError."""
        value = self._value(name).entry_on(on).value
        if not isinstance(value, bool):
            raise RuleBookError(f"value {name} is not true or false")
        return value

    def error_of(self, name: str) -> str:
        """The error word of a value that is not configured."""
        return self.values[name].error if name in self.values else "VALUE_NOT_CONFIGURED"

    def values_of(self, rule: str, on: date) -> Mapping[str, DatedEntry | None]:
        """What the values of `rule` are on that day; None where one is not configured."""
        found: dict[str, DatedEntry | None] = {}
        for name in self.rules[rule].values:
            try:
                found[name] = self._value(name).entry_on(on)
            except ValueNotConfigured:
                found[name] = None
        return found

    def last_change(self, on: date) -> date:
        """The latest day, not after `on`, on which a rule of the book came into force or went out of it."""
        days = [day for rule in self.rules.values() for day in (rule.start, rule.end) if day is not None and day <= on]
        return max(days, default=date.min)

    def _value(self, name: str) -> DatedValue:
        if name in self.values:
            return self.values[name]
        if name in self.clocks:
            return self.clocks[name].length
        raise RuleBookError(f"the book has no value {name}")

    def sentences(self, rule: str, says: str) -> Texts:
        """The four sentences of `rule` for what it says: its own, or the shared ones. Raises RuleBookError."""
        own = self.rules[rule].says if rule in self.rules else {}
        if says in own:
            return own[says]
        if says in self.shared:
            return self.shared[says]
        raise RuleBookError(f"{rule} has no sentence for {says}")
