"""The two faces of a card: content, layout and ground put together into one drawing a side."""

import io
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from enrolment.production.artwork.content import CardFaceContent
from enrolment.production.artwork.drawing import Box, Drawing, Picture, Shape, Text, ink
from enrolment.production.artwork.errors import ContentInvalid, LayoutInvalid
from enrolment.production.artwork.fitting import FittedLine, Paragraph, fit
from enrolment.production.artwork.fonts import (
    OCR_B_CAPITAL_HEIGHT,
    OCR_B_SIZE_MM,
    FontFace,
    demand_letters,
    text_width_mm,
)
from enrolment.production.artwork.ground import back_ground, front_ground
from enrolment.production.artwork.layout import CAN_INSET_MM, CAN_LINE, CardLayout, FieldPlace, captions_of, load_layout
from enrolment.production.artwork.marks import chip_symbol, security_device_outline, specimen
from enrolment.production.artwork.pdf import to_pdf
from enrolment.production.artwork.raster import MM_PER_INCH, Canvas, render

TEXT_INK, CAPTION_INK, ZONE_INK = "#14213d", "#3f5f8f", "#0b0b0f"
PORTRAIT_SHAPE_TOLERANCE = 0.01  # share by which width over height may differ from the layout's box
OCR_B_LEFT_BEARING = 0.119  # of "I", "A" and "C", which begin the upper line, in em
MIN_PORTRAIT_PPI = 300  # Doc 9303-3 §3.9.1.2: what a portrait of 35 mm is at least scanned with
UPRIGHT = 1  # the Exif orientation of a picture that stands as it is stored
SIGNATURE_INK = (20, 33, 61)


def draw_front(content: CardFaceContent, ppi: int = 600) -> Image.Image:
    """The front as an RGB picture: 2022 × 1275 pixels at 600 ppi.

    Raises: TextDoesNotFit, LetterMissing, ContentInvalid naming the field; FontMissing.
    """
    return Image.fromarray(render(front_drawing(content), ppi, _ground_pixels("front", content.country, ppi)))


def draw_back(content: CardFaceContent, ppi: int = 600) -> Image.Image:
    """The back as an RGB picture; size and errors as `draw_front`."""
    return Image.fromarray(render(back_drawing(content), ppi, _ground_pixels("back", content.country, ppi)))


def card_pdf(content: CardFaceContent) -> bytes:
    """Both sides as a PDF of two pages of the card's size, from the same drawings as the pictures; errors as there."""
    layout = load_layout()
    sides = (
        (front_ground(layout, content.country), front_drawing(content)),
        (back_ground(layout), back_drawing(content)),
    )
    pages = [Drawing(layout.width_mm, layout.height_mm, (*below.shapes, *above.shapes)) for below, above in sides]
    return to_pdf(pages, "SPECIMEN")


@lru_cache(maxsize=4)
def _ground_pixels(side: str, country: str, ppi: int) -> Canvas:
    """The ground is the same for every card of an issuer: painted once per side and resolution."""
    layout = load_layout()
    return render(front_ground(layout, country) if side == "front" else back_ground(layout), ppi)


def front_drawing(content: CardFaceContent) -> Drawing:
    """What is personal on the front, to be painted over the ground."""
    layout = load_layout()
    place = layout.fields
    shapes: list[Shape] = [*chip_symbol(place["symbol"].box, ink(TEXT_INK))]
    shapes += _portrait(content.portrait, place["portrait"].box)
    shapes += security_device_outline(place["security_device"].box)
    if content.signature_png is not None:
        shapes += _caption(layout, place["signature"], content)
        shapes += _signature(content.signature_png, _below_caption(layout, place["signature"]))
    shapes += _number_along_portrait(content.document_number, place["document_number_repeated"])
    texts = {
        "title": [content.titles[0]],
        "title_repeated": [" · ".join(content.titles[1:])],
        "document_number": [content.document_number],
        "sex": [content.sex],
        "nationality": [_nationality(content)],
        "birth_date": [content.birth_date],
        "expiry_date": [f"{content.expiry_date:%d %m %Y}"],
        "permit_type": [content.permit_type],
        "remarks": list(content.remarks),
    }
    for key, lines in texts.items():
        shapes += _field(layout, place[key], [Paragraph(line, place[key].face) for line in lines], content)
    name = [Paragraph(content.surname, FontFace.BOLD), Paragraph(content.given_names, FontFace.REGULAR)]
    shapes += _field(layout, place["name"], name, content)
    shapes += _can(layout, place["can"], content)
    shapes += specimen(11.5, 50.3, 13.2, 19.0)
    return Drawing(layout.width_mm, layout.height_mm, tuple(shapes))


