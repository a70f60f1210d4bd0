"""DG7: the holder's signature or usual mark as a picture (Doc 9303-10 §4.7.7)."""

from dataclasses import dataclass, field

from chip import der
from chip.errors import DecodingError, EncodingError
from chip.tlv import decode_tlv, encode_tlv

TAG_DG7, TAG_IMAGE = 0x67, 0x5F43


@dataclass(frozen=True, slots=True)
class DG7:
    """The pictures, JPEG or JPEG 2000."""

    images: tuple[bytes, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.images:
            raise EncodingError("DG7 holds one image at least")

    def encode(self) -> bytes:
        """The file: the count, then the images."""
        images = (encode_tlv(TAG_IMAGE, image) for image in self.images)
        return encode_tlv(TAG_DG7, der.integer(len(self.images)), *images)

    @classmethod
    def decode(cls, raw: bytes) -> "DG7":
        """The file that `raw` is. Raises DecodingError when its count is not that of its images."""
        children = decode_tlv(raw, TAG_DG7).children
        if len(children) < 2 or any(child.tag != TAG_IMAGE for child in children[1:]):
            raise DecodingError("DG7 holds a count and images")
        if der.read_number(children[0]) != len(children) - 1:
            raise DecodingError("DG7 counts other images than it holds")
        return cls(tuple(child.value for child in children[1:]))
