"""WSQ, the FBI's wavelet format for prints at 500 ppi: one file in, one image out, never above the size allowed.

The coder is NIST's (NBIS 5.0), by way of the package `wsq`; what that package leaves out (the bit rate) or gets wrong
(errors of the wrong kind) is put right here.
"""

import ctypes
import struct
from dataclasses import dataclass
from functools import cache

import _wsq  # a C extension without stubs
import numpy as np

from enrolment.fingerprints.contact import crop_to_fingertip
from enrolment.fingerprints.errors import WsqError
from enrolment.fingerprints.finger import DOCUMENT_PPI, FingerImage, FingerPosition
from enrolment.fingerprints.wsq_decoder import DECODER
from enrolment.fingerprints.wsq_syntax import SMALLEST_SIDE_PX, SOI, WsqFrame, WsqReader

# TR-03121-3 Vol 2, function module COM-FP-WSQR: rate 0.75, at most 18 kB a finger; where it is more, 17 to 18 kB.
BIT_RATE = 0.75
LARGEST_BYTES = 18 * 1024
SMALLEST_BYTES_WHEN_ITERATED = 17 * 1024
RATE_STEPS = 12


@dataclass(frozen=True, slots=True)
class EncodedFinger:
    """A print as WSQ, and what was done to make it fit."""

    position: FingerPosition
    wsq: bytes
    width_px: int
    height_px: int
    bit_rate: float
    cropped: bool


def is_wsq(content: bytes) -> bool:
    """Whether `content` starts as WSQ does (marker SOI)."""
    return content[:2] == SOI.to_bytes(2, "big")


@cache
def rate_coder() -> "ctypes._FuncPointer | None":
    """NIST's own `wsq_encode_mem` inside the package's library, which takes a rate; None where it is not exported.

    PyDLL keeps Python's lock during the call: the coder works in global tables.
    """
    try:
        coder = ctypes.PyDLL(_wsq.__file__).wsq_encode_mem
    except (AttributeError, OSError):
        return None
    coder.restype = ctypes.c_int
    coder.argtypes = [
        ctypes.POINTER(ctypes.POINTER(ctypes.c_ubyte)),  # out: bytes, malloc'd there
        ctypes.POINTER(ctypes.c_int),  # out: how many
        ctypes.c_float,  # bits a pixel
        ctypes.c_char_p,  # pixels, row by row
        ctypes.c_int,  # width
        ctypes.c_int,  # height
        ctypes.c_int,  # depth
        ctypes.c_int,  # ppi
        ctypes.c_char_p,  # comment
    ]
    return coder


@cache
def free_memory() -> "ctypes._FuncPointer":
    """The C library's `free`, for what NIST's coder leaves allocated."""
    release = ctypes.CDLL(None).free
    release.restype, release.argtypes = None, [ctypes.c_void_p]
    return release


def encode_at(image: FingerImage, bit_rate: float = BIT_RATE) -> bytes:
    """`image` as it is, at `bit_rate` bits a pixel. Raises WsqError for an image that WSQ cannot hold."""
    check_size(image)
    pixels = image.pixels.tobytes()
    if bit_rate == BIT_RATE:
        try:
            return bytes(_wsq.compress(pixels, image.height_px, image.width_px, BIT_RATE))
        except Exception as problem:  # noqa: BLE001 - the package raises bare Exception
            raise WsqError("WSQ", f"the coder gave up ({code_of(problem)})", "a print of 500 ppi") from None
    return encode_with_rate(image, bit_rate)


def encode_with_rate(image: FingerImage, bit_rate: float) -> bytes:
    """`image` at any rate. Raises WsqError, also where this build of the coder knows one rate only."""
    coder = rate_coder()
    if coder is None:
        raise WsqError("WSQ", "this build of the coder knows one rate", f"{BIT_RATE} bits a pixel")
    out, length = ctypes.POINTER(ctypes.c_ubyte)(), ctypes.c_int()
    status = coder(
        ctypes.byref(out),
        ctypes.byref(length),
        bit_rate,
        image.pixels.tobytes(),
        image.width_px,
        image.height_px,
        8,
        image.ppi,
        None,
    )
    if status != 0:
        raise WsqError("WSQ", f"the coder gave up ({status})", "a print of 500 ppi")
    try:
        return ctypes.string_at(out, length.value)
    finally:
        free_memory()(out)


