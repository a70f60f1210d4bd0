"""Finger image records as scanners deliver them: ISO/IEC 19794-4 of 2011 (version 020) and of 2005 (version 010).

Only what SBI sends is read and written: one finger, one view. Every length is held against the bytes that are there
before anything is unpacked. Layouts: ISO/IEC 19794-4:2011 tables 3 and 4, 19794-4:2005 tables 2 and 4.
"""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from enrolment.fingerprints.drivers.resolution import at_document_ppi, is_for_documents
from enrolment.fingerprints.errors import FingerImageError
from enrolment.fingerprints.finger import LARGEST_SIDE_PX, FingerImage, FingerPosition
from enrolment.fingerprints.images import encode_png
from enrolment.fingerprints.pictures import decode_grey
from enrolment.fingerprints.wsq import decode_wsq

FORMAT, VERSION_2005, VERSION_2011 = b"FIR\0", b"010\0", b"020\0"
UNKNOWN_POSITION = 0
PER_INCH, PER_CENTIMETRE = 1, 2
RAW, WSQ, PNG = 0, 2, 6
LIVE_PLAIN = 0
NO_TIME = b"\xff" * 9  # 19794-4:2011: all ones where the moment is not told
PICTURES = {3: "JPEG", 4: "JPEG2000", 5: "JPEG2000", PNG: "PNG"}  # Pillow's names
WHERE = "finger record"
CM_PER_INCH = 2.54


@dataclass(frozen=True, slots=True, eq=False)
class FingerRecord:
    """One finger of a record. `position` is None where the scanner does not say; `pixels` are at 500 ppi."""

    position: FingerPosition | None
    pixels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _View:
    position: int
    scale: int
    rate: tuple[int, int]
    depth_bits: int
    compression: int
    width_px: int
    height_px: int
    data: bytes


def read_finger_record(record: bytes) -> FingerRecord:
    """The finger of a record. Raises FingerImageError for what is none, or not for documents."""
    if record[:4] != FORMAT or record[4:8] not in (VERSION_2005, VERSION_2011):
        raise FingerImageError(WHERE, "its first bytes", "ISO/IEC 19794-4, version 010 or 020")
    try:
        view = _view_of_2011(record) if record[4:8] == VERSION_2011 else _view_of_2005(record)
    except (struct.error, IndexError):
        raise FingerImageError(WHERE, "is cut off", "a whole record") from None
    if not (0 < view.width_px <= LARGEST_SIDE_PX and 0 < view.height_px <= LARGEST_SIDE_PX):
        raise FingerImageError(WHERE, f"{view.width_px}x{view.height_px} px", f"sides of 1 to {LARGEST_SIDE_PX} px")
    if view.depth_bits != 8:
        raise FingerImageError(WHERE, f"{view.depth_bits} bits a pixel", "8 bits a pixel")
    pixels = _pixels(view)
    if pixels.shape != (view.height_px, view.width_px):
        raise FingerImageError(WHERE, "its picture's size", "the size that the record states")
    return FingerRecord(_position(view.position), at_document_ppi(pixels, _ppi(view)))


def _view_of_2011(record: bytes) -> _View:
    length, fingers, has_certificates = struct.unpack_from(">IHB", record, 8)
    if length != len(record):
        raise FingerImageError(WHERE, f"{len(record)} bytes", f"the {length} that it states")
    if fingers != 1:
        raise FingerImageError(WHERE, f"{fingers} representations", "one")
    at = 16 + 18  # general header; then length, capture time, technology, vendor and type of the device
    at += 1 + 5 * record[at]  # quality blocks
    if has_certificates:
        at += 1 + 3 * record[at]
    (position, _, scale, _, _, across, down, depth, compression, _, width, height, data_length) = struct.unpack_from(
        ">BBBHHHHBBBHHI", record, at
    )
    data = record[at + 22 : at + 22 + data_length]
    if len(data) != data_length:
        raise FingerImageError(WHERE, f"{len(data)} bytes of picture", f"the {data_length} that it states")
    return _View(position, scale, (across, down), depth, compression, width, height, data)


def _view_of_2005(record: bytes) -> _View:
    length = int.from_bytes(record[8:14])
    if length != len(record):
        raise FingerImageError(WHERE, f"{len(record)} bytes", f"the {length} that it states")
    fingers, scale, _, _, across, down, depth, compression = struct.unpack_from(">BBHHHHBB", record, 18)
    block, position, views, _, _, _, width, height = struct.unpack_from(">IBBBBBHH", record, 32)
    if fingers != 1 or views != 1:
        raise FingerImageError(WHERE, f"{fingers} fingers, {views} views", "one of one")
    if block != len(record) - 32:
        raise FingerImageError(WHERE, f"{len(record) - 32} bytes of finger", f"the {block} that it states")
    return _View(position, scale, (across, down), depth, compression, width, height, record[46:])


def _position(code: int) -> FingerPosition | None:
    if code == UNKNOWN_POSITION:
        return None
    if code not in {position.value for position in FingerPosition}:
        raise FingerImageError(WHERE, f"finger position {code}", "1 to 10, or 0")
    return FingerPosition(code)


def _ppi(view: _View) -> int:
    across, down = (
        round(rate * CM_PER_INCH) if view.scale == PER_CENTIMETRE else rate if view.scale == PER_INCH else 0
        for rate in view.rate
    )
    if not (is_for_documents(across) and across == down):
        raise FingerImageError(WHERE, f"{across}x{down} ppi", "500 or 1000 ppi, 1 % either way, both ways the same")
    return across


def _pixels(view: _View) -> NDArray[np.uint8]:
    if view.compression == RAW:
        if len(view.data) != view.width_px * view.height_px:
            raise FingerImageError(WHERE, f"{len(view.data)} bytes of picture", "a byte for each pixel")
        return np.frombuffer(view.data, np.uint8).reshape(view.height_px, view.width_px)
    if view.compression == WSQ:
        return decode_wsq(view.data, where=WHERE).pixels
    if view.compression in PICTURES:
        return decode_grey(view.data, (PICTURES[view.compression],), view.width_px * view.height_px, WHERE)
    raise FingerImageError(WHERE, f"compression {view.compression}", "none, WSQ, JPEG, JPEG 2000 or PNG")


def write_finger_record(image: FingerImage) -> bytes:
    """A record of 2011 with one finger, compressed without loss (PNG), as live plain print of an unknown device."""
    data = encode_png(image)
    head = NO_TIME + struct.pack(">BHHB", 0, 0, 0, 0) + struct.pack(">BBB", image.position, 0, PER_INCH)
    head += struct.pack(">HHHH", *[image.ppi] * 4) + struct.pack(">BBB", 8, PNG, LIVE_PLAIN)
    head += struct.pack(">HHI", image.width_px, image.height_px, len(data))
    view = struct.pack(">I", 4 + len(head) + len(data)) + head + data
    return FORMAT + VERSION_2011 + struct.pack(">IHBB", 16 + len(view), 1, 0, 1) + view
