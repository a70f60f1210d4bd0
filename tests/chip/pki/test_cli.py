"""`station pki …`: what people and programs see of it."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chip.pki.cli import app
from chip.pki.token import PIN_VARIABLE
from chip_support.soft_hsm import SoftHsm

runner = CliRunner()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "pki"
    assert runner.invoke(app, ["create", str(folder), "--pki-profile", "nist256"]).exit_code == 0
    return folder


def test_a_ceremony_says_what_it_made(tmp_path: Path) -> None:
    answer = runner.invoke(app, ["create", str(tmp_path / "pki")])
    assert answer.exit_code == 0
    assert answer.stdout == ""
    assert "brainpoolP256r1" in answer.stderr
    assert "not encrypted" in answer.stderr


def test_a_ceremony_in_a_token_leaves_no_private_key_outside(soft_hsm: SoftHsm, tmp_path: Path) -> None:
    label, folder = soft_hsm.new_label(), tmp_path / "pki"
    answer = runner.invoke(app, ["create", str(folder), "--pki-profile", "nist256", "--hsm", label])
    assert answer.exit_code == 0, answer.stderr
    assert f'in token "{label}"' in answer.stderr
    assert not list(folder.rglob("*.pem"))
    checks = json.loads(runner.invoke(app, ["verify", str(folder), "--json"]).stdout)
    assert {check["outcome"] for check in checks} == {"passed"}
    assert "key.ds" in {check["check"] for check in checks}


def test_a_token_that_stays_shut_or_away_is_one_clear_line(
    soft_hsm: SoftHsm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    label, folder = soft_hsm.new_label(), tmp_path / "pki"
    missing = runner.invoke(app, ["create", str(folder), "--hsm", "nowhere"])
    monkeypatch.setenv(PIN_VARIABLE, "000000")
    wrong = runner.invoke(app, ["create", str(folder), "--hsm", label])
    monkeypatch.delenv(PIN_VARIABLE)
    without = runner.invoke(app, ["create", str(folder), "--hsm", label])
    assert (missing.exit_code, wrong.exit_code, without.exit_code) == (3, 2, 2)
    assert [answer.stderr.count("\n") for answer in (missing, wrong, without)] == [1, 1, 1]
    assert "000000" not in wrong.stderr
    assert PIN_VARIABLE in without.stderr
    assert not folder.exists()


def test_a_second_ceremony_in_the_same_place_is_refused(made: Path) -> None:
    answer = runner.invoke(app, ["create", str(made)])
    assert answer.exit_code == 2
    assert "never overwritten" in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_an_unknown_profile_lists_the_known_ones(tmp_path: Path) -> None:
    answer = runner.invoke(app, ["create", str(tmp_path / "pki"), "--pki-profile", "nope"])
    assert answer.exit_code == 2
    assert "brainpool256" in answer.stderr
    assert not (tmp_path / "pki").exists()


def test_profiles_are_listed() -> None:
    assert "rollover" in runner.invoke(app, ["profiles"]).stdout
    assert json.loads(runner.invoke(app, ["profiles", "--json"]).stdout)["nist256"] == "ECDSA on NIST P-256"


@pytest.mark.parametrize(
    ("file", "content", "check"),
    [
        ("vault.key", b"short", "vault.key"),
        ("keys/journal.pem", b"junk", "key.journal"),
        ("keys/batch.pem", b"junk", "key.batch"),
        ("seal.der", None, "seal"),
    ],
)
def test_the_stations_own_keys_are_verified_too(
    made: Path, tmp_path: Path, file: str, content: bytes | None, check: str
) -> None:
    folder = tmp_path / "pki"
    shutil.copytree(made, folder)
    raw = bytearray((folder / file).read_bytes())
    raw[-3] ^= 1
    (folder / file).write_bytes(content if content is not None else bytes(raw))
    answer = runner.invoke(app, ["verify", str(folder), "--json"])
    assert answer.exit_code == 1
    assert [found["check"] for found in json.loads(answer.stdout) if found["outcome"] == "failed"] == [check]


def test_a_record_that_is_none_is_refused_in_one_line(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pki"
    shutil.copytree(made, folder)
    (folder / "ceremony.json").write_text("junk")
    answer = runner.invoke(app, ["verify", str(folder)])
    assert answer.exit_code == 2
    assert answer.stderr == f"station pki: {folder}/ceremony.json is not the record of a ceremony\n"


def test_a_good_folder_verifies(made: Path) -> None:
    answer = runner.invoke(app, ["verify", str(made)])
    assert answer.exit_code == 0
    assert "BAD" not in answer.stdout
    checks = json.loads(runner.invoke(app, ["verify", str(made), "--json"]).stdout)
    assert {check["outcome"] for check in checks} == {"passed"}


def test_a_broken_folder_does_not(tmp_path: Path) -> None:
    folder = tmp_path / "pki"
    assert runner.invoke(app, ["create", str(folder), "--pki-profile", "revoked-ds"]).exit_code == 0
    answer = runner.invoke(app, ["verify", str(folder)])
    assert answer.exit_code == 1
    assert "ds " in answer.stdout
    assert "BAD" in answer.stdout


def test_a_missing_folder_is_wrong_use(tmp_path: Path) -> None:
    assert runner.invoke(app, ["verify", str(tmp_path / "none")]).exit_code == 2


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ds.der", "certificate"),
        ("csca.crl", "revocation list"),
        ("masterlist.ml", "master list"),
        ("is.cv", "card-verifiable certificate"),
    ],
)
def test_every_file_can_be_shown(made: Path, name: str, kind: str) -> None:
    assert json.loads(runner.invoke(app, ["show", str(made / name), "--json"]).stdout)["kind"] == kind
    assert f"kind: {kind}" in runner.invoke(app, ["show", str(made / name)]).stdout


def test_what_is_no_file_of_a_pki_is_refused_in_one_line(made: Path, tmp_path: Path) -> None:
    (tmp_path / "noise.der").write_bytes(b"noise")
    for path in (made / "vault.key", tmp_path / "noise.der", tmp_path / "none.cv"):
        answer = runner.invoke(app, ["show", str(path)])
        assert answer.exit_code == 2
        assert answer.stderr.count("\n") == 1


def test_a_document_signer_is_renewed(tmp_path: Path) -> None:
    folder = tmp_path / "pki"
    runner.invoke(app, ["create", str(folder), "--pki-profile", "nist256"])
    answer = runner.invoke(app, ["renew", str(folder), "ds"])
    assert answer.exit_code == 0
    assert "TEST" in answer.stderr
    assert (folder / "ds_1.der").exists()
    assert runner.invoke(app, ["verify", str(folder)]).exit_code == 0


def test_a_certificate_is_taken_back(tmp_path: Path) -> None:
    folder = tmp_path / "pki"
    runner.invoke(app, ["create", str(folder), "--pki-profile", "nist256"])
    answer = runner.invoke(app, ["revoke", str(folder), "ds"])
    assert answer.exit_code == 0
    assert "revocation list 2: 1 revoked" in answer.stderr
    assert runner.invoke(app, ["verify", str(folder)]).exit_code == 1
    assert runner.invoke(app, ["revoke", str(folder), "ds"]).exit_code == 2
