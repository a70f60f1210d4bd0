"""What the chip's tests share: a real pcscd with vsmartcard's virtual reader, and a made-up chip."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from chip.crypto.domain_parameters import CURVES
from chip.errors import ReaderMissing
from chip.lds.card_access import CardAccess
from chip.lds.chip_image import ChipImage, ChipSecrets
from chip.lds.dg14 import DG14
from chip.lds.security_infos import ChipAuthenticationInfo, ChipAuthenticationPublicKeyInfo, PaceInfo
from chip.oids import CHIP_AUTHENTICATION, PACE, PUBLIC_KEY_ECDH
from chip.pki.public_key import EcPublicKey
from chip.tlv import encode_tlv
from chip.transport import pcscd
from chip.transport.pcsc import reader_names, wait_until_empty

READER = pcscd.VIRTUAL_READERS[0]
DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")


@pytest.fixture(autouse=True)
def faults_of_played_cards() -> Iterator[list[str]]:
    """What cards in software say of faults of their own. A test that means to provoke one clears the list."""
    said: list[str] = []
    listener = logging.Handler()
    listener.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]  # a listener for tests
    log = logging.getLogger("chip.virtual_card")
    log.addHandler(listener)
    yield said
    log.removeHandler(listener)
    assert said == []


@pytest.fixture(autouse=True)
def data_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The user's folder for data, of this test alone, for the processes that it starts as well."""
    folder = tmp_path_factory.getbasetemp() / "data-homes" / uuid4().hex
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.delenv("STATION_DATA_DIR", raising=False)
    return folder


@pytest.fixture(scope="session")
def pcsc_service() -> Iterator[None]:
    """A running pcscd with the virtual reader's driver; skipped with the reason where a machine has none."""
    if not DRIVER.exists():
        pytest.skip("vsmartcard-vpcd is not installed")
    try:
        with pcscd.borrowed_pcscd():
            if READER not in reader_names():
                pytest.skip(f"the running pcscd has no reader `{READER}`")
            yield
    except ReaderMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def virtual_reader(pcsc_service: None) -> str:
    """The name of a virtual reader, for `card_in_virtual_reader`, where processes take turns."""
    return READER


@pytest.fixture
def empty_virtual_reader(pcsc_service: None) -> Iterator[str]:
    """The name of a virtual reader that stays empty meanwhile."""
    with pcscd.reader_slot_taken(READER):
        assert wait_until_empty(READER, timeout_ms=5_000)
        yield READER


ACCESS_INFORMATION = "L898902C<369080619406236"
CAN = "654321"
PACE_AES_128, CHIP_AUTHENTICATION_AES_128 = f"{PACE}.2.2", f"{CHIP_AUTHENTICATION}.2.2"
BRAINPOOL_256 = 13
CHIP_KEY_NUMBER = 0x123456789ABCDEF
MRZ_TD1 = b"I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"


@dataclass(frozen=True)
class SampleChip:
    """Files and secrets of a made-up chip; EF.SOD is no signature, for tests that do not ask for one."""

    image: ChipImage
    secrets: ChipSecrets
    public_point: bytes


@pytest.fixture(scope="session")
def sample_chip() -> SampleChip:
    """COM, DG1, DG2, DG3, DG14, SOD and CardAccess for PACE-GM and Chip Authentication on brainpoolP256r1."""
    key = ec.derive_private_key(CHIP_KEY_NUMBER, ec.BrainpoolP256R1())
    numbers = key.public_key().public_numbers()
    public_key = EcPublicKey(CURVES["brainpoolP256r1"], numbers.x, numbers.y)
    pace = PaceInfo(PACE_AES_128, BRAINPOOL_256)
    infos = (
        pace,
        ChipAuthenticationInfo(CHIP_AUTHENTICATION_AES_128),
        ChipAuthenticationPublicKeyInfo(PUBLIC_KEY_ECDH, public_key.encode()),
    )
    files = {
        "EF.CardAccess": CardAccess((pace,)).encode(),
        "EF.COM": bytes.fromhex("60165F0104303130375F36063034303030305C04617563 6E".replace(" ", "")),
        "EF.DG1": encode_tlv(0x61, encode_tlv(0x5F1F, MRZ_TD1)),
        "EF.DG2": encode_tlv(0x75, bytes(range(256)) * 68),
        "EF.DG3": encode_tlv(0x63, bytes(reversed(range(256))) * 140),
        "EF.DG14": DG14(infos).encode(),
        "EF.SOD": encode_tlv(0x77, b"no signature" * 100),
    }
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    secrets = ChipSecrets(ACCESS_INFORMATION, CAN, der, None, None, "bac+pace")
    return SampleChip(ChipImage(MappingProxyType(files)), secrets, public_key.point)
