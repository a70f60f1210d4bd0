"""DG14: the SecurityInfos that are signed (Doc 9303-10 §4.7.14)."""

from dataclasses import dataclass
from typing import TypeVar

from chip.lds.security_infos import SecurityInfos, decode_security_infos, encode_security_infos
from chip.tlv import decode_tlv, encode_tlv

TAG_DG14 = 0x6E
Info = TypeVar("Info")


@dataclass(frozen=True, slots=True)
class DG14:
    """The infos in the file's order."""

    infos: SecurityInfos

    def of_kind(self, kind: type[Info]) -> tuple[Info, ...]:
        """The infos of one kind: `dg14.of_kind(ChipAuthenticationInfo)`."""
        return tuple(info for info in self.infos if isinstance(info, kind))

    def encode(self) -> bytes:
        """The file."""
        return encode_tlv(TAG_DG14, encode_security_infos(self.infos))

    @classmethod
    def decode(cls, raw: bytes) -> "DG14":
        """The file that `raw` is. Raises DecodingError when it is no set of SecurityInfos."""
        return cls(decode_security_infos(decode_tlv(raw, TAG_DG14).value))
