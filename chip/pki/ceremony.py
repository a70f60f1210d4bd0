"""A key ceremony: from one profile to a folder with every key, certificate and list that a station and a terminal need.

The folder is made beside its place and moved there whole: a ceremony that fails leaves nothing behind.
"""

import json
import secrets
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from chip.errors import ChipError, PkiError
from chip.pki.ceremony_profile import CeremonyProfile, Fault, SignerProfile, parse_algorithm
from chip.pki.certificate import Certificate, UsagePeriod
from chip.pki.crl import RevocationList, issue_crl
from chip.pki.cv_certificate import Authorisation, CvCertificate, Role, issue_cv_certificate
from chip.pki.issuing import (
    AuthorityContact,
    DistinguishedName,
    RandomBytes,
    Validity,
    issue_csca,
    issue_document_signer,
    issue_link,
    issue_master_list_signer,
    issue_seal,
)
from chip.pki.key_store import FileKeyStore, KeyStore, undone_on_failure
from chip.pki.master_list import sign_master_list
from chip.pki.signing_key import PASSPHRASE_VARIABLE, SigningKey, write_private_file

KEY_FOLDER, RECORD_FILE, VAULT_KEY_FILE = "keys", "ceremony.json", "vault.key"
VAULT_KEY_BYTES = 32
FIRST_SEQUENCE = "00001"


@dataclass(slots=True)
class _Made:
    """What a ceremony has made so far, and where it makes keys."""

    store: KeyStore
    keys: dict[str, SigningKey] = field(default_factory=dict)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    cv_certificates: dict[str, CvCertificate] = field(default_factory=dict)
    crl: RevocationList | None = None
    master_list: bytes = b""


