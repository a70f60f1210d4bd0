"""PACE's computations: the published example on both sides, every curve, and what must be refused."""

from typing import Any

import pytest

from chip.crypto.domain_parameters import CURVES
from chip.crypto.elliptic import curve_of
from chip.crypto.standardised_groups import standardised_group
from chip.crypto.suites import AES_128, AES_256, TDES
from chip.errors import AuthenticationError, DecodingError, EncodingError
from chip.protocols.pace import (
    PacePassword,
    agree,
    authentication_token,
    decrypt_nonce,
    encrypt_nonce,
    is_token,
    map_generic,
)
from chip.protocols.pace_algorithms import PACE_ALGORITHMS, MappingKind, pace_algorithm

GM_AES_128 = "0.4.0.127.0.7.2.2.4.2.2"
BRAINPOOL = curve_of(CURVES["brainpoolP256r1"])


def example(worked_examples: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(worked_examples["pace_gm_ecdh_aes128"][name])


def test_the_nonce_of_the_published_example(worked_examples: dict[str, Any]) -> None:
    vector = worked_examples["pace_gm_ecdh_aes128"]
    key = PacePassword.from_mrz_information(vector["mrz_information"]).key(AES_128)
    assert key.hex() == vector["k_pi"]
    assert decrypt_nonce(key, AES_128, bytes.fromhex(vector["z"])).hex() == vector["s"]
    assert encrypt_nonce(key, AES_128, bytes.fromhex(vector["s"])).hex() == vector["z"]


def test_mapping_agreement_and_tokens_of_the_published_example(worked_examples: dict[str, Any]) -> None:
    vector = worked_examples["pace_gm_ecdh_aes128"]
    group, algorithm = standardised_group(vector["parameter_id"]), pace_algorithm(vector["oid"])
    map_private = int(vector["pcd_map_private"], 16)
    assert group.multiply(group.generator, map_private).hex() == vector["pcd_map_public"]
    mapped = map_generic(group, example(worked_examples, "s"), map_private, example(worked_examples, "ic_map_public"))
    assert mapped.hex() == vector["mapped_generator"]
    private, own = int(vector["pcd_private"], 16), example(worked_examples, "pcd_public")
    other = example(worked_examples, "ic_public")
    assert group.multiply(mapped, private) == own
    keys = agree(group, private, own, other, algorithm.suite)
    assert group.shared_secret(group.multiply(other, private)).hex() == vector["shared_secret_x"]
    assert (keys.encryption.hex(), keys.mac.hex()) == (vector["ks_enc"], vector["ks_mac"])
    assert authentication_token(algorithm, group, keys, other).hex() == vector["t_pcd"]
    assert authentication_token(algorithm, group, keys, own).hex() == vector["t_ic"]


@pytest.mark.parametrize("parameter_id", range(8, 19))
def test_both_sides_map_to_the_same_generator_on_every_curve(parameter_id: int) -> None:
    group = standardised_group(parameter_id)
    nonce, a, b = bytes(range(1, 17)), group.order // 5, group.order - 11
    of_a, of_b = group.multiply(group.generator, a), group.multiply(group.generator, b)
    assert map_generic(group, nonce, a, of_b) == map_generic(group, nonce, b, of_a)


def test_a_nonce_longer_than_the_order_is_taken() -> None:
    long_nonce = (BRAINPOOL.order + 5).to_bytes(48, "big")
    other = BRAINPOOL.multiply(BRAINPOOL.generator, 99)
    assert map_generic(BRAINPOOL, long_nonce, 3, other) == map_generic(BRAINPOOL, b"\x05", 3, other)


def test_a_nonce_of_nothing_is_refused() -> None:
    with pytest.raises(AuthenticationError):
        map_generic(BRAINPOOL, bytes(16), 3, BRAINPOOL.multiply(BRAINPOOL.generator, 99))


def test_a_foreign_mapping_key_is_refused() -> None:
    with pytest.raises(DecodingError):
        map_generic(BRAINPOOL, b"\x05", 3, b"\x04" + bytes(64))


def test_equal_ephemeral_keys_are_refused() -> None:
    own = BRAINPOOL.multiply(BRAINPOOL.generator, 7)
    with pytest.raises(AuthenticationError, match="same"):
        agree(BRAINPOOL, 7, own, own, AES_128)


@pytest.mark.parametrize("encrypted", [b"", bytes(8), bytes(17), bytes(24)])
def test_an_encrypted_nonce_that_is_no_blocks_is_refused(encrypted: bytes) -> None:
    with pytest.raises(DecodingError):
        decrypt_nonce(bytes(16), AES_128, encrypted)


@pytest.mark.parametrize("length", [16, 32])
def test_nonces_of_one_and_two_blocks_are_read(length: int) -> None:
    key, nonce = PacePassword.from_can("123456").key(AES_256), bytes(range(length))
    assert decrypt_nonce(key, AES_256, encrypt_nonce(key, AES_256, nonce)) == nonce


@pytest.mark.parametrize("can", ["", "12345", "1234567", "12345a", "１２３４５６"])
def test_a_can_that_is_not_six_digits_is_refused(can: str) -> None:
    with pytest.raises(EncodingError) as refusal:
        PacePassword.from_can(can)
    assert not can or can not in str(refusal.value)


def test_a_triple_des_card_may_choose_a_nonce_of_one_block() -> None:
    key = PacePassword.from_can("123456").key(TDES)
    assert decrypt_nonce(key, TDES, encrypt_nonce(key, TDES, b"8 bytes!")) == b"8 bytes!"


def test_passwords_do_not_show_themselves() -> None:
    assert "123456" not in repr(PacePassword.from_can("123456"))


def test_reserved_parameters_are_refused() -> None:
    for parameter_id in (3, 7, 19, 31, 255):
        with pytest.raises(DecodingError):
            standardised_group(parameter_id)


def test_algorithms_are_named_as_the_standards_name_them() -> None:
    assert pace_algorithm(GM_AES_128).name == "PACE-ECDH-GM-AES-CBC-CMAC-128"
    assert pace_algorithm("0.4.0.127.0.7.2.2.4.2.1").suite is TDES
    assert pace_algorithm("0.4.0.127.0.7.2.2.4.6.4").mapping is MappingKind.CHIP_AUTHENTICATION
    assert len(PACE_ALGORITHMS) == 19
    with pytest.raises(DecodingError):
        pace_algorithm("0.4.0.127.0.7.2.2.4.6.1")


def test_tokens_are_compared_whole() -> None:
    assert is_token(b"12345678", b"12345678")
    assert not is_token(b"1234567", b"12345678")
