"""Makes a form's fields what PDF/A-2 allows: each with its own appearance, none left to the viewer to draw.

Source: ISO 19005-2 §6.4.1 (no NeedAppearances, no actions, an appearance for each widget); ISO 32000-1 §12.7.
"""

from typing import Any

import pydyf

EMPTY_TEXT = (b"/Tx BMC", b"EMC")
CHECKED, UNCHECKED = "/on", "/Off"


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
