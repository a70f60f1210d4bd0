"""The one door to made-up fingers: a seed and a position in, prints of one finger of nobody out."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from enrolment.fingerprints.errors import FingerImageError
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.synthesis.damage import Damage, DamageKind
from enrolment.fingerprints.synthesis.impression import Touch, press_finger
from enrolment.fingerprints.synthesis.pattern import FingerPlan, draw_plan
from enrolment.fingerprints.synthesis.skin import Skin, grow_skin

PLAN, IMPRESSION = 1, 2  # what a stream of random numbers is for; part of its seed
FULL_TURN_DEG = 70.0  # how far a finger of damage `rotated` and severity 1 lies askew
LARGEST_SEED = 2**63 - 1


def check_numbers(seed: int, impression: int) -> None:
    """Raises FingerImageError for a seed or the number of an impression out of range."""
    if not 0 <= seed <= LARGEST_SEED:
        raise FingerImageError("seed", "out of range", f"0 to {LARGEST_SEED}")
    if impression < 0:
        raise FingerImageError("impression", "is negative", "0 or more")


def plan_of(seed: int, position: FingerPosition) -> FingerPlan:
    """The plan of the finger at `position` of made-up person `seed`."""
    check_numbers(seed, 0)
    return draw_plan(position, np.random.default_rng([seed, int(position), PLAN]))


@lru_cache(maxsize=12)
def skin_of(seed: int, position: FingerPosition) -> Skin:
    """The skin of that finger; grown once and kept, since people lay the same finger down again."""
    return grow_skin(plan_of(seed, position))


def synthesise(
    seed: int,
    position: FingerPosition,
    impression: int = 0,
    damage: Damage | None = None,
    touch: Touch | None = None,
) -> FingerImage:
    """Impression number `impression` of the finger at `position` of made-up person `seed`: 400 x 500 px, 500 ppi.

    The same arguments give the same print. `touch` says how the finger lies where that is not left to the draw.
    Raises FingerImageError for a seed or a number out of range.
    """
    check_numbers(seed, impression)
    skin = skin_of(seed, position)
    random = np.random.default_rng([seed, int(position), IMPRESSION, impression])
    drawn = Touch.draw(random)
    lies = touch or drawn
    if damage is not None and damage.kind is DamageKind.ROTATED:
        side = 1.0 if lies.turn_deg >= 0 else -1.0
        lies = replace(lies, turn_deg=lies.turn_deg + side * FULL_TURN_DEG * damage.severity**1.5)
    return FingerImage(position, press_finger(skin, lies, damage, random))
