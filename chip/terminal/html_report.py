"""An inspection report as one page that needs nothing else: verdict, holder, checks with evidence, timings, APDUs.

The page shows what the card says of its holder; whoever keeps it keeps personal data.
"""

from collections.abc import Callable, Iterable
from html import escape
from importlib import resources

from chip.checks import Check, Outcome
from chip.terminal.browser_image import portrait_data_url
from chip.terminal.connection import ApduNote
from chip.terminal.contents import Portrait, finger_format
from chip.terminal.report import InspectionReport, Verdict

ShowPortrait = Callable[[Portrait], str | None]

VERDICT_WORDS = {
    Verdict.BELIEVED: ("✓", "The card is believed", "Everything that must be proven was proven."),
    Verdict.UNDECIDED: ("?", "The card is neither believed nor refused", "Nothing failed, but something is unproven."),
    Verdict.REFUSED: ("✕", "The card is refused", "A check failed."),
}
OUTCOME_WORDS = {
    Outcome.PASSED: "✓ passed",
    Outcome.FAILED: "✕ failed",
    Outcome.INCONCLUSIVE: "? inconclusive",
    Outcome.NOT_APPLICABLE: "– not applicable",
    Outcome.UNAVAILABLE: "○ unavailable",
}
CHECK_GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Opening the card",
        (
            ("access.password", "Card and terminal prove the password to each other"),
            ("access.downgrade", "The card was not made to look older"),
            ("secure_messaging", "Every answer is protected"),
        ),
    ),
    (
        "The state's signature",
        (
            ("passive_authentication.sod_signature", "The signature holds"),
            ("passive_authentication.ds_chain", "The signer is one of a trusted state"),
            ("passive_authentication.ds_validity", "Its certificates are in date"),
            ("passive_authentication.revocation", "It is not revoked"),
            ("passive_authentication.dg_hashes", "The data are those that were signed"),
            ("passive_authentication.dg_not_listed", "Nothing unsigned was added"),
        ),
    ),
    (
        "The chip itself",
        (
            ("chip_authentication", "The chip is no copy (Chip Authentication)"),
            ("active_authentication", "The chip is no copy (Active Authentication)"),
            ("terminal_authentication", "The chip believes this terminal"),
            ("lds.structure", "The files are built as they must be"),
        ),
    ),
    (
        "What it should be",
        (
            ("mrz.agrees", "The chip says what the card says"),
            ("order.agrees", "The chip holds what was ordered"),
        ),
    ),
)


def to_html(report: InspectionReport, show_portrait: ShowPortrait = portrait_data_url) -> str:
    """The page. `show_portrait` gives the portrait's address for a browser, None where it cannot be shown."""
    title = VERDICT_WORDS[report.verdict][1]
    style = resources.files("chip.terminal").joinpath("report.css").read_text(encoding="utf-8")
    known = {name for _, rows in CHECK_GROUPS for name, _ in rows}
    others = tuple((check.name, check.name) for check in report.checks if check.name not in known)
    groups = (*CHECK_GROUPS, ("Further checks", others)) if others else CHECK_GROUPS
    parts = [
        _verdict(report),
        _document(report, show_portrait),
        *(_checks(name, rows, report.checks) for name, rows in groups),
        _data_groups(report),
        _timings(report),
        _transcript(report.notes),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>\n{style}</style></head>\n<body><main>\n"
        + "\n".join(parts)
        + "\n<footer>This page holds personal data of the card's holder. It shows no key and no password.</footer>"
        "\n</main></body></html>\n"
    )


def _verdict(report: InspectionReport) -> str:
    sign, title, words = VERDICT_WORDS[report.verdict]
    failed = [check.name for check in report.checks if check.outcome is Outcome.FAILED]
    if failed:
        words = f"Failed: {', '.join(failed)}."
    return (
        f'<header class="verdict {report.verdict.value}"><div class="sign" aria-hidden="true">{sign}</div>'
        f"<div><h1>{escape(title)}</h1><p>{escape(words)} {escape(_counts(report.checks))}</p></div></header>"
    )


def _counts(checks: Iterable[Check]) -> str:
    outcomes = [check.outcome for check in checks]
    counted = ((outcome, outcomes.count(outcome)) for outcome in Outcome)
    return ", ".join(f"{count} {outcome.value.replace('_', ' ')}" for outcome, count in counted if count) + "."


