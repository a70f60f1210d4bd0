"""Revocation lists and master lists: issued, read, and refused."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chip import der
from chip.errors import DecodingError, EncodingError, PkiError
from chip.pki import cms
from chip.pki.crl import RevocationList, issue_crl, load_crl
from chip.pki.master_list import MasterList, load_master_list, sign_master_list
from chip.pki.public_key import EcPublicKey, RsaPublicKey
from chip.pki.trust_store import TrustStore

NOW = datetime(2026, 3, 2, tzinfo=UTC)
NEXT = NOW + timedelta(days=90)


def test_a_list_reads_back_what_was_revoked(ceremonies) -> None:
    folder = ceremonies("brainpool256")
    csca, key = folder.certificate("csca"), folder.key("csca")
    revoked = {7: NOW, 2**100: NOW - timedelta(days=3)}
    issued = issue_crl(key, csca, revoked, 42, NOW, NEXT)
    assert (dict(issued.revoked), issued.number, issued.this_update, issued.next_update) == (revoked, 42, NOW, NEXT)
    assert issued.authority_key_identifier == csca.subject_key_identifier
    assert issued.is_signed_by(csca)
    assert RevocationList.decode(issued.raw) == issued


def test_an_empty_list_has_no_entries_at_all_for_openssl(ceremonies) -> None:
    path = ceremonies("brainpool256").path / "csca.crl"
    command = ["openssl", "crl", "-inform", "DER", "-in", str(path), "-noout", "-text"]
    told = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert "No Revoked Certificates." in told
    assert "Version 2 (0x1)" in told
    assert load_crl(path).revoked == {}


def test_a_list_is_current_until_its_successor_is_due(ceremonies) -> None:
    revocations = load_crl(ceremonies("brainpool256").path / "csca.crl")
    assert revocations.is_current_on(NOW)
    assert revocations.is_current_on(NEXT)
    assert not revocations.is_current_on(NEXT + timedelta(seconds=1))
    assert not revocations.is_current_on(NOW - timedelta(seconds=1))


@pytest.mark.parametrize("days", [0, -1, 91])
def test_the_next_list_comes_within_ninety_days(ceremonies, days: int) -> None:
    folder = ceremonies("brainpool256")
    with pytest.raises(EncodingError):
        issue_crl(folder.key("csca"), folder.certificate("csca"), {}, 1, NOW, NOW + timedelta(days=days))


def test_only_a_csca_signs_lists(ceremonies) -> None:
    folder = ceremonies("brainpool256")
    with pytest.raises(PkiError):
        issue_crl(folder.key("ds"), folder.certificate("csca"), {}, 1, NOW, NEXT)
    by_signer = issue_crl(folder.key("ds"), folder.certificate("ds"), {}, 1, NOW, NEXT)
    assert not by_signer.is_signed_by(folder.certificate("ds"))
    assert not load_crl(folder.path / "csca.crl").is_signed_by(ceremonies("nist256").certificate("csca"))


def test_a_list_of_another_key_of_the_same_name_is_not_the_issuers(ceremonies) -> None:
    folder = ceremonies("wrong-csca")
    assert not load_crl(folder.path / "csca.crl").is_signed_by(folder.certificate("csca"))


@pytest.mark.parametrize("content", [b"", b"not a list", b"\x30\x00", b"\x30\x03\x02\x01\x01"])
def test_what_is_no_list_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(DecodingError):
        RevocationList.decode(content)
    with pytest.raises(DecodingError):
        MasterList.decode(content)
    (tmp_path / "file.crl").write_bytes(content)
    with pytest.raises(PkiError):
        load_crl(tmp_path / "file.crl")
    with pytest.raises(PkiError):
        load_master_list(tmp_path / "file.crl")
    with pytest.raises(PkiError, match="No such file"):
        load_crl(tmp_path / "missing.crl")


def test_a_pem_list_is_read(ceremonies, tmp_path: Path) -> None:
    source = ceremonies("brainpool256").path / "csca.crl"
    command = ["openssl", "crl", "-inform", "DER", "-in", str(source), "-out", str(tmp_path / "list.crl")]
    subprocess.run(command, capture_output=True, check=True)
    assert load_crl(tmp_path / "list.crl") == load_crl(source)


@pytest.mark.parametrize("profile", ["brainpool256", "rollover", "rsa-pss"])
def test_openssl_verifies_our_master_list(ceremonies, profile: str) -> None:
    path = ceremonies(profile).path / "masterlist.ml"
    command = ["openssl", "cms", "-verify", "-noverify", "-inform", "DER", "-in", str(path), "-out", "/dev/null"]
    subprocess.run(command, capture_output=True, check=True)
    signed = load_master_list(path).signed_data
    signer = signed.signers[0]
    assert (signed.version, signer.version) == (3, 3)
    assert signer.key_identifier == ceremonies(profile).certificate("mls").subject_key_identifier
    assert signer.signing_time is not None
    assert len(signed.certificates) == 2
    assert not signed.has_revocation_lists


def test_a_master_list_with_rollover_holds_both_authorities_and_the_link(ceremonies) -> None:
    assert len(load_master_list(ceremonies("rollover").path / "masterlist.ml").certificates) == 3


def test_a_list_signed_by_another_kind_of_certificate_is_not_verified(ceremonies) -> None:
    folder = ceremonies("brainpool256")
    csca, signer = folder.certificate("csca"), folder.certificate("ds")
    forged = MasterList.decode(sign_master_list((csca,), folder.key("ds"), signer, csca, NOW))
    with pytest.raises(PkiError, match="purpose"):
        forged.verify_signature()


def test_a_member_that_is_no_certificate_is_listed_with_its_reason(ceremonies) -> None:
    folder = ceremonies("brainpool256")
    csca = folder.certificate("csca")
    content = der.sequence(der.integer(0), der.set_of(csca.raw, der.sequence(der.null())))
    raw = cms.sign("2.23.136.1.1.2", content, folder.key("mls"), folder.certificate("mls"), NOW)
    read = MasterList.decode(raw)
    assert read.certificates == (csca,)
    assert [item.reason for item in read.unreadable] == ["not an X.509 certificate"]
    assert read.verify_signature() == folder.certificate("mls")


def test_the_german_master_list_loads_whole_and_its_root_vouches_for_it(reference_data: Path) -> None:
    folder = reference_data / "vectors" / "masterlists"
    master_list = load_master_list(next(folder.glob("*.ml")))
    assert (len(master_list.certificates), master_list.unreadable) == (588, ())
    kinds = {type(certificate.public_key) for certificate in master_list.certificates}
    assert kinds == {EcPublicKey, RsaPublicKey}
    assert all(str(certificate.algorithm) for certificate in master_list.certificates)
    trusted = TrustStore.load(folder)
    assert trusted.notes == ()
    assert len(trusted.anchors) > 300
    luxembourg = [item for item in trusted.anchors if item.country == "LU" and "INCERT" in item.subject_text]
    assert {item.not_after.year for item in luxembourg} == {2033, 2037}
    assert {str(item.algorithm) for item in luxembourg} == {"rsa-pss-sha256"}
