"""The one place where configuration becomes devices, keys and stores."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from enrolment.desk import places
from station_config import ConfigurationError
from station_config.model import Station

if TYPE_CHECKING:
    from chip.pki.pki_folder import PkiFolder
    from chip.pki.signing_service import SigningService
    from enrolment.capture.finger_session import FingerSession
    from enrolment.capture.photo_session import PhotoSession
    from enrolment.outbox.drivers import Driver
    from enrolment.production.numbers import DocumentNumberScheme
    from enrolment.production.prepare import ChipIssuer
    from enrolment.seal.sealing import PaperSealer

SMTP_PASSWORD = "STATION_SMTP_PASSWORD"  # noqa: S105 (a variable's name)


def data_folder(station: Station) -> Path:
    """Where this station keeps its data."""
    return places.data_folder(station.data.folder)


def pki_folder(station: Station) -> "PkiFolder":
    """The folder of the key ceremony that this station works with; nothing is read yet."""
    from chip.pki.pki_folder import PkiFolder

    return PkiFolder(Path(station.keys.pki).expanduser() if station.keys.pki else data_folder(station) / "pki")


def photo_session(station: Station) -> "PhotoSession":
    """The photo check with its models loaded: make it once and keep it. Raises NormError."""
    from enrolment.capture.photo_session import PhotoSession
    from photo_check.check import PhotoChecker
    from photo_check.mediapipe_face_finder import MediaPipeFaceFinder
    from photo_check.norm import load_norm

    checker = PhotoChecker(MediaPipeFaceFinder(quiet=True), load_norm(station.photo.norm))
    return PhotoSession(checker, station.photo.chip_image_max_bytes)


def finger_session(station: Station) -> "FingerSession":
    """Quality, policy and encoding of prints. Raises PolicyError for a policy that cannot be."""
    from enrolment.capture.finger_session import FingerSession, policy_of
    from enrolment.fingerprints.quality import default_quality

    return FingerSession(default_quality(), policy_of(station.fingers, station.scanner.timeout_ms))


def signing_service(pki: "PkiFolder") -> "SigningService":
    """What a production line gets its signatures from: the folder's signers, counted in a ledger beside them."""
    from chip.pki.folder_signers import LEDGER_FILE, FolderSigners
    from chip.pki.signature_ledger import FileSignatureLedger
    from chip.pki.signing_service import SigningService

    return SigningService(FolderSigners(pki), FileSignatureLedger(pki.path / LEDGER_FILE))


def chip_issuer(pki: "PkiFolder", order: str | None = None) -> "ChipIssuer":
    """Who signs the chip of `order`, and the trust point for it. Raises PkiError.

    `order` names one attempt at one card, for the signing service; without one the Document Signer signs uncounted, for
    a test bench.
    """
    from enrolment.production.prepare import ChipIssuer

    signer = pki.document_signer() if order is None else signing_service(pki).for_order(order)
    return ChipIssuer(signer, pki.cv_certificate("cvca"))


def paper_sealer(pki: "PkiFolder", station: Station) -> "PaperSealer":
    """Who seals the office's papers: the seal's key and certificate of a key ceremony. Raises PkiError."""
    from enrolment.seal.sealing import PaperSealer

    return PaperSealer(pki.key("seal"), pki.certificate("seal"), station.site.country)


def outbox_drivers(station: Station) -> "Mapping[str, Driver]":
    """What takes messages out of the house, by medium. Raises ConfigurationError for a way that is not safe."""
    from enrolment.desk.database import is_on_this_machine
    from enrolment.outbox.drivers import FolderDriver
    from enrolment.outbox.mail_driver import MailDriver, MailServer
    from enrolment.outbox.print_driver import PrintDriver

    chosen = station.outbox
    if chosen.mails == "mail" and chosen.smtp_security == "plain" and not is_on_this_machine(chosen.smtp_host):
        raise ConfigurationError("outbox.smtp_security", "", "off this machine starttls or tls is wanted")
    home = Path(chosen.folder).expanduser() if chosen.folder else data_folder(station) / "outbox"
    folder = FolderDriver(home, chosen.sender)
    password = os.environ.get(SMTP_PASSWORD, "")
    server = MailServer(chosen.smtp_host, chosen.smtp_port, chosen.smtp_security, chosen.smtp_user, password)
    mails: Driver = MailDriver(server, chosen.sender) if chosen.mails == "mail" else folder
    letters: Driver = PrintDriver(chosen.printer) if chosen.letters == "print" else folder
    return {"letter": letters, "mail": mails, "calendar": mails}


def number_scheme(station: Station) -> "DocumentNumberScheme":
    """How this issuer's document numbers look. Raises NumberScheme."""
    from enrolment.production.numbers import DocumentNumberScheme

    return DocumentNumberScheme(
        prefix=station.card.number_prefix, alphabet=station.card.number_alphabet, length=station.card.number_length
    )
