"""Application forms with fields to fill in: parts and languages from TOML, pieces from the rule book."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from enrolment.papers.finishing import finish_fields
from enrolment.papers.pdf import render_pdf
from enrolment.papers.sheet import Letterhead
from enrolment.papers.texts import PaperError, texts_of
from enrolment.rules.facts import Reason
from enrolment.rules.read_book import rule_book
from enrolment.rules.words import Texts
from enrolment.typed_table import Table

LAYOUTS = Path(__file__).parent / "form_layouts"
KINDS = ("text", "date", "area")
TEMPLATE = "form.html"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field: `width_percent` of the line; with choices it is a row of boxes to tick."""

    key: str
    kind: str
    width_percent: int
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormLayout:
    """The form of one product: its parts, its languages, and how it is filed (commune, direction, post)."""

    product: str
    sections: tuple[str, ...]
    languages: tuple[str, ...]
    filing: str


@cache
def form_sections() -> Mapping[str, tuple[FormField, ...]]:
    """The parts by name. Raises PaperError."""
    table = _table("sections.toml")
    return {name: tuple(_field(row) for row in table.table(name).tables("fields")) for name in table.names()}


@cache
def form_layouts() -> Mapping[str, FormLayout]:
    """The forms by product. Raises PaperError."""
    table, known = _table("forms.toml"), form_sections()
    layouts = {}
    for product in table.names():
        row = table.table(product)
        layout = FormLayout(
            product,
            row.texts("sections"),
            row.texts("languages"),
            row.one_of("filing", ("commune", "direction", "post")),
        )
        row.finish()
        unknown = [section for section in layout.sections if section not in known]
        if unknown:
            row.refuse("sections", f"{unknown[0]} is no part of a form ({', '.join(known)})")
        layouts[product] = layout
    return layouts


def form_pdf(product: str, language: str, letterhead: Letterhead) -> bytes:
    """The form of a product as PDF/A-2a with fields. Raises PaperError for a product or language without a form."""
    layout = form_layouts().get(product)
    if layout is None:
        raise PaperError(f"no form for {product}: there is one for {', '.join(form_layouts())}")
    if language not in layout.languages:
        raise PaperError(f"the form of {product} exists in {', '.join(layout.languages)}")
    values = form_values(layout, language, letterhead)
    return render_pdf(TEMPLATE, values, f"form-{product}-{language}", finish_fields, has_fields=True)


def form_values(layout: FormLayout, language: str, letterhead: Letterhead) -> dict[str, Any]:
    """What the template of a form asks for, in one language."""
    texts, book = texts_of("form"), rule_book()
    product = book.product(layout.product)

    def say(key: str) -> str:
        try:
            return texts[key][language]
        except KeyError:
            raise PaperError(f"texts/form.toml: {key} is wanted by a form") from None

    sections = [
        {"title": say(f"section_{name}"), "fields": [_shown(field, say) for field in form_sections()[name]]}
        for name in layout.sections
    ]
    return {
        "language": language,
        "letterhead": letterhead,
        "title": say("title"),
        "product": product.title[language],
        "product_in_full": product.full_title if language == "fr" else "",
        "how": say(f"filing_{layout.filing}"),
        "fill_in": say("fill_in"),
        "sections": sections,
        "pieces_title": say("pieces"),
        "pieces": [_piece(texts, language, code, copy) for code, copy in _pieces_of(layout.product)],
        "declaration_title": say("declaration_title"),
        "declaration": say("declaration"),
        "place": say("place"),
        "date": say("date"),
        "signature": say("signature"),
        "specimen": texts_of("labels")["specimen"][language] if letterhead.specimen else "",
        "identity": f"{layout.product} / {language}",
    }


def _pieces_of(product: str) -> list[tuple[str, str]]:
    """(code, copy kind) of what a first application encloses, each once."""
    found: dict[str, str] = {}
    for piece in rule_book().product(product).pieces:
        if not piece.reasons or Reason.FIRST in piece.reasons:
            found.setdefault(piece.code, piece.copy_kind.value if piece.copy_kind else "")
    return list(found.items())


def _piece(texts: Mapping[str, Texts], language: str, code: str, copy: str) -> dict[str, str]:
    kind = texts[f"copy_{copy}"][language] if f"copy_{copy}" in texts else ""
    return {"key": f"piece_{code}", "label": rule_book().pieces[code][language], "copy": kind}


def _shown(field: FormField, say: Any) -> dict[str, Any]:
    return {
        "key": field.key,
        "kind": field.kind,
        "width": field.width_percent,
        "label": say(field.key),
        "hint": say("date_hint") if field.kind == "date" else "",
        "choices": [{"key": f"{field.key}.{choice}", "label": say(choice)} for choice in field.choices],
    }


def _field(row: Table) -> FormField:
    kind = row.one_of("kind", KINDS) if row.has("kind") else "text"
    field = FormField(row.text("key"), kind, row.whole_number("width"), row.texts("choices"))
    row.finish()
    return field


def _table(name: str) -> Table:
    path = LAYOUTS / name

    def fail(key: str, wanted: str) -> NoReturn:
        raise PaperError(f"{path}: {key}: {wanted}")

    try:
        return Table(tomllib.loads(path.read_text("utf-8")), "", fail)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PaperError(f"{path}: the layout cannot be read: {error}") from None
