"""How good is a print: measures, guards, and judges that score."""

from enrolment.fingerprints.quality.default import default_quality
from enrolment.fingerprints.quality.report import QualityJudge, QualityReport, Reason

__all__ = ["QualityJudge", "QualityReport", "Reason", "default_quality"]
