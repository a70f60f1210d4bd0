"""Face and finger records of ISO/IEC 39794-5:2019 and -4:2019, as ICAO's application profiles put them into DG2, DG3.

`7F2E { A1 { 65 | 64 { A0 version, A1 { 30 representation … } } } }`: face blocks are [APPLICATION 5], finger blocks 4.
Issuers must use these records from 2030 on and may before; readers must know them since 2026 (Doc 9303-10, 8th ed.).
"""

from dataclasses import dataclass

from chip.errors import DecodingError, EncodingError
from chip.lds.data_object import DataObject, code, constructed, number
from chip.lds.face_record import FaceImage, Gender
from chip.lds.finger_record import FingerImage, FingerPosition
from chip.lds.image_header import ImageFormat, read_image_header
from chip.tlv import decode_tlv, encode_tlv

TAG_STANDARDISED, TAG_FACE, TAG_FINGER = 0xA1, 0x65, 0x64
TAG_VERSION, TAG_REPRESENTATIONS, TAG_SEQUENCE = 0xA0, 0xA1, 0x30
GENERATION, YEAR = 3, 2019
IMAGE_2D = (0xA1, 0xA0, 0xA0)  # imageRepresentation, its two-dimensional choice, its block
FACE_FORMATS = {ImageFormat.JPEG: 2, ImageFormat.JPEG2000: 3}  # 3 lossy, 4 lossless
WSQ = 1
KIND_MRTD, PLAIN_CONTACT = 0, 0
SAMPLES_PER_INCH = 0
UNDEFINED_QUALITY = 0xFE
_GENDER_CODES = {Gender.MALE: 1, Gender.FEMALE: 2}


@dataclass(frozen=True, slots=True)
class Iso39794Record:
    """One block with its version and representations, as a tree: what is not read here is kept."""

    block: DataObject

    def encode(self) -> bytes:
        """The value of 7F2E: the block as a standardised format (A1)."""
        return encode_tlv(TAG_STANDARDISED, self.block.encode())

    @classmethod
    def decode(cls, raw: bytes, tag: int) -> "Iso39794Record":
        """The record in the value of 7F2E, its block having `tag`. Raises DecodingError when it is none."""
        block = DataObject.decode(decode_tlv(decode_tlv(raw, TAG_STANDARDISED).value, tag))
        block.expect(TAG_VERSION)
        if not block.expect(TAG_REPRESENTATIONS).members:
            raise DecodingError("a record of ISO/IEC 39794 without any representation")
        return cls(block)

    @property
    def generation_and_year(self) -> tuple[int, int]:
        """Which version of the standard: (3, 2019)."""
        version = self.block.expect(TAG_VERSION)
        return version.expect(0x80).number, version.expect(0x81).number

    @property
    def representations(self) -> tuple[DataObject, ...]:
        """The representation blocks."""
        return tuple(self.block.expect(TAG_REPRESENTATIONS))


def face_record(face: FaceImage) -> Iso39794Record:
    """A face block with one two-dimensional image. Raises EncodingError for anything but JPEG and JPEG 2000."""
    try:
        header = read_image_header(face.image)
    except DecodingError as error:
        raise EncodingError(str(error)) from None
    if header.format not in FACE_FORMATS:
        raise EncodingError("a face image is JPEG or JPEG 2000")
    information = constructed(
        0xA1,
        code(0xA0, FACE_FORMATS[header.format]),
        code(0xA1, KIND_MRTD),
        constructed(0xA7, number(0x80, header.width_px), number(0x81, header.height_px)),
    )
    image = constructed(0xA0, DataObject(0x80, face.image), information)
    members = [number(0x80, 0), constructed(0xA1, constructed(0xA0, image))]
    gender = _GENDER_CODES.get(Gender(face.gender)) if face.gender in tuple(Gender) else None
    if gender is not None:
        members.append(constructed(0xA8, code(0xA0, gender)))
    return Iso39794Record(_block(TAG_FACE, members))


def finger_record(finger: FingerImage) -> Iso39794Record:
    """A finger block with one plain print in WSQ at 500 samples per inch."""
    members = [
        code(0xA0, finger.position),
        code(0xA1, PLAIN_CONTACT),
        code(0xA2, WSQ),
        DataObject(0x83, finger.image),
        constructed(0xA7, number(0x80, 500), number(0x81, SAMPLES_PER_INCH)),
    ]
    return Iso39794Record(_block(TAG_FINGER, members))


def faces_of(record: Iso39794Record) -> tuple[FaceImage, ...]:
    """The two-dimensional images, size and format as the images say. Raises DecodingError where there is none."""
    faces = []
    for representation in record.representations:
        image = representation.expect(*IMAGE_2D, 0x80).value
        if read_image_header(image).format not in FACE_FORMATS:
            raise DecodingError("a face image that is neither JPEG nor JPEG 2000")
        faces.append(FaceImage.of(image, _gender_of(representation)))
    return tuple(faces)


def fingers_of(record: Iso39794Record) -> tuple[FingerImage, ...]:
    """The prints, size as the images say. Raises DecodingError for formats other than WSQ and for unknown fingers."""
    fingers = []
    for representation in record.representations:
        if representation.expect(0xA2).code != WSQ:
            raise DecodingError("a finger image of another format than WSQ")
        image = representation.expect(0x83).value
        header = read_image_header(image)
        try:
            position = FingerPosition(representation.expect(0xA0).code)
        except ValueError:
            raise DecodingError("a finger record of no single finger") from None
        fingers.append(FingerImage(image, position, header.width_px, header.height_px, UNDEFINED_QUALITY))
    return tuple(fingers)


def _block(tag: int, members: list[DataObject]) -> DataObject:
    version = constructed(TAG_VERSION, number(0x80, GENERATION), number(0x81, YEAR))
    return constructed(tag, version, constructed(TAG_REPRESENTATIONS, constructed(TAG_SEQUENCE, *members)))


def _gender_of(representation: DataObject) -> Gender:
    stated = representation.find(0xA8, 0xA0)
    codes = {value: gender for gender, value in _GENDER_CODES.items()}
    return codes.get(stated.code, Gender.UNSPECIFIED) if stated is not None else Gender.UNSPECIFIED
