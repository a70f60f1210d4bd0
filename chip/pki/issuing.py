"""Issuing the certificates of Doc 9303-12 §7.1: CSCA, link, Document Signer, Master List Signer; and the office's seal.

Extensions stand in the order of Doc 9303-12 table 6. Critical are KeyUsage, BasicConstraints and the signers'
ExtendedKeyUsage only; defaults are never encoded.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import x509

from chip import der
from chip.errors import EncodingError, PkiError
from chip.oids import DOCUMENT_TYPE_LIST, MASTER_LIST_SIGNER, NAME_CHANGE
from chip.pki.certificate import (
    AUTHORITY_KEY_IDENTIFIER,
    BASIC_CONSTRAINTS,
    CRL_DISTRIBUTION_POINTS,
    EXTENDED_KEY_USAGE,
    ISSUER_ALT_NAME,
    KEY_USAGE,
    PRIVATE_KEY_USAGE_PERIOD,
    SUBJECT_ALT_NAME,
    SUBJECT_KEY_IDENTIFIER,
    Certificate,
    UsagePeriod,
)
from chip.pki.public_key import EcPublicKey, ParameterForm, PublicKey
from chip.pki.signature import digest
from chip.pki.signing_key import SigningKey
from chip.tlv import decode_tlv

COMMON_NAME, COUNTRY, ORGANISATION = "2.5.4.3", "2.5.4.6", "2.5.4.10"
LOCALITY, NAME_SERIAL_NUMBER = "2.5.4.7", "2.5.4.5"
DIGITAL_SIGNATURE, KEY_CERT_SIGN, CRL_SIGN = 0, 5, 6  # bits of KeyUsage, RFC 5280 §4.2.1.3
SERIAL_NUMBER_BYTES = 16  # positive and at most 20 (Doc 9303-12 table 5)
OWN_NAME_PARTS = ("country_name", "organization_name", "common_name")  # asn1crypto's words
RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class DistinguishedName:
    """A subject or issuer: countryName and commonName must be there (Doc 9303-12 table 5)."""

    country: str
    organisation: str
    common_name: str
    serial_number: str | None = None

    def encode(self) -> bytes:
        """Name, DER. Raises EncodingError for a country that is not two capital letters."""
        if len(self.country) != 2 or not self.country.isupper() or not self.country.isalpha():
            raise EncodingError("countryName is two capital letters")
        attributes = [
            (COUNTRY, der.printable_string(self.country)),
            (ORGANISATION, der.utf8_string(self.organisation)),
            (COMMON_NAME, der.utf8_string(self.common_name)),
        ]
        if self.serial_number is not None:
            attributes.append((NAME_SERIAL_NUMBER, der.printable_string(self.serial_number)))
        return _name(attributes)

    @classmethod
    def of(cls, certificate: Certificate) -> "DistinguishedName":
        """The subject of one of our own certificates. Raises PkiError when a part is missing."""
        parts = x509.Name.load(certificate.subject).native
        try:
            country, organisation, common_name = (parts[key] for key in OWN_NAME_PARTS)
        except KeyError:
            raise PkiError(f"{certificate.subject_text} is not named as ours are") from None
        return cls(country, organisation, common_name, parts.get("serial_number"))


@dataclass(frozen=True, slots=True)
class AuthorityContact:
    """What all certificates of one state have in common: alternative names and where its CRL is found."""

    state_code: str  # as in the MRZ, "LUX": directoryName L of the alternative names
    email: str
    crl_url: str

    @classmethod
    def of(cls, certificate: Certificate) -> "AuthorityContact":
        """What a certificate of that state says. Raises PkiError when it lacks a part."""
        names, points = (certificate.extension(oid) for oid in (SUBJECT_ALT_NAME, CRL_DISTRIBUTION_POINTS))
        state_code = certificate.state_code(SUBJECT_ALT_NAME)
        if names is None or points is None or state_code is None:
            raise PkiError(f"{certificate.subject_text} has no alternative name or no place for its CRL")
        emails = [name.native for name in x509.GeneralNames.load(names.value) if name.name == "rfc822_name"]
        urls = [url for point in x509.CRLDistributionPoints.load(points.value) if (url := point.url) is not None]
        if not emails or not urls:
            raise PkiError(f"{certificate.subject_text} names no e-mail address or no place for its CRL")
        return cls(state_code, emails[0], urls[0])


@dataclass(frozen=True, slots=True)
class Validity:
    """When a certificate holds, and when its key may sign."""

    not_before: datetime
    not_after: datetime
    key_usage: UsagePeriod


def issue_csca(
    key: SigningKey, name: DistinguishedName, validity: Validity, contact: AuthorityContact, random_bytes: RandomBytes
) -> Certificate:
    """A self-signed CSCA certificate."""
    encoded = name.encode()
    identifier = key_identifier(key.public_key)
    extensions = [_authority_key_identifier(identifier), *_ca_extensions(identifier, validity, contact)]
    return _issue(key, encoded, encoded, key.public_key, validity, extensions, random_bytes)


def issue_link(
    old_key: SigningKey,
    old: Certificate,
    new: Certificate,
    validity: Validity,
    contact: AuthorityContact,
    random_bytes: RandomBytes,
) -> Certificate:
    """The new CSCA's key signed by the old one, with nameChange where the name is another one."""
    _must_be_the_key_of(old_key, old)
    extensions = [
        _authority_key_identifier(key_identifier(old_key.public_key)),
        *_ca_extensions(key_identifier(new.public_key), validity, contact),
    ]
    if new.subject != old.subject:
        extensions.append(_extension(NAME_CHANGE, der.null()))
    return _issue(old_key, old.subject, new.subject, new.public_key, validity, extensions, random_bytes)


