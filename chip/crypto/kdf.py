"""Keys from secrets: the key derivation function of Doc 9303-11 §9.7.1 and TR-03110-3 A.2.3."""

import hashlib

from chip.crypto.suites import TDES, CipherSuite

ENCRYPTION_COUNTER, MAC_COUNTER, PASSWORD_COUNTER = 1, 2, 3


def encryption_key(secret: bytes, suite: CipherSuite) -> bytes:
    """KS_enc, or for BAC K_enc."""
    return derive_key(secret, ENCRYPTION_COUNTER, suite)


def mac_key(secret: bytes, suite: CipherSuite) -> bytes:
    """KS_mac, or for BAC K_mac."""
    return derive_key(secret, MAC_COUNTER, suite)


def password_key(secret: bytes, suite: CipherSuite) -> bytes:
    """K_π, under which PACE's nonce travels."""
    return derive_key(secret, PASSWORD_COUNTER, suite)


def derive_key(secret: bytes, counter: int, suite: CipherSuite) -> bytes:
    """H(secret ‖ counter), cut to the suite's key length; triple DES keys get odd parity."""
    digest = hashlib.new(suite.kdf_hash, secret + counter.to_bytes(4, "big")).digest()
    key = digest[: suite.key_length_bytes]
    return with_odd_parity(key) if suite is TDES else key


def with_odd_parity(key: bytes) -> bytes:
    """Each byte's lowest bit set so that the byte has an odd number of ones, as DES keys are written."""
    return bytes(octet if octet.bit_count() % 2 else octet ^ 1 for octet in key)
