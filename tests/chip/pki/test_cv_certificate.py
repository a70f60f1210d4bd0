"""Card-verifiable certificates, with OpenPACE's cvc-print as judge."""

import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip.errors import ChipError, DecodingError, EncodingError, PkiError
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.cv_certificate import (
    Authorisation,
    CvCertificate,
    CvPublicKey,
    Role,
    issue_cv_certificate,
    terminal_authentication_algorithm,
    terminal_authentication_oid,
)
from chip.pki.pki_folder import PkiFolder
from chip.pki.public_key import EcPublicKey
from chip.pki.signature import Scheme, SignatureAlgorithm
from chip.pki.signing_key import SoftwareKey

FROM, UNTIL = date(2026, 3, 2), date(2026, 4, 1)
KEY = SoftwareKey.generate("brainpoolP256r1")
CVCA = "LUTESTCVCA00001"
ROOT = issue_cv_certificate(KEY, CVCA, KEY, CVCA, Authorisation(Role.CVCA, True, True), FROM, UNTIL, True)
KINDS = ("brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "secp256r1", "secp384r1", "rsa-2048")


@pytest.mark.parametrize("kind", KINDS)
def test_a_root_of_every_kind_of_key_reads_back_and_verifies(kind: str) -> None:
    key = SoftwareKey.generate(kind)
    root = issue_cv_certificate(key, CVCA, key, CVCA, Authorisation(Role.CVCA, True), FROM, UNTIL, True)
    assert CvCertificate.decode(root.raw) == root
    assert root.public_key.on(None) == key.public_key
    assert root.is_signed_by(key.public_key, root.public_key.algorithm)
    assert root.is_self_signed
    assert (root.effective, root.expiry) == (FROM, UNTIL)
    other = SoftwareKey.generate(kind)
    assert not root.is_signed_by(other.public_key, root.public_key.algorithm)


@pytest.mark.parametrize("profile", ["brainpool256", "brainpool384", "nist256"])
def test_openpace_verifies_the_whole_chain(tmp_path: Path, profile: str) -> None:
    if shutil.which("cvc-print") is None:
        pytest.skip("cvc-print (Debian package openpace) is not installed")
    hold_ceremony(load_profile(profile), profile, tmp_path / "pki", datetime.now(UTC), None)  # the judge looks at today
    folder, trusted = PkiFolder(tmp_path / "pki"), tmp_path / "trusted"
    trusted.mkdir()
    for name in ("cvca", "dv", "is"):
        certificate = folder.cv_certificate(name)
        (trusted / certificate.holder_reference).write_bytes(certificate.raw)
    for path in trusted.iterdir():
        command = ["cvc-print", "--cvc-dir", str(trusted), "-c", str(path)]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        assert "certificate verified" in told
        assert "Read fingerprint" in told


def test_keys_of_subordinates_take_their_curve_from_above(ceremonies) -> None:
    folder = ceremonies("brainpool256")
    cvca, dv, system = (folder.cv_certificate(name) for name in ("cvca", "dv", "is"))
    assert (dv.public_key.curve, system.public_key.curve) == (None, None)
    curve = cvca.public_key.curve
    assert system.is_signed_by(dv.public_key.on(curve), dv.public_key.algorithm)
    assert system.public_key.on(curve) == folder.key("is").public_key
    with pytest.raises(PkiError, match="without domain parameters"):
        system.public_key.on(None)


@pytest.mark.parametrize(
    ("authorisation", "rights"),
    [
        (Authorisation(Role.CVCA, True, True), 0xC3),
        (Authorisation(Role.DV_DOMESTIC, True, True), 0x83),
        (Authorisation(Role.DV_FOREIGN, False), 0x40),
        (Authorisation(Role.INSPECTION_SYSTEM, True), 0x01),
    ],
)
def test_rights_are_the_octet_of_the_standard(authorisation: Authorisation, rights: int) -> None:
    assert authorisation.rights == rights
    assert authorisation.encode().hex() == f"7f4c0e060904007f0007030102015301{rights:02x}"


@pytest.mark.parametrize("hash_name", ["sha1", "sha224", "sha256", "sha384", "sha512"])
def test_each_ecdsa_algorithm_has_its_identifier(hash_name: str) -> None:
    oid = terminal_authentication_oid(SignatureAlgorithm(Scheme.ECDSA, hash_name))
    assert terminal_authentication_algorithm(oid) == SignatureAlgorithm(Scheme.ECDSA_PLAIN, hash_name)


@pytest.mark.parametrize("arc", range(1, 7))
def test_each_rsa_algorithm_has_its_identifier(arc: int) -> None:
    algorithm = terminal_authentication_algorithm(f"0.4.0.127.0.7.2.2.2.1.{arc}")
    assert terminal_authentication_oid(algorithm) == f"0.4.0.127.0.7.2.2.2.1.{arc}"


def test_unknown_algorithms_are_refused() -> None:
    with pytest.raises(DecodingError):
        terminal_authentication_algorithm("0.4.0.127.0.7.2.2.2.2.9")
    with pytest.raises(EncodingError):
        terminal_authentication_oid(SignatureAlgorithm(Scheme.RSA_PSS, "sha384"))


def test_curves_beyond_512_bits_are_not_for_cards() -> None:
    key = SoftwareKey.generate("secp521r1")
    with pytest.raises(EncodingError, match="512 bits"):
        CvPublicKey.of(key.public_key, key.algorithm, True)


@pytest.mark.parametrize("reference", ["", "LU", "lUTESTCVCA00001", "LUTESTCVCATOO00001", "1UTESTCVCA00001"])
def test_references_that_cannot_be_are_refused(reference: str) -> None:
    with pytest.raises(EncodingError):
        issue_cv_certificate(KEY, reference, KEY, reference, Authorisation(Role.CVCA, True), FROM, UNTIL, True)


def test_a_certificate_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(EncodingError):
        issue_cv_certificate(KEY, CVCA, KEY, CVCA, Authorisation(Role.CVCA, True), UNTIL, FROM, True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (bytes([2, 6, 0, 3, 0, 2]), bytes([2, 6, 1, 3, 0, 2])),
        (bytes([2, 6, 0, 3, 0, 2]), bytes([2, 6, 0, 3, 0, 10])),
        (bytes.fromhex("5F290100"), bytes.fromhex("5F290101")),
        (bytes.fromhex("04007F00070301020153"), bytes.fromhex("04007F00070301020253")),
    ],
    ids=["month 13", "digit 10", "profile 1", "other terminal"],
)
def test_content_beyond_the_profile_is_refused(old: bytes, new: bytes) -> None:
    assert old in ROOT.raw
    with pytest.raises(DecodingError):
        CvCertificate.decode(ROOT.raw.replace(old, new))


def test_parameters_of_no_known_curve_are_refused() -> None:
    key = KEY.public_key
    assert isinstance(key, EcPublicKey)
    b = key.curve.b.to_bytes(32, "big")
    with pytest.raises(DecodingError, match="no known curve"):
        CvCertificate.decode(ROOT.raw.replace(b, bytes([b[0] ^ 1]) + b[1:]))


@given(st.integers(0, len(ROOT.raw) - 1), st.integers(1, 255))
def test_a_changed_byte_never_verifies(position: int, change: int) -> None:
    raw = bytearray(ROOT.raw)
    raw[position] ^= change
    try:
        read = CvCertificate.decode(bytes(raw))
        verified = read.is_signed_by(KEY.public_key, ROOT.public_key.algorithm)
    except ChipError:
        return
    assert not verified
