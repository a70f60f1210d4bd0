"""Public keys as SubjectPublicKeyInfo carries them: EC with written-out parameters, RSA, and Diffie-Hellman.

What Doc 9303-12 §4.1.6 wants is written: explicit parameters with cofactor, uncompressed points. What the field holds
is read: explicit, named and standardised parameters (TR-03110-3 A.2.1), compressed base points, a cofactor left out.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from chip import der
from chip.crypto.domain_parameters import CURVES, CurveParameters, by_oid, by_parameter_id, match_explicit
from chip.crypto.modular_parameters import MODULAR_GROUPS
from chip.errors import DecodingError, EncodingError
from chip.oids import STANDARDISED_PARAMETERS
from chip.tlv import Tlv, decode_tlv

EC_PUBLIC_KEY = "1.2.840.10045.2.1"  # RFC 3279 §2.3.5
EC_DH = "1.3.132.1.12"  # RFC 5480 §2.1.2
PRIME_FIELD = "1.2.840.10045.1.1"
RSA_ENCRYPTION = "1.2.840.113549.1.1.1"
RSASSA_PSS = "1.2.840.113549.1.1.10"
DH_KEY_AGREEMENT = "1.2.840.113549.1.3.1"  # PKCS#3, the form of Chip Authentication (TR-03110-3 A.4.1.2)
DH_PUBLIC_NUMBER = "1.2.840.10046.2.1"  # X9.42
UNCOMPRESSED = 0x04
KEYS_KEPT = 256  # a line of cards is signed and verified with the same few keys


class ParameterForm(StrEnum):
    """How the domain parameters of a key stand in its SubjectPublicKeyInfo; NAMED is for curves alone."""

    EXPLICIT = "explicit"
    NAMED = "named"
    STANDARDISED = "standardised"


@dataclass(frozen=True, slots=True)
class EcPublicKey:
    """A point of a known curve. `form` says how it was, or is to be, written; the key is the same in all of them."""

    curve: CurveParameters
    x: int
    y: int
    form: ParameterForm = field(default=ParameterForm.EXPLICIT, compare=False)

    def __post_init__(self) -> None:
        curve = self.curve
        on_curve = (self.y**2 - self.x**3 - curve.a * self.x - curve.b) % curve.p == 0
        if not (0 <= self.x < curve.p and 0 <= self.y < curve.p and on_curve):
            raise DecodingError(f"the public point does not lie on {curve.name}")

    @property
    def point(self) -> bytes:
        """04 ‖ x ‖ y, both of the field's length."""
        length = self.curve.field_length_bytes
        return bytes([UNCOMPRESSED]) + self.x.to_bytes(length, "big") + self.y.to_bytes(length, "big")

    @property
    def description(self) -> str:
        """A word for people."""
        return f"EC {self.curve.name}"

    @classmethod
    def from_point(
        cls, curve: CurveParameters, point: bytes, form: ParameterForm = ParameterForm.EXPLICIT
    ) -> "EcPublicKey":
        """The key of an encoded point. Raises DecodingError unless it is uncompressed and on the curve."""
        length = curve.field_length_bytes
        if len(point) != 1 + 2 * length or point[0] != UNCOMPRESSED:
            raise DecodingError(f"a public point of {curve.name} is 04 and two coordinates of {length} bytes")
        return cls(
            curve, int.from_bytes(point[1 : 1 + length], "big"), int.from_bytes(point[1 + length :], "big"), form
        )

    def encode(self) -> bytes:
        """SubjectPublicKeyInfo, DER."""
        return der.sequence(_encode_ec_algorithm(self.curve, self.form), der.bit_string(self.point))


@dataclass(frozen=True, slots=True)
class RsaPublicKey:
    """Modulus and public exponent."""

    modulus: int
    exponent: int

    @property
    def description(self) -> str:
        """A word for people."""
        return f"RSA {self.modulus.bit_length()} bit"

    def encode(self) -> bytes:
        """SubjectPublicKeyInfo with rsaEncryption, DER (RFC 3279 §2.3.1)."""
        key = der.sequence(der.integer(self.modulus), der.integer(self.exponent))
        return der.sequence(der.sequence(der.object_identifier(RSA_ENCRYPTION), der.null()), der.bit_string(key))


