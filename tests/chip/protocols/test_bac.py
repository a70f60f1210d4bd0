"""Basic Access Control: the published example on both sides, and proofs that do not hold."""

from collections.abc import Callable
from typing import Any

import pytest

from chip.apdu.command import CommandApdu
from chip.apdu.exchange import run
from chip.apdu.response import ResponseApdu
from chip.errors import AuthenticationError, CardAnswerError, EncodingError
from chip.protocols.bac import BacProof, access_keys, key_seed, open_bac, session

CARD_CHALLENGE, CARD_KEY_MATERIAL = "4608F91988702212", "0B4F80323EB3191CB04970CB4052790B"
CARD_PROOF = "46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F2F2D235D074D7449"
Scripted = Callable[..., Callable[[int], bytes]]


def test_the_key_seed_of_the_published_example(worked_examples: dict[str, Any]) -> None:
    bac = worked_examples["bac"]
    keys = access_keys(bac["mrz_information"])
    assert key_seed(bac["mrz_information"]).hex() == bac["k_seed"]
    assert (keys.encryption.hex(), keys.mac.hex()) == (bac["k_enc"], bac["k_mac"])


def test_the_key_seed_of_a_long_document_number() -> None:
    """Doc 9303-11 appendix D.1: the whole number, then its check digit."""
    keys = access_keys("D23145890734934071279507122")
    assert key_seed("D23145890734934071279507122").hex().upper() == "B366AD857DDCA2B08C0E299811714730"
    assert keys.encryption.hex().upper() == "F4313713DFA438B68C045D1FBCE5DF1C"
    assert keys.mac.hex().upper() == "E052C4340DFBF789435DC8E56240460E"


def card_of_the_example(proof: str = CARD_PROOF) -> Callable[[CommandApdu], ResponseApdu]:
    answers = {
        "0084000008": CARD_CHALLENGE + "9000",
        "0082000028" + "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F25F1448EEA8AD90A7" + "28": proof
        + "9000",
    }
    return lambda command: ResponseApdu.decode(bytes.fromhex(answers[command.encode().hex().upper()]))


def test_the_terminals_side_replays_the_published_example(worked_examples: dict[str, Any], scripted: Scripted) -> None:
    bac = worked_examples["bac"]
    random_bytes = scripted(bac["rnd_ifd"], bac["k_ifd"])
    opened = run(open_bac(bac["mrz_information"], random_bytes), card_of_the_example())
    assert opened.keys.encryption.hex().upper() == "979EC13B1CBFE9DCD01AB0FED307EAE5"
    assert opened.keys.mac.hex().upper() == "F1CB1F1FB5ADF208806B89DC579DC1F8"
    assert opened.counter == 0x887022120C06C226


def test_the_cards_side_replays_the_published_example(worked_examples: dict[str, Any]) -> None:
    bac = worked_examples["bac"]
    keys = access_keys(bac["mrz_information"])
    terminal = BacProof.open(bytes.fromhex(bac["e_ifd"] + bac["m_ifd"]), keys)
    terminal.must_answer(bytes.fromhex(bac["rnd_ifd"]), bytes.fromhex(CARD_CHALLENGE))
    card = BacProof(bytes.fromhex(CARD_CHALLENGE), terminal.own_challenge, bytes.fromhex(CARD_KEY_MATERIAL))
    assert card.seal(keys).hex().upper() == CARD_PROOF
    assert session(terminal, card.key_material).counter == 0x887022120C06C226


def test_a_proof_under_other_keys_is_refused(worked_examples: dict[str, Any]) -> None:
    bac = worked_examples["bac"]
    with pytest.raises(AuthenticationError):
        BacProof.open(bytes.fromhex(bac["e_ifd"] + bac["m_ifd"]), access_keys("L898902C<369080619406235"))


@pytest.mark.parametrize("sealed", [b"", bytes(39), bytes(41), bytes(40)])
def test_a_proof_of_wrong_length_is_refused(sealed: bytes) -> None:
    with pytest.raises(AuthenticationError):
        BacProof.open(sealed, access_keys("L898902C<369080619406236"))


def test_a_card_that_answers_another_challenge_is_refused(worked_examples: dict[str, Any], scripted: Scripted) -> None:
    bac = worked_examples["bac"]
    keys = access_keys(bac["mrz_information"])
    replayed = BacProof(bytes.fromhex(CARD_CHALLENGE), bytes(8), bytes(16)).seal(keys)
    with pytest.raises(AuthenticationError, match="other challenges"):
        run(
            open_bac(bac["mrz_information"], scripted(bac["rnd_ifd"], bac["k_ifd"])),
            card_of_the_example(replayed.hex()),
        )


def test_a_card_that_refuses_is_named(scripted: Scripted) -> None:
    with pytest.raises(CardAnswerError) as refusal:
        run(open_bac("L898902C<369080619406236", scripted()), lambda command: ResponseApdu(b"", 0x6D00))
    assert refusal.value.status == 0x6D00
    assert "GET CHALLENGE" in str(refusal.value)


def test_a_challenge_of_wrong_length_is_refused(scripted: Scripted) -> None:
    with pytest.raises(AuthenticationError, match="eight"):
        run(open_bac("L898902C<369080619406236", scripted()), lambda command: ResponseApdu(bytes(4), 0x9000))


def test_mrz_information_with_foreign_letters_is_refused() -> None:
    with pytest.raises(EncodingError):
        key_seed("L898902Ç<369080619406236")
