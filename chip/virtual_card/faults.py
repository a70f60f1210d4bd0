"""A chip that fails when told to: what tests, drills and other people's terminals try their recovery on."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from chip.errors import CardGone
from chip.transport.channel import PlayedCard


class FaultKind(StrEnum):
    """What goes wrong at the chosen command."""

    LOST_COMMAND = "lost_command"  # the card is pulled before the command reaches it
    LOST_ANSWER = "lost_answer"  # it obeys, and is pulled before it answers
    WRONG_MAC = "wrong_mac"  # the last byte before the status word is turned over
    SLOW = "slow"  # the answer takes `delay_s`


@dataclass(frozen=True, slots=True)
class Fault:
    """`kind` at the command number `at`, counted from 1 over the card's whole life in this process."""

    kind: FaultKind
    at: int
    delay_s: float = 0.0

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """The fault that `KIND@N` names, `slow@N:SECONDS` with its delay. Raises ValueError saying what was wanted."""
        kind, _, place = text.partition("@")
        at, _, seconds = place.partition(":")
        is_slow = kind == FaultKind.SLOW
        if kind not in tuple(FaultKind) or not at.isdigit() or int(at) < 1 or seconds.isdigit() is not is_slow:
            raise ValueError(f"--fault `{text}`: lost_command@N, lost_answer@N, wrong_mac@N or slow@N:SECONDS wanted")
        return cls(FaultKind(kind), int(at), float(seconds or 0))


class FaultyCard:
    """Plays `card` and keeps to the script of faults."""

    def __init__(self, card: PlayedCard, *faults: Fault, wait: Callable[[float], None] = time.sleep) -> None:
        self._card = card
        self._faults = {fault.at: fault for fault in faults}
        self._wait = wait
        self.command_count = 0

    @property
    def atr(self) -> bytes:
        """As the card's."""
        return self._card.atr

    def reset(self) -> None:
        """As the card's."""
        self._card.reset()

    def respond(self, command: bytes) -> bytes:
        """The card's answer, spoiled where the script says so. Raises CardGone where it is pulled."""
        self.command_count += 1
        fault = self._faults.get(self.command_count)
        if fault is None:
            return self._card.respond(command)
        match fault.kind:
            case FaultKind.LOST_COMMAND:
                raise CardGone("the card was pulled")
            case FaultKind.LOST_ANSWER:
                self._card.respond(command)
                raise CardGone("the card was pulled")
            case FaultKind.WRONG_MAC:
                answer = bytearray(self._card.respond(command))
                if len(answer) > 2:
                    answer[-3] ^= 0xFF
                return bytes(answer)
            case FaultKind.SLOW:
                self._wait(fault.delay_s)
                return self._card.respond(command)
