"""Where an inspection stands, told to whoever watches it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class PhaseName(StrEnum):
    """The steps of an inspection in their order; reading comes back for each file."""

    ACCESS = "access"
    READING = "reading"
    CHIP_AUTHENTICATION = "chip_authentication"
    TERMINAL_AUTHENTICATION = "terminal_authentication"
    ACTIVE_AUTHENTICATION = "active_authentication"
    JUDGING = "judging"


@dataclass(frozen=True, slots=True)
class Phase:
    """A step that begins; `file` names what is being read."""

    name: PhaseName
    file: str | None = None


OnPhase = Callable[[Phase], None]


def unheard(_: Phase) -> None:
    """Nobody watches."""
