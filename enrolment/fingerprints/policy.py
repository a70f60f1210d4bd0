"""Which fingers are taken, in which order, how good they must be, and what happens when they cannot be had.

Values with their sources; a site's configuration may set others (docs/fingerprints.md#policy).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from types import MappingProxyType

from enrolment.fingerprints.errors import PolicyError
from enrolment.fingerprints.finger import Digit, FingerPosition, Hand
from enrolment.fingerprints.matching import SAME_FINGER_THRESHOLD
from enrolment.fingerprints.wsq import LARGEST_BYTES

# TR-03121-3 Vol 2 v6.0, table 5.4 (plain prints, enrolment of identity documents and residence permits). The table
# is of NFIQ 2.2; the score stored beside a print names the version that was used.
NFIQ2_THRESHOLDS: Mapping[Digit, int] = MappingProxyType(
    {Digit.THUMB: 30, Digit.INDEX: 30, Digit.MIDDLE: 20, Digit.RING: 10, Digit.LITTLE: 10}
)
THRESHOLD_SOURCE = "TR-03121-3 Vol 2 v6.0, table 5.4"
# The same volume, section 4.6: per hand index, thumb, middle, ring; never the little finger.
FALLBACK_ORDER = (Digit.INDEX, Digit.THUMB, Digit.MIDDLE, Digit.RING)


class WhenTemporary(Enum):
    """What follows where prints cannot be taken for the time being (Regulation (EU) 2019/1157, Article 4)."""

    POSTPONE = "postpone"  # another appointment
    SHORT_VALIDITY = "short_validity"  # a card of twelve months at most


class Taking(Enum):
    """How fingers are laid down."""

    SINGLE = "single"  # one after the other
    SLAPS = "slaps"  # four of a hand, then both thumbs, where the scanner can


class WhenTooLarge(Enum):
    """What follows where a print takes more room at 0.75 bit a pixel than a document has, cut to the fingertip."""

    LOWER_RATE = "lower_rate"  # TR-03121-3 Vol 2, COM-FP-WSQR: as little as brings it below the limit
    REFUSE = "refuse"  # the rate of the standard or none: the print is taken anew


class MissingReason(Enum):
    """Why a finger cannot be taken; the words are OSIA's, and what they leave out."""

    AMPUTATED = "amputated"
    DAMAGED = "damaged"  # for good: no ridges are left, or the hand cannot be opened
    BANDAGED = "bandaged"
    INJURED = "injured"
    UNREADABLE = "unreadable"  # tried as often as the policy allows, nothing usable came

    @property
    def is_temporary(self) -> bool:
        """Whether it will be possible at another time."""
        return self in (MissingReason.BANDAGED, MissingReason.INJURED)


@dataclass(frozen=True, slots=True)
class MissingFinger:
    """A finger that cannot be taken, and why."""

    position: FingerPosition
    reason: MissingReason


