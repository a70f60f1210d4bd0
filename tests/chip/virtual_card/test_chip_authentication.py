"""Chip Authentication on the chip's side: AES and triple DES, one key and several, and what leaves the old keys."""

import os
import subprocess
from types import MappingProxyType

import pytest

from chip import der
from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.crypto.domain_parameters import CURVES
from chip.crypto.modular import ModularGroup
from chip.crypto.modular_parameters import MODULAR_GROUPS, ModularParameters
from chip.errors import DecodingError
from chip.lds.card_access import CardAccess
from chip.lds.chip_image import ChipImage
from chip.lds.dg14 import DG14
from chip.lds.security_infos import ChipAuthenticationInfo, ChipAuthenticationPublicKeyInfo
from chip.oid_codec import encode_oid
from chip.oids import PUBLIC_KEY_DH
from chip.pki.public_key import DH_KEY_AGREEMENT, DhPublicKey
from chip.protocols.chip_authentication import (
    CHIP_AUTHENTICATION_ALGORITHMS,
    ChipAuthenticationAlgorithm,
    StaticKey,
    authenticate_chip,
)
from chip.protocols.general_authenticate import general_authenticate
from chip.terminal.stated_keys import static_keys
from chip.tlv import encode_tlv
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory
from chip.virtual_card.static_keys import DhPrivateKey, open_private_key

CURVE = CURVES["brainpoolP256r1"]
ECDH = [item for item in CHIP_AUTHENTICATION_ALGORITHMS.values() if item.agreement == "ECDH"]
AES_128 = next(item for item in ECDH if item.name.endswith("AES-CBC-CMAC-128"))
TDES = next(item for item in ECDH if "3DES" in item.name)
OID_AES_128 = "800A04007F00070202030202"


@pytest.fixture
def bench_with(bench_of, sample_chip):
    """Makes opened benches whose DG14 offers the given ChipAuthenticationInfos."""

    def make(*infos: ChipAuthenticationInfo):
        dg14 = DG14.decode(sample_chip.image.files["EF.DG14"])
        others = tuple(info for info in dg14.infos if not isinstance(info, ChipAuthenticationInfo))
        files = {**sample_chip.image.files, "EF.DG14": DG14((*others, *infos)).encode()}
        bench = bench_of()
        bench.card = VirtualCard(CardMemory.personalised(ChipImage(MappingProxyType(files)), sample_chip.secrets))
        bench.channel = type(bench.channel)(bench.card)
        return bench.open_pace()

    return make


def prove(bench, sample_chip, algorithm, key_id: int | None = None, with_kat: bool | None = None) -> None:
    key = StaticKey.on_curve(algorithm, CURVE, sample_chip.public_point, key_id)
    opened = run(authenticate_chip(key, os.urandom, with_kat=with_kat), bench.send)
    bench.messaging = opened.secure_messaging
    assert bench.secured("00B0810004").data == sample_chip.image.files["EF.DG1"][:4]


@pytest.mark.parametrize("algorithm", ECDH, ids=lambda item: item.name)
@pytest.mark.parametrize("key_id", [None, 0, 7, 300])
def test_the_chip_proves_its_key_with_and_without_key_id(bench_with, sample_chip, algorithm, key_id) -> None:
    prove(bench_with(ChipAuthenticationInfo(algorithm.oid, key_id)), sample_chip, algorithm, key_id)


def test_triple_des_goes_both_ways_and_aes_never_by_set_kat(bench_with, sample_chip) -> None:
    info = ChipAuthenticationInfo(TDES.oid)
    prove(bench_with(info), sample_chip, TDES, with_kat=False)
    prove(bench_with(info), sample_chip, TDES, with_kat=True)
    bench = bench_with(ChipAuthenticationInfo(AES_128.oid))
    point = sample_chip.public_point.hex()
    assert bench.secured_sw(f"002241A6439141{point}") == "6985"


def test_several_infos_for_one_key_both_work(bench_with, sample_chip) -> None:
    infos = [ChipAuthenticationInfo(algorithm.oid) for algorithm in ECDH]
    for algorithm in ECDH:
        prove(bench_with(*infos), sample_chip, algorithm)


