"""Active Authentication: every trailer and hash of RSA, plain and DER ECDSA, and answers that prove nothing."""

import hashlib
import os

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.crypto.domain_parameters import CURVES
from chip.errors import AuthenticationError, CardAnswerError
from chip.pki.public_key import DhPublicKey, EcPublicKey, RsaPublicKey
from chip.pki.signature import der_to_plain
from chip.protocols.active_authentication import challenge_chip, sign_recoverable, verify_response

CHALLENGE = bytes.fromhex("0102030405060708")
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)
NUMBERS = RSA_KEY.private_numbers()
RSA_PUBLIC = RsaPublicKey(NUMBERS.public_numbers.n, NUMBERS.public_numbers.e)
EC_KEY = ec.generate_private_key(ec.BrainpoolP256R1())
EC_NUMBERS = EC_KEY.public_key().public_numbers()
EC_PUBLIC = EcPublicKey(CURVES["brainpoolP256r1"], EC_NUMBERS.x, EC_NUMBERS.y)
HASHES = ["sha1", "sha224", "sha256", "sha384", "sha512"]


def rsa_signature(hash_name: str = "sha256") -> bytes:
    return sign_recoverable(RSA_PUBLIC.modulus, NUMBERS.d, CHALLENGE, os.urandom, hash_name)


def ecdsa_der(hash_algorithm: hashes.HashAlgorithm) -> bytes:
    return EC_KEY.sign(CHALLENGE, ec.ECDSA(hash_algorithm))


@pytest.mark.parametrize("hash_name", HASHES)
def test_rsa_with_every_hash_is_proven_and_named(hash_name: str) -> None:
    assert hash_name in verify_response(RSA_PUBLIC, CHALLENGE, rsa_signature(hash_name), None)


def test_rsa_sha1_with_the_long_trailer_is_proven() -> None:
    recoverable = bytes(128 - 1 - 20 - 2)
    block = b"\x6a" + recoverable + hashlib.sha1(recoverable + CHALLENGE).digest() + b"\x33\xcc"
    signature = pow(int.from_bytes(block, "big"), NUMBERS.d, RSA_PUBLIC.modulus).to_bytes(128, "big")
    assert "sha1" in verify_response(RSA_PUBLIC, CHALLENGE, signature, None)


def test_rsa_with_the_complement_of_the_signature_is_proven() -> None:
    complement = RSA_PUBLIC.modulus - int.from_bytes(rsa_signature(), "big")
    verify_response(RSA_PUBLIC, CHALLENGE, complement.to_bytes(128, "big"), None)


@pytest.mark.parametrize(
    "signature",
    [b"", bytes(127), bytes(128), b"\xff" * 128, (1).to_bytes(128, "big")],
    ids=["empty", "short", "zero", "above the modulus", "one"],
)
def test_rsa_answers_that_are_no_signature_are_refused(signature: bytes) -> None:
    with pytest.raises(AuthenticationError):
        verify_response(RSA_PUBLIC, CHALLENGE, signature, None)


@pytest.mark.parametrize("trailer", [b"\x00\xbc", b"\x34\xcc", b"\x99\xcc", b"\x00\x0c"])
def test_rsa_blocks_that_are_not_over_the_challenge_are_refused(trailer: bytes) -> None:
    block = b"\x6a" + os.urandom(125) + trailer
    signature = pow(int.from_bytes(block, "big"), NUMBERS.d, RSA_PUBLIC.modulus).to_bytes(128, "big")
    with pytest.raises(AuthenticationError):
        verify_response(RSA_PUBLIC, CHALLENGE, signature, None)


def test_an_old_answer_to_another_challenge_is_refused() -> None:
    with pytest.raises(AuthenticationError, match="something else"):
        verify_response(RSA_PUBLIC, bytes(8), rsa_signature(), None)
    with pytest.raises(AuthenticationError):
        verify_response(EC_PUBLIC, bytes(8), der_to_plain(ecdsa_der(hashes.SHA256()), EC_PUBLIC.curve), "sha256")


def test_ecdsa_plain_with_the_hash_of_dg14_is_proven() -> None:
    plain = der_to_plain(ecdsa_der(hashes.SHA384()), EC_PUBLIC.curve)
    assert "named by DG14" in verify_response(EC_PUBLIC, CHALLENGE, plain, "sha384")
    with pytest.raises(AuthenticationError):
        verify_response(EC_PUBLIC, CHALLENGE, plain, "sha256")


def test_ecdsa_without_a_named_hash_is_guessed_and_said() -> None:
    plain = der_to_plain(ecdsa_der(hashes.SHA256()), EC_PUBLIC.curve)
    assert "guessed" in verify_response(EC_PUBLIC, CHALLENGE, plain, None)


def test_ecdsa_in_der_is_proven_and_said() -> None:
    assert "DER" in verify_response(EC_PUBLIC, CHALLENGE, ecdsa_der(hashes.SHA256()), "sha256")


@pytest.mark.parametrize("signature", [b"", bytes(63), bytes(64), b"\x30\x06\x02\x01\x00\x02\x01\x01"])
def test_ecdsa_answers_that_are_no_signature_are_refused(signature: bytes) -> None:
    with pytest.raises(AuthenticationError):
        verify_response(EC_PUBLIC, CHALLENGE, signature, "sha256")


def test_a_key_that_cannot_sign_is_refused() -> None:
    with pytest.raises(AuthenticationError, match="cannot sign"):
        verify_response(DhPublicKey(23, 5, 8), CHALLENGE, bytes(8), None)


def test_the_terminal_sends_its_own_challenge() -> None:
    def card(command: CommandApdu) -> ResponseApdu:
        assert command.encode() == bytes.fromhex("0088000008") + CHALLENGE + b"\x00"
        return ResponseApdu(rsa_signature(), 0x9000)

    assert "RSA 1024" in run(challenge_chip(RSA_PUBLIC, None, lambda length: CHALLENGE[:length]), card)


def test_a_chip_without_active_authentication_is_named() -> None:
    with pytest.raises(CardAnswerError):
        run(challenge_chip(RSA_PUBLIC, None, os.urandom), lambda command: ResponseApdu(b"", 0x6D00))


@pytest.mark.parametrize("key", [RsaPublicKey(3, 3), RsaPublicKey(1 << 9000, 3), RsaPublicKey(1 << 2000, 1 << 70)])
def test_rsa_keys_out_of_proportion_are_not_calculated_with(key: RsaPublicKey) -> None:
    with pytest.raises(AuthenticationError, match="proportion"):
        verify_response(key, CHALLENGE, b"\x01", None)