def check_size(image: FingerImage) -> None:
    """Raises WsqError for what WSQ, or its use in documents, has no place for."""
    if image.ppi != DOCUMENT_PPI:
        raise WsqError("WSQ", f"{image.ppi} ppi", f"{DOCUMENT_PPI} ppi")
    if min(image.width_px, image.height_px) < SMALLEST_SIDE_PX:
        raise WsqError("WSQ", f"{image.width_px}x{image.height_px} px", f"{SMALLEST_SIDE_PX} px a side or more")


def encode_finger(
    image: FingerImage, largest_bytes: int = LARGEST_BYTES, *, may_lower_rate: bool = True
) -> EncodedFinger:
    """`image` as WSQ for a document: cropped to the fingertip, 0.75 bit a pixel, no more than `largest_bytes`.

    Where 0.75 bit a pixel still is too much, the rate is lowered until the file lies within the last 1024 bytes below
    the limit, and the result says at which rate; or, where the policy forbids that, the print is refused.
    Raises WsqError. Source: TR-03121-3 Vol 2, COM-FP-WSQR and BIP-FP-APP (fingertip only).
    """
    tip = crop_to_fingertip(image)
    cropped = tip.pixels.shape != image.pixels.shape
    content, rate = encode_at(tip), BIT_RATE
    if len(content) > largest_bytes:
        if not may_lower_rate:
            wanted = f"at most {largest_bytes}: less of the finger, or a rate that may be lowered"
            raise WsqError("WSQ", f"{len(content)} bytes at {BIT_RATE} bit a pixel", wanted)
        content, rate = lower_rate(tip, largest_bytes)
    try:
        WsqReader(content, "WSQ").read_all()
    except WsqError:  # a picture without any contrast has no code: it is refused here, not on a chip
        raise WsqError("finger image", "there is nothing on it to encode", "a fingerprint") from None
    return EncodedFinger(image.position, content, tip.width_px, tip.height_px, rate, cropped)


def lower_rate(image: FingerImage, largest_bytes: int) -> tuple[bytes, float]:
    """The best file not above `largest_bytes`, by halving the range of rates. Raises WsqError where there is none."""
    low, high = 0.0, BIT_RATE
    best: tuple[bytes, float] | None = None
    for _ in range(RATE_STEPS):
        rate = (low + high) / 2
        content = encode_at(image, rate)
        if len(content) > largest_bytes:
            high = rate
            continue
        low, best = rate, (content, rate)
        if len(content) > largest_bytes - 1024:
            break
    if best is None:
        raise WsqError("WSQ", f"no rate brings the print below {largest_bytes} bytes", "a smaller print")
    return best


def encode_wsq(image: FingerImage) -> bytes:
    """`encode_finger(image).wsq`: the file alone. Raises WsqError."""
    return encode_finger(image).wsq


def read_frame(content: bytes, where: str = "WSQ") -> WsqFrame:
    """Size and makers of a WSQ file, from its headers alone. Raises WsqError."""
    return WsqReader(content, where).read_to_frame()


def decode_wsq(
    content: bytes, position: FingerPosition = FingerPosition.RIGHT_INDEX, where: str = "WSQ"
) -> FingerImage:
    """The image in a WSQ file; `where` names it in errors. Raises WsqError for anything but a whole, sound file."""
    reader = WsqReader(content, where)
    frame = reader.read_all()
    if reader.stated_ppi() not in (None, DOCUMENT_PPI):
        raise WsqError(where, f"{reader.stated_ppi()} ppi", f"{DOCUMENT_PPI} ppi")
    answer = DECODER.decode(reader.without_comments(), where)
    size = struct.pack(">ii", frame.width_px, frame.height_px)
    if answer[:8] != size or len(answer) != 12 + frame.width_px * frame.height_px:
        raise WsqError(where, "holds another size than it says", "a whole WSQ file")
    pixels = np.frombuffer(answer, np.uint8, offset=12).reshape(frame.height_px, frame.width_px)
    return FingerImage(position, pixels)


def code_of(problem: Exception) -> str:
    """NIST's number for what went wrong, or the error's kind: never its text, which may quote data."""
    numbers = [str(part) for part in problem.args if isinstance(part, int)]
    return numbers[0] if numbers else type(problem).__name__
