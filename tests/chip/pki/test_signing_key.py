"""Keys in files: who may read them, and what opens them."""

import stat
from pathlib import Path

import pytest

from chip.errors import KeyLocked, PkiError
from chip.pki.signature import Scheme, SignatureAlgorithm
from chip.pki.signing_key import PASSPHRASE_VARIABLE, SoftwareKey, default_algorithm, passphrase_from_environment


@pytest.mark.parametrize("passphrase", [None, b"correct horse"])
def test_a_key_comes_back_from_its_file(tmp_path: Path, passphrase: bytes | None) -> None:
    key, path = SoftwareKey.generate("brainpoolP256r1"), tmp_path / "keys" / "ds.pem"
    key.save(path, passphrase)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (b"ENCRYPTED" in path.read_bytes()) == (passphrase is not None)
    read = SoftwareKey.load(path, None, passphrase)
    assert (read.public_key, read.algorithm) == (key.public_key, key.algorithm)


def test_an_encrypted_key_stays_closed_without_its_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "ds.pem"
    SoftwareKey.generate("secp256r1").save(path, b"right")
    with pytest.raises(KeyLocked, match=f"set {PASSPHRASE_VARIABLE}"):
        SoftwareKey.load(path, None, None)
    with pytest.raises(KeyLocked, match="does not open it"):
        SoftwareKey.load(path, None, b"wrong")


def test_a_plain_key_opens_although_a_passphrase_is_set(tmp_path: Path) -> None:
    path = tmp_path / "ds.pem"
    SoftwareKey.generate("secp256r1").save(path, None)
    assert SoftwareKey.load(path, None, b"set").algorithm == SignatureAlgorithm(Scheme.ECDSA, "sha256")


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "ds.pem"
    SoftwareKey.generate("secp256r1").save(path, None)
    with pytest.raises(PkiError, match="never overwritten"):
        SoftwareKey.generate("secp256r1").save(path, None)


def test_missing_and_foreign_files_are_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(PkiError, match="No such file"):
        SoftwareKey.load(tmp_path / "none.pem", None, None)
    (tmp_path / "text.pem").write_text("not a key")
    with pytest.raises(PkiError, match=r"no PKCS#8 PEM key"):
        SoftwareKey.load(tmp_path / "text.pem", None, None)


def test_the_hash_is_as_strong_as_the_curve() -> None:
    hashes = {kind: default_algorithm(kind).hash_name for kind in ("brainpoolP256r1", "secp384r1", "brainpoolP512r1")}
    assert hashes == {"brainpoolP256r1": "sha256", "secp384r1": "sha384", "brainpoolP512r1": "sha512"}
    assert default_algorithm("rsa-3072") == SignatureAlgorithm(Scheme.RSA_PSS, "sha256")


@pytest.mark.parametrize("kind", ["rsa-1024", "rsa-", "ed25519", "brainpoolP320r1"])
def test_kinds_that_cannot_sign_here_are_refused(kind: str) -> None:
    with pytest.raises(PkiError):
        SoftwareKey.generate(kind)


def test_a_key_and_its_algorithm_must_go_together() -> None:
    with pytest.raises(PkiError):
        SoftwareKey.generate("secp256r1", SignatureAlgorithm(Scheme.RSA_PSS, "sha256"))


def test_the_passphrase_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)
    assert passphrase_from_environment() is None
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "")
    assert passphrase_from_environment() is None
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "pässword")
    assert passphrase_from_environment() == "pässword".encode()


def test_a_key_does_not_show_itself() -> None:
    key = SoftwareKey.generate("secp256r1")
    assert str(key.public_key) not in repr(key)
    assert "object at" in repr(key)
