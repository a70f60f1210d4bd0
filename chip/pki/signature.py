"""Signature algorithms: their AlgorithmIdentifiers, and verifying with them.

Source: RFC 5758, RFC 4055, RFC 8017; for r ‖ s without DER, TR-03111 §5.2.1. Doc 9303-12 §4.1.6 says which may be used.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from chip import der
from chip.crypto.domain_parameters import CurveParameters
from chip.crypto.elliptic import curve_of
from chip.errors import DecodingError, PkiError, UnknownAlgorithm
from chip.oids import ECDSA_PLAIN
from chip.pki.public_key import RSA_ENCRYPTION, RSASSA_PSS, EcPublicKey, PublicKey, RsaPublicKey
from chip.tlv import Tlv, decode_tlv

MGF1 = "1.2.840.113549.1.1.8"
HASH_OIDS = {
    "sha1": "1.3.14.3.2.26",
    "sha224": "2.16.840.1.101.3.4.2.4",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
ECDSA_OIDS = {
    "sha1": "1.2.840.10045.4.1",
    "sha224": "1.2.840.10045.4.3.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
RSA_OIDS = {
    "sha1": "1.2.840.113549.1.1.5",
    "sha224": "1.2.840.113549.1.1.14",
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
ECDSA_PLAIN_OIDS = {name: f"{ECDSA_PLAIN}.{arc}" for arc, name in enumerate(HASH_OIDS, start=1)}
HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - old documents are signed with it; nothing new is
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
ALLOWED_FOR_NEW = frozenset({"sha224", "sha256", "sha384", "sha512"})  # Doc 9303-12 §4.1.6
_CURVE_CLASSES: dict[str, type[ec.EllipticCurve]] = {
    "secp192r1": ec.SECP192R1,
    "secp224r1": ec.SECP224R1,
    "secp256r1": ec.SECP256R1,
    "secp384r1": ec.SECP384R1,
    "secp521r1": ec.SECP521R1,
    "brainpoolP256r1": ec.BrainpoolP256R1,
    "brainpoolP384r1": ec.BrainpoolP384R1,
    "brainpoolP512r1": ec.BrainpoolP512R1,
}


class Scheme(StrEnum):
    """What is done with the hash."""

    ECDSA = "ecdsa"
    ECDSA_PLAIN = "ecdsa-plain"
    RSA_PKCS1 = "rsa-pkcs1"
    RSA_PSS = "rsa-pss"


@dataclass(frozen=True, slots=True)
class SignatureAlgorithm:
    """A scheme and its hash ("sha256"). RSASSA-PSS has MGF1 with that hash too, and a salt as long as it by default."""

    scheme: Scheme
    hash_name: str
    salt_length: int | None = None

    def __str__(self) -> str:
        return f"{self.scheme}-{self.hash_name}"

    def encode(self) -> bytes:
        """AlgorithmIdentifier, DER: no parameters for ECDSA, NULL for PKCS#1, all of them but defaults for PSS."""
        if self.scheme is Scheme.ECDSA:
            return der.sequence(der.object_identifier(ECDSA_OIDS[self.hash_name]))
        if self.scheme is Scheme.ECDSA_PLAIN:
            return der.sequence(der.object_identifier(ECDSA_PLAIN_OIDS[self.hash_name]))
        if self.scheme is Scheme.RSA_PKCS1:
            return der.sequence(der.object_identifier(RSA_OIDS[self.hash_name]), der.null())
        digest = encode_hash(self.hash_name, with_null=True)
        salt_length = HASHES[self.hash_name].digest_size if self.salt_length is None else self.salt_length
        parameters = der.sequence(
            der.explicit(0, digest),
            der.explicit(1, der.sequence(der.object_identifier(MGF1), digest)),
            der.explicit(2, der.integer(salt_length)),
        )
        return der.sequence(der.object_identifier(RSASSA_PSS), parameters)

    @classmethod
    def decode(cls, raw: bytes, digest_name: str | None = None) -> "SignatureAlgorithm":
        """The algorithm of an AlgorithmIdentifier; `digest_name` completes rsaEncryption, as CMS signers write it.

        Raises DecodingError for algorithms that are not known here.
        """
        members = der.read_members(decode_tlv(raw))
        if not members:
            raise DecodingError("a signature algorithm without an identifier")
        oid = der.read_object_identifier(members[0])
        if oid != RSASSA_PSS and any(member.raw != der.null() for member in members[1:]):
            raise DecodingError(f"signature algorithm {oid} with parameters that it does not have")
        for scheme, table in (
            (Scheme.ECDSA, ECDSA_OIDS),
            (Scheme.ECDSA_PLAIN, ECDSA_PLAIN_OIDS),
            (Scheme.RSA_PKCS1, RSA_OIDS),
        ):
            for hash_name, candidate in table.items():
                if candidate == oid:
                    return cls(scheme, hash_name)
        if oid == RSA_ENCRYPTION and digest_name is not None:
            return cls(Scheme.RSA_PKCS1, digest_name)
        if oid == RSASSA_PSS:
            return _decode_pss(members[1] if len(members) > 1 else None)
        raise UnknownAlgorithm(oid)


