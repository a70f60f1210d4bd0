"""Sealing a paper: a key that signs, its certificate, and what the seal says."""

from dataclasses import dataclass
from datetime import date

from chip.pki.certificate import Certificate
from chip.pki.public_key import EcPublicKey
from chip.pki.signature import Scheme, der_to_plain, digest_size
from chip.pki.signing_key import SigningKey
from enrolment.seal.digital_seal import DigitalSeal
from enrolment.seal.errors import SealerUnfit
from enrolment.seal.header import SealHeader
from enrolment.seal.sealed_paper import DOCUMENT_CATEGORY, FEATURE_DEFINITION, SealedPaper

TEST_SIGNER = "TS"  # TR-03137-1 names a signer by its country and two characters


@dataclass(frozen=True, slots=True)
class PaperSealer:
    """Who seals: `issuing_state` as machine readable zones spell it, `letters` name the signer within its country."""

    key: SigningKey
    certificate: Certificate
    issuing_state: str
    letters: str = TEST_SIGNER

    def seal(self, paper: SealedPaper, issued_on: date, signed_on: date) -> bytes:
        """The seal's bytes, as the Data Matrix holds them.

        Raises: SealCannotHold for what does not fit, SealerUnfit when key and certificate cannot seal on `signed_on`,
        PkiError when the key stays closed.
        """
        key = self._fit_key(signed_on)
        header = SealHeader(
            issuing_state=self.issuing_state,
            signer=f"{self.certificate.country}{self.letters}",
            certificate_reference=certificate_reference(self.certificate),
            issued_on=issued_on,
            signed_on=signed_on,
            feature_definition=FEATURE_DEFINITION,
            document_category=DOCUMENT_CATEGORY,
        )
        unsigned = DigitalSeal(header, paper.features())
        signature = self.key.sign(unsigned.signed_bytes)
        return unsigned.signed_with(der_to_plain(signature, key.curve)).encode()

    def _fit_key(self, day: date) -> EcPublicKey:
        key, algorithm = self.key.public_key, self.key.algorithm
        if self.certificate.public_key != key:
            raise SealerUnfit("the seal's certificate is not that of its key")
        if not isinstance(key, EcPublicKey) or algorithm.scheme is not Scheme.ECDSA:
            raise SealerUnfit("papers are sealed by ECDSA: make the seal's key on an elliptic curve")
        if algorithm.hash_name != seal_hash(key):
            raise SealerUnfit(f"a seal on {key.curve.name} is signed with {seal_hash(key)}")
        if not self.certificate.not_before.date() <= day <= self.certificate.not_after.date():
            raise SealerUnfit(f"the seal's certificate does not cover {day.isoformat()}")
        return key


def certificate_reference(certificate: Certificate) -> str:
    """How a seal names the certificate of its signer: the serial number in hexadecimal (Doc 9303-13)."""
    return f"{certificate.serial_number:X}"


def seal_hash(key: EcPublicKey) -> str:
    """The hash that goes with a curve: a seal names none, so the curve's length decides (Doc 9303-13; TR-03116-2)."""
    bits = key.curve.n.bit_length()
    return next((name for name in ("sha224", "sha256", "sha384") if bits <= 8 * digest_size(name)), "sha512")
