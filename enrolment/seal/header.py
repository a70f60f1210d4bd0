"""The head of a visible digital seal: who signed, with which certificate, when, and what kind of paper (Doc 9303-13).

Version 4 is written; version 3, whose certificate reference has five characters always, is read too (TR-03137-1 C).
"""

from dataclasses import dataclass
from datetime import date

from enrolment.seal.c40 import decode_c40, encode_c40, encoded_length
from enrolment.seal.errors import SealCannotHold, SealUnreadable

MAGIC = 0xDC
VERSION_3, VERSION_4 = 0x02, 0x03  # the byte is one less than the version's number
SIGNER_LETTERS = 4
FIXED_REFERENCE_LETTERS = 5
LONGEST_REFERENCE = 0x63
DATE_BYTES = 3
COUNTRY_LETTERS = 3


@dataclass(frozen=True, slots=True)
class SealHeader:
    """`signer` is the ISO country code and two characters; `certificate_reference` the serial number in hexadecimal."""

    issuing_state: str  # three letters, as machine readable zones spell it
    signer: str
    certificate_reference: str
    issued_on: date
    signed_on: date
    feature_definition: int  # which tags the message may have
    document_category: int
    version: int = VERSION_4

    def encode(self) -> bytes:
        """The header's bytes. Raises SealCannotHold for values that do not fit."""
        return b"".join(
            (
                bytes((MAGIC, self.version)),
                encode_c40(self.issuing_state.ljust(COUNTRY_LETTERS), "issuing state"),
                encode_c40(self._reference(), "certificate reference"),
                encode_date(self.issued_on),
                encode_date(self.signed_on),
                bytes((self.feature_definition, self.document_category)),
            )
        )

    def _reference(self) -> str:
        length = len(self.certificate_reference)
        if len(self.signer) != SIGNER_LETTERS or len(self.issuing_state) > COUNTRY_LETTERS:
            raise SealCannotHold("signer", "a state of three letters and a signer of four characters")
        if self.version == VERSION_3:
            if length != FIXED_REFERENCE_LETTERS:
                raise SealCannotHold("certificate reference", "five characters in version 3")
            return self.signer + self.certificate_reference
        if self.version != VERSION_4 or not 0 < length <= LONGEST_REFERENCE:
            raise SealCannotHold("certificate reference", f"version 4 and one to {LONGEST_REFERENCE} characters")
        return f"{self.signer}{length:02X}{self.certificate_reference}"

    @classmethod
    def decode(cls, raw: bytes) -> "tuple[SealHeader, int]":
        """The header that `raw` begins with, and how many bytes it has. Raises SealUnreadable."""
        if len(raw) < 2 or raw[0] != MAGIC:
            raise SealUnreadable("first byte", f"{MAGIC:#04x}")
        version = raw[1]
        if version not in (VERSION_3, VERSION_4):
            raise SealUnreadable("version", "3 or 4")
        state = decode_c40(_taken(raw, 2, 2), "issuing state").rstrip()
        signer, reference, position = _read_reference(raw, 4, version)
        dates = _taken(raw, position, 2 * DATE_BYTES)
        codes = _taken(raw, position + 2 * DATE_BYTES, 2)
        header = cls(
            issuing_state=state,
            signer=signer,
            certificate_reference=reference,
            issued_on=decode_date(dates[:DATE_BYTES], "date of issue"),
            signed_on=decode_date(dates[DATE_BYTES:], "date of signature"),
            feature_definition=codes[0],
            document_category=codes[1],
            version=version,
        )
        return header, position + 2 * DATE_BYTES + 2


def encode_date(day: date) -> bytes:
    """Month, day and year as one number of three bytes (TR-03137-1 §3.2.3)."""
    return int(f"{day:%m%d}{day.year:04d}").to_bytes(DATE_BYTES, "big")


def decode_date(encoded: bytes, where: str) -> date:
    """The inverse of `encode_date`. Raises SealUnreadable for numbers that are no date."""
    digits = f"{int.from_bytes(encoded, 'big'):08d}"
    try:
        return date(int(digits[4:]), int(digits[:2]), int(digits[2:4]))
    except ValueError:
        raise SealUnreadable(where, "a date") from None


def _read_reference(raw: bytes, position: int, version: int) -> tuple[str, str, int]:
    if version == VERSION_3:
        length = encoded_length(SIGNER_LETTERS + FIXED_REFERENCE_LETTERS)
        text = decode_c40(_taken(raw, position, length), "certificate reference")
        return text[:SIGNER_LETTERS], text[SIGNER_LETTERS:], position + length
    start = SIGNER_LETTERS + 2  # six characters, four bytes: they tell how many follow
    head = decode_c40(_taken(raw, position, encoded_length(start)), "certificate reference")
    try:
        letters = int(head[SIGNER_LETTERS:], 16)
    except ValueError:
        raise SealUnreadable("certificate reference", "its length in two hexadecimal digits") from None
    length = encoded_length(start + letters)
    text = decode_c40(_taken(raw, position, length), "certificate reference")
    if len(text) != start + letters:
        raise SealUnreadable("certificate reference", "as many characters as it says")
    return text[:SIGNER_LETTERS], text[start:], position + length


def _taken(raw: bytes, position: int, length: int) -> bytes:
    part = raw[position : position + length]
    if len(part) != length:
        raise SealUnreadable("header", "a whole header")
    return part
