"""Chip authentication mapping: what the right chip proves, and what no other chip can."""

import pytest

from chip.crypto.standardised_groups import standardised_group
from chip.crypto.suites import AES_128, AES_192, AES_256, CipherSuite
from chip.errors import AuthenticationError
from chip.protocols.chip_authentication_mapping import chip_authentication_data, verify_chip_authentication_data
from chip.protocols.secure_messaging import SessionKeys

GROUP = standardised_group(13)
STATIC, MAPPING = 0x1234567, GROUP.order - 99
STATIC_PUBLIC, MAPPING_PUBLIC = GROUP.multiply(GROUP.generator, STATIC), GROUP.multiply(GROUP.generator, MAPPING)
KEYS = SessionKeys.from_secret(b"shared", AES_128)


@pytest.mark.parametrize("suite", [AES_128, AES_192, AES_256], ids=lambda suite: suite.name)
@pytest.mark.parametrize("parameter_id", range(8, 19))
def test_the_right_chip_proves_its_key(suite: CipherSuite, parameter_id: int) -> None:
    group, keys = standardised_group(parameter_id), SessionKeys.from_secret(b"shared", suite)
    static, mapping = group.order // 7, group.order - 99
    data = chip_authentication_data(group, mapping, static, keys)
    public = group.multiply(group.generator, static)
    verify_chip_authentication_data(group, data, group.multiply(group.generator, mapping), public, keys)


def test_another_chip_does_not() -> None:
    data = chip_authentication_data(GROUP, MAPPING, STATIC + 1, KEYS)
    with pytest.raises(AuthenticationError, match="does not hold"):
        verify_chip_authentication_data(GROUP, data, MAPPING_PUBLIC, STATIC_PUBLIC, KEYS)


@pytest.mark.parametrize("data", [b"", bytes(15), bytes(48)])
def test_data_that_are_none_are_refused(data: bytes) -> None:
    with pytest.raises(AuthenticationError):
        verify_chip_authentication_data(GROUP, data, MAPPING_PUBLIC, STATIC_PUBLIC, KEYS)


def test_a_number_out_of_range_is_refused() -> None:
    iv = AES_128.encrypt(KEYS.encryption, bytes(16), b"\xff" * 16)
    data = AES_128.encrypt(KEYS.encryption, iv, AES_128.pad(GROUP.order.to_bytes(32, "big")))
    with pytest.raises(AuthenticationError):
        verify_chip_authentication_data(GROUP, data, MAPPING_PUBLIC, STATIC_PUBLIC, KEYS)
