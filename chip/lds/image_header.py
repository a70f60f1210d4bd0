"""What an image says of itself in its first bytes: format and size of JPEG, JPEG 2000 and WSQ.

Sources: ISO/IEC 10918-1 B.2.2 (JPEG), ISO/IEC 15444-1 A.5.1 and I.5.3 (JPEG 2000), IAFIS-IC-0110 (WSQ).
"""

from dataclasses import dataclass
from enum import StrEnum

from chip.errors import DecodingError

JP2_SIGNATURE = bytes.fromhex("0000000C6A5020200D0A870A")
CODE_STREAM_START = bytes.fromhex("FF4FFF51")  # SOC, then SIZ
JPEG_START, WSQ_START = b"\xff\xd8", b"\xff\xa0"
JPEG_FRAMES = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)))
WSQ_FRAME = 0xA2
WITHOUT_LENGTH = frozenset((0x01, *range(0xD0, 0xD9)))


class ImageFormat(StrEnum):
    """By their media types."""

    JPEG = "image/jpeg"
    JPEG2000 = "image/jp2"
    WSQ = "image/x-wsq"


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """Format and size in pixels."""

    format: ImageFormat
    width_px: int
    height_px: int


def read_image_header(image: bytes) -> ImageHeader:
    """Format and size of an image, JPEG 2000 with or without its boxes. Raises DecodingError for anything else."""
    if image.startswith((JP2_SIGNATURE, CODE_STREAM_START)):
        return _read_code_stream(image)
    if image.startswith(JPEG_START):
        height, width = _read_frame(image, JPEG_FRAMES, skip=1)
        return ImageHeader(ImageFormat.JPEG, width, height)
    if image.startswith(WSQ_START):
        height, width = _read_frame(image, frozenset((WSQ_FRAME,)), skip=2)
        return ImageHeader(ImageFormat.WSQ, width, height)
    raise DecodingError("the image is neither JPEG, JPEG 2000 nor WSQ")


def _read_code_stream(image: bytes) -> ImageHeader:
    """Size from the SIZ segment: Xsiz - XOsiz, Ysiz - YOsiz."""
    start = image.find(CODE_STREAM_START)
    if start < 0 or len(image) < start + 24:
        raise DecodingError("a JPEG 2000 image without its code stream")
    x, y, x_offset, y_offset = (int.from_bytes(image[at : at + 4], "big") for at in range(start + 8, start + 24, 4))
    if x <= x_offset or y <= y_offset:
        raise DecodingError("a JPEG 2000 image without any pixel")
    return ImageHeader(ImageFormat.JPEG2000, x - x_offset, y - y_offset)


def _read_frame(image: bytes, frames: frozenset[int], skip: int) -> tuple[int, int]:
    """Height and width of the first frame header; `skip` bytes stand between its length and the height."""
    at = 2
    while at + 4 <= len(image):
        if image[at] != 0xFF:
            raise DecodingError("an image marker is missing")
        marker = image[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in WITHOUT_LENGTH:
            at += 2
        elif marker in frames:
            place = at + 4 + skip
            if len(image) < place + 4:
                break
            return int.from_bytes(image[place : place + 2], "big"), int.from_bytes(image[place + 2 : place + 4], "big")
        else:
            at += 2 + max(2, int.from_bytes(image[at + 2 : at + 4], "big"))
    raise DecodingError("an image without its frame header")
