"""X.509 certificates as travel documents use them: what there is to read in one (Doc 9303-12 §7.1).

Reading is asn1crypto's; the bytes that were signed are kept as they came, and the key is matched to a known curve.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from asn1crypto import core, pem, x509

from chip import der
from chip.errors import DecodingError, PkiError
from chip.oid_codec import decode_oid
from chip.oids import DOCUMENT_TYPE_LIST, NAME_CHANGE
from chip.pki.public_key import PublicKey, decode_public_key
from chip.pki.signature import SignatureAlgorithm, verify
from chip.tlv import decode_tlv, encode_tlv

LONGEST_SERIAL_NUMBER_BYTES = 64  # RFC 5280 §4.1.2.2 allows 20, and authorities have gone beyond
PRIVATE_KEY_USAGE_PERIOD = "2.5.29.16"
SUBJECT_KEY_IDENTIFIER, AUTHORITY_KEY_IDENTIFIER = "2.5.29.14", "2.5.29.35"
KEY_USAGE, EXTENDED_KEY_USAGE, BASIC_CONSTRAINTS = "2.5.29.15", "2.5.29.37", "2.5.29.19"
SUBJECT_ALT_NAME, ISSUER_ALT_NAME, CRL_DISTRIBUTION_POINTS = "2.5.29.17", "2.5.29.18", "2.5.29.31"
NAME_LABELS = {
    "2.5.4.3": "CN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "1.2.840.113549.1.9.1": "email",
}
UNDERSTOOD = frozenset(
    (
        PRIVATE_KEY_USAGE_PERIOD,
        SUBJECT_KEY_IDENTIFIER,
        AUTHORITY_KEY_IDENTIFIER,
        KEY_USAGE,
        EXTENDED_KEY_USAGE,
        BASIC_CONSTRAINTS,
        SUBJECT_ALT_NAME,
        ISSUER_ALT_NAME,
        CRL_DISTRIBUTION_POINTS,
        DOCUMENT_TYPE_LIST,
        NAME_CHANGE,
        "2.5.29.32",  # certificate policies
    )
)


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension; `value` is what its OCTET STRING holds."""

    oid: str
    is_critical: bool
    value: bytes


@dataclass(frozen=True, slots=True)
class UsagePeriod:
    """When a private key may be used; a bound that is None is open."""

    not_before: datetime | None
    not_after: datetime | None

    def contains(self, moment: datetime) -> bool:
        """Whether `moment` lies inside, bounds included."""
        return (self.not_before is None or self.not_before <= moment) and (
            self.not_after is None or moment <= self.not_after
        )


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate. `raw` is all of it, `signed_bytes` what its signature covers; names are their DER."""

    raw: bytes = field(repr=False)
    signed_bytes: bytes = field(repr=False)
    serial_number: int
    issuer: bytes = field(repr=False)
    subject: bytes = field(repr=False)
    issuer_text: str
    subject_text: str
    country: str | None
    not_before: datetime
    not_after: datetime
    public_key_info: bytes = field(repr=False)
    algorithm_identifier: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    extensions: tuple[Extension, ...] = field(repr=False)
    key_usage: frozenset[str]  # asn1crypto's words: "digital_signature", "key_cert_sign", "crl_sign" …
    extended_key_usage: tuple[str, ...]
    is_ca: bool
    path_length: int | None
    subject_key_identifier: bytes | None
    authority_key_identifier: bytes | None
    private_key_usage: UsagePeriod | None
    document_types: tuple[str, ...] | None

    @classmethod
    def decode(cls, raw: bytes) -> "Certificate":
        """The certificate that `raw` is, DER. Raises DecodingError when it is none."""
        decode_tlv(raw, der.SEQUENCE)
        try:
            return _read(x509.Certificate.load(raw, strict=True), raw)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
            raise DecodingError("not an X.509 certificate") from None

    @property
    def public_key(self) -> PublicKey:
        """The subject's key. Raises DecodingError when its kind or curve is not known here."""
        return decode_public_key(self.public_key_info)

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """How the issuer signed. Raises DecodingError for unknown algorithms."""
        return SignatureAlgorithm.decode(self.algorithm_identifier)

    @property
    def is_self_issued(self) -> bool:
        """Whether subject and issuer are the same name."""
        return same_name(self.subject, self.issuer)

    def extension(self, oid: str) -> Extension | None:
        """The extension with `oid`, or None."""
        return next((extension for extension in self.extensions if extension.oid == oid), None)

    def state_code(self, extension_oid: str) -> str | None:
        """L of the directoryName in SubjectAltName or IssuerAltName: the state as the MRZ spells it, or None."""
        extension = self.extension(extension_oid)
        if extension is None:
            return None
        try:
            for name in x509.GeneralNames.load(extension.value, strict=True):
                locality = name.chosen.native.get("locality_name") if name.name == "directory_name" else None
                if isinstance(locality, str):
                    return locality
        except (ValueError, TypeError, AttributeError):
            return None
        return None

    def is_signed_by(self, issuer: "Certificate") -> bool:
        """Whether the signature is that of `issuer`'s key; kinds that are not known here count as no."""
        try:
            return verify(issuer.public_key, self.algorithm, self.signed_bytes, self.signature)
        except (DecodingError, PkiError):
            return False

    def is_valid_on(self, moment: datetime) -> bool:
        """Whether `moment` lies in the certificate's validity, bounds included."""
        return self.not_before <= moment <= self.not_after


