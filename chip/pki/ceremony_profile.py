"""What a key ceremony is to make, read from one TOML: names, kinds of keys, ages, and what is broken on purpose."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

from chip.errors import PkiError
from chip.from_toml import read_table
from chip.pki.signature import HASH_OIDS, Scheme, SignatureAlgorithm

DEFAULT_PROFILE = "brainpool256"


class Fault(StrEnum):
    """What a PKI for tests and training has wrong beyond its dates, types and algorithms."""

    REVOKED_DS = "revoked-ds"
    WRONG_CSCA = "wrong-csca"


@dataclass(frozen=True, slots=True)
class AuthorityProfile:
    """What all X.509 certificates of the ceremony have in common."""

    country: str
    state_code: str
    organisation: str
    email: str
    crl_url: str


@dataclass(frozen=True, slots=True)
class SignerProfile:
    """One X.509 certificate and its key. `serial_number` is an attribute of the name, to tell successors apart."""

    common_name: str
    key: str
    signature: str
    key_usage_days: int
    validity_days: int
    serial_number: str | None = None
    document_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RevocationProfile:
    """How long a CRL holds."""

    validity_days: int


@dataclass(frozen=True, slots=True)
class TerminalProfile:
    """The three card-verifiable certificates; names are mnemonics of at most nine characters."""

    country: str
    key: str
    signature: str
    cvca_name: str
    dv_name: str
    is_name: str
    cvca_days: int
    dv_days: int
    is_days: int


@dataclass(frozen=True, slots=True)
class StationProfile:
    """The office's own keys."""

    key: str
    signature: str
    common_name: str
    validity_days: int


@dataclass(frozen=True, slots=True)
class CeremonyProfile:
    """A whole ceremony. `days_ago` puts its X.509 certificates into the past; a link comes from the `predecessor`."""

    about: str
    authority: AuthorityProfile
    csca: SignerProfile
    document_signer: SignerProfile
    master_list_signer: SignerProfile
    crl: RevocationProfile
    terminals: TerminalProfile
    station: StationProfile
    predecessor: SignerProfile | None = None
    fault: Fault | None = None
    days_ago: int = 0

    @property
    def is_test(self) -> bool:
        """Whether every name says that nothing here may be trusted."""
        signers = (self.csca, self.document_signer, self.master_list_signer, self.station, self.predecessor)
        terminals = (self.terminals.cvca_name, self.terminals.dv_name, self.terminals.is_name)
        names = (self.authority.organisation, *(item.common_name for item in signers if item is not None), *terminals)
        return all("TEST" in name for name in names)


def profile_names() -> tuple[str, ...]:
    """The profiles that come with the package."""
    folder = resources.files("chip.pki") / "profiles"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def load_profile(name: str) -> CeremonyProfile:
    """The profile of that name, or of a TOML file given by its path.

    A profile may say `based_on = "name"` and then only what it changes. Raises PkiError with file, key and what was
    wanted.
    """

    def fail(reason: str) -> NoReturn:
        raise PkiError(f"ceremony profile {name}: {reason}")

    return read_table(CeremonyProfile, _load_table(name, ()), fail)


def parse_algorithm(text: str) -> SignatureAlgorithm:
    """ "ecdsa-sha256", "rsa-pss-sha256", "rsa-pkcs1-sha256". Raises PkiError for anything else."""
    scheme, _dash, hash_name = text.rpartition("-")
    if scheme not in {Scheme.ECDSA, Scheme.RSA_PSS, Scheme.RSA_PKCS1} or hash_name not in HASH_OIDS:
        raise PkiError(f'signature "{text}": "ecdsa-sha256", "rsa-pss-sha256" or their like is wanted')
    return SignatureAlgorithm(Scheme(scheme), hash_name)


def _load_table(name: str, path_so_far: tuple[str, ...]) -> dict[str, Any]:
    if name in path_so_far:
        raise PkiError(f"ceremony profile {name} is based on itself")
    text = _read_text(name)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PkiError(f"ceremony profile {name}: {error}") from None
    base = table.pop("based_on", None)
    if base is None:
        return table
    return _laid_over(_load_table(str(base), (*path_so_far, name)), table)


def _read_text(name: str) -> str:
    if name in profile_names():
        return (resources.files("chip.pki") / "profiles" / f"{name}.toml").read_text("utf-8")
    path = Path(name)
    if path.suffix != ".toml":
        raise PkiError(f"ceremony profile {name}: one of {', '.join(profile_names())}, or a .toml file, is wanted")
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise PkiError(f"ceremony profile {path} cannot be read") from None


def _laid_over(base: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """`table` over `base`: tables are joined, everything else is replaced."""
    joined = dict(base)
    for key, value in table.items():
        below = joined.get(key)
        joined[key] = _laid_over(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return joined
