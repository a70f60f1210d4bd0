"""A session that OpenPACE speaks: a terminal of its own through the reader.

Debian's OpenSC is built without OpenPACE, and OpenPACE's package brings no tool that speaks to cards: its library is
driven by a program that knows nothing of this project.
"""

import ctypes.util
import subprocess
import sys
from pathlib import Path

import pytest

import chip_support
from chip.elementary_files import FILES
from chip.transport.virtual_reader import card_in_virtual_reader
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory

TERMINAL = Path(next(iter(chip_support.__path__))) / "openpace_terminal.py"
OPEN_FILES = ("EF.COM", "EF.DG1", "EF.DG14", "EF.SOD", "EF.DG2")


def openpace_reads(reader: str, can: str, *names: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, str(TERMINAL), reader, can, *(f"{FILES[name].short_id:02X}" for name in names)]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.pcsc
@pytest.mark.xdist_group("pcsc")
@pytest.mark.skipif(ctypes.util.find_library("eac") is None, reason="OpenPACE's libeac is not installed")
def test_a_terminal_of_openpaces_reads_the_card_through_the_reader(virtual_reader: str, sample_chip) -> None:
    card = VirtualCard(CardMemory.personalised(sample_chip.image, sample_chip.secrets))
    with card_in_virtual_reader(card, virtual_reader):
        done = openpace_reads(virtual_reader, sample_chip.secrets.can, *OPEN_FILES[:2], "EF.DG3", *OPEN_FILES[2:])
        wrong = openpace_reads(virtual_reader, "000000", "EF.COM")
    assert done.returncode == 0, done.stderr
    told = dict(zip((*OPEN_FILES[:2], "EF.DG3", *OPEN_FILES[2:]), done.stdout.split("\n"), strict=False))
    assert told.pop("EF.DG3") == "6982"  # inside secure messaging, which goes on
    assert told == {name: f"OK {sample_chip.image.files[name].hex()}" for name in OPEN_FILES}
    assert wrong.returncode == 1
    assert "6300" in wrong.stderr
