"""Opens the office: data folder, secrets, database, migrations; the one place that starts Django."""

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from enrolment.desk.database import DatabaseAddress, configured_database
from enrolment.desk.places import SECRET_FILE, data_folder
from enrolment.errors import DatabaseAway, OfficeNotOpen
from station_config import ConfigurationError

if TYPE_CHECKING:
    from django.db import DatabaseError

    from enrolment.capture.vault import Vault

SETTINGS_MODULE = "enrolment.desk.settings"
SECRET_BYTES = 48
TABLES_LOCK = int.from_bytes(b"tables", "big")  # the name of an advisory lock of PostgreSQL


@dataclass(frozen=True, slots=True)
class Office:
    """An open office: its data folder, and the vault that seals biometrics. Models may be imported from now on."""

    data_dir: Path
    vault: "Vault"


def open_office(data_dir: Path, vault_key: bytes) -> Office:
    """Open the office whose data lies in `data_dir`, making folder, secret and tables where they are not yet.

    `vault_key` is 32 random bytes that live elsewhere (in the PKI's folder or an HSM), never in the data folder.
    One process opens one office; opening the same one again is fine.
    Raises: OfficeNotOpen for a second data folder or a database that cannot be opened, VaultError for a key that is
    not 32 bytes or not the one that this office's vault was sealed with.
    """
    folder = start_django(data_dir, make=True)
    _migrate(folder)
    from enrolment.capture.vault import Vault

    vault = Vault(vault_key)
    _check_vault_key(vault)
    return Office(data_dir, vault)


def start_django(data_dir: Path | None = None, *, make: bool = False) -> Path:
    """Start Django on `data_dir` (default: the configured one) and give that folder.

    Raises: OfficeNotOpen when another office is open in this process, or, unless `make`, when there is none there, its
    database cannot be read, or another version of the station made it.
    """
    import django
    from django.conf import settings

    if data_dir is not None and not settings.configured:
        os.environ["STATION_DATA_DIR"] = str(data_dir.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE)
    if not settings.configured:
        try:
            folder = data_folder()
            address = configured_database(folder)
        except ConfigurationError as error:
            raise OfficeNotOpen(str(error)) from None
        _prepare_folder(folder, address, make=make)
    opened = Path(settings.DATA_DIR)
    if data_dir is not None and opened.resolve() != data_dir.resolve():
        raise OfficeNotOpen(f"this process has the office in {opened} open already; one process, one office")
    django.setup()
    if not make:
        _check_database(opened)
    return opened


def _prepare_folder(folder: Path, address: DatabaseAddress, *, make: bool) -> None:
    """The data folder (0700) and the key that signs sessions (0600). Raises OfficeNotOpen."""
    if not make and not Path(address.django["NAME"] if address.is_embedded else folder / SECRET_FILE).is_file():
        raise OfficeNotOpen(f"there is no office in {folder}: name its data folder in STATION_DATA_DIR")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if stat.S_IMODE(folder.stat().st_mode) & 0o077:
            folder.chmod(0o700)
        if not (folder / SECRET_FILE).exists():
            handle = os.open(folder / SECRET_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(SECRET_BYTES))
    except OSError as error:
        raise OfficeNotOpen(f"the data folder {folder} cannot be used: {error.strerror}") from None


def _check_database(folder: Path) -> None:
    """The tables are those of this version. Raises OfficeNotOpen."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise _not_open(folder, error) from None
    if set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations):
        raise OfficeNotOpen(f"the office in {folder} was made by a newer station than this one")
    if pending:
        raise OfficeNotOpen(f"the office in {folder} was made by an older station: open it once to bring it up to date")


def _migrate(folder: Path) -> None:
    """Make the tables, or bring them up to date: one desk at a time, the others wait and find it done."""
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        with _alone(folder):
            call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise _not_open(folder, error) from None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of those who change tables: of this folder, and of the server that several folders may share."""
    from django.db import connection

    with (folder / SECRET_FILE).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [TABLES_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [TABLES_LOCK])


def _not_open(folder: Path, error: "DatabaseError") -> OfficeNotOpen:
    """What a driver said, in its first line: hints and addresses stand below it."""
    from enrolment.transactions import is_gone

    told = (str(error).splitlines() or [""])[0].strip()
    if is_gone(error):
        return DatabaseAway(f"the database server of the office in {folder} does not answer, start it: {told}")
    return OfficeNotOpen(f"the database of the office in {folder} cannot be read: {told}")


def _check_vault_key(vault: "Vault") -> None:
    from enrolment.capture.services import check_vault_key

    check_vault_key(vault)
