"""Terminal Authentication version 1: a terminal proves by certificates and a signature that it may read fingerprints.

What is signed, the terminal's part as an exchange, and the choice of certificates that a card can follow.
Source: TR-03110-1 §3.5; TR-03110-3 A.2.2.3, B.3, B.14.1
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from chip.apdu.command import MAX_SHORT_DATA, CommandApdu
from chip.apdu.exchange import Exchange
from chip.errors import PkiError
from chip.pki.cv_certificate import CvCertificate, sign_plain
from chip.pki.pki_folder import PkiFolder, load_cv_certificate
from chip.pki.public_key import PublicKey
from chip.pki.signature import SignatureAlgorithm, verify
from chip.pki.signing_key import SigningKey
from chip.tlv import decode_tlv, encode_tlv

TAG_REFERENCE = 0x83
CHALLENGE_LENGTH = 8
LONGEST_CHAIN = 8
SIGNATURE_COMMAND = "EXTERNAL AUTHENTICATE (TA)"


@dataclass(frozen=True, slots=True)
class TerminalIdentity:
    """A terminal's key and every certificate that may lead a card to it: CVCA links, DV, its own."""

    certificate: CvCertificate
    others: tuple[CvCertificate, ...]
    key: SigningKey = field(repr=False)

    @classmethod
    def load(cls, folder: Path) -> "TerminalIdentity":
        """The identity in a ceremony's folder: `is.cv`, its key, and every other `*.cv`.

        Raises: PkiError when one of them cannot be read.
        """
        pki = PkiFolder(folder)
        others = sorted(path for path in folder.glob("*.cv") if path.name != "is.cv")
        return cls(pki.cv_certificate("is"), tuple(load_cv_certificate(path) for path in others), pki.key("is"))

    def chain_from(self, trust_points: Iterable[str]) -> tuple[CvCertificate, ...]:
        """The certificates to present, top first, to a card that trusts these references.

        Raises: PkiError when none of them leads to this terminal.
        """
        points = tuple(trust_points)
        pending: list[tuple[CvCertificate, ...]] = [(self.certificate,)]
        while pending:
            chain = pending.pop(0)
            authority = chain[0].authority_reference
            if authority in points:
                return chain
            above = [item for item in self.others if item.holder_reference == authority and not item.is_self_signed]
            if len(chain) < LONGEST_CHAIN:
                pending += [(item, *chain) for item in above if item not in chain]
        raise PkiError("no certificate leads from the card's trust points to this terminal")


def signed_data(card_identifier: bytes, challenge: bytes, compressed_terminal_key: bytes) -> bytes:
    """ID_IC ‖ r_IC ‖ Comp(the terminal's ephemeral key), on both sides.

    `card_identifier` is Comp(the chip's ephemeral PACE key), or the document number with its check digit after BAC.
    """
    return card_identifier + challenge + compressed_terminal_key


def is_signed(key: PublicKey, algorithm: SignatureAlgorithm, message: bytes, signature: bytes) -> bool:
    """The card's side: whether the signature is that of the certified key. Raises PkiError for a key that cannot be."""
    return verify(key, algorithm, message, signature)


def set_verification_key(reference: str) -> CommandApdu:
    """MSE:Set DST: the key that the next certificate is to be verified with."""
    data = encode_tlv(TAG_REFERENCE, reference.encode("latin-1"))
    return CommandApdu(0x00, 0x22, 0x81, 0xB6, data, name="MSE:Set DST")


def verify_certificate(certificate: CvCertificate) -> CommandApdu:
    """PSO:Verify Certificate: body and signature without the outer 7F21."""
    data = decode_tlv(certificate.raw).value
    return CommandApdu(0x00, 0x2A, 0x00, 0xBE, data, extended=len(data) > MAX_SHORT_DATA, name="PSO:Verify Certificate")


def set_terminal_key(holder_reference: str) -> CommandApdu:
    """MSE:Set AT: the certified key that the terminal will sign with (version 1 names nothing else)."""
    data = encode_tlv(TAG_REFERENCE, holder_reference.encode("latin-1"))
    return CommandApdu(0x00, 0x22, 0x81, 0xA4, data, name="MSE:Set AT (TA)")


def authenticate_terminal(
    identity: TerminalIdentity,
    trust_points: Iterable[str],
    card_identifier: bytes,
    compressed_terminal_key: bytes,
) -> Exchange[CvCertificate]:
    """The terminal's part, under the secure messaging of Chip Authentication; returns the terminal's certificate.

    `trust_points` are the references of EF.CVCA. Raises: PkiError when the terminal has no way to them,
    CardAnswerError when the card does not follow the certificates or the signature.
    """
    for certificate in identity.chain_from(trust_points):
        (yield set_verification_key(certificate.authority_reference)).data_or_raise()
        (yield verify_certificate(certificate)).data_or_raise()
    (yield set_terminal_key(identity.certificate.holder_reference)).data_or_raise()
    challenge_command = CommandApdu(0x00, 0x84, 0x00, 0x00, le=CHALLENGE_LENGTH, name="GET CHALLENGE (TA)")
    challenge = (yield challenge_command).data_or_raise()
    signature = sign_plain(identity.key, signed_data(card_identifier, challenge, compressed_terminal_key))
    proof = CommandApdu(0x00, 0x82, 0x00, 0x00, signature, name=SIGNATURE_COMMAND)
    (yield proof).data_or_raise()
    return identity.certificate
