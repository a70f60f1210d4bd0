"""A key store makes, keeps, renames and forgets, in files and in a token alike; ceremonies work with either."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chip.errors import KeyLocked, PkiError
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile, parse_algorithm
from chip.pki.folder_checks import check_pki_folder
from chip.pki.key_store import FileKeyStore, KeyStore
from chip.pki.pki_folder import PkiFolder
from chip.pki.renewing import renew
from chip.pki.signature import Scheme, SignatureAlgorithm, verify
from chip.pki.signing_key import key_kind
from chip.pki.token import open_token
from chip.pki.token_key_store import TokenKeyStore
from chip_support.soft_hsm import SoftHsm

ECDSA = SignatureAlgorithm(Scheme.ECDSA, "sha256")
NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)


KINDS = {
    "brainpoolP256r1": "ecdsa-sha256",
    "brainpoolP384r1": "ecdsa-sha384",
    "brainpoolP512r1": "ecdsa-sha512",
    "secp256r1": "ecdsa-sha256",
    "secp384r1": "ecdsa-sha384",
    "secp521r1": "ecdsa-sha512",
    "rsa-2048": "rsa-pss-sha256",
}


@pytest.mark.parametrize(("kind", "algorithm"), KINDS.items())
def test_a_key_of_every_kind_signs_what_its_public_half_verifies(
    key_store: KeyStore, kind: str, algorithm: str
) -> None:
    key = key_store.make("ds", kind, parse_algorithm(algorithm))
    signature = key.sign(b"message")
    assert verify(key.public_key, key.algorithm, b"message", signature)
    assert not verify(key.public_key, key.algorithm, b"another", signature)
    assert key_kind(key.public_key) == kind
    opened = key_store.open("ds", None)
    assert (opened.public_key, opened.algorithm) == (key.public_key, key.algorithm)
    assert verify(key.public_key, key.algorithm, b"message", opened.sign(b"message"))


@pytest.mark.parametrize(
    ("kind", "algorithm"),
    [
        ("secp256r1", "ecdsa-sha512"),  # a hash longer than the curve's order is cut
        ("rsa-2048", "rsa-pkcs1-sha1"),
        ("rsa-2048", "rsa-pkcs1-sha256"),
        ("rsa-2048", "rsa-pss-sha512"),
    ],
)
def test_a_key_signs_with_the_algorithm_that_was_asked_for(key_store: KeyStore, kind: str, algorithm: str) -> None:
    key_store.make("key", kind, parse_algorithm(algorithm))
    key = key_store.open("key", parse_algorithm(algorithm))
    assert verify(key.public_key, parse_algorithm(algorithm), b"message", key.sign(b"message"))


def test_a_key_is_made_opened_renamed_and_forgotten(key_store: KeyStore) -> None:
    made = key_store.make("ds", "secp256r1", ECDSA)
    assert key_store.open("ds", None).public_key == made.public_key
    key_store.rename("ds", "old")
    assert key_store.open("old", ECDSA).public_key == made.public_key
    key_store.forget("old")
    key_store.forget("old")
    with pytest.raises(PkiError, match=r"No such file|has no key"):
        key_store.open("old", None)
    with pytest.raises(PkiError, match=r"No such file|has no key"):
        key_store.rename("old", "older")


def test_a_key_that_was_renamed_still_signs_and_its_successor_is_another(key_store: KeyStore) -> None:
    old = key_store.make("is", "secp256r1", ECDSA)
    key_store.rename("is", "is_1")
    new = key_store.make("is", "secp256r1", ECDSA)
    for key in (old, new):
        assert verify(key.public_key, ECDSA, b"message", key.sign(b"message"))
    assert key_store.open("is_1", None).public_key == old.public_key != new.public_key


def test_nothing_is_ever_overwritten(key_store: KeyStore) -> None:
    first = key_store.make("a", "secp256r1", ECDSA)
    key_store.make("b", "secp256r1", ECDSA)
    for overwrite in (lambda: key_store.make("a", "secp256r1", ECDSA), lambda: key_store.rename("b", "a")):
        with pytest.raises(PkiError, match="never overwritten"):
            overwrite()
    assert key_store.open("a", None).public_key == first.public_key


@pytest.mark.parametrize("kind", ["rsa-1024", "rsa-", "ed25519", "brainpoolP320r1"])
def test_kinds_that_cannot_sign_here_are_refused(key_store: KeyStore, kind: str) -> None:
    with pytest.raises(PkiError):
        key_store.make("key", kind, ECDSA)


def test_a_key_and_its_algorithm_must_go_together(key_store: KeyStore) -> None:
    key_store.make("key", "secp256r1", ECDSA)
    with pytest.raises(PkiError, match="cannot sign with"):
        key_store.open("key", parse_algorithm("rsa-pss-sha256"))


def test_another_passphrase_opens_nothing(tmp_path: Path) -> None:
    FileKeyStore(tmp_path, b"right").make("ds", "secp256r1", ECDSA)
    with pytest.raises(KeyLocked):
        FileKeyStore(tmp_path, b"wrong").open("ds", None)


@pytest.mark.parametrize("profile", ["nist256", "rollover", "wrong-csca"])
def test_a_ceremony_in_a_token_leaves_no_key_in_a_file(soft_hsm: SoftHsm, tmp_path: Path, profile: str) -> None:
    store = TokenKeyStore(open_token(soft_hsm.new_label()))
    hold_ceremony(load_profile(profile), profile, tmp_path / "pki", NOW, None, key_store=store)
    assert not (tmp_path / "pki" / "keys").exists()
    folder = PkiFolder(tmp_path / "pki")  # its record says where the keys are
    for name in ("csca", "ds", "mls", "cvca", "dv", "is", "seal", "journal", "batch"):
        assert folder.key(name).sign(b"message")
    if profile != "wrong-csca":
        folder.document_signer().refuse_unless_fit("IR", NOW)
        assert {check.outcome for check in check_pki_folder(folder, NOW)} == {"passed"}


def test_keys_in_a_token_that_is_away_are_not_judged(soft_hsm: SoftHsm, tmp_path: Path) -> None:
    token = open_token(soft_hsm.new_label())
    hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "pki", NOW, None, key_store=TokenKeyStore(token))
    token.close()
    soft_hsm.pull_out()
    found = {check.name: check.outcome for check in check_pki_folder(PkiFolder(tmp_path / "pki"), NOW)}
    keys = {name for name in found if name.startswith("key.")}
    assert {name for name, outcome in found.items() if outcome == "unavailable"} == keys
    assert {found[name] for name in found.keys() - keys} == {"passed"}


def test_a_renewal_keeps_the_old_key_under_its_reference(key_store: KeyStore, tmp_path: Path) -> None:
    hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "pki", NOW, None, key_store=key_store)
    folder, old = PkiFolder(tmp_path / "pki", key_store), key_store.open("is", None).public_key
    renew(folder, "is", NOW + timedelta(days=10))
    assert key_store.open("LUTESTIS00001", None).public_key == old != key_store.open("is", None).public_key
    with pytest.raises(PkiError):
        key_store.open("is.new", None)


def test_a_ceremony_that_fails_leaves_its_keys_nowhere_and_others_alone(key_store: KeyStore, tmp_path: Path) -> None:
    kept = key_store.make("dv", "secp256r1", ECDSA)  # the ceremony stumbles over it half way
    with pytest.raises(PkiError, match="never overwritten"):
        hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "pki", NOW, None, key_store=key_store)
    for name in ("csca", "ds", "mls", "cvca"):
        with pytest.raises(PkiError):
            key_store.open(name, None)
    assert key_store.open("dv", None).public_key == kept.public_key
    assert not (tmp_path / "pki").exists()


def test_a_renewal_that_was_broken_off_does_not_stand_in_the_way(tmp_path: Path) -> None:
    hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "pki", NOW, None)
    folder = PkiFolder(tmp_path / "pki")
    folder.keys.make("is.new", "secp256r1", ECDSA)
    assert renew(folder, "is", NOW)[0].holder_reference == "LUTESTIS00002"
