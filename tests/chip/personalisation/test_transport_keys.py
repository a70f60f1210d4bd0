"""Transport keys: diversified per chip, read from a file, never shown."""

from pathlib import Path

import pytest

from chip.errors import EncodingError, PersonalisationError
from chip.personalisation.transport_keys import (
    TEST_TRANSPORT_KEYS,
    ChipTransportKeys,
    TransportKeys,
    read_transport_keys,
)

SERIAL = bytes(range(10))
GOOD = 'name = "TEST line 1"\nkey_version = 0x31\nmaster_key = "404142434445464748494A4B4C4D4E4F"\n'


def test_each_chip_and_each_purpose_has_its_own_key() -> None:
    first = TEST_TRANSPORT_KEYS.for_chip(SERIAL)
    second = TEST_TRANSPORT_KEYS.for_chip(SERIAL[::-1])
    keys = {first.enc, first.mac, first.dek, second.enc, second.mac, second.dek, TEST_TRANSPORT_KEYS.master_key}
    assert len(keys) == 7
    assert TEST_TRANSPORT_KEYS.for_chip(SERIAL).dek == first.dek


@pytest.mark.parametrize("length", [16, 24, 32])
def test_chip_keys_are_as_long_as_the_master_key(length: int) -> None:
    keys = TransportKeys("TEST", 1, bytes(length)).for_chip(SERIAL)
    assert {len(key) for key in (keys.enc, keys.mac, keys.dek)} == {length}


def test_keys_of_a_wrong_form_are_refused() -> None:
    with pytest.raises(EncodingError):
        TransportKeys("TEST", 0, bytes(16))
    with pytest.raises(EncodingError):
        TransportKeys("TEST", 1, bytes(15))
    with pytest.raises(EncodingError):
        ChipTransportKeys(bytes(16), bytes(16), bytes(8))
    with pytest.raises(EncodingError):
        TEST_TRANSPORT_KEYS.for_chip(bytes(9))


def test_the_key_id_names_the_key_without_showing_it() -> None:
    # 504A77 is the published AES check value of GlobalPlatform's default key.
    assert TEST_TRANSPORT_KEYS.key_id == "TEST transport keys, version 30, check value 504A77"
    assert "4041" not in repr(TEST_TRANSPORT_KEYS) + str(TEST_TRANSPORT_KEYS)


def test_keys_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(GOOD)
    keys = read_transport_keys(file)
    assert (keys.name, keys.key_version, keys.master_key) == ("TEST line 1", 0x31, TEST_TRANSPORT_KEYS.master_key)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("name = ", "a TOML file wanted"),
        (GOOD + "extra = 1\n", "no entry `extra`"),
        (GOOD.replace("name", "# name"), "`name` wants a text"),
        (GOOD.replace("0x31", "128"), "`key_version` wants a number"),
        (GOOD.replace("0x31", "true"), "`key_version` wants a number"),
        (GOOD.replace("4E4F", "4E"), "`master_key` wants 16, 24 or 32 bytes"),
        (GOOD.replace("4E4F", "4EXX"), "`master_key` wants 16, 24 or 32 bytes"),
        (GOOD.replace('"404142434445464748494A4B4C4D4E4F"', "5"), "`master_key` wants 16, 24 or 32 bytes"),
    ],
)
def test_a_faulty_file_is_named_with_what_was_wanted(tmp_path: Path, text: str, wanted: str) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(text)
    with pytest.raises(PersonalisationError, match=wanted) as refused:
        read_transport_keys(file)
    assert str(file) in str(refused.value)
    assert "4142" not in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PersonalisationError, match="No such file"):
        read_transport_keys(tmp_path / "absent.toml")
