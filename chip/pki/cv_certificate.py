"""Card-verifiable certificates of Terminal Authentication: CVCA, DV and inspection system (TR-03110-3 C and D).

`7F21 { 7F4E { 5F29 profile, 42 CAR, 7F49 key, 5F20 CHR, 7F4C CHAT, 5F25 from, 5F24 until, [65 extensions] }, 5F37 }`
"""

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Protocol

from chip.crypto.domain_parameters import CurveParameters, match_explicit
from chip.errors import DecodingError, EncodingError, PkiError
from chip.oid_codec import decode_oid, encode_oid
from chip.oids import INSPECTION_SYSTEM, TERMINAL_AUTHENTICATION
from chip.pki.public_key import EcPublicKey, PublicKey, RsaPublicKey
from chip.pki.signature import Scheme, SignatureAlgorithm, der_to_plain, verify
from chip.pki.signing_key import SigningKey
from chip.tlv import Tlv, decode_tlv, encode_tlv

TAG_CERTIFICATE, TAG_BODY, TAG_SIGNATURE = 0x7F21, 0x7F4E, 0x5F37
TAG_PROFILE, TAG_AUTHORITY, TAG_PUBLIC_KEY, TAG_HOLDER = 0x5F29, 0x42, 0x7F49, 0x5F20
TAG_CHAT, TAG_RIGHTS, TAG_EFFECTIVE, TAG_EXPIRY, TAG_EXTENSIONS = 0x7F4C, 0x53, 0x5F25, 0x5F24, 0x65
TAG_OID = 0x06
PROFILE_VERSION = b"\x00"
LONGEST_REFERENCE = 16
_ECDSA_ARCS = {"sha1": 1, "sha224": 2, "sha256": 3, "sha384": 4, "sha512": 5}
_RSA_ARCS = {
    (Scheme.RSA_PKCS1, "sha1"): 1,
    (Scheme.RSA_PKCS1, "sha256"): 2,
    (Scheme.RSA_PSS, "sha1"): 3,
    (Scheme.RSA_PSS, "sha256"): 4,
    (Scheme.RSA_PKCS1, "sha512"): 5,
    (Scheme.RSA_PSS, "sha512"): 6,
}


class Role(IntEnum):
    """Bits 8 and 7 of the rights (TR-03110-3 C.4)."""

    INSPECTION_SYSTEM = 0
    DV_FOREIGN = 1
    DV_DOMESTIC = 2
    CVCA = 3


@dataclass(frozen=True, slots=True)
class Authorisation:
    """CHAT of an inspection system and its authorities: role, and which data groups may be read."""

    role: Role
    reads_fingerprints: bool
    reads_iris: bool = False

    @property
    def rights(self) -> int:
        """The octet of DO'53'."""
        return self.role << 6 | self.reads_iris << 1 | self.reads_fingerprints

    def encode(self) -> bytes:
        """7F4C with id-IS."""
        return encode_tlv(
            TAG_CHAT,
            encode_tlv(TAG_OID, encode_oid(INSPECTION_SYSTEM)),
            encode_tlv(TAG_RIGHTS, bytes([self.rights])),
        )

    @classmethod
    def decode(cls, element: Tlv) -> "Authorisation":
        """The CHAT of a 7F4C object. Raises DecodingError for other kinds of terminals."""
        if decode_oid(element.expect(TAG_OID).value) != INSPECTION_SYSTEM:
            raise DecodingError("the CHAT is not that of an inspection system")
        rights = element.expect(TAG_RIGHTS).value
        if len(rights) != 1:
            raise DecodingError("the rights of an inspection system are one byte")
        return cls(Role(rights[0] >> 6), bool(rights[0] & 1), bool(rights[0] & 2))


