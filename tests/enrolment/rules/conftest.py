"""People who ask for papers, and a short way to ask what one rule says of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from enrolment.rules.book import RuleBook
from enrolment.rules.catalogue import Product
from enrolment.rules.dated import DatedEntry, DatedValue
from enrolment.rules.dates import PartialDate
from enrolment.rules.engine import explain
from enrolment.rules.events import Stay
from enrolment.rules.facts import CopyKind, Facts, PieceFact, Reason, SponsorFact
from enrolment.rules.read_book import rule_book

FILED = date(2026, 11, 2)
EMPLOYEE = Facts(
    product="attestation-d-enregistrement",
    reason=Reason.FIRST,
    filed_on=FILED,
    birth_date=PartialDate(1990, 7, 1),
    nationalities=("PRT",),
    passport_expiry_date=date(2031, 5, 1),
    arrival_date=date(2026, 9, 15),
    category="salarie",
    pieces=(
        PieceFact("identity_presented", CopyKind.ORIGINAL),
        PieceFact("work_contract", issued_on=date(2026, 9, 1), signed_by=("employer", "employee"), language="fr"),
    ),
)
RELATIVE = replace(
    EMPLOYEE,
    category="membre-de-famille",
    pieces=(
        PieceFact("identity_presented", CopyKind.ORIGINAL),
        PieceFact("family_link", language="fr"),
        PieceFact("sponsor_registration"),
    ),
    sponsor=SponsorFact("FRA", "spouse", category="salarie"),
)
SETTLED = replace(
    EMPLOYEE,
    product="attestation-de-sejour-permanent",
    category="",
    pieces=(PieceFact("identity_copy"), PieceFact("stay_five_years", language="fr")),
)
FROM_ELSEWHERE = replace(
    EMPLOYEE,
    product="autorisation-de-sejour",
    nationalities=("MAR",),
    arrival_date=None,
    pieces=tuple(
        PieceFact(code, CopyKind.CERTIFIED, language="fr")
        for code in (
            "category_conditions",
            "passport_copy",
            "foreign_permit_copy",
            "resources",
            "health_insurance",
            "criminal_record",
        )
    ),
)
NEWCOMER = replace(
    EMPLOYEE,
    product="declaration-d-arrivee",
    nationalities=("IND",),
    category="",
    arrival_date=date(2026, 10, 30),
    pieces=(PieceFact("passport_presented", CopyKind.ORIGINAL), PieceFact("ministerial_decision")),
)


@pytest.fixture
def employee() -> Facts:
    """A Portuguese worker who registers at the commune (D1)."""
    return EMPLOYEE


@pytest.fixture
def relative() -> Facts:
    """The Portuguese wife of a Frenchman (D1)."""
    return RELATIVE


@pytest.fixture
def settled() -> Facts:
    """A Portuguese who asks for the certificate of permanent residence (D4)."""
    return SETTLED


@pytest.fixture
def from_elsewhere() -> Facts:
    """A Moroccan, long-term resident of another Member State, before settling (D11)."""
    return FROM_ELSEWHERE


@pytest.fixture
def newcomer() -> Facts:
    """An Indian who declares the arrival (D12)."""
    return NEWCOMER


@pytest.fixture
def said() -> Callable[..., set[str]]:
    """What one rule says of some facts: the errors and, where there is none, the names of the sentences."""

    def ask(facts: Facts, rule: str, on: date | None = None, book: RuleBook | None = None) -> set[str]:
        found = explain(facts, book or rule_book(), on).by_rule()[rule]
        return {explained.finding.error or explained.finding.says for explained in found}

    return ask


@pytest.fixture
def due() -> Callable[..., set[date]]:
    """The days on which the clocks of one rule end."""

    def ask(facts: Facts, rule: str, on: date | None = None) -> set[date]:
        found = explain(facts, rule_book(), on).by_rule()[rule]
        return {explained.finding.due for explained in found if explained.finding.due}

    return ask


@pytest.fixture
def book_with() -> Callable[..., RuleBook]:
    """The book, with the given values configured for all days."""

    def change(**values: int | str | bool) -> RuleBook:
        book = rule_book()
        changed = {
            name: DatedValue(name, "for a test", (DatedEntry(date.min, None, value, "this test"),))
            for name, value in values.items()
        }
        return replace(book, values={**book.values, **changed})

    return change


@pytest.fixture
def product_of() -> Callable[[Facts], Product]:
    """The product that some facts ask for."""
    return lambda facts: rule_book().product(facts.product)


@pytest.fixture
def five_years() -> tuple[Stay, ...]:
    """Five years of stay that are reached on 2 November 2026."""
    return (Stay(date(2021, 11, 2), is_lawful=True, with_sponsor=True),)
