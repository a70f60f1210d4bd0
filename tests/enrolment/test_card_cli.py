"""`station card build`, and reading what it built: the way of the line's samples and of conformance testers."""

import json
import shutil
import stat
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from chip.errors import ReaderMissing
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from enrolment.card_cli import app

station = CliRunner()


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys") / "pki"
    begins = datetime.now(UTC) - timedelta(days=1)
    hold_ceremony(load_profile("brainpool256"), "brainpool256", folder, begins, None)
    return folder


@pytest.fixture(scope="module")
def applications(repository):
    return repository / "sample_data" / "applications"


@pytest.fixture(scope="module")
def built(pki, applications, tmp_path_factory):
    card = tmp_path_factory.mktemp("cards") / "CARD"
    file = applications / "03-carte-de-sejour-permanent.toml"
    answer = station.invoke(app, ["build", str(file), "--pki", str(pki), "--seed", "5", "-o", str(card)])
    assert answer.exit_code == 0, answer.output
    return card


def test_a_card_folder_holds_files_faces_and_private_keys(built):
    names = {path.name for path in built.iterdir()}
    assert {"EF.COM.bin", "EF.SOD.bin", "EF.DG11.bin", "EF.DG15.bin", "card.json", "cvca.cv", "front.png"} <= names
    assert stat.S_IMODE((built / "secrets.json").stat().st_mode) == 0o600


def test_the_built_card_is_read_and_believed_with_its_prints(built, pki):
    words = ["read", "--card", str(built), "--trust", str(pki), "--terminal", str(pki), "--json"]
    answer = station.invoke(app, words)
    assert answer.exit_code == 0, answer.output
    report = json.loads(answer.stdout)
    outcomes = {check["name"]: check["outcome"] for check in report["checks"]}
    assert outcomes["active_authentication"] == "passed"
    assert outcomes["terminal_authentication"] == "passed"
    assert "failed" not in outcomes.values()
    assert len(report["data_groups"]["DG3"]["fingers"]) == 2
    assert report["data_groups"]["DG2"]["mime"] == "image/jp2"


def test_without_a_terminal_the_prints_stay_shut(built, pki):
    answer = station.invoke(app, ["read", "--card", str(built), "--trust", str(pki), "--json"])
    report = json.loads(answer.stdout)
    assert "fingers" not in report["data_groups"]["DG3"]


def test_a_wrong_can_opens_nothing(built, pki):
    can = json.loads((built / "card.json").read_text())["can"]
    wrong = f"{(int(can) + 1) % 1_000_000:06}"
    answer = station.invoke(app, ["read", "--card", str(built), "--can", wrong, "--trust", str(pki), "--json"])
    assert answer.exit_code == 1
    report = json.loads(answer.stdout)
    assert {check["name"]: check["outcome"] for check in report["checks"]}["access.password"] == "failed"
    assert report["mrz"] == []


def test_a_seed_draws_number_and_can_again(built, pki, applications, tmp_path):
    file = applications / "03-carte-de-sejour-permanent.toml"
    for seed, folder in (("5", "again"), ("6", "other")):
        words = ["build", str(file), "--pki", str(pki), "--seed", seed, "-o", str(tmp_path / folder)]
        assert station.invoke(app, words).exit_code == 0

    def drawn(folder):
        description = json.loads((folder / "card.json").read_text())
        return description["document_number"], description["can"]

    assert drawn(tmp_path / "again") == drawn(built)
    assert drawn(tmp_path / "other") != drawn(built)
    keys = [json.loads((folder / "secrets.json").read_text()) for folder in (built, tmp_path / "again")]
    assert keys[0]["chip_authentication_key"] != keys[1]["chip_authentication_key"]


def test_building_over_an_older_card_leaves_nothing_of_it(pki, applications, tmp_path):
    for name in ("03-carte-de-sejour-permanent", "06-titre-de-sejour"):
        words = ["build", str(applications / f"{name}.toml"), "--pki", str(pki), "-o", str(tmp_path / "CARD")]
        assert station.invoke(app, words).exit_code == 0
    assert not (tmp_path / "CARD" / "EF.DG15.bin").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["CARD"]


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (('surname = "', 'surnam = "'), 2, "person.surnam"),
        (("filed_on", "filed_on"), 2, "files.portrait: names a file that is not there"),
    ],
)
def test_a_refused_application_leaves_no_folder(pki, applications, tmp_path, change, code, words):
    text = (applications / "03-carte-de-sejour-permanent.toml").read_text().replace(*change, 1)
    (tmp_path / "a.toml").write_text(text)
    out = tmp_path / "CARD"
    answer = station.invoke(app, ["build", str(tmp_path / "a.toml"), "--pki", str(pki), "-o", str(out)])
    assert answer.exit_code == code
    assert words in answer.stderr
    assert answer.stderr.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize("missing", ["ds.der", "keys/ds.pem", "csca.der", "cvca.cv"])
def test_a_ceremony_that_lacks_a_part_is_refused_in_one_line(pki, applications, tmp_path, missing):
    lacking = tmp_path / "pki"
    shutil.copytree(pki, lacking)
    (lacking / missing).unlink()
    if missing == "csca.der":
        (lacking / "masterlist.ml").unlink()
    file = applications / "02-carte-de-sejour.toml"
    answer = station.invoke(app, ["build", str(file), "--pki", str(lacking), "-o", str(tmp_path / "CARD")])
    assert answer.exit_code == 2, answer.output
    assert answer.stderr.count("\n") == 1
    assert not (tmp_path / "CARD").exists()


@pytest.mark.parametrize(("told", "wanted"), [([], "shared"), (["--sharing", "exclusive"], "exclusive")])
def test_who_else_may_use_a_reader_is_the_sites_to_say_unless_the_verb_is_told(monkeypatch, tmp_path, told, wanted):
    site, asked = tmp_path / "site.toml", []
    site.write_text('[readers]\nsharing = "shared"\n')
    monkeypatch.setenv("STATION_CONFIG", str(site))

    def ask(reader, sharing):
        asked.append((reader, sharing))
        raise ReaderMissing("no reader in this test")

    monkeypatch.setattr("chip.card_cli._reader_channel", ask)
    answer = station.invoke(app, ["read", "--reader", "Desk 1", "--can", "123456", *told])
    assert (answer.exit_code, asked) == (3, [("Desk 1", wanted)])


def test_a_site_file_that_cannot_be_is_told_before_a_reader_is_touched(monkeypatch, tmp_path):
    site = tmp_path / "site.toml"
    site.write_text('[readers]\nsharing = "everyone"\n')
    monkeypatch.setenv("STATION_CONFIG", str(site))
    answer = station.invoke(app, ["read", "--reader", "Desk 1", "--can", "123456"])
    assert answer.exit_code == 2
    assert "readers.sharing" in answer.stderr
    assert answer.stderr.count("\n") == 1
