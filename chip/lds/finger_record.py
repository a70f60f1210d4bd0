"""The finger image record of ISO/IEC 19794-4:2005 (version 010): a general header and one image per finger view.

All numbers are big-endian. Sizes and codes: clauses 7 and 8 of the standard. DG3 has one finger in each record.
"""

import struct
from dataclasses import dataclass, field
from enum import IntEnum

from chip.errors import DecodingError, EncodingError
from chip.lds.image_header import ImageFormat, read_image_header

FORMAT_IDENTIFIER, VERSION = b"FIR\x00", b"010\x00"
HEADER = struct.Struct(">4s4s6sHHBBHHHHBBH")
VIEW = struct.Struct(">IBBBBBHHB")
WSQ, SCALE_PPI = 2, 1
MAXIMUM_QUALITY = 100
ACQUISITION_LEVEL_500_PPI = 31  # certified scanner at 500 ppi, 8 bits: clause 7.2 table 1


class FingerPosition(IntEnum):
    """Clause 7.3.5 table 5; `name` in small letters is what reports call it."""

    UNKNOWN = 0
    RIGHT_THUMB = 1
    RIGHT_INDEX = 2
    RIGHT_MIDDLE = 3
    RIGHT_RING = 4
    RIGHT_LITTLE = 5
    LEFT_THUMB = 6
    LEFT_INDEX = 7
    LEFT_MIDDLE = 8
    LEFT_RING = 9
    LEFT_LITTLE = 10

    @property
    def biometric_subtype(self) -> int:
        """The subtype of ISO/IEC 19785-3 in the header of DG3: the hand in bits 1–2, the finger in bits 3–5."""
        if self is FingerPosition.UNKNOWN:
            return 0
        hand, finger = (1, self) if self <= FingerPosition.RIGHT_LITTLE else (2, self - 5)
        return finger << 2 | hand


@dataclass(frozen=True, slots=True)
class FingerImage:
    """One view of one finger, `image` being compressed as the record's header says."""

    image: bytes = field(repr=False)
    position: FingerPosition
    width_px: int
    height_px: int
    quality: int = 0xFE  # 0–100, 254 undefined: clause 7.3.8
    impression: int = 0  # 0 live-scan plain
    view_count: int = 1
    view_number: int = 1

    @classmethod
    def of(cls, image: bytes, position: FingerPosition, quality: int) -> "FingerImage":
        """A plain live-scan print in WSQ, its size read from the image; `quality` is 0 to 100.

        Raises EncodingError for other images, an unknown finger, and a quality out of range.
        """
        try:
            header = read_image_header(image)
        except DecodingError as error:
            raise EncodingError(str(error)) from None
        if header.format is not ImageFormat.WSQ:
            raise EncodingError("a fingerprint on a chip is WSQ")
        if position is FingerPosition.UNKNOWN or not 0 <= quality <= MAXIMUM_QUALITY:
            raise EncodingError("a fingerprint names its finger and a quality of 0 to 100")
        return cls(image, position, header.width_px, header.height_px, quality)

    def encode(self) -> bytes:
        """Finger header and image."""
        try:
            header = VIEW.pack(
                VIEW.size + len(self.image),
                self.position,
                self.view_count,
                self.view_number,
                self.quality,
                self.impression,
                self.width_px,
                self.height_px,
                0,
            )
        except struct.error:
            raise EncodingError("a finger record's number is out of range") from None
        return header + self.image


@dataclass(frozen=True, slots=True)
class FingerRecord:
    """The whole record; resolutions, across and along, are in pixels per inch unless `scale_units` is 2 (per cm)."""

    images: tuple[FingerImage, ...]
    scale_units: int = SCALE_PPI
    device: int = 0
    acquisition_level: int = ACQUISITION_LEVEL_500_PPI
    scan_resolution: tuple[int, int] = (500, 500)
    image_resolution: tuple[int, int] = (500, 500)
    pixel_depth_bits: int = 8
    compression: int = WSQ

    def encode(self) -> bytes:
        """The record."""
        body = b"".join(image.encode() for image in self.images)
        fingers = len({image.position for image in self.images})
        try:
            header = HEADER.pack(
                FORMAT_IDENTIFIER,
                VERSION,
                (HEADER.size + len(body)).to_bytes(6, "big"),
                self.device,
                self.acquisition_level,
                fingers,
                self.scale_units,
                *self.scan_resolution,
                *self.image_resolution,
                self.pixel_depth_bits,
                self.compression,
                0,
            )
        except struct.error:
            raise EncodingError("a finger record's number is out of range") from None
        return header + body

    @classmethod
    def decode(cls, raw: bytes) -> "FingerRecord":
        """The record that `raw` is. Raises DecodingError when a length or a finger in it does not add up."""
        if len(raw) < HEADER.size:
            raise DecodingError(f"a finger record has {HEADER.size} bytes at least, got {len(raw)}")
        (identifier, version, length, device, level, fingers, units, *numbers, _reserved) = HEADER.unpack_from(raw)
        if identifier != FORMAT_IDENTIFIER or version != VERSION:
            raise DecodingError("no finger record of ISO/IEC 19794-4:2005")
        if int.from_bytes(length, "big") != len(raw):
            raise DecodingError(f"a finger record says {int.from_bytes(length, 'big')} bytes and has {len(raw)}")
        images, at = [], HEADER.size
        while at < len(raw):
            image, at = _read_view(raw, at)
            images.append(image)
        if len({image.position for image in images}) != fingers:
            raise DecodingError("a finger record counts other fingers than it holds")
        scan_x, scan_y, image_x, image_y, depth, compression = numbers
        return cls(
            tuple(images),
            scale_units=units,
            device=device,
            acquisition_level=level,
            scan_resolution=(scan_x, scan_y),
            image_resolution=(image_x, image_y),
            pixel_depth_bits=depth,
            compression=compression,
        )


def _read_view(raw: bytes, at: int) -> tuple[FingerImage, int]:
    if len(raw) < at + VIEW.size:
        raise DecodingError("a finger record ends inside a finger header")
    length, position, views, number, quality, impression, width, height, _reserved = VIEW.unpack_from(raw, at)
    end = at + length
    if length < VIEW.size or end > len(raw):
        raise DecodingError("a finger record's block length does not fit its content")
    try:
        finger = FingerPosition(position)
    except ValueError:
        raise DecodingError(f"finger position {position} is not one finger") from None
    image = FingerImage(raw[at + VIEW.size : end], finger, width, height, quality, impression, views, number)
    return image, end
