"""The PC/SC reader that the chip's tests share: a real pcscd with vsmartcard's virtual reader."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chip.errors import ReaderMissing
from chip.transport import pcscd
from chip.transport.pcsc import reader_names, wait_until_empty

READER = pcscd.VIRTUAL_READERS[0]
DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")


@pytest.fixture(scope="session")
def pcsc_service() -> Iterator[None]:
    """A running pcscd with the virtual reader's driver; skipped with the reason where a machine has none."""
    if not DRIVER.exists():
        pytest.skip("vsmartcard-vpcd is not installed")
    try:
        with pcscd.reader_slot_taken(READER), pcscd.borrowed_pcscd():
            if READER not in reader_names():
                pytest.skip(f"the running pcscd has no reader `{READER}`")
            yield
    except ReaderMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def virtual_reader(pcsc_service: None) -> str:
    """The name of an empty virtual reader that no other process uses meanwhile."""
    assert wait_until_empty(READER, timeout_ms=5_000)
    return READER
