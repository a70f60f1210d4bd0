"""The table of curves against OpenSSL's own."""

import subprocess

import pytest
from asn1crypto import core

from chip.crypto.domain_parameters import CURVES, CurveParameters, by_oid, by_parameter_id, match_explicit

OPENSSL_NAMES = {"secp192r1": "prime192v1", "secp256r1": "prime256v1"}

each_curve = pytest.mark.parametrize("curve", CURVES.values(), ids=list(CURVES))


@each_curve
def test_every_number_is_the_one_openssl_knows(curve: CurveParameters) -> None:
    command = ["openssl", "ecparam", "-name", OPENSSL_NAMES.get(curve.name, curve.name)]
    command += ["-param_enc", "explicit", "-conv_form", "uncompressed", "-outform", "DER"]
    explicit = core.Sequence.load(subprocess.run(command, check=True, capture_output=True).stdout)
    _version, field, coefficients, base, order, cofactor = (explicit[index] for index in range(6))
    assert curve.p == field[1].native
    assert curve.a == int.from_bytes(coefficients[0].contents, "big")
    assert curve.b == int.from_bytes(coefficients[1].contents, "big")
    assert curve.generator == base.contents
    assert (curve.n, curve.h) == (order.native, cofactor.native)


@each_curve
def test_the_object_identifier_is_the_one_openssl_writes(curve: CurveParameters) -> None:
    command = ["openssl", "ecparam", "-name", OPENSSL_NAMES.get(curve.name, curve.name), "-outform", "DER"]
    named = subprocess.run(command, check=True, capture_output=True).stdout
    assert core.ObjectIdentifier.load(named).dotted == curve.oid
    assert by_oid(curve.oid) == curve


@each_curve
def test_the_base_point_lies_on_the_curve(curve: CurveParameters) -> None:
    assert (curve.gy**2 - curve.gx**3 - curve.a * curve.gx - curve.b) % curve.p == 0


def test_the_standardised_ids_are_eight_to_eighteen() -> None:
    assert [curve.parameter_id for curve in CURVES.values()] == list(range(8, 19))
    assert by_parameter_id(13) is CURVES["brainpoolP256r1"]
    assert by_parameter_id(12) is CURVES["secp256r1"]
    assert by_parameter_id(2) is None


@each_curve
def test_written_out_parameters_find_their_curve(curve: CurveParameters) -> None:
    numbers = (curve.p, curve.a, curve.b, curve.gx, curve.gy, curve.n)
    assert match_explicit(*numbers, 1) is curve
    assert match_explicit(*numbers, None) is curve


@pytest.mark.parametrize("changed", range(7))
def test_parameters_that_differ_in_one_number_match_nothing(changed: int) -> None:
    curve = CURVES["brainpoolP256r1"]
    numbers = [curve.p, curve.a, curve.b, curve.gx, curve.gy, curve.n, curve.h]
    numbers[changed] += 1
    assert match_explicit(*numbers) is None


def test_unknown_identifiers_match_nothing() -> None:
    assert by_oid("1.2.3") is None
    assert by_parameter_id(19) is None


@pytest.mark.parametrize(("name", "field", "order"), [("secp521r1", 66, 66), ("brainpoolP320r1", 40, 40)])
def test_lengths_are_those_of_field_and_order(name: str, field: int, order: int) -> None:
    assert CURVES[name].field_length_bytes == field
    assert CURVES[name].order_length_bytes == order
    assert len(CURVES[name].generator) == 1 + 2 * field
