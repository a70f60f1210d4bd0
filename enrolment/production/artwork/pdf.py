"""Drawings as a PDF: one page each, of exactly the drawing's size, the fonts embedded."""

from collections.abc import Sequence

from enrolment.production.artwork.drawing import Drawing
from enrolment.production.artwork.fonts import FontFace, font_file
from enrolment.production.artwork.svg import to_svg


def to_pdf(drawings: Sequence[Drawing], title: str) -> bytes:
    """A PDF with one page per drawing; all drawings have the size of the first. Nothing is fetched or written."""
    from enrolment.weasyprint_door import CSS, HTML, FontConfiguration  # a heavy import, wanted by this verb alone

    fonts = FontConfiguration()
    first = drawings[0]
    faces = "".join(
        f'@font-face {{ font-family: "{face.family}"; src: url("{font_file(face).as_uri()}") }}' for face in FontFace
    )
    page = f"@page {{ size: {first.width_mm}mm {first.height_mm}mm; margin: 0 }}"
    body = "html, body { margin: 0 } svg { display: block } svg + svg { page-break-before: always }"
    html = f"<html><head><title>{title}</title></head><body>{''.join(map(to_svg, drawings))}</body></html>"
    document = HTML(string=html).render(
        stylesheets=[CSS(string=faces + page + body, font_config=fonts)], font_config=fonts
    )
    return bytes(document.write_pdf())
