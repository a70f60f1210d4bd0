"""A rule book with a fault says which file and which key."""

import shutil

import pytest

from enrolment.errors import RuleBookError
from enrolment.rules.read_book import BOOK_FOLDER, rule_book


@pytest.fixture
def book_folder(tmp_path):
    return shutil.copytree(BOOK_FOLDER, tmp_path / "book")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("products/carte-de-sejour.toml", "months = 60", 'months = "60"', "validity.months"),
        ("products/carte-de-sejour.toml", "art8 = true", "art9 = true", "unknown key; did you mean art8"),
        ("products/carte-de-sejour.toml", 'kind = "months"', 'kind = "month"', "did you mean months"),
        ("products/carte-de-sejour.toml", '"R12", ', '"R99", ', "R99"),
        ("products/carte-de-sejour.toml", 'code = "family_link"', 'code = "family_links"', "family_links"),
        ("products/titre-de-sejour.toml", 'first = "fee_titre_de_sejour_eur"', 'first = "fee"', "fee fee"),
        ("values.toml", "from = 2015-03-13", 'from = "soon"', "entries[0].from"),
        ("rules/2-family-cards.toml", "[R12.says.in_time]\nfr", "[R12.says.in_time]\nfx", "fr: is missing"),
        ("pieces.toml", "[housing]", "[housing", "cannot be read as TOML"),
    ],
)
def test_a_fault_names_its_place(book_folder, file, old, new, said):
    path = book_folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(RuleBookError) as refused:
        rule_book(book_folder)
    assert said in str(refused.value)


def test_adding_a_product_is_adding_a_file(book_folder):
    text = (book_folder / "products/carte-de-sejour.toml").read_text("utf-8")
    text = text.replace('id = "D3"', 'id = "D99"').replace('code = "carte-de-sejour"', 'code = "carte-d-essai"')
    (book_folder / "products/carte-d-essai.toml").write_text(text, "utf-8")
    assert rule_book(book_folder).product("carte-d-essai").id == "D99"
