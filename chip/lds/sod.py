"""EF.SOD: the hashes of the data groups and the Document Signer's signature over them (Doc 9303-10 §4.6.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from chip import der
from chip.errors import DecodingError, EncodingError, PkiError
from chip.lds.com import LDS_1_8, UNICODE_4
from chip.oids import LDS_SECURITY_OBJECT
from chip.pki import cms
from chip.pki.certificate import Certificate
from chip.pki.cms import SignedData
from chip.pki.public_key import PublicKey
from chip.pki.signature import (
    HASHES,
    Scheme,
    SignatureAlgorithm,
    decode_hash,
    digest,
    encode_hash,
    read_ecdsa_signature,
)
from chip.pki.signing_key import SigningKey
from chip.tlv import Tlv, decode_tlv, encode_tlv

LEGACY_CONTENT_TYPES = ("1.3.27.1.1.1", "1.2.528.1.1006.1.20.1")  # met on documents of Belgium, France, the Netherlands
V0, V1 = 0, 1
TAG_SOD = 0x77
DATA_GROUPS = frozenset(range(1, 17))


@dataclass(frozen=True, slots=True)
class LdsVersionInfo:
    """Versions as EF.COM spells them; only version 1 of the security object carries them."""

    lds_version: str = LDS_1_8
    unicode_version: str = UNICODE_4


@dataclass(frozen=True, slots=True)
class LdsSecurityObject:
    """What is signed: one hash for each data group, taken over the whole file, tag and length included.

    `has_null` says whether NULL stands behind the hash algorithm's identifier: older documents write it, ours do not.
    """

    hash_name: str
    hashes: Mapping[int, bytes]
    version_info: LdsVersionInfo | None = None
    has_null: bool = False

    def __post_init__(self) -> None:
        if not self.hashes or not self.hashes.keys() <= DATA_GROUPS:
            raise EncodingError("a security object holds the hashes of data groups 1 to 16")
        if any(len(value) != HASHES[self.hash_name].digest_size for value in self.hashes.values()):
            raise EncodingError(f"a hash in the security object has another length than {self.hash_name}")

    @classmethod
    def of(
        cls, data_groups: Mapping[int, bytes], hash_name: str, version_info: LdsVersionInfo | None = None
    ) -> "LdsSecurityObject":
        """The object over these files, by data group number."""
        hashes = {number: digest(hash_name, data_groups[number]) for number in sorted(data_groups)}
        return cls(hash_name, MappingProxyType(hashes), version_info)

    @property
    def version(self) -> int:
        """v0, or v1 with the versions inside."""
        return V0 if self.version_info is None else V1

    def encode(self) -> bytes:
        """LDSSecurityObject, DER."""
        hashes = (_hash_start(number, len(value)) + value for number, value in self.hashes.items())
        versions = b""
        if self.version_info is not None:
            versions = der.sequence(
                der.printable_string(self.version_info.lds_version),
                der.printable_string(self.version_info.unicode_version),
            )
        algorithm = encode_hash(self.hash_name, self.has_null)
        return der.sequence(der.integer(self.version), algorithm, der.sequence(*hashes), versions)

    @classmethod
    def decode(cls, raw: bytes) -> "LdsSecurityObject":
        """The object that `raw` is. Raises DecodingError when a data group stands twice or a hash's length is wrong."""
        members = der.read_members(decode_tlv(raw))
        if len(members) not in (3, 4):
            raise DecodingError("LDSSecurityObject has three or four members")
        version = der.read_number(members[0])
        if version not in (V0, V1) or (version == V1) != (len(members) == 4):
            raise DecodingError("LDSSecurityObject is version 0, or version 1 with its versions")
        hashes: dict[int, bytes] = {}
        for element in der.read_members(members[2]):
            pair = der.read_members(element)
            if len(pair) != 2 or der.read_number(pair[0]) in hashes:
                raise DecodingError("each data group has one hash in the security object")
            hashes[der.read_number(pair[0])] = der.read_octet_string(pair[1])
        try:
            return cls(
                decode_hash(members[1].raw),
                MappingProxyType(hashes),
                _read_versions(members[3]) if version == V1 else None,
                has_null=len(members[1].children) == 2,
            )
        except (EncodingError, UnicodeDecodeError) as error:
            raise DecodingError(f"LDSSecurityObject: {error}") from None


