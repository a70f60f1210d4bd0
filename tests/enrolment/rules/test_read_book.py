"""A rule book with a fault says which file and which key."""

import shutil
from dataclasses import replace
from datetime import date

import pytest

from enrolment.errors import RuleBookError
from enrolment.rules.answers import checklist
from enrolment.rules.engine import explain
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
        ("clocks.toml", 'unit = "months"', 'unit = "moons"', "one of days, working_days, months, years"),
        ("clocks.toml", 'rules = ["R01"]', 'rules = ["R99"]', "clock registration_months: rule R99"),
        ("groups.toml", 'groups = ["member_states", ', 'groups = ["states", ', "states is no group that stands before"),
        ("relations.toml", 'of_student_sponsor = "student"', 'of_student_sponsor = "pupil"', "regime pupil"),
        ("relations.toml", 'piece = "provenance_certificate"', 'piece = "certificate"', "piece certificate"),
        ("values.toml", "from = 2020-07-01, value = true", "from = 2020-06-01, value = true", "none over the next"),
        ("products/lettres.toml", 'incomplete = "R47"', 'incomplete = "R99"', "lettres: rule R99"),
        ("products/carte-de-sejour.toml", 'sponsor = "LUX"', 'sponsor = "BEL"', "one of LUX, other"),
        ("products/carte-de-sejour.toml", 'clock = "receipt_card_months"', 'clock = "six"', "clock six"),
        ("products/carte-de-sejour.toml", 'relations = "free-movement"', 'relations = "free"', "regime free"),
        (
            "products/carte-de-sejour.toml",
            'successor = "carte',
            'successor = "card',
            "product card-de-sejour-permanent",
        ),
        ("products/carte-de-sejour.toml", 'reasons = ["replacement"]', 'reasons = ["lost"]', "words out of first"),
        ("products/residence-longue-duree-ue.toml", "until = 2012-02-03", 'until = "then"', "earlier[0].until"),
        ("products/carte-de-sejour.toml", 'relations = "free-movement"\n', "", "relations is missing: R"),
        (
            "products/carte-de-sejour.toml",
            'decision_clock = "card_made_months"\n',
            "",
            "decision_clock is missing: R14",
        ),
        ("rules/2-family-cards.toml", 'errors = ["TOO_EARLY", ', 'errors = ["TOO_SOON", ', "error TOO_SOON"),
        ("rules/2-family-cards.toml", 'values = ["renewal_window_months"]', 'values = ["window"]', "value window"),
        ("shared.toml", "[TOO_EARLY]", "[TOO_EARLY]\nes = 'x'", "unknown key"),
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


def test_a_rule_stands_in_one_file_only(book_folder):
    copy = book_folder / "rules" / "9-again.toml"
    shutil.copy(book_folder / "rules" / "4-protection.toml", copy)
    with pytest.raises(RuleBookError, match=r"9-again\.toml: R31: stands in another file too"):
        rule_book(book_folder)


def test_adding_a_product_is_adding_a_file(book_folder, worker):
    text = (book_folder / "products/titre-de-sejour.toml").read_text("utf-8")
    text = text.replace('id = "D7"', 'id = "D15"').replace('code = "titre-de-sejour"', 'code = "titre-d-essai"')
    text = text.replace('"R45", ', "").replace('code = "housing"', 'code = "school_enrolment"')
    (book_folder / "products/titre-d-essai.toml").write_text(text, "utf-8")
    book = rule_book(book_folder)
    assert book.product("titre-d-essai").id == "D15"
    asked = replace(worker, product="titre-d-essai")
    explanation = explain(asked, book)
    assert "R45" not in {rule.finding.rule for rule in explanation.rules}
    lacking = next(rule for rule in explanation.rules if rule.finding.error == "INCOMPLETE")
    assert lacking.finding.values["pieces"] == ("school_enrolment",)
    assert [line.code for line in checklist("titre-d-essai", asked, asked.filed_on, book)][-1] == "criminal_record"


def test_the_catalogue_holds_the_fourteen_documents():
    book = rule_book()
    documents = {document.id for document in (*book.catalogue.values(), *book.papers.values())}
    assert documents == {f"D{number}" for number in range(1, 15)}
    assert {product.id for product in book.products.values()} == {"D3", "D5", "D7", "D8", "D10", "D13"}
    assert {paper.of_product for paper in book.papers.values() if paper.of_product} <= set(book.catalogue)


def test_every_document_says_its_issuer_its_basis_and_where_it_is_filed():
    day = date(2026, 11, 2)
    for product in rule_book().catalogue.values():
        assert product.issuer in ("commune", "minister")
        assert product.legal_basis_on(day).act
        assert product.sites_on(day).filing in ("commune", "direction")
        assert product.receipt.article
        assert product.validity.article
