"""Asks a PostgreSQL server what the office must know of it: does it answer, and does it keep what it was told?"""

from dataclasses import dataclass

import psycopg

from enrolment.desk.database import DatabaseAddress
from enrolment.errors import DatabaseAway

OLDEST_MAJOR = 14  # Django 5.2
# A commit is on the disk when it returns, whole, after a power cut too.
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


@dataclass(frozen=True, slots=True)
class ServerState:
    """What a server said of itself; `faults` is what makes it unfit for an office."""

    version: str
    is_encrypted: bool
    faults: tuple[str, ...]


def ask_server(address: DatabaseAddress) -> ServerState:
    """Connect as the office does, and ask. Raises: DatabaseAway, in one line without a password."""
    django = address.django
    words = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {word: django[name] for word, name in words.items() if django[name]}
    try:
        with psycopg.connect(**given, **django["OPTIONS"]) as connection:
            settings = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
            encrypted = bool(connection.pgconn.ssl_in_use)
            major = connection.info.server_version // 10000
    except psycopg.Error as error:
        first = (str(error).splitlines() or [type(error).__name__])[0].strip()
        raise DatabaseAway(f"{address.told} does not answer: {first}") from None
    faults = [f"{name} is {settings.get(name)}" for name, wanted in DURABLE.items() if settings.get(name) != wanted]
    if settings.get("server_encoding") != "UTF8":
        faults.append("it does not keep names in UTF-8")
    if major < OLDEST_MAJOR:
        faults.append(f"PostgreSQL {OLDEST_MAJOR} or newer is wanted")
    return ServerState(settings["server_version"], encrypted, tuple(faults))
