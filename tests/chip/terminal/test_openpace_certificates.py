"""Fingerprints opened with certificates that OpenPACE's own tool made and signed.

RSA with the padding of PKCS #1 v1.5 alone: with RSASSA-PSS it takes the longest salt there is, where TR-03110-3 A.7.3.1
wants one as long as the hash.
"""

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from chip.checks import Outcome
from chip.lds.chip_profile import ChipProfile
from chip.personalisation.chip_objects import trust_objects
from chip.pki.cv_certificate import CvCertificate
from chip.pki.signature import Scheme, SignatureAlgorithm
from chip.pki.signing_key import SoftwareKey
from chip.protocols.terminal_authentication import TerminalIdentity
from chip.terminal.inspect import inspect
from chip.terminal.policy import AccessPolicy
from chip.terminal.report import InspectionReport
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory
from chip_support.issued_cards import CAN, TODAY, Issue, IssuedCard

CVCA, DV, IS = "LUTESTCVCA00001", "LUTESTDV00001", "LUTESTIS00001"
ROLES = {CVCA: ("cvca", 700), DV: ("dv_domestic", 80), IS: ("terminal", 25)}
SCHEMES = {"brainpoolP256r1": "ECDSA_SHA_256", "brainpoolP384r1": "ECDSA_SHA_384", "rsa-2048": "RSA_v1_5_SHA_256"}


@pytest.fixture
def tool() -> str:
    """OpenPACE's maker of card-verifiable certificates."""
    found = shutil.which("cvc-create")
    if found is None:
        pytest.skip("OpenPACE's cvc-create is not installed (Debian: openpace)")
    return found


def chain_of(tool: str, folder: Path, kind: str, right: str) -> tuple[list[CvCertificate], SoftwareKey]:
    """CVCA, DV and terminal as OpenPACE signs them, and the terminal's key."""
    algorithm = SignatureAlgorithm(Scheme.RSA_PKCS1, "sha256") if kind == "rsa-2048" else None
    keys = {name: SoftwareKey.generate(kind, algorithm) for name in ROLES}
    made, signer = [], CVCA
    for name, (role, days) in ROLES.items():
        (folder / f"{name}.key").write_bytes(keys[name].to_pkcs8_der())
        signed_by = ["--type=is"] if name == CVCA else [f"--sign-as={signer}.cv", f"--key={name}.key"]
        words = [
            tool, f"--role={role}", f"--chr={name}", f"--scheme={SCHEMES[kind]}", f"--out-cert={name}.cv",
            f"--issued={TODAY:%y%m%d}", f"--expires={TODAY + timedelta(days):%y%m%d}", f"--sign-with={signer}.key",
            right, *signed_by,
        ]  # fmt: skip
        subprocess.run(words, check=True, capture_output=True, cwd=folder)
        made.append(CvCertificate.decode((folder / f"{name}.cv").read_bytes()))
        signer = name
    return made, keys[IS]


def looked_at(card: IssuedCard, chain: list[CvCertificate], key: SoftwareKey) -> InspectionReport:
    """The card, which trusts the chain's root, as the terminal at the chain's end finds it."""
    root, dv, own = chain
    memory = CardMemory.personalised(card.built.image, card.secrets, trust_objects(root.raw, TODAY))
    terminal = TerminalIdentity(own, (root, dv), key)
    return inspect(LoopbackChannel(VirtualCard(memory)), AccessPolicy(can=CAN), card.trust, TODAY, terminal=terminal)


@pytest.mark.parametrize("kind", SCHEMES)
def test_certificates_of_openpaces_open_the_fingerprints(issue: Issue, tool: str, tmp_path: Path, kind: str) -> None:
    card = issue(ChipProfile(cvca_references=(CVCA,)))
    report = looked_at(card, *chain_of(tool, tmp_path, kind, "--read-finger"))
    assert report.check("terminal_authentication").outcome is Outcome.PASSED
    assert report.files["EF.DG3"] == card.files["EF.DG3"]


def test_certificates_of_openpaces_without_the_right_open_nothing(issue: Issue, tool: str, tmp_path: Path) -> None:
    card = issue(ChipProfile(cvca_references=(CVCA,)))
    report = looked_at(card, *chain_of(tool, tmp_path, "brainpoolP256r1", "--read-iris"))
    assert "EF.DG3" not in report.files


def test_a_root_of_openpaces_that_the_chip_does_not_trust_opens_nothing(
    issue: Issue, tool: str, tmp_path: Path
) -> None:
    chains = []
    for name in ("trusted", "stranger"):
        (tmp_path / name).mkdir()
        chains.append(chain_of(tool, tmp_path / name, "brainpoolP256r1", "--read-finger"))
    (trusted, _), ((_, dv, own), key) = chains
    report = looked_at(issue(ChipProfile(cvca_references=(CVCA,))), [trusted[0], dv, own], key)
    assert report.check("terminal_authentication").outcome is Outcome.FAILED
    assert "EF.DG3" not in report.files