@dataclass(frozen=True, slots=True)
class SOD:
    """The file. `raw` is what stood there: nothing of it is ever encoded anew."""

    raw: bytes = field(repr=False)
    signed_data: SignedData
    security_object: LdsSecurityObject

    @classmethod
    def decode(cls, raw: bytes) -> "SOD":
        """The file that `raw` is. Raises DecodingError when it is no signed LDSSecurityObject."""
        return cls._around(SignedData.decode(decode_tlv(raw, TAG_SOD).value), raw)

    @classmethod
    def of(cls, signed_data: SignedData) -> "SOD":
        """The file around a signed LDSSecurityObject. Raises DecodingError when its content is none."""
        return cls._around(signed_data, encode_tlv(TAG_SOD, signed_data.raw))

    @classmethod
    def _around(cls, signed_data: SignedData, raw: bytes) -> "SOD":
        if signed_data.content_type not in (LDS_SECURITY_OBJECT, *LEGACY_CONTENT_TYPES):
            raise DecodingError(f"EF.SOD signs content of type {signed_data.content_type}")
        return cls(raw, signed_data, LdsSecurityObject.decode(signed_data.content))

    def encode(self) -> bytes:
        """The same bytes."""
        return self.raw

    @property
    def signing_time(self) -> datetime | None:
        """When it was signed, as the signer says under its signature; None where it does not say."""
        return self.signed_data.signers[0].signing_time if self.signed_data.signers else None


def sign_sod(
    security_object: LdsSecurityObject, key: SigningKey, certificate: Certificate, signing_time: datetime | None
) -> SOD:
    """The file over `security_object`, the Document Signer's certificate inside. Raises PkiError for a foreign key."""
    raw = cms.sign(
        LDS_SECURITY_OBJECT,
        security_object.encode(),
        key,
        certificate,
        signing_time,
        more_digests=(security_object.hash_name,),
    )
    return SOD.decode(encode_tlv(TAG_SOD, raw))


def refuse_unless_as_we_write(sod: SOD) -> None:
    """The strict mode for our own issue: every byte as we would write it, none of what is tolerated on foreign cards.

    The file is written anew from what was read of it, around the same signature and certificate, and compared.
    Raises PkiError when it differs, or does not hold what is wanted for that.
    """
    signed = sod.signed_data
    try:
        (signer,) = signed.signers
        (certificate,) = (Certificate.decode(raw) for raw in signed.certificates)
        content = replace(sod.security_object, has_null=False, hashes=dict(sorted(sod.security_object.hashes.items())))
        given = _GivenSignature(signer.algorithm, certificate.public_key, signer.signature)
        form = cms.ContentSigner(LDS_SECURITY_OBJECT, given, certificate, (content.hash_name,))
        rebuilt = encode_tlv(TAG_SOD, form.sign(content.encode(), sod.signing_time))
    except (ValueError, DecodingError) as error:
        raise PkiError(f"EF.SOD is not as we write it: {error}") from None
    if rebuilt != sod.raw:
        raise PkiError("EF.SOD is not as we write it: an encoding differs")


@dataclass(frozen=True, slots=True)
class _GivenSignature:
    """In the place of a key: the signature that there is, in its one DER form."""

    algorithm: SignatureAlgorithm
    public_key: PublicKey
    signature: bytes

    def sign(self, message: bytes) -> bytes:
        del message  # it was signed already
        if self.algorithm.scheme is not Scheme.ECDSA:
            return self.signature
        return der.sequence(*(der.integer(number) for number in read_ecdsa_signature(self.signature)))


@lru_cache(maxsize=64)
def _hash_start(number: int, length: int) -> bytes:
    """All of a DataGroupHash but the hash itself, which ends it."""
    empty = bytes(length)
    return der.sequence(der.integer(number), der.octet_string(empty))[:-length]


def _read_versions(element: Tlv) -> LdsVersionInfo:
    texts = []
    for member in der.read_members(element):
        if member.tag != der.PRINTABLE_STRING:
            raise DecodingError("versions in the security object are PrintableStrings")
        texts.append(member.value.decode("ascii"))
    if len(texts) != 2:
        raise DecodingError("the security object names an LDS version and a Unicode version")
    return LdsVersionInfo(*texts)
