"""PACE on the chip's side: the published session as APDUs, every variant against the terminal, refusals."""

import json
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from chip.apdu.exchange import run
from chip.crypto.domain_parameters import CURVES
from chip.errors import AuthenticationError, CardAnswerError
from chip.lds.card_access import CardAccess
from chip.lds.chip_image import ChipImage, ChipSecrets
from chip.lds.security_infos import PaceInfo
from chip.protocols.chip_authentication_mapping import verify_chip_authentication_data
from chip.protocols.files import select_application
from chip.protocols.pace import PacePassword
from chip.protocols.pace_algorithms import PACE_ALGORITHMS, MappingKind, PaceAlgorithm
from chip.protocols.pace_terminal import open_pace
from chip.transport.loopback import LoopbackChannel
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory
from chip.virtual_card.pace_run import NEXT_STEP, PaceCommand, PaceStep
from chip.virtual_card.session import Access

CAN = "654321"
SET_AT_CAN = "0022C1A4 0F 800A04007F00070202040202 830102"
NONCE = "10860000 02 7C00 00"
# Of Doc 9303-11 App. G.1; their public halves are those of the reference data.
CARD_MAPPING_KEY = "498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560"
CARD_EPHEMERAL_KEY = "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A"


def scripted(*pieces: str) -> Callable[[int], bytes]:
    queue = [bytes.fromhex(piece) for piece in pieces]

    def random_bytes(length: int) -> bytes:
        piece = queue.pop(0)
        assert len(piece) == length
        return piece

    return random_bytes


def test_the_published_session_replays_to_the_last_byte(repository: Path, sample_chip) -> None:
    text = (repository / "tests/vectors/icao9303-11-worked-examples.json").read_text()
    example: dict[str, Any] = json.loads(text)["pace_gm_ecdh_aes128"]
    secrets = ChipSecrets(example["mrz_information"], CAN, None, None, None, "pace")
    random_bytes = scripted(example["s"], CARD_MAPPING_KEY, CARD_EPHEMERAL_KEY)
    card = VirtualCard(CardMemory.personalised(sample_chip.image, secrets), random_bytes=random_bytes)

    def exchange(command: str, answer: str) -> None:
        assert card.respond(bytes.fromhex(command)).hex().upper() == answer.upper().replace(" ", "")

    for command, answer in example["apdus"]:
        exchange(command, answer)
    exchange(f"10860000457C438141{example['pcd_map_public']}00", f"7C438241{example['ic_map_public']}9000")
    exchange(f"10860000457C438341{example['pcd_public']}00", f"7C438441{example['ic_public']}9000")
    exchange(f"008600000C7C0A8508{example['t_pcd']}00", f"7C0A8608{example['t_ic']}9000")
    assert card.session.access is Access.PACE
    assert card.session.secure_messaging is not None
    assert card.session.secure_messaging.keys.encryption.hex() == example["ks_enc"]
    assert card.session.secure_messaging.keys.mac.hex() == example["ks_mac"]


def card_with(sample_chip, *infos: PaceInfo, profile: str = "pace", key: bytes | None = None) -> VirtualCard:
    files = {**sample_chip.image.files, "EF.CardAccess": CardAccess(infos).encode()}
    secrets = ChipSecrets(sample_chip.secrets.access_information, CAN, key, None, None, profile)
    return VirtualCard(CardMemory.personalised(ChipImage(MappingProxyType(files)), secrets))


def pace_variants() -> list[tuple[PaceAlgorithm, int]]:
    """Each algorithm of curves and of integers, and each group with one of them."""
    curves = [curve.parameter_id for curve in CURVES.values() if curve.parameter_id is not None]
    algorithms = [item for item in PACE_ALGORITHMS.values() if item.agreement == "ECDH"]
    generic = PACE_ALGORITHMS["0.4.0.127.0.7.2.2.4.2.4"]
    variants = [(item, 13) for item in algorithms if item.mapping is not MappingKind.CHIP_AUTHENTICATION]
    variants += [(item, 2) for item in PACE_ALGORITHMS.values() if item.agreement == "DH"]
    return variants + [(generic, parameter_id) for parameter_id in curves if parameter_id != 13]


