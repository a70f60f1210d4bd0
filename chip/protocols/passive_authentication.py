"""Passive Authentication: are the files those that a trusted state signed (Doc 9303-11 §5.1, Doc 9303-12 §4.1)?

A pure function over what was read. Its six checks are independent of each other, so that a forgery makes the one fail
that it is: the signature, the chain, the dates, the revocation, the hashes, or a file that nobody signed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

from chip.checks import Check, Outcome
from chip.elementary_files import FILES
from chip.errors import ChipError, DecodingError, UnknownAlgorithm
from chip.lds.com import COM
from chip.lds.details import DG12
from chip.lds.dg1 import DG1
from chip.lds.sod import SOD
from chip.pki.certificate import ISSUER_ALT_NAME, UNDERSTOOD, Certificate
from chip.pki.cms import VERSION_BY_ISSUER, VERSION_BY_KEY, VERSION_WITH_OWN_CONTENT, SignerInfo
from chip.pki.signature import digest
from chip.pki.trust_store import Chain, Missing, RevocationState, TrustStore

SIGNATURE, CHAIN, VALIDITY, REVOCATION, HASHES, NOT_LISTED = (
    f"passive_authentication.{name}"
    for name in ("sod_signature", "ds_chain", "ds_validity", "revocation", "dg_hashes", "dg_not_listed")
)
DSA_ARCS = ("1.2.840.10040.4.", "2.16.840.1.101.3.4.3.")  # allowed on older documents, and not computed here
_REVOCATION_OUTCOMES = {
    RevocationState.GOOD: Outcome.PASSED,
    RevocationState.REVOKED: Outcome.FAILED,
    RevocationState.OUTDATED: Outcome.INCONCLUSIVE,
    RevocationState.NO_LIST: Outcome.UNAVAILABLE,
}
_REVOCATION_ORDER = (
    RevocationState.REVOKED,
    RevocationState.GOOD,
    RevocationState.OUTDATED,
    RevocationState.NO_LIST,
)
CERTIFICATES_KEPT = 64
_WITHOUT_AN_ISSUER = (Missing.COUNTRY, Missing.NAME)


@dataclass(frozen=True, slots=True)
class _Case:
    """What is judged: the files as read, EF.SOD taken apart, and its signer's certificate where there is one."""

    files: Mapping[str, bytes]
    sod: SOD
    signer: SignerInfo | None
    certificate: Certificate | None
    trust: TrustStore | None
    today: date

    @property
    def groups(self) -> dict[int, bytes]:
        """The data groups that were read."""
        numbers = {name: FILES[name].data_group for name in self.files if name in FILES}
        return {number: self.files[name] for name, number in numbers.items() if number is not None}

    def group_as_signed(self, number: int) -> bytes | None:
        """A data group whose hash is the one in EF.SOD, or None."""
        raw, stated = self.groups.get(number), self.sod.security_object
        return raw if raw is not None and digest(stated.hash_name, raw) == stated.hashes.get(number) else None


def check_passive_authentication(
    files: Mapping[str, bytes], trust: TrustStore | None, today: date, signing_moment: datetime | None = None
) -> list[Check]:
    """The six checks over the raw files (keys as in `ChipImage`), judged on `today`.

    The moment of signing is EF.SOD's signingTime, else the personalisation time of a DG12 whose hash holds, else
    `signing_moment`. Without `trust` what needs it is unavailable. A file that was not read is not judged.
    """
    if "EF.SOD" not in files:
        return _all_open("there is no EF.SOD")
    try:
        sod = SOD.decode(files["EF.SOD"])
    except ChipError as error:
        return _all_open(f"EF.SOD cannot be read: {error}")
    signers = sod.signed_data.signers
    signer = signers[0] if len(signers) == 1 else None
    case = _Case(files, sod, signer, _certificate_of(sod, signer), trust, today)
    chain = _find_chain(case)
    return [
        _check_signature(case),
        _check_chain(case, chain),
        _check_validity(case, chain, sod.signing_time or _personalisation_time(case) or signing_moment),
        _check_revocation(case, chain),
        _check_hashes(case),
        _check_not_listed(case),
    ]


def _all_open(reason: str) -> list[Check]:
    rest = (CHAIN, VALIDITY, REVOCATION, HASHES, NOT_LISTED)
    return [
        Check(SIGNATURE, Outcome.FAILED, reason),
        *(Check(name, Outcome.UNAVAILABLE, f"nothing to judge: {reason}") for name in rest),
    ]


def _certificate_of(sod: SOD, signer: SignerInfo | None) -> Certificate | None:
    """The certificate that the signer names; failing that, the only one there is, so that it can be judged too."""
    enclosed = sod.signed_data.certificates
    try:
        for raw in enclosed:
            certificate = _decoded(raw)
            if signer is not None and signer.names(certificate):
                return certificate
        return _decoded(enclosed[0]) if len(enclosed) == 1 else None
    except DecodingError:
        return None


