"""The card's layout as values: `data/layout.toml` and `data/captions.toml`, read once and held against their form."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from enrolment.production.artwork.drawing import Box
from enrolment.production.artwork.errors import ContentInvalid, LayoutInvalid
from enrolment.production.artwork.fitting import Sizes
from enrolment.production.artwork.fonts import FontFace

DATA_FOLDER = Path(__file__).parent / "data"
SIDES = ("front", "back")
ALIGNMENTS = ("left", "right")
MRZ_LINES = 3
CAN_LINE = 2  # the line of the zone at whose height the CAN stands: the lowest
CAN_INSET_MM = 0.4  # from the left edge of the CAN's field to its first digit
_FRONT = "symbol title title_repeated document_number document_number_repeated country_code portrait security_device"
_PERSON = "signature name sex nationality birth_date expiry_date permit_type remarks can"
_BACK = "birth_place issue authority back_remarks emblem"
FIELDS = frozenset(f"{_FRONT} {_PERSON} {_BACK}".split())

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """Where one field stands, how it is set, and what says so."""

    key: str
    number: str
    side: str
    box: Box
    face: FontFace
    sizes: Sizes
    align: str
    caption: str | None
    confirmed: bool
    source: str


@dataclass(frozen=True, slots=True)
class ZonePlace:
    """Where the machine readable zone stands on the back."""

    height_mm: float
    first_character_mm: float
    centre_lines_from_bottom_mm: tuple[float, ...]
    line_height_mm: float
    clear_mm: float  # how far around a line nothing dark may stand


@dataclass(frozen=True, slots=True)
class CardLayout:
    """The whole layout of both sides."""

    name: str
    width_mm: float
    height_mm: float
    margin_mm: float
    caption_sizes_mm: tuple[float, ...]
    caption_height_mm: float
    zone: ZonePlace
    fields: Mapping[str, FieldPlace]


@lru_cache
def load_layout(file: Path = DATA_FOLDER / "layout.toml") -> CardLayout:
    """The layout in `file`. Raises: LayoutInvalid naming file, key and what was wanted."""
    table = _Table(file.name, "", _read_toml(file))
    card, captions, zone, fields = (table.table(key) for key in ("card", "captions", "zone", "field"))
    missing, unknown = FIELDS - set(fields.values), set(fields.values) - FIELDS
    if missing or unknown:
        odd = min(missing or unknown)
        raise LayoutInvalid(file.name, f"field.{odd}", "is missing" if missing else "is not a field of the card")
    centre_lines = zone.numbers("centre_lines_from_bottom_mm")
    if len(centre_lines) != MRZ_LINES:
        raise LayoutInvalid(file.name, "zone.centre_lines_from_bottom_mm", f"{MRZ_LINES} lines are wanted")
    layout = CardLayout(
        name=table.value("name", str),
        width_mm=card.number("width_mm"),
        height_mm=card.number("height_mm"),
        margin_mm=card.number("margin_mm"),
        caption_sizes_mm=captions.numbers("sizes_mm"),
        caption_height_mm=captions.number("height_mm"),
        zone=ZonePlace(
            zone.number("height_mm"),
            zone.number("first_character_mm"),
            centre_lines,
            zone.number("line_height_mm"),
            zone.number("clear_mm"),
        ),
        fields=MappingProxyType({key: _field(key, fields.table(key)) for key in fields.values}),
    )
    _demand_margins(file.name, layout)
    return layout


def _field(key: str, table: "_Table") -> FieldPlace:
    table.only("number side box_mm face sizes_mm small_sizes_mm align caption confirmed source")
    box = table.numbers("box_mm")
    if len(box) != 4:
        raise table.wrong("box_mm", "[left, top, width, height] in millimetres")
    return FieldPlace(
        key=key,
        number=table.value("number", str),
        side=table.choice("side", SIDES),
        box=Box(*box),
        face=FontFace[table.choice("face", tuple(face.name for face in FontFace), "REGULAR")],
        sizes=Sizes(table.numbers_or_none("sizes_mm"), table.numbers_or_none("small_sizes_mm")),
        align=table.choice("align", ALIGNMENTS, "left"),
        caption=table.value("caption", str) if "caption" in table.values else None,
        confirmed=table.value("confirmed", bool),
        source=table.value("source", str),
    )


def _demand_margins(file: str, layout: CardLayout) -> None:
    """Every field stands clear of the card's edges (Doc 9303-5 §2.3; the header may come nearer to the upper one)."""
    right_mm, bottom_mm = layout.width_mm - layout.margin_mm, layout.height_mm - layout.margin_mm
    for place in layout.fields.values():
        inside = place.box.x_mm >= layout.margin_mm and place.box.right_mm <= right_mm and place.box.y_mm >= 0
        if not inside or place.box.bottom_mm > bottom_mm:
            raise LayoutInvalid(file, f"field.{place.key}.box_mm", f"stands within {layout.margin_mm} mm of an edge")


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a TOML file that knows its place, so that a fault can be named."""

    file: str
    path: str
    values: dict[str, Any]

    def wrong(self, key: str, wanted: str) -> LayoutInvalid:
        return LayoutInvalid(self.file, f"{self.path}{key}", wanted)

    def value(self, key: str, kind: type[T]) -> T:
        found = self.values.get(key)
        if not isinstance(found, kind):
            raise self.wrong(key, f"a value of type {kind.__name__} is wanted")
        return found

    def table(self, key: str) -> "_Table":
        return _Table(self.file, f"{self.path}{key}.", self.value(key, dict))

    def number(self, key: str) -> float:
        found = self.values.get(key)
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise self.wrong(key, "a number is wanted")
        return float(found)

    def numbers(self, key: str) -> tuple[float, ...]:
        found = self.values.get(key)
        if not isinstance(found, list) or not found or not all(type(item) in (int, float) for item in found):
            raise self.wrong(key, "a list of numbers is wanted")
        return tuple(map(float, found))

    def numbers_or_none(self, key: str) -> tuple[float, ...]:
        return self.numbers(key) if key in self.values else ()

    def choice(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        found = self.values.get(key, default)
        if found not in choices:
            raise self.wrong(key, f"one of {', '.join(choices)} is wanted")
        return str(found)

    def only(self, keys: str) -> None:
        for key in sorted(set(self.values) - set(keys.split())):
            raise self.wrong(key, f"is not a key of this table ({keys.replace(' ', ', ')})")


@lru_cache
def load_captions(file: Path = DATA_FOLDER / "captions.toml") -> Mapping[str, Mapping[str, str]]:
    """Caption by key and language. Raises: LayoutInvalid when a caption is not a table of texts."""
    captions = {}
    for key, texts in _read_toml(file).items():
        if not isinstance(texts, dict) or not all(isinstance(text, str) and text for text in texts.values()):
            raise LayoutInvalid(file.name, key, "a table from language to text is wanted")
        captions[key] = MappingProxyType(texts)
    return MappingProxyType(captions)


def captions_of(place: FieldPlace, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The field's caption in each language, none twice; empty where the field has no caption.

    Raises: ContentInvalid for a language in which the captions are not written; LayoutInvalid for an unknown caption.
    """
    if place.caption is None:
        return ()
    texts = load_captions().get(place.caption)
    if texts is None:
        raise LayoutInvalid("captions.toml", place.caption, "is wanted by the layout and missing")
    for language in languages:
        if language not in texts:
            raise ContentInvalid("caption_languages", f"captions exist in {', '.join(texts)}")
    return tuple(dict.fromkeys(texts[language] for language in languages))


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LayoutInvalid(file.name, "file", "is missing") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise LayoutInvalid(file.name, "file", f"is not TOML: {fault}") from None