def back_drawing(content: CardFaceContent) -> Drawing:
    """What is personal on the back, to be painted over the ground."""
    layout = load_layout()
    place = layout.fields
    texts = {
        "birth_place": [content.birth_place],
        "issue": [", ".join(filter(None, (content.place_of_issue, f"{content.issue_date:%d %m %Y}")))],
        "authority": [content.authority],
        "back_remarks": list(content.back_remarks),
    }
    shapes: list[Shape] = []
    for key, lines in texts.items():
        shapes += _field(layout, place[key], [Paragraph(line, place[key].face) for line in lines], content)
    shapes += _zone(layout, content.mrz_lines)
    shapes += specimen(10.5, 29.2, 13.0, 12.0)
    return Drawing(layout.width_mm, layout.height_mm, tuple(shapes))


def _nationality(content: CardFaceContent) -> str:
    return " · ".join(filter(None, (content.nationality_code, content.nationality_name)))


def _below_caption(layout: CardLayout, place: FieldPlace) -> Box:
    """The part of a field's box that its caption leaves."""
    taken_mm = layout.caption_height_mm if place.caption else 0.0
    box = place.box
    return Box(box.x_mm, box.y_mm + taken_mm, box.width_mm, box.height_mm - taken_mm)


def _field(
    layout: CardLayout, place: FieldPlace, paragraphs: list[Paragraph], content: CardFaceContent
) -> Iterator[Shape]:
    """Caption and text; nothing at all where there is no text (Doc 9303-3 §3.3: no caption without its field)."""
    lines = fit(paragraphs, _below_caption(layout, place), place.sizes, place.key, place.align)
    if lines:
        yield from _caption(layout, place, content)
        yield from (_printed(line, TEXT_INK) for line in lines)


def _printed(line: FittedLine, colour: str) -> Text:
    return Text(line.text, line.x_mm, line.baseline_mm, line.face, line.size_mm, colour)


def _caption(layout: CardLayout, place: FieldPlace, content: CardFaceContent) -> Iterator[Shape]:
    """The caption: first language upright, second in italics after an oblique, at the largest step that fits."""
    texts = captions_of(place, content.caption_languages)
    if not texts:
        return
    first = texts[0] + (" / " if len(texts) > 1 else "")
    second = texts[1] if len(texts) > 1 else ""
    for size_mm in layout.caption_sizes_mm:
        first_mm = text_width_mm(first, FontFace.REGULAR, size_mm)
        width_mm = first_mm + text_width_mm(second, FontFace.ITALIC, size_mm)
        if width_mm <= place.box.width_mm:
            x_mm = place.box.x_mm if place.align == "left" else place.box.right_mm - width_mm
            baseline_mm = place.box.y_mm + 0.8 * size_mm
            yield Text(first, x_mm, baseline_mm, FontFace.REGULAR, size_mm, CAPTION_INK)
            if second:
                yield Text(second, x_mm + first_mm, baseline_mm, FontFace.ITALIC, size_mm, CAPTION_INK)
            return
    raise LayoutInvalid("captions.toml", place.caption or "", f"is too wide for field {place.key} at every step")


