"""Reading certificates: what is in them, and what is refused."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chip import der
from chip.errors import DecodingError, PkiError
from chip.pki.certificate import Certificate, UsagePeriod, load_certificate, same_name
from chip.pki.issuing import AuthorityContact, DistinguishedName, Validity, issue_csca, issue_document_signer
from chip.pki.signing_key import SoftwareKey
from chip.tlv import decode_tlv

BEGINS = datetime(2026, 3, 2, tzinfo=UTC)
ENDS = BEGINS + timedelta(days=1000)
CONTACT = AuthorityContact("LUX", "csca@test.station.example", "http://pki.test.station.example/csca.crl")
KEY = SoftwareKey.generate("secp256r1")
VALIDITY = Validity(BEGINS, ENDS, UsagePeriod(BEGINS, ENDS))
NAME = DistinguishedName("LU", "TEST", "TEST CSCA", "2")
CSCA = issue_csca(KEY, NAME, VALIDITY, CONTACT, bytes)
SIGNER = issue_document_signer(KEY, CSCA, KEY.public_key, NAME, VALIDITY, CONTACT, ("IR",), bytes)


def test_openssl_reads_the_same_names_and_dates() -> None:
    command = ["openssl", "x509", "-inform", "DER", "-noout", "-subject", "-dates", "-nameopt", "RFC2253"]
    told = subprocess.run(command, input=CSCA.raw, capture_output=True, check=True, text=False).stdout.decode()
    assert "CN=TEST CSCA,O=TEST,C=LU" in told
    assert "notBefore=Mar  2 00:00:00 2026 GMT" in told
    assert CSCA.subject_text == "C=LU, O=TEST, CN=TEST CSCA, serialNumber=2"


def test_a_certificate_holds_from_its_first_to_its_last_second() -> None:
    second = timedelta(seconds=1)
    assert [CSCA.is_valid_on(at) for at in (BEGINS - second, BEGINS, ENDS, ENDS + second)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("period", "inside"),
    [
        (UsagePeriod(BEGINS, ENDS), True),
        (UsagePeriod(None, ENDS), True),
        (UsagePeriod(BEGINS, None), True),
        (UsagePeriod(ENDS, None), False),
        (UsagePeriod(None, BEGINS), False),
    ],
)
def test_an_open_bound_of_a_usage_period_holds_for_ever(period: UsagePeriod, inside: bool) -> None:
    assert period.contains(BEGINS + timedelta(days=1)) == inside


def test_pem_and_der_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "c.der").write_bytes(CSCA.raw)
    command = ["openssl", "x509", "-inform", "DER", "-in", str(tmp_path / "c.der"), "-out", str(tmp_path / "c.pem")]
    subprocess.run(command, check=True, capture_output=True)
    assert load_certificate(tmp_path / "c.pem") == load_certificate(tmp_path / "c.der") == CSCA


def test_files_that_hold_none_are_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(PkiError, match="No such file"):
        load_certificate(tmp_path / "none.der")
    for content in (b"", b"noise", b"-----BEGIN CERTIFICATE-----\nnoise", CSCA.raw[:-1], CSCA.raw + b"\x00"):
        (tmp_path / "broken.der").write_bytes(content)
        with pytest.raises(PkiError, match=r"broken\.der"):
            load_certificate(tmp_path / "broken.der")


def test_names_are_compared_as_rfc_5280_says() -> None:
    printable = der.sequence(
        der.set_of(der.sequence(der.object_identifier("2.5.4.3"), der.printable_string("Test  csca")))
    )
    utf8 = der.sequence(der.set_of(der.sequence(der.object_identifier("2.5.4.3"), der.utf8_string("TEST CSCA"))))
    other = der.sequence(der.set_of(der.sequence(der.object_identifier("2.5.4.3"), der.utf8_string("TEST CSCB"))))
    assert same_name(printable, utf8)
    assert not same_name(utf8, other)
    assert not same_name(utf8, b"\x30\x01")


def test_what_a_name_cannot_print_is_replaced() -> None:
    certificate = issue_csca(KEY, DistinguishedName("LU", "TEST", "TEST\x1b[31m"), VALIDITY, CONTACT, bytes)
    assert "\x1b" not in certificate.subject_text


def _resigned(certificate: Certificate, old: bytes, new: bytes) -> bytes:
    """The certificate with something in its body exchanged for as many bytes, signed again by the same key."""
    assert old in certificate.signed_bytes
    assert len(old) == len(new)
    body = certificate.signed_bytes.replace(old, new)
    return der.sequence(body, certificate.algorithm_identifier, der.bit_string(KEY.sign(body)))


def test_an_extension_stands_once() -> None:
    issuer_alt_name, subject_alt_name = bytes.fromhex("551d12"), bytes.fromhex("551d11")
    assert Certificate.decode(_resigned(CSCA, issuer_alt_name, issuer_alt_name)).is_signed_by(CSCA)
    with pytest.raises(DecodingError):
        Certificate.decode(_resigned(CSCA, issuer_alt_name, subject_alt_name))


def test_two_algorithms_in_one_certificate_are_refused() -> None:
    body, algorithm, signature = decode_tlv(CSCA.raw).children
    other = algorithm.raw.replace(bytes.fromhex("2a8648ce3d040302"), bytes.fromhex("2a8648ce3d040303"))
    with pytest.raises(DecodingError):
        Certificate.decode(der.sequence(body.raw, other, signature.raw))


def test_a_signature_of_broken_bytes_is_refused() -> None:
    body, algorithm, signature = decode_tlv(CSCA.raw).children
    with pytest.raises(DecodingError):
        Certificate.decode(der.sequence(body.raw, algorithm.raw, der.bit_string(signature.value[1:], unused_bits=1)))


@settings(max_examples=300)
@given(st.integers(0, len(SIGNER.raw) - 1), st.integers(0, 7))
def test_a_flipped_bit_never_passes_for_the_signed_certificate(position: int, bit: int) -> None:
    raw = bytearray(SIGNER.raw)
    raw[position] ^= 1 << bit
    try:
        read = Certificate.decode(bytes(raw))
    except DecodingError:
        return
    assert not read.is_signed_by(CSCA)


@given(st.binary(max_size=200))
def test_noise_is_no_certificate(noise: bytes) -> None:
    with pytest.raises(DecodingError):
        Certificate.decode(noise)


def with_serial_number(number: bytes) -> bytes:
    body, algorithm, signature = decode_tlv(CSCA.raw).children
    version, _serial_number, *rest = (member.raw for member in body.children)
    return der.sequence(der.sequence(version, number, *rest), algorithm.raw, signature.raw)


def test_a_serial_number_longer_than_the_standard_allows_is_read_and_an_endless_one_refused() -> None:
    assert Certificate.decode(with_serial_number(der.integer(2**240))).serial_number == 2**240
    with pytest.raises(DecodingError, match="serial number of more than 64 bytes"):
        Certificate.decode(with_serial_number(der.integer(2**4_000)))
