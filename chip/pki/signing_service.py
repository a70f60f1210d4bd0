"""The signing service: the one way by which a production line gets signatures.

It picks the newest Document Signer that is fit, counts each use of its key before the key is asked, verifies signature
and chain before anything is handed on, and gives each order one content only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chip.errors import PkiError
from chip.pki.cms import SignedData
from chip.pki.document_signer import DocumentSigner
from chip.pki.signature import digest
from chip.pki.signature_ledger import SignatureLedger, SignatureUse, key_id_of

SignerSource = Callable[[datetime], Sequence[DocumentSigner]]
"""The Document Signers whose keys may sign at a moment, asked for at each signature."""


@dataclass(frozen=True, slots=True)
class SigningService:
    """`limit` is how often one key may sign at most, so that few documents hang on it; None leaves that to its time."""

    signers: SignerSource
    ledger: SignatureLedger
    limit: int | None = None

    def for_order(self, order: str) -> "OrderSigner":
        """Who signs the files of the card that is made for `order`: one attempt at one card, as its line calls it."""
        return OrderSigner(self, order)

    def sign(
        self,
        order: str,
        content_type: str,
        content: bytes,
        document_type: str,
        moment: datetime,
        more_digests: Sequence[str] = (),
    ) -> SignedData:
        """The signature over `content` for `order`, verified with its chain.

        The same content may be asked for again, and is counted again; another one for the same order is refused.
        Raises: PkiError when no signer is fit or the order got another content; KeyLocked and SigningUnavailable when
        the key or the ledger cannot be used: nothing was handed on then, and the same may be asked again.
        """
        signer = self.choose(document_type, moment)
        use = SignatureUse(
            key_id_of(signer.certificate.public_key), order, content_type, digest("sha256", content).hex(), moment
        )
        self.ledger.begin(use)
        signed = signer.sign(content_type, content, document_type, moment, more_digests)
        self.ledger.issue(use)
        return signed

    def choose(self, document_type: str, moment: datetime) -> DocumentSigner:
        """The newest signer that is fit and has not signed too often. Raises PkiError with the newest one's reason."""
        refusal: PkiError | None = None
        for signer in sorted(self.signers(moment), key=_age, reverse=True):
            try:
                signer.refuse_unless_fit(document_type, moment)
                self._refuse_when_worn(signer)
            except PkiError as error:
                refusal = refusal or error
            else:
                return signer
        raise refusal or PkiError("there is no Document Signer")

    def _refuse_when_worn(self, signer: DocumentSigner) -> None:
        if self.limit is not None and self.ledger.count(key_id_of(signer.certificate.public_key)) >= self.limit:
            raise PkiError(f"the Document Signer's key has signed {self.limit} times: issue the next one")


@dataclass(frozen=True, slots=True)
class OrderSigner:
    """The service, bound to one order; see `ChipFileSigner`."""

    service: SigningService
    order: str

    def sign(
        self, content_type: str, content: bytes, document_type: str, moment: datetime, more_digests: Sequence[str] = ()
    ) -> SignedData:
        """See `SigningService.sign`."""
        return self.service.sign(self.order, content_type, content, document_type, moment, more_digests)


def _age(signer: DocumentSigner) -> tuple[datetime, int]:
    return signer.certificate.not_before, signer.certificate.serial_number
