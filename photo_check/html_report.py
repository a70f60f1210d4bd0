"""The report as one HTML page for officer and citizen: verdict, what to do, the overlay, every value."""

import base64
import html
import io
import math
import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final

from PIL import Image

from photo_check.measurement import Unit
from photo_check.norm import Limit, PhotoNorm
from photo_check.overlay import head_overlay
from photo_check.photo import Photo
from photo_check.report import Finding, PhotoReport

SHOWN_HEIGHT_PX: Final = 900
MARKS: Final = {"pass": "✓", "fail": "✗", "operator": "?", "not_assessed": "–"}
SHOWN_UNITS: Final = {
    Unit.SHARE: (100.0, " %"),
    Unit.DEGREES: (1.0, "°"),
    Unit.PIXELS: (1.0, " px"),
    Unit.LIGHTNESS: (1.0, " L*"),
    Unit.COLOUR_DIFFERENCE: (1.0, " ΔE"),
    Unit.CHROMA: (1.0, " C*"),
}
ORDER: Final = {"fail": 0, "operator": 1, "not_assessed": 2, "pass": 3}

STYLE: Final = """
:root { --ink:#1c2733; --soft:#5b6876; --line:#dfe4ea;
  --pass:#1d7a46; --fail:#b3261e; --operator:#9a6400; --none:#5b6876 }
* { box-sizing:border-box }
body { margin:0; font:16px/1.5 "Noto Sans",system-ui,sans-serif; color:var(--ink); background:#f4f6f8 }
main { max-width:1120px; margin:0 auto; padding:28px 24px 60px }
h1 { font-size:15px; font-weight:600; color:var(--soft); letter-spacing:.04em; margin:0 0 12px }
h2 { font-size:18px; margin:28px 0 10px }
.verdict { font-size:26px; font-weight:700; padding:16px 22px; border-radius:10px; color:#fff; margin-bottom:22px }
.verdict.accepted { background:var(--pass) } .verdict.rejected { background:var(--fail) }
.verdict.operator { background:var(--operator) }
.columns { display:grid; grid-template-columns:minmax(280px,400px) 1fr; gap:28px; align-items:start }
figure { margin:0; background:#fff; border:1px solid var(--line); border-radius:10px; padding:12px }
figure svg { width:100%; height:auto; display:block; border-radius:4px }
figcaption { color:var(--soft); font-size:14px; padding-top:8px }
ul.todo { list-style:none; margin:0; padding:0 } ul.todo li { background:#fff; border:1px solid var(--line);
  border-left:6px solid var(--fail); border-radius:8px; padding:10px 16px; margin-bottom:10px }
ul.todo li.operator { border-left-color:var(--operator) } ul.todo li.accepted { border-left-color:var(--pass) }
ul.todo b { display:block }
.wide { overflow-x:auto }
table { border-collapse:collapse; width:100%; background:#fff; border:1px solid var(--line); font-size:14px }
th,td { text-align:left; padding:7px 12px; border-top:1px solid var(--line); vertical-align:top }
th { background:#eef1f4; border-top:0; font-weight:600 }
td.outcome { white-space:nowrap; font-weight:600 } td.number { font-variant-numeric:tabular-nums; white-space:nowrap }
td.pass { color:var(--pass) } td.fail { color:var(--fail) } td.operator { color:var(--operator) }
td.not_assessed { color:var(--none) } td.source { color:var(--soft) }
@media (max-width:820px) { .columns { grid-template-columns:1fr } }
"""


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(resources.files("photo_check").joinpath("wording.toml").read_text("utf-8"))


def requirement_title(requirement: str, language: str) -> str:
    """A requirement's name for people; its id where a site's own norm has no name for it."""
    titles = _words()["requirements"].get(requirement)
    return str(titles[language]) if titles else requirement


def html_report(photo: Photo, report: PhotoReport, norm: PhotoNorm, language: str = "en") -> str:
    """The page, whole in itself: the photo stands in it as a picture, nothing is fetched. Languages: en, fr, de, lb."""
    say = _words()["headings"]
    findings = sorted(report.requirements.values(), key=lambda finding: ORDER[finding.outcome])
    rows = "\n".join(_row(finding, norm, language) for finding in findings)
    heads = "".join(f"<th>{say[key][language]}</th>" for key in ("requirement", "outcome", "value", "limit", "source"))
    title = html.escape(say["title"][language])
    return f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{STYLE}</style></head>
