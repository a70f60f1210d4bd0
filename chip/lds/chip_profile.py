"""What a card offers: which access control, which data groups, which protocols. Order is data, the build follows it."""

from dataclasses import dataclass, replace

from chip.crypto.domain_parameters import by_parameter_id
from chip.errors import EncodingError
from chip.lds.biometric_template import BiometricFormat
from chip.lds.security_infos import PaceInfo
from chip.oids import CHIP_AUTHENTICATION, PACE
from chip.pki.card_key import MODULAR_GROUP_OF_KIND

ACCESS = ("pace", "bac+pace", "bac")
MANDATORY_DATA_GROUPS = frozenset((1, 2))  # Doc 9303-10 §4.1
WRITABLE_DATA_GROUPS = frozenset((1, 2, 3, 7, 11, 12, 14, 15))
DEFAULT_DATA_GROUPS = (1, 2, 3, 14)
PACE_ECDH_GM_AES_128 = f"{PACE}.2.2"
CHIP_AUTHENTICATION_MAPPING = f"{PACE}.6."
CHIP_AUTHENTICATION_ECDH_AES_128 = f"{CHIP_AUTHENTICATION}.2.2"
BRAINPOOL_P256R1_ID = 13
DIFFIE_HELLMAN, ECDH = 1, 2  # the arcs below id-CA (TR-03110-3 A.1.1.2)
MAX_COMMAND_BYTES = MAX_RESPONSE_BYTES = 0x7FFF

# The combinations of PACE that are defined: arcs of mapping and cipher below id-PACE, with the standardised parameters
# (TR-03110-3 A.1.1.1, table 4). Integrated mapping finds no points on P-224 (10), whose prime is 1 modulo 4; chip
# authentication mapping (6) has no triple DES (1).
_GROUPS, _CURVES = range(3), range(8, 19)
_DEFINED_OVER = {1: _GROUPS, 2: _CURVES, 3: _GROUPS, 4: [number for number in _CURVES if number != 10], 6: _CURVES}
DEFINED_PACE = frozenset(
    (f"{PACE}.{mapping}.{cipher}", parameter_id)
    for mapping, parameter_ids in _DEFINED_OVER.items()
    for cipher in ((2, 3, 4) if mapping == 6 else (1, 2, 3, 4))
    for parameter_id in parameter_ids
)


@dataclass(frozen=True, slots=True)
class ChipProfile:
    """One kind of card.

    `access` is "pace", "bac+pace" or "bac". Key kinds are names of curves, for `active_authentication` also "rsa-2048",
    for `chip_authentication_key` also a group of integers ("modp2048_256"), with an algorithm of Diffie-Hellman.
    `cvca_references` name the keys that open DG3, the newest first; without them EF.CVCA and Terminal Authentication
    are left out. `lds_1_8` writes EF.COM 0108 and a security object of version 1. `biometric_format` is that of DG2
    and DG3.
    """

    access: str = "pace"
    data_groups: tuple[int, ...] = DEFAULT_DATA_GROUPS
    pace: tuple[PaceInfo, ...] = (PaceInfo(PACE_ECDH_GM_AES_128, BRAINPOOL_P256R1_ID),)
    chip_authentication: str = CHIP_AUTHENTICATION_ECDH_AES_128
    chip_authentication_key: str = "brainpoolP256r1"
    chip_authentication_key_id: int | None = None
    active_authentication: str | None = None
    cvca_references: tuple[str, ...] = ()
    lds_1_8: bool = False
    biometric_format: BiometricFormat = BiometricFormat.ISO_19794
    max_command_bytes: int = MAX_COMMAND_BYTES
    max_response_bytes: int = MAX_RESPONSE_BYTES

    def __post_init__(self) -> None:
        groups = set(self.data_groups)
        if self.access not in ACCESS:
            raise EncodingError(f"a chip's access is one of {', '.join(ACCESS)}")
        if not MANDATORY_DATA_GROUPS <= groups <= WRITABLE_DATA_GROUPS or len(groups) != len(self.data_groups):
            raise EncodingError("a chip holds DG1 and DG2, and may hold DG3, 7, 11, 12, 14 and 15, each once")
        if (15 in groups) != (self.active_authentication is not None):
            raise EncodingError("DG15 and Active Authentication come together")
        if self.offers_pace and (14 not in groups or not self.pace):
            raise EncodingError("PACE wants its parameters, and DG14 to sign them in")
        for info in self.pace if self.offers_pace else ():
            if (info.protocol, info.parameter_id) not in DEFINED_PACE:
                raise EncodingError(f"PACE {info.protocol} is not defined over the parameters {info.parameter_id}")
        family = DIFFIE_HELLMAN if self.chip_authentication_key in MODULAR_GROUP_OF_KIND else ECDH
        if 14 in groups and not self.chip_authentication.startswith(f"{CHIP_AUTHENTICATION}.{family}."):
            raise EncodingError("Chip Authentication's algorithm and key are both of Diffie-Hellman or both on a curve")
        for info in self.mapping_pace:
            curve = by_parameter_id(info.parameter_id) if info.parameter_id is not None else None
            if curve is None or curve.name != self.chip_authentication_key:
                raise EncodingError("chip authentication mapping is on the curve of the chip's own key")

    @property
    def offers_pace(self) -> bool:
        """Whether EF.CardAccess is there."""
        return self.access != "bac"

    @property
    def mapping_pace(self) -> tuple[PaceInfo, ...]:
        """The kinds of PACE in which the chip proves its own key by mapping: they want EF.CardSecurity."""
        return tuple(info for info in self.pace if info.protocol.startswith(CHIP_AUTHENTICATION_MAPPING))

    def with_active_authentication(self, key_kind: str) -> "ChipProfile":
        """The same card with DG15."""
        groups = tuple(sorted({*self.data_groups, 15}))
        return replace(self, data_groups=groups, active_authentication=key_kind)