def test_another_key_does_not_prove_itself(bench_with, sample_chip) -> None:
    bench = bench_with(ChipAuthenticationInfo(AES_128.oid))
    foreign = CURVE.generator
    opened = run(authenticate_chip(StaticKey.on_curve(AES_128, CURVE, foreign), os.urandom), bench.send)
    answer = bench.channel.transmit(opened.secure_messaging.protect(CommandApdu(0x00, 0xB0, 0x81, 0x00, le=4)))
    assert answer.encode().hex() in ("6988", "6987")


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        (f"002241A40F{OID_AES_128}840107", "6A88"),  # no key has this id
        ("002241A40C800A04007F00070202030204", "6A80"),  # not offered
        ("002241A40C800A04007F000702020302FF", "6A80"),
        ("002241A4BC8081B904007F0007020203" + 177 * "81" + "01", "6A80"),  # an arc without end
        ("002241A403840107", "6A80"),
        (f"002241A40E{OID_AES_128}8300", "6A80"),
        ("002241A6029100", "6985"),
        ("002241A603840107", "6A80"),
        ("00860000027C0000", "6985"),  # nothing was set before
        ("00860000047C02800000", "6985"),
    ],
)
def test_a_wrong_command_gets_its_status_and_the_old_keys_stay(bench_with, sample_chip, command: str, sw: str) -> None:
    bench = bench_with(ChipAuthenticationInfo(AES_128.oid))
    assert bench.secured_sw(command) == sw
    assert bench.secured("00B0810004").data == sample_chip.image.files["EF.DG1"][:4]
    prove(bench, sample_chip, AES_128)


@pytest.mark.parametrize("inner", ["8000", "804104" + "11" * 64, "8141" + "00" * 65, "", "80008100"])
def test_a_bad_ephemeral_key_is_refused_and_the_old_keys_stay(bench_with, sample_chip, inner: str) -> None:
    bench = bench_with(ChipAuthenticationInfo(AES_128.oid))
    assert bench.secured_sw(f"002241A40C{OID_AES_128}") == "9000"
    outer = f"7C{len(inner) // 2:02X}{inner}"
    assert bench.secured_sw(f"00860000{len(outer) // 2:02X}{outer}00") == "6A80"
    assert bench.secured("00B0810004").data == sample_chip.image.files["EF.DG1"][:4]
    assert bench.secured_sw(f"00860000{len(outer) // 2:02X}{outer}00") == "6985"


def test_a_chip_without_key_says_that_it_cannot(bench_of, sample_chip) -> None:
    bench = bench_of(chip_authentication_key=None).open_pace()
    assert bench.secured_sw(f"002241A40C{OID_AES_128}") == "9000"
    assert bench.secured_sw(f"00860000457C438041{sample_chip.public_point.hex()}00") == "6984"
    bench = bench_of(chip_authentication_key=b"no key").open_pace()
    bench.secured_sw(f"002241A40C{OID_AES_128}")
    assert bench.secured_sw(f"00860000457C438041{sample_chip.public_point.hex()}00") == "6984"


def test_chip_authentication_wants_secure_messaging(bench) -> None:
    assert bench.sw(f"002241A40C{OID_AES_128}") == "6982"


DH = [item for item in CHIP_AUTHENTICATION_ALGORITHMS.values() if item.agreement == "DH"]
EXPONENT = 0x1234567890ABCDEF1234567890ABCDEF


def modular_private_key(p: int, g: int, exponent: int) -> bytes:
    """PrivateKeyInfo of a Diffie-Hellman key in the form of PKCS#3, as OpenSSL writes it."""
    algorithm = der.sequence(der.object_identifier(DH_KEY_AGREEMENT), der.sequence(der.integer(p), der.integer(g)))
    return der.sequence(der.integer(0), algorithm, der.octet_string(der.integer(exponent)))


