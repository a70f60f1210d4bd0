"""Facts and application files of made-up people that tests bend to their purpose."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from enrolment.rules.dates import PartialDate
from enrolment.rules.facts import CopyKind as Copy
from enrolment.rules.facts import Facts, Payment, PieceFact, PreviousDocument, Reason, SponsorFact

FILED = date(2026, 11, 2)

WORKER = Facts(
    product="titre-de-sejour",
    reason=Reason.FIRST,
    filed_on=FILED,
    birth_date=PartialDate(1985, 3, 12),
    nationalities=("IND",),
    passport_expiry_date=date(2031, 5, 1),
    arrival_date=date(2026, 10, 30),
    category="salarie",
    pieces=(
        PieceFact("passport_copy", Copy.CERTIFIED),
        PieceFact("fee_proof"),
        PieceFact("means"),
        PieceFact("medical_certificate"),
        PieceFact("housing"),
        PieceFact("criminal_record"),
    ),
    payments=(Payment(8000, date(2026, 10, 31), "T-1"),),
    decided_expiry_date=date(2027, 11, 2),
)
SPOUSE = Facts(
    product="carte-de-sejour",
    reason=Reason.FIRST,
    filed_on=FILED,
    birth_date=PartialDate(1990, 7, 1),
    nationalities=("BRA",),
    passport_expiry_date=date(2031, 5, 1),
    arrival_date=date(2026, 9, 15),
    pieces=(
        PieceFact("passport_presented", Copy.ORIGINAL),
        PieceFact("family_link"),
        PieceFact("sponsor_registration"),
    ),
    sponsor=SponsorFact("PRT", "spouse"),
)
PERMANENT = replace(
    SPOUSE,
    product="carte-de-sejour-permanent",
    pieces=(PieceFact("stay_five_years"),),
    previous=PreviousDocument("carte-de-sejour", date(2021, 12, 1), date(2026, 12, 1)),
)
LONG_TERM = replace(
    WORKER,
    product="residence-longue-duree-ue",
    category="",
    nationalities=("SYR",),
    pieces=tuple(
        PieceFact(code, Copy.CERTIFIED)
        for code in (
            "passport_copy",
            "stay_five_years",
            "resources",
            "housing",
            "health_insurance",
            "criminal_record",
            "fee_proof",
        )
    ),
)
OTHER_STATE = replace(
    WORKER,
    product="titre-resident-autre-etat",
    pieces=tuple(
        PieceFact(code, Copy.CERTIFIED)
        for code in ("passport_copy", "ministerial_decision", "arrival_receipt", "housing", "fee_proof")
    ),
)
BRITISH = Facts(
    product="accord-de-retrait",
    reason=Reason.FIRST,
    filed_on=date(2021, 6, 1),
    birth_date=PartialDate(1970, 1, 20),
    nationalities=("GBR",),
    passport_expiry_date=date(2027, 1, 1),
    pieces=(PieceFact("signed_form"), PieceFact("identity_copy")),
    previous=PreviousDocument("attestation-de-sejour-permanent", date(2015, 1, 1), None),
    withdrawal_article="18(1)",
)

APPLICATION: Mapping[str, Any] = {
    "product": {"code": "titre-de-sejour", "reason": "first", "filed_on": FILED, "category": "salarie"},
    "person": {
        "surname": "Probe",
        "given_names": "Zoë Anna",
        "birth_date": "1985-03-12",
        "sex": "F",
        "nationalities": ["IND"],
        "birth_place": "Pune",
        "language": "en",
    },
    "passport": {"number": "X0000001", "issuing_state": "IND", "expiry_date": date(2031, 5, 1)},
    "residence": {"commune": "Esch-sur-Alzette", "address": "1, rue d'Essai", "arrival_date": date(2026, 10, 30)},
    "pieces": [
        {"code": "passport_copy", "copy_kind": "certified"},
        {"code": "fee_proof", "amount_eur": 80, "issued_on": date(2026, 10, 31), "reference": "T-1"},
        {"code": "means"},
        {"code": "medical_certificate"},
        {"code": "housing"},
        {"code": "criminal_record"},
    ],
    "document": {"expiry_date": date(2027, 11, 2)},
}


def as_toml(content: Mapping[str, Any]) -> str:
    """A small TOML writer: tables, lists of tables, texts, dates, numbers, lists of texts."""
    lines: list[str] = []

    def value(item: Any) -> str:
        if isinstance(item, bool):
            return str(item).lower()
        if isinstance(item, date):
            return item.isoformat()
        if isinstance(item, list):
            return "[" + ", ".join(map(value, item)) + "]"
        if isinstance(item, Mapping):
            return "{" + ", ".join(f"{key} = {value(inner)}" for key, inner in item.items()) + "}"
        return str(item) if isinstance(item, int | float) else '"' + str(item).replace('"', '\\"') + '"'

    for name, section in content.items():
        for table in section if isinstance(section, list) else [section]:
            lines.append(f"[[{name}]]" if isinstance(section, list) else f"[{name}]")
            lines += [f"{key} = {value(item)}" for key, item in table.items()]
    return "\n".join(lines) + "\n"


@pytest.fixture
def application_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes an application: the worker's, with sections replaced, and `None` to leave a key or a section out."""

    def write(**sections: Any) -> Path:
        content: dict[str, Any] = {}
        for name in {**APPLICATION, **sections}:
            given = sections.get(name, APPLICATION.get(name))
            if given is None:
                continue
            if isinstance(given, Mapping) and name in APPLICATION and name in sections:
                given = {**APPLICATION[name], **given}
            content[name] = (
                {key: item for key, item in given.items() if item is not None} if isinstance(given, Mapping) else given
            )
        path = tmp_path / "application.toml"
        path.write_text(as_toml(content), "utf-8")
        return path

    return write


@pytest.fixture
def worker() -> Facts:
    """A third-country worker with everything a titre de séjour needs."""
    return WORKER


@pytest.fixture
def spouse() -> Facts:
    """The Brazilian spouse of a Portuguese citizen."""
    return SPOUSE


@pytest.fixture
def permanent() -> Facts:
    """A family member who asks for the permanent card a month before the old one expires."""
    return PERMANENT


@pytest.fixture
def long_term() -> Facts:
    """A long-term resident."""
    return LONG_TERM


@pytest.fixture
def other_state() -> Facts:
    """A long-term resident of another Member State."""
    return OTHER_STATE


@pytest.fixture
def british() -> Facts:
    """A British national within the window of the Withdrawal Agreement."""
    return BRITISH