@lru_cache(maxsize=CERTIFICATES_KEPT)
def _decoded(raw: bytes) -> Certificate:
    """A Document Signer signs many cards: its certificate is decoded once. Raises DecodingError."""
    return Certificate.decode(raw)


def _check_signature(case: _Case) -> Check:
    fault = _structure_fault(case)
    if fault is not None:
        return Check(SIGNATURE, Outcome.FAILED, fault)
    if case.signer is None or case.certificate is None:
        return Check(SIGNATURE, Outcome.FAILED, "EF.SOD does not hold the certificate of its signer")
    try:
        case.sod.signed_data.verify(case.signer, case.certificate)
        algorithm = case.signer.algorithm
        key = case.certificate.public_key.description
    except UnknownAlgorithm as error:
        return Check(SIGNATURE, Outcome.INCONCLUSIVE if error.oid.startswith(DSA_ARCS) else Outcome.FAILED, str(error))
    except ChipError as error:
        return Check(SIGNATURE, Outcome.FAILED, str(error))
    return Check(SIGNATURE, Outcome.PASSED, f"{algorithm} with {key}, {_name(case.certificate)}")


def _structure_fault(case: _Case) -> str | None:
    """What Doc 9303-10 §4.6.2 forbids in the SignedData, or None (the faults of TR-03105-5.1 §6.8)."""
    signed, signer = case.sod.signed_data, case.signer
    if signer is None:
        return f"EF.SOD has {len(signed.signers)} signers, one is wanted"
    by_key = signer.key_identifier is not None
    faults = (
        (signed.version != VERSION_WITH_OWN_CONTENT, f"SignedData is version {signed.version}, 3 is wanted"),
        (signed.has_revocation_lists, "SignedData holds revocation lists"),
        (
            signer.version != (VERSION_BY_KEY if by_key else VERSION_BY_ISSUER),
            f"SignerInfo is version {signer.version}",
        ),
        (signer.signed_attributes is None, "SignerInfo has no signed attributes"),
        (signer.has_unsigned_attributes, "SignerInfo has unsigned attributes"),
        (signer.digest_name not in signed.digest_names, "SignedData does not announce the signer's hash"),
        (case.certificate is not None and not signer.names(case.certificate), "the signer names another certificate"),
    )
    return next((words for is_fault, words in faults if is_fault), None)


def _find_chain(case: _Case) -> Chain | None:
    if case.trust is None or case.certificate is None:
        return None
    return case.trust.find_chain(case.certificate)


def _check_chain(case: _Case, chain: Chain | None) -> Check:
    if case.certificate is None:
        return Check(CHAIN, Outcome.UNAVAILABLE, "EF.SOD holds no readable certificate of its signer")
    if chain is None:
        return Check(CHAIN, Outcome.UNAVAILABLE, "no trusted CSCA was given")
    if chain.missing is not None:
        outcome = Outcome.UNAVAILABLE if chain.missing is Missing.COUNTRY else Outcome.FAILED
        return Check(CHAIN, outcome, str(chain.missing))
    fault = _unfit_signer(case.certificate) or _foreign_document(case)
    if fault is not None:
        return Check(CHAIN, Outcome.FAILED, fault)
    return Check(CHAIN, Outcome.PASSED, " <- ".join(_name(item) for item in chain.certificates))


def _unfit_signer(certificate: Certificate) -> str | None:
    """Why a certificate may not sign documents although its chain holds (Doc 9303-12 table 6), or None."""
    if certificate.key_usage and "digital_signature" not in certificate.key_usage:
        return "the certificate of the signer is not one for signing"
    if certificate.is_ca or certificate.extended_key_usage:
        return "the certificate of the signer is for another purpose than documents"
    unknown = [item.oid for item in certificate.extensions if item.is_critical and item.oid not in UNDERSTOOD]
    return f"the certificate of the signer has an unknown critical extension {unknown[0]}" if unknown else None


def _foreign_document(case: _Case) -> str | None:
    """Why the signer is not this document's, by its type and state; only a DG1 whose hash holds can say so."""
    raw, certificate = case.group_as_signed(1), case.certificate
    if raw is None or certificate is None:
        return None
    try:
        dg1 = DG1.decode(raw)
    except DecodingError:
        return None
    if certificate.document_types is not None and dg1.document_code not in certificate.document_types:
        return "the Document Signer's certificate is not for documents of this type"
    state = certificate.state_code(ISSUER_ALT_NAME)
    if state is not None and state != dg1.issuing_state:
        return "the Document Signer is of another state than the document"
    return None


