"""The one place where configuration becomes devices, keys and stores."""

from pathlib import Path
from typing import TYPE_CHECKING

from enrolment.desk import places
from station_config.model import Station

if TYPE_CHECKING:
    from chip.pki.pki_folder import PkiFolder
    from chip.pki.signing_service import SigningService
    from enrolment.capture.finger_session import FingerSession
    from enrolment.capture.photo_session import PhotoSession
    from enrolment.production.numbers import DocumentNumberScheme
    from enrolment.production.prepare import ChipIssuer
    from enrolment.seal.sealing import PaperSealer


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


def number_scheme(station: Station) -> "DocumentNumberScheme":
    """How this issuer's document numbers look. Raises NumberScheme."""
    from enrolment.production.numbers import DocumentNumberScheme

    return DocumentNumberScheme(
        prefix=station.card.number_prefix, alphabet=station.card.number_alphabet, length=station.card.number_length
    )
