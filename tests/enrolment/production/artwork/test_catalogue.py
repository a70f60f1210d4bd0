"""Whatever the rule book can put on a card fits on it: titles, categories of stay, remarks."""

import pytest

from enrolment.production.artwork.drawing import Box
from enrolment.production.artwork.fitting import Paragraph, fit
from enrolment.production.artwork.layout import load_layout
from enrolment.rules.read_book import rule_book
from enrolment.rules.validity import REMARK_LUXEMBOURG, REMARK_OTHER_STATE
from enrolment.state_names import state_name

PRODUCTS = sorted(rule_book().products.values(), key=lambda product: product.id)
MEMBER_STATES = (
    "AUT BEL BGR CYP CZE D DNK ESP EST FIN FRA GRC HRV HUN IRL ITA LTU LUX LVA MLT NLD POL PRT ROU SVK SVN SWE"
)


def set_in_field(key: str, text: str) -> None:
    layout = load_layout()
    place = layout.fields[key]
    taken_mm = layout.caption_height_mm if place.caption else 0.0
    box = Box(place.box.x_mm, place.box.y_mm + taken_mm, place.box.width_mm, place.box.height_mm - taken_mm)
    fit([Paragraph(text, place.face)], box, place.sizes, key)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.id)
def test_a_products_titles_fit_the_header(product):
    set_in_field("title", product.title["fr"].upper())
    for language in ("de", "lb", "en"):
        set_in_field("title_repeated", product.title[language])


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.id)
def test_a_products_categories_fit_field_10(product):
    for text in product.permit_types.values():
        set_in_field("permit_type", text)


def test_every_remark_of_the_law_fits_field_12():
    set_in_field("remarks", REMARK_LUXEMBOURG.format(date="22.12.2026"))
    for code in MEMBER_STATES.split():
        set_in_field("remarks", REMARK_OTHER_STATE.format(state=state_name(code), date="22.12.2026"))
    for product in PRODUCTS:
        for text in product.remark_by_article.values():
            set_in_field("remarks", text)