<body><main>
<h1>{title} · {html.escape(norm.title)}</h1>
<div class="verdict {report.verdict}">{_words()["verdicts"][report.verdict][language]}</div>
<div class="columns"><figure>{_picture(photo, report, language)}
<figcaption>{_caption(report, language)}</figcaption></figure>
<section><h2 style="margin-top:0">{say["todo"][language]}</h2>{_todo(report, language)}</section></div>
<h2>{say["all"][language]}</h2>
<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>
{rows}
</tbody></table></div>
</main></body></html>
"""


def _todo(report: PhotoReport, language: str) -> str:
    findings = [*report.failed(), *report.doubtful()]
    if not findings:
        fine = next(iter(report.requirements.values())).advice[language]
        return f'<ul class="todo"><li class="accepted">{html.escape(fine)}</li></ul>'
    items = (
        f'<li class="{finding.outcome}"><b>{html.escape(requirement_title(finding.requirement, language))}</b>'
        f"{html.escape(finding.advice[language])}</li>"
        for finding in findings
    )
    return f'<ul class="todo">{"".join(items)}</ul>'


def _row(finding: Finding, norm: PhotoNorm, language: str) -> str:
    outcome = _words()["outcomes"][finding.outcome][language]
    measured = finding.measurement
    value, limit = "", ""
    if measured is not None and measured.value is not None:
        value = _number(measured.value, measured.unit)
    elif measured is not None:
        value = html.escape(measured.reason)
    if finding.limit is not None:
        limit = _limit_text(finding.limit, finding.measurement.unit if finding.measurement else Unit.COUNT)
    source = html.escape(norm.requirements[finding.requirement].source)
    return (
        f"<tr><td>{html.escape(requirement_title(finding.requirement, language))}</td>"
        f'<td class="outcome {finding.outcome}">{MARKS[finding.outcome]} {outcome}</td>'
        f'<td class="number">{value}</td><td class="number">{limit}</td><td class="source">{source}</td></tr>'
    )


def _number(value: float, unit: Unit) -> str:
    """A value as people read it."""
    scale, text = SHOWN_UNITS.get(unit, (1.0, ""))
    return f"{value * scale:.3g}{text}" if abs(value * scale) < 1000 else f"{value * scale:.0f}{text}"


def _limit_text(limit: Limit, unit: Unit) -> str:
    low, high = limit.passes.low, limit.passes.high
    if math.isinf(low):
        return f"≤ {_number(high, unit)}"
    if math.isinf(high):
        return f"≥ {_number(low, unit)}"
    return _number(low, unit) if low == high else f"{_number(low, unit)} – {_number(high, unit)}"


def _caption(report: PhotoReport, language: str) -> str:
    if report.geometry is None:
        return f"{report.width_px} x {report.height_px} px"
    share = 100 * report.geometry.head_share(report.height_px)
    say = _words()["headings"]
    size = f"{report.width_px} x {report.height_px} px"
    return f"{say['head'][language]}: {share:.1f} % {say['of_height'][language]}. {size}"


def _picture(photo: Photo, report: PhotoReport, language: str) -> str:
    shown = photo.reduced(max(SHOWN_HEIGHT_PX, round(SHOWN_HEIGHT_PX * photo.width_px / photo.height_px)))
    data = io.BytesIO()
    Image.fromarray(shown.pixels).save(data, "JPEG", quality=88)
    encoded = base64.b64encode(data.getvalue()).decode("ascii")
    width, height = photo.width_px, photo.height_px
    say = _words()["headings"]
    overlay = ""
    if report.geometry is not None:
        overlay = head_overlay(report.geometry, width, height, say["crown"][language], say["chin"][language])
    title = html.escape(say["title"][language])
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{title}">'
        f'<image href="data:image/jpeg;base64,{encoded}" width="{width}" height="{height}"/>{overlay}</svg>'
    )
