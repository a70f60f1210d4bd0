"""Active Authentication on the chip's side: RSA and ECDSA keys against the terminal's verification."""

import os
from types import MappingProxyType

import pytest

from chip.apdu.exchange import run
from chip.errors import CardAnswerError
from chip.lds.chip_image import ChipImage
from chip.lds.dg14 import DG14
from chip.lds.security_infos import ActiveAuthenticationInfo
from chip.pki.signature import ECDSA_PLAIN_OIDS
from chip.pki.signing_key import SoftwareKey
from chip.protocols.active_authentication import challenge_chip
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


def test_an_rsa_key_signs_with_message_recovery_in_an_extended_answer(bench_with) -> None:
    key = SoftwareKey.generate("rsa-2048")
    bench = bench_with(key, None)
    said = run(challenge_chip(key.public_key, None, os.urandom, le=65_536), bench.send)
    assert "sha256 by the signature's trailer" in said
    with pytest.raises(CardAnswerError) as refused:
        run(challenge_chip(key.public_key, None, os.urandom), bench.send)
    assert refused.value.status == 0x6700


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
