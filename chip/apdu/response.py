"""A response as the card gives it: data and status word (ISO/IEC 7816-4 clause 5)."""

from dataclasses import dataclass, field

from chip.apdu import status
from chip.errors import CardAnswerError, DecodingError


@dataclass(frozen=True, slots=True)
class ResponseApdu:
    """Data and status word; `command_name` says what it answers, for errors and transcripts."""

    data: bytes
    sw: int
    command_name: str = field(default="", compare=False)

    @property
    def is_success(self) -> bool:
        """9000, and nothing else."""
        return self.sw == status.SUCCESS

    def data_or_raise(self, *also: int) -> bytes:
        """The data of a success, or of one of the status words `also`. Raises CardAnswerError for any other."""
        if self.sw == status.SUCCESS or self.sw in also:
            return self.data
        raise CardAnswerError(self.command_name, self.sw, status.meaning(self.sw))

    def answering(self, command_name: str) -> "ResponseApdu":
        """The same answer, knowing what it answers."""
        return ResponseApdu(self.data, self.sw, command_name)

    def encode(self) -> bytes:
        """The bytes on the wire."""
        return self.data + self.sw.to_bytes(2, "big")

    @classmethod
    def decode(cls, raw: bytes) -> "ResponseApdu":
        """The response that `raw` is. Raises DecodingError for fewer than two bytes."""
        if len(raw) < 2:
            raise DecodingError(f"a response has at least two bytes, got {len(raw)}")
        return cls(raw[:-2], int.from_bytes(raw[-2:], "big"))