@dataclass(frozen=True, slots=True)
class CvPublicKey:
    """The key of a CV certificate. EC keys of DV and terminals come as a point alone: the curve is their issuer's."""

    algorithm: SignatureAlgorithm
    curve: CurveParameters | None
    point: bytes | None
    rsa: RsaPublicKey | None

    def on(self, inherited: CurveParameters | None) -> PublicKey:
        """The key, on its own curve or on the `inherited` one. Raises PkiError when there is neither."""
        if self.rsa is not None:
            return self.rsa
        curve = self.curve or inherited
        if curve is None or self.point is None:
            raise PkiError("a CV certificate's key without domain parameters, its own or its issuer's")
        return EcPublicKey.from_point(curve, self.point)

    @classmethod
    def of(cls, key: PublicKey, algorithm: SignatureAlgorithm, with_parameters: bool) -> "CvPublicKey":
        """The form of a key: domain parameters stand in self-signed certificates and in links that change them."""
        if isinstance(key, RsaPublicKey):
            return cls(algorithm, None, None, key)
        if isinstance(key, EcPublicKey) and key.curve.field_length_bytes <= 64:
            return cls(algorithm, key.curve if with_parameters else None, key.point, None)
        raise EncodingError("a CV certificate bears RSA keys, and EC keys up to 512 bits (TR-03110-3 A.7.3)")

    def encode(self) -> bytes:
        """7F49, unsigned integers without leading zeros, in the order of TR-03110-3 D.3."""
        objects = [(TAG_OID, encode_oid(terminal_authentication_oid(self.algorithm)))]
        if self.rsa is not None:
            objects += [(0x81, _unsigned(self.rsa.modulus)), (0x82, _unsigned(self.rsa.exponent))]
        else:
            curve = self.curve
            if curve is not None:
                objects += [(0x81, _unsigned(curve.p)), (0x82, _unsigned(curve.a)), (0x83, _unsigned(curve.b))]
                objects += [(0x84, curve.generator), (0x85, _unsigned(curve.n))]
            objects.append((0x86, self.point or b""))
            if curve is not None:
                objects.append((0x87, _unsigned(curve.h)))
        return encode_tlv(TAG_PUBLIC_KEY, *(encode_tlv(tag, value) for tag, value in objects))

    @classmethod
    def decode(cls, element: Tlv) -> "CvPublicKey":
        """The key of a 7F49 object. Raises DecodingError for unknown algorithms, curves and missing members."""
        algorithm = terminal_authentication_algorithm(decode_oid(element.expect(TAG_OID).value))
        if algorithm.scheme is not Scheme.ECDSA_PLAIN:
            modulus, exponent = _number(element.expect(0x81)), _number(element.expect(0x82))
            return cls(algorithm, None, None, RsaPublicKey(modulus, exponent))
        point = element.expect(0x86).value
        if element.find(0x81) is None:
            return cls(algorithm, None, point, None)
        p, a, b, n = (_number(element.expect(tag)) for tag in (0x81, 0x82, 0x83, 0x85))
        generator, cofactor = element.expect(0x84).value, element.find(0x87)
        length = (len(generator) - 1) // 2
        gx, gy = int.from_bytes(generator[1 : 1 + length], "big"), int.from_bytes(generator[1 + length :], "big")
        curve = match_explicit(p, a, b, gx, gy, n, _number(cofactor) if cofactor is not None else None)
        if curve is None or curve.generator != generator:
            raise DecodingError("the domain parameters are those of no known curve")
        return cls(algorithm, curve, point, None)


@dataclass(frozen=True, slots=True)
class CvCertificate:
    """One certificate. `body` is the signed 7F4E object as it stood; references are ISO 8859-1 text."""

    raw: bytes = field(repr=False)
    body: bytes = field(repr=False)
    authority_reference: str
    public_key: CvPublicKey
    holder_reference: str
    authorisation: Authorisation
    effective: date
    expiry: date
    extensions: bytes | None = field(repr=False)
    signature: bytes = field(repr=False)

    @classmethod
    def decode(cls, raw: bytes) -> "CvCertificate":
        """The certificate that `raw` is. Raises DecodingError when it is none."""
        certificate = decode_tlv(raw, TAG_CERTIFICATE)
        body = certificate.expect(TAG_BODY)
        if len(certificate.children) != 2 or body.expect(TAG_PROFILE).value != PROFILE_VERSION:
            raise DecodingError("a CV certificate of profile 0 has a body and a signature")
        extensions = body.find(TAG_EXTENSIONS)
        return cls(
            raw=raw,
            body=body.raw,
            authority_reference=read_reference(body.expect(TAG_AUTHORITY)),
            public_key=CvPublicKey.decode(body.expect(TAG_PUBLIC_KEY)),
            holder_reference=read_reference(body.expect(TAG_HOLDER)),
            authorisation=Authorisation.decode(body.expect(TAG_CHAT)),
            effective=_read_date(body.expect(TAG_EFFECTIVE)),
            expiry=_read_date(body.expect(TAG_EXPIRY)),
            extensions=extensions.raw if extensions is not None else None,
            signature=certificate.expect(TAG_SIGNATURE).value,
        )

    @property
    def is_self_signed(self) -> bool:
        """Whether it names itself as its authority."""
        return self.authority_reference == self.holder_reference

    def is_signed_by(self, key: PublicKey, algorithm: SignatureAlgorithm) -> bool:
        """Whether the signature is that of the authority's `key` with the authority's `algorithm`."""
        return verify(key, algorithm, self.body, self.signature)