@pytest.fixture
def modular_bench(bench_of, sample_chip):
    """Makes opened benches whose chip has a Diffie-Hellman key, and the key as DG14 states it."""

    def make(algorithm: ChipAuthenticationAlgorithm, parameters: ModularParameters):
        group = ModularGroup(parameters)
        element = group.multiply(group.generator, EXPONENT)
        public = DhPublicKey(parameters.p, parameters.g, int.from_bytes(element, "big"))
        infos = ChipAuthenticationInfo(algorithm.oid), ChipAuthenticationPublicKeyInfo(PUBLIC_KEY_DH, public.encode())
        dg14 = DG14((*CardAccess.decode(sample_chip.image.files["EF.CardAccess"]).infos, *infos))
        files = {**sample_chip.image.files, "EF.DG14": dg14.encode()}
        key = modular_private_key(parameters.p, parameters.g, EXPONENT)
        bench = bench_of(chip_authentication_key=key)
        memory = CardMemory.personalised(ChipImage(MappingProxyType(files)), bench.card.memory.secrets())
        bench.card = VirtualCard(memory)
        bench.channel = type(bench.channel)(bench.card)
        (stated,) = static_keys(dg14.of_kind(type(infos[1])), dg14.of_kind(type(infos[0])))
        return bench.open_pace(), stated

    return make


@pytest.mark.parametrize("parameters", MODULAR_GROUPS.values(), ids=lambda item: item.name)
@pytest.mark.parametrize("algorithm", DH, ids=lambda item: item.name)
def test_the_chip_proves_its_key_in_groups_of_integers(modular_bench, sample_chip, algorithm, parameters) -> None:
    bench, stated = modular_bench(algorithm, parameters)
    opened = run(authenticate_chip(stated, os.urandom), bench.send)
    bench.messaging = opened.secure_messaging
    assert bench.secured("00B0810004").data == sample_chip.image.files["EF.DG1"][:4]
    assert bench.card.session.terminal_ephemeral_key == opened.compressed_terminal_key
    assert len(opened.compressed_terminal_key) == 20  # SHA-1 (TR-03110-3 A.2.2.3)


def test_an_element_of_no_group_is_refused_and_the_old_keys_stay(modular_bench, sample_chip) -> None:
    parameters = MODULAR_GROUPS[0]
    bench, _ = modular_bench(DH[1], parameters)
    for value in (0, 1, parameters.p - 1, parameters.p, 2):
        assert bench.secured_sw(f"002241A40C{encode_tlv(0x80, encode_oid(DH[1].oid)).hex()}") == "9000"
        sent = general_authenticate(encode_tlv(0x80, value.to_bytes(128, "big")), is_last=True, name="")
        assert bench.send(sent).sw == 0x6A80
        assert bench.secured("00B0810004").data == sample_chip.image.files["EF.DG1"][:4]


def test_a_key_on_a_curve_does_not_serve_an_offer_in_integers(bench_with) -> None:
    bench = bench_with(ChipAuthenticationInfo(DH[1].oid))
    bench.secured_sw(f"002241A40C{encode_tlv(0x80, encode_oid(DH[1].oid)).hex()}")
    sent = general_authenticate(encode_tlv(0x80, bytes(127) + b"\x04"), is_last=True, name="")
    assert bench.send(sent).sw == 0x6984


@pytest.mark.parametrize(("p", "exponent"), [(23, 5), (MODULAR_GROUPS[0].p, 0), (MODULAR_GROUPS[0].p, 1 << 1000)])
def test_a_key_in_no_known_group_is_not_opened(p: int, exponent: int) -> None:
    with pytest.raises(DecodingError, match="standardised groups"):
        open_private_key(modular_private_key(p, MODULAR_GROUPS[0].g, exponent))


def test_openssl_writes_keys_that_the_chip_opens(tmp_path) -> None:
    made = ["openssl", "genpkey", "-algorithm", "DHX", "-pkeyopt", "group:dh_1024_160", "-outform", "DER"]
    done = subprocess.run(made, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this openssl makes no keys in the groups of RFC 5114")
    key = open_private_key(done.stdout)
    assert isinstance(key, DhPrivateKey)
    assert key.group.parameters is MODULAR_GROUPS[0]