def _decode_pss(parameters: Tlv | None) -> SignatureAlgorithm:
    """RSASSA-PSS-params with its defaults: SHA-1, MGF1 with SHA-1, salt 20, trailer 1 (RFC 4055 §3.1)."""
    hash_name, mask_hash, salt_length = "sha1", "sha1", 20
    for member in der.read_members(parameters) if parameters is not None else ():
        inner = decode_tlv(member.value)
        if member.tag == 0xA0:
            hash_name = decode_hash(inner.raw)
        elif member.tag == 0xA1:
            generator = der.read_members(inner)
            if len(generator) != 2 or der.read_object_identifier(generator[0]) != MGF1:
                raise DecodingError("RSASSA-PSS with another mask than MGF1")
            mask_hash = decode_hash(generator[1].raw)
        elif member.tag == 0xA2:
            salt_length = der.read_number(inner)
        elif member.tag != 0xA3 or der.read_number(inner) != 1:
            raise DecodingError("RSASSA-PSS with parameters beyond RFC 4055")
    if mask_hash != hash_name or not 0 <= salt_length <= 512:
        raise DecodingError("RSASSA-PSS whose mask uses another hash, or with a salt out of range")
    return SignatureAlgorithm(Scheme.RSA_PSS, hash_name, salt_length)


@lru_cache(maxsize=16)
def encode_hash(hash_name: str, with_null: bool = False) -> bytes:
    """AlgorithmIdentifier of a hash; without parameters, as RFC 5754 §2 and Doc 9303-12 tables 18 and 19 want it."""
    return der.sequence(der.object_identifier(HASH_OIDS[hash_name]), der.null() if with_null else b"")


def decode_hash(raw: bytes) -> str:
    """The hash of an AlgorithmIdentifier, with NULL or without parameters. Raises DecodingError for unknown ones."""
    members = der.read_members(decode_tlv(raw))
    if not members or len(members) > 2 or (len(members) == 2 and members[1].raw != der.null()):
        raise DecodingError("a hash algorithm is an identifier, alone or with NULL")
    oid = der.read_object_identifier(members[0])
    for hash_name, candidate in HASH_OIDS.items():
        if candidate == oid:
            return hash_name
    raise DecodingError(f"hash algorithm {oid} is not known here")


def digest(hash_name: str, *parts: bytes) -> bytes:
    """The hash of the joined parts."""
    state = hashes.Hash(HASHES[hash_name])
    for part in parts:
        state.update(part)
    return state.finalize()


def digest_size(hash_name: str) -> int:
    """How many bytes a hash has."""
    return HASHES[hash_name].digest_size


