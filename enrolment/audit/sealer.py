"""Checkpoints signed with the journal's EC key from a file (PKCS#8 PEM), ECDSA with SHA-256."""

import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from enrolment.errors import JournalError


class EcdsaSealer:
    """The journal's key in software."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    @classmethod
    def from_file(cls, path: Path, passphrase: bytes | None = None) -> "EcdsaSealer":
        """The key in `path`. Raises JournalError for a file that holds no EC key or another passphrase's."""
        try:
            key = load_pem_private_key(path.read_bytes(), passphrase)
        except OSError as error:
            raise JournalError(f"{path}: the journal's key cannot be read: {error.strerror}") from None
        except (TypeError, ValueError):
            raise JournalError(f"{path}: the journal's key cannot be read: a PKCS#8 PEM file is wanted") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise JournalError(f"{path}: the journal's key cannot be used: an EC key is wanted")
        return cls(key)

    @property
    def key_id(self) -> str:
        """The first 16 hexadecimal digits of SHA-256 over the public key."""
        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(public).hexdigest()[:16]

    def sign(self, message: bytes) -> bytes:
        """ECDSA with SHA-256, DER."""
        return self._key.sign(message, ec.ECDSA(hashes.SHA256()))

    def is_genuine(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's over `message`."""
        try:
            self._key.public_key().verify(signature, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True
