"""Both faces, measured as a machine and a clerk would: sizes, the zone, the CAN, what fits, and picture against PDF."""

import io
import shutil
import subprocess
from datetime import date

import numpy as np
import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from enrolment.production.artwork import card_pdf, draw_back, draw_front
from enrolment.production.artwork.drawing import Picture, Text
from enrolment.production.artwork.errors import ContentInvalid, LayoutInvalid, LetterMissing, TextDoesNotFit
from enrolment.production.artwork.faces import back_drawing, front_drawing
from enrolment.production.artwork.fonts import FontFace, text_width_mm
from enrolment.production.artwork.ground import can_ground
from enrolment.production.artwork.layout import load_layout
from tests.enrolment.production.artwork.conftest import png

PPI = 600
MM = PPI / 25.4
POINTS_PER_MM = 72 / 25.4
DARK = 90


def ink(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("L")) < DARK


def runs(profile: np.ndarray) -> list[tuple[int, int]]:
    """Beginnings and ends of the stretches where the profile is true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], profile.astype(np.int8), [0]))))
    return list(zip(edges[::2], edges[1::2], strict=True))


def texts(drawing) -> list[str]:
    return [shape.text for shape in drawing.shapes if isinstance(shape, Text)]


@pytest.fixture(scope="module")
def back(content) -> Image.Image:
    return draw_back(content(), PPI)


@pytest.fixture(scope="module")
def pdf(content) -> bytes:
    return card_pdf(content())


def test_both_sides_have_the_size_of_an_id_1_card_at_600_ppi(content, back):
    assert draw_front(content()).size == back.size == (2022, 1275)


def test_the_zone_is_found_as_three_lines_at_the_pitch_of_the_standard(content, back):
    layout = load_layout()
    top_mm = layout.height_mm - layout.zone.height_mm + 2.0  # below the band of microprint
    zone = ink(back)[round(top_mm * MM) :]
    lines = [run for run in runs(zone.any(axis=1)) if run[1] - run[0] > 1.5 * MM]
    assert len(lines) == 3
    centres_from_bottom_mm = []
    for (top, bottom), text in zip(lines, content().mrz_lines, strict=True):
        letters = runs(zone[top:bottom].any(axis=0))
        assert len(letters) == 30
        assert letters[0][0] / MM == pytest.approx(5.0, abs=0.3)  # Doc 9303-5 §4.2.1.3: 5.0 ± 1.0 mm
        fillers = [place for place, letter in enumerate(text) if letter == "<"]
        left_mm = np.array([letters[place][0] for place in fillers]) / MM
        pitch_mm = np.polyfit(fillers, left_mm, 1)[0]
        assert pitch_mm == pytest.approx(2.54, abs=0.01)  # Doc 9303-3 §4.4
        filler = zone[top:bottom, slice(*letters[fillers[0]])].any(axis=1)
        rows = np.flatnonzero(filler)
        centres_from_bottom_mm.append((zone.shape[0] - top - (rows[0] + rows[-1]) / 2) / MM)
    assert -np.diff(centres_from_bottom_mm) == pytest.approx([4.23, 4.23], abs=0.05)
    assert centres_from_bottom_mm[1] == pytest.approx(11.5, abs=1.0)  # Doc 9303-5 figure 6
    assert (lines[2][1] - lines[2][0]) / MM < 2.95  # the printing zone of a line


def test_every_letter_of_the_zone_is_the_one_that_was_ordered(content, back):
    layout = load_layout()
    picture = ink(back)
    for number, line in enumerate(content().mrz_lines):
        centre_mm = layout.height_mm - layout.zone.centre_lines_from_bottom_mm[number]
        for place, letter in enumerate(line):
            left = round((layout.zone.first_character_mm - 0.119 * 3.513 + 2.54 * place) * MM)
            top, bottom = round((centre_mm - 2.0) * MM), round((centre_mm + 1.9) * MM)
            cell = picture[top:bottom, left : left + 60]
            scores = {other: agreement(cell, other) for other in "IRLUX0178F5BSVANTOMED<3629"}
            assert max(scores, key=scores.__getitem__) == letter, (number, place)


def agreement(cell: np.ndarray, letter: str) -> float:
    """How much of a cell's ink and of the letter's own ink lie on one another, over small shifts."""
    from PIL import ImageFont

    from enrolment.production.artwork.fonts import font_file

    font = ImageFont.truetype(font_file(FontFace.OCR_B), 2.54 / 0.723 * MM)
    tile = Image.new("L", (cell.shape[1], cell.shape[0]))
    ImageDraw.Draw(tile).text((0, 3.223 * MM), letter, 255, font, anchor="ls")
    wanted = np.asarray(tile) > 128
    best = 0.0
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            shifted = np.roll(wanted, (dy, dx), (0, 1))
            best = max(best, (cell & shifted).sum() / max(1, (cell | shifted).sum()))
    return best


def test_the_can_stands_at_the_height_of_a_line_of_the_zone(content):
    front, back_side = front_drawing(content()), back_drawing(content())
    (can,) = [shape for shape in front.shapes if isinstance(shape, Text) and shape.face is FontFace.OCR_B]
    lines = [shape for shape in back_side.shapes if isinstance(shape, Text) and shape.face is FontFace.OCR_B]
    assert can.text == "123456"
    assert can.baseline_mm in {line.baseline_mm for line in lines}
    assert can.size_mm == lines[0].size_mm
    assert can.x_mm + text_width_mm(can.text, can.face, can.size_mm) < front.width_mm - 2.0


def test_nothing_is_printed_near_the_can_or_the_zone(content):
    remark = "Le Grand-Duché de Luxembourg a accordé la protection internationale le 22.12.2026"
    full = content(remarks=(remark, "Article 18(1) de l'Accord de retrait"))
    clear = can_ground(load_layout())
    bottom_mm = clear.y_mm + clear.height_mm
    for shape in front_drawing(full).shapes:
        if isinstance(shape, Text) and shape.face is not FontFace.OCR_B and not shape.angle_deg:
            right_mm = shape.x_mm + text_width_mm(shape.text, shape.face, shape.size_mm)
            beside = right_mm <= clear.x_mm + 0.02 or shape.x_mm >= clear.right_mm
            above = shape.baseline_mm <= clear.y_mm
            assert beside or above or shape.baseline_mm - shape.size_mm > bottom_mm, shape.text
    zone_top_mm = load_layout().height_mm - load_layout().zone.height_mm
    for shape in back_drawing(full).shapes:
        if isinstance(shape, Text) and shape.face is not FontFace.OCR_B:
            assert shape.baseline_mm + 0.25 * shape.size_mm * (not shape.angle_deg) <= zone_top_mm


def test_no_text_leaves_the_card(content):
    for drawing in (front_drawing(content()), back_drawing(content())):
        for shape in drawing.shapes:
            if isinstance(shape, Text) and not shape.angle_deg:
                right_mm = shape.x_mm + text_width_mm(shape.text, shape.face, shape.size_mm)
                assert shape.x_mm >= 2.0 and right_mm <= drawing.width_mm - 2.0


def test_specimen_stands_on_both_sides_and_the_number_twice_on_the_front(content):
    front = texts(front_drawing(content()))
    assert "SPECIMEN" in front and "SPECIMEN" in texts(back_drawing(content()))
    assert front.count("RX0000017") == 2


def test_names_are_printed_in_full_with_their_marks(content):
    printed = texts(front_drawing(content(surname="D’ARTAGNAN-ŁÓPEZ ĐẶNG", given_names="Žofia Þórdís ß")))
    assert "D’ARTAGNAN-ŁÓPEZ ĐẶNG" in printed and "Žofia Þórdís ß" in printed


def test_the_longest_document_number_stands_on_one_line(content):
    upper, middle, lower = content().mrz_lines
    number = "RX0000017ABCDEFGHIJKLM"
    printed = texts(front_drawing(content(document_number=number, mrz_lines=(upper, middle, lower))))
    assert printed.count(number) == 2


def test_a_very_long_surname_of_one_word_is_printed_whole(content):
    surname = "WOLFESCHLEGELSTEINHAUSENBERGERDORFF"
    assert surname in texts(front_drawing(content(surname=surname)))


def test_letters_are_composed_with_their_marks(content):
    assert "GUIMARÃES" in texts(front_drawing(content(surname="GUIMARA\u0303ES")))


def test_a_long_name_is_wrapped_and_whole(content):
    surname = "WOLFESCHLEGELSTEIN HAUSENBERGERDORFF"
    given = "Maria Eduarda Conceição dos Santos Guimarães"
    printed = texts(front_drawing(content(surname=surname, given_names=given)))
    assert {"WOLFESCHLEGELSTEIN", "HAUSENBERGERDORFF"} <= set(printed)
    assert "Maria Eduarda Conceição dos Santos" in printed and "Guimarães" in printed


@pytest.mark.parametrize(
    ("field", "changes", "refusal"),
    [
        ("name", {"surname": "VAN DER " * 40 + "BERG"}, TextDoesNotFit),
        ("remarks", {"remarks": ("Le Grand-Duché de Luxembourg a accordé la protection " * 6,)}, TextDoesNotFit),
        ("back_remarks", {"back_remarks": ("W" * 60,)}, TextDoesNotFit),
        (
            "title",
            {"titles": ("CARTE DE SÉJOUR DE MEMBRE DE LA FAMILLE " * 3,)},
            TextDoesNotFit,
        ),
        ("name", {"surname": "王"}, LetterMissing),
        ("birth_place", {"birth_place": "दिल्ली"}, LetterMissing),
        ("name", {"surname": "SILVA\u202eSANTOS"}, ContentInvalid),
        ("authority", {"authority": "Direction\ngénérale"}, ContentInvalid),
    ],
)
def test_what_cannot_be_printed_is_refused_by_field(content, field, changes, refusal):
    with pytest.raises(refusal) as refused:
        made = content(**changes)
        front_drawing(made)
        back_drawing(made)
    assert refused.value.field == field


def test_a_caption_stands_only_over_a_field_that_is_used(content):
    assert "Remarques / " not in texts(front_drawing(content(remarks=())))
    assert "Remarques / " in texts(front_drawing(content(remarks=("Article 18(1)",))))


def test_captions_follow_the_languages_asked_for(content):
    printed = texts(front_drawing(content(caption_languages=("fr", "de"))))
    assert "Nationalité / " in printed and "Staatsangehörigkeit" in printed
    assert "Nationalité" in texts(front_drawing(content(caption_languages=("fr",))))


@pytest.mark.parametrize("languages", [("fr", "de"), ("fr", "lb"), ("de", "en"), ("lb", "de"), ("en",)])
def test_captions_fit_in_every_pair_of_languages(content, languages):
    made = content(caption_languages=languages, back_remarks=("Article 18(1)",))
    try:
        front_drawing(made), back_drawing(made)
    except LayoutInvalid as refusal:
        pytest.fail(str(refusal))


def jpeg(mode: str, orientation: int = 1) -> bytes:
    stream, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    Image.new(mode, (350, 450)).save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def test_a_jpeg_portrait_is_as_good_as_a_png(content):
    assert any(isinstance(shape, Picture) for shape in front_drawing(content(portrait=jpeg("RGB"))).shapes)


@pytest.mark.parametrize(
    "picture",
    [b"", b"not a picture", png(450, 450), png(350, 450)[:300], png(35, 45), jpeg("CMYK"), jpeg("RGB", 6)],
    ids=["empty", "text", "square", "cut off", "tiny", "CMYK", "lying on its side"],
)
def test_a_portrait_that_cannot_be_printed_as_it_is_is_refused(content, picture):
    with pytest.raises(ContentInvalid) as refusal:
        front_drawing(content(portrait=picture))
    assert refusal.value.field == "portrait"


def test_the_portrait_fills_its_place(content):
    green = content(portrait=png(350, 450, (10, 200, 30)))
    box = load_layout().fields["portrait"].box
    pixels = np.asarray(draw_front(green, 300))
    x, y = round((box.right_mm - 1) * 300 / 25.4), round((box.y_mm + 5) * 300 / 25.4)
    assert tuple(pixels[y, x]) == (10, 200, 30)


def signature(*, empty: bool = False) -> bytes:
    paper = Image.new("L", (400, 200), 255)
    if not empty:
        ImageDraw.Draw(paper).line([(50, 120), (150, 60), (330, 130)], fill=0, width=8)
    stream = io.BytesIO()
    paper.save(stream, "PNG")
    return stream.getvalue()


def test_a_signature_is_printed_without_its_paper_in_its_own_proportions(content):
    drawing = front_drawing(content(signature_png=signature()))
    pictures = [shape for shape in drawing.shapes if isinstance(shape, Picture)]
    box = load_layout().fields["signature"].box
    written = pictures[1]
    with Image.open(io.BytesIO(written.data)) as opened:
        assert opened.mode == "RGBA" and opened.getpixel((0, 0))[3] == 0
        assert opened.width / opened.height == pytest.approx(written.box.width_mm / written.box.height_mm)
    assert box.x_mm <= written.box.x_mm and written.box.right_mm <= box.right_mm + 1e-9
    assert box.y_mm <= written.box.y_mm and written.box.bottom_mm <= box.bottom_mm + 1e-9


@pytest.mark.parametrize("picture", [signature(empty=True), b"\x89PNG", b"scribble"])
def test_a_signature_without_ink_is_refused(content, picture):
    with pytest.raises(ContentInvalid) as refusal:
        front_drawing(content(signature_png=picture))
    assert refusal.value.field == "signature_png"


def test_the_same_content_gives_the_same_picture(content):
    one, other = draw_front(content(), 150), draw_front(content(), 150)
    assert one.tobytes() == other.tobytes()


def test_drawing_one_card_leaves_nothing_on_the_next(content):
    before = draw_front(content(), 150)
    draw_front(content(expiry_date=date(2031, 6, 30), remarks=("Article 18(1)",)), 150)
    assert draw_front(content(), 150).tobytes() == before.tobytes()


def test_the_pdf_has_two_pages_of_exactly_the_cards_size_with_its_fonts_embedded(pdf):
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 2
    embedded = set()
    for page in reader.pages:
        assert float(page.mediabox.width) == pytest.approx(85.60 * POINTS_PER_MM, abs=0.01)
        assert float(page.mediabox.height) == pytest.approx(53.98 * POINTS_PER_MM, abs=0.01)
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
            embedded.add(font.get_object()["/BaseFont"].split("+")[1].removesuffix("-Bold").removesuffix("-Italic"))
    assert embedded == {"/" + face.family for face in FontFace} or embedded == {face.family for face in FontFace}


def test_the_text_of_the_pdf_can_be_read_as_text(content, pdf):
    upper, middle, lower = content().mrz_lines
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert "SILVA SANTOS" in pages[0] and "123456" in pages[0]
    assert all(line in pages[1] for line in (upper, middle, lower))


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is absent (Debian: poppler-utils)")
def test_picture_and_pdf_show_the_same_card(content, pdf, tmp_path):
    (tmp_path / "card.pdf").write_bytes(pdf)
    for page, drawn in ((1, draw_front(content(), 300)), (2, draw_back(content(), 300))):
        command = ["pdftoppm", "-r", "300", "-f", str(page), "-l", str(page), "-png", "-singlefile"]
        subprocess.run([*command, tmp_path / "card.pdf", tmp_path / "page"], check=True, timeout=60)
        with Image.open(tmp_path / "page.png") as opened:
            other = np.asarray(opened.convert("RGB").crop((0, 0, *drawn.size)), np.float64)
        # Blurred by a third of a millimetre: two smoothings of the same edge then agree, a letter amiss does not.
        one, two = (
            np.asarray(Image.fromarray(np.uint8(side)).reduce(4), np.float64) for side in (np.asarray(drawn), other)
        )
        difference = np.abs(one - two).max(axis=2)
        assert difference.mean() < 4.0
        assert difference.max() < 100.0


def test_the_place_of_a_signature_stays_clear_where_there_is_none(content):
    assert "Signature" not in texts(front_drawing(content(signature_png=None)))
    assert "Signature" in texts(front_drawing(content(signature_png=signature())))
