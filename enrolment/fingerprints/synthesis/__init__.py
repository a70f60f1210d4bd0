"""Made-up fingers: ridge patterns grown from a seed, laid on a sensor as often as wanted."""

from enrolment.fingerprints.synthesis.damage import Damage, DamageKind
from enrolment.fingerprints.synthesis.impression import Touch
from enrolment.fingerprints.synthesis.made_up import synthesise

__all__ = ["Damage", "DamageKind", "Touch", "synthesise"]
