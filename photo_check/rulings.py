"""What an officer rules on a photo that the check could not decide: doubt by doubt, with a ground and a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from photo_check.errors import RulingRefused

if TYPE_CHECKING:  # a record of rulings needs no picture library
    from photo_check.report import Finding, PhotoReport, Verdict

HEAD_COVERING: Final = "no_head_covering"
MAX_REASON: Final = 256


class Ground(StrEnum):
    """Why a doubt does not count. A covering stays a covering: only its wearer's grounds allow it."""

    SEEN = "seen"  # an officer looked, and the requirement is met
    RELIGION = "religion"  # ICAO Doc 9303-3, 3.9.1: worn for religion, the face free from chin to forehead
    HEALTH = "health"


COVERING_GROUNDS: Final = frozenset({Ground.RELIGION, Ground.HEALTH})


@dataclass(frozen=True, slots=True)
class Ruling:
    """One doubt settled by an officer. `reason` is the officer's own words. Raises RulingRefused."""

    requirement: str
    ground: Ground
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip() or len(self.reason) > MAX_REASON:
            raise RulingRefused(self.requirement, f"wanted: a reason of 1 to {MAX_REASON} characters")
        is_covering = self.ground in COVERING_GROUNDS
        if is_covering and self.requirement != HEAD_COVERING:
            raise RulingRefused(self.requirement, "religion and health are grounds for a head covering only")

    @property
    def is_exception(self) -> bool:
        """Whether something is allowed that the norm does not allow, instead of seen to be in order."""
        return self.ground in COVERING_GROUNDS


@dataclass(frozen=True, slots=True)
class LineCorrection:
    """What an officer's lines changed: the head's share of the photo's height (0–1), and the verdict."""

    head_share_before: float
    head_share_after: float
    verdict_before: "Verdict"
    verdict_after: "Verdict"


@dataclass(frozen=True, slots=True)
class Settled:
    """A report after its rulings: the verdict that follows, and the findings that are still open, failed ones first."""

    verdict: "Verdict"
    open: "tuple[Finding, ...]"
    rulings: tuple[Ruling, ...]


def settle(report: "PhotoReport", rulings: Sequence[Ruling]) -> Settled:
    """The report with an officer's rulings. What fails stays failed: an officer settles doubts, never failures.

    Raises: RulingRefused for a requirement that is not in doubt, or ruled on twice.
    """
    doubts = {finding.requirement for finding in report.doubtful()}
    for place, ruling in enumerate(rulings):
        if ruling.requirement not in doubts:
            raise RulingRefused(ruling.requirement, "the check is not in doubt about it; nothing is to be ruled")
        if ruling.requirement in {earlier.requirement for earlier in rulings[:place]}:
            raise RulingRefused(ruling.requirement, "ruled on twice")
    ruled = {ruling.requirement for ruling in rulings}
    failed = report.failed()
    still_open = (*failed, *(finding for finding in report.doubtful() if finding.requirement not in ruled))
    verdict: Verdict = "rejected" if failed else "operator" if still_open else "accepted"
    return Settled(verdict, still_open, tuple(rulings))