class CertifiedKey(Protocol):
    """What is certified of a key: its public half, and what it signs with."""

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """What it signs with."""
        ...

    @property
    def public_key(self) -> PublicKey:
        """The public half."""
        ...


def issue_cv_certificate(
    authority_key: SigningKey,
    authority_reference: str,
    holder_key: CertifiedKey,
    holder_reference: str,
    authorisation: Authorisation,
    effective: date,
    expiry: date,
    with_parameters: bool = False,
) -> CvCertificate:
    """A certificate for `holder_key`; self-signed when both keys and references are the same.

    Raises EncodingError for references and dates that cannot be, and for keys that TR-03110 does not allow.
    """
    if expiry < effective:
        raise EncodingError("a CV certificate ends before it begins")
    body = encode_tlv(
        TAG_BODY,
        encode_tlv(TAG_PROFILE, PROFILE_VERSION),
        encode_tlv(TAG_AUTHORITY, encode_reference(authority_reference)),
        CvPublicKey.of(holder_key.public_key, holder_key.algorithm, with_parameters).encode(),
        encode_tlv(TAG_HOLDER, encode_reference(holder_reference)),
        authorisation.encode(),
        encode_tlv(TAG_EFFECTIVE, _date(effective)),
        encode_tlv(TAG_EXPIRY, _date(expiry)),
    )
    return CvCertificate.decode(
        encode_tlv(TAG_CERTIFICATE, body, encode_tlv(TAG_SIGNATURE, sign_plain(authority_key, body)))
    )


def sign_plain(key: SigningKey, message: bytes) -> bytes:
    """A signature as CV certificates and Terminal Authentication carry it: r ‖ s for ECDSA."""
    signature = key.sign(message)
    return der_to_plain(signature, key.public_key.curve) if isinstance(key.public_key, EcPublicKey) else signature


def terminal_authentication_oid(algorithm: SignatureAlgorithm) -> str:
    """id-TA-… of an algorithm (TR-03110-3 A.6.4). Raises EncodingError for those that it does not have."""
    if algorithm.scheme in (Scheme.ECDSA, Scheme.ECDSA_PLAIN):
        return f"{TERMINAL_AUTHENTICATION}.2.{_ECDSA_ARCS[algorithm.hash_name]}"
    arc = _RSA_ARCS.get((algorithm.scheme, algorithm.hash_name))
    if arc is None:
        raise EncodingError(f"Terminal Authentication has no {algorithm}")
    return f"{TERMINAL_AUTHENTICATION}.1.{arc}"


def terminal_authentication_algorithm(oid: str) -> SignatureAlgorithm:
    """The algorithm of id-TA-…, ECDSA without DER. Raises DecodingError for unknown ones."""
    for hash_name, arc in _ECDSA_ARCS.items():
        if oid == f"{TERMINAL_AUTHENTICATION}.2.{arc}":
            return SignatureAlgorithm(Scheme.ECDSA_PLAIN, hash_name)
    for (scheme, hash_name), arc in _RSA_ARCS.items():
        if oid == f"{TERMINAL_AUTHENTICATION}.1.{arc}":
            return SignatureAlgorithm(scheme, hash_name)
    raise DecodingError(f"Terminal Authentication with {oid} is not known here")


def _unsigned(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8 or 1, "big")


def _number(element: Tlv) -> int:
    return int.from_bytes(element.value, "big")


def encode_reference(text: str) -> bytes:
    """CHR or CAR. Raises EncodingError unless it is a country, a name and five characters."""
    encoded = text.encode("latin-1", errors="replace")
    if not 8 <= len(encoded) <= LONGEST_REFERENCE or not text[:2].isalpha() or not text[:2].isupper():
        raise EncodingError("a reference is a country of two letters, a name of at most nine, and five characters")
    return encoded


def read_reference(element: Tlv) -> str:
    """The text of a CHR or CAR. Raises DecodingError for other lengths."""
    if not 1 <= len(element.value) <= LONGEST_REFERENCE:
        raise DecodingError(f"a reference has 1 to {LONGEST_REFERENCE} characters")
    return element.value.decode("latin-1")


def _date(day: date) -> bytes:
    """YYMMDD, one digit a byte (TR-03110-3 D.2.1.3)."""
    return bytes(int(digit) for digit in day.strftime("%y%m%d"))


def _read_date(element: Tlv) -> date:
    digits = element.value
    if len(digits) != 6 or max(digits) > 9:
        raise DecodingError("a date in a CV certificate is six digits, one a byte")
    year, month, day = (10 * digits[at] + digits[at + 1] for at in (0, 2, 4))
    try:
        return date(2000 + year, month, day)
    except ValueError:
        raise DecodingError("a date in a CV certificate does not exist") from None
