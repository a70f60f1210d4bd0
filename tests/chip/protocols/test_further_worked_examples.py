"""Further published examples of PACE: generic mapping of integers on our terminal and our chip, integrated mapping.

Doc 9303-11 App. G.2 and H.
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
from chip.lds.card_access import CardAccess
from chip.lds.chip_image import ChipImage, ChipSecrets
from chip.lds.security_infos import PaceInfo
from chip.protocols.integrated_mapping import map_integrated
from chip.protocols.pace import PacePassword, agree, authentication_token, decrypt_nonce, map_generic
from chip.protocols.pace_algorithms import pace_algorithm
from chip.protocols.pace_terminal import open_pace
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory

Source = Callable[..., Callable[[int], bytes]]


@pytest.fixture(scope="module")
def example(repository: Path) -> dict[str, str]:
    """Generic mapping of integers."""
    return vectors(repository, "pace_gm_dh_aes128")


def vectors(repository: Path, name: str) -> dict[str, str]:
    """The numbers as the standard prints them."""
    text = (repository / "tests/vectors/icao9303-11-further-worked-examples.json").read_text()
    values: dict[str, str] = json.loads(text)[name]
    return values


def test_the_numbers_follow_from_each_other(example: dict[str, str]) -> None:
    group, algorithm = standardised_group(0), pace_algorithm(example["oid"])
    key = PacePassword.from_mrz_information(example["mrz_information"]).key(algorithm.suite)
    assert key.hex() == example["k_pi"]
    nonce = decrypt_nonce(key, algorithm.suite, bytes.fromhex(example["z"]))
    assert nonce.hex() == example["s"]
    for side, other in (("pcd", "ic"), ("ic", "pcd")):
        private = int(example[f"{side}_map_private"], 16)
        assert group.multiply(group.generator, private).hex() == example[f"{side}_map_public"]
        mapped = map_generic(group, nonce, private, bytes.fromhex(example[f"{other}_map_public"]))
        assert mapped.hex() == example["mapped_generator"]
        private, own = int(example[f"{side}_private"], 16), bytes.fromhex(example[f"{side}_public"])
        theirs = bytes.fromhex(example[f"{other}_public"])
        assert group.multiply(mapped, private) == own
        assert group.multiply(theirs, private).hex() == example["shared_secret"]
        keys = agree(group, private, own, theirs, algorithm.suite)
        assert (keys.encryption.hex(), keys.mac.hex()) == (example["ks_enc"], example["ks_mac"])


def conversation(example: dict[str, str]) -> list[tuple[str, str]]:
    """What GENERAL AUTHENTICATE carries there and back, without header and status word."""
    return [
        ("7c00", f"7c128010{example['z']}"),
        (f"7c8183818180{example['pcd_map_public']}", f"7c8183828180{example['ic_map_public']}"),
        (f"7c8183838180{example['pcd_public']}", f"7c8183848180{example['ic_public']}"),
        (f"7c0a8508{example['t_pcd']}", f"7c0a8608{example['t_ic']}"),
    ]


def test_our_terminal_speaks_it_to_the_last_byte(example: dict[str, str], scripted: Source) -> None:
    pending = [("800a04007f00070202040102830101840100", ""), *conversation(example)]

    def card(command: CommandApdu) -> ResponseApdu:
        expected, answer = pending.pop(0)
        assert command.data.hex() == expected
        return ResponseApdu(bytes.fromhex(answer), 0x9000)

    password = PacePassword.from_mrz_information(example["mrz_information"])
    random_bytes = scripted(example["pcd_map_private"], example["pcd_private"])
    session = run(open_pace(pace_algorithm(example["oid"]), 0, password, random_bytes), card)
    assert session.secure_messaging.keys.mac.hex() == example["ks_mac"]
    assert not pending


def test_our_chip_answers_it_to_the_last_byte(example: dict[str, str], scripted: Source) -> None:
    files = {"EF.CardAccess": CardAccess((PaceInfo(example["oid"], 0),)).encode()}
    secrets = ChipSecrets(example["mrz_information"], "000000", None, None, None, "pace")
    memory = CardMemory.personalised(ChipImage(MappingProxyType(files)), secrets)
    random_bytes = scripted(example["s"], example["ic_map_private"], example["ic_private"])
    card = VirtualCard(memory, random_bytes=random_bytes)
    channel = LoopbackChannel(card)
    chosen = CommandApdu(0x00, 0x22, 0xC1, 0xA4, bytes.fromhex("800a04007f00070202040102830101"))
    assert channel.transmit(chosen).is_success
    for number, (sent, expected) in enumerate(conversation(example)):
        cla = 0x00 if number == 3 else 0x10
        answer = channel.transmit(CommandApdu(cla, 0x86, 0, 0, bytes.fromhex(sent), le=256))
        assert (answer.data.hex(), answer.sw) == (expected, 0x9000)
    assert card.session.secure_messaging is not None
    assert card.session.secure_messaging.keys.encryption.hex() == example["ks_enc"]


@pytest.mark.parametrize("name", ["pace_im_dh_aes128", "pace_im_ecdh_aes128"])
def test_integrated_mapping_leads_to_the_published_keys_and_tokens(repository: Path, name: str) -> None:
    """The printed exponent has the prime's length; below the subgroup's order it makes the same elements."""
    values = vectors(repository, name)
    group, algorithm = standardised_group(int(values["parameter_id"])), pace_algorithm(values["oid"])
    card_nonce, terminal_nonce = bytes.fromhex(values["s"]), bytes.fromhex(values["t"])
    assert decrypt_nonce(bytes.fromhex(values["k_pi"]), algorithm.suite, bytes.fromhex(values["z"])) == card_nonce
    mapped = map_integrated(group, algorithm.suite, card_nonce, terminal_nonce)
    assert mapped.hex() == values.get("mapped_generator", mapped.hex())
    private, own, theirs = int(values["pcd_private"], 16) % group.order, values["pcd_public"], values["ic_public"]
    assert group.multiply(mapped, private).hex() == own
    keys = agree(group, private, bytes.fromhex(own), bytes.fromhex(theirs), algorithm.suite)
    assert (keys.encryption.hex(), keys.mac.hex()) == (values["ks_enc"], values["ks_mac"])
    assert authentication_token(algorithm, group, keys, bytes.fromhex(theirs)).hex() == values["t_pcd"]
    assert authentication_token(algorithm, group, keys, bytes.fromhex(own)).hex() == values["t_ic"]
