"""A norm: what a document's portrait may be, read from TOML, every limit with its source."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

from photo_check.errors import NormError

Outcome = Literal["pass", "fail", "operator", "not_assessed"]
OUTCOMES: Final = get_args(Outcome)
DEFAULT_NORM: Final = "luxembourg-residence-card"
SEVERITY: Final[dict[Outcome, int]] = {"pass": 0, "not_assessed": 1, "operator": 2, "fail": 3}
SCORE_STEEPNESS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both allowed; infinite where a side is open."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Is the value inside?"""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Limit:
    """What one measure may be: inside `passes` is good, inside the wider `operator` an officer looks, else it fails.

    `scale` is how far beyond the limit counts as far (for scores); `worst` "operator" means that it never fails alone.
    """

    measure: str
    passes: Range
    operator: Range
    scale: float
    worst: Outcome

    def judge(self, value: float) -> Outcome:
        """The outcome for a value."""
        if self.passes.holds(value):
            return "pass"
        return "operator" if self.operator.holds(value) else self.worst

    def score(self, value: float) -> float:
        """0–1, higher is better, 0.5 on the limit."""
        inside = min(value - self.passes.low, self.passes.high - value) / self.scale
        return 1 / (1 + math.exp(-SCORE_STEEPNESS * max(-100.0, min(100.0, inside))))

    def side(self, value: float) -> str:
        """ "low" or "high": at which end the value lies outside, or nearer."""
        return "low" if value - self.passes.low < self.passes.high - value else "high"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that is asked of a portrait. Where one of `needs` fails, this one cannot be assessed."""

    id: str
    source: str
    limits: tuple[Limit, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhotoNorm:
    """A document's requirements by id, in the order of the file."""

    name: str
    title: str
    requirements: Mapping[str, Requirement]


def norm_names() -> list[str]:
    """The norms that come with the package."""
    return sorted(f.name[:-5] for f in resources.files("photo_check.norms").iterdir() if f.name.endswith(".toml"))


def load_norm(name: str | Path = DEFAULT_NORM) -> PhotoNorm:
    """A norm of the package by its name, or one of a site's own by the path of its TOML file.

    Raises: NormError naming file, key and what was wanted.
    """
    known = norm_names()
    if str(name) in known:
        text = resources.files("photo_check.norms").joinpath(f"{name}.toml").read_text("utf-8")
    elif str(name).endswith(".toml"):
        try:
            text = Path(name).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise NormError(str(name), "file", "wanted: a readable TOML file") from None
    else:
        raise NormError(
            str(name), "norm", f"no norm of this name; wanted: {', '.join(known)} or a file ending in .toml"
        )
    try:
        return _Reader(str(name)).norm(tomllib.loads(text))
    except tomllib.TOMLDecodeError as cause:
        raise NormError(str(name), "file", f"not TOML: {cause}") from None


class _Reader:
    """Turns a TOML table into a norm, strictly: an unknown key is an error.

    A norm that `extends` one of the package starts from its requirements and replaces those that it names.
    """

    def __init__(self, file: str) -> None:
        self._file = file

    def norm(self, table: dict[str, Any]) -> PhotoNorm:
        self._only(table, "", {"title", "extends", "requirements"})
        title = self._text(table, "title", "title")
        requirements: dict[str, Requirement] = {}
        if "extends" in table:
            base = self._text(table, "extends", "extends")
            if base not in norm_names():
                raise NormError(self._file, "extends", f"no norm {base!r}; wanted: {', '.join(norm_names())}")
            requirements |= load_norm(base).requirements
        tables = table.get("requirements")
        if not isinstance(tables, dict) or not tables:
            raise NormError(self._file, "requirements", "wanted: a table of requirements")
        requirements |= {key: self._requirement(key, value) for key, value in tables.items()}
        for requirement in requirements.values():
            for need in requirement.needs:
                if need not in requirements:
                    raise NormError(self._file, f"requirements.{requirement.id}.needs", f"no requirement {need!r}")
        return PhotoNorm(Path(self._file).stem, title, requirements)

    def _requirement(self, key: str, table: object) -> Requirement:
        where = f"requirements.{key}"
        if not isinstance(table, dict):
            raise NormError(self._file, where, "wanted: a table")
        self._only(table, where, {"source", "limits", "needs"})
        limits = table.get("limits", ())  # left out: this norm does not judge it, and its source says why
        if "limits" in table and not (isinstance(limits, list) and limits):
            raise NormError(self._file, f"{where}.limits", "wanted: a list of tables, one at least")
        needs = table.get("needs", [])
        if not isinstance(needs, list) or not all(isinstance(n, str) for n in needs):
            raise NormError(self._file, f"{where}.needs", "wanted: a list of requirement ids")
        read = tuple(self._limit(f"{where}.limits[{i}]", limit) for i, limit in enumerate(limits))
        return Requirement(key, self._text(table, "source", f"{where}.source"), read, tuple(needs))

    def _limit(self, where: str, table: object) -> Limit:
        if not isinstance(table, dict):
            raise NormError(self._file, where, "wanted: a table")
        self._only(table, where, {"measure", "min", "max", "operator_min", "operator_max", "scale", "worst"})
        low, high = self._number(table, "min", where, -math.inf), self._number(table, "max", where, math.inf)
        wide_low = self._number(table, "operator_min", where, low)
        wide_high = self._number(table, "operator_max", where, high)
        if not wide_low <= low <= high <= wide_high:
            raise NormError(self._file, where, "wanted: operator_min <= min <= max <= operator_max")
        if math.isinf(low) and math.isinf(high):
            raise NormError(self._file, where, "wanted: min, max or both")
        band = max([abs(a - b) for a, b in ((low, wide_low), (high, wide_high)) if math.isfinite(a - b)], default=0.0)
        scale = self._number(table, "scale", where, 3 * band)
        if not scale > 0:
            raise NormError(self._file, f"{where}.scale", "wanted: a number above 0, or an operator band")
        worst = table.get("worst", "fail")
        if worst not in ("fail", "operator"):
            raise NormError(self._file, f"{where}.worst", 'wanted: "fail" or "operator"')
        measure = self._text(table, "measure", f"{where}.measure")
        return Limit(measure, Range(low, high), Range(wide_low, wide_high), scale, cast(Outcome, worst))

    def _only(self, table: dict[str, Any], where: str, known: set[str]) -> None:
        for key in table:
            if key not in known:
                place = f"{where}.{key}" if where else key
                raise NormError(self._file, place, f"unknown key; wanted: {', '.join(sorted(known))}")

    def _text(self, table: dict[str, Any], key: str, where: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value:
            raise NormError(self._file, where, "wanted: a text")
        return value

    def _number(self, table: dict[str, Any], key: str, where: str, default: float) -> float:
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise NormError(self._file, f"{where}.{key}", "wanted: a number")
        return float(value)
