"""Chip Authentication: both command forms, every cipher, key references, and a chip that does not hold its key."""

from collections.abc import Callable

import pytest

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.crypto.domain_parameters import CURVES
from chip.crypto.elliptic import curve_of
from chip.crypto.groups import Group
from chip.crypto.standardised_groups import standardised_group
from chip.errors import CardAnswerError, DecodingError, EncodingError, SecureMessagingError
from chip.protocols.chip_authentication import (
    CHIP_AUTHENTICATION_ALGORITHMS,
    ChipAuthenticationAlgorithm,
    StaticKey,
    authenticate_chip,
    chip_authentication_algorithm,
    session_keys,
)
from chip.protocols.general_authenticate import dynamic_authentication_data
from chip.protocols.secure_messaging import SecureMessagingSession, SessionKeys
from chip.tlv import iterate_tlv

TDES_ECDH = chip_authentication_algorithm("0.4.0.127.0.7.2.2.3.2.1")
AES_ECDH = chip_authentication_algorithm("0.4.0.127.0.7.2.2.3.2.2")
BRAINPOOL = curve_of(CURVES["brainpoolP256r1"])


def fixed(length: int) -> bytes:
    return bytes(range(1, length + 1))


class Chip:
    """The chip's part with a private key."""

    def __init__(self, algorithm: ChipAuthenticationAlgorithm, group: Group = BRAINPOOL, private: int = 77) -> None:
        self.algorithm, self.group, self.private = algorithm, group, private
        self.commands: list[CommandApdu] = []
        self.keys: SessionKeys | None = None

    def stated_key(self, key_id: int | None = None, private: int | None = None) -> StaticKey:
        public = self.group.multiply(self.group.generator, private or self.private)
        return StaticKey(self.algorithm, self.group, public, key_id)

    def __call__(self, command: CommandApdu) -> ResponseApdu:
        self.commands.append(command)
        if command.p1 == 0x41 and command.p2 == 0xA4:
            return ResponseApdu(b"", 0x9000)
        if command.ins == 0x22:
            self._derive({item.tag: item.value for item in iterate_tlv(command.data)}[0x91])
            return ResponseApdu(b"", 0x9000)
        self._derive(dynamic_authentication_data(command.data)[0x80])
        return ResponseApdu(b"\x7c\x00", 0x9000)

    def _derive(self, terminal_public: bytes) -> None:
        self.keys = session_keys(self.group, self.private, terminal_public, self.algorithm.suite)

    def read_com(self, terminal: SecureMessagingSession) -> bytes:
        """READ BINARY under the new keys: what proves the chip."""
        assert self.keys is not None
        chip = SecureMessagingSession(self.keys)
        chip.unprotect_command(terminal.protect(CommandApdu(0, 0xB0, 0x9E, 0, le=4)))
        return terminal.unprotect(chip.protect_response(ResponseApdu(b"\x60\x14\x5f\x01", 0x9000))).data


@pytest.mark.parametrize("algorithm", CHIP_AUTHENTICATION_ALGORITHMS.values(), ids=lambda algorithm: algorithm.name)
def test_the_right_chip_answers_under_the_new_keys(algorithm: ChipAuthenticationAlgorithm) -> None:
    group = standardised_group(13) if algorithm.agreement == "ECDH" else standardised_group(2)
    chip = Chip(algorithm, group)
    session = run(authenticate_chip(chip.stated_key(), fixed), chip)
    assert chip.read_com(session.secure_messaging) == b"\x60\x14\x5f\x01"
    assert len(session.compressed_terminal_key) in (32, 20)


@pytest.mark.parametrize("name", sorted(CURVES))
def test_every_curve_agrees(name: str) -> None:
    chip = Chip(AES_ECDH, curve_of(CURVES[name]), private=CURVES[name].n - 2)
    session = run(authenticate_chip(chip.stated_key(), fixed), chip)
    assert chip.read_com(session.secure_messaging)


def test_a_copy_without_the_private_key_does_not() -> None:
    chip = Chip(AES_ECDH)
    session = run(authenticate_chip(chip.stated_key(private=78), fixed), chip)
    with pytest.raises(SecureMessagingError):
        chip.read_com(session.secure_messaging)


def test_triple_des_takes_set_kat_and_may_take_general_authenticate() -> None:
    by_kat, by_general_authenticate = Chip(TDES_ECDH), Chip(TDES_ECDH)
    run(authenticate_chip(by_kat.stated_key(), fixed), by_kat)
    run(authenticate_chip(by_general_authenticate.stated_key(), fixed, with_kat=False), by_general_authenticate)
    assert [(c.ins, c.p1, c.p2) for c in by_kat.commands] == [(0x22, 0x41, 0xA6)]
    assert [(c.ins, c.p1, c.p2) for c in by_general_authenticate.commands] == [(0x22, 0x41, 0xA4), (0x86, 0, 0)]


def test_aes_never_takes_set_kat() -> None:
    chip = Chip(AES_ECDH)
    run(authenticate_chip(chip.stated_key(), fixed, with_kat=True), chip)
    assert [command.ins for command in chip.commands] == [0x22, 0x86]
    assert [command.cla for command in chip.commands] == [0, 0]


@pytest.mark.parametrize(("key_id", "reference"), [(0, "840100"), (1, "840101"), (300, "8402012C")])
@pytest.mark.parametrize("algorithm", [TDES_ECDH, AES_ECDH], ids=lambda algorithm: algorithm.name)
def test_a_key_id_is_named(algorithm: ChipAuthenticationAlgorithm, key_id: int, reference: str) -> None:
    chip = Chip(algorithm)
    run(authenticate_chip(chip.stated_key(key_id), fixed), chip)
    assert chip.commands[0].data.hex().upper().endswith(reference)


@pytest.mark.parametrize(
    ("card", "error"),
    [
        (lambda command: ResponseApdu(b"", 0x6A80), CardAnswerError),
        (lambda command: ResponseApdu(b"", 0x9000), DecodingError),
        (lambda command: ResponseApdu(b"\x7c\x02\x81\x00", 0x9000), DecodingError),
    ],
    ids=["refusal", "no template", "version 2"],
)
def test_other_answers_are_refused(card: Callable[[CommandApdu], ResponseApdu], error: type[Exception]) -> None:
    with pytest.raises(error):
        run(authenticate_chip(Chip(AES_ECDH).stated_key(), fixed), card)


def test_a_static_key_beside_its_curve_is_refused() -> None:
    key = StaticKey.on_curve(AES_ECDH, CURVES["brainpoolP256r1"], b"\x04" + bytes(64))
    with pytest.raises(DecodingError):
        run(authenticate_chip(key, fixed), Chip(AES_ECDH))


def test_unknown_algorithms_are_refused() -> None:
    with pytest.raises(DecodingError):
        chip_authentication_algorithm("0.4.0.127.0.7.2.2.3.3.2")


def test_a_negative_key_id_is_refused() -> None:
    with pytest.raises(EncodingError):
        run(authenticate_chip(Chip(AES_ECDH).stated_key(-1), fixed), Chip(AES_ECDH))
