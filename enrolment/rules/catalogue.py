"""The catalogue of documents as frozen values: what each is, who asks for it how, what it costs, how long it lasts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from enrolment.errors import RuleBookError, ValueNotConfigured
from enrolment.rules.dated import covers
from enrolment.rules.facts import CopyKind, Reason
from enrolment.rules.words import Texts


class Form(StrEnum):
    """What a document of the catalogue is made of."""

    CARD = "card"
    PAPER = "paper"
    RECEIPT = "receipt"
    LETTER = "letter"


class ReceiptKind(StrEnum):
    """The legal effect of a receipt (récépissé): four, never one (RULES C11)."""

    COUNTS_AS_CARD = "counts_as_card"
    CONDITIONAL = "conditional"
    PRESENCE = "presence"
    ACKNOWLEDGEMENT = "acknowledgement"


class ValidityKind(StrEnum):
    """Where a document's length comes from."""

    MONTHS = "months"
    DECIDED = "decided"
    MONTHS_OR_SPONSOR = "months_or_sponsor"
    BY_REPLACED = "by_replaced"
    UNLIMITED = "unlimited"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True)
class PieceRule:
    """One line of a checklist: the piece, the copy that is asked for, and for whom and when it is asked.

    An empty condition holds for everyone.
    """

    code: str
    instead: tuple[str, ...]  # pieces of which each does as well
    rule: str
    copy_kind: CopyKind | None
    reasons: tuple[Reason, ...]
    relations: tuple[str, ...]
    sponsor: str  # "LUX", "other" or "" for both
    nationality: str  # a state code, "other" for those who lack it, or "" for all
    other_than: str  # the state code that "other" means
    categories: tuple[str, ...]  # of stay
    recoveries: tuple[str, ...]  # asked of who recovers a title; such a request gets no other piece
    from_age_years: int | None  # asked from that age on
    below_age_years: int | None  # asked below that age
    if_flag: str  # a dated yes or no of the book that must be yes
    start: date | None  # first day on which it is asked
    end: date | None  # first day on which it is no longer asked

    def is_asked_on(self, day: date) -> bool:
        """Whether the piece is asked for on `day`."""
        return covers(self.start or date.min, self.end, day)


@dataclass(frozen=True, slots=True)
class ReceiptRule:
    """The receipt of a product; `clock` names its length in the clock table, "" where it has none."""

    kind: ReceiptKind
    clock: str
    rule: str
    article: str


@dataclass(frozen=True, slots=True)
class ValidityRule:
    """How long a product's document is valid."""

    kind: ValidityKind
    months: int | None
    months_by_replaced: Mapping[str, int]
    rule: str
    article: str


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """The act that a document made between two days rests on."""

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
class PermitTexts:
    """The texts of field [10] until a day (None: until further notice), by category of stay."""

    end: date | None
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Product:
    """One document of the catalogue that a person can ask for: a file of its own in the book."""

    id: str
    code: str
    form: Form
    issuer: str  # "commune" or "minister"
    title: Texts
    card_title: Texts  # fields 3.1 and 3.2 of the card: the uniform format has few titles
    full_title: str
    permit_type_by: str  # "text" or "category"
    categories: tuple[str, ...]  # of stay, where the product tells them apart
    category_is_optional: bool
    permit_texts: tuple[PermitTexts, ...]  # the oldest first
    remark_by_article: Mapping[str, str]
    rules: tuple[str, ...]
    relations: str  # the regime of its family relations in relations.toml, or ""
    biometrics: str  # the dated word of values.toml that says what the chip holds, or ""
    successor: str  # what the holder may ask for instead after five years (R45), or ""
    absence_limit: str  # the value of values.toml that art. 26 refers to, or ""
    is_endorsed: bool  # art. 25: the new commune endorses it after a move
    has_art8_documents: bool
    receipt: ReceiptRule
    decision_clock: str
    validity: ValidityRule
    fees: Mapping[Reason, str]
    legal_bases: tuple[LegalBasis, ...]
    sites: tuple[Sites, ...]
    pieces: tuple[PieceRule, ...]

    @property
    def is_card(self) -> bool:
        """Whether the product is a card with a chip."""
        return self.form is Form.CARD

    @property
    def permit_types(self) -> Mapping[str, str]:
        """The texts of field [10] in force, by category."""
        return self.permit_texts[-1].texts if self.permit_texts else {}

    def permit_type(self, category: str, on: date | None = None) -> str:
        """The text of field [10], today's or that of the day `on`.

        Raises: RuleBookError where the category is unknown to this product.
        """
        texts = self.permit_types
        for period in self.permit_texts:
            if on is not None and covers(date.min, period.end, on):
                texts = period.texts
                break
        try:
            return texts[category if self.permit_type_by == "category" else ""]
        except KeyError:
            raise RuleBookError(f"{self.code}: no text of field [10] for this category of stay") from None

    def legal_basis_on(self, day: date) -> LegalBasis:
        """The act that holds on `day`. Raises ValueNotConfigured."""
        for basis in self.legal_bases:
            if covers(basis.start, basis.end, day):
                return basis
        raise ValueNotConfigured(f"{self.code}: legal basis", day)

    def sites_on(self, day: date) -> Sites:
        """Where the product is filed, captured and collected on `day`. Raises ValueNotConfigured."""
        for sites in self.sites:
            if covers(sites.start, sites.end, day):
                return sites
        raise ValueNotConfigured(f"{self.code}: sites", day)


@dataclass(frozen=True, slots=True)
class OfficePaper:
    """A document of the catalogue that nobody asks for: a receipt, or the letters of the office."""

    id: str
    code: str
    form: Form
    issuer: str
    title: Texts
    of_product: str  # the product whose filing it proves, or "" for letters
    kinds: Mapping[str, str]  # of a letter: its kinds, and the rule that asks for each
    validity: str
    fee: str
    source: str
