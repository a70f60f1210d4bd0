"""A PostgreSQL server of the tests' own: started once per run, shared by its processes, stopped by the last of them.

It lies in a folder of its own under /tmp, answers on a socket in that folder and on no network, and keeps nothing: no
write is waited for (fsync off). The server refuses to run as root, so root's tests start it as an unprivileged user.
"""

import fcntl
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

STARTED: list[subprocess.Popen[bytes]] = []  # kept until this process ends: the last of several may stop it
MAJOR = re.compile(r"^\d+$")
START_WITHIN_S = 30
OFFICE_ROLE = "office"
TEMPLATE = "office_template"
PREFIX = "station-pg-"
RUN = "run"  # in a server's folder: where the note of its users lies
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "listen_addresses": "",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
    "timezone": "UTC",
}


class NoServer(Exception):
    """This machine cannot run a PostgreSQL server; the text says why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, by the folder of its socket."""

    folder: Path

    def url(self, database: str) -> str:
        """The address of one of its databases, as `$STATION_DATABASE_URL` takes it."""
        return f"postgresql://{OFFICE_ROLE}@/{database}?host={self.folder}"

    def template(self, migrate: Callable[[str], None]) -> str:
        """The name of a database with the office's tables, made by `migrate(url)` when it is first asked for."""
        with (self.folder / "template.made").open("a+") as note:
            fcntl.flock(note, fcntl.LOCK_EX)
            if not note.seek(0, os.SEEK_END):  # looked at under the lock: another process may have made it meanwhile
                self.order(f"CREATE DATABASE {TEMPLATE}")
                migrate(self.url(TEMPLATE))
                note.write("made")
        return TEMPLATE

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The address of a new database that is dropped afterwards, whoever is still connected."""
        name = f"office_{secrets.token_hex(6)}"
        self.order(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.order(f"DROP DATABASE {name} WITH (FORCE)")

    def order(self, statement: str) -> None:
        """One statement of an administrator."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def programs() -> Path:
    """The folder of the newest server on this machine. Raises NoServer."""
    folder = Path("/usr/lib/postgresql")
    versions = [each for each in folder.glob("*") if MAJOR.match(each.name) and (each / "bin/initdb").exists()]
    if versions:
        return max(versions, key=lambda each: int(each.name)) / "bin"
    found = shutil.which("initdb")
    if found is None:
        raise NoServer("PostgreSQL is not installed (Debian: postgresql)")
    return Path(found).parent


def server_user() -> pwd.struct_passwd:
    """Who the server runs as: ourselves, or for root the user that its package made. Raises NoServer."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoServer("PostgreSQL does not run as root, and there is no other user here")


@contextmanager
def shared_server(run_folder: Path) -> Iterator[Server]:
    """The server of this test run, whose processes all name the same `run_folder`. Raises NoServer."""
    note = run_folder / "postgresql.users"
    _sweep()
    with _locked(note) as users:
        folder = Path(users[0]) if users else _start()
        users[:] = [str(folder), *users[1:], str(os.getpid())]
    (folder / RUN).write_text(str(note))  # only now: a note without users would be swept
    try:
        yield Server(folder)
    finally:
        with _locked(note) as users:
            users.remove(str(os.getpid()))
            if len(users) == 1:
                _stop(folder)
                users.clear()


@contextmanager
def _locked(note: Path) -> Iterator[list[str]]:
    """The lines of `note` (the server's folder, then the processes that use it), nobody else at them meanwhile."""
    with note.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        lines = file.read().split()
        yield lines
        file.truncate(0)
        file.write("\n".join(lines))
        file.flush()


def _sweep() -> None:
    """Stop servers of runs that were killed: nobody whom their note names is alive."""
    for folder in Path("/tmp").glob(f"{PREFIX}*"):
        try:
            users = Path((folder / RUN).read_text()).read_text().split()[1:]
        except FileNotFoundError:  # about to start, or of a run whose own folder was cleared away
            is_old = time.time() - folder.stat().st_mtime > 2 * START_WITHIN_S
            users = [] if is_old else [str(os.getpid())]
        if not any(Path(f"/proc/{user}").exists() for user in users):
            _stop(folder)


def _start() -> Path:
    binaries, user = programs(), server_user()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
    os.chown(folder, user.pw_uid, user.pw_gid)
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    how = ["-U", OFFICE_ROLE, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    command = [binaries / "initdb", "-D", folder / "data", *how]
    made = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, **identity)
    if made.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        raise NoServer(f"initdb failed: {made.stderr.strip().splitlines()[-1:]}")
    words = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        command = [binaries / "postgres", "-D", folder / "data", "-k", folder, *words]
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, start_new_session=True, **identity
        )
    STARTED.append(server)
    deadline = time.monotonic() + START_WITHIN_S
    while subprocess.run([binaries / "pg_isready", "-q", "-h", folder], check=False).returncode != 0:
        if time.monotonic() > deadline:
            _stop(folder)
            raise NoServer(f"the server did not start within {START_WITHIN_S} s")
        time.sleep(0.1)
    return folder


def _stop(folder: Path) -> None:
    """End the server of `folder`, known by the number in its own note, and take its folder away."""
    note = folder / "data" / "postmaster.pid"
    if note.exists() and _is_its_server(number := int(note.read_text().splitlines()[0]), folder):
        os.kill(number, signal.SIGINT)  # "fast": connections are cut
        deadline = time.monotonic() + START_WITHIN_S
        while note.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        if note.exists():
            os.kill(number, signal.SIGQUIT)
    shutil.rmtree(folder, ignore_errors=True)


def _is_its_server(number: int, folder: Path) -> bool:
    """Whether that process serves `folder`: its number may be another's by now."""
    try:
        return str(folder).encode() in Path(f"/proc/{number}/cmdline").read_bytes()
    except FileNotFoundError:
        return False
