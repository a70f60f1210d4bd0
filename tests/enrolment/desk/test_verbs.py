"""The office's verbs in the process of the tests: what they print and with which code they end."""

import json

import pytest
from typer.testing import CliRunner

from enrolment.audit.services import WITNESS_FILE, record
from enrolment.delivery.services import Identification, hand_over
from enrolment.desk import places, start


@pytest.fixture
def run(monkeypatch, tmp_path, db):
    monkeypatch.setattr(start, "start_django", lambda: tmp_path)
    monkeypatch.setenv("STATION_DATA_DIR", str(tmp_path))
    runner = CliRunner()

    def invoke(app, *words):
        return runner.invoke(app, list(words))

    return invoke


def test_case_why_in_words_and_as_json(run, walk):
    from enrolment.cases.cli import app

    case = walk.decided()
    words = run(app, "why", case.number, "--language", "fr")
    assert "decided" in words.stdout
    assert "release" in words.stdout
    answer = json.loads(run(app, "why", case.number, "--json").stdout)
    assert answer["owner"] == "decide"


def test_case_why_in_an_unknown_language_is_wrong_use(run):
    from enrolment.cases.cli import app

    assert run(app, "why", "1", "--language", "pt").exit_code == 2


def test_audit_checkpoint_verify_and_export(run, now, tmp_path):
    from enrolment.audit.cli import app

    assert run(app, "checkpoint").exit_code == 2  # nothing to witness yet
    record(now, "clerk", "x", "y")
    assert run(app, "verify").exit_code == 0
    assert run(app, "checkpoint").exit_code == 0
    assert (tmp_path / WITNESS_FILE).is_file()
    assert json.loads(run(app, "verify", "--json").stdout)["unwitnessed"] == 0
    assert run(app, "export", str(tmp_path / "j.jsonl")).exit_code == 0
    assert len((tmp_path / "j.jsonl").read_text().splitlines()) == 1
    assert run(app, "export", str(tmp_path)).exit_code == 2
    assert run(app, "verify", "--witness", str(tmp_path / "none")).exit_code == 2
    assert run(app, "verify", "--key", str(tmp_path / "none.pem")).exit_code == 2


def test_retention_run_erases_what_is_due(run, walk, officers, now):
    from enrolment.delivery.cli import app

    hand_over(walk.card(), Identification("passport", 120, 40, passport_matches=True), officers.clerk, now)
    assert [line["items"] for line in json.loads(run(app, "run", "--json").stdout)["erased"]] == [4]
    assert json.loads(run(app, "run", "--json").stdout) == {"erased": []}


def test_retention_prove_searches_the_data_folder(run, tmp_path):
    from enrolment.delivery.cli import app

    assert run(app, "prove", "--needles", str(tmp_path)).exit_code == 2  # no office here
    (tmp_path / places.DATABASE_FILE).write_bytes(bytes(range(256)))
    needles = tmp_path.parent / (tmp_path.name + "-needles")
    needles.mkdir()
    assert run(app, "prove", "--needles", str(needles)).exit_code == 2  # nothing to search for
    (needles / "print.wsq").write_bytes(bytes(range(255, -1, -1)))
    assert run(app, "prove", "--needles", str(needles)).exit_code == 0
    (needles / "print.wsq").write_bytes(bytes(range(256)))
    left = run(app, "prove", "--needles", str(needles))
    assert left.exit_code == 1
    assert "left:" in left.stdout


def test_rules_explain_an_application_as_of_any_day(run, application_file):
    from enrolment.cases.rules_cli import app

    path = str(application_file())
    answer = run(app, "explain", "--facts", path, "--json")
    assert answer.exit_code == 0
    assert {rule["outcome"] for rule in json.loads(answer.stdout)["rules"]} == {"met", "not_applicable"}
    late = run(app, "explain", "--facts", path, "--on", "2031-05-02", "--language", "lb")
    assert late.exit_code == 1
    assert "PASSPORT_EXPIRED" in late.stdout
    assert "De Pass ass den 1. Mee 2031 ofgelaf" in late.stdout


def test_rules_explain_a_case_with_its_deadlines(run, walk):
    from enrolment.cases.rules_cli import app

    answer = json.loads(run(app, "explain", walk.filed().number, "--json").stdout)
    assert answer["product"] == "titre-de-sejour"
    assert answer["deadlines"] == []


@pytest.mark.parametrize("words", [(), ("2026-000001", "--facts", "x.toml"), ("1",), ("--facts", "none.toml")])
def test_rules_explain_refuses_in_one_line(run, words):
    from enrolment.cases.rules_cli import app

    refused = run(app, "explain", *words)
    assert refused.exit_code == 2
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1


def test_stock_balance_adds_up(run, walk):
    from enrolment.production.stock_cli import app

    walk.made()
    answer = json.loads(run(app, "balance", "--json").stdout)
    assert (answer["received"], answer["states"]["packed"], answer["states"]["stock"]) == (3, 1, 2)
    assert "received" in run(app, "balance").stdout
