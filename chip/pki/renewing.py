"""Renewing the short-lived certificates of terminals: a new key, the next sequence number, the same rights and days."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

from chip.errors import PkiError
from chip.pki.ceremony import KEY_FOLDER
from chip.pki.cv_certificate import CvCertificate, issue_cv_certificate
from chip.pki.pki_folder import PkiFolder
from chip.pki.signing_key import SoftwareKey, key_kind, passphrase_from_environment

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
    old_key = folder.key(name)
    key = SoftwareKey.generate(key_kind(old_key.public_key), old_key.algorithm)
    renewed = issue_cv_certificate(
        folder.key(AUTHORITY_OF[name]),
        authority.holder_reference,
        key,
        next_reference(old.holder_reference),
        old.authorisation,
        today,
        min(today + (old.expiry - old.effective), authority.expiry),
    )
    _put_in_place(folder.path, name, old.holder_reference, key, renewed)
    return renewed


def _put_in_place(folder: Path, name: str, old_reference: str, key: SoftwareKey, renewed: CvCertificate) -> None:
    """The new files are whole before the old ones move aside."""
    key_file, certificate_file = folder / KEY_FOLDER / f"{name}.pem", folder / f"{name}.cv"
    new_key_file, new_certificate_file = key_file.with_suffix(".new"), certificate_file.with_suffix(".new")
    try:
        new_key_file.unlink(missing_ok=True)
        key.save(new_key_file, passphrase_from_environment())
        new_certificate_file.write_bytes(renewed.raw)
        key_file.replace(key_file.with_name(f"{old_reference}.pem"))
        certificate_file.replace(certificate_file.with_name(f"{old_reference}.cv"))
        new_key_file.replace(key_file)
        new_certificate_file.replace(certificate_file)
    except OSError as error:
        raise PkiError(f"ceremony folder {folder}: {error.strerror}") from None
