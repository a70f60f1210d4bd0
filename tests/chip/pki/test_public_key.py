"""Public keys as SubjectPublicKeyInfo writes them, with OpenSSL as judge."""

import subprocess
from pathlib import Path

import pytest

from chip import der
from chip.crypto.domain_parameters import CURVES, CurveParameters
from chip.errors import DecodingError
from chip.oids import STANDARDISED_PARAMETERS
from chip.pki.public_key import (
    EC_PUBLIC_KEY,
    PRIME_FIELD,
    DhPublicKey,
    EcPublicKey,
    ParameterForm,
    RsaPublicKey,
    decode_public_key,
)
from chip.pki.signing_key import SoftwareKey

each_curve = pytest.mark.parametrize("curve", CURVES.values(), ids=list(CURVES))


@each_curve
@pytest.mark.parametrize("form", ParameterForm)
def test_an_ec_key_reads_back_in_each_form(curve: CurveParameters, form: ParameterForm) -> None:
    key = EcPublicKey(curve, curve.gx, curve.gy, form)
    read = decode_public_key(key.encode())
    assert read == key
    assert isinstance(read, EcPublicKey)
    assert read.form is form


@each_curve
def test_openssl_reads_the_written_out_parameters(curve: CurveParameters, tmp_path: Path) -> None:
    (tmp_path / "key.der").write_bytes(EcPublicKey(curve, curve.gx, curve.gy).encode())
    command = ["openssl", "pkey", "-pubin", "-inform", "DER", "-in", str(tmp_path / "key.der"), "-noout", "-text"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert f"({curve.p.bit_length()} bit)" in told
    assert "Cofactor:" in told


def test_an_rsa_key_reads_back() -> None:
    key = SoftwareKey.generate("rsa-2048").public_key
    assert isinstance(key, RsaPublicKey)
    assert decode_public_key(key.encode()) == key
    assert key.description == "RSA 2048 bit"


def test_a_diffie_hellman_key_reads_back() -> None:
    key = DhPublicKey(p=2**127 - 1, g=3, value=pow(3, 77, 2**127 - 1))
    assert decode_public_key(key.encode()) == key


def _explicit(curve: CurveParameters, base: bytes, cofactor: bytes = b"", p: int | None = None) -> bytes:
    length = curve.field_length_bytes
    parameters = der.sequence(
        der.integer(1),
        der.sequence(der.object_identifier(PRIME_FIELD), der.integer(p or curve.p)),
        der.sequence(
            der.octet_string(curve.a.to_bytes(length, "big")),
            der.octet_string(curve.b.to_bytes(length, "big")),
            der.bit_string(bytes(20)),  # a seed, as older keys carry one
        ),
        der.octet_string(base),
        der.integer(curve.n),
        cofactor,
    )
    algorithm = der.sequence(der.object_identifier(EC_PUBLIC_KEY), parameters)
    return der.sequence(algorithm, der.bit_string(curve.generator))


@each_curve
def test_a_compressed_base_point_without_cofactor_is_read(curve: CurveParameters) -> None:
    base = bytes([2 + (curve.gy & 1)]) + curve.gx.to_bytes(curve.field_length_bytes, "big")
    assert decode_public_key(_explicit(curve, base)) == EcPublicKey(curve, curve.gx, curve.gy)


P256 = CURVES["secp256r1"]
OTHER_ROOT = bytes([3 - (P256.gy & 1)]) + P256.gx.to_bytes(32, "big")


@pytest.mark.parametrize(
    "raw",
    [
        _explicit(P256, P256.generator, der.integer(2)),
        _explicit(P256, P256.generator, p=CURVES["brainpoolP256r1"].p),
        _explicit(P256, OTHER_ROOT),
        _explicit(P256, b"\x07" + P256.generator[1:]),
        der.sequence(der.sequence(der.object_identifier(EC_PUBLIC_KEY)), der.bit_string(P256.generator)),
        der.sequence(
            der.sequence(der.object_identifier(STANDARDISED_PARAMETERS), der.integer(2)), der.bit_string(P256.generator)
        ),
        der.sequence(der.sequence(der.object_identifier("1.2.3.4")), der.bit_string(b"\x01")),
        der.sequence(der.sequence(), der.bit_string(b"\x01")),
        EcPublicKey(P256, P256.gx, P256.gy).encode()[:-1],
    ],
    ids=["cofactor", "mixed", "other root", "bad form", "none", "DH id", "unknown", "unnamed", "cut off"],
)
def test_keys_that_are_not_known_are_refused(raw: bytes) -> None:
    with pytest.raises(DecodingError):
        decode_public_key(raw)


def test_a_point_off_the_curve_is_refused() -> None:
    with pytest.raises(DecodingError, match="does not lie on"):
        EcPublicKey(P256, P256.gx, P256.gy + 1)
    with pytest.raises(DecodingError, match="two coordinates"):
        EcPublicKey.from_point(P256, P256.generator[:-1])


@pytest.mark.parametrize("value", [0, 1, 2**127 - 2, 2**127 - 1])
def test_a_diffie_hellman_value_outside_the_group_is_refused(value: int) -> None:
    with pytest.raises(DecodingError):
        decode_public_key(DhPublicKey(p=2**127 - 1, g=3, value=value).encode())
