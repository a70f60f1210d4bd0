"""The chip's private keys, opened where they are used. Raises DecodingError for what is no key of the wanted kind."""

from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

from chip import der
from chip.crypto.domain_parameters import CURVES, CurveParameters
from chip.crypto.elliptic import curve_of
from chip.crypto.groups import Group
from chip.crypto.modular import ModularGroup, known_modular_group
from chip.errors import DecodingError
from chip.pki.public_key import DH_KEY_AGREEMENT, DH_PUBLIC_NUMBER
from chip.tlv import decode_tlv

KEYS_KEPT = 16  # a chip has two; opening one checks it, which costs more than using it


@dataclass(frozen=True, slots=True, repr=False)
class EcPrivateKey:
    """A key on a curve; `signer` signs with the same scalar."""

    curve: CurveParameters
    scalar: int
    signer: ec.EllipticCurvePrivateKey

    @property
    def group(self) -> Group:
        """Where it agrees on keys."""
        return curve_of(self.curve)


@dataclass(frozen=True, slots=True, repr=False)
class DhPrivateKey:
    """An exponent and its group of integers, one of the standardised three."""

    group: ModularGroup
    scalar: int


@dataclass(frozen=True, slots=True, repr=False)
class RsaPrivateKey:
    """Modulus and private exponent."""

    modulus: int
    private_exponent: int


PrivateKey = EcPrivateKey | DhPrivateKey | RsaPrivateKey


@lru_cache(maxsize=KEYS_KEPT)
def open_private_key(pkcs8_der: bytes) -> PrivateKey:
    """The key of a PrivateKeyInfo in DER (RFC 5208 §5)."""
    modular = _open_modular(pkcs8_der)
    if modular is not None:
        return modular
    try:
        key = load_der_private_key(pkcs8_der, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise DecodingError("the chip's private key is no PKCS#8 that can be read") from None
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return EcPrivateKey(_curve_called(key.curve.name), key.private_numbers().private_value, key)
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.private_numbers()
        return RsaPrivateKey(numbers.public_numbers.n, numbers.d)
    raise DecodingError("the chip's private key is of a kind that this chip does not compute with")


def _open_modular(pkcs8_der: bytes) -> DhPrivateKey | None:
    """A Diffie-Hellman key, read here since `cryptography` gives up reading them; None for keys of other kinds."""
    try:
        members = der.read_members(decode_tlv(pkcs8_der))
        algorithm = der.read_members(members[1])
        if der.read_object_identifier(algorithm[0]) not in (DH_KEY_AGREEMENT, DH_PUBLIC_NUMBER):
            return None
        p, g = (der.read_integer(number) for number in der.read_members(algorithm[1])[:2])
        exponent = der.read_integer(decode_tlv(der.read_octet_string(members[2])))
    except (DecodingError, IndexError, ValueError):
        return None
    group = known_modular_group(p, g)
    if group is None or not 1 <= exponent < group.order:
        raise DecodingError("the chip's Diffie-Hellman key is in none of the standardised groups")
    return DhPrivateKey(group, exponent)


def _curve_called(name: str) -> CurveParameters:
    wanted = name.casefold()
    for curve in CURVES.values():
        if curve.name.casefold() == wanted:
            return curve
    raise DecodingError("the chip's private key lies on a curve that is not in the table")