@dataclass(frozen=True, slots=True)
class FingerPolicy:
    """How prints are taken at this station. Raises PolicyError for values that make no policy."""

    order: tuple[Digit, ...] = FALLBACK_ORDER
    first_hand: Hand = Hand.RIGHT
    fingers_wanted: int = 2
    captures_per_finger: int = 3  # TR-03121-3 Vol 2, section 4.6
    thresholds: Mapping[Digit, int] = field(default_factory=lambda: NFIQ2_THRESHOLDS)
    threshold_source: str = THRESHOLD_SOURCE
    exempt_under_years: int = 6  # Regulation (EC) 1030/2002, Article 4b
    when_temporary: WhenTemporary = WhenTemporary.POSTPONE
    same_finger_threshold: int = SAME_FINGER_THRESHOLD
    timeout_ms: int = 30_000
    largest_wsq_bytes: int = LARGEST_BYTES
    when_too_large: WhenTooLarge = WhenTooLarge.LOWER_RATE
    taking: Taking = Taking.SINGLE

    def __post_init__(self) -> None:
        if not self.order or len(set(self.order)) != len(self.order):
            raise PolicyError("order", "each finger once, at least one")
        if Digit.LITTLE in self.order:
            raise PolicyError("order", "no little finger (TR-03121-3 Vol 2, section 4.6)")
        if not set(self.order) <= set(self.thresholds) or not all(0 <= t <= 100 for t in self.thresholds.values()):
            raise PolicyError("thresholds", "0 to 100 for every finger in the order")
        for key, low, high in (
            ("fingers_wanted", 1, 2),
            ("captures_per_finger", 1, 10),
            ("exempt_under_years", 0, 18),
            ("same_finger_threshold", 1, 1000),
            ("timeout_ms", 1000, 600_000),
            ("largest_wsq_bytes", 4096, 65_000),
        ):
            if not low <= getattr(self, key) <= high:
                raise PolicyError(key, f"{low} to {high}")

    def threshold(self, position: FingerPosition) -> int:
        """The least score of a finger."""
        return self.thresholds[position.digit]

    def candidates(self, hand: Hand) -> tuple[FingerPosition, ...]:
        """The fingers of a hand in the order in which they are asked for."""
        return tuple(FingerPosition.of(hand, digit) for digit in self.order)

    def hands(self) -> tuple[Hand, ...]:
        """The hands, one for each finger that is wanted."""
        other = Hand.LEFT if self.first_hand is Hand.RIGHT else Hand.RIGHT
        return (self.first_hand, other)[: self.fingers_wanted]

    @property
    def may_lower_rate(self) -> bool:
        """Whether a print that is too large may be compressed more than the standard has it."""
        return self.when_too_large is WhenTooLarge.LOWER_RATE

    def is_exempt(self, age_years: int) -> bool:
        """Whether somebody of this age gives no prints."""
        return age_years < self.exempt_under_years


def policy_from(values: Mapping[str, object]) -> FingerPolicy:
    """A policy from configuration: plain words and numbers under the names of FingerPolicy's fields.

    Raises PolicyError for an unknown key or a value that makes no policy.
    """
    known = {entry.name for entry in fields(FingerPolicy)}
    chosen: dict[str, object] = {}
    for key, value in values.items():
        if key not in known:
            raise PolicyError(key, "one of " + ", ".join(sorted(known)))
        chosen[key] = read_value(key, value)
    return FingerPolicy(**chosen)  # type: ignore[arg-type]  # each value was read by its key just above


def read_value(key: str, value: object) -> object:
    """One value of configuration as FingerPolicy holds it. Raises PolicyError."""
    digits = {digit.value: digit for digit in Digit}
    try:
        if key == "order" and isinstance(value, list | tuple):
            return tuple(digits[word] for word in value)
        if key == "thresholds" and isinstance(value, Mapping):
            given = {digits[word]: number for word, number in value.items() if type(number) is int}
            if len(given) == len(value):
                return MappingProxyType(dict(NFIQ2_THRESHOLDS) | given)
        if key in WORDS and isinstance(value, str):
            return WORDS[key](value)
    except (KeyError, ValueError):
        raise PolicyError(key, WANTED[key]) from None
    if key in WANTED:
        raise PolicyError(key, WANTED[key])
    if type(value) is not (str if key == "threshold_source" else int):
        raise PolicyError(key, "a text" if key == "threshold_source" else "a whole number")
    return value


WORDS: dict[str, type[Enum]] = {
    "first_hand": Hand,
    "when_temporary": WhenTemporary,
    "when_too_large": WhenTooLarge,
    "taking": Taking,
}
WANTED = {
    "order": "a list of " + ", ".join(digit.value for digit in FALLBACK_ORDER),
    "thresholds": "a table of fingers (thumb, index, …) and whole numbers",
} | {key: " or ".join(word.value for word in kind) for key, kind in WORDS.items()}
