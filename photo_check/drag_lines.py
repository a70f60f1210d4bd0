"""What the report's page needs to judge again when somebody drags the crown or chin line: limits and words, as JSON."""

import json
import math
from importlib import resources
from typing import Any, Final

from photo_check.advice import advice
from photo_check.measurement import Unit
from photo_check.norm import SEVERITY, Limit, Outcome, PhotoNorm, Range
from photo_check.report import PhotoReport
from photo_check.wording import limit_text, number_text, words

LINE_MEASURES: Final = ("head_share", "crown_margin")  # what hangs on the two lines; drag_lines.js measures the same
JUDGED: Final[tuple[Outcome, ...]] = ("pass", "operator", "fail")


def on_the_lines(report: PhotoReport, norm: PhotoNorm) -> tuple[str, ...]:
    """The requirements whose outcome hangs on crown and chin."""
    if report.geometry is None:
        return ()
    return tuple(
        name
        for name, finding in report.requirements.items()
        if finding.outcome != "not_assessed"
        and any(limit.measure in LINE_MEASURES for limit in norm.requirements[name].limits)
    )


def drag_script(report: PhotoReport, norm: PhotoNorm, marks: dict[str, str], language: str) -> str:
    """The script elements of the page; empty where no requirement hangs on the lines. Nothing is fetched."""
    names = on_the_lines(report, norm)
    head = report.geometry
    if head is None or not names:
        return ""
    others = [finding.outcome for name, finding in report.requirements.items() if name not in names]
    data = {
        "height_px": report.height_px,
        "roll_deg": head.roll_deg,
        "eye_middle": head.eye_middle,
        "crown": head.crown,
        "chin": head.chin,
        "others": max(others, key=SEVERITY.__getitem__, default="pass"),
        "outcomes": {name: f"{marks[name]} {says[language]}" for name, says in words()["outcomes"].items()},
        "verdicts": {name: says[language] for name, says in words()["verdicts"].items()},
        "requirements": {name: _requirement(name, report, norm, language) for name in names},
    }
    script = resources.files("photo_check").joinpath("drag_lines.js").read_text("utf-8")
    table = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" id="lines">{table}</script>\n<script>\n{script}</script>'


def _requirement(name: str, report: PhotoReport, norm: PhotoNorm, language: str) -> dict[str, Any]:
    limits = norm.requirements[name].limits
    return {
        "limits": [shape for limit in limits if (shape := _limit(limit, report)) is not None],
        "advice": {
            outcome: {side: advice(name, outcome, side)[language] for side in ("low", "high")} for outcome in JUDGED
        },
    }


def _limit(limit: Limit, report: PhotoReport) -> dict[str, Any] | None:
    measured = report.measurements.get(limit.measure)
    if measured is None or measured.value is None:
        return None
    unit: Unit = measured.unit
    return {
        "measure": limit.measure,
        "value": measured.value,
        "value_text": number_text(measured.value, unit),
        "passes": _bounds(limit.passes),
        "operator": _bounds(limit.operator),
        "scale": limit.scale,
        "worst": limit.worst,
        "text": limit_text(limit, unit),
    }


def _bounds(allowed: Range) -> list[float | None]:
    return [bound if math.isfinite(bound) else None for bound in (allowed.low, allowed.high)]
