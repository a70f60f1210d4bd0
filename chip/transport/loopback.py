"""A channel to a card in software, in memory: no reader, no socket."""

from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.errors import CardGone
from chip.transport.channel import PlayedCard


class LoopbackChannel:
    """Commands go to `card.respond` as the bytes that a reader would carry."""

    def __init__(self, card: PlayedCard) -> None:
        self._card: PlayedCard | None = card
        card.reset()

    def _present(self) -> PlayedCard:
        if self._card is None:
            raise CardGone("the channel to the card is closed")
        return self._card

    def transmit(self, command: CommandApdu) -> ResponseApdu:
        """The card's answer. Raises CardGone after `close`."""
        return ResponseApdu.decode(self._present().respond(command.encode()))

    def reset(self) -> bytes:
        """Reset the card; returns its ATR. Raises CardGone after `close`."""
        card = self._present()
        card.reset()
        return card.atr

    def close(self) -> None:
        """Let the card go."""
        self._card = None
