"""What went wrong on other people's cards and readers, tried as whole sessions where no other test does."""

import io
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from PIL import Image

from chip.apdu.response import ResponseApdu
from chip.checks import Outcome
from chip.lds.chip_image import ChipImage
from chip.lds.chip_profile import ChipProfile
from chip.lds.dg14 import DG14
from chip.lds.sod import SOD, LdsSecurityObject
from chip.oids import LDS_SECURITY_OBJECT
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.pki_folder import PkiFolder
from chip.pki.signature import Scheme, SignatureAlgorithm
from chip.protocols.secure_messaging import SecureMessagingSession, SessionKeys
from chip.terminal.policy import AccessPolicy
from chip.terminal.report import Verdict
from chip_support.issued_cards import NOW, Issue, Look, portrait_jp2

LONG_NUMBER_ZONE = (  # Doc 9303-5 §4.2.2: the number's ninth place is a filler, its rest and check digit stand behind
    "IRLUXD23145890<7349<<<<<<<<<<<",
    "8503121F3101312BRA<<<<<<<<<<<8",
    "SILVA<<MARIA<<<<<<<<<<<<<<<<<<",
)
LONG_INFORMATION = "D23145890734" + "9" + "8503121" + "3101312"


@pytest.mark.parametrize("access", ["pace", "bac"])
def test_a_long_document_number_opens_with_all_its_places(issue: Issue, access: str) -> None:
    card = issue(ChipProfile(access=access), mrz_lines=LONG_NUMBER_ZONE)
    assert card.mrz_information == LONG_INFORMATION
    policy = AccessPolicy(mrz_information=LONG_INFORMATION, access=access)
    report = Look(card, access=policy, printed=LONG_NUMBER_ZONE).report()
    assert report.verdict is Verdict.BELIEVED
    assert report.check("mrz.agrees").outcome is Outcome.PASSED
    cut = AccessPolicy(mrz_information=LONG_INFORMATION.replace("D23145890734", "D23145890"), access=access)
    assert Look(card, access=cut, printed=LONG_NUMBER_ZONE).report().check("access.password").outcome is Outcome.FAILED


def bare_code_stream() -> bytes:
    """JPEG 2000 without the boxes of a file around it: it begins FF4FFF51."""
    file = io.BytesIO()
    Image.effect_noise((480, 620), 60).convert("RGB").save(
        file, "JPEG2000", no_jp2=True, quality_mode="rates", quality_layers=[60]
    )
    return file.getvalue()


@pytest.mark.parametrize("picture", [bare_code_stream(), portrait_jp2()], ids=["code stream", "JP2 file"])
def test_a_portrait_as_a_bare_code_stream_and_as_a_file_is_read_and_shown(issue: Issue, picture: bytes) -> None:
    report = Look(issue(ChipProfile(), picture=picture)).report()
    assert report.verdict is Verdict.BELIEVED
    portrait = report.contents.portrait
    assert portrait is not None
    assert (portrait.width_px, portrait.height_px, portrait.image) == (480, 620, picture)


def test_a_file_whose_set_is_in_another_order_is_hashed_as_it_stands(issue: Issue, pki: PkiFolder) -> None:
    """DER would sort the infos of DG14: whoever hashes what he encoded anew finds another hash than was signed."""
    card = issue(ChipProfile())
    dg14 = DG14.decode(card.files["EF.DG14"])
    backwards = DG14(tuple(reversed(dg14.infos))).encode()
    assert backwards != card.files["EF.DG14"]
    groups = {number: card.files[f"EF.DG{number}"] for number in (1, 2, 3)} | {14: backwards}
    signed = pki.document_signer().sign(
        LDS_SECURITY_OBJECT, LdsSecurityObject.of(groups, "sha256").encode(), "IR", NOW, ("sha256",)
    )
    files = {**card.files, "EF.DG14": backwards, "EF.SOD": SOD.of(signed).raw}
    report = Look(card, files=files).report()
    assert report.verdict is Verdict.BELIEVED
    assert report.check("passive_authentication.dg_hashes").outcome is Outcome.PASSED
    sorted_again = {**files, "EF.DG14": card.files["EF.DG14"]}
    report = Look(card, files=sorted_again).report()
    assert report.check("passive_authentication.dg_hashes").outcome is Outcome.FAILED


MIXED = """
based_on = "rsa-pss"
[document_signer]
key = "brainpoolP256r1"
signature = "ecdsa-sha256"
"""


def test_the_signature_of_the_sod_is_its_signers_and_not_the_roots(issue: Issue, tmp_path: Path) -> None:
    """A root that signs with RSASSA-PSS over a signer on a curve: the one algorithm does not tell the other."""
    profile = tmp_path / "mixed.toml"
    profile.write_text(MIXED)
    hold_ceremony(load_profile(str(profile)), "mixed", tmp_path / "pki", NOW, None)
    pki = PkiFolder(tmp_path / "pki")
    card = issue(ChipProfile(), signed_by=pki)
    signer = SOD.decode(card.files["EF.SOD"]).signed_data.signers[0]
    certificate = pki.certificate("ds")
    assert signer.algorithm.scheme is Scheme.ECDSA
    assert SignatureAlgorithm.decode(certificate.algorithm_identifier).scheme is Scheme.RSA_PSS
    report = Look(card).report()
    assert report.verdict is Verdict.BELIEVED
    assert report.check("passive_authentication.sod_signature").outcome is Outcome.PASSED


@pytest.mark.parametrize("arc", [1, 2])
def test_the_last_answer_of_chip_authentication_comes_under_the_old_keys_and_the_next_under_new_ones(
    issue: Issue, monkeypatch: pytest.MonkeyPatch, arc: int
) -> None:
    """Both sides' sessions are watched: which keys protected the answer to each command."""
    protected: list[tuple[str, SessionKeys]] = []
    unprotect = SecureMessagingSession.unprotect

    def noted(session: SecureMessagingSession, response: ResponseApdu) -> ResponseApdu:
        protected.append((response.command_name, session.keys))
        return unprotect(session, response)

    monkeypatch.setattr(SecureMessagingSession, "unprotect", noted)
    report = Look(issue(ChipProfile(chip_authentication=f"0.4.0.127.0.7.2.2.3.2.{arc}"))).report()
    assert report.check("chip_authentication").outcome is Outcome.PASSED
    names = [note.name for note in report.notes if note.is_protected]
    assert len(names) == len(protected)
    last = max(number for number, name in enumerate(names) if "(CA)" in name or "KAT" in name)
    before, after = {keys for _, keys in protected[: last + 1]}, {keys for _, keys in protected[last + 1 :]}
    assert (len(before), len(after)) == (1, 1)
    assert before != after
    assert after.pop().suite.is_aes is (arc != 1)


def test_a_card_of_before_2011_has_no_dg14_and_is_believed(issue: Issue) -> None:
    card = issue(ChipProfile(access="bac", data_groups=(1, 2)))
    files = {name: raw for name, raw in card.files.items() if name not in ("EF.ATR_INFO", "EF.DIR")}
    image = replace(card.built, image=ChipImage(MappingProxyType(files)))
    report = Look(
        replace(card, built=image), access=AccessPolicy(mrz_information=card.mrz_information, access="auto")
    ).report()
    assert report.verdict is Verdict.BELIEVED
    assert report.access.protocol == "BAC"
