"""Draws document numbers: nine characters that nobody misreads, never one that was given before."""

from collections.abc import Callable
from dataclasses import dataclass

from enrolment.errors import OfficeError

# Without 0/O, 1/I, 2/Z, 5/S, 8/B and the vowels that could make words.
UNMISTAKABLE = "3467CFGHJKLMNPQRTVWXY"
MRZ_NUMBER_LENGTH = 9


class NumberScheme(OfficeError):
    """The scheme cannot give a document number: prefix or alphabet are wrong."""

    code = "NUMBER_SCHEME"


@dataclass(frozen=True, slots=True)
class DocumentNumberScheme:
    """How document numbers look. `prefix` marks a series (the sample data's is TEST)."""

    prefix: str = ""
    alphabet: str = UNMISTAKABLE
    length: int = MRZ_NUMBER_LENGTH

    def __post_init__(self) -> None:
        drawn = self.length - len(self.prefix)
        if drawn < 1 or len(set(self.alphabet)) < 2 or not (self.prefix + self.alphabet).isascii():
            raise NumberScheme("a document number needs letters and digits to draw and room for them")

    def draw(self, random_bytes: Callable[[int], bytes]) -> str:
        """One number, every character equally likely (bytes that would favour some are thrown away)."""
        limit = 256 - 256 % len(self.alphabet)
        characters = ""
        while len(characters) < self.length - len(self.prefix):
            value = random_bytes(1)[0]
            if value < limit:
                characters += self.alphabet[value % len(self.alphabet)]
        return self.prefix + characters
