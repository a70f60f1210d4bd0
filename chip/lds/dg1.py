"""DG1: the machine readable zone as the chip carries it (Doc 9303-10 §4.7.1)."""

from dataclasses import dataclass

from chip.errors import DecodingError, EncodingError
from chip.tlv import decode_tlv, encode_tlv

TAG_DG1, TAG_MRZ = 0x61, 0x5F1F
MRZ_FORMATS = {90: "TD1", 72: "TD2", 88: "TD3"}  # characters, without separators
MRZ_ROWS = {90: 3, 72: 2, 88: 2}
MRZ_CHARACTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<")


@dataclass(frozen=True, slots=True, repr=False)
class DG1:
    """The zone's characters in one row, 90, 72 or 88 of them. It has no `repr`: a person stands in it."""

    mrz: bytes

    def __post_init__(self) -> None:
        if len(self.mrz) not in MRZ_FORMATS:
            raise EncodingError(f"DG1 holds 90, 72 or 88 characters, got {len(self.mrz)}")
        if not set(self.mrz) <= MRZ_CHARACTERS:
            raise EncodingError("DG1 holds capital letters, digits and < only")

    @property
    def mrz_format(self) -> str:
        """TD1, TD2 or TD3."""
        return MRZ_FORMATS[len(self.mrz)]

    @property
    def document_code(self) -> str:
        """The document code without filler: "IR", "P"."""
        return self.mrz[:2].decode("ascii").rstrip("<")

    @property
    def issuing_state(self) -> str:
        """The issuing state without filler: "LUX", "D"."""
        return self.mrz[2:5].decode("ascii").rstrip("<")

    @property
    def lines(self) -> tuple[str, ...]:
        """The zone as it is printed, line by line."""
        width = len(self.mrz) // MRZ_ROWS[len(self.mrz)]
        text = self.mrz.decode("ascii")
        return tuple(text[start : start + width] for start in range(0, len(text), width))

    def encode(self) -> bytes:
        """The file."""
        return encode_tlv(TAG_DG1, encode_tlv(TAG_MRZ, self.mrz))

    @classmethod
    def decode(cls, raw: bytes) -> "DG1":
        """The file that `raw` is. Raises DecodingError for lengths and characters that no zone has."""
        try:
            return cls(decode_tlv(raw, TAG_DG1).expect(TAG_MRZ).value)
        except EncodingError as error:
            raise DecodingError(str(error)) from None
