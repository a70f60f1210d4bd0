"""How far limits hold on people they were not set on: each person is left out once and judged by the others' limits.

The limits of a norm that no standard gives were set by a person who had seen all photos. Here a fixed rule sets them
instead, from everybody but one, and that one is judged; the figures say what to expect of people not yet seen.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any, Final

from photo_check.check import judge
from photo_check.norm import Limit, PhotoNorm, Range
from photo_check.report import PhotoReport, verdict_of
from photo_check.score import Score, count

BY_STANDARD: Final = frozenset(
    {
        *("face_count", "yaw", "pitch", "roll", "head_share", "face_centre", "eye_height", "crown_margin"),
        *("aspect_ratio", "eye_distance", "portrait_ppi", "claimed_height"),
    }
)
LIMIT_AT, OPERATOR_AT = 1 / 3, 2 / 3  # of the way from the outermost good value to the middle of the bad ones beyond it
Entry = Mapping[str, Any]


def cross_validate(labels: Mapping[str, Any], reports: Iterable[PhotoReport], norm: PhotoNorm) -> Score:
    """The score of a labelled set when each person is judged by limits set on all others; photos need no second look.

    Limits given by a standard, and those for which the others show no violation, stay as the norm has them.
    """
    entries: Sequence[Entry] = labels["images"]
    answers = list(zip(entries, reports, strict=True))
    by_person: dict[str, list[int]] = {}
    for place, (entry, _) in enumerate(answers):
        by_person.setdefault(str(entry.get("person") or entry["file"]), []).append(place)
    result = Score()
    for places in by_person.values():
        left_out = set(places)
        others = [answer for place, answer in enumerate(answers) if place not in left_out]
        their_norm = calibrated(norm, others)
        for place in places:
            entry, report = answers[place]
            findings = judge(their_norm, dict(report.measurements))
            count(result, entry, replace(report, requirements=findings, verdict=verdict_of(findings)))
    return result


def calibrated(norm: PhotoNorm, answers: Sequence[tuple[Entry, PhotoReport]]) -> PhotoNorm:
    """The norm with those limits that no standard gives set anew, by rule, on labelled photos and their reports."""
    requirements = {
        name: replace(
            requirement,
            limits=tuple(
                limit if limit.measure in BY_STANDARD else _limit(limit, name, answers) for limit in requirement.limits
            ),
        )
        for name, requirement in norm.requirements.items()
    }
    return replace(norm, requirements=requirements)


def _limit(limit: Limit, requirement: str, answers: Sequence[tuple[Entry, PhotoReport]]) -> Limit:
    good = _values(limit.measure, (r for entry, r in answers if entry["compliant"]))
    bad = _values(limit.measure, (r for entry, r in answers if entry["requirements"].get(requirement) == "fail"))
    if not good:
        return limit
    low, wide_low = limit.passes.low, limit.operator.low
    high, wide_high = limit.passes.high, limit.operator.high
    below, above = [value for value in bad if value < min(good)], [value for value in bad if value > max(good)]
    if math.isfinite(low) and below:
        low, wide_low = _between(min(good), median(below))
    if math.isfinite(high) and above:
        high, wide_high = _between(max(good), median(above))
    return replace(limit, passes=Range(low, high), operator=Range(wide_low, wide_high))


def _values(measure: str, reports: Iterable[PhotoReport]) -> list[float]:
    found = (report.measurements.get(measure) for report in reports)
    return [one.value for one in found if one is not None and one.value is not None]


def _between(good: float, bad: float) -> tuple[float, float]:
    return good + LIMIT_AT * (bad - good), good + OPERATOR_AT * (bad - good)
