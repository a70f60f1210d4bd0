"""What WeasyPrint leaves to be done in a finished PDF: the language of its parts, and fields that PDF/A-2 allows.

Source: ISO 32000-1 §14.9.2 (natural language), §12.7 (forms); ISO 19005-2 §6.4.1 (no NeedAppearances, no actions, an
appearance for each widget).
"""

from typing import Any

import pydyf

EMPTY_TEXT = (b"/Tx BMC", b"EMC")
CHECKED, UNCHECKED = "/on", "/Off"


def finish_sheet(second: str, _document: Any, pdf: Any) -> None:
    """Tell a screen reader where the second language is spoken: in the templates, `span` is kept for it alone."""
    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") == "/Span":
            element["Lang"] = pydyf.String(second)


def finish_fields(_document: Any, pdf: Any) -> None:
    """Give every field of the finished `pdf` (a pydyf.PDF) its appearances."""
    form = pdf.catalog.get("AcroForm")
    if form is None:
        return
    form.pop("NeedAppearances", None)
    for field in [item for item in pdf.objects if _is_widget(item)]:
        if field.get("FT") == "/Btn":
            states = field["AP"]["N"]
            states.setdefault("Off", _appearance(pdf, field, ()).reference)
        else:
            field["AP"] = pydyf.Dictionary({"N": _appearance(pdf, field, EMPTY_TEXT).reference})


def _is_widget(item: Any) -> bool:
    return isinstance(item, dict) and item.get("Subtype") == "/Widget"


def _appearance(pdf: Any, field: Any, content: tuple[bytes, ...]) -> Any:
    left, top, right, bottom = (float(edge) for edge in field["Rect"])
    drawn = pydyf.Stream(
        list(content),
        {
            "Type": "/XObject",
            "Subtype": "/Form",
            "BBox": pydyf.Array((0, 0, abs(right - left), abs(top - bottom))),
            "Resources": pydyf.Dictionary({}),
        },
    )
    pdf.add_object(drawn)
    return drawn
