"""The signing service: the newest fit signer, counted, verified, one content an order; keys in files and tokens."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chip.errors import KeyLocked, PkiError, SigningUnavailable
from chip.lds.sod import SOD, LdsSecurityObject
from chip.oids import LDS_SECURITY_OBJECT
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.document_signer import DocumentSigner
from chip.pki.expiry import endings
from chip.pki.folder_checks import check_pki_folder
from chip.pki.folder_signers import FolderSigners
from chip.pki.key_store import KeyStore
from chip.pki.pki_folder import PkiFolder
from chip.pki.renewing import renew_document_signer
from chip.pki.revoking import revoke
from chip.pki.signature_ledger import FileSignatureLedger, MemorySignatureLedger, key_id_of
from chip.pki.signing_service import SigningService
from chip.pki.token import PIN_VARIABLE, open_token
from chip.pki.token_key_store import TokenKeyStore
from chip_support.soft_hsm import SoftHsm

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
CONTENT = LdsSecurityObject.of({1: b"first", 2: b"second"}, "sha256").encode()
OTHER_CONTENT = LdsSecurityObject.of({1: b"other", 2: b"second"}, "sha256").encode()


@dataclass
class Line:
    """A ceremony's folder, the service on it, and what its ledger says."""

    folder: PkiFolder
    service: SigningService
    ledger_file: Path

    def sign(self, order: str = "job-1", content: bytes = CONTENT, moment: datetime = NOW) -> SOD:
        return SOD.of(self.service.for_order(order).sign(LDS_SECURITY_OBJECT, content, "IR", moment, ("sha256",)))

    def count(self, name: str = "ds") -> int:
        return self.service.ledger.count(key_id_of(self.folder.certificate(name).public_key))

    def issued(self) -> list[str]:
        entries = map(json.loads, self.ledger_file.read_text().splitlines())
        return [entry["order"] for entry in entries if entry["event"] == "issued"]


def line_at(path: Path, store: KeyStore | None, profile: str = "nist256", limit: int | None = None) -> Line:
    hold_ceremony(load_profile(profile), profile, path / "pki", NOW, None, key_store=store)
    folder, file = PkiFolder(path / "pki", store), path / "signatures.jsonl"
    return Line(folder, SigningService(FolderSigners(folder), FileSignatureLedger(file), limit), file)


def line_in_token(soft_hsm: SoftHsm, path: Path) -> Line:
    """A line whose folder names the token, as `station pki create --hsm` leaves it."""
    line = line_at(path, TokenKeyStore(open_token(soft_hsm.new_label())))
    line.folder = PkiFolder(line.folder.path)
    line.service = replace(line.service, signers=FolderSigners(line.folder))
    return line


@pytest.fixture
def line(key_store: KeyStore, tmp_path: Path) -> Line:
    """Once with keys in files, once with keys in a token."""
    return line_at(tmp_path, key_store)


@pytest.fixture
def file_line(tmp_path: Path) -> Line:
    return line_at(tmp_path, None)


def test_what_is_handed_on_is_verified_counted_and_bound(line: Line) -> None:
    sod = line.sign()
    (signer,) = sod.signed_data.signers
    sod.signed_data.verify(signer, line.folder.certificate("ds"))
    assert sod.signing_time == NOW
    assert SOD.decode(sod.raw).security_object.encode() == CONTENT
    assert (line.count(), line.issued()) == (1, ["job-1"])


def test_a_second_content_for_one_order_is_refused_and_the_same_one_is_not(line: Line) -> None:
    line.sign()
    with pytest.raises(PkiError, match="another content"):
        line.sign(content=OTHER_CONTENT)
    line.sign()
    line.sign("job-2", OTHER_CONTENT)
    assert (line.count(), line.issued()) == (3, ["job-1", "job-1", "job-2"])


def test_outside_its_usage_period_no_key_is_even_asked(line: Line) -> None:
    for moment in (NOW - timedelta(days=1), NOW + timedelta(days=90)):
        with pytest.raises(PkiError, match=r"may be used|holds from"):
            line.sign(moment=moment)
    assert line.count() == 0


def test_a_clock_set_back_within_the_usage_period_is_noticed(line: Line) -> None:
    line.sign(moment=NOW + timedelta(days=10))
    with pytest.raises(SigningUnavailable, match="the clock says"):
        line.sign("job-2")
    assert line.count() == 1


def test_the_newest_signer_that_is_fit_signs(line: Line) -> None:
    first = line.folder.certificate("ds")
    line.sign()
    renew_document_signer(line.folder, NOW + timedelta(days=60))
    second = line.folder.certificate("ds")
    assert line.folder.certificate("ds_1") == first
    assert second.public_key != first.public_key
    early = line.sign("job-2", moment=NOW + timedelta(days=59))  # the new one's time has not come
    later = line.sign("job-3", moment=NOW + timedelta(days=61))
    assert early.signed_data.certificates == (first.raw,)
    assert later.signed_data.certificates == (second.raw,)
    assert (line.count("ds_1"), line.count("ds")) == (2, 1)


def test_a_key_signs_no_more_often_than_it_may(tmp_path: Path) -> None:
    line = line_at(tmp_path, None, limit=2)
    line.sign("job-1")
    line.sign("job-2")
    with pytest.raises(PkiError, match="has signed 2 times"):
        line.sign("job-3")
    renew_document_signer(line.folder, NOW)
    line.sign("job-3")
    assert (line.count("ds_1"), line.count("ds")) == (2, 1)


