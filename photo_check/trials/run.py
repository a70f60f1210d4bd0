"""Runs the trials: every good photo of a labelled set, changed in every way, judged, and counted."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any, Final
from zlib import crc32

import numpy as np

from photo_check.check import PhotoChecker
from photo_check.norm import Limit, PhotoNorm
from photo_check.photo import Photo, read_photo
from photo_check.report import PhotoReport
from photo_check.score import GROUPS, photo_path
from photo_check.trials.faults import FAULTS
from photo_check.trials.harmless import HARMLESS
from photo_check.trials.subject import Pixels, Subject, subject

AGES: Final = {"under 25": (0, 25), "25 to 34": (25, 35), "35 and more": (35, 200)}


@dataclass(frozen=True, slots=True)
class Trial:
    """One changed photo and its report; `breaks` is empty for a harmless change."""

    name: str
    breaks: tuple[str, ...]
    file: str
    person: str
    groups: tuple[str, ...]
    report: PhotoReport


def run_trials(
    labels_path: Path, labels: Mapping[str, Any], checker: PhotoChecker, people: int | None = None
) -> Iterator[Trial]:
    """Every change of one good photo of each person, in the labels' order; of the first `people` persons only.

    What is drawn by chance grows from the photo's name: the same photos come out each time.
    """
    for entry in _one_of_each(labels, people):
        photo = read_photo(photo_path(labels_path, entry["file"]))
        draw = np.random.default_rng(crc32(entry["file"].encode()))
        one = subject(photo, entry.get("geometry") or {}, checker.face_finder, draw)
        if one is None:
            continue
        for name, breaks, pixels in _changed(one):
            report = checker.check(Photo(pixels))
            yield Trial(name, breaks, entry["file"], str(entry["person"]), _groups(entry), report)


def count_of_trials(labels: Mapping[str, Any], people: int | None = None) -> int:
    """How many trials `run_trials` makes at most."""
    return len(_one_of_each(labels, people)) * (1 + len(HARMLESS) + len(FAULTS))


def _one_of_each(labels: Mapping[str, Any], people: int | None) -> list[Mapping[str, Any]]:
    first: dict[str, Mapping[str, Any]] = {}
    for entry in labels["images"]:
        if entry["compliant"] and entry.get("person"):
            first.setdefault(entry["person"], entry)
    return list(first.values())[:people]


def _changed(one: Subject) -> Iterator[tuple[str, tuple[str, ...], Pixels]]:
    yield "as it is", (), one.pixels
    for name, harmless in HARMLESS.items():
        yield name, (), harmless(one)
    for name, fault in FAULTS.items():
        yield name, fault.breaks, fault.apply(one)


def _groups(entry: Mapping[str, Any]) -> tuple[str, ...]:
    group = entry.get("group") or {}
    named = [f"{key}={group[key]}" for key in GROUPS if group.get(key)]
    age = group.get("age")
    if age and str(age).isdigit():
        named += [f"age={name}" for name, (low, high) in AGES.items() if low <= int(age) < high]
    return tuple(named)


@dataclass(slots=True)
class Tally:
    """Counts over trials: verdicts by change, groups, what refused good photos, and the values of good and bad."""

    harmless: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    faults: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    named: Counter[str] = field(default_factory=Counter)
    groups: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    blamed: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))  # requirement: by change
    good: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    bad: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, trial: Trial) -> None:
        """Counts one trial."""
        values = {name: one.value for name, one in trial.report.measurements.items() if one.value is not None}
        if trial.breaks:
            self.faults[trial.name][trial.report.verdict] += 1
            outcomes = {trial.report.requirements[name].outcome for name in trial.breaks}
            self.named[trial.name] += trial.report.verdict == "rejected" and "fail" in outcomes
            for requirement in trial.breaks:
                for name, value in values.items():
                    self.bad[requirement, name].append(value)
            return
        self.harmless[trial.name][trial.report.verdict] += 1
        for group in trial.groups:
            self.groups[group][trial.report.verdict] += 1
        for name, value in values.items():
            self.good[name].append(value)
        for finding in (*trial.report.failed(), *trial.report.doubtful()):
            self.blamed[finding.requirement][f"{trial.name} {trial.file}"] += 1

    def margins(self, norm: PhotoNorm) -> list["Margin"]:
        """How far the good photos stay from each limit, in spreads of the good ones; the nearest first."""
        found = [
            margin
            for requirement in norm.requirements.values()
            for limit in requirement.limits
            for margin in self._margins(requirement.id, limit)
        ]
        return sorted(found, key=lambda margin: margin.spreads)

    def _margins(self, requirement: str, limit: Limit) -> Iterator["Margin"]:
        good, bad = self.good[limit.measure], self.bad[requirement, limit.measure]
        spread = pstdev(good) if len(good) > 1 else 0.0
        if not spread:
            return
        for side, at in ((-1, limit.passes.low), (1, limit.passes.high)):
            if math.isfinite(at):
                beyond = [side * (value - at) / spread for value in bad if side * (value - at) > 0]
                nearest = float(np.percentile(beyond, 5)) if beyond else math.nan
                away = side * (at - fmean(good)) / spread
                crossed = sum(side * (value - at) > 0 for value in good)
                yield Margin(requirement, limit.measure, "high" if side > 0 else "low", away, crossed, nearest)

    def to_json(self, norm: PhotoNorm) -> dict[str, Any]:
        """The figures as one object."""
        good, bad = _sum(self.harmless.values()), _sum(self.faults.values())
        return {
            "harmless": good.total(),
            "harmless_accepted": good["accepted"] / max(1, good.total()),
            "harmless_operator": good["operator"] / max(1, good.total()),
            "faults": bad.total(),
            "faults_stopped": 1 - bad["accepted"] / max(1, bad.total()),
            "faults_operator": bad["operator"] / max(1, bad.total()),
            "faults_named": self.named.total() / max(1, bad["rejected"]),
            "by_change": {name: dict(counts) for name, counts in self.harmless.items()},
            "by_fault": {name: {**counts, "named": self.named[name]} for name, counts in self.faults.items()},
            "by_group": {name: dict(counts) for name, counts in sorted(self.groups.items())},
            "blamed": {name: dict(counts) for name, counts in self.blamed.items()},
            "margins": [margin.to_json() for margin in self.margins(norm)],
        }


@dataclass(frozen=True, slots=True)
class Margin:
    """How far a limit stands from good photos: `spreads` from their mean, `crossed` of them beyond it.

    `bad_nearest`: how far beyond it, in the same spreads, the nearest twentieth of the violations that it catches is.
    """

    requirement: str
    measure: str
    side: str
    spreads: float
    crossed: int
    bad_nearest: float

    def to_json(self) -> dict[str, Any]:
        """As one object; a distance that nothing tells is null."""
        return {
            "requirement": self.requirement,
            "measure": self.measure,
            "side": self.side,
            "spreads": round(self.spreads, 2),
            "crossed": self.crossed,
            "bad_nearest": None if math.isnan(self.bad_nearest) else round(self.bad_nearest, 2),
        }


def _sum(counters: Any) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total
