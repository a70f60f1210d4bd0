"""Everything that goes onto one chip: the files that may be read, and the secrets that never leave it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChipImage:
    """Everything that is written to a chip and may be read from it.

    Keys are the files' names as a card folder spells them: "EF.COM", "EF.DG1" … "EF.DG16", "EF.SOD", "EF.CVCA",
    "EF.CardAccess", "EF.CardSecurity", "EF.ATR_INFO", "EF.DIR". Values are whole files, tag and length included.
    """

    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, repr=False)
class ChipSecrets:
    """What the chip holds and never gives out. It has no `repr`, so that no log can show one."""

    access_information: (
        str  # the characters of the MRZ from which BAC and PACE-MRZ keys grow (Doc 9303-11 §4.3.2, §4.4)
    )
    can: str  # six digits
    chip_authentication_key: bytes | None  # PKCS#8 DER
    chip_authentication_key_id: int | None
    active_authentication_key: bytes | None  # PKCS#8 DER
    chip_profile: str  # "bac+pace" | "pace" | "bac"
