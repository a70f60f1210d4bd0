"""What PDF/A-2a asks for, as far as it can be read without a judge (that one comes with `./station prove papers`)."""

import io
import re

import pypdf
import pytest

from enrolment.papers.forms import form_pdf
from enrolment.papers.pdf import sheet_pdf
from enrolment.papers.samples import sample_sheets, written_by
from enrolment.papers.sheet import Letterhead

HEAD = Letterhead(("Ministère d'essai", "1, rue d'Essai"), "Luxembourg")
FORM = "form"
NAMES = ("d1-registration-full", "can-letter", FORM)


@pytest.fixture(scope="module", params=NAMES)
def paper(request):
    """(name, reader) of a paper with a table over a page, of a folded letter, and of a form."""
    if request.param == FORM:
        pdf = form_pdf("carte-de-sejour", "lb", HEAD)
    else:
        pdf = sheet_pdf(dict(sample_sheets("lb"))[request.param], written_by(request.param, HEAD))
    return request.param, pypdf.PdfReader(io.BytesIO(pdf))


def elements(node):
    """Every element of the structure tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for kid in node:
            yield from elements(kid)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


def test_it_says_of_itself_what_it_is_in_which_language_and_under_which_title(paper):
    name, reader = paper
    root = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert re.search(r'pdfaid:part(>|=")2', xmp)
    assert re.search(r'pdfaid:conformance(>|=")A', xmp)
    assert root["/Lang"] == ("lb" if name == FORM else "fr")
    assert reader.metadata.title
    assert "dc:title" in xmp
    assert "305 417" not in xmp
    assert "305 417" not in str(reader.metadata)


def test_it_is_tagged_from_headings_to_figures(paper):
    name, reader = paper
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    found = list(elements(root["/StructTreeRoot"]["/K"]))
    kinds = {str(element["/S"]) for element in found}
    assert {"/Document", "/H1"} <= kinds
    if name == "d1-registration-full":
        assert {"/Table", "/TH", "/TD", "/Figure", "/H2"} <= kinds
        assert all(element.get("/Alt") for element in found if element["/S"] == "/Figure")
        spoken = [element for element in found if element["/S"] == "/Span"]
        assert spoken
        assert {element.get("/Lang") for element in spoken} == {"lb"}
    if name == FORM:
        assert "/Form" in kinds


def test_it_carries_its_colours_and_its_faces_and_nothing_that_acts(paper):
    _name, reader = paper
    root = reader.trailer["/Root"]
    [intent] = root["/OutputIntents"]
    assert "/DestOutputProfile" in intent.get_object()
    assert not reader.is_encrypted
    assert not {"/OpenAction", "/AA", "/Names"} & set(root) or "/JavaScript" not in str(root.get("/Names", ""))
    for page in reader.pages:
        assert "/AA" not in page
        for font in page["/Resources"].get("/Font", {}).values():
            for descendant in font.get_object().get("/DescendantFonts", []):
                descriptor = descendant.get_object()["/FontDescriptor"]
                assert {"/FontFile2", "/FontFile3", "/FontFile"} & set(descriptor)
            assert "/ToUnicode" in font.get_object()


def test_the_same_paper_is_the_same_file():
    first, again = (sheet_pdf(dict(sample_sheets("de"))["prolongation"], HEAD) for _ in range(2))
    assert first == again
