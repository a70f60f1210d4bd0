"""The layout is data: it is complete, keeps its fields apart, and says what is wrong with another one."""

import itertools
from pathlib import Path

import pytest

from enrolment.production.artwork.errors import ContentInvalid, FontMissing, LayoutInvalid
from enrolment.production.artwork.fonts import FontFace, font_file
from enrolment.production.artwork.layout import DATA_FOLDER, captions_of, load_captions, load_layout

LAID_OVER_OTHERS = {"security_device", "country_code"}  # over the portrait, and in background print


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = (DATA_FOLDER / "layout.toml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "layout.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def test_no_two_fields_of_a_side_share_a_place():
    places = [place for key, place in load_layout().fields.items() if key not in LAID_OVER_OTHERS]
    for one, other in itertools.combinations(places, 2):
        if one.side == other.side:
            apart_x = one.box.right_mm <= other.box.x_mm or other.box.right_mm <= one.box.x_mm
            apart_y = one.box.bottom_mm <= other.box.y_mm or other.box.bottom_mm <= one.box.y_mm
            assert apart_x or apart_y, (one.key, other.key)


def test_fields_of_the_back_stand_clear_of_the_machine_readable_zone():
    layout = load_layout()
    zone_top_mm = layout.height_mm - layout.zone.height_mm
    assert all(place.box.bottom_mm < zone_top_mm for place in layout.fields.values() if place.side == "back")


def test_the_portrait_has_the_shape_it_was_taken_in_and_a_size_the_standard_allows():
    box = load_layout().fields["portrait"].box
    assert box.width_mm / box.height_mm == pytest.approx(35 / 45)
    assert 26 <= box.width_mm <= 35 and 32 <= box.height_mm <= 45  # Doc 9303-5 §4.1.1.1


def test_captions_keep_to_the_size_of_the_standard():
    assert all(1.0 <= size_mm <= 1.8 for size_mm in load_layout().caption_sizes_mm)  # Doc 9303-3 §3.3


def test_every_field_says_where_its_place_comes_from():
    assert all(place.source and place.number for place in load_layout().fields.values())


def test_every_caption_exists_in_the_four_languages_of_the_office():
    wanted = {place.caption for place in load_layout().fields.values() if place.caption}
    assert wanted == set(load_captions())
    assert all(set(texts) == {"fr", "de", "lb", "en"} for texts in load_captions().values())


def test_a_caption_that_is_the_same_in_both_languages_stands_once():
    assert captions_of(load_layout().fields["can"], ("fr", "en")) == ("CAN",)


def test_a_language_without_captions_is_refused():
    with pytest.raises(ContentInvalid, match="captions exist in fr, de, lb, en"):
        captions_of(load_layout().fields["can"], ("pt",))


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("[field.can]", "[field.cam]", "field.can"),
        ('number = "5"', 'nummer = "5"', "field.can.nummer"),
        ("box_mm = [66.7, 40.8, 15.9, 8.1]", "box_mm = [66.7, 40.8, 15.9]", "field.can.box_mm"),
        ("box_mm = [66.7, 40.8, 15.9, 8.1]", "box_mm = [70.0, 40.8, 15.9, 8.1]", "field.can.box_mm"),
        ("box_mm = [66.7, 40.8, 15.9, 8.1]", 'box_mm = ["a"]', "field.can.box_mm"),
        ('face = "OCR_B"', 'face = "OCR_A"', "field.can.face"),
        ("width_mm = 85.60", 'width_mm = "wide"', "card.width_mm"),
        ("[15.73, 11.5, 7.27]", "[15.73, 11.5]", "zone.centre_lines_from_bottom_mm"),
        ("confirmed = false", 'confirmed = "no"', "field.symbol.confirmed"),
    ],
)
def test_a_wrong_layout_is_refused_by_file_and_key(tmp_path, old, new, key):
    with pytest.raises(LayoutInvalid) as refusal:
        load_layout(changed(tmp_path, old, new))
    assert (refusal.value.file, refusal.value.key) == ("layout.toml", key)


def test_a_missing_or_broken_file_is_named(tmp_path):
    with pytest.raises(LayoutInvalid, match=r"no\.toml: file: is missing"):
        load_layout(tmp_path / "no.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("name = ", encoding="utf-8")
    with pytest.raises(LayoutInvalid, match="is not TOML"):
        load_layout(broken)
    broken.write_text("can = 1", encoding="utf-8")
    with pytest.raises(LayoutInvalid, match="from language to text"):
        load_captions(broken)


def test_a_missing_font_names_the_package_that_brings_it(monkeypatch, tmp_path):
    monkeypatch.setattr("enrolment.production.artwork.fonts.FONT_FOLDERS", (tmp_path,))
    with pytest.raises(FontMissing, match=r"OCRB\.otf .* fonts-ocr-b"):
        font_file.__wrapped__(FontFace.OCR_B)


def test_the_page_about_the_card_lists_every_field_where_the_layout_has_it(repository):
    page = (repository / "docs" / "card-artwork.md").read_text(encoding="utf-8")
    for place in load_layout().fields.values():
        box = place.box
        where = f"{box.x_mm:g}, {box.y_mm:g}, {box.width_mm:g} × {box.height_mm:g}"
        confirmed = "yes" if place.confirmed else "no"
        row = f"| {place.number} | `{place.key}` | {place.side} | {where} | {confirmed} | {place.source} |"
        assert row in page
