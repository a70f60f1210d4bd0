"""A Document Signer ready to sign: its key, its certificate and what is known above it; and when it must not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from chip.errors import DecodingError, PkiError
from chip.pki.certificate import Certificate
from chip.pki.cms import ContentSigner, SignedData
from chip.pki.signature import ALLOWED_FOR_NEW
from chip.pki.signing_key import SigningKey
from chip.pki.trust_store import Chain, RevocationState, TrustStore


class ChipFileSigner(Protocol):
    """Whoever signs the files of one chip: a Document Signer itself, or a service that counts what it signs."""

    def sign(
        self, content_type: str, content: bytes, document_type: str, moment: datetime, more_digests: Sequence[str] = ()
    ) -> SignedData:
        """The signature over `content`, made at `moment` for a document of `document_type` ("IR"), and verified.

        `more_digests` are hashes that the content uses itself. Raises PkiError when it may not or cannot be made.
        """
        ...


@dataclass(frozen=True, slots=True, repr=False)
class DocumentSigner:
    """Key and certificate of one Document Signer, and the trust in which its chain must end."""

    key: SigningKey
    certificate: Certificate
    trust: TrustStore
    _forms: dict[tuple[str, Sequence[str]], ContentSigner] = field(default_factory=dict, init=False, compare=False)
    _chains: list[Chain] = field(default_factory=list, init=False, compare=False)

    def sign(
        self, content_type: str, content: bytes, document_type: str, moment: datetime, more_digests: Sequence[str] = ()
    ) -> SignedData:
        """See `ChipFileSigner`: refused unless fit, and verified before it is handed out."""
        self.refuse_unless_fit(document_type, moment)
        form = (content_type, tuple(more_digests))
        if form not in self._forms:
            self._forms[form] = ContentSigner(content_type, self.key, self.certificate, more_digests)
        raw = self._forms[form].sign(content, moment)
        try:
            signed = SignedData.decode(raw)
            (signer,) = signed.signers
            if signed.certificates != (self.certificate.raw,) or not signer.names(self.certificate):
                raise PkiError("what was signed does not hold the certificate of its signer")
            if signed.content != content:
                raise PkiError("what was signed does not hold the content")
            signed.verify(signer, self.certificate)
        except DecodingError as error:
            raise PkiError(f"what was signed cannot be read again: {error}") from None
        return signed

    def refuse_unless_fit(self, document_type: str, moment: datetime) -> None:
        """Raises PkiError unless a document of `document_type` ("IR") may be signed at `moment`.

        Wanted: the key is the certificate's, `moment` lies in its validity and in its private-key usage period, the
        document type is on its list, its chain ends in a trusted CSCA that is valid itself, it is not revoked, and
        the hash is one that Doc 9303-12 §4.1.6 still allows.
        """
        certificate = self.certificate
        if self.key.public_key != certificate.public_key:
            raise PkiError("the Document Signer's key is not the one of its certificate")
        if self.key.algorithm.hash_name not in ALLOWED_FOR_NEW:
            raise PkiError(f"{self.key.algorithm.hash_name} must not sign new documents")
        if "digital_signature" not in certificate.key_usage:
            raise PkiError("the Document Signer's certificate is not one for signing")
        if not certificate.is_valid_on(moment):
            raise PkiError(
                f"the Document Signer's certificate holds from {certificate.not_before:%Y-%m-%d} "
                f"to {certificate.not_after:%Y-%m-%d}: no signing on {moment:%Y-%m-%d}"
            )
        usage = certificate.private_key_usage
        if usage is None:
            raise PkiError("the Document Signer's certificate names no private-key usage period")
        if not usage.contains(moment):
            raise PkiError(
                f"the Document Signer's key may be used {_bounds(usage.not_before, usage.not_after)}: "
                f"no signing on {moment:%Y-%m-%d}"
            )
        if document_type not in (certificate.document_types or ()):
            raise PkiError("the Document Signer's certificate is not for documents of this type")
        self._refuse_unless_trusted(moment)

    def _refuse_unless_trusted(self, moment: datetime) -> None:
        if not self._chains:  # its signatures do not change with the moment
            self._chains.append(self.trust.find_chain(self.certificate))
        (chain,) = self._chains
        if chain.missing is not None:
            raise PkiError(f"the Document Signer has no chain to a trusted CSCA: {chain.missing}")
        if not all(above.is_valid_on(moment) for above in chain.certificates[1:]):
            raise PkiError("a CSCA certificate above the Document Signer does not hold at this moment")
        if self.trust.revocation_of(self.certificate, chain.certificates[1], moment) is RevocationState.REVOKED:
            raise PkiError("the Document Signer is revoked")


def _bounds(not_before: datetime | None, not_after: datetime | None) -> str:
    start = f"from {not_before:%Y-%m-%d}" if not_before is not None else "from ever"
    end = f"to {not_after:%Y-%m-%d}" if not_after is not None else "for ever"
    return f"{start} {end}"
