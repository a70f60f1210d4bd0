"""A test PKI for each kind of key, made once a run."""

import shutil
from pathlib import Path

import pytest

from chip.pki.key_store import FileKeyStore, KeyStore
from chip.pki.token import DEFAULT_MODULE
from chip.pki.token_key_store import TokenKeyStore
from chip_support.ceremonies import Ceremonies
from chip_support.soft_hsm import SoftHsm


@pytest.fixture(scope="session")
def ceremonies(tmp_path_factory: pytest.TempPathFactory) -> Ceremonies:
    """`ceremonies("brainpool256")` is a folder that nobody changes, held on 2 March 2026."""
    return Ceremonies(tmp_path_factory.mktemp("ceremonies"))


@pytest.fixture
def soft_hsm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftHsm:
    """A security module in software with no token in it yet."""
    if shutil.which("softhsm2-util") is None or not Path(DEFAULT_MODULE).exists():
        pytest.skip("SoftHSM2 is not installed (Debian: softhsm2)")
    return SoftHsm(tmp_path / "hsm", monkeypatch)


@pytest.fixture(params=["files", "token"])
def key_store(request: pytest.FixtureRequest, tmp_path: Path) -> KeyStore:
    """A place that keeps keys: what holds for one kind holds for the other."""
    if request.param == "files":
        return FileKeyStore(tmp_path / "keys", b"a passphrase")
    return TokenKeyStore(request.getfixturevalue("soft_hsm").new_token())