def _document(report: InspectionReport, show_portrait: ShowPortrait) -> str:
    portrait, contents = report.contents.portrait, report.contents
    address = show_portrait(portrait) if portrait is not None else None
    if portrait is None:
        picture, caption = '<div class="no-portrait">no portrait was read</div>', ""
    else:
        picture = '<div class="no-portrait">the portrait cannot be shown</div>'
        if address is not None:
            picture = f'<img src="{escape(address)}" alt="Portrait of the holder, from DG2">'
        kilobytes = len(portrait.image) / 1024
        size = f"{portrait.width_px} × {portrait.height_px} px"
        caption = f"<figcaption>{size}, {kilobytes:.1f} kB, {escape(portrait.media_type)}</figcaption>"
    words = "DG1 cannot be decoded." if "EF.DG1" in report.files else "DG1 was not read."
    zone = f'<p class="no-zone">{words}</p>'
    if contents.mrz_lines:
        zone = f'<pre class="mrz">{escape(chr(10).join(contents.mrz_lines))}</pre>'
    facts = {
        "Inspected on": report.inspected_on.isoformat(),
        "Opened by": _opened_by(report),
        "Fingerprints": _fingers(report),
        "Commands": f"{report.apdus} in {report.timings_ms.get('total', 0):.0f} ms",
        "Answer to reset": report.atr.hex(" ").upper() or "none",
    }
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
    return (
        f'<section class="document"><figure>{picture}{caption}</figure>'
        f'<div class="facts"><h2>What the chip says</h2>{zone}<dl>{rows}</dl></div></section>'
    )


def _opened_by(report: InspectionReport) -> str:
    if report.access.protocol is None:
        return "not opened"
    parameter = f", parameters {report.access.parameter}" if report.access.parameter is not None else ""
    return f"{report.access.protocol}{parameter}, with the {report.access.password}"


def _fingers(report: InspectionReport) -> str:
    fingers = report.contents.fingers
    if fingers is None:
        return "not read" if 3 in report.listed else "the card lists none"
    if not fingers:
        return "none on the card"
    return ", ".join(
        f"{finger.position.name.lower().replace('_', ' ')} ({finger_format(finger)}, {len(finger.image) / 1024:.1f} kB)"
        for finger in fingers
    )


def _checks(title: str, rows: Iterable[tuple[str, str]], checks: Iterable[Check]) -> str:
    by_name = {check.name: check for check in checks}
    body = "".join(_check(words, by_name[name]) for name, words in rows if name in by_name)
    head = "<thead><tr><th>Outcome</th><th>Check</th><th>Evidence</th></tr></thead>"
    return f'<section><h2>{escape(title)}</h2><table class="checks">{head}<tbody>{body}</tbody></table></section>'


def _check(words: str, check: Check) -> str:
    outcome = f'<span class="outcome {check.outcome.value}">{OUTCOME_WORDS[check.outcome]}</span>'
    return (
        f"<tr><td>{outcome}</td><td>{escape(words)}<br><code>{escape(check.name)}</code></td>"
        f'<td class="evidence">{escape(check.evidence)}</td></tr>'
    )


def _data_groups(report: InspectionReport) -> str:
    rows = []
    for name in dict.fromkeys((*report.files, *report.refusals)):
        raw = report.files.get(name)
        size = f"{len(raw):,}" if raw is not None else ""
        words = report.contents.faults.get(name) or ("read" if raw is not None else report.refusals[name])
        took = f"{report.timings_ms[name]:.1f}" if name in report.timings_ms else ""
        rows.append(
            f'<tr><td>{escape(name)}</td><td class="number">{size}</td><td class="number">{took}</td>'
            f"<td>{escape(words)}</td></tr>"
        )
    head = '<tr><th>File</th><th class="number">Bytes</th><th class="number">ms</th><th>Result</th></tr>'
    return f"<section><h2>Files</h2><table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table></section>"


def _timings(report: InspectionReport) -> str:
    steps = [name for name in ("access", "read", "judge") if name in report.timings_ms]
    steps += [name for name in report.timings_ms if name.endswith("_authentication")]
    longest = max((report.timings_ms[name] for name in steps), default=0) or 1
    rows = "".join(
        f"<tr><td>{escape(name.replace('_', ' '))}</td>"
        f'<td class="number">{report.timings_ms[name]:.1f} ms</td>'
        f'<td style="width:60%"><div class="bar" style="width:{100 * report.timings_ms[name] / longest:.1f}%"></div>'
        "</td></tr>"
        for name in steps
    )
    return f"<section><h2>Time</h2><table><tbody>{rows}</tbody></table></section>"


def _transcript(notes: tuple[ApduNote, ...]) -> str:
    rows = "".join(
        f'<tr><td class="number">{number}</td><td>{escape(note.name)}</td><td><code>{note.header}</code></td>'
        f'<td class="number">{note.sent_bytes:,}</td><td class="number">{note.received_bytes:,}</td>'
        f"<td><code>{note.status:04X}</code></td><td>{'protected' if note.is_protected else 'open'}</td>"
        f'<td class="number">{note.elapsed_ms:.2f}</td></tr>'
        for number, note in enumerate(notes, start=1)
    )
    head = (
        '<tr><th class="number">#</th><th>Command</th><th>Header</th><th class="number">Sent</th>'
        '<th class="number">Received</th><th>Status</th><th>Messaging</th><th class="number">ms</th></tr>'
    )
    return (
        f"<section><details><summary>Every command ({len(notes)}), without data</summary>"
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table></details></section>"
    )
