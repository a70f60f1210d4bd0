"""Master lists: the CSCA certificates that one state vouches for, signed by its Master List Signer (Doc 9303-12 §8)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from chip import der
from chip.errors import DecodingError, PkiError
from chip.oids import CSCA_MASTER_LIST, MASTER_LIST_SIGNER
from chip.pki import cms
from chip.pki.certificate import Certificate
from chip.pki.cms import SignedData
from chip.pki.signing_key import SigningKey
from chip.tlv import decode_tlv


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A member of the list that is no certificate this room can read; `position` counts from 0."""

    position: int
    reason: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MasterList:
    """The list's certificates; what cannot be read stands in `unreadable`, with the reason, and spoils nothing else."""

    signed_data: SignedData = field(repr=False)
    certificates: tuple[Certificate, ...] = field(repr=False)
    unreadable: tuple[Unreadable, ...]

    @classmethod
    def decode(cls, raw: bytes) -> "MasterList":
        """The list that `raw` is. Raises DecodingError when it is no signed CscaMasterList."""
        signed_data = SignedData.decode(raw)
        if signed_data.content_type != CSCA_MASTER_LIST:
            raise DecodingError(f"a master list, but its content is of type {signed_data.content_type}")
        members = der.read_members(decode_tlv(signed_data.content))
        if len(members) != 2 or der.read_number(members[0]) != 0:
            raise DecodingError("CscaMasterList is version 0 and a set of certificates")
        certificates, unreadable = [], []
        for position, member in enumerate(der.read_members(members[1], der.SET)):
            try:
                certificates.append(Certificate.decode(member.raw))
            except DecodingError as error:
                unreadable.append(Unreadable(position, str(error), member.raw))
        return cls(signed_data, tuple(certificates), tuple(unreadable))

    def verify_signature(self) -> Certificate:
        """The Master List Signer whose signature the list bears; whether that one is trusted is another question.

        Raises PkiError when there is not exactly one signer, its certificate is missing or for another purpose, or the
        signature does not hold.
        """
        if len(self.signed_data.signers) != 1:
            raise PkiError("a master list has exactly one signer")
        signer = self.signed_data.signers[0]
        certificate = self.signed_data.certificate_of(signer)
        if certificate is None:
            raise PkiError("a master list without its signer's certificate")
        if MASTER_LIST_SIGNER not in certificate.extended_key_usage:
            raise PkiError("the certificate that signed the master list is not for that purpose")
        self.signed_data.verify(signer, certificate)
        return certificate


def sign_master_list(
    certificates: Sequence[Certificate],
    key: SigningKey,
    signer: Certificate,
    csca: Certificate,
    signing_time: datetime,
) -> bytes:
    """CscaMasterList in CMS, the signer named by its key identifier, its certificate and its CSCA's inside."""
    content = der.sequence(der.integer(0), der.set_of(*(certificate.raw for certificate in certificates)))
    return cms.sign(
        CSCA_MASTER_LIST,
        content,
        key,
        signer,
        signing_time,
        more_certificates=(csca,),
        by_key_identifier=True,
    )


def load_master_list(path: Path) -> MasterList:
    """The list of a file. Raises PkiError when it cannot be read or is none."""
    try:
        return MasterList.decode(path.read_bytes())
    except OSError as error:
        raise PkiError(f"master list {path}: {error.strerror}") from None
    except DecodingError as error:
        raise PkiError(f"{path} holds no master list: {error}") from None
