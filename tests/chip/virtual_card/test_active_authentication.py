"""Active Authentication on the chip's side: RSA and ECDSA keys against the terminal's verification."""

import os
from types import MappingProxyType

import pytest

from chip.apdu.chaining import fetching
from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.lds.chip_image import ChipImage
from chip.lds.dg14 import DG14
from chip.lds.security_infos import ActiveAuthenticationInfo
from chip.pki.signature import ECDSA_PLAIN_OIDS
from chip.pki.signing_key import SoftwareKey
from chip.protocols.active_authentication import challenge_chip, internal_authenticate, verify_response
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory


@pytest.fixture
def bench_with(bench_of, sample_chip):
    """Makes an opened bench whose chip has this key, and whose DG14 names this hash for it."""

    def make(key: SoftwareKey | None, hash_name: str | None):
        bench = bench_of(active_authentication_key=None if key is None else key.to_pkcs8_der())
        infos = DG14.decode(sample_chip.image.files["EF.DG14"]).infos
        if hash_name is not None:
            infos = (*infos, ActiveAuthenticationInfo(ECDSA_PLAIN_OIDS[hash_name]))
        files = {**sample_chip.image.files, "EF.DG14": DG14(infos).encode()}
        memory = CardMemory.personalised(ChipImage(MappingProxyType(files)), bench.card.memory.secrets())
        bench.card = VirtualCard(memory)
        bench.channel = type(bench.channel)(bench.card)
        return bench.open_pace()

    return make


@pytest.fixture(scope="module")
def rsa_key() -> SoftwareKey:
    """A key whose signatures fit no short protected answer."""
    return SoftwareKey.generate("rsa-2048")


@pytest.mark.parametrize(
    ("kind", "hash_name"),
    [
        ("brainpoolP256r1", "sha256"),
        ("brainpoolP256r1", "sha224"),
        ("brainpoolP384r1", "sha384"),
        ("secp521r1", "sha512"),
    ],
)
def test_an_elliptic_key_signs_plain_with_the_hash_that_dg14_names(bench_with, kind: str, hash_name: str) -> None:
    key = SoftwareKey.generate(kind)
    said = run(challenge_chip(key.public_key, hash_name, os.urandom), bench_with(key, hash_name).send)
    assert "plain" in said
    assert hash_name in said


def test_an_rsa_key_signs_with_message_recovery_in_an_extended_answer(bench_with, rsa_key) -> None:
    bench = bench_with(rsa_key, None)
    said = run(challenge_chip(rsa_key.public_key, None, os.urandom, le=65_536), bench.send)
    assert "sha256 by the signature's trailer" in said


def test_a_long_signature_comes_in_pieces_to_a_terminal_of_short_commands(bench_with, rsa_key) -> None:
    bench, statuses = bench_with(rsa_key, None), []

    def transmit(command: CommandApdu) -> ResponseApdu:
        response = bench.channel.transmit(command)
        assert len(command.encode()) <= 261
        assert len(response.data) <= 256
        statuses.append(response.sw)
        return response

    fetch = fetching(transmit)

    def send(command: CommandApdu) -> ResponseApdu:
        return bench.messaging.unprotect(fetch(bench.messaging.protect(command)))

    for _ in range(2):
        assert "sha256" in run(challenge_chip(rsa_key.public_key, None, os.urandom), send)
    assert [f"{sw:04X}" for sw in statuses] == ["6123", "9000"] * 2


@pytest.mark.parametrize(
    ("asked", "sw"),
    [("00C0010000", "6A86"), ("00C00000", "6700"), ("00C000000101", "6700"), ("00C0000001FF00", "6700")],
)
def test_a_wrong_get_response_drops_what_was_left(bench_with, rsa_key, asked: str, sw: str) -> None:
    bench = bench_with(rsa_key, None)
    protected = bench.messaging.protect(CommandApdu.decode(bytes.fromhex("0088000008" + "11" * 8 + "00")))
    assert bench.channel.transmit(protected).sw >> 8 == 0x61
    assert bench.sw(asked) == sw
    assert bench.sw("00C0000000") == "6987"  # a plain command, and secure messaging is over


def test_another_command_drops_what_was_left(bench_with, rsa_key) -> None:
    bench = bench_with(rsa_key, None)
    command = CommandApdu.decode(bytes.fromhex("0088000008" + "11" * 8 + "00"))
    assert bench.channel.transmit(bench.messaging.protect(command)).sw >> 8 == 0x61
    bench.messaging.counter += 1  # that answer was never read to its end
    assert bench.secured_sw("00B0810004") == "9000"
    assert bench.sw("00C0000000") == "6987"


def test_what_is_left_is_given_in_the_pieces_that_are_asked_for(bench_with, rsa_key) -> None:
    bench, challenge = bench_with(rsa_key, None), bytes(8)
    whole = bench.channel.transmit(bench.messaging.protect(internal_authenticate(challenge)))
    data = whole.data
    for wanted, announced in ((1, 0x6122), (20, 0x610E), (256, 0x9000)):
        piece = bench.plain(f"00C00000{wanted % 256:02X}")
        assert (len(piece.data) <= wanted, piece.sw) == (True, announced)
        data += piece.data
    signature = bench.messaging.unprotect(ResponseApdu(data, 0x9000)).data
    assert "sha256" in verify_response(rsa_key.public_key, challenge, signature, None)


def test_an_elliptic_key_without_its_hash_is_not_usable(bench_with) -> None:
    assert (
        bench_with(SoftwareKey.generate("brainpoolP256r1"), None).secured_sw("0088000008" + "11" * 8 + "00") == "6984"
    )


@pytest.mark.parametrize(
    ("command", "sw"), [("008800000711111111111111 00", "6700"), ("0088010008" + "11" * 8 + "00", "6A86")]
)
def test_a_wrong_command_gets_its_status(bench_with, command: str, sw: str) -> None:
    assert bench_with(SoftwareKey.generate("brainpoolP256r1"), "sha256").secured_sw(command) == sw


def test_a_chip_without_key_does_not_know_the_instruction(bench_of) -> None:
    assert bench_of().open_pace().secured_sw("0088000008" + "11" * 8 + "00") == "6D00"


def test_before_access_nothing_is_signed(bench) -> None:
    bench.sw("00A4040C07A0000002471001")
    assert bench.sw("0088000008" + "11" * 8 + "00") == "6982"
