"""The report as one HTML page for officer and citizen: verdict, what to do, the overlay, every value."""

import base64
import html
import io
from typing import Final

from PIL import Image

from photo_check.advice import advice
from photo_check.drag_lines import drag_script, on_the_lines
from photo_check.measurement import Unit
from photo_check.norm import PhotoNorm
from photo_check.overlay import head_overlay
from photo_check.photo import Photo
from photo_check.report import Finding, PhotoReport
from photo_check.wording import limit_text, number_text, requirement_title, words

SHOWN_HEIGHT_PX: Final = 900
MARKS: Final = {"pass": "✓", "fail": "✗", "operator": "?", "not_assessed": "–"}
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
figcaption code { display:block; overflow-wrap:anywhere; color:var(--ink) }
[data-handle] { cursor:ns-resize; touch-action:none; pointer-events:all }
[data-handle]:focus-visible { outline:2px solid #0b6bcb; outline-offset:4px }
[hidden] { display:none !important }
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


def html_report(photo: Photo, report: PhotoReport, norm: PhotoNorm, language: str = "en") -> str:
    """The page, whole in itself: the photo stands in it as a picture, nothing is fetched. Languages: en, fr, de, lb."""
    say = words()["headings"]
    findings = sorted(report.requirements.values(), key=lambda finding: ORDER[finding.outcome])
    rows = "\n".join(_row(finding, norm, language) for finding in findings)
    heads = "".join(f"<th>{say[key][language]}</th>" for key in ("requirement", "outcome", "value", "limit", "source"))
    title = html.escape(say["title"][language])
    return f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>{STYLE}</style></head>
<body><main>
<h1>{title} · {html.escape(norm.title)}</h1>
<div class="verdict {report.verdict}">{words()["verdicts"][report.verdict][language]}</div>
<div class="columns"><figure>{_picture(photo, report, language)}
<figcaption>{_caption(report, language)}</figcaption></figure>
<section><h2 style="margin-top:0">{say["todo"][language]}</h2>{_todo(report, norm, language)}</section></div>
<h2>{say["all"][language]}</h2>
<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>
{rows}
</tbody></table></div>
</main>
{drag_script(report, norm, MARKS, language)}
</body></html>
"""


def _todo(report: PhotoReport, norm: PhotoNorm, language: str) -> str:
    """What to do about each finding; what hangs on the lines is written down too, to appear when a line is dragged."""
    wrong = [*report.failed(), *report.doubtful()]
    movable = on_the_lines(report, norm)
    shown = {finding.requirement for finding in wrong}
    hidden = [report.requirements[name] for name in movable if name not in shown]
    fine = html.escape(advice("", "pass")[language])
    items = "".join(
        f'<li class="{finding.outcome}" data-requirement="{html.escape(finding.requirement)}"'
        f"{'' if finding.requirement in shown else ' hidden'}>"
        f"<b>{html.escape(requirement_title(finding.requirement, language))}</b>"
        f"<span>{html.escape(finding.advice[language])}</span></li>"
        for finding in [*wrong, *hidden]
    )
    return f'<ul class="todo"><li class="accepted" id="fine"{" hidden" if wrong else ""}>{fine}</li>{items}</ul>'


def _row(finding: Finding, norm: PhotoNorm, language: str) -> str:
    outcome = words()["outcomes"][finding.outcome][language]
    measured = finding.measurement
    value, limit = "", ""
    if measured is not None and measured.value is not None:
        value = number_text(measured.value, measured.unit)
    elif measured is not None:
        value = html.escape(measured.reason)
    if finding.limit is not None:
        limit = limit_text(finding.limit, finding.measurement.unit if finding.measurement else Unit.COUNT)
    source = html.escape(norm.requirements[finding.requirement].source)
    return (
        f'<tr data-requirement="{html.escape(finding.requirement)}"><td>'
        f"{html.escape(requirement_title(finding.requirement, language))}</td>"
        f'<td class="outcome {finding.outcome}">{MARKS[finding.outcome]} {outcome}</td>'
        f'<td class="number">{value}</td><td class="number">{limit}</td><td class="source">{source}</td></tr>'
    )


def _caption(report: PhotoReport, language: str) -> str:
    if report.geometry is None:
        return f"{report.width_px} x {report.height_px} px"
    share = 100 * report.geometry.head_share(report.height_px)
    say = {key: texts[language] for key, texts in words()["headings"].items()}
    size = f"{report.width_px} x {report.height_px} px"
    by_hand = f" {say['by_hand']}" if report.geometry.corrected else ""
    return (
        f'{say["head"]}: <span id="share">{share:.1f}</span> % {say["of_height"]}. {size}.{by_hand}<br>{say["drag"]}'
        f'<p id="correction" hidden>{say["record"]} '
        '<code>station photo check FILE <span id="options"></span></code></p>'
    )


def _picture(photo: Photo, report: PhotoReport, language: str) -> str:
    shown = photo.reduced(max(SHOWN_HEIGHT_PX, round(SHOWN_HEIGHT_PX * photo.width_px / photo.height_px)))
    data = io.BytesIO()
    Image.fromarray(shown.pixels).save(data, "JPEG", quality=88)
    encoded = base64.b64encode(data.getvalue()).decode("ascii")
    width, height = photo.width_px, photo.height_px
    say = words()["headings"]
    overlay = ""
    if report.geometry is not None:
        overlay = head_overlay(report.geometry, width, height, say["crown"][language], say["chin"][language])
    title = html.escape(say["title"][language])
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{title}">'
        f'<image href="data:image/jpeg;base64,{encoded}" width="{width}" height="{height}"/>{overlay}</svg>'
    )
