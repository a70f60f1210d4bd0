"""The proof that made-up fingers behave like fingers: mates match, strangers do not, damage is seen for what it is.

Fingers are those of seeds 1, 2, 3 … in turn over the ten positions: never selected.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from enrolment.fingerprints import engine
from enrolment.fingerprints.finger import FingerImage, FingerPosition
from enrolment.fingerprints.matching import match_templates
from enrolment.fingerprints.quality import QualityJudge, Reason
from enrolment.fingerprints.synthesis import Damage, DamageKind, Touch, synthesise

POSITIONS = tuple(FingerPosition)
REASON_OF_DAMAGE = {
    DamageKind.DRY: Reason.DRY,
    DamageKind.WET: Reason.WET,
    DamageKind.WORN: Reason.WORN,
    DamageKind.SCAR: Reason.SCARRED,
    DamageKind.PARTIAL: Reason.PARTIAL,
    DamageKind.ROTATED: Reason.ROTATED,
}
MATE_SCORE, STRANGER_SCORE, NEVER_SCORE = 100, 40, 60
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim, what was measured, and whether it holds. `limit` says it in words."""

    name: str
    value: float
    limit: str
    holds: bool
    samples: int


def position_of(seed: int) -> FingerPosition:
    """Which finger stands for a seed."""
    return POSITIONS[seed % len(POSITIONS)]


def prove(fingers: int, judge: QualityJudge, say: Say) -> Iterator[Finding]:
    """Every finding over that many fingers; `say` hears what is under way. Raises EngineMissing without bozorth3."""
    seeds = range(1, fingers + 1)
    say("growing and comparing")
    templates = [engine.extract(synthesise(seed, position_of(seed))) for seed in seeds]
    yield from mates(seeds, templates, 10.0, 1.5, 0.99)
    yield from mates(seeds, templates, 15.0, 3.0, 0.95)
    yield from strangers(templates)
    say("judging")
    yield from qualities(seeds, judge)
    yield from damages(seeds, judge)


def mates(
    seeds: range, templates: list[engine.Template], turn_deg: float, shift_mm: float, share: float
) -> Iterator[Finding]:
    """Second impressions, turned and shifted evenly up to the bounds, against the first."""
    scores = []
    for seed, template in zip(seeds, templates, strict=True):
        draw = np.random.default_rng([seed, 99]).uniform(-1, 1, 4)
        touch = Touch(draw[0] * turn_deg, draw[1] * shift_mm, draw[2] * shift_mm, 0.5 + 0.2 * draw[3])
        second = engine.extract(synthesise(seed, position_of(seed), 1, touch=touch))
        scores.append(match_templates(template, second).score)
    reached = float(np.mean([score >= MATE_SCORE for score in scores]))
    name = f"share of mates within {turn_deg:g} degrees and {shift_mm:g} mm that reach {MATE_SCORE}"
    yield Finding(name, reached, f"at least {share}", reached >= share, len(scores))


def strangers(templates: list[engine.Template]) -> Iterator[Finding]:
    """Every finger against every other."""
    scores = [match_templates(one, other).score for one, other in itertools.combinations(templates, 2)]
    reached = float(np.mean([score >= STRANGER_SCORE for score in scores]))
    count = len(scores)
    yield Finding(f"share of strangers that reach {STRANGER_SCORE}", reached, "at most 0.001", reached <= 0.001, count)
    highest = max(scores)
    yield Finding("highest score of strangers", highest, f"below {NEVER_SCORE}", highest < NEVER_SCORE, count)


def qualities(seeds: range, judge: QualityJudge) -> Iterator[Finding]:
    """Undamaged prints."""
    reports = [judge.judge(synthesise(seed, position_of(seed))) for seed in seeds]
    median = float(np.median([report.stored_value for report in reports]))
    yield Finding("median quality of undamaged prints", median, "45 to 70", 45 <= median <= 70, len(reports))
    usable = float(np.mean([report.is_usable for report in reports]))
    yield Finding("share of undamaged prints that are usable", usable, "1", usable == 1, len(reports))


def damages(seeds: range, judge: QualityJudge) -> Iterator[Finding]:
    """Slight damage must pass, grave damage must be refused for what it is."""

    def damaged(seed: int, kind: DamageKind, severity: float) -> FingerImage:
        return synthesise(seed, position_of(seed), 1, Damage(kind, severity))

    for kind, reason in REASON_OF_DAMAGE.items():
        slight = float(np.mean([judge.judge(damaged(seed, kind, 0.3)).is_usable for seed in seeds]))
        yield Finding(f"share of {kind.value}:0.3 that stays usable", slight, "1", slight == 1, len(seeds))
        for severity in (0.8, 1.0):
            grave = [reason in judge.judge(damaged(seed, kind, severity)).reasons for seed in seeds]
            name = f"share of {kind.value}:{severity:g} that is refused as {reason.value}"
            yield Finding(name, float(np.mean(grave)), "1", all(grave), len(seeds))
