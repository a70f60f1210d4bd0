"""EF.CardAccess: the PACE that a chip offers, readable by anyone before the access control (Doc 9303-11 §9.2.11)."""

from dataclasses import dataclass

from chip.errors import DecodingError, EncodingError
from chip.lds.security_infos import PaceInfo, SecurityInfos, decode_security_infos, encode_security_infos


@dataclass(frozen=True, slots=True)
class CardAccess:
    """The infos in the file's order. Nothing signs them: each must also stand in DG14."""

    infos: SecurityInfos

    def __post_init__(self) -> None:
        if not self.infos:
            raise EncodingError("EF.CardAccess holds one SecurityInfo at least")

    @property
    def pace(self) -> tuple[PaceInfo, ...]:
        """The kinds of PACE on offer."""
        return tuple(info for info in self.infos if isinstance(info, PaceInfo))

    def encode(self) -> bytes:
        """The file: a bare SET."""
        return encode_security_infos(self.infos)

    @classmethod
    def decode(cls, raw: bytes) -> "CardAccess":
        """The file that `raw` is. Raises DecodingError when it is no set of SecurityInfos, or an empty one."""
        infos = decode_security_infos(raw)
        if not infos:
            raise DecodingError("EF.CardAccess is an empty set")
        return cls(infos)
