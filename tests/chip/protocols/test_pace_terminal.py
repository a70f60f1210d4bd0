"""The terminal's part of PACE: the published session byte for byte, a card made of the same computations, bad cards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.crypto.standardised_groups import standardised_group
from chip.errors import AuthenticationError, CardAnswerError, ChipError, DecodingError
from chip.protocols.chip_authentication_mapping import chip_authentication_data, verify_chip_authentication_data
from chip.protocols.general_authenticate import dynamic_authentication_data
from chip.protocols.integrated_mapping import card_nonce_length, map_integrated
from chip.protocols.pace import PacePassword, agree, authentication_token, encrypt_nonce, map_generic
from chip.protocols.pace_algorithms import PACE_ALGORITHMS, MappingKind, PaceAlgorithm, pace_algorithm
from chip.protocols.pace_terminal import PaceSession, open_pace, set_authentication_template
from chip.tlv import encode_tlv

GM_AES_128 = pace_algorithm("0.4.0.127.0.7.2.2.4.2.2")
CAN = PacePassword.from_can("123456")
Scripted = Callable[..., Callable[[int], bytes]]


def counting(first: int) -> Callable[[int], bytes]:
    """Repeatable random bytes, below the order of every curve."""
    state = [first]

    def random_bytes(length: int) -> bytes:
        state[0] += 1
        return b"\x00" + bytes((state[0] * 37 + i * 11) % 251 + 1 for i in range(length - 1))

    return random_bytes


@dataclass
class Card:
    """The card's part, without any check of its own: what it sends can be bent by `tampered`."""

    algorithm: PaceAlgorithm
    parameter_id: int
    password: PacePassword
    static_private: int = 0x55AA
    tampered: Callable[[str, bytes], bytes] = lambda step, data: data

    def __post_init__(self) -> None:
        self.group = standardised_group(self.parameter_id)
        self.random = counting(101)
        self.commands: list[CommandApdu] = []

    def __call__(self, command: CommandApdu) -> ResponseApdu:
        self.commands.append(command)
        if command.ins == 0x22:
            return ResponseApdu(b"", 0x9000)
        found = dynamic_authentication_data(command.data)
        step, data = self._answer(found)
        return ResponseApdu(self.tampered(step, encode_tlv(0x7C, data)), 0x9000)

    def _answer(self, found: dict[int, bytes]) -> tuple[str, bytes]:
        suite = self.algorithm.suite
        if not found:
            length = card_nonce_length(suite) if self.algorithm.mapping is MappingKind.INTEGRATED else 16
            self.nonce = self.random(length)
            return "nonce", encode_tlv(0x80, encrypt_nonce(self.password.key(suite), suite, self.nonce))
        if 0x81 in found:
            if self.algorithm.mapping is MappingKind.INTEGRATED:
                self.generator = map_integrated(self.group, suite, self.nonce, found[0x81])
                return "mapping", encode_tlv(0x82)
            self.map_private = int.from_bytes(self.random(16), "big")
            self.generator = map_generic(self.group, self.nonce, self.map_private, found[0x81])
            return "mapping", encode_tlv(0x82, self.group.multiply(self.group.generator, self.map_private))
        if 0x83 in found:
            self.other, private = found[0x83], int.from_bytes(self.random(16), "big")
            self.own = self.group.multiply(self.generator, private)
            self.keys = agree(self.group, private, self.own, self.other, suite)
            return "key", encode_tlv(0x84, self.own)
        token = encode_tlv(0x86, authentication_token(self.algorithm, self.group, self.keys, self.other))
        if self.algorithm.mapping is MappingKind.CHIP_AUTHENTICATION:
            token += encode_tlv(
                0x8A, chip_authentication_data(self.group, self.map_private, self.static_private, self.keys)
            )
        return "token", token


def open_with(card: Card, password: PacePassword = CAN) -> PaceSession:
    return run(open_pace(card.algorithm, card.parameter_id, password, counting(3)), card)


def test_the_published_session_replays_to_the_last_byte(worked_examples: dict[str, Any], scripted: Scripted) -> None:
    vector = worked_examples["pace_gm_ecdh_aes128"]
    answers = [
        *(answer for _, answer in vector["apdus"]),
        "7C438241" + vector["ic_map_public"] + "9000",
        "7C438441" + vector["ic_public"] + "9000",
        "7C0A8608" + vector["t_ic"] + "9000",
    ]
    sent: list[str] = []

    def card(command: CommandApdu) -> ResponseApdu:
        sent.append(command.encode().hex().upper())
        return ResponseApdu.decode(bytes.fromhex(answers[len(sent) - 1]))

    password = PacePassword.from_mrz_information(vector["mrz_information"])
    random_bytes = scripted(vector["pcd_map_private"], vector["pcd_private"])
    session = run(open_pace(pace_algorithm(vector["oid"]), vector["parameter_id"], password, random_bytes), card)
    assert sent == [
        *(command for command, _ in vector["apdus"]),
        f"10860000457C438141{vector['pcd_map_public'].upper()}00",
        f"10860000457C438341{vector['pcd_public'].upper()}00",
        f"008600000C7C0A8508{vector['t_pcd'].upper()}00",
    ]
    assert session.secure_messaging.keys.encryption.hex() == vector["ks_enc"]
    assert session.secure_messaging.keys.mac.hex() == vector["ks_mac"]
    assert session.secure_messaging.counter == 0


