"""Recording a session and replaying it."""

import random
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.elementary_files import FILES
from chip.errors import CardGone, DecodingError
from chip.protocols.files import read_template, select_application
from chip.protocols.pace import PacePassword
from chip.protocols.pace_algorithms import pace_algorithm
from chip.protocols.pace_terminal import open_pace
from chip.transport.channel import Channel
from chip.transport.loopback import LoopbackChannel
from chip.transport.transcript import Event, RecordingChannel, ReplayChannel, Transcript, TranscriptDiverged
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory

READ = CommandApdu(0x00, 0xB0, 0x00, 0x00, le=2)
SELECT = CommandApdu(0x00, 0xA4, 0x02, 0x0C, b"\x01\x1e")


class CountingCard:
    """Answers with the number of the command, and is gone after the third."""

    atr = bytes.fromhex("3B80800101")

    def __init__(self) -> None:
        self.count = 0

    def respond(self, command: bytes) -> bytes:
        self.count += 1
        if self.count > 3:
            raise CardGone("pulled")
        return bytes([self.count]) + b"\x90\x00"

    def reset(self) -> None:
        pass


def recorded_session() -> Transcript:
    channel = RecordingChannel(LoopbackChannel(CountingCard()))
    channel.reset()
    for command in (SELECT, READ, READ):
        channel.transmit(command)
    with pytest.raises(CardGone):
        channel.transmit(READ)
    channel.close()
    return channel.transcript


def test_a_session_replays_to_the_last_byte() -> None:
    replay = ReplayChannel(Transcript.parse(recorded_session().text()))
    assert replay.reset() == CountingCard.atr
    assert [replay.transmit(command) for command in (SELECT, READ, READ)] == [
        ResponseApdu(bytes([number]), 0x9000) for number in (1, 2, 3)
    ]
    with pytest.raises(CardGone):
        replay.transmit(READ)
    assert replay.is_finished
    replay.close()


def test_a_session_that_takes_another_way_is_stopped_where_it_does() -> None:
    replay = ReplayChannel(recorded_session())
    replay.reset()
    replay.transmit(SELECT)
    with pytest.raises(TranscriptDiverged) as diverged:
        replay.transmit(SELECT)
    assert diverged.value.at == 3


def test_a_reset_where_none_was_recorded_is_stopped() -> None:
    replay = ReplayChannel(recorded_session())
    replay.reset()
    with pytest.raises(TranscriptDiverged):
        replay.reset()


def test_nothing_follows_the_end() -> None:
    with pytest.raises(TranscriptDiverged):
        ReplayChannel(Transcript(())).reset()


def test_commands_are_counted() -> None:
    assert recorded_session().command_count == 4


def test_a_written_transcript_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "session.txt"
    recorded_session().write(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Transcript.parse(file.read_text()) == recorded_session()


@pytest.mark.parametrize("line", ["? 00", "> 0", "> XY"])
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(DecodingError, match="line 2"):
        Transcript.parse(f"# a session\n{line}\n")


@given(st.lists(st.builds(Event, st.sampled_from("*><!"), st.binary(max_size=300))))
def test_every_transcript_reads_back(events: list[Event]) -> None:
    assert Transcript.parse(Transcript(tuple(events)).text()).events == tuple(events)


def numbered(seed: int) -> Callable[[int], bytes]:
    """Random numbers that are the same in every run."""
    return random.Random(seed).randbytes


def test_a_whole_session_with_the_same_random_numbers_replays_to_the_same_files(sample_chip) -> None:
    memory = CardMemory.personalised(sample_chip.image, sample_chip.secrets)
    password = PacePassword.from_can(sample_chip.secrets.can)
    algorithm = pace_algorithm("0.4.0.127.0.7.2.2.4.2.2")

    def read_dg1(channel: Channel) -> bytes:
        channel.reset()
        messaging = run(open_pace(algorithm, 13, password, numbered(1)), channel.transmit).secure_messaging

        def secured(command: CommandApdu) -> ResponseApdu:
            return messaging.unprotect(channel.transmit(messaging.protect(command)))

        assert secured(select_application()).is_success
        return run(read_template(FILES["EF.DG1"], 223), secured)

    recording = RecordingChannel(LoopbackChannel(VirtualCard(memory, random_bytes=numbered(2))))
    assert read_dg1(recording) == sample_chip.image.files["EF.DG1"]
    replay = ReplayChannel(Transcript.parse(recording.transcript.text()))
    assert read_dg1(replay) == sample_chip.image.files["EF.DG1"]
    assert replay.is_finished
    again = RecordingChannel(LoopbackChannel(VirtualCard(memory, random_bytes=numbered(2))))
    read_dg1(again)
    assert again.transcript == recording.transcript
    other = RecordingChannel(LoopbackChannel(VirtualCard(memory, random_bytes=numbered(3))))
    read_dg1(other)
    assert other.transcript != recording.transcript
