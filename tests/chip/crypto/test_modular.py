"""The groups of integers: their numbers against OpenSSL's, their arithmetic against Python's, and foreign values."""

import base64
import subprocess

import pytest

from chip.crypto.modular import ModularGroup
from chip.crypto.modular_parameters import MODULAR_GROUPS
from chip.errors import DecodingError, EncodingError
from chip.tlv import decode_tlv

IDS = sorted(MODULAR_GROUPS)
RFC_5114 = {0: 1, 1: 2, 2: 3}  # parameter id -> the number that OpenSSL gives the group


@pytest.mark.parametrize("parameter_id", IDS)
def test_the_numbers_are_openssls(parameter_id: int) -> None:
    command = ["openssl", "genpkey", "-genparam", "-algorithm", "DHX"]
    command += ["-pkeyopt", f"dh_rfc5114:{RFC_5114[parameter_id]}"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    body = text.split("-----BEGIN X9.42 DH PARAMETERS-----")[1].split("-----END")[0]
    p, g, q = (int.from_bytes(member.value, "big") for member in decode_tlv(base64.b64decode(body)).children[:3])
    ours = MODULAR_GROUPS[parameter_id]
    assert (ours.p, ours.g, ours.q) == (p, g, q)


@pytest.mark.parametrize("parameter_id", IDS)
def test_both_parties_agree_on_what_python_computes(parameter_id: int) -> None:
    parameters = MODULAR_GROUPS[parameter_id]
    group = ModularGroup(parameters)
    a, b = group.order - 2, group.order // 3
    of_a, of_b = group.multiply(group.generator, a), group.multiply(group.generator, b)
    assert int.from_bytes(of_a, "big") == pow(parameters.g, a, parameters.p)
    assert group.multiply(of_b, a) == group.multiply(of_a, b)
    assert group.add(of_a, of_b) == group.multiply(group.generator, (a + b) % group.order)
    assert len(group.shared_secret(of_a)) == parameters.length_bytes
    assert len(group.compressed(of_a)) == 20


@pytest.mark.parametrize("value", [0, 1, MODULAR_GROUPS[2].p - 1, MODULAR_GROUPS[2].p, 3])
def test_values_outside_the_subgroup_are_refused(value: int) -> None:
    group = ModularGroup(MODULAR_GROUPS[2])
    with pytest.raises(DecodingError):
        group.multiply(group.encode(value), 5)


def test_values_longer_than_the_prime_are_refused() -> None:
    with pytest.raises(DecodingError):
        ModularGroup(MODULAR_GROUPS[0]).check(bytes(129))


def test_neither_the_neutral_element_nor_scalars_out_of_range_are_results() -> None:
    group = ModularGroup(MODULAR_GROUPS[0])
    inverse = group.multiply(group.generator, group.order - 1)
    with pytest.raises(DecodingError):
        group.add(group.generator, inverse)
    for scalar in (0, group.order):
        with pytest.raises(EncodingError):
            group.multiply(group.generator, scalar)
