"""Cards through a real pcscd with the virtual reader."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chip.apdu.command import CommandApdu
from chip.apdu.response import ResponseApdu
from chip.errors import CardGone, ReaderMissing, TransportError
from chip.transport.pcsc import PcscChannel, Sharing, reader_names, wait_for_card, wait_until_empty
from chip.transport.virtual_reader import card_in_virtual_reader

pytestmark = [pytest.mark.pcsc, pytest.mark.xdist_group("pcsc")]


class GivingCard:
    """Answers with as many bytes as were asked for."""

    atr = bytes.fromhex("3B80800101")

    def __init__(self) -> None:
        self.resets = 0

    def respond(self, command: bytes) -> bytes:
        return bytes(CommandApdu.decode(command).le or 0) + b"\x90\x00"

    def reset(self) -> None:
        self.resets += 1


READ = CommandApdu(0x00, 0xB0, 0x00, 0x00, le=16, name="READ BINARY")


def test_a_card_is_reset_and_answers(virtual_reader: str) -> None:
    card = GivingCard()
    with card_in_virtual_reader(card, virtual_reader), PcscChannel(virtual_reader) as channel:
        assert channel.reset() == card.atr
        assert channel.transmit(READ) == ResponseApdu(bytes(16), 0x9000)


def test_extended_lengths_pass_both_ways(virtual_reader: str) -> None:
    with card_in_virtual_reader(GivingCard(), virtual_reader), PcscChannel(virtual_reader) as channel:
        assert len(channel.transmit(CommandApdu(0, 0xB0, 0, 0, le=65_533)).data) == 65_533
        assert channel.transmit(CommandApdu(0, 0xD6, 0, 0, data=bytes(65_000))).is_success


def test_delayed_acknowledgement_does_not_brake(virtual_reader: str) -> None:
    """At 44 ms each, which is what a delayed acknowledgement costs, a hundred commands would take 4.4 s."""
    with card_in_virtual_reader(GivingCard(), virtual_reader), PcscChannel(virtual_reader) as channel:
        started = time.perf_counter()
        for _ in range(100):
            channel.transmit(READ)
        assert time.perf_counter() - started < 2


def test_an_empty_reader_says_so(empty_virtual_reader: str) -> None:
    with pytest.raises(CardGone, match=f"no card lies in reader `{empty_virtual_reader}`"):
        PcscChannel(empty_virtual_reader)
    assert not wait_for_card(empty_virtual_reader, timeout_ms=10)


def test_a_wrong_name_lists_the_readers_there_are(virtual_reader: str) -> None:
    for use in (PcscChannel, lambda name: wait_for_card(name, timeout_ms=10)):
        with pytest.raises(ReaderMissing, match=f"no reader is called `Nobody`; there are: .*`{virtual_reader}`"):
            use("Nobody")


def test_a_card_pulled_in_the_middle_is_gone(virtual_reader: str) -> None:
    with card_in_virtual_reader(GivingCard(), virtual_reader) as card, PcscChannel(virtual_reader) as channel:
        channel.transmit(READ)
        card.pull()
        for _ in range(2):
            with pytest.raises(CardGone, match=r"READ BINARY: the card in reader .* was taken away"):
                channel.transmit(READ)


def test_a_held_card_is_not_shared(virtual_reader: str) -> None:
    with card_in_virtual_reader(GivingCard(), virtual_reader):
        with PcscChannel(virtual_reader), pytest.raises(TransportError, match="another program holds the card"):
            PcscChannel(virtual_reader)
        with PcscChannel(virtual_reader, Sharing.SHARED), PcscChannel(virtual_reader, Sharing.SHARED) as second:
            assert second.transmit(READ).is_success


HOLDING = """
import sys
from chip.transport.pcsc import PcscChannel, Sharing
with PcscChannel(sys.argv[1], Sharing(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_by_another_program(reader: str, sharing: Sharing) -> Iterator[None]:
    """A process of its own holds the card meanwhile."""
    words = [sys.executable, "-c", HOLDING, reader, sharing.value]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield
        holder.communicate(timeout=10)
    assert holder.returncode == 0


def test_a_card_that_another_program_holds_is_told_in_one_line_and_free_when_it_ends(virtual_reader: str) -> None:
    with card_in_virtual_reader(GivingCard(), virtual_reader):
        with held_by_another_program(virtual_reader, Sharing.EXCLUSIVE):
            for sharing in Sharing:
                with pytest.raises(TransportError) as refused:
                    PcscChannel(virtual_reader, sharing)
                wanted = f"connecting: another program holds the card in reader `{virtual_reader}`; end it, or let both"
                assert str(refused.value) == f"{wanted} share the reader"
        with PcscChannel(virtual_reader) as channel:
            assert channel.transmit(READ).is_success


def test_two_programs_that_share_both_speak_and_neither_holds_the_card_alone(virtual_reader: str) -> None:
    with card_in_virtual_reader(GivingCard(), virtual_reader), held_by_another_program(virtual_reader, Sharing.SHARED):
        with PcscChannel(virtual_reader, Sharing.SHARED) as channel:
            assert channel.transmit(READ).is_success
        with pytest.raises(TransportError, match="another program holds the card"):
            PcscChannel(virtual_reader)


def test_a_closed_channel_has_no_card(virtual_reader: str) -> None:
    with card_in_virtual_reader(GivingCard(), virtual_reader):
        channel = PcscChannel(virtual_reader)
        channel.close()
        channel.close()
        with pytest.raises(CardGone, match="is closed"):
            channel.transmit(READ)
        with PcscChannel(virtual_reader) as again:
            assert again.transmit(READ).is_success


def test_an_inserted_card_is_waited_for(virtual_reader: str) -> None:
    with card_in_virtual_reader(GivingCard(), virtual_reader):
        assert wait_for_card(virtual_reader, timeout_ms=5_000)
        assert virtual_reader in reader_names()
        assert not wait_until_empty(virtual_reader, timeout_ms=10)
