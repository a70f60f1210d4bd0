"""DG3: fingerprints, one template for each finger (Doc 9303-10 §4.7.3).

A card of a person without usable fingers has the form of zero instances: `7F61 { 02 01 00 }` and then DO'53' with
random bytes, so that its hash does not say so (TR-03105-3.2 LDS_G_3).
"""

from dataclasses import dataclass, field

from chip.errors import DecodingError, EncodingError
from chip.lds.biometric_template import (
    FINGER_19794,
    FINGER_39794,
    TYPE_FINGER,
    BiometricFormat,
    BiometricHeader,
    BiometricTemplate,
    decode_group,
    encode_group,
)
from chip.lds.finger_record import FingerImage, FingerRecord
from chip.lds.iso39794 import TAG_FINGER, Iso39794Record, finger_record, fingers_of
from chip.tlv import decode_tlv, encode_tlv

TAG_DG3, TAG_DISCRETIONARY = 0x63, 0x53
FILLER_BYTES = 8


@dataclass(frozen=True, slots=True)
class DG3:
    """The templates; `filler` is the content of DO'53', of which at least eight random bytes stand where none is."""

    templates: tuple[BiometricTemplate, ...]
    filler: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.templates and (self.filler is None or len(self.filler) < FILLER_BYTES):
            raise EncodingError(f"DG3 without fingers wants {FILLER_BYTES} random bytes at least")

    @classmethod
    def of(
        cls,
        fingers: tuple[FingerImage, ...],
        filler: bytes,
        biometric_format: BiometricFormat = BiometricFormat.ISO_19794,
    ) -> "DG3":
        """The file of these prints, one record each; of none, `filler` makes its hash unpredictable."""
        templates = tuple(_template(finger, biometric_format) for finger in fingers)
        return cls(templates, None if templates else filler)

    def fingers(self) -> tuple[FingerImage, ...]:
        """The images of all records, of either standard. Raises DecodingError when one is of none."""
        fingers: list[FingerImage] = []
        for template in self.templates:
            if template.header.format_type == FINGER_39794:
                fingers += fingers_of(Iso39794Record.decode(template.record, TAG_FINGER))
            elif template.header.format_type == FINGER_19794:
                fingers += FingerRecord.decode(template.record).images
            else:
                raise DecodingError("DG3 holds a record that is neither of ISO/IEC 19794-4 nor of 39794-4")
        return tuple(fingers)

    def encode(self) -> bytes:
        """The file."""
        filler = encode_tlv(TAG_DISCRETIONARY, self.filler) if self.filler is not None else b""
        return encode_tlv(TAG_DG3, encode_group(self.templates), filler)

    @classmethod
    def decode(cls, raw: bytes) -> "DG3":
        """The file that `raw` is. Raises DecodingError when the wrapping is not that of Doc 9303-10."""
        children = decode_tlv(raw, TAG_DG3).children
        if not children or len(children) > 2 or (len(children) == 2 and children[1].tag != TAG_DISCRETIONARY):
            raise DecodingError("DG3 holds one biometric group and perhaps DO'53'")
        filler = children[1].value if len(children) == 2 else None
        try:
            return cls(decode_group(children[0]), filler)
        except EncodingError as error:
            raise DecodingError(str(error)) from None


def _template(finger: FingerImage, biometric_format: BiometricFormat) -> BiometricTemplate:
    subtype = finger.position.biometric_subtype
    if biometric_format is BiometricFormat.ISO_39794:
        header, record = BiometricHeader.of(TYPE_FINGER, FINGER_39794, subtype), finger_record(finger).encode()
        return BiometricTemplate(header, record, is_constructed=True)
    return BiometricTemplate(BiometricHeader.of(TYPE_FINGER, FINGER_19794, subtype), FingerRecord((finger,)).encode())
