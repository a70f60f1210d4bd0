"""A command as the terminal sends it: header, data, expected length; short and extended (ISO/IEC 7816-4 clause 5)."""

from dataclasses import dataclass, field

from chip.errors import DecodingError, EncodingError

MAX_SHORT_DATA, MAX_EXTENDED_DATA = 255, 65_535
MAX_SHORT_LE, MAX_EXTENDED_LE = 256, 65_536


@dataclass(frozen=True, slots=True)
class CommandApdu:
    """One command.

    `le` is the largest number of response bytes wanted, 1 to 65,536, or None where no data are expected.
    Whether the extended form is used follows from the lengths; `extended` asks for it where the short one would do.
    `name` is what errors and transcripts call it.
    """

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    le: int | None = None
    extended: bool = False
    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if (self.cla | self.ins | self.p1 | self.p2) & ~0xFF:  # also true of negative numbers
            raise EncodingError("CLA, INS, P1 and P2 are one byte each")
        if len(self.data) > MAX_EXTENDED_DATA:
            raise EncodingError(f"a command carries at most {MAX_EXTENDED_DATA} bytes, got {len(self.data)}")
        if self.le is not None and not 1 <= self.le <= MAX_EXTENDED_LE:
            raise EncodingError(f"Le is 1 to {MAX_EXTENDED_LE}, got {self.le}")

    @property
    def header(self) -> bytes:
        """CLA, INS, P1, P2."""
        return bytes([self.cla, self.ins, self.p1, self.p2])

    @property
    def is_extended(self) -> bool:
        """Whether `encode` writes the extended form."""
        return self.extended or len(self.data) > MAX_SHORT_DATA or (self.le or 0) > MAX_SHORT_LE

    def encode(self) -> bytes:
        """The bytes on the wire."""
        length_octets = 2 if self.is_extended else 1
        lead = b"\x00" if self.is_extended and (self.data or self.le is not None) else b""
        body = b""
        if self.data:
            body += len(self.data).to_bytes(length_octets, "big") + self.data
        if self.le is not None:
            wrap = MAX_EXTENDED_LE if self.is_extended else MAX_SHORT_LE
            body += (self.le % wrap).to_bytes(length_octets, "big")
        return self.header + lead + body

    @classmethod
    def decode(cls, raw: bytes) -> "CommandApdu":
        """The command that `raw` is. Raises DecodingError when its lengths do not add up."""
        if len(raw) < 4:
            raise DecodingError(f"a command has at least four bytes, got {len(raw)}")
        header, body = raw[:4], raw[4:]
        data, le, extended = _decode_body(body)
        return cls(header[0], header[1], header[2], header[3], data=data, le=le, extended=extended)


def _decode_body(body: bytes) -> tuple[bytes, int | None, bool]:
    if not body:
        return b"", None, False
    if len(body) == 1:
        return b"", body[0] or MAX_SHORT_LE, False
    if body[0] != 0:
        data, rest = body[1 : 1 + body[0]], body[1 + body[0] :]
        if len(data) != body[0] or len(rest) > 1:
            raise DecodingError("Lc does not agree with the data")
        return data, (rest[0] or MAX_SHORT_LE) if rest else None, False
    if len(body) == 3:
        return b"", int.from_bytes(body[1:], "big") or MAX_EXTENDED_LE, True
    lc = int.from_bytes(body[1:3], "big")
    data, rest = body[3 : 3 + lc], body[3 + lc :]
    if lc == 0 or len(data) != lc or len(rest) not in (0, 2):
        raise DecodingError("extended Lc does not agree with the data")
    return data, (int.from_bytes(rest, "big") or MAX_EXTENDED_LE) if rest else None, True
