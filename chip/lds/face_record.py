"""The face record of ISO/IEC 19794-5:2005 (version 010): a header and one or more images with what is known of them.

All numbers are big-endian. Sizes and codes: clause 5 of the standard, figure 2.
"""

import struct
from dataclasses import dataclass, field
from enum import IntEnum

from chip.errors import DecodingError, EncodingError
from chip.lds.image_header import ImageFormat, read_image_header

FORMAT_IDENTIFIER, VERSION = b"FAC\x00", b"010\x00"
HEADER = struct.Struct(">4s4sIH")
BLOCK = struct.Struct(">IHBBB3sH3s3s")
FEATURE_POINT_LENGTH = 8
IMAGE_INFORMATION = struct.Struct(">BBHHBBHH")
DATA_TYPE_OF_FORMAT = {ImageFormat.JPEG: 0, ImageFormat.JPEG2000: 1}
UNSPECIFIED_ANGLE = b"\x00\x00\x00"


class Gender(IntEnum):
    """Clause 5.5.3."""

    UNSPECIFIED = 0
    MALE = 1
    FEMALE = 2
    UNKNOWN = 0xFF


class FaceImageType(IntEnum):
    """Clause 5.7.1."""

    BASIC = 0
    FULL_FRONTAL = 1
    TOKEN_FRONTAL = 2


class ImageSource(IntEnum):
    """Clause 5.7.6; STATIC_SCANNER for a scanned paper photo, STATIC_DIGITAL for a camera at the desk."""

    UNSPECIFIED = 0
    STATIC_UNKNOWN = 1
    STATIC_DIGITAL = 2
    STATIC_SCANNER = 3


@dataclass(frozen=True, slots=True)
class FaceImage:
    """One image of the record; sizes are as the record says them, the image itself decides.

    `feature_points` are the raw blocks of eight bytes. `pose` and `pose_uncertainty` are the encoded angles, 0 where
    nothing is said. `feature_mask` and `expression` are bit fields, 0 likewise.
    """

    image: bytes = field(repr=False)
    width_px: int
    height_px: int
    data_type: int  # 0 JPEG, 1 JPEG 2000
    gender: int = Gender.UNSPECIFIED
    eye_colour: int = 0
    hair_colour: int = 0
    feature_mask: int = 0
    expression: int = 0
    pose: bytes = UNSPECIFIED_ANGLE
    pose_uncertainty: bytes = UNSPECIFIED_ANGLE
    feature_points: tuple[bytes, ...] = ()
    image_type: int = FaceImageType.FULL_FRONTAL
    colour_space: int = 1  # sRGB, 24 bit
    source: int = ImageSource.UNSPECIFIED
    device: int = 0
    quality: int = 0

    @classmethod
    def of(
        cls, image: bytes, gender: Gender = Gender.UNSPECIFIED, source: ImageSource = ImageSource.STATIC_DIGITAL
    ) -> "FaceImage":
        """A full frontal colour portrait, its size and format read from the image.

        Raises EncodingError for anything but JPEG and JPEG 2000.
        """
        try:
            header = read_image_header(image)
        except DecodingError as error:
            raise EncodingError(str(error)) from None
        if header.format not in DATA_TYPE_OF_FORMAT:
            raise EncodingError("a face image is JPEG or JPEG 2000")
        data_type = DATA_TYPE_OF_FORMAT[header.format]
        return cls(image, header.width_px, header.height_px, data_type, gender=gender, source=source)

    def encode(self) -> bytes:
        """The facial record data: information, feature points, image information, image."""
        length = BLOCK.size + FEATURE_POINT_LENGTH * len(self.feature_points) + IMAGE_INFORMATION.size + len(self.image)
        try:
            block = BLOCK.pack(
                length,
                len(self.feature_points),
                self.gender,
                self.eye_colour,
                self.hair_colour,
                self.feature_mask.to_bytes(3, "big"),
                self.expression,
                self.pose,
                self.pose_uncertainty,
            )
            information = IMAGE_INFORMATION.pack(
                self.image_type,
                self.data_type,
                self.width_px,
                self.height_px,
                self.colour_space,
                self.source,
                self.device,
                self.quality,
            )
        except (struct.error, OverflowError):
            raise EncodingError("a face record's number is out of range") from None
        return block + b"".join(self.feature_points) + information + self.image


@dataclass(frozen=True, slots=True)
class FaceRecord:
    """The whole record; Doc 9303-10 wants one image in it."""

    images: tuple[FaceImage, ...]

    def encode(self) -> bytes:
        """The record."""
        body = b"".join(image.encode() for image in self.images)
        return HEADER.pack(FORMAT_IDENTIFIER, VERSION, HEADER.size + len(body), len(self.images)) + body

    @classmethod
    def decode(cls, raw: bytes) -> "FaceRecord":
        """The record that `raw` is. Raises DecodingError when a length in it does not add up."""
        if len(raw) < HEADER.size:
            raise DecodingError(f"a face record has {HEADER.size} bytes at least, got {len(raw)}")
        identifier, version, length, count = HEADER.unpack_from(raw)
        if identifier != FORMAT_IDENTIFIER or version != VERSION:
            raise DecodingError("no face record of ISO/IEC 19794-5:2005")
        if length != len(raw):
            raise DecodingError(f"a face record says {length} bytes and has {len(raw)}")
        images, at = [], HEADER.size
        for _ in range(count):
            image, at = _read_image(raw, at)
            images.append(image)
        if at != len(raw):
            raise DecodingError(f"{len(raw) - at} bytes follow the last image of a face record")
        return cls(tuple(images))


def _read_image(raw: bytes, at: int) -> tuple[FaceImage, int]:
    if len(raw) < at + BLOCK.size:
        raise DecodingError("a face record ends inside its facial information")
    length, points, gender, eyes, hair, mask, expression, pose, uncertainty = BLOCK.unpack_from(raw, at)
    points_at = at + BLOCK.size
    information_at = points_at + FEATURE_POINT_LENGTH * points
    image_at, end = information_at + IMAGE_INFORMATION.size, at + length
    if end > len(raw) or image_at > end:
        raise DecodingError("a face record's block length does not fit its content")
    kind, data_type, width, height, space, source, device, quality = IMAGE_INFORMATION.unpack_from(raw, information_at)
    image = FaceImage(
        image=raw[image_at:end],
        width_px=width,
        height_px=height,
        data_type=data_type,
        gender=gender,
        eye_colour=eyes,
        hair_colour=hair,
        feature_mask=int.from_bytes(mask, "big"),
        expression=expression,
        pose=pose,
        pose_uncertainty=uncertainty,
        feature_points=tuple(raw[point : point + 8] for point in range(points_at, information_at, 8)),
        image_type=kind,
        colour_space=space,
        source=source,
        device=device,
        quality=quality,
    )
    return image, end
