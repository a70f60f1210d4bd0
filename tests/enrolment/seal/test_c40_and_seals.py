"""The bytes of a seal, held against the worked examples of TR-03137-1 and against themselves."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.seal.c40 import ALPHABET, decode_c40, encode_c40, encoded_length
from enrolment.seal.digital_seal import DigitalSeal, Feature, value_of
from enrolment.seal.errors import SealCannotHold, SealUnreadable
from enrolment.seal.header import SealHeader, decode_date, encode_date

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "tr03137-1-seals.json").read_text("utf-8"))
HEADER = SealHeader("LUX", "LUTS", "2A", date(2026, 11, 2), date(2026, 11, 2), 0xE1, 0x06)
texts = st.text(alphabet=ALPHABET)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
headers = st.builds(
    SealHeader,
    issuing_state=st.text(alphabet=ALPHABET[11:], min_size=1, max_size=3),
    signer=st.text(alphabet=ALPHABET[1:], min_size=4, max_size=4),
    certificate_reference=st.text(alphabet=ALPHABET[1:], min_size=1, max_size=40),
    issued_on=days,
    signed_on=days,
    feature_definition=st.integers(0, 255),
    document_category=st.integers(0, 255),
)
features = st.lists(
    st.builds(Feature, st.integers(0, 254), st.binary(min_size=1, max_size=255)),
    max_size=6,
    unique_by=lambda feature: feature.tag,
)


@pytest.mark.parametrize("example", VECTORS["c40"], ids=lambda example: example["text"])
def test_c40_is_that_of_the_worked_examples(example):
    assert encode_c40(example["text"], "text").hex() == example["bytes"]
    assert decode_c40(bytes.fromhex(example["bytes"]), "text") == example["read"]


@pytest.mark.parametrize("example", VECTORS["dates"], ids=lambda example: example["day"])
def test_dates_are_those_of_the_worked_examples(example):
    day = date.fromisoformat(example["day"])
    assert encode_date(day).hex() == example["bytes"]
    assert decode_date(bytes.fromhex(example["bytes"]), "day") == day


@pytest.mark.parametrize("example", VECTORS["seals"], ids=lambda example: example["name"])
def test_the_worked_examples_are_read_and_written_back_to_the_byte(example):
    raw = bytes.fromhex(example["raw"])
    seal, signed = DigitalSeal.decode(raw)
    header = seal.header
    assert header.version == example["version"]
    assert (header.issuing_state, header.signer) == (example["issuing_state"], example["signer"])
    assert header.certificate_reference == example["reference"]
    assert header.issued_on.isoformat() == example["issued_on"]
    assert header.signed_on.isoformat() == example["signed_on"]
    assert (header.feature_definition, header.document_category) == (example["definition"], example["category"])
    for tag, text in example["c40_features"].items():
        assert decode_c40(value_of(seal.features, int(tag)), "feature") == text.replace("<", " ")
    assert len(seal.signature) == example["signature_bytes"]
    assert raw.startswith(signed)
    assert seal.signed_bytes == signed
    assert seal.encode() == raw


@given(texts)
def test_c40_reads_back_what_it_wrote_in_the_length_that_it_foretold(text):
    encoded = encode_c40(text, "text")
    assert decode_c40(encoded, "text") == text
    assert len(encoded) == encoded_length(len(text))


@given(st.binary(max_size=40))
def test_c40_reads_or_refuses_any_bytes_and_reads_only_what_it_writes(raw):
    try:
        text = decode_c40(raw, "text")
    except SealUnreadable:
        return
    assert encode_c40(text, "text") == raw


@pytest.mark.parametrize("text", ["é", "a", "-", "\n", "王"])
def test_a_letter_that_c40_lacks_is_refused_and_not_replaced(text):
    with pytest.raises(SealCannotHold, match="number"):
        encode_c40(text, "number")


@given(days)
def test_every_day_comes_back(day):
    assert decode_date(encode_date(day), "day") == day


@pytest.mark.parametrize("digits", [0, 13012026, 2302026, 99999999, 16777215])
def test_a_number_that_is_no_day_is_refused(digits):
    with pytest.raises(SealUnreadable, match="a date"):
        decode_date(min(digits, 0xFFFFFF).to_bytes(3, "big"), "day")


@given(headers, features, st.binary(min_size=1, max_size=132))
def test_a_seal_reads_back_what_it_wrote(header, message, signature):
    seal = DigitalSeal(header, tuple(message), signature)
    read, signed = DigitalSeal.decode(seal.encode())
    assert read.features == seal.features
    assert read.signature == signature
    assert signed == seal.signed_bytes
    assert read.header == SealHeader(
        **{**{n: getattr(header, n) for n in header.__slots__}, "issuing_state": header.issuing_state.rstrip()}
    )


@given(st.binary(max_size=200))
def test_anything_else_is_refused_by_name(raw):
    with pytest.raises(SealUnreadable):
        DigitalSeal.decode(b"\xdb" + raw)


@given(headers, st.data())
def test_a_seal_that_was_cut_is_refused(header, data):
    raw = DigitalSeal(header, (Feature(1, b"x"),), bytes(64)).encode()
    with pytest.raises(SealUnreadable):
        DigitalSeal.decode(raw[: data.draw(st.integers(0, len(raw) - 1))])


def test_bytes_after_the_signature_and_a_feature_said_twice_are_refused():
    raw = DigitalSeal(HEADER, (Feature(1, b"x"),), bytes(64)).encode()
    with pytest.raises(SealUnreadable, match="nothing after"):
        DigitalSeal.decode(raw + b"\x00")
    twice = DigitalSeal(HEADER, (Feature(1, b"x"), Feature(1, b"y")), bytes(64)).encode()
    with pytest.raises(SealUnreadable, match="once"):
        DigitalSeal.decode(twice)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"signer": "LUTSX"}, "four characters"),
        ({"issuing_state": "LUXX"}, "three letters"),
        ({"certificate_reference": ""}, "one to"),
        ({"certificate_reference": "2A", "version": 2}, "five"),
        ({"version": 1}, "version 4"),
    ],
)
def test_a_header_that_cannot_be_is_not_written(changes, wanted):
    values = {name: getattr(HEADER, name) for name in HEADER.__slots__}
    with pytest.raises(SealCannotHold, match=wanted):
        SealHeader(**{**values, **changes}).encode()


def test_a_feature_of_nothing_or_of_too_much_is_not_written():
    for value in (b"", bytes(256)):
        with pytest.raises(SealCannotHold, match="255"):
            DigitalSeal(HEADER, (Feature(1, value),), bytes(64)).encode()


def test_a_version_that_nobody_knows_is_refused():
    raw = bytearray(DigitalSeal(HEADER, (Feature(1, b"x"),), bytes(64)).encode())
    raw[1] = 0x04
    with pytest.raises(SealUnreadable, match="version"):
        DigitalSeal.decode(bytes(raw))
