"""DG15: the public key of Active Authentication (Doc 9303-10 §4.7.15)."""

from dataclasses import dataclass, field

from chip.pki.public_key import PublicKey, decode_public_key
from chip.tlv import decode_tlv, encode_tlv

TAG_DG15 = 0x6F


@dataclass(frozen=True, slots=True)
class DG15:
    """SubjectPublicKeyInfo, DER, as it stands."""

    public_key_info: bytes = field(repr=False)

    @property
    def public_key(self) -> PublicKey:
        """The key. Raises DecodingError when its kind or domain parameters are not known here."""
        return decode_public_key(self.public_key_info)

    def encode(self) -> bytes:
        """The file."""
        return encode_tlv(TAG_DG15, self.public_key_info)

    @classmethod
    def decode(cls, raw: bytes) -> "DG15":
        """The file that `raw` is. Raises DecodingError when it does not hold one data object."""
        return cls(decode_tlv(decode_tlv(raw, TAG_DG15).value).raw)
