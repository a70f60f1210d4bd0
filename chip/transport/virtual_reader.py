"""A card of ours in this machine's own virtual reader: service, empty slot and insertion in one block."""

from collections.abc import Iterator
from contextlib import contextmanager

from chip.errors import ReaderMissing
from chip.transport.channel import PlayedCard
from chip.transport.pcsc import reader_names, wait_until_empty
from chip.transport.pcscd import borrowed_pcscd, virtual_reader_port
from chip.transport.vpcd import DEFAULT_HOST, CardInReader

EMPTY_TIMEOUT_MS = 3_000


@contextmanager
def card_in_virtual_reader(card: PlayedCard, reader: str) -> Iterator[CardInReader]:
    """Inside the block, `card` lies in `reader` and every PC/SC program of this machine finds it there.

    A service that runs is used, else one of our own is started and stopped. A card that was pulled a moment ago is
    waited out, since the service would take the new one for the old.
    Raises: ReaderMissing without driver or service, CardGone when the slot is taken by another card.
    """
    port = virtual_reader_port(reader)
    with borrowed_pcscd():
        if reader not in reader_names():
            raise ReaderMissing(f"the PC/SC service has no reader `{reader}`: vsmartcard-vpcd is not installed")
        wait_until_empty(reader, EMPTY_TIMEOUT_MS)
        with CardInReader(card, DEFAULT_HOST, port) as inserted:
            yield inserted
