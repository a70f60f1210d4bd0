"""What a simulated person does at the scanner, step by step: the words of scripts and what they mean."""

from dataclasses import dataclass
from enum import Enum

from enrolment.fingerprints.errors import FingerImageError
from enrolment.fingerprints.synthesis import Damage, DamageKind


class Act(Enum):
    """One way to meet a request for a finger."""

    GOOD = "good"
    BAD = "bad"  # a print that no judge takes
    WRONG_FINGER = "wrong_finger"  # the neighbour of the finger asked for; index fingers instead of thumbs
    SAME_FINGER = "same_finger"  # the finger, or the hand, that was captured last
    SWAPPED_HANDS = "swapped_hands"  # the same finger of the other hand; the other hand; crossed thumbs
    LIFTED = "lifted"  # away again before the capture
    NOBODY = "nobody"  # no finger until the time is over
    UNPLUGGED = "unplugged"  # the scanner is pulled out in the middle
    TAMPERED = "tampered"  # the scanner says that it was opened
    SPOOF = "spoof"  # a good print, and an attack score that says it is no finger
    TOO_MANY = "too_many"  # one finger more than asked for
    TOO_FEW = "too_few"  # one finger fewer


BAD_PRINT = Damage(DamageKind.WORN, 0.9)


@dataclass(frozen=True, slots=True)
class Step:
    """One act, with the damage that the print shows, if any."""

    act: Act = Act.GOOD
    damage: Damage | None = None

    @classmethod
    def parse(cls, word: str) -> "Step":
        """From an act (`spoof`) or a damage (`dry`, `dry:0.8`). Raises FingerImageError."""
        text = word.strip().lower()
        if text in {act.value for act in Act}:
            act = Act(text)
            return cls(act, BAD_PRINT if act is Act.BAD else None)
        if text.partition(":")[0] in {kind.value for kind in DamageKind}:
            return cls(Act.GOOD, Damage.parse(text))
        wanted = ", ".join([act.value for act in Act] + [kind.value for kind in DamageKind])
        raise FingerImageError("simulator script", f"`{word.strip()}` is no step", f"one of {wanted}")


def parse_script(text: str) -> tuple[Step, ...]:
    """From `bad, bad, good`. An empty text is an empty script. Raises FingerImageError."""
    return tuple(Step.parse(word) for word in text.split(",") if word.strip())
