"""What a judge of prints says: a score, by which algorithm, and why a print cannot be used, if it cannot."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from enrolment.fingerprints.engine import Template
from enrolment.fingerprints.finger import FingerImage

COMPUTATION_FAILED = 255  # TR-03121-3 Vol 2: the stored quality value where none could be computed


class Reason(Enum):
    """Why a print cannot be used; the value is the word in JSON, journals and configuration."""

    NO_CONTACT = "no_contact"
    TINY_CONTACT = "tiny_contact"
    PARTIAL = "partial"
    ROTATED = "rotated"
    NO_RIDGES = "no_ridges"
    NOISE = "noise"
    STRIPES = "stripes"
    LOW_CONTRAST = "low_contrast"
    DRY = "dry"
    WET = "wet"
    WORN = "worn"
    SCARRED = "scarred"
    FEW_MINUTIAE = "few_minutiae"
    NOT_SCORED = "not_scored"

    @property
    def advice(self) -> str:
        """What the officer may do about it."""
        return ADVICE[self]


ADVICE = {
    Reason.NO_CONTACT: "Ask the person to lay the finger on the glass.",
    Reason.TINY_CONTACT: "Lay the whole fingertip down, not the point of it.",
    Reason.PARTIAL: "Lay the finger flat and in the middle of the glass.",
    Reason.ROTATED: "Turn the finger so that it points straight away from the person.",
    Reason.NO_RIDGES: "This is no fingerprint: look at what lies on the glass, or which file was given.",
    Reason.NOISE: "The picture is noise: clean the glass, or have the scanner looked at.",
    Reason.STRIPES: "The picture is a pattern of stripes: have the scanner looked at.",
    Reason.LOW_CONTRAST: "Clean the glass and press a little more firmly.",
    Reason.DRY: "Moisten the fingertip a little, or press more firmly.",
    Reason.WET: "Dry the fingertip and the glass, or press less firmly.",
    Reason.WORN: "The ridges are worn down or smeared: wipe, try again, or take another finger.",
    Reason.SCARRED: "Scars cover too much: take another finger.",
    Reason.FEW_MINUTIAE: "Too little to recognise the finger by: lay more of it down, or take another.",
    Reason.NOT_SCORED: "No quality could be computed: take the print again.",
}


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The judgement on one print. `score` 0-100, None where none could be computed. `measures` are plain numbers.

    `template` is what the engine read on the way; the uniqueness check needs no second look at the picture.
    """

    score: int | None
    algorithm: str
    reasons: tuple[Reason, ...]
    measures: Mapping[str, float]
    template: Template | None = None

    @property
    def is_usable(self) -> bool:
        """Whether nothing speaks against the print. The score's threshold is the policy's affair, by finger."""
        return not self.reasons

    @property
    def stored_value(self) -> int:
        """The number for records: 0-100, or 255 where none could be computed."""
        return COMPUTATION_FAILED if self.score is None else self.score


class QualityJudge(Protocol):
    """Whoever scores prints."""

    @property
    def algorithm(self) -> str:
        """Name and version, stored beside every score."""
        ...

    def judge(self, image: FingerImage) -> QualityReport:
        """The judgement on `image`. A bad print is an answer, never an error."""
        ...
