"""Taking a certificate back: the next revocation list of a ceremony's folder, with one serial number more."""

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chip.errors import PkiError
from chip.pki.crl import LONGEST_INTERVAL_DAYS, RevocationList, issue_crl, load_crl
from chip.pki.pki_folder import PkiFolder

CRL_FILE = "csca.crl"
REVOCABLE = ("ds", "mls")


def revoke(folder: PkiFolder, name: str | None, now: datetime, days: int = LONGEST_INTERVAL_DAYS) -> RevocationList:
    """The folder's next CRL: all that was revoked before, and the certificate `name` ("ds", "mls") if one is given.

    It takes the old one's place in one step. Raises PkiError when a part is missing, the key stays closed, the
    certificate is revoked already, or the folder cannot be written.
    """
    path = folder.path / CRL_FILE
    last = load_crl(path)
    revoked = dict(last.revoked)
    moment = now.astimezone(UTC).replace(microsecond=0)
    if name is not None:
        if name not in REVOCABLE:
            raise PkiError(f'"{name}" cannot be revoked; {" and ".join(REVOCABLE)} can')
        serial_number = folder.certificate(name).serial_number
        if serial_number in revoked:
            raise PkiError(f"{name} is revoked since {revoked[serial_number]:%Y-%m-%d} already")
        revoked[serial_number] = moment
    csca, number = folder.certificate("csca"), (last.number or 0) + 1
    new = issue_crl(folder.key("csca"), csca, revoked, number, moment, moment + timedelta(days=days))
    _replace(path, new.raw)
    return new


def _replace(path: Path, content: bytes) -> None:
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".crl-", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise PkiError(f"revocation list {path}: {error.strerror}") from None
