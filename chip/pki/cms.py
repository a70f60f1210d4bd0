"""CMS SignedData as travel documents use it (RFC 5652): EF.SOD, EF.CardSecurity and master lists are made of it.

What is read keeps its bytes: hashes and signatures are taken over what stood there, never over a new encoding.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chip import der
from chip.errors import DecodingError, EncodingError, PkiError
from chip.pki.certificate import Certificate
from chip.pki.signature import SignatureAlgorithm, decode_hash, digest, digest_size, encode_hash, verify
from chip.pki.signing_key import SigningKey
from chip.tlv import Tlv, decode_tlv, encode_tlv

SIGNED_DATA = "1.2.840.113549.1.7.2"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
CONTEXT_0, CONTEXT_1 = 0xA0, 0xA1
KEY_IDENTIFIER = 0x80
VERSION_WITH_OWN_CONTENT = 3  # RFC 5652 §5.1: the content type is not id-data
VERSION_BY_ISSUER, VERSION_BY_KEY = 1, 3  # RFC 5652 §5.3


@dataclass(frozen=True, slots=True)
class SignerInfo:
    """One signature. The signer is named by issuer and serial number, or by its key identifier."""

    version: int
    issuer: bytes | None = field(repr=False)
    serial_number: int | None
    key_identifier: bytes | None
    digest_name: str
    signed_attributes: bytes | None = field(repr=False)  # as the SET that is signed, tag 31
    content_type: str | None
    message_digest: bytes | None = field(repr=False)
    signing_time: datetime | None
    algorithm_identifier: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    has_unsigned_attributes: bool

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """How the signature was made: the SignerInfo's word, not the certificate's. Raises DecodingError if unknown."""
        return SignatureAlgorithm.decode(self.algorithm_identifier, self.digest_name)

    def names(self, certificate: Certificate) -> bool:
        """Whether `certificate` is the one that this signer names: by its very bytes, which no signature covers."""
        if self.key_identifier is not None:
            return certificate.subject_key_identifier == self.key_identifier
        return (certificate.issuer, certificate.serial_number) == (self.issuer, self.serial_number)


@dataclass(frozen=True, slots=True)
class SignedData:
    """A signed content with its certificates (DER) and signers."""

    raw: bytes = field(repr=False)
    version: int
    digest_names: tuple[str, ...]
    content_type: str
    content: bytes = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)
    has_revocation_lists: bool
    signers: tuple[SignerInfo, ...]

    @classmethod
    def decode(cls, raw: bytes) -> "SignedData":
        """The SignedData of a ContentInfo. Raises DecodingError when it is none."""
        outer = der.read_members(decode_tlv(raw))
        if len(outer) != 2 or der.read_object_identifier(outer[0]) != SIGNED_DATA or outer[1].tag != CONTEXT_0:
            raise DecodingError("ContentInfo with SignedData wanted")
        members = list(der.read_members(decode_tlv(outer[1].value)))
        if len(members) < 4:
            raise DecodingError("SignedData has too few members")
        version, digests, encapsulated, *rest = members
        signers = der.read_members(rest.pop(), der.SET)
        optional = {member.tag: member for member in rest}
        if len(optional) != len(rest) or not optional.keys() <= {CONTEXT_0, CONTEXT_1}:
            raise DecodingError("SignedData has members beyond RFC 5652")
        content_type, content = _read_content(encapsulated)
        certificates = optional.get(CONTEXT_0)
        return cls(
            raw=raw,
            version=der.read_number(version),
            digest_names=tuple(decode_hash(member.raw) for member in der.read_members(digests, der.SET)),
            content_type=content_type,
            content=content,
            certificates=tuple(member.raw for member in certificates.children) if certificates else (),
            has_revocation_lists=CONTEXT_1 in optional,
            signers=tuple(_read_signer(signer) for signer in signers),
        )

    def certificate_of(self, signer: SignerInfo) -> Certificate | None:
        """The enclosed certificate that `signer` names, or None. Raises DecodingError when one cannot be read."""
        for raw in self.certificates:
            certificate = Certificate.decode(raw)
            if signer.names(certificate):
                return certificate
        return None

    def verify(self, signer: SignerInfo, certificate: Certificate) -> None:
        """Whether the signature is that of `certificate`'s key over this content; the chain is another question.

        Raises PkiError with the reason when it is not, DecodingError when key or algorithm are not known here.
        """
        signed = self.content
        if signer.signed_attributes is not None:
            if signer.content_type != self.content_type:
                raise PkiError("the signed content type is another one")
            if signer.message_digest != digest(signer.digest_name, self.content):
                raise PkiError("the signed digest is not that of the content")
            signed = signer.signed_attributes
        algorithm = signer.algorithm
        if algorithm.hash_name != signer.digest_name:
            raise PkiError(f"the signer names {signer.digest_name} and signs with {algorithm}")
        if not verify(certificate.public_key, algorithm, signed, signer.signature):
            raise PkiError("the signature does not hold")


class ContentSigner:
    """One signer's SignedData over one type of content: all that stays the same is written once (Doc 9303-10 §4.6.2).

    What changes with each signature is put between the parts, so that building costs little beside signing.
    """

    def __init__(
        self,
        content_type: str,
        key: SigningKey,
        certificate: Certificate,
        more_digests: Sequence[str] = (),
        more_certificates: Sequence[Certificate] = (),
        by_key_identifier: bool = False,
    ) -> None:
        """`more_digests` are hashes that the content uses itself; `by_key_identifier` names the signer by its key.

        Raises PkiError when the key is not the certificate's, EncodingError when it has no identifier to be named by.
        """
        if key.public_key != certificate.public_key:
            raise PkiError(f"the signing key is not the one of {certificate.subject_text}")
        self._key, self._hash_name = key, key.algorithm.hash_name
        self._content_type_attribute = _attribute(CONTENT_TYPE, der.object_identifier(content_type))
        empty_digest = bytes(digest_size(self._hash_name))
        self._digest_attribute_start = _attribute(MESSAGE_DIGEST, der.octet_string(empty_digest))[: -len(empty_digest)]
        self._signer_start = _signer_name(certificate, by_key_identifier) + encode_hash(self._hash_name)
        self._algorithm = key.algorithm.encode()
        digests = der.set_of(*(encode_hash(name) for name in {self._hash_name, *more_digests}))
        self._start = der.integer(VERSION_WITH_OWN_CONTENT) + digests
        self._content_type = der.object_identifier(content_type)
        self._certificates = encode_tlv(CONTEXT_0, *sorted(item.raw for item in (certificate, *more_certificates)))

    def sign(self, content: bytes, signing_time: datetime | None) -> bytes:
        """ContentInfo with the SignedData over `content`, DER; the moment is said where there is one."""
        attributes = [
            self._content_type_attribute,
            self._digest_attribute_start + digest(self._hash_name, content),
        ]
        if signing_time is not None:
            attributes.append(_attribute(SIGNING_TIME, der.time(signing_time)))
        signed = b"".join(sorted(attributes))  # DER's order of a SET OF
        signature = self._key.sign(encode_tlv(der.SET, signed))
        signer = der.sequence(
            self._signer_start, encode_tlv(CONTEXT_0, signed), self._algorithm, der.octet_string(signature)
        )
        signed_data = der.sequence(
            self._start,
            der.sequence(self._content_type, der.explicit(0, der.octet_string(content))),
            self._certificates,
            encode_tlv(der.SET, signer),
        )
        return der.sequence(der.object_identifier(SIGNED_DATA), der.explicit(0, signed_data))


def sign(
    content_type: str,
    content: bytes,
    key: SigningKey,
    certificate: Certificate,
    signing_time: datetime | None,
    more_digests: Sequence[str] = (),
    more_certificates: Sequence[Certificate] = (),
    by_key_identifier: bool = False,
) -> bytes:
    """What a `ContentSigner` makes of one content. Raises as that does."""
    signer = ContentSigner(content_type, key, certificate, more_digests, more_certificates, by_key_identifier)
    return signer.sign(content, signing_time)


def _signer_name(certificate: Certificate, by_key_identifier: bool) -> bytes:
    """Version of the SignerInfo and who signs."""
    if not by_key_identifier:
        name = der.sequence(certificate.issuer, der.integer(certificate.serial_number))
        return der.integer(VERSION_BY_ISSUER) + name
    if certificate.subject_key_identifier is None:
        raise EncodingError(f"{certificate.subject_text} has no key identifier to be named by")
    return der.integer(VERSION_BY_KEY) + der.implicit(0, certificate.subject_key_identifier)


def _attribute(oid: str, value: bytes) -> bytes:
    return der.sequence(der.object_identifier(oid), der.set_of(value))


def _read_content(encapsulated: Tlv) -> tuple[str, bytes]:
    members = der.read_members(encapsulated)
    if len(members) != 2 or members[1].tag != CONTEXT_0:
        raise DecodingError("SignedData without its content")
    return der.read_object_identifier(members[0]), der.read_octet_string(decode_tlv(members[1].value))


def _read_signer(element: Tlv) -> SignerInfo:
    members = list(der.read_members(element))
    if len(members) < 5:
        raise DecodingError("SignerInfo has too few members")
    version, name, digest_algorithm = members[:3]
    rest = members[3:]
    attributes = rest.pop(0) if rest[0].tag == CONTEXT_0 else None
    if len(rest) not in (2, 3) or (len(rest) == 3 and rest[2].tag != CONTEXT_1):
        raise DecodingError("SignerInfo has members beyond RFC 5652")
    issuer, serial_number, key_identifier = _read_signer_name(name)
    values = _read_attributes(attributes) if attributes is not None else {}
    return SignerInfo(
        version=der.read_number(version),
        issuer=issuer,
        serial_number=serial_number,
        key_identifier=key_identifier,
        digest_name=decode_hash(digest_algorithm.raw),
        signed_attributes=encode_tlv(der.SET, attributes.value) if attributes is not None else None,
        content_type=der.read_object_identifier(values[CONTENT_TYPE]) if CONTENT_TYPE in values else None,
        message_digest=der.read_octet_string(values[MESSAGE_DIGEST]) if MESSAGE_DIGEST in values else None,
        signing_time=der.read_time(values[SIGNING_TIME]) if SIGNING_TIME in values else None,
        algorithm_identifier=rest[0].raw,
        signature=der.read_octet_string(rest[1]),
        has_unsigned_attributes=len(rest) == 3,
    )


def _read_signer_name(name: Tlv) -> tuple[bytes | None, int | None, bytes | None]:
    if name.tag == KEY_IDENTIFIER:
        return None, None, name.value
    members = der.read_members(name)
    if len(members) != 2:
        raise DecodingError("a signer is named by issuer and serial number, or by its key identifier")
    return members[0].raw, der.read_integer(members[1]), None


def _read_attributes(attributes: Tlv) -> dict[str, Tlv]:
    """The single value of each attribute by its identifier."""
    values: dict[str, Tlv] = {}
    for attribute in attributes.children:
        members = der.read_members(attribute)
        if len(members) != 2:
            raise DecodingError("an attribute is an identifier and a set of values")
        oid, content = der.read_object_identifier(members[0]), der.read_members(members[1], der.SET)
        if oid in values or len(content) != 1:
            raise DecodingError("a signed attribute has one value and stands once")
        values[oid] = content[0]
    return values
