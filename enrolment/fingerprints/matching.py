"""Are two prints of the same finger? bozorth3's score held against a threshold."""

from dataclasses import dataclass

from enrolment.fingerprints.engine import Template, extract
from enrolment.fingerprints.finger import FingerImage

SAME_FINGER_THRESHOLD = 40  # NIST, NBIS user's guide, bozorth3: above 40 usually the same finger


@dataclass(frozen=True, slots=True)
class MatchResult:
    """How alike two prints are. `score` 0 and up."""

    score: int
    threshold: int

    @property
    def is_same_finger(self) -> bool:
        """Whether the score reaches the threshold."""
        return self.score >= self.threshold


def match(first: FingerImage, second: FingerImage, threshold: int = SAME_FINGER_THRESHOLD) -> MatchResult:
    """Compares two prints. Raises EngineMissing, FingerImageError."""
    return match_templates(extract(first), extract(second), threshold)


def match_templates(first: Template, second: Template, threshold: int = SAME_FINGER_THRESHOLD) -> MatchResult:
    """The same for minutiae already extracted; the larger of both directions, since bozorth3 is not symmetric."""
    return MatchResult(max(first.similarity(second), second.similarity(first)), threshold)
