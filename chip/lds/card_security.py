"""EF.CardSecurity: SecurityInfos signed by the Document Signer, readable after PACE (TR-03110-3 A.1.2.5)."""

from dataclasses import dataclass, field
from datetime import datetime

from chip.errors import DecodingError
from chip.lds.security_infos import SecurityInfos, decode_security_infos, encode_security_infos
from chip.oids import SECURITY_OBJECT
from chip.pki import cms
from chip.pki.certificate import Certificate
from chip.pki.cms import SignedData
from chip.pki.signing_key import SigningKey


@dataclass(frozen=True, slots=True)
class CardSecurity:
    """The file: a ContentInfo without a tag of its own. `raw` is what stood there."""

    raw: bytes = field(repr=False)
    signed_data: SignedData
    infos: SecurityInfos

    def encode(self) -> bytes:
        """The same bytes."""
        return self.raw

    @classmethod
    def decode(cls, raw: bytes) -> "CardSecurity":
        """The file that `raw` is. Raises DecodingError when it is no signed set of SecurityInfos."""
        signed_data = SignedData.decode(raw)
        if signed_data.content_type != SECURITY_OBJECT:
            raise DecodingError(f"EF.CardSecurity signs content of type {signed_data.content_type}")
        return cls(raw, signed_data, decode_security_infos(signed_data.content))


def sign_card_security(
    infos: SecurityInfos, key: SigningKey, certificate: Certificate, signing_time: datetime | None
) -> CardSecurity:
    """The file over `infos`, the signer's certificate inside. Raises PkiError for a foreign key."""
    return CardSecurity.decode(cms.sign(SECURITY_OBJECT, encode_security_infos(infos), key, certificate, signing_time))
