"""Application forms: a field for everything, a product and a language that exist, and nothing that archives forbid."""

import io

import pypdf
import pytest

from enrolment.papers import forms
from enrolment.papers.forms import form_layouts, form_pdf, form_sections, form_values
from enrolment.papers.sheet import Letterhead
from enrolment.papers.texts import PaperError
from enrolment.rules.words import LANGUAGES

HEAD = Letterhead(("Ministère d'essai", "1, rue d'Essai"), "Luxembourg")


@pytest.fixture(scope="module")
def withdrawal_form():
    """The English form of the Withdrawal Agreement, read."""
    return pypdf.PdfReader(io.BytesIO(form_pdf("accord-de-retrait", "en", HEAD)))


def test_the_withdrawal_agreements_form_exists_in_french_and_english_alone():
    assert form_layouts()["accord-de-retrait"].languages == ("fr", "en")
    with pytest.raises(PaperError, match="exists in fr, en"):
        form_pdf("accord-de-retrait", "de", HEAD)


def test_every_field_of_a_form_can_be_filled_in_and_has_a_name_for_those_who_do_not_see_it(withdrawal_form):
    fields = withdrawal_form.get_fields()
    layout = form_layouts()["accord-de-retrait"]
    for section in layout.sections:
        for field in form_sections()[section]:
            keys = [f"{field.key}.{choice}" for choice in field.choices] or [field.key]
            for key in keys:
                assert key in fields, key
                assert fields[key]["/TU"]
    assert fields["surname"]["/FT"] == "/Tx"
    assert fields["sex.female"]["/FT"] == "/Btn"
    assert any(key.startswith("piece_") for key in fields)


def test_a_filled_form_keeps_what_was_typed(withdrawal_form):
    writer = pypdf.PdfWriter(clone_from=withdrawal_form)
    writer.update_page_form_field_values(writer.pages[0], {"surname": "Probe"}, auto_regenerate=False)
    content = io.BytesIO()
    writer.write(content)
    assert pypdf.PdfReader(content).get_fields()["surname"]["/V"] == "Probe"


def test_a_form_has_what_pdf_a_2_wants_of_fields(withdrawal_form):
    root = withdrawal_form.trailer["/Root"]
    assert "/NeedAppearances" not in root["/AcroForm"]
    widgets = [annotation.get_object() for page in withdrawal_form.pages for annotation in page["/Annots"]]
    assert widgets
    for widget in widgets:
        assert "/N" in widget["/AP"]
        assert set(widget["/AP"]) == {"/N"}
        assert "/A" not in widget
        assert "/AA" not in widget
        assert widget["/F"] & 4  # it is printed
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp or 'pdfaid:part="2"' in xmp


@pytest.mark.parametrize("product", sorted(form_layouts()))
def test_every_form_has_its_words_and_its_pieces_in_every_language_it_exists_in(product):
    layout = form_layouts()[product]
    assert set(layout.languages) <= set(LANGUAGES)
    for language in layout.languages:
        values = form_values(layout, language, HEAD)
        assert values["pieces"]
        assert all(section["title"] and section["fields"] for section in values["sections"])


def test_a_product_without_a_form_is_refused_by_name():
    with pytest.raises(PaperError, match="no form for passeport"):
        form_pdf("passeport", "fr", HEAD)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ('[x]\nsections = ["nowhere"]\nlanguages = ["fr"]\nfiling = "post"\n', "nowhere is no part"),
        ('[x]\nsections = []\nlanguages = ["fr"]\nfiling = "pigeon"\n', "one of commune"),
        ('[x]\nsections = []\nlanguages = ["fr"]\nfiling = "post"\nextra = 1\n', "unknown key"),
        ("[x\n", "cannot be read"),
    ],
)
def test_a_layout_that_cannot_be_is_refused_with_file_key_and_what_was_wanted(tmp_path, monkeypatch, content, wanted):
    (tmp_path / "sections.toml").write_bytes((forms.LAYOUTS / "sections.toml").read_bytes())
    (tmp_path / "forms.toml").write_text(content, "utf-8")
    monkeypatch.setattr(forms, "LAYOUTS", tmp_path)
    form_layouts.cache_clear()
    try:
        with pytest.raises(PaperError, match=wanted):
            form_layouts()
    finally:
        form_layouts.cache_clear()
