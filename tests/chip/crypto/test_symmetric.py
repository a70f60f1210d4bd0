"""Padding, ciphers, MACs and key derivation, against published values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip.crypto.ciphers import aes_decrypt, aes_encrypt, tdes_decrypt, tdes_encrypt
from chip.crypto.kdf import encryption_key, mac_key, password_key, with_odd_parity
from chip.crypto.mac import aes_cmac_whole, retail_mac
from chip.crypto.padding import pad, unpad
from chip.crypto.suites import AES_128, AES_192, AES_256, TDES, CipherSuite
from chip.errors import DecodingError, EncodingError

SUITES = [TDES, AES_128, AES_192, AES_256]


@given(st.binary(max_size=100), st.sampled_from([8, 16]))
def test_padding_reads_back(data: bytes, block: int) -> None:
    padded = pad(data, block)
    assert len(padded) % block == 0
    assert len(padded) > len(data)
    assert unpad(padded) == data


@pytest.mark.parametrize("padded", [b"", bytes(8), b"\x01" * 8, b"\x80\x00\x01"])
def test_data_without_padding_are_refused(padded: bytes) -> None:
    with pytest.raises(DecodingError):
        unpad(padded)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
@given(st.data())
def test_ciphers_read_back(suite: CipherSuite, data: st.DataObject) -> None:
    key = data.draw(st.binary(min_size=suite.key_length_bytes, max_size=suite.key_length_bytes))
    plain = suite.pad(data.draw(st.binary(max_size=64)))
    iv = suite.zero_iv
    assert suite.decrypt(key, iv, suite.encrypt(key, iv, plain)) == plain


def test_aes_gives_the_published_block() -> None:
    """FIPS 197 appendix C.1."""
    key, plain = bytes(range(16)), bytes.fromhex("00112233445566778899aabbccddeeff")
    assert aes_encrypt(key, bytes(16), plain).hex() == "69c4e0d86a7b0430d8cdb78070b4c55a"


@pytest.mark.parametrize(
    ("message", "mac"),
    [
        ("", "bb1d6929e95937287fa37d129b756746"),
        ("6bc1bee22e409f96e93d7e117393172a", "070a16b46b4d4144f79bdd9dd04a287c"),
    ],
)
def test_cmac_gives_the_published_values(message: str, mac: str) -> None:
    """RFC 4493 section 4."""
    assert aes_cmac_whole(bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c"), bytes.fromhex(message)).hex() == mac


def test_parts_of_blocks_are_refused() -> None:
    with pytest.raises(EncodingError):
        aes_encrypt(bytes(16), bytes(16), b"short")
    with pytest.raises(DecodingError):
        aes_decrypt(bytes(16), bytes(16), b"short")
    with pytest.raises(DecodingError):
        tdes_decrypt(bytes(16), bytes(8), b"short")


def test_keys_of_wrong_length_are_refused() -> None:
    with pytest.raises(EncodingError):
        tdes_encrypt(bytes(24), bytes(8), bytes(8))
    with pytest.raises(EncodingError):
        retail_mac(bytes(8), bytes(8))
    with pytest.raises(EncodingError):
        retail_mac(bytes(16), b"")


def test_bac_keys_of_the_published_example() -> None:
    """Doc 9303-11 appendix D.2."""
    seed = bytes.fromhex("239AB9CB282DAF66231DC5A4DF6BFBAE")
    assert encryption_key(seed, TDES).hex().upper() == "AB94FDECF2674FDFB9B391F85D7F76F2"
    assert mac_key(seed, TDES).hex().upper() == "7962D9ECE03D1ACD4C76089DCE131543"


@pytest.mark.parametrize(
    ("suite", "key"),
    [
        (AES_128, "591468cda83d65219cccb8560233600f"),
        (AES_256, "8df3278fb32026e66277357fcd6c826dbeb3de32088b2531757d753940185923"),
        (TDES, "581568cda83d64209dcdb9570232610e"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_password_keys_of_a_can(suite: CipherSuite, key: str) -> None:
    """Computed by two programs of different authors, not published."""
    assert password_key(b"123456", suite).hex() == key


@given(st.binary(max_size=32))
def test_des_keys_have_odd_parity(key: bytes) -> None:
    adjusted = with_odd_parity(key)
    assert all(octet.bit_count() % 2 for octet in adjusted)
    assert all(before | 1 == after | 1 for before, after in zip(key, adjusted, strict=True))