@dataclass(frozen=True, slots=True)
class DhPublicKey:
    """A Diffie-Hellman value of Chip Authentication; `q` is the subgroup's order where it is known.

    `form` says how the parameters were, or are to be, written; the key is the same in both.
    """

    p: int
    g: int
    value: int
    q: int | None = field(default=None, compare=False)
    form: ParameterForm = field(default=ParameterForm.EXPLICIT, compare=False)

    @property
    def description(self) -> str:
        """A word for people."""
        return f"DH {self.p.bit_length()} bit"

    def encode(self) -> bytes:
        """SubjectPublicKeyInfo, DER: dhKeyAgreement of PKCS #3, or the id of standardised parameters.

        Raises EncodingError for a group that has no such id.
        """
        if self.form is ParameterForm.STANDARDISED:
            ids = [group.parameter_id for group in MODULAR_GROUPS.values() if (group.p, group.g) == (self.p, self.g)]
            if not ids:
                raise EncodingError("this group of integers has no standardised parameter id")
            algorithm = der.sequence(der.object_identifier(STANDARDISED_PARAMETERS), der.integer(ids[0]))
        else:
            parameters = der.sequence(der.integer(self.p), der.integer(self.g))
            algorithm = der.sequence(der.object_identifier(DH_KEY_AGREEMENT), parameters)
        return der.sequence(algorithm, der.bit_string(der.integer(self.value)))


PublicKey: TypeAlias = EcPublicKey | RsaPublicKey | DhPublicKey


@lru_cache(maxsize=KEYS_KEPT)
def decode_public_key(raw: bytes) -> PublicKey:
    """The key of a SubjectPublicKeyInfo. Raises DecodingError for other algorithms, unknown curves and bad points."""
    members = der.read_members(decode_tlv(raw))
    if len(members) != 2 or members[1].tag != der.BIT_STRING or members[1].value[:1] != b"\x00":
        raise DecodingError("SubjectPublicKeyInfo is an algorithm and a bit string of whole bytes")
    algorithm, key = der.read_members(members[0]), members[1].value[1:]
    if not algorithm:
        raise DecodingError("SubjectPublicKeyInfo names no algorithm")
    oid = der.read_object_identifier(algorithm[0])
    parameters = algorithm[1] if len(algorithm) > 1 else None
    if oid == STANDARDISED_PARAMETERS and parameters is not None and parameters.tag == der.INTEGER:
        group = MODULAR_GROUPS.get(der.read_number(parameters))
        if group is not None:
            return _dh_key(group.p, group.g, group.q, key, ParameterForm.STANDARDISED)
    if oid in (EC_PUBLIC_KEY, EC_DH, STANDARDISED_PARAMETERS):
        if parameters is None:
            raise DecodingError("an EC key without domain parameters")
        curve, form = _decode_ec_parameters(oid, parameters)
        return EcPublicKey.from_point(curve, key, form)
    if oid in (RSA_ENCRYPTION, RSASSA_PSS):
        return _decode_rsa(key)
    if oid in (DH_KEY_AGREEMENT, DH_PUBLIC_NUMBER) and parameters is not None:
        return _decode_dh(oid, parameters, key)
    raise DecodingError(f"public keys of algorithm {oid} are not known here")


def _encode_ec_algorithm(curve: CurveParameters, form: ParameterForm) -> bytes:
    if form is ParameterForm.STANDARDISED:
        if curve.parameter_id is None:
            raise EncodingError(f"{curve.name} has no standardised parameter id")
        return der.sequence(der.object_identifier(STANDARDISED_PARAMETERS), der.integer(curve.parameter_id))
    if form is ParameterForm.NAMED:
        return der.sequence(der.object_identifier(EC_PUBLIC_KEY), der.object_identifier(curve.oid))
    length = curve.field_length_bytes
    parameters = der.sequence(  # ECParameters of X9.62, RFC 3279 §2.3.5
        der.integer(1),
        der.sequence(der.object_identifier(PRIME_FIELD), der.integer(curve.p)),
        der.sequence(
            der.octet_string(curve.a.to_bytes(length, "big")), der.octet_string(curve.b.to_bytes(length, "big"))
        ),
        der.octet_string(curve.generator),
        der.integer(curve.n),
        der.integer(curve.h),
    )
    return der.sequence(der.object_identifier(EC_PUBLIC_KEY), parameters)


