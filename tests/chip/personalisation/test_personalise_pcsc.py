"""Loading a blank through a real pcscd: cut with its answer on the way, resumed, and quick enough.

Torn at three commands drawn with a fixed seed, or at as many as STATION_TORN_COMMANDS says, or at `all`.
"""

import os
import random
import time

import pytest

from chip.errors import CardGone
from chip.personalisation.blank_model import LifeCycle
from chip.personalisation.ledger import MemoryLedger
from chip.personalisation.personalise import PersonalisationOutcome, personalise
from chip.personalisation.transport_keys import TEST_TRANSPORT_KEYS
from chip.transport.pcsc import PcscChannel
from chip.transport.virtual_reader import card_in_virtual_reader
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.faults import Fault, FaultKind, FaultyCard
from chip.virtual_card.memory import CardMemory

COMMANDS_BEFORE_BINDING = 5  # SELECT, the channel, where the chip stands, and the binding itself

pytestmark = [pytest.mark.pcsc, pytest.mark.xdist_group("pcsc")]


def test_a_blank_torn_from_the_reader_is_finished_when_it_comes_back(virtual_reader: str, sample_chip) -> None:
    card, ledger = VirtualCard(CardMemory.blank(bytes(10), TEST_TRANSPORT_KEYS)), MemoryLedger()
    for kind in (FaultKind.LOST_ANSWER, FaultKind.LOST_COMMAND):
        torn = FaultyCard(card, Fault(kind, 30))
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


def chosen_commands(count: int) -> list[int]:
    """Where to tear, out of 1 to `count`."""
    wanted = os.environ.get("STATION_TORN_COMMANDS", "3")
    everywhere = range(1, count + 1)
    return list(everywhere) if wanted == "all" else random.Random("torn").sample(everywhere, int(wanted))


def test_a_blank_torn_at_any_command_of_the_reader_becomes_the_card_that_was_meant(
    virtual_reader: str, sample_chip
) -> None:
    """At every other place the command is lost, at the rest its answer; a first whole run says how many there are."""
    arguments = sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS
    whole = VirtualCard(CardMemory.blank(bytes(10), TEST_TRANSPORT_KEYS))
    with card_in_virtual_reader(whole, virtual_reader), PcscChannel(virtual_reader) as channel:
        count = personalise(channel, *arguments).apdus
    for number, at in enumerate(chosen_commands(count)):
        serial = at.to_bytes(10, "big")
        card, ledger = VirtualCard(CardMemory.blank(serial, TEST_TRANSPORT_KEYS)), MemoryLedger()
        kind = (FaultKind.LOST_COMMAND, FaultKind.LOST_ANSWER)[number % 2]
        with (
            card_in_virtual_reader(FaultyCard(card, Fault(kind, at)), virtual_reader),
            PcscChannel(virtual_reader) as channel,
            pytest.raises(CardGone),
        ):
            personalise(channel, *arguments, ledger=ledger)
        with card_in_virtual_reader(card, virtual_reader), PcscChannel(virtual_reader) as channel:
            result = personalise(channel, *arguments, ledger=ledger)
        assert result.outcome is not PersonalisationOutcome.PERSONALISED or at <= COMMANDS_BEFORE_BINDING
        assert card.memory.life_cycle is LifeCycle.LOCKED
        assert {name: card.memory.file(name) for name in sample_chip.image.files} == dict(sample_chip.image.files)
        assert ledger.finished == {(serial.hex(), result.image_digest)}


def test_loading_sixty_kilobytes_does_not_wait_for_acknowledgements(virtual_reader: str, sample_chip) -> None:
    card = VirtualCard(CardMemory.blank(bytes(10), TEST_TRANSPORT_KEYS))
    with card_in_virtual_reader(card, virtual_reader), PcscChannel(virtual_reader) as channel:
        started = time.perf_counter()
        result = personalise(channel, sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS, short_commands=True)
        elapsed_s = time.perf_counter() - started
    assert result.apdus > 400
    assert elapsed_s < result.apdus * 0.02  # half of what one delayed acknowledgement costs
