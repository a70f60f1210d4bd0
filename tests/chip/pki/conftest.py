"""A test PKI for each kind of key, made once a run."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.key_store import FileKeyStore, KeyStore
from chip.pki.pki_folder import PkiFolder
from chip.pki.token import DEFAULT_MODULE
from chip.pki.token_key_store import TokenKeyStore

from .soft_hsm import SoftHsm

CEREMONY_DAY = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


class Ceremonies:
    """Ceremonies by profile, held when they are first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, PkiFolder] = {}

    def __call__(self, profile: str) -> PkiFolder:
        if profile not in self._held:
            path = self._folder / Path(profile).stem
            hold_ceremony(load_profile(profile), profile, path, CEREMONY_DAY, None)
            self._held[profile] = PkiFolder(path)
        return self._held[profile]


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
