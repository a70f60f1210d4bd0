"""How right the check is: its answers counted against a labelled set of photos."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from photo_check.errors import PhotoCheckError
from photo_check.report import PhotoReport

HARD: Final = frozenset({"glasses_ok", "eyes_visible", "no_head_covering", "no_ink_or_crease"})
GROUPS: Final = ("gender", "ethnicity")
BEHIND: Final = 0.05  # points that a group may be accepted less often
NORMAL_95: Final = 1.959964


class LabelsError(PhotoCheckError):
    """A file of labels is not what it should be."""


@dataclass(slots=True)
class Score:
    """Counts over one set. `per_requirement[id][(label, outcome)]`, `whole[(kind, verdict)]`."""

    per_requirement: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))
    compliant_refused: Counter[str] = field(default_factory=Counter)
    whole: Counter[tuple[str, str]] = field(default_factory=Counter)
    groups: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    people: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))  # good photos of each
    named: int = 0
    ordinary: Counter[str] = field(default_factory=Counter)
    head_errors: list[float] = field(default_factory=list)  # points of the photo's height
    wrong: list[tuple[str, str, list[str]]] = field(default_factory=list)

    def rate(self, kind: str, *verdicts: str) -> float:
        """The share of a kind ("compliant", "violation") that got one of these verdicts; NaN where there is none."""
        total = sum(count for (of, _), count in self.whole.items() if of == kind)
        return sum(self.whole[kind, verdict] for verdict in verdicts) / total if total else math.nan

    def groups_behind(self) -> list[str]:
        """Groups whose good photos are accepted less often than all are, by more than one photo or five points."""
        overall = self.rate("compliant", "accepted")
        return [
            name
            for name, verdicts in sorted(self.groups.items())
            if overall * verdicts.total() - verdicts["accepted"] > max(1.0, BEHIND * verdicts.total()) + 1e-9
        ]

    def people_not_accepted(self) -> list[str]:
        """Persons of whom a good photo was not accepted."""
        return sorted(name for name, verdicts in self.people.items() if verdicts["accepted"] < verdicts.total())

    def to_json(self) -> dict[str, Any]:
        """The figures as one object; null where nothing was counted."""
        return {name: _or_null(figure) for name, figure in self.figures().items()}

    def figures(self) -> dict[str, Any]:
        """Shares, points of head height, counts; NaN where nothing was counted."""
        errors = sorted(self.head_errors)
        return {
            "compliant_accepted": self.rate("compliant", "accepted"),
            "compliant_operator": self.rate("compliant", "operator"),
            "violations_stopped": self.rate("violation", "rejected", "operator"),
            "violations_operator": self.rate("violation", "operator"),
            "violations_named": self.named / max(1, self.whole["violation", "rejected"]),
            "ordinary_operator": self.ordinary["operator"] / max(1, self.ordinary.total()),
            "head_error_mean": sum(errors) / len(errors) if errors else math.nan,
            "head_error_p95": errors[max(0, math.ceil(0.95 * len(errors)) - 1)] if errors else math.nan,
            "groups": {name: _group_json(counts) for name, counts in sorted(self.groups.items())},
            "groups_behind": self.groups_behind(),
            "people": len(self.people),
            "people_not_accepted": self.people_not_accepted(),
            "requirements": {
                name: {f"{label}->{outcome}": count for (label, outcome), count in sorted(counts.items())}
                for name, counts in self.per_requirement.items()
            },
        }


def interval(hits: int, total: int) -> tuple[float, float]:
    """Between what shares the truth lies, 19 times in 20 (Wilson 1927); NaN where nothing was counted."""
    if not total:
        return math.nan, math.nan
    share, z2 = hits / total, NORMAL_95**2
    middle, spread = share + z2 / (2 * total), NORMAL_95 * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    return (middle - spread) / (1 + z2 / total), (middle + spread) / (1 + z2 / total)


def _or_null(figure: Any) -> Any:
    return None if isinstance(figure, float) and math.isnan(figure) else figure


def _group_json(verdicts: Counter[str]) -> dict[str, Any]:
    low, high = interval(verdicts["accepted"], verdicts.total())
    between = None if math.isnan(low) else [round(low, 3), round(high, 3)]
    return {**verdicts, "photos": verdicts.total(), "interval_95": between}


def read_labels(path: Path) -> dict[str, Any]:
    """A labels file (schema of the reference data). Raises: LabelsError."""
    try:
        labels = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError):
        raise LabelsError(f"{path}: wanted: a readable JSON file of labels") from None
    if not isinstance(labels, dict) or not {"requirements", "images"} <= set(labels):
        raise LabelsError(f"{path}: wanted: an object with the keys requirements and images")
    if not isinstance(labels["images"], list) or not labels["images"]:
        raise LabelsError(f"{path}: images: wanted: a list with one photo at least")
    for place, entry in enumerate(labels["images"]):
        if not isinstance(entry, dict) or not isinstance(entry.get("file"), str) or "compliant" not in entry:
            raise LabelsError(f"{path}: images[{place}]: wanted: an object with the keys file, compliant, requirements")
        if not isinstance(entry.get("requirements"), dict):
            raise LabelsError(f"{path}: images[{place}].requirements: wanted: an object, a label by requirement")
    return labels


def photo_path(labels_path: Path, name: str) -> Path:
    """Where a labelled photo lies: beside the labels, or in their folder `images`."""
    inside = labels_path.parent / "images" / name
    return inside if inside.is_file() else labels_path.parent / name


def score(labels: dict[str, Any], reports: Iterable[PhotoReport]) -> Score:
    """Counts reports, in the labels' order, against the labels."""
    result = Score()
    for entry, report in zip(labels["images"], reports, strict=True):
        count(result, entry, report)
    return result


