"""The office's questions for the doctor: readers, scanner, keys and their expiry, database, face models."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from chip.errors import ChipError, KeyLocked, SigningUnavailable
from enrolment import composition
from enrolment.desk.database import DatabaseAddress, configured_database
from enrolment.errors import OfficeNotOpen
from station_config import ConfigurationError
from station_config.doctor import Finding, Probe
from station_config.model import Station


def office_probes(station: Station) -> list[Probe]:
    """What this station needs beyond its own machine."""
    return [
        lambda: check_readers(station),
        lambda: check_scanner(station),
        lambda: check_quality_engine(),
        lambda: check_keys(station),
        lambda: check_expiry(station),
        lambda: check_database(station),
    ]


def check_readers(station: Station) -> Finding:
    """The readers that the configuration names are there; without a name the card is played in memory."""
    from chip.transport.pcsc import reader_names

    wanted = [name for name in (station.readers.personalisation, station.readers.inspection) if name]
    if not wanted:
        has_service = shutil.which("pcscd", path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin") is not None
        detail = "none configured: cards are played in memory" + ("" if has_service else "; pcscd is not installed")
        return Finding("readers", True, detail)
    try:
        present = reader_names()
    except ChipError as error:
        return Finding("readers", False, str(error), "start pcscd, then ask again")
    missing = [name for name in wanted if name not in present]
    if missing:
        there = ", ".join(present) or "none"
        return Finding("readers", False, f"missing: {', '.join(missing)}; there: {there}", "connect the reader")
    return Finding("readers", True, ", ".join(dict.fromkeys(wanted)))


def check_scanner(station: Station) -> Finding:
    """The scanner's driver loads and finds a device that is ready."""
    from enrolment.fingerprints.drivers.registry import load_driver
    from enrolment.fingerprints.errors import FingerprintError
    from enrolment.fingerprints.scanner import DeviceStatus

    try:
        devices = load_driver(station.scanner.driver).list_devices()
    except FingerprintError as error:
        return Finding("scanner", False, str(error), "set scanner.driver to one that `station finger devices` lists")
    ready = [device for device in devices if device.status() is DeviceStatus.READY]
    if not ready:
        return Finding("scanner", False, f"driver {station.scanner.driver}: no device is ready", "connect the scanner")
    return Finding("scanner", True, ", ".join(f"{device.info.make} {device.info.model}" for device in ready))


def check_quality_engine() -> Finding:
    """Prints are scored by NFIQ 2."""
    from enrolment.fingerprints.quality import default_quality

    algorithm = default_quality().algorithm
    ok = algorithm.startswith("NFIQ 2")
    return Finding("finger quality", ok, algorithm, "" if ok else "install nbis-py (x86-64 Linux only)")


def check_keys(station: Station) -> Finding:
    """The Document Signer's key opens, fits its certificate and may sign for a while yet."""
    pki = composition.pki_folder(station)
    if not pki.path.is_dir():
        remedy = f"hold a key ceremony: station pki create {pki.path}"
        return Finding("keys", False, f"no key ceremony in {pki.path}", remedy)
    now = datetime.now(UTC)
    try:
        signer = pki.document_signer()
        signer.refuse_unless_fit(station.card.document_code, now)
    except SigningUnavailable as error:
        return Finding("keys", False, str(error), "plug the token in, or start its service; set STATION_HSM_MODULE")
    except KeyLocked as error:
        return Finding("keys", False, str(error), "set STATION_HSM_PIN or STATION_KEY_PASSPHRASE to the right one")
    except ChipError as error:
        return Finding("keys", False, str(error), f"station pki renew {pki.path} ds, or correct keys.pki")
    usage = signer.certificate.private_key_usage
    assert usage is not None  # a signer without one is not fit
    end = usage.not_after or signer.certificate.not_after
    days_left = (end - now).days
    detail = f"the Document Signer signs until {end:%Y-%m-%d}, {days_left} days"
    if days_left <= max(station.keys.warn_days):
        return Finding("keys", days_left > min(station.keys.warn_days), detail, f"station pki renew {pki.path} ds")
    return Finding("keys", True, detail)


def check_expiry(station: Station) -> Finding:
    """No certificate, key usage or list of the PKI ends unnoticed, those of terminals included."""
    from chip.pki.expiry import endings

    pki = composition.pki_folder(station)
    if not pki.path.is_dir():
        return Finding("expiry", True, "no key ceremony yet: nothing to end")
    try:
        found = endings(pki, datetime.now(UTC))
    except ChipError as error:
        return Finding("expiry", False, str(error), "correct keys.pki, or hold a key ceremony")
    warned = [ending for ending in found if ending.days_left <= max(station.keys.warn_days)]
    if not warned:
        return Finding("expiry", True, f"nothing ends within {max(station.keys.warn_days)} days")
    told = "; ".join(f"{ending.name} ({ending.what}) on {ending.ends}, {ending.days_left} days" for ending in warned)
    return Finding(
        "expiry", warned[0].days_left > min(station.keys.warn_days), told, _renewal_of(warned[0].name, pki.path)
    )


def _renewal_of(name: str, folder: Path) -> str:
    if name in ("is", "dv", "cvca", "ds"):
        return f"station pki renew {folder} {name}"
    return f"station pki revoke {folder}" if name == "csca.crl" else "hold the key ceremony of its successor"


def check_database(station: Station) -> Finding:
    """The office's database answers, is whole, and keeps what it was told."""
    try:
        address = configured_database(composition.data_folder(station), station.data.database)
    except ConfigurationError as error:
        return Finding("database", False, str(error), "docs/database.md says what an address looks like")
    if not address.is_embedded:
        return _check_server(address)
    return _check_file(Path(address.told))


def _check_file(file: Path) -> Finding:
    import sqlite3

    if not file.exists():
        return Finding("database", True, "none yet: it is made when the office is opened first")
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            (answer,) = database.execute("PRAGMA quick_check").fetchone()
    except sqlite3.Error as error:
        return Finding("database", False, f"{file}: {error}", "restore the last backup")
    ok = answer == "ok"
    return Finding("database", ok, f"{file}: {answer}", "" if ok else "restore the last backup")


def _check_server(address: DatabaseAddress) -> Finding:
    from enrolment.desk.server import ask_server

    try:
        state = ask_server(address)
    except OfficeNotOpen as error:
        return Finding("database", False, str(error), "start the server, then ask again")
    line = "encrypted" if state.is_encrypted else "not encrypted"
    detail = "; ".join((f"{address.told}: PostgreSQL {state.version}, {line}", *state.faults))
    return Finding("database", not state.faults, detail, "correct postgresql.conf" if state.faults else "")