def test_a_signer_revoked_meanwhile_signs_nothing_more(file_line: Line) -> None:
    file_line.sign()
    revoke(file_line.folder, "ds", NOW)
    with pytest.raises(PkiError, match="revoked"):
        file_line.sign("job-2", moment=NOW + timedelta(minutes=1))
    assert file_line.count() == 1


@pytest.mark.parametrize("profile", ["expired-ds", "ds-outside-usage", "revoked-ds", "wrong-csca", "weak-hash"])
def test_a_broken_pki_gets_nothing_signed_and_nothing_counted(tmp_path: Path, profile: str) -> None:
    line = line_at(tmp_path, None, profile)
    with pytest.raises(PkiError):
        line.sign()
    assert line.count() == 0


def test_a_signature_that_does_not_verify_is_counted_and_never_issued(file_line: Line) -> None:
    signer = file_line.folder.document_signer()

    class Careless:
        """Signs, but not what it was given."""

        algorithm = signer.key.algorithm
        public_key = signer.key.public_key

        def sign(self, message: bytes) -> bytes:
            return signer.key.sign(message + b"!")

    careless = replace(signer, key=Careless())
    file_line.service = replace(file_line.service, signers=lambda _moment: [careless])
    with pytest.raises(PkiError, match="does not hold"):
        file_line.sign()
    assert (file_line.count(), file_line.issued()) == (1, [])


def test_a_key_that_is_not_the_certificates_is_not_asked(file_line: Line) -> None:
    signer = file_line.folder.document_signer()
    mixed_up = DocumentSigner(file_line.folder.key("mls"), signer.certificate, signer.trust)
    file_line.service = replace(file_line.service, signers=lambda _moment: [mixed_up])
    with pytest.raises(PkiError, match="not the one of its certificate"):
        file_line.sign()
    assert file_line.count() == 0


def test_without_any_signer_nothing_is_signed() -> None:
    service = SigningService(lambda _moment: (), MemorySignatureLedger())
    with pytest.raises(PkiError, match="no Document Signer"):
        service.sign("job-1", LDS_SECURITY_OBJECT, CONTENT, "IR", NOW)


def test_a_ledger_that_cannot_be_written_stops_the_key(file_line: Line) -> None:
    asked: list[bytes] = []
    signer = file_line.folder.document_signer()

    class Watched:
        algorithm, public_key = signer.key.algorithm, signer.key.public_key

        def sign(self, message: bytes) -> bytes:
            asked.append(message)
            return signer.key.sign(message)

    watched = replace(signer, key=Watched())
    nowhere = FileSignatureLedger(file_line.ledger_file.parent / "none" / "signatures.jsonl")
    file_line.service = SigningService(lambda _moment: [watched], nowhere)
    with pytest.raises(SigningUnavailable):
        file_line.sign()
    assert asked == []


def test_a_token_pulled_out_between_two_orders_delays_the_second_and_loses_none(
    soft_hsm: SoftHsm, tmp_path: Path
) -> None:
    line = line_in_token(soft_hsm, tmp_path)
    line.sign("job-1")
    soft_hsm.pull_out()
    with pytest.raises(SigningUnavailable, match="is not there"):
        line.sign("job-2")
    assert line.issued() == ["job-1"]
    soft_hsm.put_back()
    line.sign("job-2", OTHER_CONTENT)  # made anew, with another chip key: nothing of the first was handed on
    assert line.issued() == ["job-1", "job-2"]
    assert line.count() == 3  # what was begun counts, so that the count is never too low


def test_a_wrong_pin_signs_nothing(soft_hsm: SoftHsm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = line_in_token(soft_hsm, tmp_path)
    open_token(line.folder.keys.token_label or "").close()
    monkeypatch.setenv(PIN_VARIABLE, "000000")
    with pytest.raises(KeyLocked):
        line.sign()
    assert not line.ledger_file.exists()


def test_the_next_signer_is_like_the_one_before(line: Line) -> None:
    old, later = line.folder.certificate("ds"), NOW + timedelta(days=60)
    new = renew_document_signer(line.folder, later)
    assert (new.subject, new.issuer, new.document_types) == (old.subject, old.issuer, old.document_types)
    assert new.not_after - new.not_before == old.not_after - old.not_before
    for oid in ("2.5.29.17", "2.5.29.18", "2.5.29.31"):
        assert new.extension(oid) == old.extension(oid)
    checks = {check.name: check.outcome for check in check_pki_folder(line.folder, later)}
    assert checks["ds"] == "passed"
    assert line.folder.key("ds").public_key == new.public_key
    assert line.folder.key("ds_1").public_key == old.public_key
    renew_document_signer(line.folder, later + timedelta(days=60))
    assert line.folder.document_signer_names() == ("ds", "ds_1", "ds_2")
    assert line.folder.certificate("ds_2") == new


def test_a_signer_that_has_a_successor_warns_nobody_of_its_end(file_line: Line) -> None:
    renew_document_signer(file_line.folder, NOW + timedelta(days=60))
    found = endings(file_line.folder, NOW + timedelta(days=61))
    assert ("ds_1", "key usage") not in {(ending.name, ending.what) for ending in found}
    assert ("ds", "key usage") in {(ending.name, ending.what) for ending in found}


def test_a_csca_past_its_time_issues_no_signer(file_line: Line) -> None:
    with pytest.raises(PkiError, match="successor"):
        renew_document_signer(file_line.folder, NOW + timedelta(days=4 * 366))
    assert file_line.folder.document_signer_names() == ("ds",)
