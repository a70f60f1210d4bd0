"""Renewing what lives short, with a new key: the certificates of terminals, and the Document Signer."""

import re
import secrets
from datetime import UTC, date, datetime

from chip.errors import PkiError
from chip.pki.certificate import Certificate, UsagePeriod
from chip.pki.cv_certificate import CvCertificate, issue_cv_certificate
from chip.pki.issuing import AuthorityContact, DistinguishedName, RandomBytes, Validity, issue_document_signer
from chip.pki.pki_folder import PkiFolder
from chip.pki.signing_key import key_kind

AUTHORITY_OF = {"dv": "cvca", "is": "dv"}
FOLLOWERS = {"cvca": ("dv", "is"), "dv": ("is",), "is": ()}
HIGHEST_SEQUENCE = 99_999
_REFERENCE = re.compile(r"(.{3,11})([0-9]{5})")


def renew(folder: PkiFolder, name: str, now: datetime) -> tuple[CvCertificate, ...]:
    """New certificates in place of `name` ("cvca", "dv" or "is") and of what hangs below it.

    Old keys and certificates are kept beside them under their reference; a new CVCA comes with its link from the old
    one, `link-REFERENCE.cv`, which takes chips that trust the old one along.
    Raises PkiError when a part is missing, the authority's certificate has ended, or the folder cannot be written.
    """
    if name not in FOLLOWERS:
        raise PkiError(f'"{name}" cannot be renewed; {", ".join(FOLLOWERS)} can')
    today = now.astimezone(UTC).date()
    renewed = _renew_root(folder, today) if name == "cvca" else (_renew_one(folder, name, today),)
    return (*renewed, *(_renew_one(folder, follower, today) for follower in FOLLOWERS[name]))


def renew_document_signer(
    folder: PkiFolder, now: datetime, random_bytes: RandomBytes = secrets.token_bytes
) -> Certificate:
    """The next Document Signer, of the same name, types and days, from 00:00 UTC of today; it takes the name "ds".

    The one before stays beside it as "ds_1", "ds_2" …, and signs on while the newer one is not fit.
    Raises PkiError when a part is missing, the CSCA's key may sign no more or its certificate ends before the signer's,
    or the folder cannot be written.
    """
    old, csca = folder.certificate("ds"), folder.certificate("csca")
    begins = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    validity = _same_days(old, begins)
    if (
        csca.private_key_usage is None
        or not csca.private_key_usage.contains(now)
        or csca.not_after < validity.not_after
    ):
        raise PkiError("the CSCA can sign no further Document Signer: hold the ceremony of its successor")
    csca_key, old_key = folder.key("csca"), folder.key("ds")
    folder.keys.forget("ds.new")  # of a renewal that was broken off
    key = folder.keys.make("ds.new", key_kind(old_key.public_key), old_key.algorithm)
    renewed = issue_document_signer(
        csca_key,
        csca,
        key.public_key,
        DistinguishedName.of(old),
        validity,
        AuthorityContact.of(old),
        old.document_types or (),
        random_bytes,
    )
    _put_in_place(folder, "ds.der", f"ds_{len(folder.document_signer_names())}", renewed.raw)
    return renewed


def _same_days(old: Certificate, begins: datetime) -> Validity:
    usage = old.private_key_usage
    if usage is None or usage.not_before is None or usage.not_after is None:
        raise PkiError("the Document Signer names no private-key usage period to be repeated")
    usage_ends = begins + (usage.not_after - usage.not_before)
    return Validity(begins, begins + (old.not_after - old.not_before), UsagePeriod(begins, usage_ends))


def next_reference(reference: str) -> str:
    """The reference of the holder's next certificate. Raises PkiError unless it ends in five digits below 99999."""
    match = _REFERENCE.fullmatch(reference)
    if match is None or int(match[2]) == HIGHEST_SEQUENCE:
        raise PkiError("a reference that is renewed ends in five digits below 99999")
    return f"{match[1]}{int(match[2]) + 1:05}"


def _renew_root(folder: PkiFolder, today: date) -> tuple[CvCertificate, CvCertificate]:
    """The next CVCA: signed by itself for new chips, and by the one before for chips in the field."""
    old, old_key = folder.cv_certificate("cvca"), folder.key("cvca")
    reference, expiry = next_reference(old.holder_reference), today + (old.expiry - old.effective)
    folder.keys.forget("cvca.new")  # of a renewal that was broken off
    key = folder.keys.make("cvca.new", key_kind(old_key.public_key), old_key.algorithm)
    rows = ((key, reference), (old_key, old.holder_reference))
    renewed, link = (
        issue_cv_certificate(
            signer, signer_reference, key, reference, old.authorisation, today, expiry, with_parameters=True
        )
        for signer, signer_reference in rows
    )
    try:
        (folder.path / f"link-{reference}.cv").write_bytes(link.raw)
    except OSError as error:
        raise PkiError(f"ceremony folder {folder.path}: {error.strerror}") from None
    _put_in_place(folder, "cvca.cv", old.holder_reference, renewed.raw)
    return renewed, link


def _renew_one(folder: PkiFolder, name: str, today: date) -> CvCertificate:
    old, authority = folder.cv_certificate(name), folder.cv_certificate(AUTHORITY_OF[name])
    if not authority.effective <= today <= authority.expiry:
        raise PkiError(f"{authority.holder_reference} holds to {authority.expiry} only: renew it first")
    authority_key, old_key = folder.key(AUTHORITY_OF[name]), folder.key(name)
    folder.keys.forget(f"{name}.new")  # of a renewal that was broken off
    key = folder.keys.make(f"{name}.new", key_kind(old_key.public_key), old_key.algorithm)
    renewed = issue_cv_certificate(
        authority_key,
        authority.holder_reference,
        key,
        next_reference(old.holder_reference),
        old.authorisation,
        today,
        min(today + (old.expiry - old.effective), authority.expiry),
    )
    _put_in_place(folder, f"{name}.cv", old.holder_reference, renewed.raw)
    return renewed


def _put_in_place(folder: PkiFolder, file_name: str, old_name: str, renewed: bytes) -> None:
    """The new certificate is whole before the old one and its key move aside under `old_name`."""
    certificate_file = folder.path / file_name
    name, new_certificate_file = certificate_file.stem, certificate_file.with_suffix(".new")
    try:
        new_certificate_file.write_bytes(renewed)
        folder.keys.rename(name, old_name)
        certificate_file.rename(certificate_file.with_stem(old_name))
        folder.keys.rename(f"{name}.new", name)
        new_certificate_file.rename(certificate_file)
    except OSError as error:
        raise PkiError(f"ceremony folder {folder.path}: {error.strerror}") from None
