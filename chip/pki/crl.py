"""Certificate revocation lists (Doc 9303-12 §7.1.4): a new one every 90 days at the latest, also when empty."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from asn1crypto import crl, pem

from chip import der
from chip.errors import DecodingError, EncodingError, PkiError
from chip.pki.certificate import Certificate, read_serial_number, same_name
from chip.pki.issuing import authority_key_identifier, key_identifier
from chip.pki.public_key import decode_public_key
from chip.pki.signature import SignatureAlgorithm, verify
from chip.pki.signing_key import SigningKey
from chip.tlv import decode_tlv

CRL_NUMBER = "2.5.29.20"
LONGEST_INTERVAL_DAYS = 90  # Doc 9303-12 §4.1.5
LISTS_KEPT = 64


@dataclass(frozen=True, slots=True)
class RevocationList:
    """One CRL; `revoked` gives the moment of revocation by serial number."""

    raw: bytes = field(repr=False)
    signed_bytes: bytes = field(repr=False)
    issuer: bytes = field(repr=False)
    this_update: datetime
    next_update: datetime | None
    number: int | None
    authority_key_identifier: bytes | None
    revoked: Mapping[int, datetime]
    algorithm_identifier: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @classmethod
    def decode(cls, raw: bytes) -> "RevocationList":
        """The CRL that `raw` is, DER. Raises DecodingError when it is none."""
        decode_tlv(raw, der.SEQUENCE)
        try:
            return _read(crl.CertificateList.load(raw, strict=True), raw)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
            raise DecodingError("not a certificate revocation list") from None

    def is_signed_by(self, issuer: Certificate) -> bool:
        """Whether `issuer` may sign CRLs, has this list's issuer name, and signed it."""
        if "crl_sign" not in issuer.key_usage or not same_name(issuer.subject, self.issuer):
            return False
        return _is_signed(self.algorithm_identifier, self.signed_bytes, self.signature, issuer.public_key_info)

    def is_current_on(self, moment: datetime) -> bool:
        """Whether the next list is not due yet."""
        return self.this_update <= moment and (self.next_update is None or moment <= self.next_update)


@lru_cache(maxsize=LISTS_KEPT)
def _is_signed(algorithm_identifier: bytes, signed_bytes: bytes, signature: bytes, key_info: bytes) -> bool:
    """A list is asked for every card that is signed or read: its signature is verified once."""
    try:
        algorithm = SignatureAlgorithm.decode(algorithm_identifier)
        return verify(decode_public_key(key_info), algorithm, signed_bytes, signature)
    except (DecodingError, PkiError):
        return False


def issue_crl(
    key: SigningKey,
    issuer: Certificate,
    revoked: Mapping[int, datetime],
    number: int,
    this_update: datetime,
    next_update: datetime,
) -> RevocationList:
    """A version 2 list with AuthorityKeyIdentifier and cRLNumber; entries bear no extensions, an empty list has none.

    Raises EncodingError when the next list would come later than Doc 9303-12 allows, PkiError for a foreign key.
    """
    if not 0 < (next_update - this_update).total_seconds() <= LONGEST_INTERVAL_DAYS * 86_400:
        raise EncodingError(f"the next CRL comes after this one, within {LONGEST_INTERVAL_DAYS} days")
    if key.public_key != issuer.public_key:
        raise PkiError(f"the signing key is not the one of {issuer.subject_text}")
    entries = [der.sequence(der.integer(serial), der.time(moment)) for serial, moment in sorted(revoked.items())]
    algorithm = key.algorithm.encode()
    crl_number = der.sequence(der.object_identifier(CRL_NUMBER), der.octet_string(der.integer(number)))
    body = der.sequence(
        der.integer(1),
        algorithm,
        issuer.subject,
        der.time(this_update),
        der.time(next_update),
        der.sequence(*entries) if entries else b"",
        der.explicit(0, der.sequence(authority_key_identifier(key_identifier(key.public_key)), crl_number)),
    )
    return RevocationList.decode(der.sequence(body, algorithm, der.bit_string(key.sign(body))))


def load_crl(path: Path) -> RevocationList:
    """The list of a DER or PEM file. Raises PkiError when it cannot be read or holds none."""
    try:
        content = path.read_bytes()
        if pem.detect(content):
            _kind, _headers, content = pem.unarmor(content)
        return RevocationList.decode(content)
    except OSError as error:
        raise PkiError(f"revocation list {path}: {error.strerror}") from None
    except (ValueError, DecodingError):
        raise PkiError(f"{path} holds no certificate revocation list in DER or PEM") from None


def _read(found: crl.CertificateList, raw: bytes) -> RevocationList:
    body = found["tbs_cert_list"]
    algorithm = body["signature"].dump()
    signature = found["signature"].contents
    if algorithm != found["signature_algorithm"].dump() or signature[:1] != b"\x00":
        raise DecodingError("a CRL names two signature algorithms, or its signature is not of whole bytes")
    entries = body["revoked_certificates"]
    authority = found.authority_key_identifier_value
    number = found.crl_number_value
    return RevocationList(
        raw=raw,
        signed_bytes=body.dump(),
        issuer=body["issuer"].dump(),
        this_update=body["this_update"].native,
        next_update=body["next_update"].native,
        number=read_serial_number(number) if number is not None else None,
        authority_key_identifier=authority["key_identifier"].native if authority is not None else None,
        revoked=MappingProxyType(
            {read_serial_number(entry["user_certificate"]): entry["revocation_date"].native for entry in entries}
            if entries.native is not None
            else {}
        ),
        algorithm_identifier=algorithm,
        signature=signature[1:],
    )
