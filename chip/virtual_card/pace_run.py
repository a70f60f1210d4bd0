"""A run of PACE as the chip sees it: the steps in their order, as a table, and what is kept between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType

from chip.crypto.groups import Group
from chip.protocols.pace_algorithms import PaceAlgorithm
from chip.protocols.secure_messaging import SessionKeys


class PaceStep(Enum):
    """How far a run has come."""

    IDLE = auto()
    CHOSEN = auto()
    NONCE_SENT = auto()
    MAPPED = auto()
    AGREED = auto()
    OPEN = auto()


class PaceCommand(Enum):
    """What the terminal sends, told apart by the data object inside."""

    SET_AUTHENTICATION_TEMPLATE = auto()
    REQUEST_NONCE = auto()
    MAP_NONCE = auto()
    AGREE_KEY = auto()
    PROVE_KEY = auto()


NEXT_STEP: Mapping[tuple[PaceStep, PaceCommand], PaceStep] = MappingProxyType(
    {
        (PaceStep.IDLE, PaceCommand.SET_AUTHENTICATION_TEMPLATE): PaceStep.CHOSEN,
        (PaceStep.CHOSEN, PaceCommand.SET_AUTHENTICATION_TEMPLATE): PaceStep.CHOSEN,
        (PaceStep.CHOSEN, PaceCommand.REQUEST_NONCE): PaceStep.NONCE_SENT,
        (PaceStep.NONCE_SENT, PaceCommand.MAP_NONCE): PaceStep.MAPPED,
        (PaceStep.MAPPED, PaceCommand.AGREE_KEY): PaceStep.AGREED,
        (PaceStep.AGREED, PaceCommand.PROVE_KEY): PaceStep.OPEN,
    }
)  # a step out of order: the run falls back to IDLE and the card answers 6985


@dataclass(frozen=True, slots=True, repr=False)
class PaceRun:
    """What the chip keeps from step to step; each field is set by the step before the one that needs it."""

    step: PaceStep = PaceStep.IDLE
    algorithm: PaceAlgorithm | None = None
    group: Group | None = None
    password: bytes = b""
    nonce: bytes = b""
    mapped_generator: bytes = b""
    mapping_private: int = 0
    own_public: bytes = b""
    other_public: bytes = b""
    keys: SessionKeys | None = None

    @property
    def is_chained(self) -> bool:
        """Whether the terminal has begun the chain of GENERAL AUTHENTICATE and not ended it."""
        return self.step in (PaceStep.NONCE_SENT, PaceStep.MAPPED, PaceStep.AGREED)


NO_RUN = PaceRun()