def load_certificate(path: Path) -> Certificate:
    """The certificate of a DER or PEM file. Raises PkiError when it cannot be read or holds none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PkiError(f"certificate {path}: {error.strerror}") from None
    try:
        if pem.detect(content):
            _kind, _headers, content = pem.unarmor(content)
        return Certificate.decode(content)
    except (ValueError, DecodingError):
        raise PkiError(f"{path} holds no X.509 certificate in DER or PEM") from None


def same_name(first: bytes, second: bytes) -> bool:
    """Whether two names (DER) are one by RFC 5280 §7.1: kinds of strings, case and runs of spaces do not count."""
    if first == second:
        return True
    try:
        return bool(x509.Name.load(first) == x509.Name.load(second))
    except (ValueError, TypeError):
        return False


def read_serial_number(number: core.Integer) -> int:
    """The serial number of a certificate or list. Raises DecodingError for one that nobody could print or copy."""
    if len(number.contents) > LONGEST_SERIAL_NUMBER_BYTES:
        raise DecodingError(f"a serial number of more than {LONGEST_SERIAL_NUMBER_BYTES} bytes")
    return int(number.native)


def _read(certificate: x509.Certificate, raw: bytes) -> Certificate:
    body = certificate["tbs_certificate"]
    inner_algorithm = body["signature"].dump()
    if inner_algorithm != certificate["signature_algorithm"].dump():
        raise DecodingError("a certificate names two different signature algorithms")
    extensions = tuple(
        Extension(_oid_of(item["extn_id"]), bool(item["critical"].native), bytes(item["extn_value"].contents))
        for item in (body["extensions"] if body["extensions"].native is not None else ())
    )
    if len({extension.oid for extension in extensions}) != len(extensions):
        raise DecodingError("a certificate holds an extension twice")
    constraints = certificate.basic_constraints_value
    usage = certificate.key_usage_value
    purposes = certificate.extended_key_usage_value
    authority = certificate.authority_key_identifier_value
    subject_key = certificate.key_identifier_value
    path_length = constraints["path_len_constraint"].dump() if constraints is not None else b""
    return Certificate(
        raw=raw,
        signed_bytes=body.dump(),
        serial_number=read_serial_number(body["serial_number"]),
        issuer=body["issuer"].dump(),
        subject=body["subject"].dump(),
        issuer_text=_text_of(body["issuer"]),
        subject_text=_text_of(body["subject"]),
        country=_country_of(body["issuer"]),
        not_before=body["validity"]["not_before"].native,
        not_after=body["validity"]["not_after"].native,
        public_key_info=body["subject_public_key_info"].dump(),
        algorithm_identifier=inner_algorithm,
        signature=_whole_bytes(certificate["signature_value"].contents),
        extensions=extensions,
        key_usage=frozenset(usage.native) if usage is not None else frozenset(),
        extended_key_usage=tuple(item.dotted for item in purposes) if purposes is not None else (),
        is_ca=bool(constraints["ca"].native) if constraints is not None else False,
        path_length=der.read_number(decode_tlv(path_length)) if path_length else None,
        subject_key_identifier=subject_key.native if subject_key is not None else None,
        authority_key_identifier=authority["key_identifier"].native if authority is not None else None,
        private_key_usage=_usage_period(extensions),
        document_types=_document_types(extensions),
    )


def _oid_of(identifier: core.ObjectIdentifier) -> str:
    return decode_oid(identifier.contents)


def _text_of(name: x509.Name) -> str:
    """A name for people, in the certificate's own order: C=LU, O=…, CN=…. What cannot be printed is replaced."""
    parts = []
    for attribute in (attribute for group in name.chosen for attribute in group):
        oid = _oid_of(attribute["type"])
        parts.append(f"{NAME_LABELS.get(oid, oid)}={attribute['value'].native}")
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in ", ".join(parts))


def _country_of(name: x509.Name) -> str | None:
    country = name.native.get("country_name")
    return country if isinstance(country, str) else None


def _whole_bytes(contents: bytes) -> bytes:
    if contents[:1] != b"\x00":
        raise DecodingError("a signature is a bit string of whole bytes")
    return contents[1:]


def _usage_period(extensions: tuple[Extension, ...]) -> UsagePeriod | None:
    """PrivateKeyUsagePeriod: [0] and [1] IMPLICIT GeneralizedTime, at least one of them."""
    found = next((item for item in extensions if item.oid == PRIVATE_KEY_USAGE_PERIOD), None)
    if found is None:
        return None
    bounds: dict[int, datetime] = {}
    for member in der.read_members(decode_tlv(found.value)):
        if member.tag not in (0x80, 0x81):
            raise DecodingError("PrivateKeyUsagePeriod has the members [0] and [1] only")
        bounds[member.tag] = der.read_time(decode_tlv(encode_tlv(der.GENERALIZED_TIME, member.value)))
    return UsagePeriod(bounds.get(0x80), bounds.get(0x81))


def _document_types(extensions: tuple[Extension, ...]) -> tuple[str, ...] | None:
    """DocumentTypeListSyntax ::= SEQUENCE { version 0, SET OF PrintableString } (Doc 9303-12 §7.1.1.6)."""
    found = next((item for item in extensions if item.oid == DOCUMENT_TYPE_LIST), None)
    if found is None:
        return None
    members = der.read_members(decode_tlv(found.value))
    if len(members) != 2:
        raise DecodingError("DocumentTypeList has a version and a set of codes")
    return tuple(code.value.decode("ascii") for code in der.read_members(members[1], der.SET))
