"""Whose seals are believed: the certificates of a trust folder, and which of them were taken back.

A folder holds `seal*.der` (or .cer, .crt, .pem): a certificate that signed itself is believed because it lies there, as
the ceremony's own does; another one needs a chain to a CSCA of the folder, whose revocation list is asked. What was
believed once and no longer is lies in the folder `withdrawn` beside them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from chip.errors import PkiError
from chip.pki.certificate import Certificate, load_certificate
from chip.pki.trust_store import CERTIFICATE_SUFFIXES, RevocationState, TrustStore
from enrolment.seal.errors import SealError
from enrolment.seal.header import SealHeader
from enrolment.seal.sealing import certificate_reference

WITHDRAWN_FOLDER = "withdrawn"
SIGNATURE_USAGE = frozenset({"digital_signature"})


@dataclass(frozen=True, slots=True)
class SealTrust:
    """The signers that may be believed, those taken back, and the authorities above them."""

    signers: tuple[Certificate, ...]
    withdrawn: tuple[Certificate, ...]
    authorities: TrustStore

    @classmethod
    def load(cls, folder: Path) -> "SealTrust":
        """The trust of a folder. Raises SealError when it is missing, unreadable or names no signer of seals."""
        try:
            authorities = TrustStore.load(folder)
            withdrawn = tuple(_certificates((folder / WITHDRAWN_FOLDER).glob("*")))
            signers = tuple(_certificates(folder.glob("seal*")))
        except PkiError as error:
            raise SealError(str(error)) from None
        if not signers and not withdrawn:
            raise SealError(f"trust folder {folder}: seal.der, the certificate of a signer of seals, is wanted")
        return cls(signers, withdrawn, authorities)

    def signer_of(self, header: SealHeader) -> Certificate | None:
        """The certificate that a seal names, or None; several would name one serial number only by mistake."""
        return next((item for item in (*self.withdrawn, *self.signers) if _is_named(item, header)), None)

    def refusal_of(self, signer: Certificate) -> str:
        """Why this signer's chain is not believed, or "" where it is."""
        if signer.is_ca or signer.key_usage != SIGNATURE_USAGE:
            return "its certificate is not one for signatures alone"
        if signer.is_self_issued:
            return "" if signer.is_signed_by(signer) else "its certificate is not signed by its own key"
        chain = self.authorities.find_chain(signer)
        return str(chain.missing) if chain.missing is not None else ""

    def revocation_of(self, signer: Certificate, today: date) -> RevocationState:
        """Whether the signer was taken back: by a place in `withdrawn`, or by its authority's revocation list."""
        if any(item.raw == signer.raw for item in self.withdrawn):
            return RevocationState.REVOKED
        if signer.is_self_issued:
            return RevocationState.GOOD
        chain = self.authorities.find_chain(signer).certificates
        if len(chain) < 2:
            return RevocationState.NO_LIST
        return self.authorities.revocation_of(signer, chain[1], end_of(today))


def covers(signer: Certificate, day: date) -> bool:
    """Whether the certificate, and the use of its key, reach into `day`."""
    begins, ends = start_of(day), end_of(day)
    usage = signer.private_key_usage
    key_begins, key_ends = (usage.not_before, usage.not_after) if usage else (None, None)
    return (
        signer.not_before <= ends
        and begins <= signer.not_after
        and (key_begins is None or key_begins <= ends)
        and (key_ends is None or begins <= key_ends)
    )


def has_ended(signer: Certificate, today: date) -> bool:
    """Whether the certificate ended before `today`."""
    return signer.not_after < start_of(today)


def start_of(day: date) -> datetime:
    """The first moment of a day, UTC: seals know days only."""
    return datetime.combine(day, time(), UTC)


def end_of(day: date) -> datetime:
    """The last moment of a day, UTC."""
    return start_of(day) + timedelta(days=1, microseconds=-1)


def _certificates(paths: Iterable[Path]) -> list[Certificate]:
    return [load_certificate(path) for path in sorted(paths) if path.suffix.lower() in CERTIFICATE_SUFFIXES]


def _is_named(certificate: Certificate, header: SealHeader) -> bool:
    wanted = header.certificate_reference.lstrip("0") or "0"
    return certificate_reference(certificate) == wanted and certificate.country == header.signer[:2]