def count(result: Score, entry: Mapping[str, Any], report: PhotoReport) -> None:
    """Adds one photo's answer to a score."""
    kind = {True: "compliant", False: "violation"}.get(entry["compliant"], "unjudged")
    failing = {name for name, label in entry["requirements"].items() if label == "fail"}
    outcomes = {name: finding.outcome for name, finding in report.requirements.items()}
    for name, label in entry["requirements"].items():
        if label in ("pass", "fail"):
            result.per_requirement[name][label, outcomes.get(name, "not_assessed")] += 1
        if kind == "compliant" and outcomes.get(name) == "fail":
            result.compliant_refused[name] += 1
    result.whole[kind, report.verdict] += 1
    if kind == "compliant":
        for group in GROUPS:
            if entry.get("group", {}).get(group):
                result.groups[f"{group}={entry['group'][group]}"][report.verdict] += 1
        if entry.get("person"):
            result.people[entry["person"]][report.verdict] += 1
        if report.verdict != "accepted":
            found = [f.requirement for f in (*report.failed(), *report.doubtful())]
            result.wrong.append((entry["file"], report.verdict, found))
    elif kind == "violation":
        if not failing & HARD:
            result.ordinary[report.verdict] += 1
        if report.verdict == "rejected":
            result.named += any(outcomes.get(name) == "fail" for name in failing)
        if report.verdict == "accepted":
            result.wrong.append((entry["file"], "accepted", sorted(failing)))
    truth = (entry.get("geometry") or {}).get("head_fraction")
    if truth is not None and report.geometry is not None and "head" in entry.get("geometry_scored", ["head"]):
        result.head_errors.append(100 * abs(report.geometry.head_share(report.height_px) - truth))


def print_score(result: Score, out: Callable[[str], None]) -> None:
    """The figures as a table for people."""
    out(f"{'requirement':28} good photos: fail operator n/a    bad photos: pass operator n/a")
    for name, c in result.per_requirement.items():
        good, bad = (sum(n for (label, _), n in c.items() if label == want) for want in ("pass", "fail"))
        out(
            f"{name:28} {good:11} {c['pass', 'fail']:5} {c['pass', 'operator']:8} {c['pass', 'not_assessed']:3}"
            f" {bad:13} {c['fail', 'pass']:5} {c['fail', 'operator']:8} {c['fail', 'not_assessed']:3}"
        )
    for kind in ("compliant", "violation", "unjudged"):
        counts = ", ".join(
            f"{verdict} {result.whole[kind, verdict]}" for verdict in ("accepted", "rejected", "operator")
        )
        out(f"{kind:10} {counts}")
    for name, verdicts in sorted(result.groups.items()):
        low, high = interval(verdicts["accepted"], verdicts.total())
        note = "   <- behind all others" if name in result.groups_behind() else ""
        accepted = f"accepted {verdicts['accepted']} of {verdicts.total()}"
        out(f"  {name:28} {accepted:20} 95 %: {100 * low:.0f}-{100 * high:.0f} %{note}")
    refused = result.people_not_accepted()
    out(f"people with a good photo not accepted: {len(refused)} of {len(result.people)} {' '.join(refused)}")
    print_rates(result, out)
    for file, verdict, why in result.wrong:
        out(f"  {file} {verdict}: {', '.join(why)}")


def print_rates(result: Score, out: Callable[[str], None]) -> None:
    """The rates of a score in two lines."""
    f = result.figures()
    out(
        f"compliant accepted {f['compliant_accepted']:.3f}; violations stopped {f['violations_stopped']:.3f}, by an "
        f"officer {f['violations_operator']:.3f} (ordinary ones {f['ordinary_operator']:.3f}); what is wrong named "
        f"{f['violations_named']:.3f}"
    )
    out(f"head height off by {f['head_error_mean']:.2f} points of the photo's height, 95 % {f['head_error_p95']:.2f}")