DEFINED = [
    (algorithm, parameter_id)
    for algorithm in PACE_ALGORITHMS.values()
    for parameter_id in [0, 1, 2, *range(8, 19)]
    if (parameter_id <= 2) == (algorithm.agreement == "DH")
    and not (algorithm.mapping is MappingKind.INTEGRATED and parameter_id == 10)
]


@pytest.mark.parametrize(
    ("algorithm", "parameter_id"), DEFINED, ids=[f"{algorithm.name}-{number}" for algorithm, number in DEFINED]
)
def test_both_sides_agree_in_every_defined_combination(algorithm: PaceAlgorithm, parameter_id: int) -> None:
    card = Card(algorithm, parameter_id, CAN)
    session = open_with(card)
    assert (session.secure_messaging.keys.encryption, session.secure_messaging.keys.mac) == (
        card.keys.encryption,
        card.keys.mac,
    )
    assert (session.card_public_key, session.terminal_public_key) == (card.own, card.other)
    assert [command.cla for command in card.commands] == [0x00, 0x10, 0x10, 0x10, 0x00]
    if algorithm.mapping is MappingKind.CHIP_AUTHENTICATION:
        public = card.group.multiply(card.group.generator, card.static_private)
        assert session.chip_authentication_data is not None
        verify_chip_authentication_data(
            card.group, session.chip_authentication_data, session.card_mapping_key, public, card.keys
        )


def test_a_wrong_password_ends_at_the_token() -> None:
    with pytest.raises(AuthenticationError, match="token"):
        open_with(Card(GM_AES_128, 13, CAN), PacePassword.from_can("654321"))


def test_a_card_that_refuses_the_token_is_named() -> None:
    inner = Card(GM_AES_128, 13, CAN)

    def card(command: CommandApdu) -> ResponseApdu:
        return ResponseApdu(b"", 0x6300) if command.data[2:3] == b"\x85" else inner(command)

    with pytest.raises(CardAnswerError) as refusal:
        run(open_pace(GM_AES_128, 13, CAN, counting(3)), card)
    assert refusal.value.status == 0x6300


def test_a_card_that_mirrors_our_key_is_refused() -> None:
    inner = Card(GM_AES_128, 13, CAN)

    def card(command: CommandApdu) -> ResponseApdu:
        if command.data[2:3] == b"\x83":
            mirrored = dynamic_authentication_data(command.data)[0x83]
            return ResponseApdu(encode_tlv(0x7C, encode_tlv(0x84, mirrored)), 0x9000)
        return inner(command)

    with pytest.raises(AuthenticationError, match="same"):
        run(open_pace(GM_AES_128, 13, CAN, counting(3)), card)


@pytest.mark.parametrize("step", ["nonce", "mapping", "key", "token"])
@pytest.mark.parametrize(
    "bend",
    [
        lambda data: b"",
        lambda data: b"\x7d" + data[1:],
        lambda data: encode_tlv(0x7C),
        lambda data: data[:-1],
        lambda data: encode_tlv(0x7C, encode_tlv(0x99, b"extra"), data[2:]),
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    ],
    ids=["nothing", "another template", "an empty template", "cut off", "an unknown object", "a flipped bit"],
)
def test_a_card_that_answers_nonsense_is_refused(step: str, bend: Callable[[bytes], bytes]) -> None:
    card = Card(GM_AES_128, 13, CAN, tampered=lambda at, data: bend(data) if at == step else data)
    with pytest.raises(ChipError):
        open_with(card)


def test_integrated_mapping_takes_no_key_from_the_card() -> None:
    card = Card(
        pace_algorithm("0.4.0.127.0.7.2.2.4.4.2"),
        13,
        CAN,
        tampered=lambda at, data: encode_tlv(0x7C, encode_tlv(0x82, b"x")) if at == "mapping" else data,
    )
    with pytest.raises(DecodingError, match="not empty"):
        open_with(card)


def test_the_parameters_are_named_or_left_out() -> None:
    assert set_authentication_template(GM_AES_128, CAN, 13).encode() == bytes.fromhex(
        "0022C1A412800A04007F0007020204020283010284010D"
    )
    assert set_authentication_template(GM_AES_128, CAN, None).encode() == bytes.fromhex(
        "0022C1A40F800A04007F00070202040202830102"
    )
