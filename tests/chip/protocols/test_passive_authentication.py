"""Passive Authentication: each forgery makes exactly the check fail that it is."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip import der
from chip.checks import Outcome
from chip.lds.com import COM
from chip.lds.details import DG12
from chip.lds.dg1 import DG1
from chip.lds.sod import SOD, LdsSecurityObject, sign_sod
from chip.oids import LDS_SECURITY_OBJECT
from chip.pki import cms
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.certificate import Certificate, UsagePeriod
from chip.pki.issuing import (
    AuthorityContact,
    DistinguishedName,
    Validity,
    issue_csca,
    issue_document_signer,
    issue_master_list_signer,
)
from chip.pki.pki_folder import PkiFolder
from chip.pki.signing_key import SigningKey, SoftwareKey
from chip.pki.trust_store import TrustStore
from chip.protocols.passive_authentication import check_passive_authentication
from chip.tlv import decode_tlv, encode_tlv

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
TODAY = NOW.date()
CONTACT = AuthorityContact("LUX", "csca@test.station.example", "http://pki.test.station.example/csca.crl")
GROUPS = {
    1: DG1(b"IRLUXX1234567".ljust(90, b"<")).encode(),
    2: encode_tlv(0x75, b"a face"),
    3: encode_tlv(0x63, b"two fingers"),
    14: encode_tlv(0x6E, b"infos"),
}
SIGNATURE, CHAIN, VALIDITY, REVOCATION, HASHES, NOT_LISTED = (
    "sod_signature",
    "ds_chain",
    "ds_validity",
    "revocation",
    "dg_hashes",
    "dg_not_listed",
)
ALL = {SIGNATURE, CHAIN, VALIDITY, REVOCATION, HASHES, NOT_LISTED}
Files = dict[str, bytes]


def outcomes(files: Mapping[str, bytes], trust: TrustStore | None, today: date = TODAY) -> dict[str, Outcome]:
    checks = check_passive_authentication(files, trust, today)
    return {check.name.removeprefix("passive_authentication."): check.outcome for check in checks}


def with_outcome(outcome: Outcome, found: dict[str, Outcome]) -> set[str]:
    return {name for name, value in found.items() if value is outcome}


def failed(files: Mapping[str, bytes], trust: TrustStore | None, today: date = TODAY) -> set[str]:
    found = outcomes(files, trust, today)
    assert len(found) == 6
    names = with_outcome(Outcome.FAILED, found)
    assert with_outcome(Outcome.PASSED, found) == ALL - names, found
    return names


def signed_by(key: SigningKey, certificate: Certificate, signed_at: datetime | None = NOW) -> Files:
    sod = sign_sod(LdsSecurityObject.of(GROUPS, "sha256"), key, certificate, signed_at)
    com = COM(tuple(GROUPS)).encode()
    return {"EF.COM": com, "EF.SOD": sod.raw, **{f"EF.DG{number}": raw for number, raw in GROUPS.items()}}


class Made:
    """One PKI and one document signed by it."""

    def __init__(self, path: Path, profile: str) -> None:
        hold_ceremony(load_profile(profile), profile, path, NOW, None)
        self.folder = PkiFolder(path)
        self.trust = self.folder.trust_store()
        self.key, self.certificate = self.folder.key("ds"), self.folder.certificate("ds")
        self.files = signed_by(self.key, self.certificate)

    def signer(self, **changes: object) -> Files:
        """The document under a Document Signer of the same CSCA that differs in one thing."""
        key = SoftwareKey.generate("brainpoolP256r1")
        begins = NOW - timedelta(days=30)
        ends = changes.get("ends", NOW + timedelta(days=3650))
        usage = changes.get("usage", UsagePeriod(begins, NOW + timedelta(days=60)))
        assert isinstance(ends, datetime)
        assert isinstance(usage, UsagePeriod)
        validity = Validity(begins, ends, usage)
        name = DistinguishedName("LU", "TEST", "TEST DS")
        contact = replace(CONTACT, state_code=str(changes.get("state", "LUX")))
        types = changes.get("types", ("IR",))
        issue = issue_document_signer
        csca_key, csca = self.folder.key("csca"), self.folder.certificate("csca")
        if changes.get("purpose") == "lists":
            certificate = issue_master_list_signer(csca_key, csca, key.public_key, name, validity, contact, _bytes)
        else:
            assert isinstance(types, tuple)
            certificate = issue(csca_key, csca, key.public_key, name, validity, contact, types, _bytes)
        signed_at = changes.get("signed_at", NOW)
        assert signed_at is None or isinstance(signed_at, datetime)
        return signed_by(key, certificate, signed_at)


def _bytes(length: int) -> bytes:
    return b"\x05" * length


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("passive") / "pki", "brainpool256")


@pytest.mark.parametrize("profile", ["brainpool256", "brainpool384", "nist256", "rsa-pss", "rollover"])
def test_a_true_document_passes_all_six(tmp_path: Path, profile: str) -> None:
    document = Made(tmp_path / "pki", profile)
    assert failed(document.files, document.trust) == set()


@pytest.mark.parametrize("number", GROUPS)
def test_one_flipped_bit_in_a_data_group_fails_its_hash_alone(made: Made, number: int) -> None:
    raw = bytearray(GROUPS[number])
    raw[-1] ^= 1
    assert failed({**made.files, f"EF.DG{number}": bytes(raw)}, made.trust) == {HASHES}


def test_a_data_group_nobody_signed_is_found(made: Made) -> None:
    assert failed({**made.files, "EF.DG4": b"\x76\x00"}, made.trust) == {NOT_LISTED}
    longer = COM((*GROUPS, 15)).encode()
    assert failed({**made.files, "EF.COM": longer}, made.trust) == {NOT_LISTED}


def test_a_data_group_that_was_not_read_is_not_judged(made: Made) -> None:
    files = {name: raw for name, raw in made.files.items() if name != "EF.DG3"}
    assert failed(files, made.trust) == set()
    told = {check.name: check.evidence for check in check_passive_authentication(files, made.trust, TODAY)}
    assert "not read: DG3" in told["passive_authentication.dg_hashes"]
    only_sod = {"EF.SOD": made.files["EF.SOD"]}
    assert outcomes(only_sod, made.trust)[HASHES] is Outcome.UNAVAILABLE


def test_an_unreadable_ef_com_leaves_that_question_open(made: Made) -> None:
    found = outcomes({**made.files, "EF.COM": b"\x60\x00"}, made.trust)
    assert with_outcome(Outcome.INCONCLUSIVE, found) == {NOT_LISTED}
    assert with_outcome(Outcome.PASSED, found) == ALL - {NOT_LISTED}


def test_a_changed_hash_in_the_sod_fails_signature_and_hash(made: Made) -> None:
    stated = SOD.decode(made.files["EF.SOD"]).security_object.hashes[2]
    forged = made.files["EF.SOD"].replace(stated, bytes([stated[0] ^ 1]) + stated[1:])
    assert failed({**made.files, "EF.SOD": forged}, made.trust) == {SIGNATURE, HASHES}


def test_exchanged_data_with_a_recomputed_hash_fails_the_signature_alone(made: Made) -> None:
    face = encode_tlv(0x75, b"no face")
    stated = SOD.decode(made.files["EF.SOD"]).security_object
    forged = LdsSecurityObject.of({**GROUPS, 2: face}, "sha256")
    sod = made.files["EF.SOD"].replace(stated.encode(), forged.encode())
    assert failed({**made.files, "EF.DG2": face, "EF.SOD": sod}, made.trust) == {SIGNATURE}


def test_a_broken_signature_fails_alone(made: Made) -> None:
    signature = SOD.decode(made.files["EF.SOD"]).signed_data.signers[0].signature
    forged = made.files["EF.SOD"].replace(signature, signature[:-1] + bytes([signature[-1] ^ 1]))
    assert failed({**made.files, "EF.SOD": forged}, made.trust) == {SIGNATURE}


def test_a_substituted_signer_under_its_own_csca_fails_the_chain_alone(made: Made) -> None:
    key, signer_key = SoftwareKey.generate("brainpoolP256r1"), SoftwareKey.generate("brainpoolP256r1")
    name = DistinguishedName("LU", "TEST residence card station", "TEST CSCA Luxembourg")
    validity = Validity(NOW, NOW + timedelta(days=3650), UsagePeriod(NOW, NOW + timedelta(days=90)))
    csca = issue_csca(key, name, validity, CONTACT, _bytes)
    certificate = issue_document_signer(key, csca, signer_key.public_key, name, validity, CONTACT, ("IR",), _bytes)
    assert failed(signed_by(signer_key, certificate), made.trust) == {CHAIN}


def test_a_wrong_csca_of_the_same_name_fails_the_chain_alone(made: Made, tmp_path: Path) -> None:
    impostor = Made(tmp_path / "pki", "nist256")
    found = outcomes(made.files, impostor.trust)
    assert with_outcome(Outcome.FAILED, found) == {CHAIN}


def test_the_true_signers_certificate_over_a_strangers_signature_fails_the_signature_alone(made: Made) -> None:
    key = SoftwareKey.generate("brainpoolP256r1")
    content = LdsSecurityObject.of(GROUPS, "sha256").encode()
    stranger = replace_key(made.certificate, key)
    raw = cms.sign(LDS_SECURITY_OBJECT, content, key, stranger, NOW)
    forged = encode_tlv(0x77, raw.replace(stranger.raw, made.certificate.raw))
    assert failed({**made.files, "EF.SOD": forged}, made.trust) == {SIGNATURE}


def replace_key(certificate: Certificate, key: SoftwareKey) -> Certificate:
    """The certificate with another public key of the same length in it; its signature is then broken."""
    return Certificate.decode(certificate.raw.replace(certificate.public_key_info, key.public_key.encode()))


@pytest.mark.parametrize(
    ("changes", "fails"),
    [
        ({}, set()),
        ({"signed_at": None}, set()),
        ({"ends": NOW - timedelta(days=1)}, {VALIDITY}),
        ({"signed_at": NOW - timedelta(days=31)}, {VALIDITY}),
        ({"usage": UsagePeriod(None, NOW - timedelta(days=1))}, {VALIDITY}),
        ({"usage": UsagePeriod(None, NOW + timedelta(days=1))}, set()),
        ({"types": ("P",)}, {CHAIN}),
        ({"types": ("I", "IR")}, set()),
        ({"state": "BEL"}, {CHAIN}),
        ({"purpose": "lists"}, {CHAIN}),
    ],
    ids=lambda value: str(sorted(map(str, value))),
)
def test_a_signer_that_differs_in_one_thing(made: Made, changes: dict[str, object], fails: set[str]) -> None:
    assert failed(made.signer(**changes), made.trust) == fails


def test_an_expired_signer_fails_although_its_card_is_young(made: Made) -> None:
    later = TODAY + timedelta(days=3745)
    found = outcomes(made.files, made.trust, later)
    assert with_outcome(Outcome.FAILED, found) == {VALIDITY}
    assert found[REVOCATION] is Outcome.INCONCLUSIVE  # the list of 2026 is long overdue by then


def test_the_key_may_rest_while_the_certificate_lives_on(made: Made) -> None:
    within_the_list = TODAY + timedelta(days=89)
    assert failed(made.files, made.trust, within_the_list) == set()
    found = outcomes(made.files, made.trust, TODAY + timedelta(days=2000))
    assert with_outcome(Outcome.FAILED, found) == set()


def test_a_document_signed_tomorrow_is_not_believed(made: Made) -> None:
    assert failed(made.signer(signed_at=NOW + timedelta(days=1)), made.trust) == {VALIDITY}


def test_the_moment_of_signing_may_come_from_the_document(made: Made) -> None:
    files = made.signer(signed_at=None)
    checks = check_passive_authentication(files, made.trust, TODAY, NOW - timedelta(days=31))
    assert [check.name for check in checks if check.outcome is Outcome.FAILED] == ["passive_authentication.ds_validity"]


@pytest.mark.parametrize(
    ("personalised", "fails"), [("20260302102030", set()), ("20250101000000", {VALIDITY}), ("never", set())]
)
def test_the_moment_of_signing_may_stand_in_dg12(made: Made, personalised: str, fails: set[str]) -> None:
    dg12 = DG12.of({"personalisation_time": personalised}).encode()
    groups = {**GROUPS, 12: dg12}
    sod = sign_sod(LdsSecurityObject.of(groups, "sha256"), made.key, made.certificate, None)
    files = {**made.files, "EF.SOD": sod.raw, "EF.DG12": dg12}
    assert failed(files, made.trust) == fails


def test_a_revoked_signer_fails_alone(tmp_path: Path) -> None:
    document = Made(tmp_path / "pki", "revoked-ds")
    assert failed(document.files, document.trust) == {REVOCATION}


def test_without_trust_what_needs_it_is_unavailable(made: Made) -> None:
    found = outcomes(made.files, None)
    assert with_outcome(Outcome.UNAVAILABLE, found) == {CHAIN, VALIDITY, REVOCATION}
    assert with_outcome(Outcome.PASSED, found) == {SIGNATURE, HASHES, NOT_LISTED}


def test_without_a_list_revocation_is_unavailable(made: Made) -> None:
    found = outcomes(made.files, replace(made.trust, revocation_lists=()))
    assert with_outcome(Outcome.UNAVAILABLE, found) == {REVOCATION}


def test_without_a_sod_nothing_is_authentic(made: Made) -> None:
    for files in ({"EF.DG1": GROUPS[1]}, {**made.files, "EF.SOD": b"\x77\x00"}):
        found = outcomes(files, made.trust)
        assert with_outcome(Outcome.FAILED, found) == {SIGNATURE}
        assert with_outcome(Outcome.UNAVAILABLE, found) == ALL - {SIGNATURE}


def _signed_data(change: Callable[[list[bytes]], None]) -> Callable[[bytes], bytes]:
    """EF.SOD with the members of its SignedData changed."""

    def changed(raw: bytes) -> bytes:
        outer = decode_tlv(decode_tlv(raw).value).children
        members = [member.raw for member in decode_tlv(outer[1].value).children]
        change(members)
        return encode_tlv(0x77, der.sequence(outer[0].raw, der.explicit(0, der.sequence(*members))))

    return changed


def _signer(change: Callable[[list[bytes]], None]) -> Callable[[bytes], bytes]:
    """EF.SOD with the members of its SignerInfo changed."""

    def of_signed_data(members: list[bytes]) -> None:
        parts = [part.raw for part in decode_tlv(decode_tlv(members[-1]).value).children]
        change(parts)
        members[-1] = der.set_of(der.sequence(*parts))

    return _signed_data(of_signed_data)


def _set(index: int, value: bytes) -> Callable[[list[bytes]], None]:
    return lambda members: members.__setitem__(index, value)


SHA384 = bytes.fromhex("300B0609608648016503040202")
ECDSA_SHA384 = bytes.fromhex("300A06082A8648CE3D040303")
DSA = bytes.fromhex("300B0609608648016503040302")


@pytest.mark.parametrize(
    "change",
    [
        _signed_data(_set(0, der.integer(1))),
        _signed_data(_set(1, der.set_of())),
        _signed_data(lambda members: members.insert(4, b"\xa1\x00")),
        _signed_data(_set(4, der.set_of())),
        _signed_data(lambda members: members.__setitem__(4, encode_tlv(0x31, 2 * decode_tlv(members[4]).value))),
        _signer(_set(0, der.integer(3))),
        _signer(_set(1, der.implicit(0, b"another key"))),
        _signer(_set(2, SHA384)),
        _signer(lambda parts: parts.pop(3)),
        _signer(_set(4, ECDSA_SHA384)),
        _signer(_set(4, bytes.fromhex("300506032A0304"))),
        _signer(lambda parts: parts.append(b"\xa1\x00")),
        _signer(lambda parts: parts.__setitem__(3, decode_tlv(parts[3]).raw[:-1] + b"\x00")),
    ],
    ids=[
        "version",
        "no hashes",
        "lists",
        "no signer",
        "two signers",
        "signer's version",
        "another signer",
        "another hash",
        "no attributes",
        "another algorithm",
        "unknown algorithm",
        "unsigned attributes",
        "changed attribute",
    ],
)
def test_what_the_standard_forbids_in_a_signature_fails_the_signature_alone(
    made: Made, change: Callable[[bytes], bytes]
) -> None:
    assert failed({**made.files, "EF.SOD": change(made.files["EF.SOD"])}, made.trust) == {SIGNATURE}


@pytest.mark.parametrize("within", [_signed_data, _signer])
def test_a_version_of_thousands_of_digits_is_a_sod_that_cannot_be_read(
    made: Made, within: Callable[[Callable[[list[bytes]], None]], Callable[[bytes], bytes]]
) -> None:
    endless = within(_set(0, der.integer(2**20_000)))(made.files["EF.SOD"])
    checks = check_passive_authentication({**made.files, "EF.SOD": endless}, made.trust, TODAY)
    assert checks[0].outcome is Outcome.FAILED
    assert "2501 bytes, 8 at most" in checks[0].evidence


def test_a_sod_without_its_signers_certificate_cannot_be_believed(made: Made) -> None:
    bare = _signed_data(lambda members: members.pop(3))(made.files["EF.SOD"])
    found = outcomes({**made.files, "EF.SOD": bare}, made.trust)
    assert with_outcome(Outcome.FAILED, found) == {SIGNATURE}
    assert with_outcome(Outcome.PASSED, found) == {HASHES, NOT_LISTED}


def test_an_algorithm_that_is_allowed_and_not_computed_here_stays_open(made: Made) -> None:
    old = _signer(_set(4, DSA))(made.files["EF.SOD"])
    found = outcomes({**made.files, "EF.SOD": old}, made.trust)
    assert with_outcome(Outcome.INCONCLUSIVE, found) == {SIGNATURE}


def test_the_specimen_of_2008_holds_but_for_the_files_that_nobody_signed(reference_data: Path) -> None:
    folder = reference_data / "vectors" / "bsi2008-silver"
    files = {"EF.COM": "EF_COM", "EF.SOD": "EF_SOD"}
    files |= {f"EF.DG{number}": f"Datagroup{number}" for number in (1, 2, 3, 14)}
    read = {name: (folder / f"{stem}.bin").read_bytes() for name, stem in files.items()}
    found = outcomes(read, None, date(2008, 6, 1))
    assert with_outcome(Outcome.PASSED, found) == {SIGNATURE, HASHES, NOT_LISTED}
    read |= {f"EF.DG{number}": (folder / f"Datagroup{number}.bin").read_bytes() for number in (4, 15)}
    assert outcomes(read, None, date(2008, 6, 1))[NOT_LISTED] is Outcome.FAILED
    assert outcomes(read, None, date(2026, 6, 1))[VALIDITY] is Outcome.FAILED


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_no_changed_byte_of_the_sod_passes_for_the_original(made: Made, position: int, change: int) -> None:
    raw = bytearray(made.files["EF.SOD"])
    raw[position % len(raw)] ^= change
    found = outcomes({**made.files, "EF.SOD": bytes(raw)}, made.trust)
    assert found[SIGNATURE] is Outcome.FAILED or found[CHAIN] is Outcome.FAILED or found[VALIDITY] is Outcome.FAILED
