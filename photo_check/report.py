"""What the check has to say about one photo: a verdict, every requirement's outcome, and where the head is."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from photo_check import ofiq
from photo_check.advice import Advice
from photo_check.geometry import HeadGeometry
from photo_check.landmarks import Point
from photo_check.measurement import Measurement
from photo_check.norm import Limit, Outcome
from photo_check.ofiq import QualityComponent

Verdict = Literal["accepted", "rejected", "operator"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One requirement's outcome. `measurement` and `limit` are those that decided it, None where nothing was measured.

    `score` is 0–1, higher is more compliant, 0.5 on the limit.
    """

    requirement: str
    outcome: Outcome
    score: float | None
    measurement: Measurement | None
    limit: Limit | None
    advice: Advice

    def to_json(self) -> dict[str, Any]:
        """The shape that `station photo check --json` prints."""
        shape: dict[str, Any] = {"outcome": self.outcome}
        if self.score is not None:
            shape["score"] = round(self.score, 5)
        if self.measurement is not None and self.measurement.value is not None:
            shape["value"] = round(self.measurement.value, 4)
            shape["unit"] = str(self.measurement.unit)
            shape["measure"] = self.measurement.name
        if self.limit is not None:
            bounds = (self.limit.passes.low, self.limit.passes.high)
            shape["limit"] = [bound if math.isfinite(bound) else None for bound in bounds]
        if self.measurement is not None and self.measurement.reason:
            shape["reason"] = self.measurement.reason
        shape["advice"] = self.advice
        return shape


@dataclass(frozen=True, slots=True)
class PhotoReport:
    """`geometry` is None where no face was found; `measurements` are all values that were judged,
    `quality` those of ISO/IEC 29794-5, which are not; both by name. `measured_geometry` is what the check itself found:
    it differs from `geometry` where an officer moved a line."""

    norm: str
    verdict: Verdict
    requirements: Mapping[str, Finding]
    geometry: HeadGeometry | None
    measurements: Mapping[str, Measurement]
    quality: Mapping[str, QualityComponent]
    width_px: int
    height_px: int
    changes: tuple[str, ...]
    elapsed_ms: float
    measured_geometry: HeadGeometry | None = None

    def failed(self) -> tuple[Finding, ...]:
        """What is wrong for sure."""
        return tuple(finding for finding in self.requirements.values() if finding.outcome == "fail")

    def doubtful(self) -> tuple[Finding, ...]:
        """What an officer must look at."""
        return tuple(finding for finding in self.requirements.values() if finding.outcome == "operator")

    def to_json(self) -> dict[str, Any]:
        """One object of `station photo check --json`, without the file's name."""
        return {
            "verdict": self.verdict,
            "norm": self.norm,
            "requirements": {name: finding.to_json() for name, finding in self.requirements.items()},
            "ofiq": ofiq.to_json(self.quality),
            "geometry": self._geometry_json(),
            "elapsed_ms": round(self.elapsed_ms, 1),
        }

    def _geometry_json(self) -> dict[str, Any] | None:
        head = self.geometry
        if head is None:
            return None
        shape = {
            **{name: _rounded(getattr(head, name)) for name in ("pupil_right", "pupil_left", "chin", "crown")},
            "head_share": round(head.head_share(self.height_px), 4),
            "roll_deg": round(head.roll_deg, 2),
            "ied_px": round(head.ied_px, 1),
            "corrected": head.corrected,
        }
        before = self.measured_geometry
        if head.corrected and before is not None:
            shape["before_correction"] = {
                "chin": _rounded(before.chin),
                "crown": _rounded(before.crown),
                "head_share": round(before.head_share(self.height_px), 4),
            }
        return shape


def _rounded(point: Point) -> list[float]:
    return [round(point[0], 1), round(point[1], 1)]


def verdict_of(findings: Mapping[str, Finding]) -> Verdict:
    """Rejected when anything fails, else operator when anything is doubtful, else accepted."""
    outcomes = {finding.outcome for finding in findings.values()}
    return "rejected" if "fail" in outcomes else "operator" if "operator" in outcomes else "accepted"
