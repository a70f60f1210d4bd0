"""A ceremony's folder as a station uses it: its keys, certificates, lists, and what may be trusted by it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chip.errors import DecodingError, PkiError
from chip.pki.ceremony import KEY_FOLDER, RECORD_FILE
from chip.pki.ceremony_profile import parse_algorithm
from chip.pki.certificate import Certificate, load_certificate
from chip.pki.cv_certificate import CvCertificate
from chip.pki.document_signer import DocumentSigner
from chip.pki.key_store import FileKeyStore, KeyStore
from chip.pki.signature import SignatureAlgorithm
from chip.pki.signing_key import SigningKey, passphrase_from_environment
from chip.pki.trust_store import TrustStore


@dataclass(frozen=True, slots=True)
class PkiFolder:
    """The folder; nothing is read before it is asked for.

    Its keys lie in `key_store`; without one, in the token that its record names, or in its own files, which the
    passphrase of the environment opens.
    """

    path: Path
    key_store: KeyStore | None = None

    @property
    def keys(self) -> KeyStore:
        """Where the folder's keys are kept. Raises PkiError when its record cannot be read."""
        if self.key_store is not None:
            return self.key_store
        token = self._record().get("token")
        if token is not None:
            from chip.pki.token import open_token  # the PKCS#11 binding is loaded by stations that have a token
            from chip.pki.token_key_store import TokenKeyStore

            return TokenKeyStore(open_token(str(token)))
        return FileKeyStore(self.path / KEY_FOLDER, passphrase_from_environment())

    def has_key(self, name: str) -> bool:
        """Whether the ceremony left a key of that name where it can be asked for; a copied folder may have none."""
        if self.keys.token_label is None:
            return (self.path / KEY_FOLDER / f"{name}.pem").exists()
        return name in self._algorithms()

    def certificate(self, name: str) -> Certificate:
        """The X.509 certificate "csca", "link", "ds", "mls" or "seal". Raises PkiError when it cannot be read."""
        return load_certificate(self.path / f"{name}.der")

    def cv_certificate(self, name: str) -> CvCertificate:
        """The card-verifiable certificate "cvca", "dv" or "is". Raises PkiError when it cannot be read."""
        return load_cv_certificate(self.path / f"{name}.cv")

    def key(self, name: str) -> SigningKey:
        """The key of that name, with the algorithm that the ceremony recorded. Raises PkiError when it stays closed."""
        algorithms = self._algorithms()
        return self.keys.open(name, algorithms.get(name, algorithms.get(name.partition("_")[0])))

    def trust_store(self) -> TrustStore:
        """The CSCAs, links and lists of the folder. Raises PkiError as `TrustStore.load` does."""
        return TrustStore.load(self.path)

    def document_signer(self) -> DocumentSigner:
        """The Document Signer with its key and the trust above it. Raises PkiError when a part is missing."""
        return DocumentSigner(self.key("ds"), self.certificate("ds"), self.trust_store())

    def document_signer_names(self) -> tuple[str, ...]:
        """The newest Document Signer, "ds", and those before it whose certificates are kept, "ds_1", "ds_2" …"""
        return ("ds", *sorted(path.stem for path in self.path.glob("ds_*.der")))

    def _algorithms(self) -> dict[str, SignatureAlgorithm]:
        """What each key signs with, as the ceremony recorded it; a folder without a record has the defaults."""
        try:
            return {name: parse_algorithm(entry["algorithm"]) for name, entry in self._record().get("keys", {}).items()}
        except (KeyError, TypeError, AttributeError):
            raise PkiError(f"{self.path / RECORD_FILE} is not the record of a ceremony") from None

    def _record(self) -> dict[str, Any]:
        path = self.path / RECORD_FILE
        if not path.exists():
            return {}
        try:
            record = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            record = None
        if not isinstance(record, dict):
            raise PkiError(f"{path} is not the record of a ceremony")
        return record


def load_cv_certificate(path: Path) -> CvCertificate:
    """The card-verifiable certificate of a file. Raises PkiError when it cannot be read or is none."""
    try:
        return CvCertificate.decode(path.read_bytes())
    except OSError as error:
        raise PkiError(f"card-verifiable certificate {path}: {error.strerror}") from None
    except DecodingError as error:
        raise PkiError(f"{path} holds no card-verifiable certificate: {error}") from None
