"""The published example of PACE with chip authentication mapping (Doc 9303-11 App. I) on both sides.

The example does not print the chip's ephemeral private key: what follows from it is taken as printed.
"""

import json
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import pytest

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.crypto.standardised_groups import standardised_group
from chip.errors import AuthenticationError
from chip.lds.card_access import CardAccess
from chip.lds.chip_image import ChipImage, ChipSecrets
from chip.lds.security_infos import (
    ChipAuthenticationPublicKeyInfo,
    PaceInfo,
    decode_security_infos,
    encode_security_infos,
)
from chip.pki.public_key import EcPublicKey, ParameterForm
from chip.protocols.chip_authentication_mapping import chip_authentication_data, verify_chip_authentication_data
from chip.protocols.pace import PacePassword
from chip.protocols.pace_algorithms import pace_algorithm
from chip.protocols.pace_terminal import PaceSession, open_pace
from chip.tlv import encode_tlv
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory

Source = Callable[..., Callable[[int], bytes]]


@pytest.fixture(scope="module")
def example(repository: Path) -> dict[str, str]:
    """The numbers as the standard prints them."""
    text = (repository / "tests/vectors/icao9303-11-further-worked-examples.json").read_text()
    values: dict[str, str] = json.loads(text)["pace_cam_ecdh_aes128"]
    return values


def conversation(example: dict[str, str]) -> list[tuple[str, str]]:
    """What MSE:Set AT and GENERAL AUTHENTICATE carry there and back, without header and status word."""
    proof = f"8608{example['t_ic']}8a30{example['encrypted_chip_authentication_data']}"
    return [
        ("800a04007f0007020204060283010184010d", ""),
        ("7c00", f"7c128010{example['z']}"),
        (f"7c438141{example['pcd_map_public']}", f"7c438241{example['ic_map_public']}"),
        (f"7c438341{example['pcd_public']}", f"7c438441{example['ic_public']}"),
        (f"7c0a8508{example['t_pcd']}", f"7c3c{proof}"),
    ]


@pytest.fixture
def session(example: dict[str, str], scripted: Source) -> PaceSession:
    """Our terminal, after it spoke the example to the last byte."""
    pending = conversation(example)

    def card(command: CommandApdu) -> ResponseApdu:
        expected, answer = pending.pop(0)
        assert command.data.hex() == expected
        return ResponseApdu(bytes.fromhex(answer), 0x9000)

    password = PacePassword.from_mrz_information(example["mrz_information"])
    random_bytes = scripted(example["pcd_map_private"], example["pcd_private"])
    opened = run(open_pace(pace_algorithm(example["oid"]), 13, password, random_bytes), card)
    assert not pending
    return opened


def test_our_terminal_speaks_it_and_finds_the_printed_keys(example: dict[str, str], session: PaceSession) -> None:
    keys = session.secure_messaging.keys
    assert (keys.encryption.hex(), keys.mac.hex()) == (example["ks_enc"], example["ks_mac"])
    assert session.card_mapping_key.hex() == example["ic_map_public"]


def test_the_printed_proof_holds_for_the_printed_static_key_and_for_no_other(
    example: dict[str, str], session: PaceSession
) -> None:
    assert session.chip_authentication_data is not None
    arguments = session.group, session.chip_authentication_data, session.card_mapping_key
    keys = session.secure_messaging.keys
    verify_chip_authentication_data(*arguments, bytes.fromhex(example["static_public"]), keys)
    with pytest.raises(AuthenticationError, match="does not hold the key"):
        verify_chip_authentication_data(*arguments, bytes.fromhex(example["ic_public"]), keys)


def static_private(example: dict[str, str], order: int) -> int:
    """The chip's static key, which the example leaves to be worked out: SK_Map,IC · CA_IC⁻¹ modulo the order."""
    return int(example["ic_map_private"], 16) * pow(int(example["chip_authentication_data"], 16), -1, order) % order


def test_our_chip_makes_the_printed_proof(example: dict[str, str], session: PaceSession) -> None:
    group, keys = standardised_group(13), session.secure_messaging.keys
    private = static_private(example, group.order)
    assert group.multiply(group.generator, private).hex() == example["static_public"]
    made = chip_authentication_data(group, int(example["ic_map_private"], 16), private, keys)
    assert made.hex() == example["encrypted_chip_authentication_data"]
    assert keys.suite.encrypt(keys.encryption, keys.suite.zero_iv, b"\xff" * 16).hex() == example["iv"]


def test_our_chip_answers_it_up_to_its_ephemeral_key(example: dict[str, str], scripted: Source) -> None:
    files = {"EF.CardAccess": CardAccess((PaceInfo(example["oid"], 13),)).encode()}
    secrets = ChipSecrets(example["mrz_information"], "000000", None, None, None, "pace")
    memory = CardMemory.personalised(ChipImage(MappingProxyType(files)), secrets)
    card = VirtualCard(memory, random_bytes=scripted(example["s"], example["ic_map_private"]))
    channel = LoopbackChannel(card)
    for number, (sent, expected) in enumerate(conversation(example)[:3]):
        cla, ins, p1, p2 = (0x10, 0x86, 0x00, 0x00) if number else (0x00, 0x22, 0xC1, 0xA4)
        answer = channel.transmit(CommandApdu(cla, ins, p1, p2, bytes.fromhex(sent), le=256 if number else None))
        assert (answer.data.hex(), answer.sw) == (expected, 0x9000)
    assert card.session.pace.mapped_generator.hex() == example["mapped_generator"]


def test_the_printed_key_info_is_read_and_written_back(example: dict[str, str]) -> None:
    raw = encode_tlv(0x31, bytes.fromhex(example["public_key_info"]))
    (info,) = decode_security_infos(raw)
    assert isinstance(info, ChipAuthenticationPublicKeyInfo)
    assert isinstance(info.public_key, EcPublicKey)
    assert (info.public_key.point.hex(), info.key_id) == (example["static_public"], 13)
    assert info.public_key.form is ParameterForm.STANDARDISED
    again = ChipAuthenticationPublicKeyInfo(info.protocol, info.public_key.encode(), 13)
    assert encode_security_infos((again,)) == raw