@pytest.mark.parametrize("by_can", [True, False], ids=["CAN", "MRZ"])
@pytest.mark.parametrize(("algorithm", "parameter_id"), pace_variants(), ids=lambda item: getattr(item, "name", item))
def test_every_variant_opens_the_chip(sample_chip, algorithm: PaceAlgorithm, parameter_id: int, by_can: bool) -> None:
    card = card_with(sample_chip, PaceInfo(algorithm.oid, parameter_id))
    channel = LoopbackChannel(card)
    password = PacePassword.from_can(CAN) if by_can else PacePassword.from_mrz_information(
        sample_chip.secrets.access_information
    )  # fmt: skip
    opened = run(open_pace(algorithm, parameter_id, password, os.urandom), channel.transmit)
    messaging = opened.secure_messaging
    answer = messaging.unprotect(channel.transmit(messaging.protect(select_application())))
    assert answer.is_success


def test_chip_authentication_mapping_proves_the_static_key(sample_chip) -> None:
    algorithm = PACE_ALGORITHMS["0.4.0.127.0.7.2.2.4.6.2"]
    card = card_with(sample_chip, PaceInfo(algorithm.oid, 13), key=sample_chip.secrets.chip_authentication_key)
    opened = run(open_pace(algorithm, 13, PacePassword.from_can(CAN), os.urandom), LoopbackChannel(card).transmit)
    keys = opened.secure_messaging.keys
    assert opened.chip_authentication_data is not None
    verify_chip_authentication_data(
        opened.group, opened.chip_authentication_data, opened.card_mapping_key, sample_chip.public_point, keys
    )
    with pytest.raises(AuthenticationError):
        verify_chip_authentication_data(
            opened.group, opened.chip_authentication_data, opened.card_mapping_key, opened.group.generator, keys
        )


def test_chip_authentication_mapping_without_a_key_fails_at_its_last_step(sample_chip) -> None:
    algorithm = PACE_ALGORITHMS["0.4.0.127.0.7.2.2.4.6.2"]
    card = card_with(sample_chip, PaceInfo(algorithm.oid, 13))
    with pytest.raises(CardAnswerError):
        run(open_pace(algorithm, 13, PacePassword.from_can(CAN), os.urandom), LoopbackChannel(card).transmit)
    assert card.session.access is Access.NONE


def test_tag_84_may_be_absent_when_one_set_of_parameters_fits(bench) -> None:
    assert bench.sw(SET_AT_CAN) == "9000"
    assert bench.sw("0022C1A4 12 800A04007F00070202040202 830102 84010D") == "9000"
    assert bench.sw("0022C1A4 12 800A04007F00070202040202 830102 840110") == "6A88"


def test_a_reader_that_sends_le_with_every_command_is_understood(bench) -> None:
    assert bench.sw(SET_AT_CAN + "00") == "9000"
    assert bench.sw(NONCE) == "9000"


def test_without_tag_84_two_sets_of_parameters_are_ambiguous(sample_chip) -> None:
    oid = "0.4.0.127.0.7.2.2.4.2.2"
    card = card_with(sample_chip, PaceInfo(oid, 13), PaceInfo(oid, 12))
    assert card.respond(bytes.fromhex(SET_AT_CAN.replace(" ", ""))).hex() == "6a88"
    assert card.respond(bytes.fromhex("0022C1A412800A04007F0007020204020283010284010C")).hex() == "9000"


