"""What a chip makes of terminals' certificates: whom it trusts, what day it is, and which rights are left.

Pure: a verification takes the chip's trust and gives the chip's trust as it is afterwards; date and trust points change
together. Source: TR-03110-3 §2.5 to §2.7, A.7.2, C.4; TR-03105-3.2 J, M
"""

import functools
from dataclasses import dataclass, replace
from datetime import date

from chip.crypto.domain_parameters import CurveParameters
from chip.errors import AuthenticationError, ChipError
from chip.pki.cv_certificate import CvCertificate, Role
from chip.pki.public_key import EcPublicKey, PublicKey
from chip.pki.signature import SignatureAlgorithm, verify

RIGHTS_MASK = 0x3F
READS_DG3, READS_DG4 = 0x01, 0x02
MAX_TRUST_POINTS = 2
# whose certificates a holder of each role may sign
MAY_SIGN = {
    Role.CVCA: (Role.CVCA, Role.DV_DOMESTIC, Role.DV_FOREIGN),
    Role.DV_DOMESTIC: (Role.INSPECTION_SYSTEM,),
    Role.DV_FOREIGN: (Role.INSPECTION_SYSTEM,),
    Role.INSPECTION_SYSTEM: (),
}


@dataclass(frozen=True, slots=True)
class VerifiedKey:
    """A key that the chip believes: its name, role, the rights left so far, and its last day."""

    reference: str
    public_key: PublicKey
    algorithm: SignatureAlgorithm
    role: Role
    rights: int
    expiry: date

    @property
    def curve(self) -> CurveParameters | None:
        """The domain parameters that keys below inherit."""
        return self.public_key.curve if isinstance(self.public_key, EcPublicKey) else None


@dataclass(frozen=True, slots=True)
class TerminalTrust:
    """The chip's trust points, newest first, at most two, and its current date."""

    points: tuple[VerifiedKey, ...]
    current_date: date

    def point(self, reference: str) -> VerifiedKey | None:
        """The trust point of that name."""
        return next((point for point in self.points if point.reference == reference), None)


@functools.lru_cache(maxsize=8)
def trust_point(certificate: CvCertificate) -> VerifiedKey:
    """What personalisation stores of a self-signed CVCA certificate; the same one is not verified again and again.

    Raises: AuthenticationError unless it is a CVCA's and signed by itself, PkiError without domain parameters.
    """
    key = certificate.public_key.on(None)
    algorithm = certificate.public_key.algorithm
    if certificate.authorisation.role is not Role.CVCA or not certificate.is_signed_by(key, algorithm):
        raise AuthenticationError("the trust point is not a self-signed CVCA certificate")
    return _verified(certificate, key, certificate.authorisation.rights & RIGHTS_MASK)


def verify_terminal_certificate(
    trust: TerminalTrust, signer: VerifiedKey, certificate: CvCertificate
) -> tuple[TerminalTrust, VerifiedKey]:
    """The key of a certificate that `signer` signed, and the chip's trust afterwards.

    Raises: AuthenticationError when signature, role, dates or key do not fit; the chip's trust is then as before.
    """
    role = certificate.authorisation.role
    if certificate.authority_reference != signer.reference or role not in MAY_SIGN[signer.role]:
        raise AuthenticationError("the certificate is not one that its authority may sign")
    try:
        key = certificate.public_key.on(signer.curve)
        signed = verify(signer.public_key, signer.algorithm, certificate.body, certificate.signature)
    except ChipError as error:
        raise AuthenticationError(f"the certificate's key or signature is not usable: {error}") from None
    if not signed:
        raise AuthenticationError("the certificate's signature does not hold")
    is_link = role is Role.CVCA
    if not is_link:
        if signer.role is Role.CVCA and signer.expiry < trust.current_date:
            raise AuthenticationError("the trust point has expired and verifies links only")
        if certificate.expiry < trust.current_date:
            raise AuthenticationError("the certificate has expired")
    verified = _verified(certificate, key, certificate.authorisation.rights & signer.rights & RIGHTS_MASK)
    return _afterwards(trust, signer, certificate, verified), verified


def _afterwards(
    trust: TerminalTrust, signer: VerifiedKey, certificate: CvCertificate, verified: VerifiedKey
) -> TerminalTrust:
    """The date moves by whatever a domestic authority or the CVCA signed; a link becomes a trust point."""
    if signer.role in (Role.CVCA, Role.DV_DOMESTIC):
        trust = replace(trust, current_date=max(trust.current_date, certificate.effective))
    if verified.role is not Role.CVCA:
        return trust
    unexpired = tuple(
        point for point in trust.points if point.reference != verified.reference and point.expiry >= trust.current_date
    )
    newest_first = sorted((verified, *unexpired), key=lambda point: point.expiry, reverse=True)
    return replace(trust, points=tuple(newest_first[:MAX_TRUST_POINTS]))


def _verified(certificate: CvCertificate, key: PublicKey, rights: int) -> VerifiedKey:
    return VerifiedKey(
        certificate.holder_reference,
        key,
        certificate.public_key.algorithm,
        certificate.authorisation.role,
        rights,
        certificate.expiry,
    )
