"""Object identifiers as bytes, against another library."""

import pytest
from asn1crypto.core import ObjectIdentifier
from hypothesis import given
from hypothesis import strategies as st

from chip.errors import DecodingError, EncodingError
from chip.oid_codec import decode_oid, encode_oid

dotted = st.builds(
    lambda head, tail: ".".join(map(str, [*head, *tail])),
    st.one_of(st.tuples(st.integers(0, 1), st.integers(0, 39)), st.tuples(st.just(2), st.integers(0, 2**40))),
    st.lists(st.integers(0, 2**40), max_size=8),
)


@given(dotted)
def test_object_identifiers_read_back(oid: str) -> None:
    assert decode_oid(encode_oid(oid)) == oid


@pytest.mark.parametrize("oid", ["0.4.0.127.0.7.2.2.4.2.2", "2.23.136.1.1.1", "1.3.36.3.3.2.8.1.1.7"])
def test_content_is_that_of_another_library(oid: str) -> None:
    assert encode_oid(oid) == ObjectIdentifier(oid).contents


@pytest.mark.parametrize("oid", ["", "1", "a.b", "3.1", "1.40", "1.-2"])
def test_what_is_no_object_identifier_is_not_written(oid: str) -> None:
    with pytest.raises(EncodingError):
        encode_oid(oid)


@pytest.mark.parametrize("content", [b"", b"\x84", b"\x04\x80\x01", b"\x80\x01", b"\x04" + b"\xff" * 2500 + b"\x01"])
def test_what_is_no_object_identifier_is_not_read(content: bytes) -> None:
    with pytest.raises(DecodingError):
        decode_oid(content)
