"""Chains to trusted CSCAs: found, or named for what they lack."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chip.errors import PkiError
from chip.pki.certificate import load_certificate
from chip.pki.crl import issue_crl, load_crl
from chip.pki.trust_store import Missing, RevocationState, TrustStore

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("profile", ["brainpool256", "brainpool384", "nist256", "rsa-pss", "rollover"])
def test_a_signer_climbs_to_its_csca(ceremonies, profile: str) -> None:
    folder = ceremonies(profile)
    chain = folder.trust_store().find_chain(folder.certificate("ds"))
    assert chain.missing is None
    assert chain.certificates == (folder.certificate("ds"), folder.certificate("csca"))


def test_a_link_carries_the_trust_to_the_successor(ceremonies) -> None:
    folder = ceremonies("rollover")
    old, link, signer = (folder.certificate(name) for name in ("csca_previous", "link", "ds"))
    chain = TrustStore((old,), (link,)).find_chain(signer)
    assert chain.certificates == (signer, link, old)
    assert TrustStore((old,)).find_chain(signer).missing is Missing.NAME


def test_a_link_from_nowhere_carries_nothing(ceremonies) -> None:
    folder = ceremonies("rollover")
    store = TrustStore((ceremonies("nist256").certificate("csca"),), (folder.certificate("link"),))
    assert store.find_chain(folder.certificate("ds")).missing is Missing.LINK


def test_what_is_missing_is_named(ceremonies, reference_data: Path) -> None:
    signer = ceremonies("brainpool256").certificate("ds")
    german = load_certificate(reference_data / "vectors" / "masterlists" / "DE_ROOT_CA_CSCA07.cer")
    assert TrustStore(()).find_chain(signer).missing is Missing.COUNTRY
    assert TrustStore((german,)).find_chain(signer).missing is Missing.COUNTRY
    successor = ceremonies("rollover").certificate("csca")
    assert TrustStore((successor,)).find_chain(signer).missing is Missing.NAME
    impostor = ceremonies("wrong-csca").certificate("csca")
    assert TrustStore((impostor,)).find_chain(signer).missing is Missing.KEY


def test_the_right_key_is_found_among_many_of_one_name(ceremonies) -> None:
    names = ("wrong-csca", "nist256", "brainpool256", "brainpool384")
    store = TrustStore(tuple(ceremonies(name).certificate("csca") for name in names))
    signer = ceremonies("brainpool256").certificate("ds")
    assert store.find_chain(signer).certificates[1] == ceremonies("brainpool256").certificate("csca")


def test_a_signer_among_the_anchors_is_no_anchor(ceremonies, tmp_path: Path) -> None:
    folder = ceremonies("brainpool256")
    for name in ("ds.der", "mls.der", "seal.der", "csca.der"):
        shutil.copy(folder.path / name, tmp_path)
    store = TrustStore.load(tmp_path)
    assert (store.anchors, store.links) == ((folder.certificate("csca"),), ())


def test_a_master_list_without_its_anchor_is_noted_and_not_trusted(ceremonies, tmp_path: Path) -> None:
    shutil.copy(ceremonies("rollover").path / "masterlist.ml", tmp_path)
    shutil.copy(ceremonies("nist256").path / "csca.der", tmp_path)
    store = TrustStore.load(tmp_path)
    assert store.anchors == (ceremonies("nist256").certificate("csca"),)
    assert "masterlist.ml is not trusted" in store.notes[0]


def test_a_master_list_brings_its_csca_and_links(ceremonies, tmp_path: Path) -> None:
    folder = ceremonies("rollover")
    shutil.copy(folder.path / "masterlist.ml", tmp_path)
    shutil.copy(folder.path / "csca.der", tmp_path)
    store = TrustStore.load(tmp_path)
    assert set(store.anchors) == {folder.certificate("csca"), folder.certificate("csca_previous")}
    assert store.links == (folder.certificate("link"),)


def test_a_folder_that_is_missing_or_spoiled_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(PkiError, match="no such folder"):
        TrustStore.load(tmp_path / "none")
    (tmp_path / "broken.cer").write_bytes(b"not a certificate")
    with pytest.raises(PkiError, match=r"broken\.cer"):
        TrustStore.load(tmp_path)


def test_each_state_of_revocation(ceremonies) -> None:
    folder = ceremonies("revoked-ds")
    csca, signer = folder.certificate("csca"), folder.certificate("ds")
    mls, revocations = folder.certificate("mls"), load_crl(folder.path / "csca.crl")
    store = TrustStore((csca,), (), (revocations,))
    assert store.revocation_of(signer, csca, NOW) is RevocationState.REVOKED
    assert store.revocation_of(mls, csca, NOW) is RevocationState.GOOD
    late = NOW + timedelta(days=91)
    assert store.revocation_of(mls, csca, late) is RevocationState.OUTDATED
    assert store.revocation_of(signer, csca, late) is RevocationState.REVOKED
    assert store.revocation_of(mls, csca, NOW - timedelta(days=1)) is RevocationState.NO_LIST
    assert TrustStore((csca,)).revocation_of(mls, csca, NOW) is RevocationState.NO_LIST


def test_the_newest_list_decides_how_fresh_the_answer_is(ceremonies) -> None:
    folder = ceremonies("brainpool256")
    csca, signer = folder.certificate("csca"), folder.certificate("ds")
    later = NOW + timedelta(days=60)
    newer = issue_crl(folder.key("csca"), csca, {}, 2, later, later + timedelta(days=90))
    store = TrustStore((csca,), (), (load_crl(folder.path / "csca.crl"), newer))
    assert store.revocation_of(signer, csca, NOW + timedelta(days=100)) is RevocationState.GOOD
