"""Tokens of SBI: JSON Web Signatures (RFC 7515) with the device's certificate and its chain in the header (`x5c`).

With roots, a description or a print counts only when a device signed it whose certificate one of them vouches for.
Without, tokens are read and nobody is asked: whoever runs a program on that port of this machine is then the scanner.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from enrolment.fingerprints.clock import Clock
from enrolment.fingerprints.errors import ScannerAnswerError, ScannerMissing

LONGEST_CHAIN = 5
LEAST_RSA_BITS = 2048
ES256_HALF_BYTES = 32
TEXT_PARTS = 3

Json = dict[str, object]


class Tokens(Protocol):
    """Who says what a token's payload is."""

    def payload(self, token: object, what: str) -> Json:
        """What `token` (named `what` in errors) says. Raises ScannerAnswerError."""
        ...


def parse(content: bytes) -> object:
    """JSON. Raises ScannerAnswerError."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise ScannerAnswerError("the device service does not answer in JSON") from None


def from_base64url(text: str, what: str) -> bytes:
    """The bytes of a base64url text with or without padding. Raises ScannerAnswerError."""
    plain = text.rstrip("=").encode("ascii", "replace")
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ScannerAnswerError(f"the device service sends {what} that is no base64") from None


def json_object(text: str, what: str) -> Json:
    """A JSON object in base64url. Raises ScannerAnswerError."""
    value = parse(from_base64url(text, what))
    if not isinstance(value, dict):
        raise ScannerAnswerError(f"the device service sends {what} that says nothing")
    return value


class UnjudgedTokens:
    """Reads tokens, signed or not, and believes them."""

    def payload(self, token: object, what: str) -> Json:
        """What a token, a bare base64url text or an object says. Raises ScannerAnswerError."""
        if isinstance(token, dict):
            return token
        parts = token.split(".") if isinstance(token, str) else []
        if len(parts) not in (1, TEXT_PARTS):
            raise ScannerAnswerError(f"the device service sends {what} that is no token")
        return json_object(parts[0] if len(parts) == 1 else parts[1], what)


class JudgedTokens:
    """Reads tokens that a device signed for which one of `roots` vouches."""

    def __init__(self, roots: Sequence[x509.Certificate], clock: Clock) -> None:
        self._roots, self._clock = tuple(roots), clock

    @classmethod
    def load(cls, path: Path, clock: Clock) -> "JudgedTokens":
        """With the roots of a PEM file. Raises ScannerMissing."""
        try:
            return cls(x509.load_pem_x509_certificates(path.read_bytes()), clock)
        except (OSError, ValueError):
            raise ScannerMissing(f"sbi: {path}: wanted a PEM file with the providers' root certificates") from None

    def payload(self, token: object, what: str) -> Json:
        """What a signed token says. Raises ScannerAnswerError for any other."""
        parts = token.split(".") if isinstance(token, str) else []
        if len(parts) != TEXT_PARTS:
            raise ScannerAnswerError(f"the device service sends {what} that is not signed")
        header = json_object(parts[0], what)
        device = self._device_certificate(header, what)
        signature = from_base64url(parts[2], what)
        signed = f"{parts[0]}.{parts[1]}".encode("ascii", "replace")
        try:
            verify(device.public_key(), header.get("alg"), signature, signed)
        except (InvalidSignature, ValueError):
            raise ScannerAnswerError(f"the device service sends {what} whose signature does not hold") from None
        return json_object(parts[1], what)

    def _device_certificate(self, header: Json, what: str) -> x509.Certificate:
        stated = header.get("x5c")
        if not isinstance(stated, list) or not 0 < len(stated) <= LONGEST_CHAIN:
            raise ScannerAnswerError(f"the device service sends {what} without its signer's certificate")
        try:
            chain = [x509.load_der_x509_certificate(base64.b64decode(str(each), validate=True)) for each in stated]
        except ValueError:  # binascii.Error is one
            raise ScannerAnswerError(f"the device service sends {what} with a certificate that is none") from None
        now = self._clock.now().astimezone(UTC)
        if not all(is_valid(certificate, now) for certificate in chain) or not self._is_vouched_for(chain, now):
            raise ScannerAnswerError(f"the device service sends {what} signed by a device that nobody vouches for")
        return chain[0]

    def _is_vouched_for(self, chain: list[x509.Certificate], now: datetime) -> bool:
        if not all(is_issued_by(below, above) for below, above in pairwise(chain)):
            return False
        top = chain[-1]
        return any(is_valid(root, now) and (root == top or is_issued_by(top, root)) for root in self._roots)


def is_valid(certificate: x509.Certificate, now: datetime) -> bool:
    """Whether a certificate's time has come and is not over."""
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def is_issued_by(below: x509.Certificate, above: x509.Certificate) -> bool:
    """Whether `above` may issue certificates and issued `below`."""
    try:
        may_issue = above.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        below.verify_directly_issued_by(above)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
        return False
    return may_issue


def verify(key: CertificatePublicKeyTypes, algorithm: object, signature: bytes, signed: bytes) -> None:
    """RS256, PS256 and ES256 (RFC 7518). Raises InvalidSignature, ValueError for anything else."""
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS and algorithm == "RS256":
        key.verify(signature, signed, padding.PKCS1v15(), SHA256())
    elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS and algorithm == "PS256":
        key.verify(signature, signed, padding.PSS(padding.MGF1(SHA256()), SHA256.digest_size), SHA256())
    elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1) and algorithm == "ES256":
        if len(signature) != 2 * ES256_HALF_BYTES:
            raise InvalidSignature
        halves = (int.from_bytes(half) for half in (signature[:ES256_HALF_BYTES], signature[ES256_HALF_BYTES:]))
        key.verify(encode_dss_signature(*halves), signed, ec.ECDSA(SHA256()))
    else:
        raise ValueError("an algorithm that is not taken")
