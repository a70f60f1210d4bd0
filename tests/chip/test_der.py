"""DER: written in its one form, read only in that form."""

import subprocess
from datetime import UTC, datetime, timedelta, timezone

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from chip import der
from chip.errors import DecodingError, EncodingError
from chip.tlv import Tlv, decode_tlv

moments = st.integers(-631_152_000, 4_102_444_799).map(lambda second: datetime.fromtimestamp(second, UTC))  # 1950–2099
arcs = st.tuples(st.integers(0, 1), st.integers(0, 39), st.lists(st.integers(0, 2**40), max_size=6))


@given(st.integers(-(2**80), 2**80))
def test_integers_are_as_short_as_can_be(value: int) -> None:
    assert der.integer(value) == core.Integer(value).dump()
    assert der.read_integer(decode_tlv(der.integer(value))) == value


@pytest.mark.parametrize("raw", ["0200", "02020001", "0202FFFF", "02020000", "030101"])
def test_integers_in_another_form_are_refused(raw: str) -> None:
    with pytest.raises(DecodingError):
        der.read_integer(decode_tlv(bytes.fromhex(raw)))


@given(arcs)
def test_object_identifiers_read_back(parts: tuple[int, int, list[int]]) -> None:
    dotted = ".".join(str(arc) for arc in (parts[0], parts[1], *parts[2]))
    assert der.object_identifier(dotted) == core.ObjectIdentifier(dotted).dump()
    assert der.read_object_identifier(decode_tlv(der.object_identifier(dotted))) == dotted


@given(moments)
def test_times_read_back(moment: datetime) -> None:
    written = der.time(moment)
    assert der.read_time(decode_tlv(written)) == moment
    assert (written[0] == der.UTC_TIME) == (moment.year < 2050)


def test_times_are_written_in_utc() -> None:
    summer = timezone(timedelta(hours=2))
    assert der.time(datetime(2026, 7, 1, 1, 30, tzinfo=summer)) == b"\x17\x0d260630233000Z"


@pytest.mark.parametrize(
    "element",
    [
        Tlv(0x17, b"2607010130Z", b""),
        Tlv(0x17, b"260701013000+0200", b""),
        Tlv(0x17, b"261301013000Z", b""),
        Tlv(0x17, b" 60701013000Z", b""),
        Tlv(0x18, b"20260701013000", b""),
        Tlv(0x18, b"20260701013000.5Z", b""),
        Tlv(0x18, b"\xff0260701013000Z", b""),
        Tlv(0x0C, b"20260701013000Z", b""),
    ],
    ids=["no seconds", "offset", "month 13", "space", "no Z", "fraction", "not ASCII", "text"],
)
def test_times_in_another_form_are_refused(element: Tlv) -> None:
    with pytest.raises(DecodingError):
        der.read_time(element)


@given(st.lists(st.binary(max_size=5).map(der.octet_string), max_size=6))
def test_the_members_of_a_set_are_in_order(members: list[bytes]) -> None:
    written = der.set_of(*members)
    assert [member.raw for member in der.read_members(decode_tlv(written), der.SET)] == sorted(members)


@pytest.mark.parametrize(
    ("positions", "written"),
    [((), "030100"), ((0,), "03020780"), ((5, 6), "03020106"), ((8,), "0303070080"), ((0, 15), "0303008001")],
)
def test_flags_lose_their_trailing_zeros(positions: tuple[int, ...], written: str) -> None:
    assert der.named_bits(*positions).hex() == written


def test_strings_take_the_characters_that_they_have() -> None:
    assert der.printable_string("LU").hex() == "13024c55"
    assert der.utf8_string("é").hex() == "0c02c3a9"
    assert der.ia5_string("a@b").hex() == "1603614062"
    for write, text in ((der.printable_string, "a@b"), (der.printable_string, "é"), (der.ia5_string, "é")):
        with pytest.raises(EncodingError):
            write(text)


def test_openssl_reads_what_is_written() -> None:
    raw = der.sequence(
        der.boolean(True),
        der.null(),
        der.bit_string(b"\x01"),
        der.explicit(1, der.integer(5)),
        der.implicit(2, b"x"),
        der.time(datetime(2026, 3, 2, tzinfo=UTC)),
    )
    told = subprocess.run(["openssl", "asn1parse", "-inform", "DER"], input=raw, capture_output=True, check=True).stdout
    for word in (b"BOOLEAN           :255", b"NULL", b"BIT STRING", b"cont [ 1 ]", b"cont [ 2 ]", b":260302000000Z"):
        assert word in told


def test_another_kind_of_element_is_refused() -> None:
    null = decode_tlv(der.null())
    for read in (der.read_integer, der.read_octet_string, der.read_object_identifier, der.read_members):
        with pytest.raises(DecodingError):
            read(null)


@pytest.mark.parametrize("value", [0, -1, 3, 2**63 - 1, -(2**63)])
def test_a_version_or_count_is_read(value: int) -> None:
    assert der.read_number(decode_tlv(der.integer(value))) == value


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 2**4_000])
def test_a_version_that_nobody_counts_to_is_refused_before_anyone_prints_it(value: int) -> None:
    with pytest.raises(DecodingError, match="8 at most"):
        der.read_number(decode_tlv(der.integer(value)))
