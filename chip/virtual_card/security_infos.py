"""What the chip's own files offer: the SecurityInfos that its protocols go by.

A chip obeys what it tells: PACE runs with what EF.CardAccess lists, Chip Authentication with what DG14 lists. A file
that is missing or spoiled offers nothing. Source: Doc 9303-11 §9.2; TR-03110-3 A.1.1
"""

from chip.errors import DecodingError, EncodingError
from chip.lds.card_access import CardAccess
from chip.lds.dg14 import DG14
from chip.lds.security_infos import ActiveAuthenticationInfo, ChipAuthenticationInfo, PaceInfo
from chip.virtual_card.memory import CardMemory


def offered_pace(memory: CardMemory) -> tuple[PaceInfo, ...]:
    """The PACEInfos of EF.CardAccess."""
    raw = memory.file("EF.CardAccess")
    try:
        return () if raw is None else CardAccess.decode(raw).pace
    except (DecodingError, EncodingError):
        return ()


def offered_chip_authentication(memory: CardMemory) -> tuple[ChipAuthenticationInfo, ...]:
    """The ChipAuthenticationInfos of DG14."""
    dg14 = _dg14(memory)
    return () if dg14 is None else dg14.of_kind(ChipAuthenticationInfo)


def active_authentication_algorithm(memory: CardMemory) -> str | None:
    """The signature algorithm that ActiveAuthenticationInfo in DG14 names for an ECDSA key, dotted."""
    dg14 = _dg14(memory)
    infos = () if dg14 is None else dg14.of_kind(ActiveAuthenticationInfo)
    return infos[0].signature_algorithm if infos else None


def _dg14(memory: CardMemory) -> DG14 | None:
    raw = memory.file("EF.DG14")
    try:
        return None if raw is None else DG14.decode(raw)
    except (DecodingError, EncodingError):
        return None
