"""Which database the office keeps its rows in: the embedded SQLite file, or a PostgreSQL server for many desks.

`$STATION_DATABASE_URL` names it, else the configuration (`data.database`); an empty address is the embedded file.
One parser for both: an address that cannot be is refused with what was wanted, and never printed, since it may hold a
password.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from enrolment.desk.places import DATABASE_FILE
from station_config import ConfigurationError, load_station

URL_VARIABLE = "STATION_DATABASE_URL"
CONFIGURED = "data.database"
WANTED = "postgresql://USER@HOST/NAME, or nothing for the embedded SQLite file"
# What may stand after the `?`: libpq's own names (PostgreSQL manual, "Parameter Key Words").
POSTGRESQL_OPTIONS = frozenset(
    {"host", "sslmode", "sslrootcert", "sslcert", "sslkey", "passfile", "service", "connect_timeout", "gssencmode",
     "target_session_attrs"}
)  # fmt: skip
SAFE_TLS_MODES = frozenset({"require", "verify-ca", "verify-full"})
TLS_MODES = SAFE_TLS_MODES | {"disable", "allow", "prefer"}
LARGEST_PORT = 65535
BUSY_AFTER_S = 20  # how long a writer waits for another, on either database


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where the rows are: `told` names it without a secret, `django` is the entry of Django's DATABASES."""

    is_embedded: bool
    told: str
    django: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"DatabaseAddress({self.told!r})"


def configured_database(folder: Path, configured: str | None = None) -> DatabaseAddress:
    """The database of the office whose data folder is `folder`.

    `configured` spares reading the configuration again. Raises: ConfigurationError naming the variable or the key.
    """
    named = os.environ.get(URL_VARIABLE, "")
    if named:
        return parse_database(named, folder, URL_VARIABLE)
    url = load_station().data.database if configured is None else configured
    address = parse_database(url, folder, CONFIGURED)
    if address.django.get("PASSWORD"):
        wanted = f"no password in a file: PGPASSFILE or {URL_VARIABLE} tells it"
        raise ConfigurationError(CONFIGURED, "", wanted)
    return address


def parse_database(url: str, folder: Path, where: str) -> DatabaseAddress:
    """The database that `url` names; `where` says in errors where the address stands.

    Raises: ConfigurationError, which repeats nothing of the address.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise ConfigurationError(where, "", f"an address is wanted: {WANTED}") from None
    if not url.strip() or (parts.scheme == "sqlite" and not any((parts.netloc, parts.path, parts.query))):
        return _embedded(folder)
    if parts.scheme == "sqlite":
        wanted = "the SQLite file lies in the data folder, where erasure is proved: name that by STATION_DATA_DIR"
        raise ConfigurationError(where, "", wanted)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ConfigurationError(where, "", f"an address is wanted: {WANTED}")
    return _postgresql(parts, port, where)


def _embedded(folder: Path) -> DatabaseAddress:
    file = folder / DATABASE_FILE
    settings = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {
            # Readers never wait for a writer (WAL), a commit is on the disk when it returns (FULL), what is deleted is
            # overwritten (secure_delete): an erased key leaves no bytes behind.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_AFTER_S,
        },
    }
    return DatabaseAddress(True, str(file), settings)


def _postgresql(parts: SplitResult, port: int | None, where: str) -> DatabaseAddress:
    name = unquote(parts.path.removeprefix("/"))
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(set(given) - POSTGRESQL_OPTIONS)
    if unknown or len(given) != len(parse_qsl(parts.query, keep_blank_values=True)):
        wanted = f"options are each given once and one of {', '.join(sorted(POSTGRESQL_OPTIONS))}"
        raise ConfigurationError(where, "", wanted)
    if not name or "/" in name or parts.fragment:
        raise ConfigurationError(where, "", f"the database's name is wanted: {WANTED}")
    if port is not None and not 0 < port <= LARGEST_PORT:
        raise ConfigurationError(where, "", "a port from 1 to 65535 is wanted")
    if "host" in given and (parts.hostname or not given["host"].startswith("/")):
        raise ConfigurationError(where, "", "?host= names the folder of a local socket, and then no host stands before")
    host = given.pop("host", "") or unquote(parts.hostname or "")
    seconds = given.setdefault("connect_timeout", "10")
    if not seconds.isascii() or not seconds.isdigit():
        raise ConfigurationError(where, "", "connect_timeout is a number of seconds")
    settings = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **given,
            **_tls(given, host, where),
            "application_name": "residence-card-station",
            # A commit is on the disk when it returns, whatever the server's default; nobody waits for ever, nor holds
            # up the others by an open transaction.
            "options": f"-c synchronous_commit=on -c lock_timeout={BUSY_AFTER_S}s"
            " -c idle_in_transaction_session_timeout=300s",
        },
    }
    place = f"{host or 'the local socket'}{f':{port}' if port else ''}"
    return DatabaseAddress(False, f"PostgreSQL database {name} at {place}", settings)


def _tls(given: Mapping[str, str], host: str, where: str) -> Mapping[str, str]:
    """Off this machine the connection is encrypted, and by default the server proves who it is."""
    mode = given.get("sslmode")
    if mode is not None and mode not in TLS_MODES:
        raise ConfigurationError(where, "", f"sslmode is one of {', '.join(sorted(TLS_MODES))}")
    if is_on_this_machine(host):
        return {}
    if mode is not None and mode not in SAFE_TLS_MODES:
        raise ConfigurationError(where, "", f"off this machine sslmode is one of {', '.join(sorted(SAFE_TLS_MODES))}")
    if mode is None:  # `system`: the roots that this machine trusts
        return {"sslmode": "verify-full", "sslrootcert": given.get("sslrootcert", "system")}
    return {}


def is_on_this_machine(host: str) -> bool:
    """Whether `host` is a socket's folder, this machine's own name for itself, or an address of its loopback."""
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
