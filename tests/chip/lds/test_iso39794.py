"""Records of ISO/IEC 39794: ICAO's published test data, and our own."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chip.errors import DecodingError, EncodingError
from chip.lds.biometric_template import BiometricFormat
from chip.lds.data_object import DEEPEST, DataObject, code, constructed, number
from chip.lds.dg2 import DG2
from chip.lds.dg3 import DG3
from chip.lds.face_record import FaceImage, Gender
from chip.lds.finger_record import FingerImage, FingerPosition
from chip.lds.image_header import ImageFormat, read_image_header
from chip.lds.iso39794 import TAG_FACE, TAG_FINGER, Iso39794Record, face_record, faces_of, finger_record, fingers_of
from chip.tlv import decode_tlv, encode_tlv

FILLER = bytes(8)


@pytest.fixture(scope="session")
def published(reference_data: Path) -> Path:
    return reference_data / "vectors" / "icao-ap-39794"


def portrait(kind: str) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (60, 80), "grey").save(content, kind)
    return content.getvalue()


def wsq() -> bytes:
    return bytes.fromhex("FFA0FFA20011FF0001F40190") + bytes(9) + b"\xff\xa1"


@pytest.mark.parametrize("name", ["MandFields", "AllFields", "MandFields_InvalidImage"])
def test_published_records_come_back_from_their_values(published: Path, name: str) -> None:
    raw = (published / f"ICAO_39794_5_AP_{name}.dat").read_bytes()
    record = Iso39794Record.decode(raw, TAG_FACE)
    assert record.encode() == raw
    assert record.generation_and_year == (3, 2019)
    assert len(record.representations) == 1


@pytest.mark.parametrize("name", ["MandFields", "AllFields"])
def test_published_data_groups_come_back_and_show_their_face(published: Path, name: str) -> None:
    raw = (published / f"ICAO_39794_5_AP_DG2_{name}.dat").read_bytes()
    dg2 = DG2.decode(raw)
    assert dg2.encode() == raw
    (face,) = dg2.faces()
    assert read_image_header(face.image).format is ImageFormat.JPEG2000
    assert (face.width_px, face.height_px) == (413, 531)


def test_a_published_record_with_a_broken_image_is_refused(published: Path) -> None:
    raw = (published / "ICAO_39794_5_AP_MandFields_InvalidImage.dat").read_bytes()
    with pytest.raises(DecodingError, match="neither JPEG"):
        faces_of(Iso39794Record.decode(raw, TAG_FACE))


@pytest.mark.parametrize(("kind", "stated"), [("JPEG", 2), ("JPEG2000", 3)])
@pytest.mark.parametrize("gender", [Gender.UNSPECIFIED, Gender.MALE, Gender.FEMALE])
def test_a_face_is_written_and_read(kind: str, stated: int, gender: Gender) -> None:
    face = FaceImage.of(portrait(kind), gender)
    dg2 = DG2.of(face, BiometricFormat.ISO_39794)
    assert DG2.decode(dg2.encode()) == dg2
    assert dg2.faces() == (face,)
    record = Iso39794Record.decode(dg2.templates[0].record, TAG_FACE)
    (representation,) = record.representations
    assert representation.expect(0xA1, 0xA0, 0xA0, 0xA1, 0xA0).code == stated
    assert dg2.templates[0].header.format_type == 0x2A


def test_the_smallest_record_is_the_one_that_was_published(published: Path) -> None:
    raw = (published / "ICAO_39794_5_AP_MandFields.dat").read_bytes()
    ours = face_record(faces_of(Iso39794Record.decode(raw, TAG_FACE))[0])
    theirs = Iso39794Record.decode(raw, TAG_FACE)
    assert ours.generation_and_year == theirs.generation_and_year
    path = (0xA1, 0xA0, 0xA0, 0x80)
    assert ours.representations[0].expect(*path) == theirs.representations[0].expect(*path)


def test_fingers_are_written_and_read() -> None:
    fingers = tuple(
        FingerImage.of(wsq(), position, 60) for position in (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)
    )
    dg3 = DG3.of(fingers, FILLER, BiometricFormat.ISO_39794)
    assert DG3.decode(dg3.encode()) == dg3
    read = dg3.fingers()
    assert [(finger.position, finger.image, finger.width_px) for finger in read] == [
        (finger.position, finger.image, 400) for finger in fingers
    ]
    assert [template.header.subtype for template in dg3.templates] == [0x09, 0x0A]
    assert {template.header.format_type for template in dg3.templates} == {0x28}
    assert DG3.of((), FILLER, BiometricFormat.ISO_39794).fingers() == ()


def test_an_enumeration_is_read_from_both_of_its_branches() -> None:
    assert code(0xA0, 3).code == 3
    assert constructed(0xA0, constructed(0xA1, number(0x80, 7))).code == 7
    with pytest.raises(DecodingError):
        _ = constructed(0xA0).code


def test_what_is_no_face_is_not_written() -> None:
    for image in (portrait("PNG"), wsq()):
        with pytest.raises(EncodingError):
            face_record(FaceImage(image, 1, 1, 0))


def test_other_formats_and_fingers_are_refused() -> None:
    good = finger_record(FingerImage.of(wsq(), FingerPosition.LEFT_THUMB, 60))
    (representation,) = good.representations
    for tag, value in ((0xA2, 4), (0xA0, 13)):
        members = [code(tag, value) if member.tag == tag else member for member in representation]
        block = constructed(TAG_FINGER, good.block.expect(0xA0), constructed(0xA1, constructed(0x30, *members)))
        with pytest.raises(DecodingError):
            fingers_of(Iso39794Record(block))


@pytest.mark.parametrize("raw", ["", "A100", "A1026500", "A1086506A0038001030000", "A10B6509A003800103A1023000"[:-4]])
def test_what_is_no_record_is_refused(raw: str) -> None:
    with pytest.raises(DecodingError):
        faces_of(Iso39794Record.decode(bytes.fromhex(raw), TAG_FACE))


def test_objects_that_lie_too_deep_are_refused() -> None:
    raw = b""
    for _ in range(DEEPEST + 2):
        raw = encode_tlv(0xA0, raw)
    with pytest.raises(DecodingError, match="deep"):
        DataObject.decode(decode_tlv(raw))


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_changed_byte_is_read_or_refused(position: int, value: int) -> None:
    raw = bytearray(face_record(FaceImage.of(portrait("JPEG"))).encode())
    raw[position % len(raw)] = value
    try:
        record = Iso39794Record.decode(bytes(raw), TAG_FACE)
        faces_of(record)
    except DecodingError:
        return
    assert Iso39794Record.decode(record.encode(), TAG_FACE) == record