@pytest.mark.parametrize(
    ("data", "sw"),
    [
        ("800A04007F00070202040202 8301FF", "6A88"),  # unknown password
        ("800A04007F00070202040204 830102", "6A80"),  # an algorithm that this chip does not offer
        ("800A04007F000702020402FF 830102", "6A80"),  # no algorithm
        ("060A04007F00070202040202 830102", "6A80"),  # 06 in place of 80
        ("800A04007F00070202040202", "6A80"),  # no password
        ("830102", "6A80"),  # no algorithm
        ("800A04007F00070202040202 830102 8401FF", "6A88"),  # no such parameters
        ("800A04007F00070202040202 830102 850100", "6A80"),  # a data object too many
        ("800A04007F00070202040202 830102 830102", "6A80"),  # one twice
        ("800A04007F", "6A80"),  # cut off
        ("8081B904007F0007020204" + 177 * "81" + "01 830102", "6A80"),  # an arc without end
    ],
)
def test_a_wrong_template_gets_its_status_and_leaves_nothing_begun(bench, data: str, sw: str) -> None:
    raw = bytes.fromhex(data.replace(" ", ""))
    assert bench.sw(f"0022C1A4{len(raw):02X}{raw.hex()}") == sw
    assert bench.sw(NONCE) == "6985"


def test_a_card_without_pace_offers_none(bench_of) -> None:
    assert bench_of("bac").sw(SET_AT_CAN) == "6985"


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("10860000 02 7D00 00", "6A80"),  # 7D in place of 7C
        ("10860000 04 7C028500 00", "6985"),  # the token before anything else
        ("10860000 04 7C028300 00", "6985"),
        ("10860000 06 7C0481008300 00", "6A80"),  # two objects
        ("10860000 04 7C028900 00", "6A80"),  # an unknown object
        ("00860000 02 7C00 00", "6A80"),  # the last command where the first was due
        ("10860001 02 7C00 00", "6A86"),
    ],
)
def test_a_wrong_first_step_gets_its_status(bench, command: str, sw: str) -> None:
    assert bench.sw(SET_AT_CAN) == "9000"
    assert bench.sw(command) == sw
    if sw != "6A86":
        assert bench.sw(NONCE) == "6985"


@pytest.mark.parametrize(
    "public",
    ["", "04" + "00" * 64, "04" + "11" * 64, "02" + "11" * 32, "04" + "11" * 63],
    ids=["missing", "zero", "off the curve", "compressed", "short"],
)
def test_a_mapping_key_that_is_no_point_is_refused(bench, public: str) -> None:
    bench.sw(SET_AT_CAN)
    assert bench.sw(NONCE) == "9000"
    inner = f"81{len(public) // 2:02X}{public}"
    outer = f"7C{len(inner) // 2:02X}{inner}"
    assert bench.sw(f"10860000{len(outer) // 2:02X}{outer}00") == "6A80"
    assert bench.sw(NONCE) == "6985"


def test_another_command_inside_the_chain_ends_it(bench) -> None:
    bench.sw(SET_AT_CAN)
    assert bench.sw(NONCE) == "9000"
    assert bench.sw("00A4020C02011C") == "6883"
    assert bench.sw("00A4020C02011C") == "9000"
    assert bench.sw(NONCE) == "6985"


def test_pace_cannot_run_under_secure_messaging(bench) -> None:
    bench.open_pace()
    assert bench.secured_sw(SET_AT_CAN) == "6985"


def test_a_wrong_can_is_refused_and_slows_the_next_attempt_but_never_blocks(bench) -> None:
    for _ in range(12):
        with pytest.raises(CardAnswerError) as refused:
            bench.open_pace("000000")
        assert refused.value.status == 0x6300
    assert bench.waits == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 3.2, 3.2, 3.2, 3.2]
    bench.channel.reset()
    bench.waits.clear()
    bench.open_pace()
    assert bench.waits == [3.2]
    bench.channel.reset()
    bench.waits.clear()
    bench.open_pace()
    assert bench.waits == []


def test_each_run_has_another_nonce_and_other_keys(bench) -> None:
    bench.sw(SET_AT_CAN)
    first = bench.plain(NONCE).data
    bench.sw(SET_AT_CAN)
    assert bench.plain(NONCE).data != first


def test_the_table_has_one_way_through() -> None:
    steps = list(PaceStep)
    for step, following in pairwise(steps):
        assert following in {after for (before, _), after in NEXT_STEP.items() if before is step}
    assert not any(before is PaceStep.OPEN for before, _ in NEXT_STEP)
    assert {command for _, command in NEXT_STEP} == set(PaceCommand)
