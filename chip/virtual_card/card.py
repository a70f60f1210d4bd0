"""The chip in software, as a reader sees it: bytes in, bytes out. It answers everything and raises nothing."""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import replace

from chip.apdu import status
from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.crypto.groups import RandomBytes
from chip.errors import ChipError, DecodingError
from chip.personalisation.blank_model import LifeCycle
from chip.virtual_card import emrtd, issuer
from chip.virtual_card.memory import CardMemory, MemoryChange
from chip.virtual_card.session import Answer, CardState, Refused, Selected, Session, World

LOG = logging.getLogger(__name__)
DEFAULT_ATR = bytes.fromhex("3B80800101")  # contactless, T=1, no historical bytes (PC/SC part 3 §3.1.3.2.3)


def forget(_: MemoryChange) -> None:
    """Keeps no change beyond the process's life."""


class VirtualCard:
    """One chip. `keep` writes a change down before the answer leaves, or raises OSError; `wait` sleeps for seconds.

    `random_bytes`, `wait` and `keep` come in, so that a test replays a session to the last byte and waits for nothing.
    """

    def __init__(
        self,
        memory: CardMemory,
        *,
        random_bytes: RandomBytes = os.urandom,
        wait: Callable[[float], None] = time.sleep,
        keep: Callable[[MemoryChange], None] = forget,
        atr: bytes = DEFAULT_ATR,
    ) -> None:
        self._state = CardState(memory, Session())
        self._world = World(random_bytes, wait)
        self._keep = keep
        self._atr = atr

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._atr

    @property
    def memory(self) -> CardMemory:
        """What the chip remembers without power."""
        return self._state.memory

    @property
    def session(self) -> Session:
        """What it remembers until its power goes."""
        return self._state.session

    def reset(self) -> None:
        """Power lost and come back."""
        self._state = CardState(self._state.memory, Session())

    def respond(self, command: bytes) -> bytes:
        """The answer to one command APDU. A fault of this program is 6F00, the end of the session and one log line."""
        try:
            return self._respond(command)
        except Exception as fault:  # noqa: BLE001 (whoever plays a card does not lose it to one command)
            return self._stumbled(fault)

    def _respond(self, command: bytes) -> bytes:
        try:
            answer = _respond(self._state, CommandApdu.decode(command), self._world)
        except Refused as refused:
            session = refused.session or self._state.session
            answer = Answer(ResponseApdu(b"", refused.sw), session, refused.changes)
        except DecodingError:
            answer = Answer(ResponseApdu(b"", status.WRONG_LENGTH), self._state.session)
        memory = self._state.memory
        for change in answer.changes:
            try:
                self._keep(change)
            except OSError:  # what could not be written down did not happen
                self._state = CardState(memory, Session(selected=self._state.session.selected))
                return ResponseApdu(b"", status.MEMORY_FAILURE).encode()
            memory = memory.apply(change)
        self._state = CardState(memory, answer.session)
        return answer.response.encode()

    def _stumbled(self, fault: Exception) -> bytes:
        """Of the fault its kind alone is told: its text and trace may show what the chip keeps to itself."""
        LOG.error("a fault of the chip's own (%s): answered 6F00, session dropped", type(fault).__name__)
        self._state = CardState(self._state.memory, Session(selected=self._state.session.selected))
        return ResponseApdu(b"", status.NO_PRECISE_DIAGNOSIS).encode()


def _respond(state: CardState, command: CommandApdu, world: World) -> Answer:
    """To the application that was selected; a chip that is not locked yet has the issuer's domain and nothing else."""
    try:
        if state.session.selected is Selected.ISSUER:
            return issuer.respond(state, command, world)
        if state.memory.life_cycle is not LifeCycle.LOCKED and not _selects_issuer(state.memory, command):
            raise Refused(status.CONDITIONS_NOT_SATISFIED)
        return emrtd.respond(state, command, world)
    except ChipError:
        # What personalisation put there does not fit together; the session is not worth going on with.
        dropped = replace(Session(), selected=state.session.selected)
        return Answer(ResponseApdu(b"", status.NO_PRECISE_DIAGNOSIS), dropped)


def _selects_issuer(memory: CardMemory, command: CommandApdu) -> bool:
    return command.header[:3] == bytes.fromhex("00A404") and command.data == memory.card_profile.domain.aid
