"""Facts and application files of made-up people that tests bend to their purpose, and an office on either database."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from enrolment.rules.dates import PartialDate
from enrolment.rules.facts import CopyKind as Copy
from enrolment.rules.facts import Facts, Payment, PieceFact, PreviousDocument, Reason, SponsorFact

from .office_walk import Walk
from .postgresql_server import NoServer, Server, shared_server

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


# ---- the two databases (docs/database.md) ----

# The whole office on PostgreSQL instead of SQLite: ./station prove postgresql.
WHOLE_OFFICE = os.environ.get("STATION_TEST_DATABASE") == "postgresql"
DATABASES = ("postgresql",) if WHOLE_OFFICE else ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server of this run's own; skipped with the reason where a machine has none."""
    own = tmp_path_factory.getbasetemp()
    run_folder = own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own
    try:
        with shared_server(run_folder) as server:
            yield server
    except NoServer as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def office_template(postgresql_server: Server, django_db_blocker: Any) -> str:
    """The name of a PostgreSQL database with the office's tables, to be copied."""

    def migrate(url: str) -> None:
        from django.core.management import call_command

        with django_db_blocker.unblock(), office_on(url):
            call_command("migrate", verbosity=0, interactive=False)

    return postgresql_server.template(migrate)


@contextmanager
def office_on(url: str) -> Iterator[None]:
    """In this block Django's one database is the one at `url`, for threads started meanwhile too."""
    from django.db import connections

    from enrolment.desk.database import parse_database

    wanted = connections.configure_settings({"default": dict(parse_database(url, Path("/"), "tests").django)})
    settings, connection = connections.settings["default"], connections["default"]
    connections.settings["default"] = wanted["default"]
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"], connections["default"] = settings, connection


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where the environment asks for it, every test of the office runs on PostgreSQL."""
    if not WHOLE_OFFICE:
        yield
        return
    server: Server = request.getfixturevalue("postgresql_server")
    with office_on(server.url("office")):
        yield


@pytest.fixture(scope="session")
def postgresql_office(postgresql_server: Server, office_template: str) -> Iterator[str]:
    """The address of one PostgreSQL database with the office's tables, for tests that roll back what they did."""
    with postgresql_server.database(office_template) as url:
        yield url


@pytest.fixture(params=DATABASES)
def each_database(request: pytest.FixtureRequest, django_db_setup: None) -> Iterator[str]:
    """A test that uses this (before `db` and what leans on it) runs on SQLite and on PostgreSQL; gives which."""
    if WHOLE_OFFICE or request.param == "sqlite":
        yield request.param
        return
    with office_on(request.getfixturevalue("postgresql_office")):
        yield request.param


@pytest.fixture(params=DATABASES)
def each_office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of processes that work in an office of this test's own, which is closed and gone afterwards."""
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    environment |= {"STATION_DATA_DIR": str(tmp_path / "data"), "STATION_DATABASE_URL": ""}
    if request.param == "sqlite":
        yield environment
        return
    server: Server = request.getfixturevalue("postgresql_server")
    with server.database(request.getfixturevalue("office_template")) as url:
        yield {**environment, "STATION_DATABASE_URL": url}


# ---- an office with its people, for tests that use the database ----

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The moment at which the tests' office works: Monday 2 November 2026, ten o'clock in Luxembourg."""
    return NOW


@pytest.fixture
def officers(db: None) -> SimpleNamespace:
    """clerk (files, captures, delivers), decider, producer, counter (counts blanks), auditor."""
    from enrolment.accounts.models import Role
    from enrolment.accounts.services import register_officer

    roles = {
        "clerk": [Role.FILE, Role.ENROL, Role.DELIVER],
        "decider": [Role.DECIDE],
        "producer": [Role.PRODUCE],
        "counter": [Role.PRODUCE, Role.SUPERVISE],
        "auditor": [Role.AUDIT],
        "everything": list(Role),
    }
    return SimpleNamespace(**{name: register_officer(name, name.title(), given, NOW) for name, given in roles.items()})


@pytest.fixture
def vault() -> Any:
    """A vault with a key of its own."""
    from enrolment.capture.vault import Vault

    return Vault(bytes(range(32)))


@pytest.fixture
def ministry(db: None) -> Any:
    """The Direction, open on weekdays from 8.30 to 11.00 with two counters."""
    from enrolment.appointments.services import Hours, open_site

    hours = [Hours(weekday, time(8, 30), time(11, 0), date(2020, 1, 1), counters=2) for weekday in range(5)]
    return open_site("direction", "Direction générale de l'immigration", hours, NOW)


@pytest.fixture
def walk(application_file: Callable[..., Path], officers: SimpleNamespace, ministry: Any, vault: Any) -> Walk:
    """A worker's application on its way through the office."""
    from enrolment.applications import load_application

    return Walk(load_application(application_file()), officers, ministry, vault, NOW)