def _personalisation_time(case: _Case) -> datetime | None:
    raw = case.group_as_signed(12)
    try:
        return DG12.decode(raw).personalisation_time if raw is not None else None
    except DecodingError:
        return None


def _check_validity(case: _Case, chain: Chain | None, signed_at: datetime | None) -> Check:
    certificate = case.certificate
    if certificate is None:
        return Check(VALIDITY, Outcome.UNAVAILABLE, "EF.SOD holds no readable certificate of its signer")
    judged = chain.certificates if chain is not None and chain.certificates else (certificate,)
    fault = _date_fault(judged, case.today) or _signing_fault(certificate, signed_at, case.today)
    if fault is not None:
        return Check(VALIDITY, Outcome.FAILED, fault)
    if chain is None or chain.missing in _WITHOUT_AN_ISSUER:
        return Check(VALIDITY, Outcome.UNAVAILABLE, "the Document Signer's dates are good, its CSCA is not known")
    signing = f"signed on {signed_at:%Y-%m-%d} within the key's usage" if signed_at else "moment of signing not stated"
    return Check(VALIDITY, Outcome.PASSED, f"valid until {min(item.not_after for item in judged):%Y-%m-%d}; {signing}")


def _date_fault(certificates: Iterable[Certificate], today: date) -> str | None:
    for certificate in certificates:
        if certificate.not_before.date() > today:
            return f"{_name(certificate)} is valid from {certificate.not_before:%Y-%m-%d} only"
        if certificate.not_after.date() < today:
            return f"{_name(certificate)} expired on {certificate.not_after:%Y-%m-%d}"
    return None


def _signing_fault(certificate: Certificate, signed_at: datetime | None, today: date) -> str | None:
    """Only the key's use ends early: judged at the moment of signing, never at the printed date of issue."""
    if signed_at is None:
        return None
    if signed_at.astimezone(UTC).date() > today:
        return f"signed on {signed_at:%Y-%m-%d}, which is yet to come"
    usage = certificate.private_key_usage
    if usage is not None and not usage.contains(signed_at):
        return f"signed on {signed_at:%Y-%m-%d}, outside the usage period of the Document Signer's key"
    return None


def _check_revocation(case: _Case, chain: Chain | None) -> Check:
    certificate, trust = case.certificate, case.trust
    if certificate is None or trust is None:
        return Check(REVOCATION, Outcome.UNAVAILABLE, "no certificate to look for, or no trusted lists were given")
    in_chain = chain.certificates[1:2] if chain is not None else ()
    issuers = in_chain or trust.authorities_named(certificate.issuer)
    day_ends = datetime.combine(case.today, time.max, UTC)
    states = [trust.revocation_of(certificate, issuer, day_ends) for issuer in issuers]
    state = next((item for item in _REVOCATION_ORDER if item in states), RevocationState.NO_LIST)
    return Check(REVOCATION, _REVOCATION_OUTCOMES[state], f"serial number {certificate.serial_number:X}: {state}")


def _check_hashes(case: _Case) -> Check:
    stated = case.sod.security_object
    judged = sorted(case.groups.keys() & stated.hashes.keys())
    wrong = [number for number in judged if digest(stated.hash_name, case.groups[number]) != stated.hashes[number]]
    unread = sorted(stated.hashes.keys() - case.groups.keys())
    if wrong:
        return Check(HASHES, Outcome.FAILED, f"{_groups(wrong)}: not as signed")
    if not judged:
        return Check(HASHES, Outcome.UNAVAILABLE, "no signed data group was read")
    not_read = f"; not read: {_groups(unread)}" if unread else ""
    return Check(HASHES, Outcome.PASSED, f"{stated.hash_name} of {_groups(judged)}{not_read}")


def _check_not_listed(case: _Case) -> Check:
    """A data group that is there, or that EF.COM says is there, without a signature over it."""
    listed = case.sod.security_object.hashes.keys()
    present = set(case.groups)
    try:
        present |= set(COM.decode(case.files["EF.COM"]).data_groups) if "EF.COM" in case.files else set()
    except DecodingError as error:
        return Check(NOT_LISTED, Outcome.INCONCLUSIVE, f"EF.COM cannot be read: {error}")
    unsigned = sorted(present - listed)
    if unsigned:
        return Check(NOT_LISTED, Outcome.FAILED, f"{_groups(unsigned)}: on the chip, but not signed")
    return Check(NOT_LISTED, Outcome.PASSED, f"{_groups(sorted(present))}: all signed")


def _groups(numbers: Iterable[int]) -> str:
    return ", ".join(f"DG{number}" for number in numbers)


def _name(certificate: Certificate) -> str:
    return f"[{certificate.subject_text}; serial number {certificate.serial_number:X}]"
