"""Where keys are made and kept, by name: a folder of files, or whatever else can make a `SigningKey`."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from chip.errors import PkiError
from chip.pki.signature import SignatureAlgorithm
from chip.pki.signing_key import SigningKey, SoftwareKey


class KeyStore(Protocol):
    """What ceremonies and stations ask of the place that keeps keys."""

    @property
    def token_label(self) -> str | None:
        """The label of the token that they lie in; None where they lie in files."""
        ...

    def make(self, name: str, kind: str, algorithm: SignatureAlgorithm) -> SigningKey:
        """A fresh key, kept under `name`; `kind` is a curve's name or "rsa-3072". Never overwrites."""
        ...

    def open(self, name: str, algorithm: SignatureAlgorithm | None) -> SigningKey:
        """The key kept under `name`; without `algorithm`, with the default of its kind."""
        ...

    def rename(self, name: str, new_name: str) -> None:
        """Keep a key under another name. Never overwrites."""
        ...

    def forget(self, name: str) -> None:
        """Destroy the key kept under `name`, if there is one."""
        ...


class FileKeyStore:
    """Keys as PKCS#8 PEM files of a folder, readable by their owner alone, encrypted where there is a passphrase."""

    def __init__(self, folder: Path, passphrase: bytes | None) -> None:
        self._folder, self._passphrase = folder, passphrase

    @property
    def token_label(self) -> None:
        """They lie in files."""
        return None

    def make(self, name: str, kind: str, algorithm: SignatureAlgorithm) -> SigningKey:
        """A fresh key in `name`.pem. Raises PkiError when the file exists or cannot be written."""
        key = SoftwareKey.generate(kind, algorithm)
        key.save(self._path(name), self._passphrase)
        return key

    def open(self, name: str, algorithm: SignatureAlgorithm | None) -> SigningKey:
        """The key of `name`.pem. Raises PkiError when it cannot be read, KeyLocked when the passphrase is not its."""
        return SoftwareKey.load(self._path(name), algorithm, self._passphrase)

    def rename(self, name: str, new_name: str) -> None:
        """The file under another name. Raises PkiError when that one exists or the folder cannot be written."""
        target = self._path(new_name)
        if target.exists():
            raise PkiError(f"key file {target} exists already; keys are never overwritten")
        try:
            self._path(name).rename(target)
        except OSError as error:
            raise PkiError(f"key file {self._path(name)}: {error.strerror}") from None

    def forget(self, name: str) -> None:
        """The file is gone afterwards. Raises PkiError when the folder cannot be written."""
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise PkiError(f"key file {self._path(name)}: {error.strerror}") from None

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.pem"


class _NotingKeyStore:
    """Another store, and the names of the keys that were made in it through this one."""

    def __init__(self, store: KeyStore) -> None:
        self._store, self.made = store, list[str]()

    @property
    def token_label(self) -> str | None:
        return self._store.token_label

    def make(self, name: str, kind: str, algorithm: SignatureAlgorithm) -> SigningKey:
        key = self._store.make(name, kind, algorithm)
        self.made.append(name)
        return key

    def open(self, name: str, algorithm: SignatureAlgorithm | None) -> SigningKey:
        return self._store.open(name, algorithm)

    def rename(self, name: str, new_name: str) -> None:
        self._store.rename(name, new_name)
        self.made = [new_name if each == name else each for each in self.made]

    def forget(self, name: str) -> None:
        self._store.forget(name)


@contextmanager
def undone_on_failure(store: KeyStore) -> Iterator[KeyStore]:
    """A store like `store`; when the block fails, the keys that it made are destroyed, and no others."""
    noting = _NotingKeyStore(store)
    try:
        yield noting
    except BaseException:
        for name in noting.made:
            with suppress(PkiError):  # the first failure is the one to tell
                store.forget(name)
        raise
