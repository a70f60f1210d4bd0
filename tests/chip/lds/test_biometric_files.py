"""DG2 and DG3 with their ISO/IEC 19794 records and the wrapping of ISO/IEC 7816-11."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chip.errors import DecodingError, EncodingError
from chip.lds.biometric_template import BiometricTemplate
from chip.lds.dg2 import DG2
from chip.lds.dg3 import DG3
from chip.lds.face_record import FaceImage, FaceRecord, Gender, ImageSource
from chip.lds.finger_record import FingerImage, FingerPosition, FingerRecord
from chip.tlv import decode_tlv, encode_tlv

FILLER = bytes(range(8))


def portrait(kind: str = "JPEG2000") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (60, 80), "grey").save(content, kind)
    return content.getvalue()


def wsq(width: int = 400, height: int = 500) -> bytes:
    """A WSQ file as far as its frame header: SOI, SOF and the size in it."""
    frame = b"\x00\x11\xff\x00" + height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return b"\xff\xa0\xff\xa2" + frame + bytes(9) + b"\xff\xa1"


@pytest.mark.parametrize(("kind", "code"), [("JPEG", 0), ("JPEG2000", 1)])
def test_a_portrait_tells_its_size_and_format(kind: str, code: int) -> None:
    face = FaceImage.of(portrait(kind), Gender.FEMALE, ImageSource.STATIC_SCANNER)
    assert (face.width_px, face.height_px, face.data_type) == (60, 80, code)
    dg2 = DG2.of(face)
    assert DG2.decode(dg2.encode()) == dg2
    assert dg2.faces() == (face,)


def test_the_header_of_a_face_names_its_format() -> None:
    header = DG2.of(FaceImage.of(portrait())).templates[0].header
    assert (header.biometric_type, header.format_type, header.subtype) == (2, 8, None)
    assert header.encode().hex() == "a10f800201018101028702010188020008"


def test_only_jpeg_and_jpeg2000_are_faces() -> None:
    for image in (portrait("PNG"), wsq(), b""):
        with pytest.raises(EncodingError):
            FaceImage.of(image)


def test_only_wsq_is_a_fingerprint() -> None:
    for image in (portrait(), b""):
        with pytest.raises(EncodingError):
            FingerImage.of(image, FingerPosition.RIGHT_INDEX, 50)
    for position, quality in ((FingerPosition.UNKNOWN, 50), (FingerPosition.LEFT_INDEX, 101)):
        with pytest.raises(EncodingError):
            FingerImage.of(wsq(), position, quality)


def test_each_finger_has_a_template_and_its_own_subtype() -> None:
    fingers = tuple(FingerImage.of(wsq(), position, 60) for position in list(FingerPosition)[1:])
    dg3 = DG3.of(fingers, FILLER)
    assert DG3.decode(dg3.encode()) == dg3
    assert dg3.fingers() == fingers
    subtypes = [template.header.subtype for template in dg3.templates]
    assert subtypes == [0x05, 0x09, 0x0D, 0x11, 0x15, 0x06, 0x0A, 0x0E, 0x12, 0x16]
    assert dg3.filler is None


def test_no_finger_gives_the_form_of_zero_instances() -> None:
    dg3 = DG3.of((), FILLER)
    assert dg3.encode().hex() == "63107f6103020100" + "5308" + FILLER.hex()
    assert DG3.decode(dg3.encode()) == dg3
    assert dg3.fingers() == ()


def test_no_finger_wants_random_bytes() -> None:
    with pytest.raises(EncodingError):
        DG3.of((), bytes(7))
    with pytest.raises(DecodingError):
        DG3.decode(bytes.fromhex("63067f6103020100"))


@pytest.mark.parametrize(("name", "kind"), [("EF.DG2", DG2), ("EF.DG3", DG3)])
def test_the_specimen_of_2008_comes_back_from_its_values(
    specimen: dict[str, bytes], name: str, kind: type[DG2] | type[DG3]
) -> None:
    read = kind.decode(specimen[name])
    assert read.encode() == specimen[name]
    for template in read.templates:
        record: FaceRecord | FingerRecord
        record = FaceRecord.decode(template.record) if kind is DG2 else FingerRecord.decode(template.record)
        assert record.encode() == template.record


def test_the_fingers_of_the_specimen_are_both_index_fingers(specimen: dict[str, bytes]) -> None:
    dg3 = DG3.decode(specimen["EF.DG3"])
    assert [finger.position.name.lower() for finger in dg3.fingers()] == ["right_index", "left_index"]
    assert [template.header.subtype for template in dg3.templates] == [0x09, 0x0A]


def test_a_group_whose_count_is_wrong_is_refused() -> None:
    template = DG2.of(FaceImage.of(portrait())).templates[0].encode()
    for count in (0, 2):
        with pytest.raises(DecodingError, match="counts"):
            DG2.decode(encode_tlv(0x75, encode_tlv(0x7F61, bytes([2, 1, count]), template)))
    with pytest.raises(DecodingError, match="no facial image"):
        DG2.decode(encode_tlv(0x75, encode_tlv(0x7F61, bytes([2, 1, 0]))))
    with pytest.raises(DecodingError):
        DG2.decode(encode_tlv(0x75, encode_tlv(0x7F61)))


def test_a_template_without_header_or_record_is_refused() -> None:
    whole = decode_tlv(DG2.of(FaceImage.of(portrait())).templates[0].encode())
    for kept in whole.children:
        with pytest.raises(DecodingError):
            BiometricTemplate.decode(decode_tlv(encode_tlv(0x7F60, kept.raw)))


def test_a_record_of_another_format_is_not_read_as_a_face(specimen: dict[str, bytes]) -> None:
    finger = DG3.decode(specimen["EF.DG3"]).templates[0]
    with pytest.raises(DecodingError, match="neither of"):
        DG2((finger,)).faces()


@given(st.integers(0, 200), st.integers(0, 255))
def test_a_changed_byte_in_a_header_is_read_or_refused(position: int, value: int) -> None:
    raw = bytearray(DG3.of((FingerImage.of(wsq(), FingerPosition.LEFT_THUMB, 60),), FILLER).encode())
    raw[position % len(raw)] = value
    try:
        DG3.decode(bytes(raw)).fingers()
    except DecodingError:
        return


@given(st.binary(max_size=80))
def test_noise_is_no_record(noise: bytes) -> None:
    for kind, start in ((FaceRecord, b"FAC\x00010\x00"), (FingerRecord, b"FIR\x00010\x00")):
        for raw in (noise, start + noise):
            try:
                read = kind.decode(raw)
            except DecodingError:
                continue
            assert len(read.encode()) == len(raw)