def hold_ceremony(
    profile: CeremonyProfile,
    profile_name: str,
    folder: Path,
    now: datetime,
    passphrase: bytes | None,
    random_bytes: RandomBytes = secrets.token_bytes,
    key_store: KeyStore | None = None,
) -> None:
    """Make the whole folder. Everything begins at 00:00 UTC of the ceremony's day; `days_ago` moves the certificates.

    Keys are made in `key_store`; without one, in files of the folder, encrypted where there is a `passphrase`.
    Raises PkiError when the folder is there already and not empty, cannot be written, or the profile asks for what
    cannot be.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PkiError(f"ceremony folder {folder} is there already and not empty; keys are never overwritten")
    if key_store is None and passphrase is None and not profile.is_test:
        raise PkiError(
            f"keys whose names do not all carry TEST are kept encrypted: set {PASSPHRASE_VARIABLE}, or a token"
        )
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".ceremony-", dir=folder.parent) as name:
            workshop = Path(name) / "pki"
            workshop.mkdir(mode=0o755)
            with undone_on_failure(key_store or FileKeyStore(workshop / KEY_FOLDER, passphrase)) as store:
                made = _make(profile, today, random_bytes, store)
                _write(made, profile, profile_name, workshop, today, random_bytes)
                if folder.exists():
                    folder.rmdir()
                shutil.move(workshop, folder)
    except OSError as error:
        raise PkiError(f"ceremony folder {folder}: {error.strerror}") from None


def _make(profile: CeremonyProfile, today: datetime, random_bytes: RandomBytes, store: KeyStore) -> _Made:
    made, begins = _Made(store), today - timedelta(days=profile.days_ago)
    try:
        _make_authorities(made, profile, begins, random_bytes)
        _make_signers(made, profile, begins, random_bytes)
        _make_lists(made, profile, today)
        if profile.fault is Fault.WRONG_CSCA:
            _replace_csca(made, profile, begins, random_bytes)
        _make_terminals(made, profile, today.date())
        _make_station_keys(made, profile, today, random_bytes)
    except PkiError:
        raise
    except ChipError as error:
        raise PkiError(f"the ceremony's profile asks for what cannot be: {error}") from None
    return made


def _make_authorities(made: _Made, profile: CeremonyProfile, begins: datetime, random_bytes: RandomBytes) -> None:
    contact = _contact(profile)
    key = _new_key(made, "csca", profile.csca)
    name, validity = _name(profile, profile.csca), _validity(profile.csca, begins)
    csca = made.certificates["csca"] = issue_csca(key, name, validity, contact, random_bytes)
    if profile.predecessor is not None:
        old = profile.predecessor
        old_key = _new_key(made, "csca_previous", old)
        old_begins = begins - timedelta(days=old.key_usage_days - 1)  # its last day of signing: the link's
        made.certificates["csca_previous"] = issue_csca(
            old_key, _name(profile, old), _validity(old, old_begins), contact, random_bytes
        )
        made.certificates["link"] = issue_link(
            old_key, made.certificates["csca_previous"], csca, validity, contact, random_bytes
        )


def _make_signers(made: _Made, profile: CeremonyProfile, begins: datetime, random_bytes: RandomBytes) -> None:
    contact, csca_key, csca = _contact(profile), made.keys["csca"], made.certificates["csca"]
    signer, lists = profile.document_signer, profile.master_list_signer
    key = _new_key(made, "ds", signer)
    made.certificates["ds"] = issue_document_signer(
        csca_key,
        csca,
        key.public_key,
        _name(profile, signer),
        _validity(signer, begins),
        contact,
        signer.document_types,
        random_bytes,
    )
    list_key = _new_key(made, "mls", lists)
    made.certificates["mls"] = issue_master_list_signer(
        csca_key, csca, list_key.public_key, _name(profile, lists), _validity(lists, begins), contact, random_bytes
    )


def _make_lists(made: _Made, profile: CeremonyProfile, today: datetime) -> None:
    """Master list and CRL: a CSCA signs lists for as long as its certificate holds, so they are always of today."""
    csca = made.certificates["csca"]
    authorities = [made.certificates[name] for name in ("csca", "csca_previous", "link") if name in made.certificates]
    made.master_list = sign_master_list(authorities, made.keys["mls"], made.certificates["mls"], csca, today)
    revoked = {made.certificates["ds"].serial_number: today} if profile.fault is Fault.REVOKED_DS else {}
    next_update = today + timedelta(days=profile.crl.validity_days)
    made.crl = issue_crl(made.keys["csca"], csca, revoked, 1, today, next_update)


def _replace_csca(made: _Made, profile: CeremonyProfile, begins: datetime, random_bytes: RandomBytes) -> None:
    """Another key under the same name takes the place of the one that signed."""
    made.store.rename("csca", "csca_that_signed")
    key = _new_key(made, "csca", profile.csca)
    made.certificates["csca"] = issue_csca(
        key, _name(profile, profile.csca), _validity(profile.csca, begins), _contact(profile), random_bytes
    )


def _make_terminals(made: _Made, profile: CeremonyProfile, begins: date) -> None:
    terminals = profile.terminals
    algorithm = parse_algorithm(terminals.signature)
    for name in ("cvca", "dv", "is"):
        made.keys[name] = made.store.make(name, terminals.key, algorithm)
    cvca, dv, system = (
        f"{terminals.country}{name}{FIRST_SEQUENCE}"
        for name in (terminals.cvca_name, terminals.dv_name, terminals.is_name)
    )
    rows = (
        ("cvca", "cvca", cvca, cvca, Authorisation(Role.CVCA, True, True), terminals.cvca_days),
        ("dv", "cvca", cvca, dv, Authorisation(Role.DV_DOMESTIC, True), terminals.dv_days),
        ("is", "dv", dv, system, Authorisation(Role.INSPECTION_SYSTEM, True), terminals.is_days),
    )
    for name, authority, authority_reference, reference, authorisation, days in rows:
        made.cv_certificates[name] = issue_cv_certificate(
            made.keys[authority],
            authority_reference,
            made.keys[name],
            reference,
            authorisation,
            begins,
            begins + timedelta(days=days),
            with_parameters=name == "cvca",
        )


def _make_station_keys(made: _Made, profile: CeremonyProfile, begins: datetime, random_bytes: RandomBytes) -> None:
    station = profile.station
    for name in ("seal", "journal", "batch"):
        made.keys[name] = made.store.make(name, station.key, parse_algorithm(station.signature))
    ends = begins + timedelta(days=station.validity_days)
    subject = DistinguishedName(profile.authority.country, profile.authority.organisation, station.common_name)
    made.certificates["seal"] = issue_seal(
        made.keys["seal"], subject, Validity(begins, ends, UsagePeriod(begins, ends)), random_bytes
    )


def _write(
    made: _Made,
    profile: CeremonyProfile,
    profile_name: str,
    folder: Path,
    today: datetime,
    random_bytes: RandomBytes,
) -> None:
    for name, certificate in made.certificates.items():
        (folder / f"{name}.der").write_bytes(certificate.raw)
    for name, cv_certificate in made.cv_certificates.items():
        (folder / f"{name}.cv").write_bytes(cv_certificate.raw)
    if made.crl is not None:
        (folder / "csca.crl").write_bytes(made.crl.raw)
    (folder / "masterlist.ml").write_bytes(made.master_list)
    write_private_file(folder / VAULT_KEY_FILE, random_bytes(VAULT_KEY_BYTES))
    record = _record(made, profile, profile_name, today)
    (folder / RECORD_FILE).write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _record(made: _Made, profile: CeremonyProfile, profile_name: str, today: datetime) -> dict[str, Any]:
    return {
        "profile": Path(profile_name).stem,
        "about": profile.about,
        "fault": profile.fault,
        "held": today.isoformat(),
        "token": made.store.token_label,
        "keys": {name: _describe_key(key) for name, key in sorted(made.keys.items())},
        "certificates": {name: _describe(item) for name, item in sorted(made.certificates.items())},
        "cv_certificates": {
            name: {
                "holder": item.holder_reference,
                "authority": item.authority_reference,
                "effective": item.effective.isoformat(),
                "expiry": item.expiry.isoformat(),
            }
            for name, item in sorted(made.cv_certificates.items())
        },
        "crl_number": made.crl.number if made.crl is not None else None,
    }


def _describe_key(key: SigningKey) -> dict[str, str]:
    return {"kind": key.public_key.description, "algorithm": str(key.algorithm)}


def _describe(certificate: Certificate) -> dict[str, Any]:
    return {
        "subject": certificate.subject_text,
        "serial_number": f"{certificate.serial_number:X}",
        "not_before": certificate.not_before.isoformat(),
        "not_after": certificate.not_after.isoformat(),
    }


def _contact(profile: CeremonyProfile) -> AuthorityContact:
    authority = profile.authority
    return AuthorityContact(authority.state_code, authority.email, authority.crl_url)


def _name(profile: CeremonyProfile, signer: SignerProfile) -> DistinguishedName:
    authority = profile.authority
    return DistinguishedName(authority.country, authority.organisation, signer.common_name, signer.serial_number)


def _validity(signer: SignerProfile, begins: datetime) -> Validity:
    """Days are whole: the last second of the last one is the end."""
    second = timedelta(seconds=1)
    usage_ends = begins + timedelta(days=signer.key_usage_days) - second
    return Validity(begins, begins + timedelta(days=signer.validity_days) - second, UsagePeriod(begins, usage_ends))


def _new_key(made: _Made, name: str, signer: SignerProfile) -> SigningKey:
    made.keys[name] = made.store.make(name, signer.key, parse_algorithm(signer.signature))
    return made.keys[name]
