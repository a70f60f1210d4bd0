"""Keys whose shared secret or coordinate begins with a zero byte: one session in 256 on cards that drop it."""

import hashlib
from collections.abc import Callable

import pytest

from chip.crypto.groups import Group
from chip.crypto.standardised_groups import standardised_group
from chip.crypto.suites import AES_128, AES_256
from chip.oid_codec import encode_oid
from chip.protocols.chip_authentication import session_keys
from chip.protocols.pace import agree, authentication_token
from chip.protocols.pace_algorithms import PACE_ALGORITHMS, MappingKind
from chip.tlv import encode_tlv

OTHER_PRIVATE = 0x314159265358979323846264338327950288
GROUPS = {0: 128, 12: 32, 13: 32, 16: 48, 18: 66}  # by id; the length of a secret in bytes


def found(fits: Callable[[int], bool]) -> int:
    """The first private key that fits."""
    return next(scalar for scalar in range(1_000, 20_000) if fits(scalar))


def algorithm_of(parameter_id: int) -> str:
    agreement = "DH" if parameter_id < 3 else "ECDH"
    return next(
        oid
        for oid, item in PACE_ALGORITHMS.items()
        if item.agreement == agreement and item.mapping is MappingKind.GENERIC and item.suite is AES_128
    )


def public(group: Group, private: int) -> bytes:
    return group.multiply(group.generator, private)


@pytest.mark.parametrize(("parameter_id", "length"), GROUPS.items())
def test_a_shared_secret_is_derived_from_at_its_full_length(parameter_id: int, length: int) -> None:
    group = standardised_group(parameter_id)
    theirs = public(group, OTHER_PRIVATE)
    private = found(lambda scalar: group.shared_secret(group.multiply(theirs, scalar))[0] == 0)
    secret = group.shared_secret(group.multiply(theirs, private))
    assert len(secret) == length
    ours = public(group, private)
    mine, yours = agree(group, private, ours, theirs, AES_256), agree(group, OTHER_PRIVATE, theirs, ours, AES_256)
    assert mine.encryption == yours.encryption == hashlib.sha256(secret + b"\0\0\0\1").digest()
    assert mine.mac == yours.mac == hashlib.sha256(secret + b"\0\0\0\2").digest()
    chip = session_keys(group, private, theirs, AES_256)  # Chip Authentication derives the same way
    assert (chip.encryption, chip.mac) == (mine.encryption, mine.mac)


@pytest.mark.parametrize("parameter_id", [12, 13, 16, 18])
@pytest.mark.parametrize("coordinate", ["x", "y"])
def test_a_coordinate_keeps_its_zeros_on_the_way_and_in_the_token(parameter_id: int, coordinate: str) -> None:
    group, length = standardised_group(parameter_id), GROUPS[parameter_id]
    at = 1 if coordinate == "x" else 1 + length
    point = public(group, found(lambda scalar: public(group, scalar)[at] == 0))
    assert len(point) == 1 + 2 * length
    group.check(point)
    assert group.public_key_value(point) == point
    assert len(group.compressed(point)) == length


def test_an_integer_loses_its_zeros_in_the_token_and_nowhere_else() -> None:
    group = standardised_group(0)
    private = found(lambda scalar: public(group, scalar)[0] == 0)
    ours, theirs = public(group, private), public(group, OTHER_PRIVATE)
    assert len(ours) == 128
    group.check(ours)
    algorithm = PACE_ALGORITHMS[algorithm_of(0)]
    keys = agree(group, OTHER_PRIVATE, theirs, ours, AES_128)
    covered = encode_tlv(0x7F49, encode_tlv(0x06, encode_oid(algorithm.oid)), encode_tlv(0x84, ours.lstrip(b"\0")))
    assert authentication_token(algorithm, group, keys, ours) == AES_128.mac(keys.mac, covered)
    group.check(ours.lstrip(b"\0"))  # a side that sends it short is understood
    assert agree(group, OTHER_PRIVATE, theirs, ours.lstrip(b"\0"), AES_128).mac == keys.mac
