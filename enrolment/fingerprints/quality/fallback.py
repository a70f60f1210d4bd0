"""A judge for machines without NFIQ 2. It is not NFIQ 2, says so in its name, and compares with nothing else."""

import math

from enrolment.fingerprints.finger import FingerImage
from enrolment.fingerprints.quality.guards import GuardLimits, reasons_against
from enrolment.fingerprints.quality.measures import PrintMeasures, measure
from enrolment.fingerprints.quality.report import QualityReport, Reason

FULL_AREA_PX = 110_000


def ramp(value: float, low: float, high: float) -> float:
    """0 at `low` and below, 1 at `high` and above, straight between."""
    return min(1.0, max(0.0, (value - low) / (high - low)))


def ridge_clarity(measures: PrintMeasures) -> int:
    """0-100 from how clear the ridges are and how much of them there is."""
    clarity = ramp(measures.orientation_certainty, 0.4, 0.95) * ramp(measures.ridge_band, 0.2, 0.85)
    return round(100 * clarity * math.sqrt(ramp(measures.contact_area_px, 0, FULL_AREA_PX)))


class RidgeClarityJudge:
    """Scores by the measures of this package alone."""

    def __init__(self, limits: GuardLimits | None = None) -> None:
        self._limits = limits or GuardLimits()

    @property
    def algorithm(self) -> str:
        """Name and version, stored beside every score."""
        return "ridge clarity 1 (not NFIQ 2)"

    def judge(self, image: FingerImage) -> QualityReport:
        """Ridge clarity and the reasons of the guards."""
        measures = measure(image.pixels)
        reasons = reasons_against(measures, None, self._limits)
        if Reason.NO_CONTACT in reasons:
            return QualityReport(None, self.algorithm, (*reasons, Reason.NOT_SCORED), measures.as_dict())
        return QualityReport(ridge_clarity(measures), self.algorithm, reasons, measures.as_dict())
