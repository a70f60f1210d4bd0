"""Renewing terminals' certificates, and knowing in time what ends."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chip.checks import Outcome
from chip.errors import PkiError
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.cli import app
from chip.pki.expiry import Ending, endings
from chip.pki.folder_checks import check_pki_folder
from chip.pki.pki_folder import PkiFolder, load_cv_certificate
from chip.pki.renewing import next_reference, renew
from chip.protocols.certificate_verification import TerminalTrust, trust_point, verify_terminal_certificate
from chip.protocols.terminal_authentication import TerminalIdentity

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=31)  # the inspection system's certificate has ended


@pytest.fixture
def folder(tmp_path: Path) -> PkiFolder:
    hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "pki", NOW, None)
    return PkiFolder(tmp_path / "pki")


def failed(folder: PkiFolder, moment: datetime) -> set[str]:
    return {check.name for check in check_pki_folder(folder, moment) if check.outcome is Outcome.FAILED}


def test_an_inspection_system_gets_a_new_key_and_the_next_number(folder: PkiFolder) -> None:
    old, old_key = folder.cv_certificate("is"), folder.key("is").public_key
    (renewed,) = renew(folder, "is", LATER)
    assert (old.holder_reference, renewed.holder_reference) == ("LUTESTIS00001", "LUTESTIS00002")
    assert renewed.authorisation == old.authorisation
    assert renewed.expiry - renewed.effective == old.expiry - old.effective
    assert folder.cv_certificate("is") == renewed
    assert folder.key("is").public_key != old_key
    assert failed(folder, LATER) == set()
    assert load_cv_certificate(folder.path / "LUTESTIS00001.cv") == old
    kept = folder.path / "keys" / "LUTESTIS00001.pem"
    assert stat.S_IMODE(kept.stat().st_mode) == stat.S_IMODE((folder.path / "keys" / "is.pem").stat().st_mode) == 0o600


def test_a_verifier_is_renewed_with_what_hangs_below_it(folder: PkiFolder) -> None:
    verifier, system = renew(folder, "dv", NOW + timedelta(days=91))
    assert (verifier.holder_reference, system.authority_reference) == ("LUTESTDV00002", "LUTESTDV00002")
    assert "terminals" not in failed(folder, NOW + timedelta(days=91))


def test_a_new_root_takes_chips_that_trust_the_old_one_along(folder: PkiFolder) -> None:
    old = folder.cv_certificate("cvca")
    root, link, verifier, system = renew(folder, "cvca", LATER)
    assert (root.holder_reference, root.is_self_signed) == ("LUTESTCVCA00002", True)
    assert (link.authority_reference, link.holder_reference) == ("LUTESTCVCA00001", "LUTESTCVCA00002")
    assert link.public_key == root.public_key
    assert verifier.authority_reference == "LUTESTCVCA00002"
    assert failed(folder, LATER) == set()
    chain = TerminalIdentity.load(folder.path).chain_from(["LUTESTCVCA00001"])
    assert chain == (link, verifier, system)
    trust = TerminalTrust((trust_point(old),), NOW.date())
    signer = trust.points[0]
    for certificate in chain:
        trust, signer = verify_terminal_certificate(trust, signer, certificate)
    assert [point.reference for point in trust.points] == ["LUTESTCVCA00002", "LUTESTCVCA00001"]
    assert TerminalIdentity.load(folder.path).chain_from(["LUTESTCVCA00002"]) == (verifier, system)


def test_no_certificate_outlives_its_authority(folder: PkiFolder) -> None:
    (renewed,) = renew(folder, "is", NOW + timedelta(days=80))
    assert renewed.expiry == folder.cv_certificate("dv").expiry
    with pytest.raises(PkiError, match="renew it first"):
        renew(folder, "is", NOW + timedelta(days=91))


@pytest.mark.parametrize("name", ["csca", "ds", ""])
def test_nothing_else_is_renewed_this_way(folder: PkiFolder, name: str) -> None:
    with pytest.raises(PkiError, match="cannot be renewed"):
        renew(folder, name, NOW)


def test_the_reference_counts_on() -> None:
    assert next_reference("LUTESTIS00009") == "LUTESTIS00010"
    for reference in ("LUTESTIS99999", "LUTESTISABCDE", "00001", "LUTESTIS1"):
        with pytest.raises(PkiError):
            next_reference(reference)


def test_what_ends_first_stands_first(folder: PkiFolder) -> None:
    found = endings(folder, NOW)
    assert [ending.name for ending in found][:2] == ["is", "ds"]
    assert (found[0].days_left, found[0].warning) == (30, "within 30 days")
    assert {(ending.name, ending.what) for ending in found} >= {
        ("ds", "key usage"),
        ("ds", "certificate"),
        ("csca", "key usage"),
        ("csca.crl", "list"),
        ("dv", "certificate"),
    }


@pytest.mark.parametrize(
    ("days_left", "warning"),
    [
        (61, None),
        (60, "within 60 days"),
        (30, "within 30 days"),
        (8, "within 30 days"),
        (7, "within 7 days"),
        (0, "within 7 days"),
        (-1, "ended"),
    ],
)
def test_warnings_come_sixty_thirty_and_seven_days_ahead(days_left: int, warning: str | None) -> None:
    ending = Ending("ds", "key usage", NOW.date(), days_left)
    assert (ending.warning, ending.has_ended) == (warning, days_left < 0)


def test_the_command_line_renews_and_counts_the_days(tmp_path: Path) -> None:
    runner, folder = CliRunner(), str(tmp_path / "pki")
    runner.invoke(app, ["create", folder, "--pki-profile", "nist256"])
    told = runner.invoke(app, ["expiry", folder, "--json"])
    assert told.exit_code == 0
    assert json.loads(told.stdout)[0]["name"] == "is"
    answer = runner.invoke(app, ["renew", folder, "is"])
    assert answer.exit_code == 0
    assert "LUTESTIS00002" in answer.stderr
    assert runner.invoke(app, ["renew", folder, "csca"]).exit_code == 2
    assert "key usage" in runner.invoke(app, ["expiry", folder]).stdout
    old = str(tmp_path / "old")
    runner.invoke(app, ["create", old, "--pki-profile", "expired-ds"])
    assert runner.invoke(app, ["expiry", old]).exit_code == 1
