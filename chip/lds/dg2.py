"""DG2: the facial image (Doc 9303-10 §4.7.2)."""

from dataclasses import dataclass

from chip.errors import DecodingError, EncodingError
from chip.lds.biometric_template import (
    FACE_19794,
    FACE_39794,
    TYPE_FACE,
    BiometricFormat,
    BiometricHeader,
    BiometricTemplate,
    decode_group,
    encode_group,
)
from chip.lds.face_record import FaceImage, FaceRecord
from chip.lds.iso39794 import TAG_FACE, Iso39794Record, face_record, faces_of
from chip.tlv import decode_tlv, encode_tlv

TAG_DG2 = 0x75


@dataclass(frozen=True, slots=True)
class DG2:
    """One template or more (Doc 9303-10 wants one, older documents hold up to nine)."""

    templates: tuple[BiometricTemplate, ...]

    def __post_init__(self) -> None:
        if not self.templates:
            raise EncodingError("DG2 holds one facial image at least")

    @classmethod
    def of(cls, face: FaceImage, biometric_format: BiometricFormat = BiometricFormat.ISO_19794) -> "DG2":
        """The file of one portrait."""
        if biometric_format is BiometricFormat.ISO_39794:
            header, record = BiometricHeader.of(TYPE_FACE, FACE_39794), face_record(face).encode()
            return cls((BiometricTemplate(header, record, is_constructed=True),))
        return cls((BiometricTemplate(BiometricHeader.of(TYPE_FACE, FACE_19794), FaceRecord((face,)).encode()),))

    def faces(self) -> tuple[FaceImage, ...]:
        """The images of all records, of either standard. Raises DecodingError when one is of none."""
        faces: list[FaceImage] = []
        for template in self.templates:
            if template.header.format_type == FACE_39794:
                faces += faces_of(Iso39794Record.decode(template.record, TAG_FACE))
            elif template.header.format_type == FACE_19794:
                faces += FaceRecord.decode(template.record).images
            else:
                raise DecodingError("DG2 holds a record that is neither of ISO/IEC 19794-5 nor of 39794-5")
        return tuple(faces)

    def encode(self) -> bytes:
        """The file."""
        return encode_tlv(TAG_DG2, encode_group(self.templates))

    @classmethod
    def decode(cls, raw: bytes) -> "DG2":
        """The file that `raw` is. Raises DecodingError when the wrapping is not that of Doc 9303-10."""
        children = decode_tlv(raw, TAG_DG2).children
        if len(children) != 1:
            raise DecodingError("DG2 holds one biometric group")
        templates = decode_group(children[0])
        if not templates:
            raise DecodingError("DG2 holds no facial image")
        return cls(templates)
