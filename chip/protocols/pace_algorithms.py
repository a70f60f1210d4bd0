"""The algorithms of PACE: which mapping, which key agreement, which cipher suite an object identifier stands for.

Source: Doc 9303-11 §9.2.1; TR-03110-3 A.1.1.1
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from chip.crypto.suites import SUITES_BY_ARC, TDES, CipherSuite
from chip.errors import DecodingError
from chip.oids import PACE


class MappingKind(StrEnum):
    """How the nonce becomes a new generator."""

    GENERIC = "GM"
    INTEGRATED = "IM"
    CHIP_AUTHENTICATION = "CAM"


@dataclass(frozen=True, slots=True)
class PaceAlgorithm:
    """One object identifier's meaning; `agreement` is "ECDH" or "DH"."""

    oid: str
    agreement: str
    mapping: MappingKind
    suite: CipherSuite

    @property
    def name(self) -> str:
        """As the standards write it, such as PACE-ECDH-GM-AES-CBC-CMAC-128."""
        return f"PACE-{self.agreement}-{self.mapping}-{self.suite.name}"


_FAMILIES = {
    1: ("DH", MappingKind.GENERIC),
    2: ("ECDH", MappingKind.GENERIC),
    3: ("DH", MappingKind.INTEGRATED),
    4: ("ECDH", MappingKind.INTEGRATED),
    6: ("ECDH", MappingKind.CHIP_AUTHENTICATION),
}


def _all() -> Mapping[str, PaceAlgorithm]:
    algorithms = {}
    for family, (agreement, mapping) in _FAMILIES.items():
        for arc, suite in SUITES_BY_ARC.items():
            if mapping is MappingKind.CHIP_AUTHENTICATION and suite is TDES:
                continue  # CAM was defined after triple DES was deprecated
            oid = f"{PACE}.{family}.{arc}"
            algorithms[oid] = PaceAlgorithm(oid, agreement, mapping, suite)
    return MappingProxyType(algorithms)


PACE_ALGORITHMS = _all()


def pace_algorithm(oid: str) -> PaceAlgorithm:
    """The algorithm of an object identifier (dotted). Raises DecodingError for one that is none of PACE's."""
    try:
        return PACE_ALGORITHMS[oid]
    except KeyError:
        raise DecodingError(f"no PACE algorithm has the object identifier {oid}") from None
