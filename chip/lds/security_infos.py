"""SecurityInfos: what protocols a chip speaks, in EF.CardAccess, EF.CardSecurity and DG14.

SecurityInfo ::= SEQUENCE { protocol OBJECT IDENTIFIER, requiredData ANY, optionalData ANY OPTIONAL }
Sources: Doc 9303-11 §9.2, TR-03110-3 A.1.1. What is not known here is kept as it came.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from chip import der
from chip.errors import DecodingError, EncodingError
from chip.oids import (
    ACTIVE_AUTHENTICATION,
    CHIP_AUTHENTICATION,
    ECDSA_PLAIN,
    PACE,
    PUBLIC_KEY,
    TERMINAL_AUTHENTICATION,
)
from chip.pki.public_key import PublicKey, decode_public_key
from chip.tlv import Tlv, decode_tlv, encode_tlv

PACE_VERSION, CHIP_AUTHENTICATION_VERSION, ACTIVE_AUTHENTICATION_VERSION = 2, 1, 1
TERMINAL_AUTHENTICATION_VERSION = 1
ARCS_OF_A_PACE_CIPHER = 2  # mapping and cipher: 0.4.0.127.0.7.2.2.4.2.2


@dataclass(frozen=True, slots=True)
class PaceInfo:
    """PACE with one mapping and cipher (`protocol`) over one standardised set of domain parameters."""

    protocol: str
    parameter_id: int | None
    version: int = PACE_VERSION

    def encode(self) -> bytes:
        """SecurityInfo, DER."""
        return _info(self.protocol, der.integer(self.version), _optional_integer(self.parameter_id))


@dataclass(frozen=True, slots=True)
class ChipAuthenticationInfo:
    """Chip Authentication with one cipher; `key_id` names the key where there are several."""

    protocol: str
    key_id: int | None = None
    version: int = CHIP_AUTHENTICATION_VERSION

    def encode(self) -> bytes:
        """SecurityInfo, DER."""
        return _info(self.protocol, der.integer(self.version), _optional_integer(self.key_id))


@dataclass(frozen=True, slots=True)
class ChipAuthenticationPublicKeyInfo:
    """The chip's public key; `public_key_info` is its SubjectPublicKeyInfo as it stands."""

    protocol: str
    public_key_info: bytes = field(repr=False)
    key_id: int | None = None

    @property
    def public_key(self) -> PublicKey:
        """The key. Raises DecodingError when its kind or domain parameters are not known here."""
        return decode_public_key(self.public_key_info)

    def encode(self) -> bytes:
        """SecurityInfo, DER."""
        return _info(self.protocol, self.public_key_info, _optional_integer(self.key_id))


@dataclass(frozen=True, slots=True)
class TerminalAuthenticationInfo:
    """Terminal Authentication; `cvca_file` is the FileID (DER) where EF.CVCA is not in its usual place."""

    version: int = TERMINAL_AUTHENTICATION_VERSION
    cvca_file: bytes | None = None
    protocol: str = TERMINAL_AUTHENTICATION

    def encode(self) -> bytes:
        """SecurityInfo, DER."""
        return _info(self.protocol, der.integer(self.version), self.cvca_file or b"")


@dataclass(frozen=True, slots=True)
class ActiveAuthenticationInfo:
    """How an EC key of DG15 signs: one of the ecdsa-plain algorithms of TR-03111."""

    signature_algorithm: str
    version: int = ACTIVE_AUTHENTICATION_VERSION
    protocol: str = ACTIVE_AUTHENTICATION

    def __post_init__(self) -> None:
        if not self.signature_algorithm.startswith(f"{ECDSA_PLAIN}."):
            raise EncodingError("ActiveAuthenticationInfo names an ecdsa-plain algorithm")

    def encode(self) -> bytes:
        """SecurityInfo, DER."""
        return _info(self.protocol, der.integer(self.version), der.object_identifier(self.signature_algorithm))


@dataclass(frozen=True, slots=True)
class OtherSecurityInfo:
    """A SecurityInfo of another protocol, or of a form that is not known here, as it came."""

    protocol: str
    raw: bytes = field(repr=False)

    def encode(self) -> bytes:
        """The same bytes."""
        return self.raw


SecurityInfo: TypeAlias = (
    PaceInfo
    | ChipAuthenticationInfo
    | ChipAuthenticationPublicKeyInfo
    | TerminalAuthenticationInfo
    | ActiveAuthenticationInfo
    | OtherSecurityInfo
)
SecurityInfos: TypeAlias = tuple[SecurityInfo, ...]


def in_der_order(*infos: SecurityInfo) -> SecurityInfos:
    """The infos as DER orders the members of a SET: what is written anew is in this order (X.690 §11.6)."""
    return tuple(sorted(infos, key=lambda info: info.encode()))


def encode_security_infos(infos: SecurityInfos) -> bytes:
    """SET OF SecurityInfo in the order given, so that foreign files in another order come back as they were."""
    return encode_tlv(der.SET, *(info.encode() for info in infos))


def decode_security_infos(raw: bytes) -> SecurityInfos:
    """The infos of a SET, in its order. Raises DecodingError when it is no set of SecurityInfos."""
    return tuple(_decode_info(member) for member in der.read_members(decode_tlv(raw), der.SET))


def _info(protocol: str, required: bytes, optional: bytes) -> bytes:
    return der.sequence(der.object_identifier(protocol), required, optional)


def _optional_integer(value: int | None) -> bytes:
    return der.integer(value) if value is not None else b""


def _decode_info(element: Tlv) -> SecurityInfo:
    members = der.read_members(element)
    if not 2 <= len(members) <= 3:
        raise DecodingError("a SecurityInfo has two or three members")
    protocol, required = der.read_object_identifier(members[0]), members[1]
    optional = members[2] if len(members) == 3 else None
    try:
        known = _decode_known(protocol, required, optional)
    except (DecodingError, EncodingError):
        known = None
    return known if known is not None else OtherSecurityInfo(protocol, element.raw)


def _decode_known(protocol: str, required: Tlv, optional: Tlv | None) -> SecurityInfo | None:
    if protocol.startswith(f"{PUBLIC_KEY}.") and required.tag == der.SEQUENCE:
        return ChipAuthenticationPublicKeyInfo(protocol, required.raw, _read_optional_integer(optional))
    if required.tag != der.INTEGER:
        return None
    version = der.read_number(required)
    if protocol.startswith(f"{CHIP_AUTHENTICATION}."):
        return ChipAuthenticationInfo(protocol, _read_optional_integer(optional), version)
    if protocol.startswith(f"{PACE}.") and protocol.count(".") == PACE.count(".") + ARCS_OF_A_PACE_CIPHER:
        return PaceInfo(protocol, _read_optional_integer(optional), version)
    if protocol == TERMINAL_AUTHENTICATION:
        return TerminalAuthenticationInfo(version, optional.raw if optional is not None else None)
    if protocol == ACTIVE_AUTHENTICATION and optional is not None:
        return ActiveAuthenticationInfo(der.read_object_identifier(optional), version)
    return None


def _read_optional_integer(element: Tlv | None) -> int | None:
    return der.read_number(element) if element is not None else None
