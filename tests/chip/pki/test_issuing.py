"""What the certificates of Doc 9303-12 hold, field by field, and OpenSSL's opinion of them."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chip.errors import EncodingError, PkiError
from chip.oids import DOCUMENT_TYPE_LIST, NAME_CHANGE
from chip.pki.certificate import (
    AUTHORITY_KEY_IDENTIFIER,
    BASIC_CONSTRAINTS,
    CRL_DISTRIBUTION_POINTS,
    EXTENDED_KEY_USAGE,
    ISSUER_ALT_NAME,
    KEY_USAGE,
    PRIVATE_KEY_USAGE_PERIOD,
    SUBJECT_ALT_NAME,
    SUBJECT_KEY_IDENTIFIER,
    Certificate,
    UsagePeriod,
)
from chip.pki.issuing import (
    AuthorityContact,
    DistinguishedName,
    Validity,
    issue_csca,
    issue_document_signer,
    issue_link,
    issue_master_list_signer,
    issue_seal,
    random_serial_number,
)
from chip.pki.public_key import EcPublicKey, ParameterForm
from chip.pki.signing_key import SoftwareKey

BEGINS = datetime(2026, 3, 2, tzinfo=UTC)
CONTACT = AuthorityContact("LUX", "csca@test.station.example", "http://pki.test.station.example/csca.crl")
KINDS = ("brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "secp256r1", "secp384r1", "secp521r1", "rsa-2048")
COMMON = {
    AUTHORITY_KEY_IDENTIFIER,
    SUBJECT_KEY_IDENTIFIER,
    KEY_USAGE,
    PRIVATE_KEY_USAGE_PERIOD,
    SUBJECT_ALT_NAME,
    ISSUER_ALT_NAME,
    CRL_DISTRIBUTION_POINTS,
}


def numbered(length: int) -> bytes:
    return bytes(range(1, length + 1))


def named(common_name: str, serial_number: str | None = None) -> DistinguishedName:
    return DistinguishedName("LU", "TEST residence card station", common_name, serial_number)


def valid_for(days: int, usage_days: int) -> Validity:
    return Validity(BEGINS, BEGINS + timedelta(days=days), UsagePeriod(BEGINS, BEGINS + timedelta(days=usage_days)))


def csca_of(key: SoftwareKey, common_name: str = "TEST CSCA") -> Certificate:
    return issue_csca(key, named(common_name), valid_for(5205, 1461), CONTACT, numbered)


@pytest.fixture(scope="module")
def csca_key() -> SoftwareKey:
    return SoftwareKey.generate("brainpoolP256r1")


@pytest.fixture(scope="module")
def csca(csca_key: SoftwareKey) -> Certificate:
    return csca_of(csca_key)


def test_a_csca_has_the_extensions_of_its_table_and_no_others(csca: Certificate) -> None:
    assert {extension.oid for extension in csca.extensions} == COMMON | {BASIC_CONSTRAINTS}
    assert {extension.oid for extension in csca.extensions if extension.is_critical} == {KEY_USAGE, BASIC_CONSTRAINTS}
    assert csca.key_usage == {"key_cert_sign", "crl_sign"}
    assert (csca.is_ca, csca.path_length) == (True, 0)
    assert csca.subject_key_identifier == csca.authority_key_identifier
    assert csca.private_key_usage == valid_for(5205, 1461).key_usage
    assert csca.country == "LU"
    assert csca.state_code(SUBJECT_ALT_NAME) == csca.state_code(ISSUER_ALT_NAME) == "LUX"
    assert csca.is_self_issued
    assert csca.is_signed_by(csca)


def test_an_ec_key_stands_with_explicit_parameters(csca: Certificate) -> None:
    assert isinstance(csca.public_key, EcPublicKey)
    assert csca.public_key.form is ParameterForm.EXPLICIT


def test_a_document_signer_names_its_documents(csca_key: SoftwareKey, csca: Certificate) -> None:
    key = SoftwareKey.generate("secp256r1").public_key
    signer = issue_document_signer(
        csca_key, csca, key, named("TEST DS"), valid_for(3744, 90), CONTACT, ("IR", "I"), numbered
    )
    assert {extension.oid for extension in signer.extensions} == COMMON | {DOCUMENT_TYPE_LIST}
    assert {extension.oid for extension in signer.extensions if extension.is_critical} == {KEY_USAGE}
    assert signer.key_usage == {"digital_signature"}
    assert signer.document_types == ("I", "IR")
    assert signer.authority_key_identifier == csca.subject_key_identifier
    assert not signer.is_ca
    assert signer.is_signed_by(csca)
    assert not csca.is_signed_by(signer)


def test_a_master_list_signer_has_its_purpose_critical(csca_key: SoftwareKey, csca: Certificate) -> None:
    key = SoftwareKey.generate("secp256r1").public_key
    signer = issue_master_list_signer(csca_key, csca, key, named("TEST MLS"), valid_for(455, 365), CONTACT, numbered)
    assert signer.extended_key_usage == ("2.23.136.1.1.3",)
    purpose = signer.extension(EXTENDED_KEY_USAGE)
    assert purpose is not None
    assert purpose.is_critical
    assert signer.document_types is None


@pytest.mark.parametrize(("successor", "has_changed"), [("TEST CSCA", False), ("TEST CSCA 2", True)])
def test_a_link_says_when_the_name_has_changed(
    csca_key: SoftwareKey, csca: Certificate, successor: str, has_changed: bool
) -> None:
    new = csca_of(SoftwareKey.generate("secp384r1"), successor)
    link = issue_link(csca_key, csca, new, valid_for(5205, 1461), CONTACT, numbered)
    assert (link.extension(NAME_CHANGE) is not None) == has_changed
    assert (link.subject, link.issuer) == (new.subject, csca.subject)
    assert link.public_key == new.public_key
    assert link.authority_key_identifier == csca.subject_key_identifier
    assert link.is_signed_by(csca)
    assert not link.is_signed_by(new)


def test_a_seal_names_its_curve_so_that_ordinary_programs_read_it() -> None:
    key = SoftwareKey.generate("secp256r1")
    seal = issue_seal(key, named("TEST seal"), valid_for(3652, 3652), numbered)
    assert isinstance(seal.public_key, EcPublicKey)
    assert seal.public_key.form is ParameterForm.NAMED
    text = subprocess.run(
        ["openssl", "x509", "-inform", "DER", "-noout", "-text"], input=seal.raw, capture_output=True, check=True
    ).stdout
    assert b"prime256v1" in text


@pytest.mark.parametrize("kind", KINDS)
def test_openssl_verifies_the_signature_of_every_kind_of_key(kind: str, tmp_path: Path) -> None:
    folder = tmp_path
    key = SoftwareKey.generate(kind)
    certificate = csca_of(key)
    (folder / "key.der").write_bytes(key.public_key.encode())
    (folder / "body").write_bytes(certificate.signed_bytes)
    (folder / "signature").write_bytes(certificate.signature)
    run = {"check": True, "capture_output": True}
    subprocess.run(
        ["openssl", "pkey", "-pubin", "-inform", "DER", "-in", folder / "key.der", "-out", folder / "key.pem"], **run
    )
    command = ["openssl", "dgst", f"-{key.algorithm.hash_name}", "-verify", folder / "key.pem"]
    if kind.startswith("rsa"):
        command += ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"]
    command += ["-signature", folder / "signature", folder / "body"]
    assert b"Verified OK" in subprocess.run(command, **run).stdout


def test_dates_from_2050_on_are_generalised_times(csca_key: SoftwareKey) -> None:
    late = Validity(
        datetime(2049, 12, 31, tzinfo=UTC),
        datetime(2050, 1, 1, tzinfo=UTC),
        UsagePeriod(None, datetime(2050, 1, 1, tzinfo=UTC)),
    )
    certificate = issue_csca(csca_key, named("TEST late"), late, CONTACT, numbered)
    assert (certificate.not_before, certificate.not_after) == (late.not_before, late.not_after)
    assert b"\x17\x0d491231000000Z" in certificate.raw
    assert b"\x18\x0f20500101000000Z" in certificate.raw
    assert certificate.private_key_usage == late.key_usage


def test_serial_numbers_are_positive_and_fit() -> None:
    assert random_serial_number(lambda length: bytes(length)) == 1
    assert random_serial_number(lambda length: b"\xff" * length) == 2**127 - 1


def test_a_foreign_key_signs_nothing(csca: Certificate) -> None:
    other = SoftwareKey.generate("brainpoolP256r1")
    with pytest.raises(PkiError, match="not the one"):
        issue_document_signer(
            other, csca, other.public_key, named("TEST DS"), valid_for(10, 5), CONTACT, ("IR",), numbered
        )


@pytest.mark.parametrize("types", [(), ("",), ("IRX",), ("I<",)])
def test_document_types_are_one_or_two_characters(
    csca_key: SoftwareKey, csca: Certificate, types: tuple[str, ...]
) -> None:
    with pytest.raises(EncodingError):
        issue_document_signer(
            csca_key, csca, csca_key.public_key, named("TEST DS"), valid_for(10, 5), CONTACT, types, numbered
        )


@pytest.mark.parametrize("country", ["lu", "L", "LUX", "L1"])
def test_the_country_is_two_capital_letters(country: str) -> None:
    with pytest.raises(EncodingError):
        DistinguishedName(country, "TEST", "TEST").encode()


def test_a_certificate_that_ends_before_it_begins_is_not_made(csca_key: SoftwareKey) -> None:
    with pytest.raises(EncodingError):
        issue_csca(csca_key, named("TEST"), valid_for(0, 0), CONTACT, numbered)
    with pytest.raises(EncodingError):
        issue_csca(
            csca_key, named("TEST"), Validity(BEGINS, BEGINS + timedelta(1), UsagePeriod(None, None)), CONTACT, numbered
        )
