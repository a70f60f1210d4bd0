"""The Document Signers of a ceremony's folder, as they are at the moment of signing."""

import os
from datetime import datetime
from pathlib import Path

from chip.errors import PkiError
from chip.pki.ceremony import KEY_FOLDER
from chip.pki.certificate import Certificate
from chip.pki.document_signer import DocumentSigner
from chip.pki.pki_folder import PkiFolder

READ_SUFFIXES = frozenset((".der", ".cer", ".crt", ".pem", ".crl", ".ml", ".json"))  # of all that is read of the folder
LEDGER_FILE = "signatures.jsonl"  # of a station whose only ledger lies beside the keys
Stamps = tuple[tuple[str, int, int, int], ...]


class FolderSigners:
    """Certificates, trust and keys of a folder; read again as soon as one of its files is another one.

    So a Document Signer that was renewed or revoked meanwhile counts at the next signature, and a key is opened when it
    is needed first.
    """

    def __init__(self, folder: PkiFolder) -> None:
        self._folder = folder
        self._stamps: Stamps | None = None
        self._certificates: dict[str, Certificate] = {}
        self._opened: dict[str, DocumentSigner] = {}

    def __call__(self, moment: datetime) -> tuple[DocumentSigner, ...]:
        """Those whose keys may be used at `moment`; where there is none, the newest, so that its refusal can be told.

        Raises: PkiError when a file cannot be read; KeyLocked and SigningUnavailable when a key cannot be opened.
        """
        self._read_again_if_changed()
        fit = [name for name, certificate in self._certificates.items() if _may_sign(certificate, moment)]
        return tuple(self._open(name) for name in fit or ["ds"])

    def _open(self, name: str) -> DocumentSigner:
        if name not in self._opened:
            trust = self._folder.trust_store()
            self._opened[name] = DocumentSigner(self._folder.key(name), self._certificates[name], trust)
        return self._opened[name]

    def _read_again_if_changed(self) -> None:
        stamps = _stamps_of(self._folder.path)
        if stamps != self._stamps:
            names = self._folder.document_signer_names()
            self._certificates = {name: self._folder.certificate(name) for name in names}
            self._opened, self._stamps = {}, stamps


def _may_sign(certificate: Certificate, moment: datetime) -> bool:
    return certificate.private_key_usage is not None and certificate.private_key_usage.contains(moment)


def _stamps_of(folder: Path) -> Stamps:
    """Name, moment of change, size and inode of each file: another file has other ones."""
    found: list[tuple[str, int, int, int]] = []
    try:
        for place in (folder, folder / KEY_FOLDER):
            with os.scandir(place) as entries:
                for entry in entries:
                    if Path(entry.name).suffix.lower() in READ_SUFFIXES:
                        status = entry.stat()
                        found.append((entry.name, status.st_mtime_ns, status.st_size, status.st_ino))
    except FileNotFoundError:
        if not folder.is_dir():
            raise PkiError(f"ceremony folder {folder}: no such folder") from None
    except OSError as error:
        raise PkiError(f"ceremony folder {folder}: {error.strerror}") from None
    return tuple(sorted(found))
