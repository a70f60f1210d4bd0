"""The chip's private keys, opened where they are used. Raises DecodingError for what is no key of the wanted kind."""

from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dh, ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

from chip.crypto.domain_parameters import CURVES, CurveParameters
from chip.errors import DecodingError


@dataclass(frozen=True, slots=True, repr=False)
class EcPrivateKey:
    """A scalar and its curve."""

    curve: CurveParameters
    scalar: int


@dataclass(frozen=True, slots=True, repr=False)
class RsaPrivateKey:
    """Modulus and private exponent."""

    modulus: int
    private_exponent: int


PrivateKey = EcPrivateKey | RsaPrivateKey


def open_private_key(pkcs8_der: bytes) -> PrivateKey:
    """The key of a PrivateKeyInfo in DER."""
    try:
        key = load_der_private_key(pkcs8_der, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise DecodingError("the chip's private key is no PKCS#8 that can be read") from None
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return EcPrivateKey(_curve_called(key.curve.name), key.private_numbers().private_value)
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.private_numbers()
        return RsaPrivateKey(numbers.public_numbers.n, numbers.d)
    kind = "Diffie-Hellman" if isinstance(key, dh.DHPrivateKey) else "another kind of"
    raise DecodingError(f"the chip's private key is a {kind} key, which this chip does not compute with")


def _curve_called(name: str) -> CurveParameters:
    wanted = name.casefold()
    for curve in CURVES.values():
        if curve.name.casefold() == wanted:
            return curve
    raise DecodingError("the chip's private key lies on a curve that is not in the table")
