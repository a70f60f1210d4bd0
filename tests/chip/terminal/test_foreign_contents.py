"""Contents that this office does not issue and its readers meet: passports, TD2, every data group; by command line."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chip.card_cli import app
from chip.card_folder import CardDescription, CardFolder
from chip.lds.biometric_template import BiometricFormat
from chip.lds.chip_profile import ChipProfile
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.pki_folder import PkiFolder
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.report import Verdict
from chip_support.issued_cards import CAN, NOW, TODAY, Issue, Look

TD2 = ("I<LUXERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F3204153<<<<<<<8")
TD3 = ("P<LUXERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F3204153ZE184226B<<<<<10")
EVERY_DOCUMENT = """
based_on = "brainpool256"
[document_signer]
document_types = ["I", "P"]
"""


@pytest.fixture(scope="module")
def foreign_pki(tmp_path_factory: pytest.TempPathFactory) -> PkiFolder:
    """A TEST PKI whose Document Signer signs passports and identity cards."""
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "profile.toml").write_text(EVERY_DOCUMENT)
    hold_ceremony(load_profile(str(folder / "profile.toml")), "foreign", folder / "pki", NOW, None)
    return PkiFolder(folder / "pki")


@pytest.fixture
def folder_of(issue: Issue, foreign_pki: PkiFolder, tmp_path: Path) -> Callable[[tuple[str, ...], str], Path]:
    """Writes a card folder with every data group that a profile may have."""

    def write(lines: tuple[str, ...], active_key: str) -> Path:
        reference = foreign_pki.cv_certificate("cvca").holder_reference
        profile = ChipProfile(
            access="bac+pace", data_groups=(1, 2, 3, 7, 11, 12, 14), cvca_references=(reference,)
        ).with_active_authentication(active_key)
        card = issue(profile, signed_by=foreign_pki, mrz_lines=lines)
        description = CardDescription(lines[1][:9], "740812", "320415", CAN, "UTO", "bac+pace", TODAY)
        folder = CardFolder(card.built.image, card.secrets, description)
        replace(folder, trust_point=foreign_pki.cv_certificate("cvca").raw).write(tmp_path / "card")
        return tmp_path / "card"

    return write


@pytest.mark.parametrize("biometric_format", BiometricFormat)
@pytest.mark.parametrize("count", [0, 1, 2])
def test_no_one_and_two_fingers_are_written_and_read_in_both_formats(
    issue: Issue, pki: PkiFolder, terminal: TerminalIdentity, count: int, biometric_format: BiometricFormat
) -> None:
    reference = pki.cv_certificate("cvca").holder_reference
    profile = ChipProfile(cvca_references=(reference,), biometric_format=biometric_format)
    card = issue(profile, finger_count=count)
    report = Look(card, terminal=terminal).report()
    assert report.verdict is Verdict.BELIEVED
    fingers = report.contents.fingers
    assert fingers is not None
    assert [finger.position.name for finger in fingers] == ["RIGHT_INDEX", "LEFT_INDEX"][:count]
    assert len(report.to_json()["data_groups"]["DG3"]["fingers"]) == count


def test_no_two_cards_without_prints_have_the_same_dg3(issue: Issue) -> None:
    """The hash of an empty group would tell that its holder has no prints: random bytes stand in it."""
    groups = {issue(ChipProfile(), finger_count=0).files["EF.DG3"] for _ in range(2)}
    assert len(groups) == 2


@pytest.mark.parametrize("access", ["pace", "bac"])
@pytest.mark.parametrize(("lines", "active_key"), [(TD2, "rsa-2048"), (TD3, "brainpoolP256r1")], ids=["TD2", "TD3"])
def test_a_foreign_document_with_every_data_group_is_read_and_believed(
    folder_of: Callable[[tuple[str, ...], str], Path],
    foreign_pki: PkiFolder,
    tmp_path: Path,
    lines: tuple[str, ...],
    active_key: str,
    access: str,
) -> None:
    card, page = folder_of(lines, active_key), tmp_path / "page.html"
    information = json.loads((card / "secrets.json").read_text())["access_information"]
    words = ["read", "--card", card, "--mrz-info", information, "--access", access, "--trust", foreign_pki.path]
    words += ["--terminal", foreign_pki.path, "--html", page, "--json"]
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == 0, done.stdout
    report = json.loads(done.stdout)
    outcomes = {check["name"]: check["outcome"] for check in report["checks"]}
    assert report["mrz"] == list(lines)
    assert report["data_groups"].keys() >= {"DG1", "DG2", "DG3"}
    for name in ("chip_authentication", "active_authentication", "terminal_authentication", "mrz.agrees"):
        assert outcomes[name] == "passed"
    assert "DG11" in page.read_text()
    assert lines[0].replace("<", "&lt;") in page.read_text()