def issue_document_signer(
    csca_key: SigningKey,
    csca: Certificate,
    public_key: PublicKey,
    name: DistinguishedName,
    validity: Validity,
    contact: AuthorityContact,
    document_types: tuple[str, ...],
    random_bytes: RandomBytes,
) -> Certificate:
    """A Document Signer; `document_types` are the MRZ's document codes without filler ("IR")."""
    if not document_types or any(not 1 <= len(code) <= 2 for code in document_types):
        raise EncodingError("a Document Signer names one document type or more, of one or two characters")
    _must_be_the_key_of(csca_key, csca)
    codes = der.set_of(*(der.printable_string(code) for code in document_types))
    extensions = [
        *_end_entity_extensions(csca_key.public_key, public_key, validity, contact),
        _extension(DOCUMENT_TYPE_LIST, der.sequence(der.integer(0), codes)),
    ]
    return _issue(csca_key, csca.subject, name.encode(), public_key, validity, extensions, random_bytes)


def issue_master_list_signer(
    csca_key: SigningKey,
    csca: Certificate,
    public_key: PublicKey,
    name: DistinguishedName,
    validity: Validity,
    contact: AuthorityContact,
    random_bytes: RandomBytes,
) -> Certificate:
    """A Master List Signer: ExtendedKeyUsage 2.23.136.1.1.3, critical (Doc 9303-12 §7.1.1.3)."""
    _must_be_the_key_of(csca_key, csca)
    extensions = [
        *_end_entity_extensions(csca_key.public_key, public_key, validity, contact),
        _extension(EXTENDED_KEY_USAGE, der.sequence(der.object_identifier(MASTER_LIST_SIGNER)), critical=True),
    ]
    return _issue(csca_key, csca.subject, name.encode(), public_key, validity, extensions, random_bytes)


def issue_seal(key: SigningKey, name: DistinguishedName, validity: Validity, random_bytes: RandomBytes) -> Certificate:
    """The self-signed certificate of the key that seals the office's paper.

    It is no part of the travel documents' PKI: its curve is named, so that ordinary programs read it.
    """
    encoded = name.encode()
    public_key = key.public_key
    if isinstance(public_key, EcPublicKey):
        public_key = replace(public_key, form=ParameterForm.NAMED)
    extensions = [
        _extension(SUBJECT_KEY_IDENTIFIER, der.octet_string(key_identifier(public_key))),
        _extension(KEY_USAGE, der.named_bits(DIGITAL_SIGNATURE), critical=True),
    ]
    return _issue(key, encoded, encoded, public_key, validity, extensions, random_bytes)


def key_identifier(public_key: PublicKey) -> bytes:
    """SHA-1 of the public key's bits (RFC 5280 §4.2.1.2 method 1): a name for the key, nothing rests on the hash."""
    _algorithm, bits = der.read_members(decode_tlv(public_key.encode()))
    return digest("sha1", bits.value[1:])


def authority_key_identifier(identifier: bytes) -> bytes:
    """The extension that names the issuer's key, as certificates and CRLs carry it."""
    return _authority_key_identifier(identifier)


