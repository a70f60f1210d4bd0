"""Is what a ceremony's folder holds whole and sound: every signature, chain, date and key, each as a named check."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

from chip.checks import Check, Outcome
from chip.errors import ChipError, KeyLocked, PkiError, SigningUnavailable
from chip.pki.ceremony import VAULT_KEY_BYTES, VAULT_KEY_FILE
from chip.pki.certificate import Certificate
from chip.pki.crl import load_crl
from chip.pki.cv_certificate import CvCertificate
from chip.pki.master_list import load_master_list
from chip.pki.pki_folder import PkiFolder
from chip.pki.public_key import PublicKey
from chip.pki.trust_store import RevocationState, TrustStore

CERTIFICATES_WITH_KEYS = ("csca", "csca_previous", "ds", "mls", "seal")
CV_CERTIFICATES = ("cvca", "dv", "is")
KEYS_WITHOUT_CERTIFICATE = ("journal", "batch")


def check_pki_folder(folder: PkiFolder, moment: datetime) -> list[Check]:
    """Every check that the folder's files allow, judged at `moment`; keys that stay closed are unavailable."""
    judges = {
        "csca": partial(_check_csca, folder, moment),
        "link": partial(_check_link, folder),
        "ds": partial(_check_signer, folder, "ds", moment),
        "mls": partial(_check_signer, folder, "mls", moment),
        "crl": partial(_check_crl, folder, moment),
        "masterlist": partial(_check_master_list, folder),
        "terminals": partial(_check_terminals, folder, moment.astimezone(UTC).date()),
    }
    if not (folder.path / "link.der").exists():
        del judges["link"]
    if (folder.path / "seal.der").exists():
        judges["seal"] = partial(_check_seal, folder, moment)
    if (folder.path / VAULT_KEY_FILE).exists():
        judges["vault.key"] = partial(_check_vault_key, folder)
    for name in (*CERTIFICATES_WITH_KEYS, *CV_CERTIFICATES):
        if folder.has_key(name):
            judges[f"key.{name}"] = partial(_check_key, folder, name)
    for name in KEYS_WITHOUT_CERTIFICATE:
        if folder.has_key(name):
            judges[f"key.{name}"] = partial(_check_lone_key, folder, name)
    return [_judge(name, judge) for name, judge in judges.items()]


def _judge(name: str, judge: Callable[[], str]) -> Check:
    """A check passes with its evidence; the reason why it cannot is the error that it raised."""
    try:
        return Check(name, Outcome.PASSED, judge())
    except (KeyLocked, SigningUnavailable) as error:
        return Check(name, Outcome.UNAVAILABLE, str(error))
    except ChipError as error:
        return Check(name, Outcome.FAILED, str(error))


def _check_csca(folder: PkiFolder, moment: datetime) -> str:
    csca = folder.certificate("csca")
    if not csca.is_signed_by(csca):
        raise PkiError("the CSCA certificate is not signed by its own key")
    _must_be_valid(csca, moment)
    return _until(csca)


def _check_link(folder: PkiFolder) -> str:
    link, new = folder.certificate("link"), folder.certificate("csca")
    old = folder.certificate("csca_previous")
    if not link.is_signed_by(old):
        raise PkiError("the link certificate is not signed by the previous CSCA")
    if link.public_key != new.public_key or link.subject != new.subject:
        raise PkiError("the link certificate is not for the CSCA's key and name")
    return f"{old.subject_text} vouches for {new.subject_text}"


def _check_signer(folder: PkiFolder, name: str, moment: datetime) -> str:
    certificate, trust = folder.certificate(name), folder.trust_store()
    chain = trust.find_chain(certificate)
    if chain.missing is not None:
        raise PkiError(str(chain.missing))
    _must_be_valid(certificate, moment)
    usage = certificate.private_key_usage
    if usage is None or not usage.contains(moment):
        raise PkiError("the private-key usage period is over, or not yet there")
    state = trust.revocation_of(certificate, chain.certificates[1], moment)
    if state is RevocationState.REVOKED:
        raise PkiError("the certificate is revoked")
    return _until(certificate)


def _check_crl(folder: PkiFolder, moment: datetime) -> str:
    revocation_list = load_crl(folder.path / "csca.crl")
    if not revocation_list.is_signed_by(folder.certificate("csca")):
        raise PkiError("the revocation list is not signed by the CSCA")
    if not revocation_list.is_current_on(moment):
        raise PkiError("the next revocation list is overdue")
    return f"number {revocation_list.number}, {len(revocation_list.revoked)} revoked"


def _check_master_list(folder: PkiFolder) -> str:
    master_list = load_master_list(folder.path / "masterlist.ml")
    signer = master_list.verify_signature()
    chain = TrustStore((folder.certificate("csca"),)).find_chain(signer)
    if chain.missing is not None:
        raise PkiError(str(chain.missing))
    return f"{len(master_list.certificates)} certificates"


def _check_terminals(folder: PkiFolder, today: date) -> str:
    cvca, dv, system = (folder.cv_certificate(name) for name in CV_CERTIFICATES)
    curve = cvca.public_key.curve
    for certificate, authority in ((cvca, cvca), (dv, cvca), (system, dv)):
        if certificate.authority_reference != authority.holder_reference:
            raise PkiError(f"{certificate.holder_reference} is not of {authority.holder_reference}")
        key, algorithm = authority.public_key.on(curve), authority.public_key.algorithm
        if not certificate.is_signed_by(key, algorithm):
            raise PkiError(f"{certificate.holder_reference} is not signed by {authority.holder_reference}")
        if not certificate.effective <= today <= certificate.expiry:
            raise PkiError(f"{certificate.holder_reference} holds to {certificate.expiry} only")
    return f"{system.holder_reference} until {system.expiry}"


def _check_seal(folder: PkiFolder, moment: datetime) -> str:
    seal = folder.certificate("seal")
    if not seal.is_signed_by(seal):
        raise PkiError("the certificate of the paper seal is not signed by its own key")
    _must_be_valid(seal, moment)
    return _until(seal)


def _check_vault_key(folder: PkiFolder) -> str:
    length = (folder.path / VAULT_KEY_FILE).stat().st_size
    if length != VAULT_KEY_BYTES:
        raise PkiError(f"{VAULT_KEY_FILE} has {length} bytes; {VAULT_KEY_BYTES} are wanted")
    return f"{VAULT_KEY_BYTES} bytes"


def _check_lone_key(folder: PkiFolder, name: str) -> str:
    return folder.key(name).public_key.description


def _check_key(folder: PkiFolder, name: str) -> str:
    key = folder.key(name).public_key
    is_cv = name in CV_CERTIFICATES
    wanted = _cv_key(folder.cv_certificate(name), folder) if is_cv else folder.certificate(name).public_key
    if key != wanted:
        raise PkiError(f"key {name} is not the one of its certificate")
    return key.description


def _cv_key(certificate: CvCertificate, folder: PkiFolder) -> PublicKey:
    return certificate.public_key.on(folder.cv_certificate("cvca").public_key.curve)


def _must_be_valid(certificate: Certificate, moment: datetime) -> None:
    if not certificate.is_valid_on(moment):
        raise PkiError(f"valid from {certificate.not_before:%Y-%m-%d} to {certificate.not_after:%Y-%m-%d} only")


def _until(certificate: Certificate) -> str:
    return f"{certificate.subject_text}, valid until {certificate.not_after:%Y-%m-%d}"
