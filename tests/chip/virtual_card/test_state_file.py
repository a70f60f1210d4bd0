"""A chip's memory in a file."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip.elementary_files import Directory
from chip.errors import CardAnswerError, CardGone, DecodingError
from chip.personalisation.blank_model import DataObject, FileControl, LifeCycle, ReadAccess
from chip.personalisation.card_profile_files import load_card_profile
from chip.personalisation.personalise import PersonalisationOutcome, personalise
from chip.personalisation.transport_keys import TEST_TRANSPORT_KEYS, TransportKeys
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.faults import Fault, FaultKind, FaultyCard
from chip.virtual_card.memory import (
    ApplicationCreated,
    AttemptsCounted,
    FileCreated,
    FileWritten,
    Locked,
    ObjectPut,
    SessionCounted,
    TrustMoved,
)
from chip.virtual_card.state_file import StateFile, decode_change, encode_change

SERIAL = bytes(range(10))


def opened(file: Path) -> StateFile:
    return StateFile(file, SERIAL, TEST_TRANSPORT_KEYS)


def test_a_chip_is_what_it_was_before_its_process_ended(tmp_path: Path, sample_chip) -> None:
    file = tmp_path / "chip"
    state = opened(file)
    torn = FaultyCard(VirtualCard(state.memory, keep=state.keep), Fault(FaultKind.LOST_ANSWER, 50))
    with pytest.raises(CardGone):
        personalise(LoopbackChannel(torn), sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS)
    state.close()

    state = opened(file)
    assert state.memory.life_cycle is LifeCycle.PERSONALISING
    card = VirtualCard(state.memory, keep=state.keep)
    result = personalise(LoopbackChannel(card), sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS)
    assert result.outcome is PersonalisationOutcome.RESUMED
    state.close()

    state = opened(file)
    assert state.memory.life_cycle is LifeCycle.LOCKED
    assert {name: state.memory.file(name) for name in sample_chip.image.files} == dict(sample_chip.image.files)
    assert state.memory == card.memory
    state.close()


def test_the_file_is_its_owners_alone_and_one_process_at_a_time(tmp_path: Path) -> None:
    state = opened(tmp_path / "chip")
    assert stat.S_IMODE((tmp_path / "chip").stat().st_mode) == 0o600
    with pytest.raises(DecodingError, match="another process that is still running"):
        opened(tmp_path / "chip")
    state.close()
    state.close()
    opened(tmp_path / "chip").close()


def test_a_record_cut_short_never_happened(tmp_path: Path) -> None:
    file = tmp_path / "chip"
    state = opened(file)
    state.keep(SessionCounted(7))
    state.close()
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"change":"sess')
    state = opened(file)
    assert state.memory.sequence_counter == 7
    state.keep(SessionCounted(8))
    state.close()
    assert opened(file).memory.sequence_counter == 8


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"hello\n", "line 1: no record"),
        (b'{"format":"diary"}\n', "is no memory of a virtual chip"),
        (b"\xff\xfe\n", "line 1: no record"),
    ],
)
def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path, content: bytes, wanted: str) -> None:
    file = tmp_path / "chip"
    file.write_bytes(content)
    with pytest.raises(DecodingError, match=wanted):
        opened(file)
    assert file.read_bytes() == content


def test_a_spoiled_change_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "chip"
    opened(file).close()
    for record in (b'{"change":"write"}\n', b'{"change":"dance"}\n', b"{}\n"):
        file.write_bytes(file.read_bytes().splitlines(keepends=True)[0] + record)
        with pytest.raises(DecodingError, match="line 2: no change"):
            opened(file)


def test_other_transport_keys_are_not_the_chips(tmp_path: Path) -> None:
    opened(tmp_path / "chip").close()
    with pytest.raises(DecodingError, match="has other transport keys: TEST transport keys, version 30"):
        StateFile(tmp_path / "chip", SERIAL, TransportKeys("TEST other", 0x31, bytes(16)))


def test_a_killed_process_loses_no_change_it_answered_for(tmp_path: Path) -> None:
    file = tmp_path / "chip"
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from chip.virtual_card.state_file import StateFile\n"
        "from chip.virtual_card.memory import SessionCounted\n"
        "from chip.personalisation.transport_keys import TEST_TRANSPORT_KEYS\n"
        "state = StateFile(Path(sys.argv[1]), bytes(10), TEST_TRANSPORT_KEYS)\n"
        "counter = 0\n"
        "while True:\n"
        "    counter += 1\n"
        "    state.keep(SessionCounted(counter))\n"
        "    print(counter, flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(file)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = process.stdout.readline()
    time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    said = (said + process.stdout.read()).splitlines(keepends=True)
    process.stdout.close()
    process.wait()
    last_told = int([line for line in said if line.endswith(b"\n")][-1])
    assert opened(file).memory.sequence_counter in (last_told, last_told + 1)


keys = st.tuples(st.sampled_from(Directory), st.integers(0, 0xFFFF))
controls = st.builds(FileControl, st.integers(0, 0xFFFF), st.integers(1, 30), st.integers(0, 2**24 - 1),
                     st.sampled_from(ReadAccess))  # fmt: skip
changes = st.one_of(
    st.builds(ApplicationCreated),
    st.builds(FileCreated, st.sampled_from(Directory), controls),
    st.builds(FileWritten, keys, st.integers(0, 2**24 - 1), st.binary()),
    st.builds(ObjectPut, st.sampled_from(DataObject), st.binary()),
    st.builds(SessionCounted, st.integers(0, 2**24 - 1)),
    st.builds(AttemptsCounted, st.integers(0, 2**24)),
    st.builds(TrustMoved, st.binary(), st.binary(), st.binary()),
    st.builds(Locked),
)


@given(changes)
def test_every_change_reads_back(change: object) -> None:
    assert decode_change(encode_change(change)) == change


def test_a_full_disk_is_a_failure_of_the_chips_memory_and_the_load_goes_on_when_there_is_room(
    tmp_path: Path, sample_chip, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, write, room = tmp_path / "chip", os.write, 4_000

    def on_a_full_disk(descriptor: int, line: bytes) -> int:
        nonlocal room
        written = write(descriptor, line[:room])
        room -= written
        return written

    state = opened(file)
    card = VirtualCard(state.memory, keep=state.keep)
    arguments = LoopbackChannel(card), sample_chip.image, sample_chip.secrets, TEST_TRANSPORT_KEYS
    with monkeypatch.context() as full:
        full.setattr(os, "write", on_a_full_disk)
        with pytest.raises(CardAnswerError, match="6581 memory failure"):
            personalise(*arguments)
    assert file.read_bytes().endswith(b"\n")
    assert personalise(*arguments).outcome is PersonalisationOutcome.RESUMED
    state.close()
    again = opened(file)
    assert again.memory == card.memory
    assert again.memory.life_cycle is LifeCycle.LOCKED
    again.close()


def test_the_chip_of_another_applet_is_refused(tmp_path: Path) -> None:
    file, other = tmp_path / "chip", load_card_profile("store-data")
    opened(file).close()
    with pytest.raises(DecodingError, match="another applet than that of the card profile"):
        StateFile(file, SERIAL, TEST_TRANSPORT_KEYS, other)
    again = StateFile(tmp_path / "other", SERIAL, TEST_TRANSPORT_KEYS, other)
    assert again.memory.card_profile is other
    again.close()


def test_a_state_file_of_before_there_were_card_profiles_is_a_chip_of_the_first_one(tmp_path: Path) -> None:
    file = tmp_path / "chip"
    opened(file).close()
    head = json.loads(file.read_text())
    del head["applet"]
    file.write_text(json.dumps(head) + "\n")
    opened(file).close()
