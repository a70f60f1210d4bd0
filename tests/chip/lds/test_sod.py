"""EF.SOD: what is signed, and how OpenSSL and the specimen of 2008 see it."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chip import der
from chip.errors import DecodingError, EncodingError, PkiError
from chip.lds.sod import SOD, LdsSecurityObject, LdsVersionInfo, refuse_unless_as_we_write, sign_sod
from chip.pki import cms
from chip.pki.certificate import Certificate, UsagePeriod
from chip.pki.issuing import DistinguishedName, Validity, issue_seal
from chip.pki.signature import digest
from chip.pki.signing_key import SoftwareKey
from chip.tlv import decode_tlv, encode_length, encode_tlv

GROUPS = {14: b"\x6e\x00", 1: b"\x61\x00", 2: b"\x75\x00"}
SIGNED_AT = datetime(2026, 3, 2, 10, 20, 30, tzinfo=UTC)
KINDS = ("brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "secp256r1", "secp384r1", "secp521r1", "rsa-2048")


def certificate_of(key: SoftwareKey, name: str = "TEST DS"):
    ends = SIGNED_AT.replace(year=2027)
    validity = Validity(SIGNED_AT, ends, UsagePeriod(SIGNED_AT, ends))
    return issue_seal(key, DistinguishedName("LU", "TEST", name), validity, bytes)


@pytest.mark.parametrize("versions", [None, LdsVersionInfo(), LdsVersionInfo("0108", "090000")])
@pytest.mark.parametrize("hash_name", ["sha1", "sha224", "sha256", "sha384", "sha512"])
def test_a_security_object_reads_back(hash_name: str, versions: LdsVersionInfo | None) -> None:
    security_object = LdsSecurityObject.of(GROUPS, hash_name, versions)
    assert LdsSecurityObject.decode(security_object.encode()) == security_object
    assert list(security_object.hashes) == [1, 2, 14]
    assert security_object.hashes[2] == digest(hash_name, GROUPS[2])
    assert security_object.version == (0 if versions is None else 1)


def test_the_specimen_of_2008_comes_back_from_its_values_and_holds(specimen: dict[str, bytes]) -> None:
    sod = SOD.decode(specimen["EF.SOD"])
    assert sod.security_object.encode() == sod.signed_data.content
    assert sod.security_object.has_null
    for number, stated in sod.security_object.hashes.items():
        assert digest("sha1", specimen[f"EF.DG{number}"]) == stated
    signer = sod.signed_data.signers[0]
    certificate = sod.signed_data.certificate_of(signer)
    assert certificate is not None
    assert (str(signer.algorithm), certificate.serial_number) == ("ecdsa-sha1", 4711)
    sod.signed_data.verify(signer, certificate)
    assert sod.encode() == specimen["EF.SOD"]
    assert sod.signing_time is None


@pytest.mark.parametrize("kind", KINDS)
def test_openssl_verifies_what_every_kind_of_key_signs(kind: str, tmp_path: Path) -> None:
    key = SoftwareKey.generate(kind)
    sod = sign_sod(LdsSecurityObject.of(GROUPS, "sha256"), key, certificate_of(key), SIGNED_AT)
    (tmp_path / "sod.der").write_bytes(decode_tlv(sod.raw, 0x77).value)
    command = ["openssl", "cms", "-verify", "-noverify", "-inform", "DER", "-in", str(tmp_path / "sod.der")]
    told = subprocess.run([*command, "-out", str(tmp_path / "content")], check=True, capture_output=True)
    assert b"successful" in told.stderr
    assert (tmp_path / "content").read_bytes() == sod.security_object.encode()


def test_the_signature_names_its_hashes_its_signer_and_its_moment() -> None:
    key = SoftwareKey.generate("brainpoolP384r1")
    certificate = certificate_of(key)
    sod = sign_sod(LdsSecurityObject.of(GROUPS, "sha256"), key, certificate, SIGNED_AT)
    signed, signer = sod.signed_data, sod.signed_data.signers[0]
    assert (signed.version, signer.version) == (3, 1)
    assert set(signed.digest_names) == {"sha256", "sha384"}
    assert signed.certificates == (certificate.raw,)
    assert signer.names(certificate)
    assert (sod.signing_time, signer.content_type) == (SIGNED_AT, "2.23.136.1.1.1")
    assert not signed.has_revocation_lists
    assert not signer.has_unsigned_attributes
    assert signer.signed_attributes == der.set_of(*(item.raw for item in decode_tlv(signer.signed_attributes).children))


def test_the_moment_of_signing_may_be_left_out() -> None:
    key = SoftwareKey.generate("secp256r1")
    assert sign_sod(LdsSecurityObject.of(GROUPS, "sha256"), key, certificate_of(key), None).signing_time is None


def test_a_foreign_key_signs_nothing() -> None:
    key, other = SoftwareKey.generate("secp256r1"), SoftwareKey.generate("secp256r1")
    with pytest.raises(PkiError):
        sign_sod(LdsSecurityObject.of(GROUPS, "sha256"), other, certificate_of(key), None)


def test_a_signature_over_something_else_is_no_sod() -> None:
    key = SoftwareKey.generate("secp256r1")
    raw = cms.sign("1.2.3", b"content", key, certificate_of(key), None)
    with pytest.raises(DecodingError, match="type"):
        SOD.decode(encode_tlv(0x77, raw))


@pytest.mark.parametrize("kind", KINDS)
def test_what_we_sign_is_as_we_write_it(kind: str) -> None:
    key = SoftwareKey.generate(kind)
    for signed_at in (SIGNED_AT, None):
        refuse_unless_as_we_write(sign_sod(LdsSecurityObject.of(GROUPS, "sha256"), key, certificate_of(key), signed_at))


def long_length(raw: bytes) -> bytes:
    """The same object, its length in more bytes than it needs."""
    read = decode_tlv(raw)
    return raw[: len(raw) - len(read.value) - len(encode_length(len(read.value)))] + (
        b"\x84" + len(read.value).to_bytes(4, "big") + read.value
    )


def signed_over(content: bytes, more_certificates: tuple[Certificate, ...] = ()) -> bytes:
    key = SoftwareKey.generate("secp256r1")
    raw = cms.sign("2.23.136.1.1.1", content, key, certificate_of(key), SIGNED_AT, ("sha256",), more_certificates)
    return encode_tlv(0x77, raw)


def tolerated_encodings() -> dict[str, bytes]:
    """Files whose signature holds and whose content is ours, written another way."""
    ours = LdsSecurityObject.of(GROUPS, "sha256")
    plain = signed_over(ours.encode())
    another = certificate_of(SoftwareKey.generate("secp256r1"), "TEST other")
    unsorted = LdsSecurityObject("sha256", dict(reversed(ours.hashes.items())))
    return {
        "a long length outside": long_length(plain),
        "a long length inside": encode_tlv(0x77, long_length(decode_tlv(plain).value)),
        "NULL behind the hash": signed_over(replace(ours, has_null=True).encode()),
        "hashes in another order": signed_over(unsorted.encode()),
        "a long length in the content": signed_over(long_length(ours.encode())),
        "another certificate beside": signed_over(ours.encode(), (another,)),
    }


@pytest.mark.parametrize("name", tolerated_encodings())
def test_the_strict_mode_for_our_own_refuses_what_is_tolerated_on_foreign_cards(name: str) -> None:
    sod = SOD.decode(tolerated_encodings()[name])
    signer = sod.signed_data.signers[0]
    certificate = sod.signed_data.certificate_of(signer)
    assert certificate is not None
    sod.signed_data.verify(signer, certificate)
    with pytest.raises(PkiError, match="not as we write it"):
        refuse_unless_as_we_write(sod)


def test_hashes_that_cannot_be_are_not_written() -> None:
    with pytest.raises(EncodingError):
        LdsSecurityObject("sha256", {})
    with pytest.raises(EncodingError):
        LdsSecurityObject("sha256", {17: bytes(32)})
    with pytest.raises(EncodingError):
        LdsSecurityObject("sha256", {1: bytes(20)})


GOOD = LdsSecurityObject.of({1: b"\x61\x00"}, "sha256")
PAIR = der.sequence(der.integer(1), der.octet_string(GOOD.hashes[1]))
ALGORITHM = bytes.fromhex("300B0609608648016503040201")
VERSIONS = der.sequence(der.printable_string("0108"), der.printable_string("040000"))


@pytest.mark.parametrize(
    "raw",
    [
        der.sequence(der.integer(2), ALGORITHM, der.sequence(PAIR)),
        der.sequence(der.integer(1), ALGORITHM, der.sequence(PAIR)),
        der.sequence(der.integer(0), ALGORITHM, der.sequence(PAIR), VERSIONS),
        der.sequence(der.integer(1), ALGORITHM, der.sequence(PAIR), der.sequence(der.printable_string("0108"))),
        der.sequence(der.integer(1), ALGORITHM, der.sequence(PAIR), der.sequence(der.integer(1), der.integer(1))),
        der.sequence(der.integer(0), ALGORITHM, der.sequence(PAIR, PAIR)),
        der.sequence(der.integer(0), ALGORITHM, der.sequence()),
        der.sequence(der.integer(0), ALGORITHM, der.sequence(der.sequence(der.integer(1)))),
        der.sequence(der.integer(0), ALGORITHM, der.sequence(der.sequence(der.integer(1), der.octet_string(b"short")))),
        der.sequence(der.integer(0), der.sequence(der.object_identifier("1.2.3")), der.sequence(PAIR)),
        der.sequence(der.integer(0)),
    ],
    ids=[
        "version2",
        "v1bare",
        "v0versions",
        "oneversion",
        "numbers",
        "twice",
        "none",
        "lonely",
        "short",
        "unknown",
        "empty",
    ],
)
def test_a_security_object_that_cannot_be_is_refused(raw: bytes) -> None:
    assert LdsSecurityObject.decode(der.sequence(der.integer(0), ALGORITHM, der.sequence(PAIR))) == GOOD
    with pytest.raises(DecodingError):
        LdsSecurityObject.decode(raw)