def verify(key: PublicKey, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` is the key's. Raises PkiError when key and algorithm do not go together."""
    if isinstance(key, RsaPublicKey) and algorithm.scheme in (Scheme.RSA_PKCS1, Scheme.RSA_PSS):
        return _verify_rsa(key, algorithm, message, signature)
    if isinstance(key, EcPublicKey) and algorithm.scheme in (Scheme.ECDSA, Scheme.ECDSA_PLAIN):
        return _verify_ecdsa(key, algorithm, message, signature)
    raise PkiError(f"a key of kind {key.description} cannot verify {algorithm}")


def curve_class(name: str) -> type[ec.EllipticCurve]:
    """The library's own name of a curve. Raises PkiError for curves on which it has no keys."""
    if name not in _CURVE_CLASSES:
        raise PkiError(f"keys on {name} cannot be made here")
    return _CURVE_CLASSES[name]


def plain_to_der(signature: bytes) -> bytes:
    """r ‖ s of equal length as Ecdsa-Sig-Value. Raises DecodingError when its length is odd."""
    if not signature or len(signature) % 2:
        raise DecodingError("a plain ECDSA signature is two numbers of equal length")
    half = len(signature) // 2
    r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    return der.sequence(der.integer(r), der.integer(s))


def der_to_plain(signature: bytes, curve: CurveParameters) -> bytes:
    """Ecdsa-Sig-Value as r ‖ s, each of the length of the curve's order. Raises DecodingError when it is none."""
    r, s = read_ecdsa_signature(signature)
    if not (0 < r < curve.n and 0 < s < curve.n):
        raise DecodingError("an ECDSA signature whose numbers are out of range")
    length = curve.order_length_bytes
    return r.to_bytes(length, "big") + s.to_bytes(length, "big")


def read_ecdsa_signature(signature: bytes) -> tuple[int, int]:
    """r and s of an Ecdsa-Sig-Value. Raises DecodingError when it is none."""
    members = der.read_members(decode_tlv(signature))
    if len(members) != 2:
        raise DecodingError("an ECDSA signature is a sequence of two integers")
    return der.read_integer(members[0]), der.read_integer(members[1])


def _verify_rsa(key: RsaPublicKey, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
    hash_algorithm = HASHES[algorithm.hash_name]
    scheme: padding.AsymmetricPadding = padding.PKCS1v15()
    if algorithm.scheme is Scheme.RSA_PSS:
        salt = hash_algorithm.digest_size if algorithm.salt_length is None else algorithm.salt_length
        scheme = padding.PSS(padding.MGF1(hash_algorithm), salt)
    try:
        public_key = rsa.RSAPublicNumbers(key.exponent, key.modulus).public_key()
        public_key.verify(signature, message, scheme, hash_algorithm)
    except InvalidSignature:
        return False
    except (ValueError, UnsupportedAlgorithm):
        raise PkiError(f"a key of kind {key.description} is not usable") from None
    return True


def _verify_ecdsa(key: EcPublicKey, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
    try:
        encoded = plain_to_der(signature) if algorithm.scheme is Scheme.ECDSA_PLAIN else signature
        r, s = read_ecdsa_signature(encoded)
    except DecodingError:
        return False
    curve = key.curve
    if not (0 < r < curve.n and 0 < s < curve.n):
        return False
    hashed = digest(algorithm.hash_name, message)
    known = _CURVE_CLASSES.get(curve.name)
    if known is None:
        return _verify_ecdsa_on_any_curve(key, hashed, r, s)
    public_key = ec.EllipticCurvePublicNumbers(key.x, key.y, known()).public_key()
    try:
        public_key.verify(encoded, hashed, ec.ECDSA(utils.Prehashed(HASHES[algorithm.hash_name])))
    except InvalidSignature:
        return False
    return True


def _verify_ecdsa_on_any_curve(key: EcPublicKey, hashed: bytes, r: int, s: int) -> bool:
    """Verification (TR-03111 §4.2.1.2) on curves that the library lacks; specimens of 2008 use brainpoolP224r1."""
    parameters, curve = key.curve, curve_of(key.curve)
    shift = max(0, len(hashed) * 8 - parameters.n.bit_length())
    inverse = pow(s, -1, parameters.n)
    u1 = (int.from_bytes(hashed, "big") >> shift) * inverse % parameters.n
    u2 = r * inverse % parameters.n
    try:
        point = curve.multiply(key.point, u2)
        if u1:
            point = curve.add(curve.multiply(parameters.generator, u1), point)
    except DecodingError:  # the point at infinity
        return False
    return int.from_bytes(curve.shared_secret(point), "big") % parameters.n == r
