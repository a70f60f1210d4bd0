"""A key of the paper seal with its certificate, and the folder that trusts it."""

import secrets
from datetime import UTC, datetime

import pytest

from chip.pki.certificate import UsagePeriod
from chip.pki.issuing import DistinguishedName, Validity, issue_seal
from chip.pki.signing_key import SoftwareKey
from enrolment.seal.sealing import PaperSealer

BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
ENDS = datetime(2028, 12, 31, tzinfo=UTC)


def _make_sealer(begins=BEGINS, ends=ENDS, kind="secp256r1"):
    key = SoftwareKey.generate(kind)
    name = DistinguishedName("LU", "TEST residence card station", "TEST paper seal")
    certificate = issue_seal(key, name, Validity(begins, ends, UsagePeriod(begins, ends)), secrets.token_bytes)
    return PaperSealer(key, certificate, "LUX")


@pytest.fixture(scope="session")
def make_sealer():
    """Makes another sealer, with a life and a kind of key of its own."""
    return _make_sealer


@pytest.fixture(scope="session")
def sealer():
    """Who seals the papers of these tests."""
    return _make_sealer()


@pytest.fixture
def trust_folder(tmp_path, sealer):
    """A folder that believes `sealer`."""
    folder = tmp_path / "trust"
    folder.mkdir()
    (folder / "seal.der").write_bytes(sealer.certificate.raw)
    return folder
