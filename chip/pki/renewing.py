"""Renewing the short-lived certificates of terminals: a new key, the next sequence number, the same rights and days."""

import re
from datetime import UTC, date, datetime

from chip.errors import PkiError
from chip.pki.cv_certificate import CvCertificate, issue_cv_certificate
from chip.pki.pki_folder import PkiFolder
from chip.pki.signing_key import key_kind

AUTHORITY_OF = {"dv": "cvca", "is": "dv"}
FOLLOWERS = {"dv": ("is",), "is": ()}
HIGHEST_SEQUENCE = 99_999
_REFERENCE = re.compile(r"(.{3,11})([0-9]{5})")


def renew(folder: PkiFolder, name: str, now: datetime) -> tuple[CvCertificate, ...]:
    """New certificates in place of `name` ("dv" or "is") and of what hangs below it.

    Old keys and certificates are kept beside them under their reference.
    Raises PkiError when a part is missing, the authority's certificate has ended, or the folder cannot be written.
    """
    if name not in AUTHORITY_OF:
        raise PkiError(f'"{name}" cannot be renewed; {" and ".join(AUTHORITY_OF)} can')
    today = now.astimezone(UTC).date()
    renewed = _renew_one(folder, name, today)
    return (renewed, *(_renew_one(folder, follower, today) for follower in FOLLOWERS[name]))


def next_reference(reference: str) -> str:
    """The reference of the holder's next certificate. Raises PkiError unless it ends in five digits below 99999."""
    match = _REFERENCE.fullmatch(reference)
    if match is None or int(match[2]) == HIGHEST_SEQUENCE:
        raise PkiError("a reference that is renewed ends in five digits below 99999")
    return f"{match[1]}{int(match[2]) + 1:05}"


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
    _put_in_place(folder, name, old.holder_reference, renewed)
    return renewed


def _put_in_place(folder: PkiFolder, name: str, old_reference: str, renewed: CvCertificate) -> None:
    """The new certificate is whole before the old one and its key move aside."""
    certificate_file = folder.path / f"{name}.cv"
    new_certificate_file = certificate_file.with_suffix(".new")
    try:
        new_certificate_file.write_bytes(renewed.raw)
        folder.keys.rename(name, old_reference)
        certificate_file.rename(certificate_file.with_name(f"{old_reference}.cv"))
        folder.keys.rename(f"{name}.new", name)
        new_certificate_file.rename(certificate_file)
    except OSError as error:
        raise PkiError(f"ceremony folder {folder.path}: {error.strerror}") from None
