"""Contents that this office does not issue and its readers meet: passports, TD2, every data group; by command line."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chip.card_cli import app
from chip.card_folder import CardDescription, CardFolder
from chip.lds.chip_profile import ChipProfile
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.pki_folder import PkiFolder
from chip_support.issued_cards import CAN, NOW, TODAY, Issue

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
