"""The errors of the paper seal, by who must act.

SealError
├── SealCannotHold       our own paper says what a seal has no room or no letters for: `feature`, `wanted`
├── SealUnreadable       what was scanned is no digital seal: `where`, `wanted`
├── PictureUnreadable    the file is no picture, or no Data Matrix can be found on it
└── SealerUnfit          the key or the certificate cannot seal papers
No name, address or number of a person's document ever stands in one of their texts.
"""

from enrolment.errors import OfficeError


class SealError(OfficeError):
    """What the paper seal raises for a reason that it knows."""

    code = "SEAL_ERROR"


class SealCannotHold(SealError):
    """Our own paper says what a seal has no room or no letters for."""

    code = "SEAL_CANNOT_HOLD"

    def __init__(self, feature: str, wanted: str) -> None:
        super().__init__(f"the seal's {feature}: {wanted} is wanted")
        self.feature, self.wanted = feature, wanted


class SealUnreadable(SealError):
    """What was scanned is no digital seal; `where` says in which of its parts that shows."""

    code = "SEAL_UNREADABLE"

    def __init__(self, where: str, wanted: str) -> None:
        super().__init__(f"this is no digital seal: {where}: {wanted} is wanted")
        self.where, self.wanted = where, wanted


class PictureUnreadable(SealError):
    """The file is no picture, or no Data Matrix can be found on it."""

    code = "PICTURE_UNREADABLE"


class SealerUnfit(SealError):
    """The key or the certificate cannot seal papers."""

    code = "SEALER_UNFIT"
