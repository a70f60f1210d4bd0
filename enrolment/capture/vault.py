"""Seals biometrics: AES-256-GCM under a key of the case, which itself is wrapped by the vault's key.

Erasing is deleting the wrapped key and the rows: what a backup still holds of the rows opens for nobody.
Source: NIST SP 800-38D (GCM), RFC 3394 (AES key wrap).
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from enrolment.errors import VaultError

KEY_BYTES = 32
NONCE_BYTES = 12
KEY_ID_HEX = 16


class Vault:
    """Opens and closes what is kept in the vault; holds the vault's key and shows it to nobody."""

    __slots__ = ("_key", "_random_bytes", "key_id")

    def __init__(self, key: bytes, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> None:
        if len(key) != KEY_BYTES:
            raise VaultError(f"the vault's key has {len(key)} bytes; {KEY_BYTES} random bytes are wanted")
        self._key, self._random_bytes = key, random_bytes
        self.key_id = hmac.new(key, b"residence-card-station vault key id", hashlib.sha256).hexdigest()[:KEY_ID_HEX]

    def __repr__(self) -> str:
        return f"Vault(key_id={self.key_id})"

    def new_case_key(self) -> bytes:
        """A fresh key for one case, wrapped: this is what is stored."""
        return aes_key_wrap(self._key, self._random_bytes(KEY_BYTES))

    def seal(self, wrapped_key: bytes, content: bytes, place: str) -> bytes:
        """`content` encrypted for `place` (case, kind, position): nonce, ciphertext, tag. Raises VaultError."""
        nonce = self._random_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._unwrap(wrapped_key)).encrypt(nonce, content, place.encode())

    def open(self, wrapped_key: bytes, sealed: bytes, place: str) -> bytes:
        """What was sealed for `place`. Raises VaultError for another key, other bytes or another place."""
        key = self._unwrap(wrapped_key)
        try:
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError):
            raise VaultError("the sealed bytes do not open: they were changed, or moved to another place") from None

    def _unwrap(self, wrapped_key: bytes) -> bytes:
        try:
            return aes_key_unwrap(self._key, wrapped_key)
        except (InvalidUnwrap, ValueError):
            raise VaultError("the case's key does not open with this vault key") from None
