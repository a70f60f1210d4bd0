"""Signature algorithms and software keys, with OpenSSL as the second reader."""

import subprocess
from pathlib import Path

import pytest

from chip.crypto.domain_parameters import CURVES
from chip.errors import DecodingError, PkiError
from chip.pki.public_key import EcPublicKey, RsaPublicKey
from chip.pki.signature import (
    HASH_OIDS,
    Scheme,
    SignatureAlgorithm,
    decode_hash,
    der_to_plain,
    encode_hash,
    plain_to_der,
    verify,
)
from chip.pki.signing_key import SoftwareKey

MESSAGE = b"what is signed"
KINDS = ("secp256r1", "secp384r1", "secp521r1", "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "rsa-2048")


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("hash_name", HASH_OIDS)
def test_an_algorithm_reads_back(scheme: Scheme, hash_name: str) -> None:
    algorithm = SignatureAlgorithm(scheme, hash_name)
    read = SignatureAlgorithm.decode(algorithm.encode())
    assert (read.scheme, read.hash_name) == (scheme, hash_name)


def test_the_salt_of_pss_is_as_long_as_its_hash_unless_told() -> None:
    assert SignatureAlgorithm.decode(SignatureAlgorithm(Scheme.RSA_PSS, "sha384").encode()).salt_length == 48
    assert SignatureAlgorithm.decode(SignatureAlgorithm(Scheme.RSA_PSS, "sha256", 20).encode()).salt_length == 20


def test_pss_without_parameters_means_sha1_and_twenty() -> None:
    raw = bytes.fromhex("300D06092A864886F70D01010A3000")
    assert SignatureAlgorithm.decode(raw) == SignatureAlgorithm(Scheme.RSA_PSS, "sha1", 20)


def test_plain_rsa_takes_the_hash_of_its_signer() -> None:
    raw = bytes.fromhex("300D06092A864886F70D0101010500")
    assert SignatureAlgorithm.decode(raw, "sha512") == SignatureAlgorithm(Scheme.RSA_PKCS1, "sha512")
    with pytest.raises(DecodingError):
        SignatureAlgorithm.decode(raw)


@pytest.mark.parametrize("hash_name", HASH_OIDS)
def test_a_hash_reads_back_with_and_without_null(hash_name: str) -> None:
    bare = encode_hash(hash_name)
    assert decode_hash(bare) == hash_name
    assert decode_hash(bytes([0x30, bare[1] + 2]) + bare[2:] + b"\x05\x00") == hash_name


@pytest.mark.parametrize("raw", ["300406022A03", "3000", "300606022A030500", "3009060560857C0304030101FF"])
def test_unknown_hashes_are_refused(raw: str) -> None:
    with pytest.raises(DecodingError):
        decode_hash(bytes.fromhex(raw))


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_holds_for_its_message_alone(kind: str) -> None:
    key = SoftwareKey.generate(kind)
    signature = key.sign(MESSAGE)
    assert verify(key.public_key, key.algorithm, MESSAGE, signature)
    assert not verify(key.public_key, key.algorithm, MESSAGE + b"!", signature)
    assert not verify(SoftwareKey.generate(kind).public_key, key.algorithm, MESSAGE, signature)
    assert not verify(key.public_key, key.algorithm, MESSAGE, signature[:-1])


@pytest.mark.parametrize("scheme", [Scheme.RSA_PKCS1, Scheme.RSA_PSS])
def test_rsa_signs_with_both_paddings(scheme: Scheme) -> None:
    key = SoftwareKey.generate("rsa-2048", SignatureAlgorithm(scheme, "sha256"))
    assert verify(key.public_key, key.algorithm, MESSAGE, key.sign(MESSAGE))


OLD_CURVES = ("brainpoolP224r1", "brainpoolP320r1", "brainpoolP192r1", "secp192r1", "secp224r1")


@pytest.mark.parametrize("name", OLD_CURVES)
def test_curves_on_which_nothing_new_is_signed_are_verified_too(name: str, tmp_path: Path) -> None:
    curve = CURVES[name]
    key_file, message_file = tmp_path / "key.pem", tmp_path / "message"
    message_file.write_bytes(MESSAGE)
    run = {"check": True, "capture_output": True}
    subprocess.run(
        [
            "openssl",
            "ecparam",
            "-name",
            name.replace("secp192r1", "prime192v1"),
            "-genkey",
            "-noout",
            "-out",
            str(key_file),
        ],
        **run,
    )
    signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", str(key_file), str(message_file)], **run).stdout
    public = subprocess.run(["openssl", "pkey", "-in", str(key_file), "-pubout", "-outform", "DER"], **run).stdout
    key = EcPublicKey.from_point(curve, public[-(1 + 2 * curve.field_length_bytes) :])
    algorithm = SignatureAlgorithm(Scheme.ECDSA, "sha256")
    assert verify(key, algorithm, MESSAGE, signature)
    assert not verify(key, algorithm, MESSAGE + b"!", signature)
    assert not verify(EcPublicKey(curve, curve.gx, curve.gy), algorithm, MESSAGE, signature)


def test_plain_and_der_say_the_same() -> None:
    key = SoftwareKey.generate("brainpoolP256r1")
    assert isinstance(key.public_key, EcPublicKey)
    signature = key.sign(MESSAGE)
    plain = der_to_plain(signature, key.public_key.curve)
    assert len(plain) == 64
    assert plain_to_der(plain) == signature
    assert verify(key.public_key, SignatureAlgorithm(Scheme.ECDSA_PLAIN, "sha256"), MESSAGE, plain)


@pytest.mark.parametrize("signature", [b"", b"\x30\x06\x02\x01\x00\x02\x01\x01", b"\x30\x03\x02\x01\x01", b"\x05\x00"])
def test_what_is_no_ecdsa_signature_does_not_hold(signature: bytes) -> None:
    key = SoftwareKey.generate("secp256r1")
    assert not verify(key.public_key, key.algorithm, MESSAGE, signature)


def test_key_and_algorithm_must_go_together() -> None:
    ec, rsa = SoftwareKey.generate("secp256r1"), SoftwareKey.generate("rsa-2048")
    with pytest.raises(PkiError):
        verify(ec.public_key, rsa.algorithm, MESSAGE, b"")
    with pytest.raises(PkiError):
        verify(RsaPublicKey(5, 3), ec.algorithm, MESSAGE, b"")
