"""The reader of the demonstration: a card played in memory, or the same card behind the real PC/SC service."""

from collections.abc import Iterator
from contextlib import contextmanager

from chip.errors import ReaderMissing
from chip.transport.channel import Channel, PlayedCard
from chip.transport.loopback import LoopbackChannel
from chip.transport.pcsc import PcscChannel, Sharing, reader_names
from chip.transport.pcscd import VIRTUAL_READERS, borrowed_pcscd
from chip.transport.virtual_reader import card_in_virtual_reader


@contextmanager
def reader_at_hand(reader: str | None) -> Iterator[None]:
    """The PC/SC service for as long as the walk lasts, when `reader` is one; asked before anything is begun.

    Raises: ReaderMissing where the service or the reader is not there.
    """
    if reader is None:
        yield
        return
    with borrowed_pcscd():
        names = reader_names()
        if reader not in names:
            there = ", ".join(f"`{name}`" for name in names) or "none"
            raise ReaderMissing(f"no reader is called `{reader}`; there are: {there}")
        yield


@contextmanager
def card_in(reader: str | None, card: PlayedCard, sharing: Sharing = Sharing.EXCLUSIVE) -> Iterator[Channel]:
    """A channel to `card`, which lies in `reader`; None plays it in memory. `sharing` says who else may use the reader.

    A virtual reader gets the card put in; in any other reader whatever lies there is the card.
    Raises: ReaderMissing, CardGone.
    """
    if reader is None:
        yield LoopbackChannel(card)
    elif reader in VIRTUAL_READERS:
        with card_in_virtual_reader(card, reader), PcscChannel(reader, sharing) as channel:
            yield channel
    else:
        with PcscChannel(reader, sharing) as channel:
            yield channel
