"""From a sheet to a PDF/A-2a: tagged, fonts embedded, nothing fetched, the same bytes for the same paper."""

import warnings
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import segno
from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe

from enrolment.papers.finishing import finish_sheet
from enrolment.papers.sheet import Letterhead, Sheet
from enrolment.papers.texts import PaperError, words_of
from enrolment.seal.symbol import data_matrix_svg

__all__ = ["Letterhead", "check_data", "html_of", "qr_code", "render_pdf", "sheet_pdf"]

TEMPLATES = Path(__file__).parent / "templates"
PDF_VARIANT = "pdf/a-2a"
QR_PREFIX = "RCS1"
Finisher = Callable[[Any, Any], None]  # called with the document and its pydyf.PDF


def sheet_pdf(sheet: Sheet, letterhead: Letterhead) -> bytes:
    """The paper as PDF/A-2a. Raises PaperError when it cannot be made, SealError for a seal that cannot be drawn."""
    finisher = partial(finish_sheet, sheet.second) if sheet.second else None
    return render_pdf(sheet.template, values_of(sheet, letterhead), sheet.number, finisher)


def html_of(sheet: Sheet, letterhead: Letterhead) -> str:
    """The paper before it is set: what a test, or a screen, reads of it."""
    return _engine().get_template(sheet.template).render(Context(values_of(sheet, letterhead), use_l10n=False))


def values_of(sheet: Sheet, letterhead: Letterhead) -> dict[str, Any]:
    """What the template of a sheet asks for."""
    labels = words_of("labels", sheet.second)
    seal = ""
    if sheet.seal:
        seal = mark_safe(data_matrix_svg(sheet.seal, labels("seal").fr))  # noqa: S308 (drawn here, its words escaped)
    qr = ""
    if sheet.check_code:
        qr = qr_code(check_data(letterhead, sheet.number, sheet.check_code), labels("qr").fr)
    return {
        "sheet": sheet,
        "second": sheet.second,
        "title_second": sheet.title[sheet.second or "fr"],
        "letterhead": letterhead,
        "labels": {"number": labels("number"), "case": labels("case"), "seal": labels("seal")},
        "created": sheet.day.isoformat(),
        "dated": labels("place_and_date", place=letterhead.place, date=sheet.day),
        "signed_for": sheet.signed_for or labels("for_the_commune" if letterhead.is_commune else "for_the_authority"),
        "check": labels("check", code=spaced(sheet.check_code)),
        "specimen": labels("specimen") if letterhead.specimen else None,
        "qr": qr,
        "seal": seal,
    }


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(TEMPLATES)], autoescape=True, debug=False)


def render_pdf(
    template: str,
    values: Mapping[str, Any],
    identifier: str,
    finisher: Finisher | None = None,
    *,
    has_fields: bool = False,
) -> bytes:
    """The PDF of `template`; `identifier` (a paper's number) makes the file's own identity, so that it is reproducible.

    With `has_fields` what is to be filled in becomes fields of the PDF. Raises: PaperError when it cannot be made.
    """
    from enrolment.weasyprint_door import CSS, HTML

    html = _engine().get_template(template).render(Context(dict(values), use_l10n=False))
    document = HTML(string=html, base_url=str(TEMPLATES), url_fetcher=_no_fetching)
    sheet = CSS(filename=str(TEMPLATES / "paper.css"))
    with warnings.catch_warnings():
        # WeasyPrint leaves the file of its colour profile for Python to close, and Python says so.
        warnings.simplefilter("ignore", ResourceWarning)
        pdf = document.write_pdf(
            stylesheets=[sheet],
            pdf_variant=PDF_VARIANT,
            pdf_tags=True,
            pdf_forms=has_fields,
            pdf_identifier=identifier.encode(),
            finisher=finisher,
        )
    if not pdf:
        raise PaperError(f"the paper {identifier} could not be made")
    return bytes(pdf)


def _no_fetching(url: str, *_: object, **__: object) -> dict[str, Any]:
    """A paper is made of what is in the process: nothing is fetched. Raises PaperError."""
    raise PaperError(f"a paper may fetch nothing, not even {url.split(':', 1)[0]}:")


def check_data(letterhead: Letterhead, number: str, check_code: str) -> str:
    """What the QR code says: the address of the check with the code, or number and code where there is no address."""
    if letterhead.check_url:
        return f"{letterhead.check_url}?n={number}&c={check_code}"
    return f"{QR_PREFIX}:{number}:{check_code}"


def qr_code(text: str, description: str) -> SafeString:
    """A QR code as SVG: version and mask by the standard, error correction M, quiet zone of four modules."""
    code = segno.make(text, error="m", micro=False)
    return mark_safe(code.svg_inline(border=4, omitsize=True, dark="#16202b", title=description))  # noqa: S308 (made here, its words escaped)


def spaced(code: str) -> str:
    """A check code in groups of four, as a person reads it aloud."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
