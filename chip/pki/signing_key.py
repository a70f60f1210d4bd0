"""Keys that sign: what the rest of `chip` asks of one, and the kind that lives in a file.

Whoever signs holds a `SigningKey`; only this folder knows whether a file or a security module stands behind it
(`token_key_store` has the twin).
"""

import os
from pathlib import Path
from typing import Protocol, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from chip.crypto.domain_parameters import CURVES
from chip.errors import KeyLocked, PkiError
from chip.pki.public_key import EcPublicKey, PublicKey, RsaPublicKey
from chip.pki.signature import HASHES, Scheme, SignatureAlgorithm, curve_class

PASSPHRASE_VARIABLE = "STATION_KEY_PASSPHRASE"  # noqa: S105 - the name of the variable, not its content
PRIVATE_FILE_MODE = 0o600
RSA_EXPONENT = 65537
MINIMUM_RSA_BITS = 2048
HASH_OF_FIELD_BITS = ((256, "sha256"), (384, "sha384"))  # above them SHA-512: a hash as long as the order, TR-03116-2

_PrivateKey: TypeAlias = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class SigningKey(Protocol):
    """A private key that can be used and not seen."""

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """What `sign` computes."""
        ...

    @property
    def public_key(self) -> PublicKey:
        """The other half."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature over `message`; for ECDSA as Ecdsa-Sig-Value (DER)."""
        ...


