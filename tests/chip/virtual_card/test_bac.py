"""BAC on the chip's side: the published session, the three profiles, refusals."""

import json
from pathlib import Path
from typing import Any

import pytest

from chip.errors import CardAnswerError
from chip.lds.chip_image import ChipSecrets
from chip.virtual_card.card import VirtualCard
from chip.virtual_card.memory import CardMemory
from chip.virtual_card.session import Access

SELECT_EMRTD = "00A4040C07A0000002471001"
GET_CHALLENGE = "0084000008"
CARD_KEY_MATERIAL = "0B4F80323EB3191CB04970CB4052790B"  # Doc 9303-11 App. D.3


def test_the_published_session_replays_to_the_last_byte(repository: Path, sample_chip) -> None:
    text = (repository / "tests/vectors/icao9303-11-worked-examples.json").read_text()
    example: dict[str, Any] = json.loads(text)["bac"]
    queue = [bytes.fromhex(example["rnd_ic"]), bytes.fromhex(CARD_KEY_MATERIAL)]
    secrets = ChipSecrets(example["mrz_information"], "", None, None, None, "bac")
    memory = CardMemory.personalised(sample_chip.image, secrets)
    card = VirtualCard(memory, random_bytes=lambda _: queue.pop(0))
    for command, answer in [
        (SELECT_EMRTD, "9000"),
        (GET_CHALLENGE, "4608F919887022129000"),
        (
            f"0082000028{example['e_ifd']}{example['m_ifd']}28",
            "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D74499000",
        ),
        ("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", "990290008E08FA855A5D4C50A8ED9000"),
        # EF.COM of the sample chip starts with the same four bytes as the published one but for its length
        ("0CB000000D9701048E08ED6705417E96BA5500", None),
    ]:
        answered = card.respond(bytes.fromhex(command)).hex().upper()
        assert answered == answer or (answer is None and answered.endswith("9000"))
    assert card.session.access is Access.BAC


def test_the_three_profiles_offer_what_they_say(bench_of) -> None:
    bench_of("bac").open_bac()
    bench_of("bac+pace").open_bac()
    bench_of("bac+pace").open_pace()
    bench_of("pace").open_pace()
    with pytest.raises(CardAnswerError) as refused:
        bench_of("pace").open_bac()
    assert refused.value.status == 0x6985


def test_bac_is_forbidden_after_pace(bench) -> None:
    bench.open_pace()
    assert bench.secured_sw(GET_CHALLENGE) != "9000"
    assert bench.secured_sw("0082000028" + "00" * 40 + "28") != "9000"


def test_a_challenge_is_good_for_the_next_command_only(bench) -> None:
    bench.sw(SELECT_EMRTD)
    assert bench.sw(GET_CHALLENGE) == "9000"
    assert bench.sw(SELECT_EMRTD) == "9000"
    assert bench.sw("0082000028" + "00" * 40 + "28") == "6985"
    assert bench.sw(GET_CHALLENGE) == "9000"
    assert bench.sw("0082000028" + "00" * 40 + "28") == "6300"
    assert bench.sw("0082000028" + "00" * 40 + "28") == "6985"


@pytest.mark.parametrize(
    ("command", "sw"),
    [("0084000007", "6700"), ("0084010008", "6A86"), ("00840000", "6700"), ("008400000100FF", "6700")],
)
def test_a_wrong_request_for_a_challenge_gets_its_status(bench, command: str, sw: str) -> None:
    bench.sw(SELECT_EMRTD)
    assert bench.sw(command) == sw


def test_bac_wants_the_application_and_a_whole_proof(bench) -> None:
    assert bench.sw(GET_CHALLENGE) == "6985"
    bench.sw(SELECT_EMRTD)
    bench.sw(GET_CHALLENGE)
    assert bench.sw("0082000027" + "00" * 39 + "28") == "6700"


def test_wrong_keys_slow_the_next_challenge_and_never_block(bench) -> None:
    bench.sw(SELECT_EMRTD)
    for _ in range(4):
        assert bench.sw(GET_CHALLENGE) == "9000"
        assert bench.sw("0082000028" + "00" * 40 + "28") == "6300"
    assert bench.waits == [0.1, 0.2]
    bench.open_bac()
    assert bench.card.memory.failed_attempts == 0
