"""A card of ours in this machine's own virtual reader: service, empty slot and insertion in one block."""

from collections.abc import Iterator
from contextlib import contextmanager

from chip.errors import CardGone, ReaderMissing
from chip.transport.channel import PlayedCard
from chip.transport.pcsc import reader_names, wait_for_card, wait_until_empty
from chip.transport.pcscd import borrowed_pcscd, reader_slot_taken, virtual_reader_port
from chip.transport.vpcd import DEFAULT_HOST, CardInReader

EMPTY_TIMEOUT_MS, SEEN_TIMEOUT_MS = 15_000, 15_000  # the service looks twice a second; on a busy machine it is late
TURN_TIMEOUT_S = 120.0


@contextmanager
def card_in_virtual_reader(
    card: PlayedCard, reader: str, turn_timeout_s: float = TURN_TIMEOUT_S
) -> Iterator[CardInReader]:
    """Inside the block, `card` lies in `reader` and every PC/SC program of this machine finds it there.

    Processes that want the same reader take turns, each waiting up to `turn_timeout_s`. A service that runs is used,
    else one of our own is started and stopped. A card that was pulled a moment ago is
    waited out, since the service would take the new one for the old.
    Raises: ReaderMissing without driver, service or turn, CardGone when a foreign card lies in the slot.
    """
    port = virtual_reader_port(reader)
    with reader_slot_taken(reader, turn_timeout_s), borrowed_pcscd():
        if reader not in reader_names():
            raise ReaderMissing(f"the PC/SC service has no reader `{reader}`: vsmartcard-vpcd is not installed")
        wait_until_empty(reader, EMPTY_TIMEOUT_MS)
        with CardInReader(card, DEFAULT_HOST, port) as inserted:
            if not wait_for_card(reader, SEEN_TIMEOUT_MS):  # powered first, known to the service a moment later
                raise CardGone(f"the PC/SC service does not see the card in reader `{reader}`")
            yield inserted
