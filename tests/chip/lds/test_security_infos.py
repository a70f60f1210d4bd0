"""SecurityInfos, EF.CardAccess, DG14 and DG15."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip import der
from chip.crypto.domain_parameters import CURVES
from chip.errors import DecodingError, EncodingError
from chip.lds.card_access import CardAccess
from chip.lds.dg14 import DG14
from chip.lds.dg15 import DG15
from chip.lds.security_infos import (
    ActiveAuthenticationInfo,
    ChipAuthenticationInfo,
    ChipAuthenticationPublicKeyInfo,
    OtherSecurityInfo,
    PaceInfo,
    SecurityInfo,
    TerminalAuthenticationInfo,
    decode_security_infos,
    encode_security_infos,
    in_der_order,
)
from chip.oids import CHIP_AUTHENTICATION, ECDSA_PLAIN, PACE, PUBLIC_KEY_ECDH
from chip.pki.public_key import EcPublicKey, ParameterForm, RsaPublicKey
from chip.tlv import encode_tlv

PRINTED_CARD_ACCESS = bytes.fromhex("31143012060A04007F0007020204020202010202010D")  # Doc 9303-11 App. G.1
CURVE = CURVES["brainpoolP256r1"]
KEY = EcPublicKey(CURVE, CURVE.gx, CURVE.gy)


def test_the_printed_card_access_reads_and_comes_back() -> None:
    read = CardAccess.decode(PRINTED_CARD_ACCESS)
    assert read.pace == (PaceInfo(f"{PACE}.2.2", 13),)
    assert read.encode() == PRINTED_CARD_ACCESS


@pytest.mark.parametrize(
    "info",
    [
        PaceInfo(f"{PACE}.2.2", 13),
        PaceInfo(f"{PACE}.1.4", None),
        ChipAuthenticationInfo(f"{CHIP_AUTHENTICATION}.2.4"),
        ChipAuthenticationInfo(f"{CHIP_AUTHENTICATION}.2.1", key_id=7),
        ChipAuthenticationPublicKeyInfo(PUBLIC_KEY_ECDH, KEY.encode()),
        ChipAuthenticationPublicKeyInfo(PUBLIC_KEY_ECDH, KEY.encode(), key_id=7),
        TerminalAuthenticationInfo(),
        TerminalAuthenticationInfo(cvca_file=bytes.fromhex("30040402011C")),
        ActiveAuthenticationInfo(f"{ECDSA_PLAIN}.3"),
        OtherSecurityInfo("1.2.3", bytes.fromhex("300706022A0302010A")),
        OtherSecurityInfo(f"{PACE}.2", bytes.fromhex("300D060904007F0007020204020500")),
    ],
    ids=lambda info: type(info).__name__,
)
def test_an_info_reads_back(info: SecurityInfo) -> None:
    assert decode_security_infos(encode_security_infos((info,))) == (info,)


def test_infos_are_written_in_der_order_and_read_in_the_order_of_the_file() -> None:
    infos = (
        TerminalAuthenticationInfo(),
        PaceInfo(f"{PACE}.2.2", 13),
        ChipAuthenticationInfo(f"{CHIP_AUTHENTICATION}.2.2"),
    )
    ordered = in_der_order(*infos)
    assert encode_security_infos(ordered) == der.set_of(*(info.encode() for info in infos))
    assert decode_security_infos(encode_security_infos(infos)) == infos


def test_a_known_protocol_of_unknown_form_is_kept_as_it_came() -> None:
    raw = der.sequence(der.object_identifier(f"{PACE}.2.2"), der.octet_string(b"odd"))
    (read,) = decode_security_infos(der.set_of(raw))
    assert read == OtherSecurityInfo(f"{PACE}.2.2", raw)


def test_the_dg14_of_2008_comes_back_from_its_values(specimen: dict[str, bytes]) -> None:
    dg14 = DG14.decode(specimen["EF.DG14"])
    assert dg14.encode() == specimen["EF.DG14"]
    (key,) = dg14.of_kind(ChipAuthenticationPublicKeyInfo)
    assert isinstance(key.public_key, EcPublicKey)
    assert (key.public_key.curve.name, key.public_key.form) == ("brainpoolP224r1", ParameterForm.EXPLICIT)
    assert [info.protocol for info in dg14.of_kind(ChipAuthenticationInfo)] == [f"{CHIP_AUTHENTICATION}.2.1"]
    assert len(dg14.of_kind(TerminalAuthenticationInfo)) == 1


def test_the_dg15_of_2008_is_read_although_its_modulus_lacks_a_zero(specimen: dict[str, bytes]) -> None:
    dg15 = DG15.decode(specimen["EF.DG15"])
    assert dg15.encode() == specimen["EF.DG15"]
    assert isinstance(dg15.public_key, RsaPublicKey)
    assert dg15.public_key.modulus.bit_length() == 1024


def test_dg15_reads_back() -> None:
    dg15 = DG15(KEY.encode())
    assert DG15.decode(dg15.encode()) == dg15
    assert dg15.public_key == KEY


def test_card_access_is_never_empty_and_a_foreign_empty_one_is_refused() -> None:
    with pytest.raises(EncodingError):
        CardAccess(())
    with pytest.raises(DecodingError):
        CardAccess.decode(b"\x31\x00")


@pytest.mark.parametrize("raw", ["", "3100FF", "3000", "31023000", "31053003060100", "310430020500"])
def test_what_is_no_set_of_infos_is_refused(raw: str) -> None:
    with pytest.raises(DecodingError):
        decode_security_infos(bytes.fromhex(raw))


def test_active_authentication_names_a_plain_algorithm() -> None:
    with pytest.raises(EncodingError):
        ActiveAuthenticationInfo("1.2.840.10045.4.3.2")


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_changed_byte_gives_infos_or_a_refusal(position: int, value: int) -> None:
    raw = bytearray(DG14(in_der_order(PaceInfo(f"{PACE}.2.2", 13), TerminalAuthenticationInfo())).encode())
    raw[position % len(raw)] = value
    try:
        read = DG14.decode(bytes(raw))
    except DecodingError:
        return
    assert DG14.decode(read.encode()) == read


def test_numbers_and_names_that_nobody_could_print_are_refused_or_kept_unread() -> None:
    pace = der.object_identifier(f"{PACE}.2.2")
    endless = encode_tlv(der.INTEGER, b"\x7f" * 2000)
    for info in (der.sequence(pace, der.integer(2), endless), der.sequence(pace, endless, der.integer(13))):
        (kept,) = CardAccess.decode(encode_tlv(der.SET, info)).infos
        assert not isinstance(kept, PaceInfo)
    name = encode_tlv(der.OBJECT_IDENTIFIER, b"\x04" + b"\xff" * 2500 + b"\x01")
    with pytest.raises(DecodingError, match="at most"):
        CardAccess.decode(encode_tlv(der.SET, der.sequence(name, der.integer(2))))
