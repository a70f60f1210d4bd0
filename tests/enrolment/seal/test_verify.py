"""What a seal is worth: valid, forged, expired, of a signer that nobody knows, each told from the others."""

import os
import secrets
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chip.pki.certificate import UsagePeriod
from chip.pki.crl import issue_crl
from chip.pki.issuing import AuthorityContact, DistinguishedName, Validity, issue_csca, issue_document_signer
from chip.pki.signature import der_to_plain
from chip.pki.signing_key import SoftwareKey
from chip.pki.trust_store import TrustStore
from enrolment.seal.digital_seal import DigitalSeal, Feature
from enrolment.seal.errors import SealCannotHold, SealError, SealerUnfit, SealUnreadable
from enrolment.seal.sealed_paper import CUT, LONGEST_TEXT_BYTES, SealedPaper, cut_to_fit
from enrolment.seal.sealing import PaperSealer
from enrolment.seal.trust import SealTrust
from enrolment.seal.verify import Verdict, verify_seal

TODAY = date(2026, 11, 2)
RECEIPT = SealedPaper(
    document="D2",
    number="R-2026-000001",
    surname="Шевченко",
    given_names="Зоя",
    birth_date="1985-03-XX",
    nationality="UKR",
    valid_from=TODAY,
    valid_until=date(2027, 5, 2),
)
CONTACT = AuthorityContact("LUX", "csca@test.example", "http://test.example/csca.crl")


@pytest.fixture
def trust(trust_folder):
    """What `trust_folder` says."""
    return SealTrust.load(trust_folder)


def sealed(sealer, paper=RECEIPT, signed_on=TODAY):
    return sealer.seal(paper, issued_on=signed_on, signed_on=signed_on)


def outcomes(report):
    return {check.name: check.outcome.value for check in report.checks}


def test_a_seal_that_we_made_is_valid_and_says_what_the_paper_says(sealer, trust):
    report = verify_seal(sealed(sealer), trust, TODAY)
    assert report.verdict is Verdict.VALID
    assert report.paper == RECEIPT
    assert set(outcomes(report).values()) == {"passed"}
    assert report.to_json()["paper"]["valid_until"] == "2027-05-02"


def test_a_key_that_signs_with_another_hash_than_its_curves_is_refused(make_sealer):
    """The default of this program for a short curve is SHA-256; a seal names no hash, so that would not be read."""
    with pytest.raises(SealerUnfit, match="sha224"):
        sealed(make_sealer(kind="secp224r1"))


@pytest.mark.parametrize("kind", ["brainpoolP256r1", "secp384r1", "secp521r1"])
def test_every_curve_is_signed_with_the_hash_of_its_length(make_sealer, kind):
    other = make_sealer(kind=kind)
    believed = SealTrust((other.certificate,), (), TrustStore(()))
    assert verify_seal(sealed(other), believed, TODAY).verdict is Verdict.VALID


