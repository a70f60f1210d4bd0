"""The rule book as frozen values: products, dated numbers, pieces, and what each rule says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from enrolment.errors import RuleBookError, ValueNotConfigured
from enrolment.rules.facts import CopyKind, Reason
from enrolment.rules.words import Texts

NOT_CONFIGURED = "not_configured"
NONE_STATED = "none_stated"


class ReceiptKind(StrEnum):
    """The legal effect of a receipt (récépissé): four, never one (RULES C11)."""

    COUNTS_AS_CARD = "counts_as_card"
    CONDITIONAL = "conditional"
    PRESENCE = "presence"
    ACKNOWLEDGEMENT = "acknowledgement"


class ValidityKind(StrEnum):
    """Where a card's length comes from."""

    MONTHS = "months"
    DECIDED = "decided"
    MONTHS_OR_SPONSOR = "months_or_sponsor"
    BY_REPLACED = "by_replaced"


@dataclass(frozen=True, slots=True)
class DatedEntry:
    """A value that holds from the day `start` until before the day `end` (None: until further notice)."""

    start: date
    end: date | None
    value: int | str | bool | date
    source: str

    def covers(self, day: date) -> bool:
        """Whether the value holds on `day`."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One number of the law through time. A day that no entry covers is not configured."""

    name: str
    says: str
    entries: tuple[DatedEntry, ...]

    def entry_on(self, day: date) -> DatedEntry:
        """The entry that holds on `day`. Raises ValueNotConfigured."""
        for entry in self.entries:
            if entry.covers(day):
                return entry
        raise ValueNotConfigured(self.name, day)


@dataclass(frozen=True, slots=True)
class RuleText:
    """One rule: where it is written, when it is in force, what it says by outcome."""

    rule: str
    article: str
    source: str
    start: date
    end: date | None
    says: Mapping[str, Texts]

    def in_force_on(self, day: date) -> bool:
        """Whether the rule is in force on `day`."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class PieceRule:
    """One line of a checklist: the piece, the copy that is asked for, and for whom it is asked."""

    code: str
    rule: str
    copy_kind: CopyKind | None
    reasons: tuple[Reason, ...]
    relations: tuple[str, ...]  # empty: whatever the relation
    sponsor: str  # "LUX", "other" or "" for both
    nationality: str  # a state code, "other" for those who lack it, or "" for all
    other_than: str  # the state code that "other" means


@dataclass(frozen=True, slots=True)
class ReceiptRule:
    """The receipt of a product."""

    kind: ReceiptKind
    months: int | None
    rule: str
    article: str


@dataclass(frozen=True, slots=True)
class ValidityRule:
    """How long a product's card is valid."""

    kind: ValidityKind
    months: int | None
    months_by_replaced: Mapping[str, int]
    rule: str
    article: str


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """The act that a card made between two days rests on."""

    start: date
    end: date | None
    act: str
    source: str


@dataclass(frozen=True, slots=True)
class Sites:
    """Where a product is filed, captured and collected between two days; "filing" means: where it was filed."""

    start: date
    end: date | None
    filing: str
    capture: str
    collection: str
    source: str


@dataclass(frozen=True, slots=True)
class Product:
    """One product of the catalogue: a file of its own in the book."""

    id: str
    code: str
    title: Texts
    card_title: Texts  # fields 3.1 and 3.2 of the card: the uniform format has few titles
    full_title: str
    permit_type_by: str  # "text" or "category"
    permit_types: Mapping[str, str]  # by category; "" is the one text of a product without categories
    remark_by_article: Mapping[str, str]
    rules: tuple[str, ...]
    passport_rule: str
    renewal_rule: str
    has_art8_documents: bool
    receipt: ReceiptRule
    decision_months: int | None
    validity: ValidityRule
    fees: Mapping[Reason, str]
    legal_bases: tuple[LegalBasis, ...]
    sites: tuple[Sites, ...]
    pieces: tuple[PieceRule, ...]

    def permit_type(self, category: str) -> str:
        """The text of field [10]. Raises RuleBookError where the category is unknown to this product."""
        try:
            return self.permit_types[category if self.permit_type_by == "category" else ""]
        except KeyError:
            raise RuleBookError(f"{self.code}: no text of field [10] for this category of stay") from None

    def legal_basis_on(self, day: date) -> LegalBasis:
        """The act that holds on `day`. Raises ValueNotConfigured."""
        for basis in self.legal_bases:
            if basis.start <= day and (basis.end is None or day < basis.end):
                return basis
        raise ValueNotConfigured(f"{self.code}: legal basis", day)

    def sites_on(self, day: date) -> Sites:
        """Where the product is filed, captured and collected on `day`. Raises ValueNotConfigured."""
        for sites in self.sites:
            if sites.start <= day and (sites.end is None or day < sites.end):
                return sites
        raise ValueNotConfigured(f"{self.code}: sites", day)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The whole book."""

    products: Mapping[str, Product]
    values: Mapping[str, DatedValue]
    rules: Mapping[str, RuleText]
    shared: Mapping[str, Texts]
    pieces: Mapping[str, Texts]
    art8_pieces: frozenset[str]

    def product(self, code: str) -> Product:
        """The product of that catalogue code. Raises RuleBookError."""
        try:
            return self.products[code]
        except KeyError:
            raise RuleBookError(f"no product {code!r}; the catalogue has {', '.join(sorted(self.products))}") from None

    def number(self, name: str, on: date) -> int:
        """The dated whole number `name` on that day. Raises ValueNotConfigured, RuleBookError."""
        value = self._entry(name, on).value
        if isinstance(value, bool) or not isinstance(value, int):
            raise RuleBookError(f"value {name} is not a whole number")
        return value

    def day(self, name: str, on: date) -> date:
        """The dated date `name` on that day. Raises ValueNotConfigured, RuleBookError."""
        value = self._entry(name, on).value
        if not isinstance(value, date):
            raise RuleBookError(f"value {name} is not a date")
        return value

    def word(self, name: str, on: date) -> str:
        """The dated word `name` on that day. Raises ValueNotConfigured, RuleBookError."""
        value = self._entry(name, on).value
        if not isinstance(value, str):
            raise RuleBookError(f"value {name} is not a word")
        return value

    def flag(self, name: str, on: date) -> bool:
        """The dated yes or no `name` on that day. Raises ValueNotConfigured, RuleBookError."""
        value = self._entry(name, on).value
        if not isinstance(value, bool):
            raise RuleBookError(f"value {name} is not true or false")
        return value

    def _entry(self, name: str, on: date) -> DatedEntry:
        if name not in self.values:
            raise RuleBookError(f"the book has no value {name}")
        return self.values[name].entry_on(on)

    def sentences(self, rule: str, says: str) -> Texts:
        """The four sentences of `rule` for what it says: its own, or the shared ones. Raises RuleBookError."""
        own = self.rules[rule].says if rule in self.rules else {}
        if says in own:
            return own[says]
        if says in self.shared:
            return self.shared[says]
        raise RuleBookError(f"{rule} has no sentence for {says}")
