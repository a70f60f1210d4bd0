"""What can be wrong with a print, and how badly."""

from dataclasses import dataclass
from enum import Enum

from enrolment.fingerprints.errors import FingerImageError


class DamageKind(Enum):
    """The troubles that officers meet."""

    DRY = "dry"
    WET = "wet"
    WORN = "worn"
    SCAR = "scar"
    PARTIAL = "partial"
    ROTATED = "rotated"


DEFAULT_SEVERITY = 0.5


@dataclass(frozen=True, slots=True)
class Damage:
    """One trouble; `severity` 0 (none) to 1 (nothing usable is left)."""

    kind: DamageKind
    severity: float = DEFAULT_SEVERITY

    def __post_init__(self) -> None:
        if not 0.0 <= self.severity <= 1.0:
            raise FingerImageError("damage", f"severity {self.severity:g}", "0 to 1")

    @classmethod
    def parse(cls, text: str) -> "Damage":
        """From `dry` or `dry:0.8`. Raises FingerImageError."""
        word, _, number = text.partition(":")
        kinds = ", ".join(kind.value for kind in DamageKind)
        try:
            return cls(DamageKind(word.strip().lower()), float(number) if number else DEFAULT_SEVERITY)
        except ValueError:
            raise FingerImageError("damage", f"`{text}`", f"one of {kinds}, with :0 to :1 behind it or not") from None

    def severity_of(self, kind: DamageKind) -> float:
        """`severity` where it is of this kind, else 0."""
        return self.severity if self.kind is kind else 0.0
