"""PACE: a short password becomes a strong session, and nobody who listens learns either.

What both sides compute, as pure functions; `pace_terminal` is the terminal's part as an exchange.
Source: Doc 9303-11 §4.4, App. G, H; TR-03110-3 A.3, B.1, D.3
"""

import hashlib
import hmac
from dataclasses import dataclass
from enum import IntEnum

from chip.crypto.groups import Group
from chip.crypto.kdf import password_key
from chip.crypto.suites import CipherSuite
from chip.errors import AuthenticationError, DecodingError, EncodingError
from chip.oid_codec import encode_oid
from chip.protocols.pace_algorithms import PaceAlgorithm
from chip.protocols.secure_messaging import SessionKeys
from chip.tlv import encode_tlv

NONCE_LENGTH = 16
CAN_LENGTH = 6
TAG_PUBLIC_KEY, TAG_OID = 0x7F49, 0x06


class PasswordReference(IntEnum):
    """Which password is used, as MSE:Set AT says it under tag 83 (TR-03110-3 B.11.1)."""

    MRZ = 1
    CAN = 2


@dataclass(frozen=True, slots=True, repr=False)
class PacePassword:
    """A password and the bytes that go into K_π."""

    reference: PasswordReference
    secret: bytes

    @classmethod
    def from_can(cls, can: str) -> "PacePassword":
        """The card access number, six digits. Raises EncodingError for anything else."""
        if len(can) != CAN_LENGTH or not (can.isascii() and can.isdigit()):
            raise EncodingError("a CAN has six digits")
        return cls(PasswordReference.CAN, can.encode("ascii"))

    @classmethod
    def from_mrz_information(cls, mrz_information: str) -> "PacePassword":
        """The whole SHA-1 of "MRZ information" (BAC takes its first 16 bytes). Raises EncodingError unless ASCII."""
        if not mrz_information.isascii():
            raise EncodingError("MRZ information is letters, digits and < only")
        digest = hashlib.sha1(mrz_information.encode("ascii"), usedforsecurity=False).digest()
        return cls(PasswordReference.MRZ, digest)

    def key(self, suite: CipherSuite) -> bytes:
        """K_π."""
        return password_key(self.secret, suite)


def encrypt_nonce(password: bytes, suite: CipherSuite, nonce: bytes) -> bytes:
    """z from s, under K_π."""
    return suite.encrypt(password, suite.zero_iv, nonce)


def decrypt_nonce(password: bytes, suite: CipherSuite, encrypted: bytes) -> bytes:
    """s from z, whose length is the card's choice (TR-03110-3 A.3.3). Raises DecodingError unless z is whole blocks."""
    if not encrypted or len(encrypted) % suite.block_length_bytes:
        raise DecodingError("an encrypted nonce is one or more whole blocks")
    return suite.decrypt(password, suite.zero_iv, encrypted)


def map_generic(group: Group, nonce: bytes, own_private: int, other_public: bytes) -> bytes:
    """The generator that nonce and anonymous key agreement make: s·G + H (DH: g^s·h).

    Raises: DecodingError for a foreign public element, AuthenticationError for a nonce that maps to nothing.
    """
    scalar = int.from_bytes(nonce, "big") % group.order
    if scalar == 0:
        raise AuthenticationError("the nonce maps to no generator")
    shared = group.multiply(other_public, own_private)
    return group.add(group.multiply(group.generator, scalar), shared)


def agree(group: Group, own_private: int, own_public: bytes, other_public: bytes, suite: CipherSuite) -> SessionKeys:
    """The session keys of both sides.

    Raises: AuthenticationError for equal public keys (a mirror), DecodingError for a foreign one.
    """
    if hmac.compare_digest(own_public, other_public):
        raise AuthenticationError("both sides sent the same ephemeral public key")
    secret = group.shared_secret(group.multiply(other_public, own_private))
    return SessionKeys.from_secret(secret, suite)


def authentication_token(algorithm: PaceAlgorithm, group: Group, keys: SessionKeys, public_key: bytes) -> bytes:
    """T over the ephemeral public key of the *other* side: whoever sends it proves the keys and what it received."""
    oid = encode_tlv(TAG_OID, encode_oid(algorithm.oid))
    covered = encode_tlv(TAG_PUBLIC_KEY, oid, encode_tlv(group.public_key_tag, group.public_key_value(public_key)))
    return algorithm.suite.mac(keys.mac, covered)


def is_token(received: bytes, expected: bytes) -> bool:
    """Whether two tokens are equal, in constant time."""
    return hmac.compare_digest(received, expected)
