"""Point arithmetic, against the `cryptography` package where it has the curve and against the group laws elsewhere."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from chip.crypto.domain_parameters import CURVES
from chip.crypto.elliptic import Curve, curve_of
from chip.crypto.groups import random_scalar
from chip.errors import DecodingError, EncodingError

OTHER_LIBRARY = {
    "secp224r1": ec.SECP224R1(),
    "secp256r1": ec.SECP256R1(),
    "secp384r1": ec.SECP384R1(),
    "secp521r1": ec.SECP521R1(),
    "brainpoolP256r1": ec.BrainpoolP256R1(),
    "brainpoolP384r1": ec.BrainpoolP384R1(),
    "brainpoolP512r1": ec.BrainpoolP512R1(),
}
ALL_CURVES = sorted(CURVES)


def curve(name: str) -> Curve:
    return curve_of(CURVES[name])


@pytest.mark.parametrize("name", sorted(OTHER_LIBRARY))
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_public_keys_are_those_of_another_library(name: str, data: st.DataObject) -> None:
    private = data.draw(st.integers(1, CURVES[name].n - 1))
    numbers = ec.derive_private_key(private, OTHER_LIBRARY[name]).public_key().public_numbers()
    assert curve(name).multiply(curve(name).generator, private) == curve(name).encode(numbers.x, numbers.y)


@pytest.mark.parametrize("name", ALL_CURVES)
def test_addition_and_multiplication_agree(name: str) -> None:
    on = curve(name)
    five = on.multiply(on.generator, 5)
    assert on.add(on.multiply(on.generator, 2), on.multiply(on.generator, 3)) == five
    assert on.add(five, five) == on.multiply(on.generator, 10)


@pytest.mark.parametrize("name", ALL_CURVES)
def test_both_parties_of_a_key_agreement_agree(name: str) -> None:
    on = curve(name)
    a, b = on.order - 2, on.order // 3
    of_a = on.multiply(on.multiply(on.generator, b), a)
    assert of_a == on.multiply(on.multiply(on.generator, a), b)
    assert len(on.shared_secret(of_a)) == CURVES[name].field_length_bytes


@pytest.mark.parametrize("name", ALL_CURVES)
def test_a_point_beside_the_curve_is_refused(name: str) -> None:
    on = curve(name)
    beside = on.generator[:-1] + bytes([on.generator[-1] ^ 1])
    with pytest.raises(DecodingError, match="not on"):
        on.multiply(beside, 7)
    with pytest.raises(DecodingError, match="not on"):
        on.add(on.generator, beside)


def test_a_coordinate_beyond_the_field_is_refused() -> None:
    on = curve("brainpoolP256r1")
    with pytest.raises(DecodingError):
        on.check(b"\x04" + on.parameters.p.to_bytes(32, "big") + on.generator[33:])


@pytest.mark.parametrize("encoded", [b"", b"\x00", b"\x04", b"\x02" + bytes(32), bytes(65), b"\x04" + bytes(65)])
def test_other_encodings_are_refused(encoded: bytes) -> None:
    with pytest.raises(DecodingError):
        curve("secp256r1").check(encoded)


def test_the_point_at_infinity_is_no_result() -> None:
    on = curve("brainpoolP256r1")
    with pytest.raises(DecodingError, match="infinity"):
        on.add(on.generator, on.multiply(on.generator, on.order - 1))


@pytest.mark.parametrize("scalar", [0, -1, CURVES["secp256r1"].n])
def test_scalars_out_of_range_are_refused(scalar: int) -> None:
    with pytest.raises(EncodingError):
        curve("secp256r1").multiply(curve("secp256r1").generator, scalar)


def test_coordinates_read_back() -> None:
    on = curve("secp521r1")
    assert on.encode(*on.decode(on.generator)) == on.generator
    with pytest.raises(EncodingError):
        on.encode(1, 1)


def test_a_shared_secret_keeps_its_leading_zeros() -> None:
    on = curve("brainpoolP256r1")
    scalar = next(k for k in range(1, 5000) if on.multiply(on.generator, k)[1] == 0)
    secret = on.shared_secret(on.multiply(on.generator, scalar))
    assert len(secret) == 32
    assert secret[0] == 0


def test_a_published_private_key_comes_back_unchanged() -> None:
    order = CURVES["brainpoolP256r1"].n
    private = (order - 1).to_bytes(32, "big")
    assert random_scalar(order, lambda length: private[:length]) == order - 1


def test_scalars_out_of_range_are_drawn_again() -> None:
    order = CURVES["secp521r1"].n
    draws = iter([bytes(66), order.to_bytes(66, "big"), b"\xfe" + bytes(64) + b"\x05"])
    assert random_scalar(order, lambda length: next(draws)) == 5