def _decode_ec_parameters(oid: str, parameters: Tlv) -> tuple[CurveParameters, ParameterForm]:
    if parameters.tag == der.OBJECT_IDENTIFIER:
        curve, form = by_oid(der.read_object_identifier(parameters)), ParameterForm.NAMED
    elif parameters.tag == der.INTEGER and oid == STANDARDISED_PARAMETERS:
        curve, form = by_parameter_id(der.read_number(parameters)), ParameterForm.STANDARDISED
    else:
        curve, form = _match_written_out(parameters), ParameterForm.EXPLICIT
    if curve is None:
        raise DecodingError("the domain parameters are those of no known curve")
    return curve, form


def _match_written_out(parameters: Tlv) -> CurveParameters | None:
    members = der.read_members(parameters)
    if not 5 <= len(members) <= 7:
        raise DecodingError("ECParameters has five to seven members")
    field, coefficients = der.read_members(members[1]), der.read_members(members[2])
    if len(field) != 2 or der.read_object_identifier(field[0]) != PRIME_FIELD or len(coefficients) < 2:
        raise DecodingError("ECParameters is not those of a prime field")
    p = der.read_integer(field[1])
    a, b = (int.from_bytes(der.read_octet_string(number), "big") for number in coefficients[:2])
    n = der.read_integer(members[4])
    h = der.read_integer(members[5]) if len(members) > 5 and members[5].tag == der.INTEGER else None
    base = der.read_octet_string(members[3])
    length = (p.bit_length() + 7) // 8
    gx = int.from_bytes(base[1 : 1 + length], "big")
    if base[:1] == bytes([UNCOMPRESSED]) and len(base) == 1 + 2 * length:
        return match_explicit(p, a, b, gx, int.from_bytes(base[1 + length :], "big"), n, h)
    if base[:1] in (b"\x02", b"\x03") and len(base) == 1 + length:
        return _match_compressed(p, a, b, gx, base[0] & 1, n, h)
    raise DecodingError("the base point is neither uncompressed nor compressed")


def _match_compressed(p: int, a: int, b: int, gx: int, parity: int, n: int, h: int | None) -> CurveParameters | None:
    """The known curve whose base point has this x and this parity of y; p = 3 mod 4 is not needed to say so."""
    for curve in CURVES.values():
        if curve.gx == gx and curve.gy & 1 == parity:
            return match_explicit(p, a, b, gx, curve.gy, n, h)
    return None


def _decode_dh(oid: str, parameters: Tlv, key: bytes) -> DhPublicKey:
    numbers = [der.read_integer(member) for member in der.read_members(parameters) if member.tag == der.INTEGER]
    if len(numbers) < 2:
        raise DecodingError("Diffie-Hellman parameters want a prime and a generator")
    p, g = numbers[:2]
    q = numbers[2] if oid == DH_PUBLIC_NUMBER and len(numbers) > 2 else None
    return _dh_key(p, g, q, key, ParameterForm.EXPLICIT)


def _dh_key(p: int, g: int, q: int | None, key: bytes, form: ParameterForm) -> DhPublicKey:
    value = der.read_integer(decode_tlv(key))
    if not 1 < value < p - 1:
        raise DecodingError("a Diffie-Hellman value outside 2 … p - 2")
    return DhPublicKey(p, g, value, q, form)


def _decode_rsa(key: bytes) -> RsaPublicKey:
    """RSAPublicKey. Some cards of 2008 wrote the modulus without its leading zero: both numbers are read unsigned."""
    members = der.read_members(decode_tlv(key))
    if len(members) != 2 or any(member.tag != der.INTEGER for member in members):
        raise DecodingError("an RSA key is a modulus and an exponent")
    modulus, exponent = (int.from_bytes(member.value, "big") for member in members)
    if modulus == 0 or exponent == 0:
        raise DecodingError("an RSA key with a modulus or exponent of zero")
    return RsaPublicKey(modulus, exponent)
