"""A card's content is refused, by field, when no card may bear it or when the zone says otherwise."""

from datetime import date

import pytest

from enrolment.production.artwork.errors import ContentInvalid


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("titles", ()),
        ("titles", ("A", "B", "C", "D")),
        ("document_number", "RX 000017"),
        ("can", "12345"),
        ("can", "12345a"),
        ("can", "１２３４５６"),
        ("surname", "  "),
        ("sex", "<"),
        ("nationality_code", "Brazil"),
        ("birth_date", "1985-03-12"),
        ("permit_type", ""),
        ("expiry_date", date(2026, 11, 16)),
        ("country", "LU"),
        ("caption_languages", ()),
        ("mrz_lines", ("IRLUX",)),
        ("mrz_lines", ("irluxrx00000178<<<<<<<<<<<<<<<",) * 3),
    ],
)
def test_a_field_that_no_card_may_bear_is_refused_by_name(content, field, value):
    with pytest.raises(ContentInvalid) as refusal:
        content(**{field: value})
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "BEL"),
        ("document_number", "RX0000018"),
        ("birth_date", "13 03 1985"),
        ("birth_date", "XX 03 1985"),
        ("sex", "X"),
        ("expiry_date", date(2031, 7, 1)),
        ("nationality_code", "PRT"),
    ],
)
def test_what_disagrees_with_the_zone_is_refused_by_name(content, field, value):
    with pytest.raises(ContentInvalid, match="does not agree with the machine readable zone") as refusal:
        content(**{field: value})
    assert refusal.value.field == field
    assert str(value) not in str(refusal.value)


def test_unknown_parts_of_a_birth_date_agree_with_fillers_in_the_zone(content):
    upper, middle, lower = content().mrz_lines
    unknown = content(birth_date="XX XX 1985", mrz_lines=(upper, "85<<<<" + middle[6:], lower))
    assert unknown.birth_date == "XX XX 1985"


def test_a_long_document_number_agrees_by_its_first_nine_characters(content):
    upper, middle, lower = content().mrz_lines
    long_upper = upper[:14] + "<451<<<<<<<<<<<<"
    assert (
        content(document_number="RX000001745", mrz_lines=(long_upper, middle, lower)).document_number == "RX000001745"
    )


def test_a_content_says_nothing_personal_about_itself(content):
    assert "SILVA" not in repr(content())
