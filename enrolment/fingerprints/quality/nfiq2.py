"""NFIQ 2.3 as the judge, with the guards beside it."""

from enrolment.fingerprints import engine
from enrolment.fingerprints.errors import EngineMissing, FingerImageError
from enrolment.fingerprints.finger import FingerImage
from enrolment.fingerprints.quality.guards import GuardLimits, reasons_against
from enrolment.fingerprints.quality.measures import measure
from enrolment.fingerprints.quality.report import QualityReport, Reason

NFIQ2_VERSION = "2.3"


class Nfiq2Judge:
    """Scores by NIST's NFIQ 2.3 (ISO/IEC 29794-4), through `nbis-py`. Raises EngineMissing where that is absent."""

    def __init__(self, limits: GuardLimits | None = None) -> None:
        if not engine.is_available():
            raise EngineMissing(f"NFIQ 2 wants the package {engine.PACKAGE}, which this machine lacks")
        self._limits = limits or GuardLimits()
        self._algorithm = f"NFIQ {NFIQ2_VERSION} ({engine.PACKAGE} {engine.version()})"

    @property
    def algorithm(self) -> str:
        """Name and version, stored beside every score."""
        return self._algorithm

    def judge(self, image: FingerImage) -> QualityReport:
        """The score of NFIQ 2 and the reasons of the guards."""
        measures = measure(image.pixels)
        try:
            scores, template = engine.score(image)
        except FingerImageError:
            reasons = reasons_against(measures, None, self._limits)
            return QualityReport(None, self._algorithm, (*reasons, Reason.NOT_SCORED), measures.as_dict())
        count = len(template.minutiae())
        values = measures.as_dict() | {"minutiae": float(count)} | dict(scores.actionable) | dict(scores.features)
        reasons = reasons_against(measures, count, self._limits)
        return QualityReport(scores.score, self._algorithm, reasons, values, template)