class SoftwareKey:
    """A key in this process's memory. It has no `repr` that shows it."""

    def __init__(self, private_key: _PrivateKey, algorithm: SignatureAlgorithm) -> None:
        self._private_key = private_key
        self._algorithm = algorithm
        self._public_key = _public_key_of(private_key)
        check_goes_together(self._public_key, algorithm)

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """What `sign` computes."""
        return self._algorithm

    @property
    def public_key(self) -> PublicKey:
        """The other half."""
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        """The signature over `message`; for ECDSA as Ecdsa-Sig-Value (DER)."""
        hash_algorithm = HASHES[self._algorithm.hash_name]
        if isinstance(self._private_key, ec.EllipticCurvePrivateKey):
            return self._private_key.sign(message, ec.ECDSA(hash_algorithm))
        if self._algorithm.scheme is Scheme.RSA_PKCS1:
            return self._private_key.sign(message, padding.PKCS1v15(), hash_algorithm)
        salt = hash_algorithm.digest_size if self._algorithm.salt_length is None else self._algorithm.salt_length
        return self._private_key.sign(message, padding.PSS(padding.MGF1(hash_algorithm), salt), hash_algorithm)

    @classmethod
    def generate(cls, kind: str, algorithm: SignatureAlgorithm | None = None) -> "SoftwareKey":
        """A fresh key of `kind`: a curve's name ("brainpoolP256r1") or "rsa-3072".

        The algorithm defaults to ECDSA with the hash that fits the curve, or RSASSA-PSS with SHA-256.
        Raises PkiError for kinds that cannot sign here.
        """
        private_key = _generate(kind)
        return cls(private_key, algorithm or default_algorithm(kind))

    def to_pkcs8_der(self) -> bytes:
        """PrivateKeyInfo, DER, in the clear: for keys that a chip is given."""
        return self._private_key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def save(self, path: Path, passphrase: bytes | None) -> None:
        """Writes PKCS#8 PEM that its owner alone may read, encrypted where there is a passphrase; never overwrites.

        Raises PkiError when the file exists or cannot be written.
        """
        encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if passphrase:
            encryption = serialization.BestAvailableEncryption(passphrase)
        content = self._private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
        )
        write_private_file(path, content)

    @classmethod
    def load(cls, path: Path, algorithm: SignatureAlgorithm | None, passphrase: bytes | None) -> "SoftwareKey":
        """The key of a PKCS#8 PEM file; without `algorithm`, the default of its kind.

        Raises PkiError when it cannot be read, or the passphrase does not open it.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise PkiError(f"key file {path}: {error.strerror}") from None
        encrypted = b"ENCRYPTED PRIVATE KEY" in content
        try:
            private_key = serialization.load_pem_private_key(content, passphrase if encrypted else None)
        except TypeError:
            raise KeyLocked(f"key file {path} is encrypted: set {PASSPHRASE_VARIABLE}") from None
        except (ValueError, UnsupportedAlgorithm):
            if encrypted:
                raise KeyLocked(f"key file {path}: {PASSPHRASE_VARIABLE} does not open it") from None
            raise PkiError(f"key file {path} is no PKCS#8 PEM key") from None
        if not isinstance(private_key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise PkiError(f"key file {path} holds neither an EC nor an RSA key")
        return cls(private_key, algorithm or default_algorithm(key_kind(_public_key_of(private_key))))


def passphrase_from_environment() -> bytes | None:
    """What `STATION_KEY_PASSPHRASE` says, or None where it is unset or empty."""
    return os.environb.get(PASSPHRASE_VARIABLE.encode()) or None


def default_algorithm(kind: str) -> SignatureAlgorithm:
    """What a key of `kind` signs with unless told: a hash as strong as the curve; RSASSA-PSS with SHA-256."""
    curve = CURVES.get(kind)
    if curve is None:
        return SignatureAlgorithm(Scheme.RSA_PSS, "sha256")
    bits = curve.p.bit_length()
    return SignatureAlgorithm(
        Scheme.ECDSA, next((name for limit, name in HASH_OF_FIELD_BITS if bits <= limit), "sha512")
    )


def key_kind(public_key: PublicKey) -> str:
    """The kind of which `generate` makes another key. Raises PkiError for kinds that do not sign."""
    if isinstance(public_key, EcPublicKey):
        return public_key.curve.name
    if isinstance(public_key, RsaPublicKey):
        return f"rsa-{public_key.modulus.bit_length()}"
    raise PkiError(f"a key of kind {public_key.description} does not sign")


def rsa_bits(kind: str) -> int:
    """The length of "rsa-3072". Raises PkiError for kinds that do not sign here."""
    bits = kind.removeprefix("rsa-")
    if kind.startswith("rsa-") and bits.isdecimal() and int(bits) >= MINIMUM_RSA_BITS:
        return int(bits)
    raise PkiError(f'key kind "{kind}": a curve\'s name or "rsa-" and at least {MINIMUM_RSA_BITS} bits is wanted')


def check_goes_together(public_key: PublicKey, algorithm: SignatureAlgorithm) -> None:
    """Raises PkiError unless a key of this kind signs with `algorithm`: DER for ECDSA, never r ‖ s."""
    is_ecdsa = algorithm.scheme is Scheme.ECDSA
    if algorithm.scheme is Scheme.ECDSA_PLAIN or is_ecdsa != isinstance(public_key, EcPublicKey):
        raise PkiError(f"this key cannot sign with {algorithm}")


def write_private_file(path: Path, content: bytes) -> None:
    """A new file that its owner alone may read. Raises PkiError when it exists or cannot be written."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except FileExistsError:
        raise PkiError(f"key file {path} exists already; keys are never overwritten") from None
    except OSError as error:
        raise PkiError(f"key file {path}: {error.strerror}") from None


def _generate(kind: str) -> _PrivateKey:
    if kind in CURVES:
        return ec.generate_private_key(curve_class(kind)())
    return rsa.generate_private_key(RSA_EXPONENT, rsa_bits(kind))


def _public_key_of(private_key: _PrivateKey) -> PublicKey:
    if isinstance(private_key, rsa.RSAPrivateKey):
        rsa_numbers = private_key.public_key().public_numbers()
        return RsaPublicKey(rsa_numbers.n, rsa_numbers.e)
    curve = CURVES.get(private_key.curve.name)
    if curve is None:
        raise PkiError(f"curve {private_key.curve.name} is not one of travel documents")
    numbers = private_key.public_key().public_numbers()
    return EcPublicKey(curve, numbers.x, numbers.y)
