"""The reader of the demonstration: a card played in memory, or the same card behind the real PC/SC service."""

from collections.abc import Iterator
from contextlib import contextmanager

from chip.transport.channel import Channel, PlayedCard
from chip.transport.loopback import LoopbackChannel
from chip.transport.pcsc import PcscChannel
from chip.transport.pcscd import VIRTUAL_READERS, borrowed_pcscd, reader_slot_taken, virtual_reader_port
from chip.transport.vpcd import CardInReader

IN_MEMORY = "memory"


@contextmanager
def card_in(reader: str | None, card: PlayedCard) -> Iterator[Channel]:
    """A channel to `card`, which lies in `reader`; None plays it in memory.

    A virtual reader gets the card put in; in any other reader whatever lies there is the card.
    Raises: ReaderMissing, CardGone.
    """
    if reader is None:
        yield LoopbackChannel(card)
    elif reader in VIRTUAL_READERS:
        port = virtual_reader_port(reader)
        with reader_slot_taken(reader), borrowed_pcscd(), CardInReader(card, port=port), PcscChannel(reader) as channel:
            yield channel
    else:
        with PcscChannel(reader) as channel:
            yield channel
