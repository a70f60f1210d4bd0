"""What a terminal may try to open a card with, decided before the card is asked anything."""

from dataclasses import dataclass
from enum import StrEnum

from chip.errors import EncodingError
from chip.protocols.pace import PacePassword


class AccessMode(StrEnum):
    """`auto` takes PACE where EF.CardAccess offers it and BAC only where it does not.

    A failed PACE never becomes BAC.
    """

    PACE = "pace"
    BAC = "bac"
    AUTO = "auto"


@dataclass(frozen=True, slots=True, repr=False)
class AccessPolicy:
    """The password and the protocols that may be tried with it.

    With both passwords PACE takes the CAN and BAC the MRZ information (document number, birth and expiry date, each
    with its check digit). `access` is "pace", "bac" or "auto". Raises EncodingError for values that cannot be.
    """

    can: str | None = None
    mrz_information: str | None = None
    access: str = AccessMode.PACE

    def __post_init__(self) -> None:
        if self.access not in tuple(AccessMode):
            raise EncodingError(f"access is one of {', '.join(AccessMode)}")
        if self.can is None and self.mrz_information is None:
            raise EncodingError("a card opens with its CAN or with the information of its MRZ: one of them is wanted")
        self.pace_password()

    @property
    def mode(self) -> AccessMode:
        """`access` as a value of its own type."""
        return AccessMode(self.access)

    def pace_password(self) -> PacePassword:
        """What PACE is tried with. Raises EncodingError for a CAN that is not six digits."""
        if self.can is not None:
            return PacePassword.from_can(self.can)
        return PacePassword.from_mrz_information(self.mrz_information or "")
