"""A chip's own keys of Diffie-Hellman: made, written, read by OpenSSL and by the chip."""

import subprocess

import pytest

from chip import der
from chip.crypto.modular import ModularGroup
from chip.crypto.modular_parameters import MODULAR_GROUPS, ModularParameters
from chip.errors import DecodingError, EncodingError, PkiError
from chip.oids import STANDARDISED_PARAMETERS
from chip.pki.card_key import DiffieHellmanKey, generate_card_key
from chip.pki.public_key import DhPublicKey, EcPublicKey, ParameterForm, RsaPublicKey, decode_public_key
from chip.virtual_card.static_keys import DhPrivateKey, open_private_key

each_group = pytest.mark.parametrize("group", MODULAR_GROUPS.values(), ids=lambda group: group.name)


@each_group
def test_a_key_of_each_group_is_the_chips_and_its_public_half_belongs_to_it(group: ModularParameters) -> None:
    key = generate_card_key(group.name)
    opened = open_private_key(key.to_pkcs8_der())
    assert isinstance(opened, DhPrivateKey)
    assert isinstance(key.public_key, DhPublicKey)
    element = opened.group.multiply(opened.group.generator, opened.scalar)
    assert int.from_bytes(element, "big") == key.public_key.value
    assert (key.public_key.p, key.public_key.g, key.public_key.q) == (group.p, group.g, group.q)


@each_group
def test_openssl_reads_the_key_and_finds_the_same_public_half(group: ModularParameters) -> None:
    key = DiffieHellmanKey.generate(group.name)
    command = ["openssl", "pkey", "-inform", "DER", "-pubout", "-outform", "DER"]
    told = subprocess.run(command, input=key.to_pkcs8_der(), check=True, capture_output=True).stdout
    assert told == key.public_key.encode()


@each_group
@pytest.mark.parametrize("form", [ParameterForm.EXPLICIT, ParameterForm.STANDARDISED])
def test_the_public_key_reads_back_with_parameters_written_out_or_named_by_id(
    group: ModularParameters, form: ParameterForm
) -> None:
    key = DhPublicKey(group.p, group.g, pow(group.g, 77, group.p), group.q, form)
    read = decode_public_key(key.encode())
    assert read == key
    assert isinstance(read, DhPublicKey)
    assert read.form is form
    assert read.encode() == key.encode()


def test_an_id_is_short_and_a_group_without_one_is_written_out_or_not_at_all() -> None:
    key = DhPublicKey(2**127 - 1, 3, 9, form=ParameterForm.STANDARDISED)
    with pytest.raises(EncodingError, match="no standardised parameter id"):
        key.encode()
    standardised = DiffieHellmanKey(ModularGroup(MODULAR_GROUPS[0]), 5).public_key
    assert der.object_identifier(STANDARDISED_PARAMETERS) not in standardised.encode()


@pytest.mark.parametrize("parameter_id", [3, 7, 19, 31])
def test_an_id_that_is_reserved_is_no_key(parameter_id: int) -> None:
    algorithm = der.sequence(der.object_identifier(STANDARDISED_PARAMETERS), der.integer(parameter_id))
    with pytest.raises(DecodingError, match="no known curve"):
        decode_public_key(der.sequence(algorithm, der.bit_string(der.integer(9))))


@pytest.mark.parametrize("value", [0, 1, -1])
def test_a_value_outside_the_group_is_no_key(value: int) -> None:
    group = MODULAR_GROUPS[2]
    outside = value if value >= 0 else group.p - 1
    algorithm = der.sequence(der.object_identifier(STANDARDISED_PARAMETERS), der.integer(2))
    with pytest.raises(DecodingError, match="outside 2"):
        decode_public_key(der.sequence(algorithm, der.bit_string(der.integer(outside))))


def test_other_kinds_come_from_the_same_maker() -> None:
    assert isinstance(generate_card_key("brainpoolP256r1").public_key, EcPublicKey)
    assert isinstance(generate_card_key("rsa-2048").public_key, RsaPublicKey)
    with pytest.raises(PkiError, match='key kind "modp512"'):
        generate_card_key("modp512")