def random_serial_number(random_bytes: RandomBytes) -> int:
    """A positive serial number of sixteen bytes."""
    return int.from_bytes(random_bytes(SERIAL_NUMBER_BYTES), "big") % (1 << (8 * SERIAL_NUMBER_BYTES - 1)) or 1


def _issue(
    issuer_key: SigningKey,
    issuer: bytes,
    subject: bytes,
    public_key: PublicKey,
    validity: Validity,
    extensions: list[bytes],
    random_bytes: RandomBytes,
) -> Certificate:
    if validity.not_after <= validity.not_before:
        raise EncodingError("a certificate ends before it begins")
    algorithm = issuer_key.algorithm.encode()
    body = der.sequence(
        der.explicit(0, der.integer(2)),
        der.integer(random_serial_number(random_bytes)),
        algorithm,
        issuer,
        der.sequence(der.time(validity.not_before), der.time(validity.not_after)),
        subject,
        public_key.encode(),
        der.explicit(3, der.sequence(*extensions)),
    )
    raw = der.sequence(body, algorithm, der.bit_string(issuer_key.sign(body)))
    return Certificate.decode(raw)


def _must_be_the_key_of(key: SigningKey, certificate: Certificate) -> None:
    if key.public_key != certificate.public_key:
        raise PkiError(f"the signing key is not the one of {certificate.subject_text}")


def _ca_extensions(identifier: bytes, validity: Validity, contact: AuthorityContact) -> list[bytes]:
    constraints = der.sequence(der.boolean(True), der.integer(0))
    return [
        _extension(SUBJECT_KEY_IDENTIFIER, der.octet_string(identifier)),
        _extension(KEY_USAGE, der.named_bits(KEY_CERT_SIGN, CRL_SIGN), critical=True),
        _private_key_usage(validity.key_usage),
        *_alternative_names(contact),
        _extension(BASIC_CONSTRAINTS, constraints, critical=True),
        _crl_distribution_points(contact),
    ]


def _end_entity_extensions(
    issuer_key: PublicKey, public_key: PublicKey, validity: Validity, contact: AuthorityContact
) -> list[bytes]:
    return [
        _authority_key_identifier(key_identifier(issuer_key)),
        _extension(SUBJECT_KEY_IDENTIFIER, der.octet_string(key_identifier(public_key))),
        _extension(KEY_USAGE, der.named_bits(DIGITAL_SIGNATURE), critical=True),
        _private_key_usage(validity.key_usage),
        *_alternative_names(contact),
        _crl_distribution_points(contact),
    ]


def _extension(oid: str, value: bytes, critical: bool = False) -> bytes:
    flag = der.boolean(True) if critical else b""
    return der.sequence(der.object_identifier(oid), flag, der.octet_string(value))


def _authority_key_identifier(identifier: bytes) -> bytes:
    return _extension(AUTHORITY_KEY_IDENTIFIER, der.sequence(der.implicit(0, identifier)))


def _private_key_usage(period: UsagePeriod) -> bytes:
    members = [
        der.implicit(number, der.generalized_time_value(bound))
        for number, bound in ((0, period.not_before), (1, period.not_after))
        if bound is not None
    ]
    if not members:
        raise EncodingError("PrivateKeyUsagePeriod wants one bound at least")
    return _extension(PRIVATE_KEY_USAGE_PERIOD, der.sequence(*members))


def _alternative_names(contact: AuthorityContact) -> list[bytes]:
    """SubjectAltName and IssuerAltName: a way to reach the authority, and L = the state as the MRZ spells it."""
    email = der.implicit(1, contact.email.encode("ascii"))
    directory = der.explicit(4, _name([(LOCALITY, der.printable_string(contact.state_code))]))
    names = der.sequence(email, directory)
    return [_extension(SUBJECT_ALT_NAME, names), _extension(ISSUER_ALT_NAME, names)]


def _crl_distribution_points(contact: AuthorityContact) -> bytes:
    url = der.implicit(6, contact.crl_url.encode("ascii"))
    point = der.sequence(der.explicit(0, der.explicit(0, url)))
    return _extension(CRL_DISTRIBUTION_POINTS, der.sequence(point))


def _name(attributes: list[tuple[str, bytes]]) -> bytes:
    return der.sequence(*(der.set_of(der.sequence(der.object_identifier(oid), value)) for oid, value in attributes))
