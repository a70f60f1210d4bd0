"""What the rest of the office asks the law: deadlines, checklist, fee, receipt, letters, eligibility. No Django.

Each function takes frozen facts and the day on which one looks, and the book where another than the usual one is meant.
A day before the filing asks: what if it were filed then? A value that the book lacks is never guessed: `fee` raises
`ValueNotConfigured`, the others carry a finding that blocks.
"""

from dataclasses import dataclass
from datetime import date

from enrolment.rules.book import NOT_CONFIGURED, RuleBook
from enrolment.rules.checks.documents import checklist as asked_pieces
from enrolment.rules.checks.documents import missing_pieces
from enrolment.rules.checks.money import fee_on
from enrolment.rules.engine import Explained, as_seen_on, explain
from enrolment.rules.facts import CopyKind, Facts, Reason
from enrolment.rules.findings import Outcome, Stops
from enrolment.rules.read_book import rule_book
from enrolment.rules.receipts import ReceiptTerms, receipt_terms
from enrolment.rules.words import Texts


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day a clock ends: which rule, whether it is over and unmet (`is_breached`), and what is said of it."""

    rule: str
    due: date
    article: str
    is_breached: bool
    says: Texts


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """One piece that is asked for, with its names, the copy that is wanted, and whether it lies in the file."""

    code: str
    names: Texts
    copy_kind: CopyKind | None
    rule: str
    article: str
    is_there: bool
    takes_other_proof: bool  # art. 8: any other proof does, with a reason


@dataclass(frozen=True, slots=True)
class LetterDue:
    """A letter that a rule asks the office to write: its kind (a word of D14), why, and by when (None: now)."""

    kind: str
    rule: str
    due: date | None
    says: Texts


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether the request may be filed, examined and made into a card as things stand, and what stands against it."""

    may_be_filed: bool
    may_be_examined: bool
    may_be_personalised: bool
    against: tuple[Explained, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """What the book does not know: its name, what it is, the error word of what it blocks, and for which rules."""

    name: str
    says: str
    error: str
    rules: tuple[str, ...]


def deadlines(facts: Facts, on: date, book: RuleBook | None = None) -> tuple[Deadline, ...]:
    """Every clock that runs for `facts`, as seen on `on`, the earliest first. Raises RuleBookError."""
    found = [
        Deadline(rule.finding.rule, rule.finding.due, rule.article, rule.finding.outcome is Outcome.BROKEN, rule.says)
        for rule in explain(facts, book or rule_book(), on).rules
        if rule.finding.due is not None
    ]
    return tuple(sorted(found, key=lambda deadline: (deadline.due, deadline.rule)))


def checklist(product: str, facts: Facts, on: date, book: RuleBook | None = None) -> tuple[ChecklistLine, ...]:
    """The pieces that `product` asks of this person, in the book's order.

    Raises: RuleBookError, ValueNotConfigured where a setting that a piece hangs on has no value on that day.
    """
    book = book or rule_book()
    wanted = book.product(product)
    facts = as_seen_on(facts, on)
    lacking = missing_pieces(facts, wanted, book)
    return tuple(
        ChecklistLine(
            piece.code,
            book.pieces[piece.code],
            piece.copy_kind,
            piece.rule,
            book.rules[piece.rule].article,
            piece not in lacking,
            piece.code in book.art8_pieces,
        )
        for piece in asked_pieces(facts, wanted, book)
    )


def fee(product: str, reason: Reason, on: date, book: RuleBook | None = None) -> int | None:
    """The fee in euro cents on that day; None where the sources state none. Raises ValueNotConfigured."""
    book = book or rule_book()
    return fee_on(book.product(product), reason, on, book)


def receipt(facts: Facts, book: RuleBook | None = None) -> ReceiptTerms:
    """The receipt that a complete file gets at once: kind, effect, last day, article. Raises RuleBookError."""
    book = book or rule_book()
    return receipt_terms(book.product(facts.product), facts, book)


def letters_due(facts: Facts, on: date, book: RuleBook | None = None) -> tuple[LetterDue, ...]:
    """The letters that the rules ask for as seen on `on`: returned file, invitation, question to a State, and so on."""
    return tuple(
        LetterDue(rule.finding.letter, rule.finding.rule, rule.finding.due, rule.says)
        for rule in explain(facts, book or rule_book(), on).rules
        if rule.finding.letter
    )


def eligibility(facts: Facts, on: date, book: RuleBook | None = None) -> Eligibility:
    """Which steps the rules leave open as seen on `on`. Raises RuleBookError."""
    explanation = explain(facts, book or rule_book(), on)

    def open_to(*steps: Stops) -> bool:
        return not explanation.stopping(*steps)

    return Eligibility(
        may_be_filed=open_to(Stops.FILING),
        may_be_examined=open_to(Stops.FILING, Stops.EXAMINATION),
        may_be_personalised=open_to(Stops.FILING, Stops.EXAMINATION, Stops.PERSONALISATION),
        against=explanation.stopping(Stops.FILING, Stops.EXAMINATION, Stops.PERSONALISATION, Stops.DELIVERY),
    )


def gaps(on: date, book: RuleBook | None = None) -> tuple[Gap, ...]:
    """What the book does not know on that day, each with what it blocks: values, fees by reason, and drafts."""
    book = book or rule_book()
    found: list[Gap] = []
    for name, value in {**book.values, **{name: clock.length for name, clock in book.clocks.items()}}.items():
        if not any(entry.covers(on) for entry in value.entries):
            rules = tuple(rule.rule for rule in book.rules.values() if name in rule.values)
            found.append(Gap(name, value.says, value.error, rules))
    for product in book.catalogue.values():
        for reason, fee_name in product.fees.items():
            if fee_name == NOT_CONFIGURED:
                name = f"fee of {product.code}, {reason.value}"
                found.append(Gap(name, "what the issue costs in this case", "VALUE_NOT_CONFIGURED", ("R44",)))
    drafts = [rule for rule in book.rules.values() if rule.start is None]
    return (*found, *(Gap(rule.rule, rule.article, "RULE_NOT_IN_FORCE", (rule.rule,)) for rule in drafts))
