"""Loading a blank through a real pcscd: cut with its answer on the way, resumed, and quick enough."""

import time

import pytest

from chip.errors import CardGone
from chip.personalisation.ledger import MemoryLedger
from chip.personalisation.personalise import PersonalisationOutcome, personalise
from chip.personalisation.transport_keys import TEST_TRANSPORT_KEYS
from chip.transport.pcsc import PcscChannel
from chip.transport.virtual_reader import card_in_virtual_reader
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.faults import Fault, FaultKind, FaultyCard
from chip.virtual_card.memory import CardMemory

pytestmark = [pytest.mark.pcsc, pytest.mark.xdist_group("pcsc")]


def test_a_blank_torn_from_the_reader_is_finished_when_it_comes_back(virtual_reader: str, sample_chip) -> None:
    card, ledger = VirtualCard(CardMemory.blank(bytes(10), TEST_TRANSPORT_KEYS)), MemoryLedger()
    for kind in (FaultKind.LOST_ANSWER, FaultKind.LOST_COMMAND):
        torn = FaultyCard(card, Fault(kind, 50))
        with (
            card_in_virtual_reader(torn, virtual_reader),
            PcscChannel(virtual_reader) as channel,
            pytest.raises(CardGone, match="was taken away"),
        ):
            personalise(channel, sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS, ledger=ledger)
    with card_in_virtual_reader(card, virtual_reader), PcscChannel(virtual_reader) as channel:
        result = personalise(channel, sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS, ledger=ledger)
    assert result.outcome is PersonalisationOutcome.RESUMED
    assert {name: card.memory.file(name) for name in sample_chip.image.files} == dict(sample_chip.image.files)


def test_loading_sixty_kilobytes_does_not_wait_for_acknowledgements(virtual_reader: str, sample_chip) -> None:
    card = VirtualCard(CardMemory.blank(bytes(10), TEST_TRANSPORT_KEYS))
    with card_in_virtual_reader(card, virtual_reader), PcscChannel(virtual_reader) as channel:
        started = time.perf_counter()
        result = personalise(channel, sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS, short_commands=True)
        elapsed_s = time.perf_counter() - started
    assert result.apdus > 400
    assert elapsed_s < result.apdus * 0.02  # half of what one delayed acknowledgement costs
