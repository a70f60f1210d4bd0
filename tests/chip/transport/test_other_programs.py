"""Other people's programs see a sane card in the virtual reader: OpenSC's tools and a plain pyscard script."""

import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from chip.transport.virtual_reader import card_in_virtual_reader
from chip.virtual_card.card import DEFAULT_ATR, VirtualCard
from chip.virtual_card.memory import CardMemory

pytestmark = [pytest.mark.pcsc, pytest.mark.xdist_group("pcsc")]
SELECT_CARD_ACCESS, READ_CARD_ACCESS = "00A4020C02011C", "00B0000000"
SCRIPT = """
import sys
from smartcard.System import readers
reader = next(item for item in readers() if str(item) == sys.argv[1])
connection = reader.createConnection()
connection.connect()
print(bytes(connection.getATR()).hex())
for text in sys.argv[2:]:
    data, sw1, sw2 = connection.transmit(list(bytes.fromhex(text)))
    print(bytes(data).hex(), f"{sw1:02X}{sw2:02X}")
"""


@pytest.fixture
def reader_with_card(virtual_reader: str, sample_chip) -> Iterator[str]:
    """The name of a reader in which a finished card lies."""
    card = VirtualCard(CardMemory.personalised(sample_chip.image, sample_chip.secrets))
    with card_in_virtual_reader(card, virtual_reader):
        yield virtual_reader


def output_of(*command: str, given: str | None = None) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, input=given)
    assert done.returncode == 0, done.stderr
    return done.stdout


def octets(text: str) -> str:
    return text.replace(" ", "").replace(":", "").replace("\n", "").upper()


def test_opensc_tool_shows_the_answer_to_reset(reader_with_card: str) -> None:
    assert DEFAULT_ATR.hex().upper() in octets(output_of("opensc-tool", "--reader", reader_with_card, "-a"))


def test_opensc_tool_reads_card_access(reader_with_card: str, sample_chip) -> None:
    sent = [word for text in (SELECT_CARD_ACCESS, READ_CARD_ACCESS) for word in ("-s", text)]
    said = output_of("opensc-tool", "--reader", reader_with_card, "--card-driver", "default", *sent)
    assert said.count("SW1=0x90, SW2=0x00") == 2
    shown = octets("".join(line[:48] for line in said.splitlines() if line[2:3] == " "))
    assert sample_chip.image.files["EF.CardAccess"].hex().upper() in shown


def test_opensc_explorer_shows_a_file_and_is_refused_the_closed_ones(reader_with_card: str, sample_chip) -> None:
    apdus = "\n".join(("cat 011C", "apdu 00A4040C07A0000002471001", "apdu 00A4020C020101", "quit", ""))
    said = output_of(
        "opensc-explorer", "--reader", reader_with_card, "--card-driver", "default", "/dev/stdin", given=apdus
    )
    shown = "".join(line[10:57] for line in said.splitlines() if line.startswith("000000"))
    assert octets(shown) == sample_chip.image.files["EF.CardAccess"].hex().upper()
    assert "SW1=0x69, SW2=0x82" in said


def test_a_plain_pyscard_script_reads_card_access(reader_with_card: str, sample_chip) -> None:
    said = output_of(sys.executable, "-c", SCRIPT, reader_with_card, SELECT_CARD_ACCESS, READ_CARD_ACCESS).splitlines()
    assert said == [DEFAULT_ATR.hex(), " 9000", f"{sample_chip.image.files['EF.CardAccess'].hex()} 9000"]