def _portrait(picture: bytes, box: Box) -> Iterator[Shape]:
    """Field 13, never stretched, turned or blown up. Raises: ContentInvalid when the bytes are not such a picture."""
    try:
        with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG")) as opened:
            opened.load()
            width_px, shape, mode = opened.width, opened.width / opened.height, opened.mode
            turned = opened.getexif().get(ExifTags.Base.Orientation, UPRIGHT) != UPRIGHT
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise ContentInvalid("portrait", "a PNG or JPEG picture is wanted") from None
    wanted = box.width_mm / box.height_mm
    if abs(shape / wanted - 1) > PORTRAIT_SHAPE_TOLERANCE:
        raise ContentInvalid("portrait", f"width over height must be {wanted:.3f} (35 × 45 mm), this is {shape:.3f}")
    if mode not in ("RGB", "L") or turned:
        raise ContentInvalid("portrait", "an upright picture in sRGB or grey is wanted, without transparency")
    ppi = width_px / box.width_mm * MM_PER_INCH
    if ppi < MIN_PORTRAIT_PPI:
        raise ContentInvalid("portrait", f"at least {MIN_PORTRAIT_PPI} ppi are wanted in print, this gives {ppi:.0f}")
    yield Picture(picture, box)


def _signature(picture: bytes, box: Box) -> Iterator[Shape]:
    """Field 15: the ink without its paper, as large as the box allows, its proportions kept (Doc 9303-3 §3.9.2)."""
    try:
        with Image.open(io.BytesIO(picture), formats=("PNG",)) as opened:
            paper = Image.new("RGBA", opened.size, "white")
            paper.alpha_composite(opened.convert("RGBA"))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ContentInvalid("signature_png", "a PNG picture is wanted") from None
    darkness = 255 - np.asarray(paper.convert("L"))
    rows, columns = np.flatnonzero((darkness > 64).any(axis=1)), np.flatnonzero((darkness > 64).any(axis=0))
    if not rows.size:
        raise ContentInvalid("signature_png", "dark ink on a light ground is wanted, there is none")
    alpha = darkness[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    pixels = np.dstack([*(np.full_like(alpha, tone) for tone in SIGNATURE_INK), alpha])
    scale = min(box.width_mm / alpha.shape[1], box.height_mm / alpha.shape[0])
    width_mm, height_mm = alpha.shape[1] * scale, alpha.shape[0] * scale
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    yield Picture(stream.getvalue(), Box(box.x_mm, box.y_mm + (box.height_mm - height_mm) / 2, width_mm, height_mm))


def _number_along_portrait(number: str, place: FieldPlace) -> Iterator[Shape]:
    """Field 4.2: the number again, upwards along the portrait; fitted as if its box lay on its side."""
    lying = Box(0.0, 0.0, place.box.height_mm, place.box.width_mm)
    (line,) = fit([Paragraph(number, place.face)], lying, place.sizes, place.key)
    x_mm = place.box.x_mm + line.baseline_mm
    yield Text(number, x_mm, place.box.bottom_mm, place.face, line.size_mm, CAPTION_INK, angle_deg=90.0)


def _ocr_baseline_mm(layout: CardLayout, line: int) -> float:
    """The baseline that puts capitals of OCR-B half above and half below that line's centre (Doc 9303-5 figure 6)."""
    centre_mm = layout.height_mm - layout.zone.centre_lines_from_bottom_mm[line]
    return centre_mm + OCR_B_CAPITAL_HEIGHT * OCR_B_SIZE_MM / 2


def _can(layout: CardLayout, place: FieldPlace, content: CardFaceContent) -> Iterator[Shape]:
    """Field 5: in OCR-B as in the zone, at the height of its lowest line (Doc 9303-5 §3.2.3)."""
    yield from _caption(layout, place, content)
    x_mm = place.box.x_mm + CAN_INSET_MM - OCR_B_LEFT_BEARING * OCR_B_SIZE_MM
    yield Text(content.can, x_mm, _ocr_baseline_mm(layout, CAN_LINE), FontFace.OCR_B, OCR_B_SIZE_MM, ZONE_INK)


def _zone(layout: CardLayout, lines: tuple[str, ...]) -> Iterator[Shape]:
    """Field 18: three lines whose first character's left edge stands where Doc 9303-5 §4.2.1.3 wants it."""
    x_mm = layout.zone.first_character_mm - OCR_B_LEFT_BEARING * OCR_B_SIZE_MM
    for number, line in enumerate(lines):
        demand_letters(line, FontFace.OCR_B, "mrz_lines")
        yield Text(line, x_mm, _ocr_baseline_mm(layout, number), FontFace.OCR_B, OCR_B_SIZE_MM, ZONE_INK)
