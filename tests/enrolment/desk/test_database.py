"""Which database an address names; an address that cannot be is refused without repeating a word of it."""

from pathlib import Path

import pytest

from enrolment.desk.database import configured_database, is_on_this_machine, parse_database
from station_config import ConfigurationError

FOLDER = Path("/var/lib/office")
SECRET = "s3cr3t-word"


def parse(url):
    return parse_database(url, FOLDER, "STATION_DATABASE_URL")


@pytest.mark.parametrize("url", ["", "  ", "sqlite:", "sqlite://"])
def test_nothing_is_the_embedded_database_of_the_data_folder(url):
    address = parse(url)
    assert address.is_embedded
    assert address.django["NAME"] == "/var/lib/office/office.sqlite3"
    assert "synchronous=FULL" in address.django["OPTIONS"]["init_command"]


def test_an_address_names_server_database_and_officer():
    address = parse("postgresql://clerk:p%40ss%2Fword@db.example.org:6432/office%20one?sslmode=verify-ca")
    django = address.django
    assert (django["HOST"], django["PORT"], django["NAME"]) == ("db.example.org", "6432", "office one")
    assert (django["USER"], django["PASSWORD"]) == ("clerk", "p@ss/word")
    assert django["OPTIONS"]["sslmode"] == "verify-ca"
    assert "synchronous_commit=on" in django["OPTIONS"]["options"]


def test_a_local_socket_is_named_by_its_folder():
    django = parse("postgresql://office@/office?host=/run/postgresql").django
    assert (django["HOST"], django["PORT"]) == ("/run/postgresql", "")
    assert parse("postgresql:///office").django["HOST"] == ""


def test_off_this_machine_the_server_proves_who_it_is():
    options = parse("postgresql://office@db.example.org/office").django["OPTIONS"]
    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "system")
    own_roots = parse("postgresql://office@db.example.org/office?sslrootcert=/etc/roots.pem").django["OPTIONS"]
    assert (own_roots["sslmode"], own_roots["sslrootcert"]) == ("verify-full", "/etc/roots.pem")
    assert "sslmode" not in parse("postgresql://office@127.0.0.1/office").django["OPTIONS"]


@pytest.mark.parametrize("host", ["", "/run", "localhost", "127.0.0.9", "::1"])
def test_what_this_machine_is_called_by_itself(host):
    assert is_on_this_machine(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "db", "localhost.example.org", "2001:db8::1"])
def test_what_lies_off_this_machine(host):
    assert not is_on_this_machine(host)


@pytest.mark.parametrize(
    ("rest", "wanted"),
    [
        ("mysql://u:{}@h/office", "an address is wanted"),
        ("postgresql://u:{}@h:port/office", "an address is wanted"),
        ("postgresql://u:{}@h:70000/office", "an address is wanted"),
        ("postgresql://u:{}@h:0/office", "a port from 1 to 65535"),
        ("postgresql://u:{}@[h/office", "an address is wanted"),
        ("postgresql://u:{}@h", "the database's name"),
        ("postgresql://u:{}@h/a/b", "the database's name"),
        ("postgresql://u:{}@h/a#b", "the database's name"),
        ("postgresql://u:{}@h/office?ssl=1", "options are"),
        ("postgresql://u:{}@h/office?sslmode=require&sslmode=disable", "options are"),
        ("postgresql://u:{}@h/office?sslmode=maybe", "sslmode is one of"),
        ("postgresql://u:{}@h/office?sslmode=prefer", "off this machine"),
        ("postgresql://u:{}@h/office?host=/run", "folder of a local socket"),
        ("postgresql://u:{}@/office?host=db", "folder of a local socket"),
        ("postgresql://u:{}@/office?connect_timeout=soon", "number of seconds"),
        ("sqlite:///tmp/{}.sqlite3", "in the data folder"),
        ("office-{}", "an address is wanted"),
    ],
)
def test_an_address_that_cannot_be_is_refused_and_never_repeated(rest, wanted):
    with pytest.raises(ConfigurationError) as refused:
        parse(rest.format(SECRET))
    assert wanted in str(refused.value)
    assert str(refused.value).startswith("STATION_DATABASE_URL: ")
    assert SECRET not in str(refused.value)


def test_what_is_told_of_a_database_holds_no_secret():
    address = parse(f"postgresql://clerk:{SECRET}@localhost:5432/office")
    assert address.told == "PostgreSQL database office at localhost:5432"
    assert SECRET not in repr(address)


def test_the_variable_wins_over_the_configuration(monkeypatch):
    monkeypatch.setenv("STATION_DATABASE_URL", "postgresql:///one")
    assert configured_database(FOLDER, "postgresql:///two").django["NAME"] == "one"
    monkeypatch.delenv("STATION_DATABASE_URL")
    assert configured_database(FOLDER, "postgresql:///two").django["NAME"] == "two"
    assert configured_database(FOLDER, "").is_embedded
    with pytest.raises(ConfigurationError, match=r"data\.database"):
        configured_database(FOLDER, "mysql://x")


def test_the_configuration_file_holds_no_password():
    with pytest.raises(ConfigurationError, match="no password in a file") as refused:
        configured_database(FOLDER, f"postgresql://u:{SECRET}@localhost/office")
    assert SECRET not in str(refused.value)
