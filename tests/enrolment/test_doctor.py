"""`station doctor`: every question answered both ways, in words and as JSON."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from typer.testing import CliRunner

from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from enrolment.desk.places import DATABASE_FILE
from enrolment.doctor_cli import app
from enrolment.doctor_probes import (
    check_database,
    check_expiry,
    check_keys,
    check_quality_engine,
    check_readers,
    check_scanner,
)
from station_config import load_station

runner = CliRunner()


def configured(tmp_path, **sections):
    station = load_station(environment={})
    changes = {"data": {"folder": str(tmp_path / "data")}, "keys": {"pki": str(tmp_path / "pki")}, **sections}
    return msgspec.structs.replace(
        station,
        **{name: msgspec.structs.replace(getattr(station, name), **values) for name, values in changes.items()},
    )


def hold(tmp_path, days_ago):
    begins = datetime.now(UTC) - timedelta(days=days_ago)
    hold_ceremony(load_profile("brainpool256"), "brainpool256", tmp_path / "pki", begins, None)


def test_without_a_ceremony_the_keys_are_not_fit(tmp_path):
    finding = check_keys(configured(tmp_path))
    assert not finding.ok
    assert finding.remedy.startswith("hold a key ceremony: station pki create ")


def test_a_fresh_ceremony_is_fit(tmp_path):
    hold(tmp_path, 1)
    assert check_keys(configured(tmp_path)).ok


def test_a_signer_that_ends_in_days_is_said(tmp_path):
    hold(tmp_path, 60)
    finding = check_keys(configured(tmp_path))
    assert finding.ok
    assert finding.remedy.startswith("station pki renew ")


def test_a_signer_past_its_usage_period_is_not_fit(tmp_path):
    hold(tmp_path, 200)
    finding = check_keys(configured(tmp_path))
    assert not finding.ok
    assert "may be used" in finding.detail


@pytest.mark.parametrize(
    ("days_ago", "ok", "remedy"),
    [(0, True, "renew {pki} is"), (25, False, "renew {pki} is"), (40, False, "renew {pki} is")],
)
def test_a_terminal_certificate_that_ends_is_said_with_its_renewal(tmp_path, days_ago, ok, remedy):
    hold(tmp_path, days_ago)
    finding = check_expiry(configured(tmp_path))
    assert finding.ok is ok
    assert finding.detail.startswith("is (certificate) on ")
    assert finding.remedy == "station pki " + remedy.format(pki=tmp_path / "pki")


def test_where_nothing_ends_soon_the_doctor_says_so(tmp_path):
    assert check_expiry(configured(tmp_path)).ok
    hold(tmp_path, 0)
    assert check_expiry(configured(tmp_path, keys={"pki": str(tmp_path / "pki"), "warn_days": (3, 2)})).ok
    (tmp_path / "pki" / "is.cv").unlink()
    assert not check_expiry(configured(tmp_path)).ok


def test_a_key_of_another_ceremony_is_not_fit(tmp_path):
    hold(tmp_path, 1)
    hold(tmp_path / "other", 1)
    (tmp_path / "other" / "pki" / "keys" / "ds.pem").replace(tmp_path / "pki" / "keys" / "ds.pem")
    assert not check_keys(configured(tmp_path)).ok


def test_a_reader_that_is_not_connected_is_missed_by_name(tmp_path):
    finding = check_readers(configured(tmp_path, readers={"inspection": "No such reader"}))
    assert not finding.ok
    assert finding.remedy


def test_no_reader_is_needed_where_none_is_configured(tmp_path):
    assert check_readers(configured(tmp_path)).ok


@pytest.mark.parametrize(("driver", "ok"), [("simulator", True), ("nobody", False)])
def test_the_scanner_answers_for_its_driver(tmp_path, driver, ok):
    finding = check_scanner(configured(tmp_path, scanner={"driver": driver}))
    assert finding.ok is ok
    assert bool(finding.remedy) is not ok


def test_the_quality_engine_is_named_with_its_version():
    finding = check_quality_engine()
    assert finding.ok == finding.detail.startswith("NFIQ 2")


def test_a_database_is_whole_absent_or_broken(tmp_path):
    station = configured(tmp_path)
    assert check_database(station).ok
    folder = tmp_path / "data"
    folder.mkdir()
    with sqlite3.connect(folder / DATABASE_FILE) as database:
        database.execute("CREATE TABLE t (x)")
    assert check_database(station).ok
    (folder / DATABASE_FILE).write_bytes(b"no database at all" * 100)
    assert not check_database(station).ok


def test_a_server_is_asked_whether_it_keeps_what_it_is_told(tmp_path, monkeypatch, postgresql_server):
    monkeypatch.setenv("STATION_DATABASE_URL", postgresql_server.url("postgres"))
    finding = check_database(configured(tmp_path))
    assert not finding.ok  # the tests' own server waits for no disk
    assert "PostgreSQL" in finding.detail
    assert "fsync is off" in finding.detail
    assert "synchronous_commit" not in finding.detail  # the office asks for it itself


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://u:s3cr3t@/office?host=/nowhere", "does not answer"),
        ("mysql://u:s3cr3t@h/x", "an address is wanted"),
    ],
)
def test_a_server_that_is_away_is_told_without_a_password(tmp_path, monkeypatch, url, said):
    monkeypatch.setenv("STATION_DATABASE_URL", url)
    finding = check_database(configured(tmp_path))
    assert not finding.ok
    assert said in finding.detail
    assert "s3cr3t" not in finding.detail + finding.remedy


def test_the_verb_gives_one_list_of_findings_and_says_no_where_something_lacks(tmp_path):
    site = tmp_path / "site.toml"
    site.write_text(f'[data]\nfolder = "{tmp_path}/data"\n[keys]\npki = "{tmp_path}/pki"\n')
    answer = runner.invoke(app, ["--config", str(site), "--json"])
    findings = json.loads(answer.stdout)
    assert all(set(finding) == {"check", "ok", "detail", "remedy"} for finding in findings)
    assert answer.exit_code == 1
    assert [finding["check"] for finding in findings if not finding["ok"]] == ["keys"]


def test_the_verb_is_content_with_a_station_that_is_fit(tmp_path):
    hold(tmp_path, 1)
    site = tmp_path / "site.toml"
    site.write_text(f'[data]\nfolder = "{tmp_path}/data"\n[keys]\npki = "{tmp_path}/pki"\n')
    answer = runner.invoke(app, ["--config", str(site)])
    assert answer.exit_code == 0, answer.stdout
    assert "NO " not in answer.stdout


def test_a_wrong_configuration_is_one_line(tmp_path):
    site = tmp_path / "site.toml"
    site.write_text("[photo]\nnrom = 3\n")
    answer = runner.invoke(app, ["--config", str(site)])
    assert answer.exit_code == 2
    assert answer.stderr == f"station doctor: {site}: photo.nrom: there is no such key; did you mean `norm`?\n"
