"""From a template to a PDF/A-2a: tagged, fonts embedded, the same bytes for the same paper."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import segno
from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe

from enrolment.papers.texts import PaperError

TEMPLATES = Path(__file__).parent / "templates"
PDF_VARIANT = "pdf/a-2a"
QR_PREFIX = "RCS1"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: lines, place, where papers are checked, and whether this is a test station."""

    lines: tuple[str, ...]
    place: str
    check_url: str = ""
    specimen: bool = True


@cache
def _engine() -> Engine:
    return Engine(dirs=[str(TEMPLATES)], autoescape=True, debug=False)


def render_pdf(template: str, values: Mapping[str, Any], identifier: str) -> bytes:
    """The PDF of `template`; `identifier` (a paper's number) makes the file's own identity, so that it is reproducible.

    Raises: PaperError when the PDF cannot be made.
    """
    from enrolment.weasyprint_door import CSS, HTML

    html = _engine().get_template(template).render(Context(dict(values)))
    document = HTML(string=html, base_url=str(TEMPLATES), url_fetcher=_no_fetching)
    sheet = CSS(filename=str(TEMPLATES / "paper.css"))
    with warnings.catch_warnings():
        # WeasyPrint leaves the file of its colour profile for Python to close, and Python says so.
        warnings.simplefilter("ignore", ResourceWarning)
        pdf = document.write_pdf(
            stylesheets=[sheet], pdf_variant=PDF_VARIANT, pdf_tags=True, pdf_identifier=identifier.encode()
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


def qr_code(text: str) -> SafeString:
    """A QR code as SVG: version and mask by the standard, error correction M, quiet zone of four modules."""
    code = segno.make(text, error="m", micro=False)
    return mark_safe(code.svg_inline(border=4, omitsize=True, dark="#16202b"))  # noqa: S308 (made here, of digits)
