"""A key store makes, keeps, renames and forgets; ceremonies and renewals work with any of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chip.errors import KeyLocked, PkiError
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.key_store import FileKeyStore
from chip.pki.pki_folder import PkiFolder
from chip.pki.renewing import renew
from chip.pki.signature import Scheme, SignatureAlgorithm
from chip.pki.signing_key import SigningKey, SoftwareKey

ECDSA = SignatureAlgorithm(Scheme.ECDSA, "sha256")
NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


class Token:
    """A store without files, as a security module is one: keys never leave it."""

    def __init__(self) -> None:
        self.keys: dict[str, SoftwareKey] = {}

    def make(self, name: str, kind: str, algorithm: SignatureAlgorithm) -> SigningKey:
        if name in self.keys:
            raise PkiError("never overwritten")
        self.keys[name] = SoftwareKey.generate(kind, algorithm)
        return self.keys[name]

    def open(self, name: str, algorithm: SignatureAlgorithm | None) -> SigningKey:
        if name not in self.keys:
            raise PkiError(f"no key {name}")
        return self.keys[name]

    def rename(self, name: str, new_name: str) -> None:
        self.keys[new_name] = self.keys.pop(name)

    def forget(self, name: str) -> None:
        self.keys.pop(name, None)


def test_a_key_is_made_opened_renamed_and_forgotten(tmp_path: Path) -> None:
    store = FileKeyStore(tmp_path / "keys", b"a passphrase")
    made = store.make("ds", "secp256r1", ECDSA)
    assert store.open("ds", None).public_key == made.public_key
    store.rename("ds", "old")
    assert store.open("old", ECDSA).public_key == made.public_key
    store.forget("old")
    store.forget("old")
    with pytest.raises(PkiError, match="No such file"):
        store.open("old", None)
    with pytest.raises(PkiError, match="No such file"):
        store.rename("old", "older")


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    store = FileKeyStore(tmp_path, None)
    store.make("a", "secp256r1", ECDSA)
    store.make("b", "secp256r1", ECDSA)
    for overwrite in (lambda: store.make("a", "secp256r1", ECDSA), lambda: store.rename("a", "b")):
        with pytest.raises(PkiError, match="never overwritten"):
            overwrite()


def test_another_passphrase_opens_nothing(tmp_path: Path) -> None:
    FileKeyStore(tmp_path, b"right").make("ds", "secp256r1", ECDSA)
    with pytest.raises(KeyLocked):
        FileKeyStore(tmp_path, b"wrong").open("ds", None)


@pytest.mark.parametrize("profile", ["nist256", "rollover", "wrong-csca"])
def test_a_ceremony_in_a_token_leaves_no_key_in_a_file(tmp_path: Path, profile: str) -> None:
    token = Token()
    hold_ceremony(load_profile(profile), profile, tmp_path / "pki", NOW, None, key_store=token)
    assert not (tmp_path / "pki" / "keys").exists()
    assert {"csca", "ds", "mls", "cvca", "dv", "is", "seal", "journal", "batch"} <= token.keys.keys()
    signer = PkiFolder(tmp_path / "pki", token).document_signer()
    assert signer.key is token.keys["ds"]
    if profile != "wrong-csca":
        signer.refuse_unless_fit("IR", NOW)


def test_a_renewal_in_a_token_keeps_the_old_key_under_its_reference(tmp_path: Path) -> None:
    token = Token()
    hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "pki", NOW, None, key_store=token)
    folder, old = PkiFolder(tmp_path / "pki", token), token.keys["is"]
    renew(folder, "is", NOW + timedelta(days=10))
    assert token.keys["LUTESTIS00001"] is old
    assert token.keys["is"] is not old
    assert "is.new" not in token.keys


def test_a_renewal_that_was_broken_off_does_not_stand_in_the_way(tmp_path: Path) -> None:
    hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "pki", NOW, None)
    folder = PkiFolder(tmp_path / "pki")
    folder.keys.make("is.new", "secp256r1", ECDSA)
    assert renew(folder, "is", NOW)[0].holder_reference == "LUTESTIS00002"
