"""Text is made smaller, then wrapped, then refused; it never leaves its box."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrolment.production.artwork.drawing import Box
from enrolment.production.artwork.errors import LetterMissing, TextDoesNotFit
from enrolment.production.artwork.fitting import LEADING, Paragraph, Sizes, fit
from enrolment.production.artwork.fonts import FontFace
from enrolment.production.artwork.layout import load_layout
from enrolment.state_names import state_name
from mrz.states import nationality_codes

BOX = Box(10.0, 5.0, 30.0, 6.8)
SIZES = Sizes((3.0, 2.6, 2.0))


def set_in_box(*texts, box=BOX, sizes=SIZES):
    return fit([Paragraph(text, FontFace.REGULAR) for text in texts], box, sizes, "name")


def test_a_short_text_stands_on_one_line_at_the_largest_size():
    (line,) = set_in_box("Silva")
    assert (line.text, line.size_mm, line.x_mm) == ("Silva", 3.0, 10.0)


def test_a_longer_text_is_made_smaller_before_it_is_wrapped():
    (line,) = set_in_box("Papandropoulos-Winter")
    assert line.size_mm < 3.0


def test_a_text_too_long_for_one_line_is_wrapped_at_the_largest_size_that_holds():
    lines = set_in_box("Papandropoulos Winter von Hohenstein")
    assert [line.text for line in lines] == ["Papandropoulos Winter", "von Hohenstein"]
    assert lines[0].size_mm == 2.6


def test_a_text_is_wrapped_before_it_is_made_very_small():
    lines = set_in_box("Papandropoulos Winter von Hohenstein", sizes=Sizes((3.0, 2.6, 2.0), (1.2,)))
    assert [line.size_mm for line in lines] == [2.6, 2.6]


def test_a_word_too_wide_for_the_usual_sizes_is_made_very_small_before_it_is_refused():
    (line,) = set_in_box("Wolfeschlegelsteinhausenbergerdorff", sizes=Sizes((3.0, 2.6, 2.0), (1.6, 1.2)))
    assert line.size_mm == 1.6


def test_a_hyphen_may_end_a_line_and_stays_there():
    lines = set_in_box("Papandropoulou-Wintergerst-Hohenstein")
    assert [line.text for line in lines] == ["Papandropoulou-", "Wintergerst-Hohenstein"]


def test_several_paragraphs_share_one_size():
    lines = set_in_box("Silva", "Papandropoulos-Winter")
    assert len(lines) == 2 and len({line.size_mm for line in lines}) == 1


def test_an_empty_paragraph_takes_no_line():
    assert [line.text for line in set_in_box("Silva", "")] == ["Silva"]


def test_too_many_lines_are_refused_with_field_and_millimetres():
    with pytest.raises(TextDoesNotFit, match=r"name: does not fit .* of height, the field has 6\.8 mm") as refusal:
        set_in_box("Papandropoulos Winter von Hohenstein " * 3)
    assert refusal.value.needed_mm > refusal.value.available_mm == 6.8


def test_a_word_wider_than_the_box_is_refused_and_not_cut():
    with pytest.raises(TextDoesNotFit, match="of width") as refusal:
        set_in_box("Wolfeschlegelsteinhausenbergerdorff")
    assert refusal.value.needed_mm > refusal.value.available_mm == 30.0
    assert "Wolfe" not in str(refusal.value)


def test_a_letter_that_the_font_lacks_is_refused_by_its_name():
    with pytest.raises(LetterMissing, match=r"U\+738B CJK UNIFIED IDEOGRAPH-738B") as refusal:
        set_in_box("王")
    assert refusal.value.letter == "王"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.sampled_from("AWmilé'- ßŁỹ"), max_size=40).map(str.strip), min_size=1, max_size=3))
def test_whatever_fits_stays_within_its_box_with_every_letter(texts):
    try:
        lines = set_in_box(*texts)
    except TextDoesNotFit as refusal:
        assert refusal.needed_mm > refusal.available_mm
        return
    for line in lines:
        assert line.x_mm >= BOX.x_mm and line.x_mm + line.width_mm <= BOX.right_mm + 0.01
        assert line.baseline_mm + (LEADING - 0.86) * line.size_mm <= BOX.bottom_mm + 0.01
    printed, wanted = "".join(line.text for line in lines), "".join(texts)
    assert printed.replace(" ", "") == wanted.replace(" ", "")


@pytest.mark.parametrize("language", ["fr", "de", "lb", "en"])
def test_every_nationality_fits_its_field_by_code_and_name(language):
    layout = load_layout()
    place = layout.fields["nationality"]
    box = place.box
    below = Box(box.x_mm, box.y_mm + layout.caption_height_mm, box.width_mm, box.height_mm - layout.caption_height_mm)
    for code in nationality_codes():
        fit([Paragraph(f"{code} · {state_name(code, language)}", place.face)], below, place.sizes, place.key)
