"""What a terminal asks of any way to a card, and what a reader asks of any card."""

from typing import Protocol

from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu


class Channel(Protocol):
    """One card in one reader, owned by whoever opened it until `close`.

    Errors: CardGone when the card left or lost its power; ReaderMissing when the reader or its service did.
    """

    def transmit(self, command: CommandApdu) -> ResponseApdu:
        """The card's answer, whatever its status word."""
        ...

    def reset(self) -> bytes:
        """Start the card anew; returns its ATR."""
        ...

    def close(self) -> None:
        """Give the card back; closing twice is no fault."""
        ...


class PlayedCard(Protocol):
    """A card in software, as a reader sees it: bytes in, bytes out."""

    @property
    def atr(self) -> bytes:
        """The answer to reset (ISO/IEC 7816-3)."""
        ...

    def respond(self, command: bytes) -> bytes:
        """The answer to one command APDU. Raises CardGone when the card leaves instead, and nothing else."""
        ...

    def reset(self) -> None:
        """Power lost and come back: what is volatile is gone."""
        ...
