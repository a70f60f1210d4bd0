"""What a file of the PKI says, as plain values for people and for JSON: certificates, lists, card-verifiable ones."""

from pathlib import Path
from typing import Any

from chip.errors import ChipError, DecodingError, PkiError
from chip.pki.certificate import Certificate, load_certificate
from chip.pki.crl import RevocationList, load_crl
from chip.pki.cv_certificate import CvCertificate
from chip.pki.master_list import MasterList, load_master_list
from chip.pki.pki_folder import load_cv_certificate
from chip.pki.trust_store import CERTIFICATE_SUFFIXES

KNOWN_SUFFIXES = CERTIFICATE_SUFFIXES | {".crl", ".ml", ".cv"}


def describe_file(path: Path) -> dict[str, Any]:
    """What the file is, by the end of its name. Raises PkiError when it cannot be read or is something else."""
    suffix = path.suffix.lower()
    if suffix == ".crl":
        return describe_crl(load_crl(path))
    if suffix == ".ml":
        return describe_master_list(load_master_list(path))
    if suffix == ".cv":
        return describe_cv_certificate(load_cv_certificate(path))
    if suffix in CERTIFICATE_SUFFIXES:
        return describe_certificate(load_certificate(path))
    raise PkiError(f"{path}: a file that ends in {', '.join(sorted(KNOWN_SUFFIXES))} is wanted")


def describe_certificate(certificate: Certificate) -> dict[str, Any]:
    """The fields of Doc 9303-12 tables 5 and 6."""
    usage = certificate.private_key_usage
    return {
        "kind": "certificate",
        "subject": certificate.subject_text,
        "issuer": certificate.issuer_text,
        "serial_number": f"{certificate.serial_number:X}",
        "not_before": certificate.not_before.isoformat(),
        "not_after": certificate.not_after.isoformat(),
        "private_key_usage": [
            bound.isoformat() if bound is not None else None for bound in (usage.not_before, usage.not_after)
        ]
        if usage is not None
        else None,
        "key": _key_of(certificate),
        "signature": _signature_of(certificate),
        "is_self_signed": certificate.is_self_issued and certificate.is_signed_by(certificate),
        "is_authority": certificate.is_ca,
        "key_usage": sorted(certificate.key_usage),
        "extended_key_usage": list(certificate.extended_key_usage),
        "document_types": list(certificate.document_types) if certificate.document_types is not None else None,
        "extensions": [extension.oid for extension in certificate.extensions],
    }


def describe_crl(revocation_list: RevocationList) -> dict[str, Any]:
    """Number, dates, and what is revoked since when."""
    return {
        "kind": "revocation list",
        "number": revocation_list.number,
        "this_update": revocation_list.this_update.isoformat(),
        "next_update": revocation_list.next_update.isoformat() if revocation_list.next_update is not None else None,
        "revoked": {f"{serial:X}": moment.isoformat() for serial, moment in sorted(revocation_list.revoked.items())},
    }


def describe_master_list(master_list: MasterList) -> dict[str, Any]:
    """The signer, and each certificate as usable with its key, or with the reason why it is not."""
    return {
        "kind": "master list",
        "signer": _signer_of(master_list),
        "certificates": [
            {
                "subject": certificate.subject_text,
                "country": certificate.country,
                "not_after": certificate.not_after.isoformat(),
                "key": _key_of(certificate),
            }
            for certificate in master_list.certificates
        ],
        "unreadable": [{"position": item.position, "reason": item.reason} for item in master_list.unreadable],
    }


def describe_cv_certificate(certificate: CvCertificate) -> dict[str, Any]:
    """References, role, rights and dates."""
    authorisation = certificate.authorisation
    return {
        "kind": "card-verifiable certificate",
        "holder": certificate.holder_reference,
        "authority": certificate.authority_reference,
        "role": authorisation.role.name.lower(),
        "reads_fingerprints": authorisation.reads_fingerprints,
        "reads_iris": authorisation.reads_iris,
        "effective": certificate.effective.isoformat(),
        "expiry": certificate.expiry.isoformat(),
        "algorithm": str(certificate.public_key.algorithm),
    }


def _key_of(certificate: Certificate) -> str:
    try:
        return certificate.public_key.description
    except DecodingError as error:
        return f"not usable: {error}"


def _signature_of(certificate: Certificate) -> str:
    try:
        return str(certificate.algorithm)
    except DecodingError as error:
        return f"not usable: {error}"


def _signer_of(master_list: MasterList) -> str:
    try:
        return master_list.verify_signature().subject_text
    except ChipError as error:
        return f"not verified: {error}"
