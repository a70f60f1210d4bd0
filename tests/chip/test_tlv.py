"""Data objects: what was written reads back, lengths in any form are read, and cut-off data are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip.errors import DecodingError, EncodingError
from chip.tlv import decode_tlv, encode_length, encode_tlv, iterate_tlv, read_header, read_tlv


def is_tag(number: int) -> bool:
    octets = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if octets[0] & 0x1F != 0x1F:
        return len(octets) == 1
    return len(octets) > 1 and octets[-1] < 0x80 and all(octet >= 0x80 for octet in octets[1:-1])


tags = st.sampled_from(
    [0x04, 0x30, 0x31, 0x53, 0x61, 0x77, 0x7C, 0x80, 0x8E, 0x5F1F, 0x7F49, 0x7F61, 0x5F8101]
) | st.integers(1, 0xFFFF).filter(is_tag)


@given(tags, st.binary(max_size=70_000))
def test_data_objects_read_back(tag: int, value: bytes) -> None:
    raw = encode_tlv(tag, value)
    found = decode_tlv(raw, tag)
    assert (found.tag, found.value, found.raw) == (tag, value, raw)
    assert read_header(raw[:8]) == (tag, len(value), len(raw) - len(value))


@given(st.lists(st.tuples(tags, st.binary(max_size=40)), max_size=6))
def test_rows_and_nests_read_back(members: list[tuple[int, bytes]]) -> None:
    row = b"".join(encode_tlv(tag, value) for tag, value in members)
    assert [(item.tag, item.value) for item in iterate_tlv(row)] == members
    assert [item.raw for item in decode_tlv(encode_tlv(0x7C, row)).children] == [item.raw for item in iterate_tlv(row)]


@given(st.binary(max_size=200))
def test_any_bytes_read_or_are_refused(data: bytes) -> None:
    try:
        found, end = read_tlv(data)
    except DecodingError:
        return
    assert data[:end] == found.raw


@given(tags, st.binary(min_size=1, max_size=300), st.data())
def test_an_object_cut_off_anywhere_is_refused(tag: int, value: bytes, data: st.DataObject) -> None:
    raw = encode_tlv(tag, value)
    with pytest.raises(DecodingError):
        decode_tlv(raw[: data.draw(st.integers(0, len(raw) - 1))])


@pytest.mark.parametrize(
    ("length", "encoded"), [(0, "00"), (127, "7F"), (128, "8180"), (256, "820100"), (65536, "83010000")]
)
def test_lengths_take_their_shortest_form(length: int, encoded: str) -> None:
    assert encode_length(length) == bytes.fromhex(encoded)


def test_longer_forms_of_a_length_are_read() -> None:
    assert decode_tlv(bytes.fromhex("04820001AA")).value == b"\xaa"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("", "inside a tag"),
        ("7F", "inside a tag"),
        ("5F818181", "inside a tag"),
        ("5F81818101", "three bytes"),
        ("04", "before the length"),
        ("0482", "inside the length"),
        ("0480", "length of 0 bytes"),
        ("0485000000000", "length of 5 bytes"),
        ("040211", "wants 2 bytes, 1 are there"),
        ("040111FF", "1 bytes follow"),
    ],
)
def test_a_refusal_says_what_is_wrong(raw: str, words: str) -> None:
    with pytest.raises(DecodingError, match=words):
        decode_tlv(bytes.fromhex(raw if len(raw) % 2 == 0 else raw + "0"))


def test_another_tag_and_a_missing_child_are_refused() -> None:
    with pytest.raises(DecodingError, match="61 wanted, 75 found"):
        decode_tlv(b"\x75\x00", 0x61)
    parent = decode_tlv(encode_tlv(0x7C, encode_tlv(0x80, b"x")))
    assert parent.is_constructed
    assert parent.find(0x81) is None
    assert parent.expect(0x80).value == b"x"
    assert not parent.expect(0x80).is_constructed
    with pytest.raises(DecodingError, match="holds no 81"):
        parent.expect(0x81)


@pytest.mark.parametrize("tag", [0, -1, 0x1000000])
def test_what_is_no_tag_is_not_written(tag: int) -> None:
    with pytest.raises(EncodingError):
        encode_tlv(tag, b"")


def test_zero_is_no_tag() -> None:
    with pytest.raises(DecodingError, match="00"):
        read_tlv(b"\x00\x01\x02")
    with pytest.raises(DecodingError):
        list(iterate_tlv(b"\x04\x00\x00\x00"))
