"""A personalised chip in memory, and the ways to open it."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.protocols.bac import open_bac
from chip.protocols.files import select_application
from chip.protocols.pace import PacePassword
from chip.protocols.pace_algorithms import pace_algorithm
from chip.protocols.pace_terminal import open_pace
from chip.protocols.secure_messaging import SecureMessagingSession
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory

ACCESS_INFORMATION = "L898902C<369080619406236"
CAN = "654321"
PACE_AES_128 = "0.4.0.127.0.7.2.2.4.2.2"
BRAINPOOL_256 = 13


@dataclass
class Bench:
    """A card on the bench, how long it made us wait, and the session that was opened with it."""

    card: VirtualCard
    channel: LoopbackChannel
    waits: list[float]
    messaging: SecureMessagingSession | None = None

    def plain(self, text: str) -> ResponseApdu:
        """The answer to a command given in hexadecimal, in the open."""
        return ResponseApdu.decode(self.card.respond(bytes.fromhex(text.replace(" ", ""))))

    def sw(self, text: str) -> str:
        """Its status word alone."""
        return f"{self.plain(text).sw:04X}"

    def send(self, command: CommandApdu) -> ResponseApdu:
        """The answer to a command under secure messaging."""
        assert self.messaging is not None
        return self.messaging.unprotect(self.channel.transmit(self.messaging.protect(command)))

    def secured(self, text: str) -> ResponseApdu:
        """The answer to a command given in hexadecimal, under secure messaging."""
        return self.send(CommandApdu.decode(bytes.fromhex(text.replace(" ", ""))))

    def secured_sw(self, text: str) -> str:
        """Its status word alone."""
        return f"{self.secured(text).sw:04X}"

    def open_pace(self, can: str = CAN) -> "Bench":
        """PACE with the CAN, then the application."""
        password = PacePassword.from_can(can)
        exchange = open_pace(pace_algorithm(PACE_AES_128), BRAINPOOL_256, password, os.urandom)
        self.messaging = run(exchange, self.channel.transmit).secure_messaging
        assert self.send(select_application()).is_success
        return self

    def open_bac(self) -> "Bench":
        """The application, then BAC."""
        assert self.channel.transmit(select_application()).is_success
        self.messaging = run(open_bac(ACCESS_INFORMATION, os.urandom), self.channel.transmit)
        return self


@pytest.fixture
def bench_of(sample_chip) -> Callable[..., Bench]:
    """Makes benches: `bench_of("pace")` has a card of that profile, other arguments replace secrets."""

    def make(chip_profile: str = "bac+pace", **secrets: object) -> Bench:
        changed = replace(sample_chip.secrets, chip_profile=chip_profile, **secrets)
        waits: list[float] = []
        card = VirtualCard(CardMemory.personalised(sample_chip.image, changed), wait=waits.append)
        return Bench(card, LoopbackChannel(card), waits)

    return make


@pytest.fixture
def bench(bench_of) -> Bench:
    """A card that offers BAC and PACE, just powered."""
    return bench_of()
