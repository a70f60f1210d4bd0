"""Integrated mapping: the published example, both sides on every group that it is defined for, and refusals."""

from typing import Any

import pytest

from chip.crypto.standardised_groups import standardised_group
from chip.crypto.suites import AES_128, AES_192, AES_256, TDES, CipherSuite
from chip.errors import DecodingError
from chip.protocols.integrated_mapping import (
    card_nonce_length,
    map_integrated,
    pseudo_random_number,
    terminal_nonce_length,
)

P_224 = 10
DEFINED = [0, 1, 2, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18]


def test_the_published_example(worked_examples: dict[str, Any]) -> None:
    vector = worked_examples["pace_im_ecdh_aes128"]
    card, terminal = bytes.fromhex(vector["s"]), bytes.fromhex(vector["t"])
    group = standardised_group(13)
    prime = 0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377
    assert f"{pseudo_random_number(AES_128, card, terminal, prime):064x}" == vector["R_mod_p"]
    assert map_integrated(group, AES_128, card, terminal).hex() == vector["mapped_generator"]


@pytest.mark.parametrize("parameter_id", DEFINED)
@pytest.mark.parametrize("suite", [TDES, AES_128, AES_192, AES_256], ids=lambda suite: suite.name)
def test_nonces_map_into_the_group(suite: CipherSuite, parameter_id: int) -> None:
    group = standardised_group(parameter_id)
    card = bytes(range(card_nonce_length(suite)))
    for first in range(6):  # both branches of the encoding, each with probability one half
        terminal = bytes([first]) * terminal_nonce_length(suite)
        group.check(map_integrated(group, suite, card, terminal))


def test_other_nonces_make_other_generators() -> None:
    group = standardised_group(13)
    made = {map_integrated(group, AES_128, bytes(16), bytes([first]) * 16) for first in range(8)}
    assert len(made) == 8


def test_p_224_is_refused() -> None:
    with pytest.raises(DecodingError, match="not defined"):
        map_integrated(standardised_group(P_224), AES_128, bytes(16), bytes(16))


@pytest.mark.parametrize(("card", "terminal"), [(8, 16), (24, 16), (16, 8), (16, 32)])
def test_nonces_of_wrong_length_are_refused(card: int, terminal: int) -> None:
    with pytest.raises(DecodingError):
        map_integrated(standardised_group(13), AES_128, bytes(card), bytes(terminal))