def test_no_flipped_bit_of_a_seal_is_ever_valid(sealer, trust):
    raw = sealed(sealer)
    every = int(os.environ.get("STATION_SEAL_BITS", "400"))
    for position in sorted({index * 8 * len(raw) // every for index in range(every)}):
        changed = bytearray(raw)
        changed[position // 8] ^= 1 << position % 8
        try:
            report = verify_seal(bytes(changed), trust, TODAY)
        except SealUnreadable:
            continue
        assert report.verdict in (Verdict.FORGED, Verdict.SIGNER_UNKNOWN), position
        assert report.paper is None


def test_the_words_of_a_forged_seal_are_not_shown(sealer, trust):
    raw = bytearray(sealed(sealer))
    raw[-1] ^= 1
    report = verify_seal(bytes(raw), trust, TODAY)
    assert report.verdict is Verdict.FORGED
    assert report.to_json()["paper"] is None
    assert "Шевченко" not in repr(report)


def test_a_key_of_the_same_name_and_number_signs_for_nobody_else(sealer, trust):
    """Another key under the true certificate's name: what a forger has."""
    forged = PaperSealer(SoftwareKey.generate("secp256r1"), sealer.certificate, "LUX")
    with pytest.raises(SealerUnfit, match="not that of its key"):
        sealed(forged)
    seal, _signed = DigitalSeal.decode(sealed(sealer))
    foreign = der_to_plain(forged.key.sign(seal.signed_bytes), forged.key.public_key.curve)
    assert verify_seal(seal.signed_with(foreign).encode(), trust, TODAY).verdict is Verdict.FORGED


def test_a_signer_that_the_folder_does_not_have_is_unknown_not_forged(make_sealer, trust):
    assert verify_seal(sealed(make_sealer()), trust, TODAY).verdict is Verdict.SIGNER_UNKNOWN


def test_an_expired_paper_is_told_from_an_expired_signer(sealer, trust):
    raw = sealed(sealer)
    last, after = date(2027, 5, 2), date(2027, 5, 3)
    assert verify_seal(raw, trust, last).verdict is Verdict.VALID
    expired = verify_seal(raw, trust, after)
    assert expired.verdict is Verdict.PAPER_EXPIRED
    assert outcomes(expired)["signer_now"] == "passed"
    unlimited = sealed(sealer, replace(RECEIPT, document="D1", valid_until=None))
    assert verify_seal(unlimited, trust, date(2028, 12, 31)).verdict is Verdict.VALID
    signer_gone = verify_seal(unlimited, trust, date(2029, 1, 1))
    assert signer_gone.verdict is Verdict.SIGNER_EXPIRED
    assert outcomes(signer_gone)["signer_then"] == "passed"
    assert outcomes(signer_gone)["paper_validity"] == "passed"
    assert outcomes(verify_seal(raw, trust, date(2029, 1, 1)))["paper_validity"] == "failed"


def test_a_conditional_receipt_is_not_in_effect_before_its_day(sealer, trust):
    raw = sealed(sealer, replace(RECEIPT, document="D6", valid_from=date(2026, 12, 1), valid_until=date(2027, 6, 1)))
    assert verify_seal(raw, trust, date(2026, 11, 30)).verdict is Verdict.NOT_IN_EFFECT_YET
    assert verify_seal(raw, trust, date(2026, 12, 1)).verdict is Verdict.VALID


def test_a_seal_of_tomorrow_is_not_believed_today(sealer, trust):
    report = verify_seal(sealed(sealer, signed_on=TODAY + timedelta(days=1)), trust, TODAY)
    assert report.verdict is Verdict.SIGNER_NOT_TRUSTED
    assert outcomes(report)["signer_then"] == "failed"


def test_a_signer_taken_back_is_revoked(sealer, trust_folder):
    (trust_folder / "withdrawn").mkdir()
    (trust_folder / "seal.der").rename(trust_folder / "withdrawn" / "seal.der")
    report = verify_seal(sealed(sealer), SealTrust.load(trust_folder), TODAY)
    assert report.verdict is Verdict.SIGNER_REVOKED
    assert outcomes(report)["revocation"] == "failed"


def test_a_certificate_that_is_for_more_than_signatures_does_not_seal(sealer, trust):
    for changed in (
        replace(sealer.certificate, key_usage=frozenset({"digital_signature", "key_cert_sign"})),
        replace(sealer.certificate, is_ca=True),
        replace(sealer.certificate, signature=bytes(70)),
    ):
        report = verify_seal(sealed(sealer), replace(trust, signers=(changed,)), TODAY)
        assert report.verdict is Verdict.SIGNER_NOT_TRUSTED
        assert outcomes(report)["signer_trust"] == "failed"


def test_a_seal_on_another_states_document_is_not_taken_for_a_paper_of_ours(sealer, trust):
    header = replace(DigitalSeal.decode(sealed(sealer))[0].header, feature_definition=0xFB)
    other = DigitalSeal(header, (Feature(2, b"x"),))
    raw = other.signed_with(der_to_plain(sealer.key.sign(other.signed_bytes), sealer.key.public_key.curve)).encode()
    report = verify_seal(raw, trust, TODAY)
    assert report.verdict is Verdict.OTHER_DOCUMENT
    assert report.paper is None


def test_an_own_seal_that_lacks_a_feature_is_not_valid(sealer, trust):
    header = DigitalSeal.decode(sealed(sealer))[0].header
    lacking = DigitalSeal(header, (Feature(1, b"\xfe2"),))
    raw = lacking.signed_with(der_to_plain(sealer.key.sign(lacking.signed_bytes), sealer.key.public_key.curve)).encode()
    report = verify_seal(raw, trust, TODAY)
    assert report.verdict is Verdict.OTHER_DOCUMENT
    assert outcomes(report)["message"] == "failed"


# ---- a signer that a CSCA issued, as TR-03137-1 §8.5 has it ----


@pytest.fixture
def chained(tmp_path):
    """(sealer, folder, revoke): a signer below a CSCA, the folder that trusts the CSCA, and the CSCA's next list."""
    begins, ends = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    validity = Validity(begins, ends, UsagePeriod(begins, ends))
    csca_key, key = SoftwareKey.generate("brainpoolP256r1"), SoftwareKey.generate("brainpoolP256r1")
    csca = issue_csca(csca_key, DistinguishedName("LU", "TEST", "TEST CSCA"), validity, CONTACT, secrets.token_bytes)
    name = DistinguishedName("LU", "TEST", "TEST RP signer")
    certificate = issue_document_signer(
        csca_key, csca, key.public_key, name, validity, CONTACT, ("RP",), secrets.token_bytes
    )
    folder = tmp_path / "chained"
    folder.mkdir()
    (folder / "csca.der").write_bytes(csca.raw)
    (folder / "seal.der").write_bytes(certificate.raw)

    def publish(revoked=()):
        listed = dict.fromkeys(revoked, begins)
        made = issue_crl(
            csca_key, csca, listed, 1, datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
        )
        (folder / "csca.crl").write_bytes(made.raw)

    return PaperSealer(key, certificate, "LUX"), folder, publish


def test_a_signer_below_a_trusted_csca_is_believed_and_its_list_is_asked(chained):
    sealer, folder, publish = chained
    unlisted = verify_seal(sealed(sealer), SealTrust.load(folder), TODAY)
    assert unlisted.verdict is Verdict.VALID
    assert outcomes(unlisted)["revocation"] == "unavailable"
    publish()
    assert outcomes(verify_seal(sealed(sealer), SealTrust.load(folder), TODAY))["revocation"] == "passed"
    publish(revoked=[sealer.certificate.serial_number])
    assert verify_seal(sealed(sealer), SealTrust.load(folder), TODAY).verdict is Verdict.SIGNER_REVOKED


def test_a_signer_below_a_csca_that_nobody_trusts_is_not_believed(chained):
    sealer, folder, _publish = chained
    (folder / "csca.der").unlink()
    report = verify_seal(sealed(sealer), SealTrust.load(folder), TODAY)
    assert report.verdict is Verdict.SIGNER_NOT_TRUSTED


# ---- what a seal can hold ----

names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=80)


@given(
    st.builds(
        SealedPaper,
        document=st.sampled_from(["D1", "D2", "D4", "D6", "D9", "D11", "D12"]),
        number=st.from_regex(r"\A[A-Z]-20[0-9]{2}-[0-9]{6}\Z"),
        surname=names,
        given_names=names,
        birth_date=st.from_regex(r"\A(19|20)[0-9]{2}-([01][0-9]|XX)-([0-3][0-9]|XX)\Z"),
        nationality=st.from_regex(r"\A[A-Z]{1,3}\Z"),
        valid_from=st.none() | st.dates(date(1950, 1, 1), date(2150, 1, 1)),
        valid_until=st.none() | st.dates(date(1950, 1, 1), date(2150, 1, 1)),
        first_issued_on=st.none() | st.dates(date(1950, 1, 1), date(2150, 1, 1)),
        address=names,
    )
)
def test_a_papers_message_reads_back_what_fits(paper):
    read = SealedPaper.from_features(paper.features())
    assert read == replace(
        paper,
        surname=cut_to_fit(paper.surname),
        given_names=cut_to_fit(paper.given_names),
        address=cut_to_fit(paper.address),
    )


@given(names)
def test_a_long_name_is_cut_before_a_whole_letter_and_says_so(name):
    cut = cut_to_fit(name)
    assert len(cut.encode()) <= LONGEST_TEXT_BYTES
    whole = unicodedata.normalize("NFC", name)
    if cut != whole:
        kept = cut.removesuffix(CUT)
        assert whole.startswith(kept)
        assert cut.endswith(CUT)


def test_a_mark_is_not_cut_from_its_letter():
    name = "क" * 18 + "क" + "\u093c\u093c" + "क" * 5  # nukta: a mark that does not compose here
    assert not unicodedata.combining(cut_to_fit(name).removesuffix(CUT)[-1:] or "x")
    assert cut_to_fit(name) == "क" * 18 + CUT


@pytest.mark.parametrize("changes", [{"number": "R_1"}, {"nationality": "é"}, {"surname": "\ud800"}])
def test_what_a_seal_has_no_letters_for_is_refused(sealer, changes):
    with pytest.raises(SealCannotHold):
        sealed(sealer, replace(RECEIPT, **changes))


def test_a_key_that_does_not_seal_papers_is_refused_before_it_signs(make_sealer, sealer):
    with pytest.raises(SealerUnfit, match="does not cover"):
        sealed(sealer, signed_on=date(2029, 1, 1))
    with pytest.raises(SealerUnfit, match="elliptic curve"):
        sealed(make_sealer(kind="rsa-2048"))


def test_a_folder_without_a_signer_of_seals_is_refused(tmp_path):
    with pytest.raises(SealError, match="no such folder"):
        SealTrust.load(tmp_path / "absent")
    with pytest.raises(SealError, match=r"seal\.der"):
        SealTrust.load(tmp_path)
    (tmp_path / "seal.der").write_bytes(b"x")
    with pytest.raises(SealError, match=r"no X\.509 certificate"):
        SealTrust.load(tmp_path)
