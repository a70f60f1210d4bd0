"""Which judge this machine has."""

from functools import cache

from enrolment.fingerprints import engine
from enrolment.fingerprints.quality.fallback import RidgeClarityJudge
from enrolment.fingerprints.quality.nfiq2 import Nfiq2Judge
from enrolment.fingerprints.quality.report import QualityJudge


@cache
def default_quality() -> QualityJudge:
    """NFIQ 2.3 where it can be had, else the fallback, whose name says that it is not NFIQ 2."""
    return Nfiq2Judge() if engine.is_available() else RidgeClarityJudge()
