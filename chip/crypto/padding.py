"""Padding method 2 of ISO/IEC 9797-1: one byte 80, then zeros up to the block."""

from chip.errors import DecodingError

START = 0x80


def pad(data: bytes, block_length: int) -> bytes:
    """`data` with padding; always at least one byte more."""
    missing = block_length - len(data) % block_length
    return data + bytes([START]) + bytes(missing - 1)


def unpad(padded: bytes) -> bytes:
    """What was padded. Raises DecodingError where no byte 80 ends the data before the zeros."""
    end = len(padded.rstrip(b"\x00")) - 1
    if end < 0 or padded[end] != START:
        raise DecodingError("padding does not begin with 80")
    return padded[:end]
