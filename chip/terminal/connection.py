"""A terminal's end of the channel: protects what goes out once a session is open, counts and notes what went by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from chip.apdu.chaining import fetching, in_pieces
from chip.apdu.command import CommandApdu
from chip.apdu.exchange import Exchange, run
from chip.apdu.response import ResponseApdu
from chip.protocols.files import SHORT_LENGTHS, LengthLimits
from chip.protocols.secure_messaging import SecureMessagingSession
from chip.transport.channel import Channel

T = TypeVar("T")
Clock = Callable[[], float]  # seconds, from any start


@dataclass(frozen=True, slots=True)
class ApduNote:
    """What may be shown of one command and its answer: never their data."""

    name: str
    header: str
    sent_bytes: int
    received_bytes: int
    status: int
    is_protected: bool
    elapsed_ms: float


class CardConnection:
    """One card on one channel. `limits` follow EF.ATR/INFO once it was read; `session` is None before access."""

    def __init__(self, channel: Channel, clock: Clock) -> None:
        self._channel, self._clock = channel, clock
        self._transmit = fetching(self._send)
        self.session: SecureMessagingSession | None = None
        self.limits: LengthLimits = SHORT_LENGTHS
        self.notes: list[ApduNote] = []
        self.protected_answers = 0

    @property
    def chunk(self) -> int:
        """How many bytes one READ BINARY may ask for now."""
        return self.limits.chunk(self.session.keys.suite if self.session else None)

    def now_ms(self) -> float:
        """The clock in milliseconds."""
        return self._clock() * 1000

    def reset(self) -> bytes:
        """Start the card anew, without secure messaging; returns its ATR."""
        self.session = None
        return self._channel.reset()

    def run(self, exchange: Exchange[T]) -> T:
        """Drive `exchange` over this card, under the session if there is one."""
        return run(exchange, self.transmit)

    def transmit(self, command: CommandApdu) -> ResponseApdu:
        """One command, in a chain where it is longer than the card takes at once.

        Raises: SecureMessagingError when an answer's protection does not hold; the session is then over.
        """
        suite = self.session.keys.suite if self.session else None
        return in_pieces(self._protect_and_send, self.limits.command_data(suite))(command)

    def _protect_and_send(self, command: CommandApdu) -> ResponseApdu:
        if self.session is None:
            return self._transmit(command)
        answer = self.session.unprotect(self._transmit(self.session.protect(command)))
        self.protected_answers += 1
        return answer

    def is_alive(self) -> bool:
        """Whether commands can still be sent: there is no session that broke."""
        return self.session is None or not self.session.is_over

    def _send(self, command: CommandApdu) -> ResponseApdu:
        start = self.now_ms()
        response = self._channel.transmit(command)
        self.notes.append(
            ApduNote(
                name=command.name or "command",
                header=command.header.hex().upper(),
                sent_bytes=len(command.encode()),
                received_bytes=len(response.data) + 2,
                status=response.sw,
                is_protected=self.session is not None,
                elapsed_ms=self.now_ms() - start,
            )
        )
        return response
