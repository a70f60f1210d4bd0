"""From a person's data to a whole chip: every file, and every refusal."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from PIL import Image

from chip.errors import EncodingError, PkiError
from chip.lds.build import BuiltChip, ChipContent, build_chip_image
from chip.lds.card_access import CardAccess
from chip.lds.card_security import CardSecurity
from chip.lds.chip_profile import ChipProfile
from chip.lds.com import COM
from chip.lds.dg3 import DG3
from chip.lds.dg14 import DG14
from chip.lds.dg15 import DG15
from chip.lds.face_record import FaceImage
from chip.lds.finger_record import FingerImage, FingerPosition
from chip.lds.master_files import AtrInfo, CvcaReferences, Directory
from chip.lds.security_infos import (
    ActiveAuthenticationInfo,
    ChipAuthenticationInfo,
    ChipAuthenticationPublicKeyInfo,
    PaceInfo,
    TerminalAuthenticationInfo,
)
from chip.lds.sod import SOD
from chip.pki.ceremony import hold_ceremony
from chip.pki.ceremony_profile import load_profile
from chip.pki.document_signer import DocumentSigner
from chip.pki.pki_folder import PkiFolder
from chip.pki.public_key import EcPublicKey, ParameterForm, RsaPublicKey
from chip.pki.signature import digest

NOW = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
MRZ = b"IRLUXX1234567<<<<<<<<<<<<<<<<<9001311F3101310BRA<<<<<<<<<<<6SILVA<<MARIA<<<<<<<<<<<<<<<<<<"
MRZ = MRZ.ljust(90, b"<")[:90]
CVCA = "LUTESTCVCA00001"


def portrait() -> FaceImage:
    content = io.BytesIO()
    Image.new("RGB", (60, 80), "grey").save(content, "JPEG2000")
    return FaceImage.of(content.getvalue())


def prints() -> tuple[FingerImage, ...]:
    wsq = bytes.fromhex("FFA0FFA20011FF0001F40190") + bytes(9) + b"\xff\xa1"
    return tuple(FingerImage.of(wsq, finger, 60) for finger in (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX))


CONTENT = ChipContent(MRZ, portrait(), prints())


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> DocumentSigner:
    folder = tmp_path_factory.mktemp("build") / "pki"
    hold_ceremony(load_profile("brainpool256"), "brainpool256", folder, NOW, None)
    return PkiFolder(folder).document_signer()


def build(signer: DocumentSigner, content: ChipContent = CONTENT, **changes: object) -> BuiltChip:
    profile = ChipProfile(cvca_references=(CVCA,))
    return build_chip_image(content, replace(profile, **changes), signer, NOW, lambda length: b"\x07" * length)


def test_the_default_chip_has_its_files(signer: DocumentSigner) -> None:
    files = build(signer).image.files
    assert set(files) == {
        "EF.COM",
        "EF.DG1",
        "EF.DG2",
        "EF.DG3",
        "EF.DG14",
        "EF.SOD",
        "EF.ATR_INFO",
        "EF.DIR",
        "EF.CardAccess",
        "EF.CVCA",
    }
    assert COM.decode(files["EF.COM"]) == COM((1, 2, 3, 14))
    assert CvcaReferences.decode(files["EF.CVCA"]).references == (CVCA,)
    assert Directory.decode(files["EF.DIR"]) == Directory()
    assert AtrInfo.decode(files["EF.ATR_INFO"]).max_command_bytes == 0x7FFF
    assert files["EF.CardAccess"].hex() == "31143012060a04007f0007020204020202010202010d"  # Doc 9303-11 App. G.1


def test_every_data_group_is_hashed_whole(signer: DocumentSigner) -> None:
    files = build(signer).image.files
    hashes = SOD.decode(files["EF.SOD"]).security_object.hashes
    assert {number: digest("sha256", files[f"EF.DG{number}"]) for number in (1, 2, 3, 14)} == dict(hashes)


def test_dg14_repeats_card_access_and_holds_the_other_protocols(signer: DocumentSigner) -> None:
    built = build(signer)
    dg14 = DG14.decode(built.image.files["EF.DG14"])
    assert dg14.of_kind(PaceInfo) == CardAccess.decode(built.image.files["EF.CardAccess"]).pace
    assert dg14.of_kind(TerminalAuthenticationInfo) == (TerminalAuthenticationInfo(),)
    assert [info.protocol for info in dg14.of_kind(ChipAuthenticationInfo)] == ["0.4.0.127.0.7.2.2.3.2.2"]
    assert dg14.of_kind(ActiveAuthenticationInfo) == ()


def test_the_private_key_is_the_one_of_dg14(signer: DocumentSigner) -> None:
    built = build(signer)
    assert built.chip_authentication_key is not None
    private = load_der_private_key(built.chip_authentication_key, None)
    assert isinstance(private, EllipticCurvePrivateKey)
    (info,) = DG14.decode(built.image.files["EF.DG14"]).of_kind(ChipAuthenticationPublicKeyInfo)
    numbers = private.public_key().public_numbers()
    assert isinstance(info.public_key, EcPublicKey)
    assert (info.public_key.x, info.public_key.y) == (numbers.x, numbers.y)
    assert info.public_key.form is ParameterForm.EXPLICIT


def test_no_two_chips_share_a_key(signer: DocumentSigner) -> None:
    assert build(signer).chip_authentication_key != build(signer).chip_authentication_key


def test_a_key_id_stands_in_both_infos(signer: DocumentSigner) -> None:
    built = build(signer, chip_authentication_key_id=5)
    dg14 = DG14.decode(built.image.files["EF.DG14"])
    assert [info.key_id for info in dg14.of_kind(ChipAuthenticationInfo)] == [5]
    assert [info.key_id for info in dg14.of_kind(ChipAuthenticationPublicKeyInfo)] == [5]
    assert built.secrets("information", "123456").chip_authentication_key_id == 5


@pytest.mark.parametrize("kind", ["brainpoolP256r1", "rsa-2048"])
def test_active_authentication_adds_dg15(signer: DocumentSigner, kind: str) -> None:
    profile = ChipProfile().with_active_authentication(kind)
    built = build_chip_image(CONTENT, profile, signer, NOW, bytes)
    key = DG15.decode(built.image.files["EF.DG15"]).public_key
    infos = DG14.decode(built.image.files["EF.DG14"]).of_kind(ActiveAuthenticationInfo)
    assert isinstance(key, RsaPublicKey if kind == "rsa-2048" else EcPublicKey)
    assert [info.signature_algorithm for info in infos] == ([] if kind == "rsa-2048" else ["0.4.0.127.0.7.1.1.4.1.3"])
    assert built.active_authentication_key is not None
    assert COM.decode(built.image.files["EF.COM"]).data_groups == (1, 2, 3, 14, 15)


def test_chip_authentication_mapping_adds_a_signed_card_security(signer: DocumentSigner) -> None:
    pace = (PaceInfo("0.4.0.127.0.7.2.2.4.6.2", 13), PaceInfo("0.4.0.127.0.7.2.2.4.2.2", 13))
    built = build(signer, pace=pace)
    read = CardSecurity.decode(built.image.files["EF.CardSecurity"])
    read.signed_data.verify(read.signed_data.signers[0], signer.certificate)
    (key,) = (info for info in read.infos if isinstance(info, ChipAuthenticationPublicKeyInfo))
    (signed,) = DG14.decode(built.image.files["EF.DG14"]).of_kind(ChipAuthenticationPublicKeyInfo)
    assert isinstance(key.public_key, EcPublicKey)
    assert key.public_key.form is ParameterForm.STANDARDISED
    assert key.public_key == signed.public_key
    assert {info for info in read.infos if isinstance(info, PaceInfo)} == set(pace)
    assert "EF.CardSecurity" not in build(signer).image.files


def test_an_old_card_has_no_pace_to_offer(signer: DocumentSigner) -> None:
    built = build(signer, access="bac", cvca_references=())
    assert "EF.CardAccess" not in built.image.files
    assert "EF.CVCA" not in built.image.files
    assert DG14.decode(built.image.files["EF.DG14"]).of_kind(PaceInfo) == ()
    bare = build(signer, ChipContent(MRZ, portrait()), access="bac", data_groups=(1, 2))
    assert bare.chip_authentication_key is None
    assert SOD.decode(bare.image.files["EF.SOD"]).security_object.hashes.keys() == {1, 2}


def test_lds_1_8_signs_its_versions(signer: DocumentSigner) -> None:
    files = build(signer, lds_1_8=True).image.files
    versions = SOD.decode(files["EF.SOD"]).security_object.version_info
    assert versions is not None
    assert (versions.lds_version, COM.decode(files["EF.COM"]).lds_version) == ("0108", "0108")


def test_a_person_without_prints_has_the_form_of_zero_instances(signer: DocumentSigner) -> None:
    built = build(signer, ChipContent(MRZ, portrait()))
    assert DG3.decode(built.image.files["EF.DG3"]) == DG3((), b"\x07" * 8)


def test_secrets_and_people_do_not_show(signer: DocumentSigner) -> None:
    built = build(signer)
    for value in (built, built.secrets("information", "123456"), CONTENT, signer):
        assert "object at" in repr(value)


def test_fingers_without_dg3_and_groups_that_were_not_asked_for_are_refused(signer: DocumentSigner) -> None:
    with pytest.raises(EncodingError, match="no DG3"):
        build(signer, data_groups=(1, 2, 14))
    with pytest.raises(EncodingError, match="7, 11 and 12"):
        build(signer, replace(CONTENT, prepared={11: b"\x6b\x00"}))
    with pytest.raises(EncodingError, match="7, 11 and 12"):
        build(signer, data_groups=(1, 2, 3, 11, 14))


def test_prepared_groups_are_signed_like_the_others(signer: DocumentSigner) -> None:
    built = build(signer, replace(CONTENT, prepared={11: b"\x6b\x00"}), data_groups=(1, 2, 3, 11, 14))
    assert built.image.files["EF.DG11"] == b"\x6b\x00"
    assert 11 in SOD.decode(built.image.files["EF.SOD"]).security_object.hashes


@pytest.mark.parametrize(
    "changes",
    [
        {"access": "nfc"},
        {"data_groups": (1, 14)},
        {"data_groups": (1, 2, 2, 14)},
        {"data_groups": (1, 2, 4, 14)},
        {"data_groups": (1, 2, 14, 15)},
        {"active_authentication": "brainpoolP256r1"},
        {"data_groups": (1, 2, 3)},
        {"pace": ()},
        {"pace": (PaceInfo("0.4.0.127.0.7.2.2.4.6.2", 12),)},
        {"pace": (PaceInfo("0.4.0.127.0.7.2.2.4.6.2", None),)},
        {"pace": (PaceInfo("0.4.0.127.0.7.2.2.4.6.1", 13),)},  # the mapping has no triple DES
        {"pace": (PaceInfo("0.4.0.127.0.7.2.2.4.4.2", 10),)},  # no point is found on P-224
        {"pace": (PaceInfo("0.4.0.127.0.7.2.2.4.1.2", 13),)},  # integers over a curve
        {"pace": (PaceInfo("0.4.0.127.0.7.2.2.4.2.2", 2),)},  # a curve over integers
        {"pace": (PaceInfo("0.4.0.127.0.7.2.2.4.2.5", 13),)},
        {"pace": (PaceInfo("0.4.0.127.0.7.2.2.4.5.2", 13),)},
        {"pace": (PaceInfo("0.4.0.127.0.7.2.2.4.2", 13),)},
        {"pace": (PaceInfo("0.4.0.127.0.7.2.2.4.2.2", 19),)},
    ],
    ids=lambda changes: str(changes),
)
def test_a_profile_that_no_card_can_follow_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(EncodingError):
        replace(ChipProfile(), **changes)


def test_nothing_is_signed_outside_the_keys_time_or_for_other_documents(signer: DocumentSigner) -> None:
    for moment in (NOW - timedelta(days=1), NOW + timedelta(days=90)):
        with pytest.raises(PkiError):
            build_chip_image(CONTENT, ChipProfile(), signer, moment, bytes)
    with pytest.raises(PkiError, match="documents of this type"):
        build(signer, replace(CONTENT, mrz=b"P<" + MRZ[2:]))


def test_a_key_that_signs_wrong_gets_nothing_out(signer: DocumentSigner) -> None:
    class Careless:
        """Signs, but not what it was given."""

        algorithm = signer.key.algorithm
        public_key = signer.key.public_key

        def sign(self, message: bytes) -> bytes:
            return signer.key.sign(message + b"!")

    with pytest.raises(PkiError, match="does not hold"):
        build(replace(signer, key=Careless()))


@pytest.mark.parametrize("profile", ["nist256", "brainpool384", "rollover"])
def test_every_pki_signs_chips(tmp_path: Path, profile: str) -> None:
    hold_ceremony(load_profile(profile), profile, tmp_path / "pki", NOW, None)
    assert build(PkiFolder(tmp_path / "pki").document_signer()).image.files["EF.SOD"]
