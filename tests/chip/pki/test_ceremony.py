"""A ceremony leaves a whole folder or nothing; its folder is checked whole; what is broken on purpose is found."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chip.checks import Outcome
from chip.errors import PkiError
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile, parse_algorithm, profile_names
from chip.pki.crl import load_crl
from chip.pki.folder_checks import check_pki_folder
from chip.pki.pki_folder import PkiFolder
from chip.pki.revoking import revoke
from chip.pki.signing_key import PASSPHRASE_VARIABLE

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)  # the day of the ceremonies in conftest.py
FILES = {
    "csca.der",
    "ds.der",
    "mls.der",
    "seal.der",
    "csca.crl",
    "masterlist.ml",
    "cvca.cv",
    "dv.cv",
    "is.cv",
    "vault.key",
    "ceremony.json",
    "keys",
}
KEYS = {"csca", "ds", "mls", "cvca", "dv", "is", "seal", "journal", "batch"}


def failed(folder: PkiFolder, moment: datetime = NOW) -> set[str]:
    return {check.name for check in check_pki_folder(folder, moment) if check.outcome is Outcome.FAILED}


@pytest.mark.parametrize("profile", ["brainpool256", "brainpool384", "nist256", "rsa-pss", "rollover"])
def test_a_good_ceremony_passes_every_check(ceremonies, profile: str) -> None:
    checks = check_pki_folder(ceremonies(profile), NOW)
    assert {check.outcome for check in checks} == {Outcome.PASSED}
    assert len(checks) >= 13


def test_the_folder_holds_what_others_rely_on(ceremonies) -> None:
    path = ceremonies("brainpool256").path
    assert {item.name for item in path.iterdir()} == FILES
    assert {item.stem for item in (path / "keys").iterdir()} == KEYS
    private = [*(path / "keys").iterdir(), path / "vault.key"]
    assert {stat.S_IMODE(item.stat().st_mode) for item in private} == {0o600}
    assert len((path / "vault.key").read_bytes()) == 32


def test_a_rollover_adds_the_predecessor_and_the_link(ceremonies) -> None:
    names = {item.name for item in ceremonies("rollover").path.iterdir()}
    assert names == FILES | {"csca_previous.der", "link.der"}


def test_every_name_carries_test_and_none_is_a_real_authority(ceremonies) -> None:
    for profile in ("brainpool256", "rsa-pss", "rollover"):
        record = json.loads((ceremonies(profile).path / "ceremony.json").read_text())
        for certificate in record["certificates"].values():
            assert "TEST" in certificate["subject"]
            assert "INCERT" not in certificate["subject"]
        for certificate in record["cv_certificates"].values():
            assert "TEST" in certificate["holder"]


@pytest.mark.parametrize(
    ("profile", "broken"),
    [
        ("expired-ds", {"ds", "mls"}),
        ("ds-outside-usage", {"ds"}),
        ("revoked-ds", {"ds"}),
        ("wrong-csca", {"ds", "mls", "crl", "masterlist"}),
        ("wrong-document-type", set()),
        ("weak-hash", set()),
    ],
)
def test_what_is_broken_on_purpose_fails_its_checks(ceremonies, profile: str, broken: set[str]) -> None:
    assert failed(ceremonies(profile)) == broken


@pytest.mark.parametrize(
    ("profile", "reason"),
    [
        ("expired-ds", "certificate holds from"),
        ("ds-outside-usage", "may be used from"),
        ("revoked-ds", "revoked"),
        ("wrong-csca", "not that of its key"),
        ("wrong-document-type", "not for documents of this type"),
        ("weak-hash", "sha1 must not sign"),
    ],
)
def test_a_signer_that_is_not_fit_refuses(ceremonies, profile: str, reason: str) -> None:
    with pytest.raises(PkiError, match=reason):
        ceremonies(profile).document_signer().refuse_unless_fit("IR", NOW)


def test_a_fit_signer_does_not_refuse_until_its_key_has_had_its_time(ceremonies) -> None:
    signer = ceremonies("brainpool256").document_signer()
    signer.refuse_unless_fit("IR", NOW)
    signer.refuse_unless_fit("IR", NOW + timedelta(days=89))
    for moment in (NOW - timedelta(days=1), NOW + timedelta(days=91)):
        with pytest.raises(PkiError):
            signer.refuse_unless_fit("IR", moment)


def test_a_mixed_up_folder_is_found_out(ceremonies, tmp_path: Path) -> None:
    hold_ceremony(load_profile("brainpool256"), "brainpool256", tmp_path / "pki", NOW, None)
    folder = PkiFolder(tmp_path / "pki")
    (folder.path / "keys" / "ds.pem").write_bytes((folder.path / "keys" / "mls.pem").read_bytes())
    (folder.path / "is.cv").write_bytes(ceremonies("nist256").cv_certificate("is").raw)
    (folder.path / "masterlist.ml").write_bytes(b"not a list")
    assert {"key.ds", "terminals", "masterlist"} <= failed(folder)


def test_time_brings_the_checks_down_one_after_the_other(ceremonies) -> None:
    folder = ceremonies("brainpool256")
    assert failed(folder, NOW + timedelta(days=31)) == {"terminals"}
    assert failed(folder, NOW + timedelta(days=91)) == {"terminals", "crl", "ds"}


def test_keys_are_encrypted_and_stay_closed_without_the_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "pki", NOW, b"a passphrase")
    folder = PkiFolder(tmp_path / "pki")
    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)
    closed = [item for item in check_pki_folder(folder, NOW) if item.outcome is Outcome.UNAVAILABLE]
    assert len(closed) == 9
    assert all(PASSPHRASE_VARIABLE in item.evidence for item in closed)
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "a passphrase")
    assert failed(folder) == set()
    assert folder.document_signer().key.public_key == folder.certificate("ds").public_key


@pytest.mark.parametrize(
    "change",
    [
        "[authority]\norganisation = 'An authority'",
        "[document_signer]\ncommon_name = 'A Document Signer'",
        "[terminals]\nis_name = 'DESKIS'",
    ],
)
def test_keys_that_may_be_trusted_are_never_kept_in_the_clear(tmp_path: Path, change: str) -> None:
    profile = tmp_path / "real.toml"
    profile.write_text(f"based_on = 'nist256'\n{change}\n")
    with pytest.raises(PkiError, match=PASSPHRASE_VARIABLE):
        hold_ceremony(load_profile(str(profile)), str(profile), tmp_path / "pki", NOW, None)
    assert not (tmp_path / "pki").exists()
    hold_ceremony(load_profile(str(profile)), str(profile), tmp_path / "pki", NOW, b"a passphrase")
    assert all(b"ENCRYPTED" in key.read_bytes() for key in (tmp_path / "pki" / "keys").glob("*.pem"))


def test_a_second_ceremony_never_overwrites_the_first(tmp_path: Path) -> None:
    (tmp_path / "pki").mkdir()
    (tmp_path / "pki" / "something").touch()
    with pytest.raises(PkiError, match="never overwritten"):
        hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "pki", NOW, None)


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "pki").mkdir()
    hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "pki", NOW, None)
    assert failed(PkiFolder(tmp_path / "pki")) == set()


def test_a_ceremony_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def no_random_bytes(length: int) -> bytes:
        raise OSError(5, "no random bytes")

    with pytest.raises(PkiError, match="no random bytes"):
        hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "pki", NOW, None, no_random_bytes)
    calls = iter(range(100))

    def short_of_disk(length: int) -> bytes:
        if length == 32:
            raise OSError(28, "No space left on device")
        return bytes([next(calls) + 1]) * length

    with pytest.raises(PkiError, match="No space left"):
        hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "pki", NOW, None, short_of_disk)
    assert list(tmp_path.iterdir()) == []


def test_every_profile_reads() -> None:
    assert len(profile_names()) == 11
    for name in profile_names():
        assert load_profile(name).about


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("based_on = 'brainpool256'\nsurprise = 1", "unknown key surprise"),
        ("based_on = 'brainpool256'\n[csca]\nage = 1", r"unknown key csca\.age"),
        (
            "based_on = 'brainpool256'\n[csca]\nkey_usage_days = 'four'",
            r"profile\.toml: csca\.key_usage_days is a number",
        ),
        ("based_on = 'brainpool256'\n[csca]\nkey = 4", r"csca\.key is a text"),
        ("based_on = 'brainpool256'\ncsca = 4", "csca is a table"),
        ("based_on = 'brainpool256'\nfault = 'gone'", "fault is one of"),
        ("based_on = 'brainpool256'\n[document_signer]\ndocument_types = 'IR'", "document_types is a list of texts"),
        ("about = 'nothing'", "missing authority"),
        ("based_on = 'nowhere'", "profile nowhere: one of"),
        ("not TOML", "profile"),
    ],
)
def test_a_wrong_profile_is_one_clear_line(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "profile.toml"
    path.write_text(text)
    with pytest.raises(PkiError, match=complaint):
        load_profile(str(path))


def test_profiles_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(PkiError, match="cannot be read"):
        load_profile(str(tmp_path / "none.toml"))
    loop = tmp_path / "loop.toml"
    loop.write_text(f"based_on = '{loop}'")
    with pytest.raises(PkiError, match="based on itself"):
        load_profile(str(loop))


@pytest.mark.parametrize("text", ["", "ecdsa", "sha256", "ecdsa-md5", "ecdsa-plain-sha256", "dsa-sha256"])
def test_signatures_that_no_certificate_bears_are_refused(text: str) -> None:
    with pytest.raises(PkiError):
        parse_algorithm(text)


def test_a_ceremony_whose_key_cannot_sign_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "profile.toml"
    path.write_text("based_on = 'brainpool256'\n[csca]\nkey = 'rsa-1024'")
    with pytest.raises(PkiError, match="rsa-1024"):
        hold_ceremony(load_profile(str(path)), str(path), tmp_path / "pki", NOW, None)
    path.write_text("based_on = 'brainpool256'\n[terminals]\nkey = 'secp521r1'")
    with pytest.raises(PkiError, match="512 bits"):
        hold_ceremony(load_profile(str(path)), str(path), tmp_path / "pki", NOW, None)


def test_revoking_makes_the_next_list(tmp_path: Path) -> None:
    hold_ceremony(load_profile("nist256"), "nist256", tmp_path / "pki", NOW, None)
    folder = PkiFolder(tmp_path / "pki")
    later = NOW + timedelta(days=2)
    revoke(folder, "ds", later)
    revocations = load_crl(folder.path / "csca.crl")
    assert (revocations.number, set(revocations.revoked)) == (2, {folder.certificate("ds").serial_number})
    assert failed(folder, later + timedelta(seconds=1)) == {"ds"}
    with pytest.raises(PkiError, match="already"):
        revoke(folder, "ds", later)
    with pytest.raises(PkiError, match="cannot be revoked"):
        revoke(folder, "csca", later)
    assert revoke(folder, None, later).number == 3
    assert stat.S_IMODE((folder.path / "csca.crl").stat().st_mode) == 0o644
