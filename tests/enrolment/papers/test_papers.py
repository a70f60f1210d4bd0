"""Receipts and decision letters: what they say, in which language, and that nothing of them is left out."""

import html
import io
import re
from dataclasses import replace
from datetime import date

import pypdf
import pytest

from enrolment.papers.decisions import DecisionPaper, decision_sheet
from enrolment.papers.pdf import check_data, html_of, render_pdf
from enrolment.papers.receipts import ReceiptPaper, receipt_pdf, receipt_sheet
from enrolment.papers.services import print_decision, print_receipt, print_return
from enrolment.papers.sheet import Letterhead
from enrolment.papers.subject import Subject
from enrolment.papers.texts import TEXTS_FOLDER, PaperError, texts_of
from enrolment.rules.book import ReceiptKind
from enrolment.rules.dates import PartialDate
from enrolment.rules.read_book import rule_book
from enrolment.rules.words import LANGUAGES

HEAD = Letterhead(("Ministère d'essai", "1, rue d'Essai"), "Luxembourg")
PRODUCT = rule_book().product("carte-de-sejour")
SUBJECT = Subject(
    case="2026-000001",
    surname="Шевченко",
    given_names="Зоя <b>",
    latin_surname="SHEVCHENKO",
    latin_given_names="ZOIA",
    birth_date=PartialDate(1985, 3, None),
    birth_place="Lviv",
    nationalities=("UKR",),
    address="1, rue d'Essai, L-1000 Luxembourg",
    product_title=PRODUCT.title,
    product_full_title=PRODUCT.full_title,
    reason="first",
    filed_on=date(2026, 8, 31),
    legal_basis="Règlement (UE) 2025/1208 du Conseil, art. 7",
    representative="",
    representative_relation="",
    second_language="de",
)
RECEIPT = ReceiptPaper(
    subject=SUBJECT,
    number="R-2026-000001",
    check_code="ABCDEF0123456789ABCDEF01",
    kind=ReceiptKind.COUNTS_AS_CARD,
    issued_on=date(2026, 8, 31),
    effect_from=date(2026, 8, 31),
    valid_until=date(2027, 2, 28),
    article=PRODUCT.receipt.article,
    has_art8_effect=True,
    takes_fingerprints=True,
    pieces=(rule_book().pieces["family_link"],),
)
DECISION = DecisionPaper(
    subject=SUBJECT,
    number="D-2026-000001",
    check_code="0123456789ABCDEF01234567",
    granted=True,
    decided_on=date(2026, 9, 1),
    valid_until=date(2031, 9, 1),
    reasons="",
    erased_after_days=90,
)


def text_of(pdf):
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def words_on(sheet, letterhead=HEAD):
    """What the paper says, before it is set."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", html_of(sheet, letterhead))).split())


def test_a_receipt_says_who_what_until_when_and_by_which_article_in_two_languages():
    pdf = receipt_pdf(RECEIPT, HEAD)
    text = text_of(pdf)
    for said in (
        "Récépissé",
        "R-2026-000001",
        "Шевченко (SHEVCHENKO)",
        "Зоя <b>",
        "XX 03 1985, Lviv",
        "Ukraine",
        "Ce récépissé vaut carte de séjour jusqu'au 28 février 2027.",
        "gilt bis zum 28. Februar 2027 als Aufenthaltskarte",
        "art. 5(1)",
        "condition préalable",
        "lien de parenté",
        "ABCD EF01 2345 6789 ABCD EF01",
        "SPÉCIMEN",
    ):
        assert said in text, said
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1


def test_french_alone_says_nothing_twice():
    text = words_on(receipt_sheet(replace(RECEIPT, subject=replace(SUBJECT, second_language="fr"))))
    assert text.count("Ce récépissé vaut carte de séjour") == 1
    assert "Aufenthaltskarte" not in text


@pytest.mark.parametrize(
    ("kind", "said", "not_said"),
    [
        (ReceiptKind.CONDITIONAL, "Si la carte de séjour vient à expiration", "Accusé"),
        (ReceiptKind.PRESENCE, "autorise la présence du demandeur", "Accusé"),
        (ReceiptKind.ACKNOWLEDGEMENT, "ne vaut ni titre de séjour ni carte de séjour", "art. 5(1)"),
    ],
)
def test_each_kind_of_receipt_says_its_own_effect_and_no_other(kind, said, not_said):
    text = words_on(receipt_sheet(replace(RECEIPT, kind=kind)))
    assert said in text
    assert not_said not in text
    assert "Ce récépissé vaut carte de séjour jusqu" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_prints_on_one_page(language):
    pdf = receipt_pdf(replace(RECEIPT, subject=replace(SUBJECT, second_language=language)), HEAD)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1


def test_a_decision_grants_with_its_last_day_or_refuses_with_its_reasons():
    granted = words_on(decision_sheet(DECISION))
    assert "est accordée" in granted
    assert "1er septembre 2031" in granted
    assert "90 jours" in granted
    refusal = replace(DECISION, granted=False, valid_until=None, reasons="Le lien n'est pas prouvé.")
    refused = words_on(decision_sheet(refusal))
    assert "est refusée" in refused
    assert "Le lien n'est pas prouvé." in refused
    assert "90 jours" not in refused


def test_an_incomplete_file_goes_back_with_a_letter_that_lists_what_lacks(application_file, officers, now):
    from enrolment.applications import load_application
    from enrolment.cases.services import file_application, return_incomplete

    path = application_file(pieces=[{"code": "means"}], person={"language": "lb"})
    case = file_application(load_application(path), officers.clerk, "direction", now)
    pdf = print_return(case, return_incomplete(case, officers.clerk, now), HEAD, officers.clerk, now)
    text = text_of(pdf)
    assert "Dossier à compléter" in text
    assert "L-2026-000001" in text
    for lacking in ("copie du passeport", "certificat de contrôle médical", "logement approprié", "Wunneng"):
        assert lacking in text
    assert "moyens d'existence" not in text
    assert "art. 23" in text
    assert "vérifier" not in text


def test_a_paper_is_tagged_archivable_and_the_same_twice():
    pdf = receipt_pdf(RECEIPT, HEAD)
    assert pdf == receipt_pdf(RECEIPT, HEAD)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "pdfaid" in xmp
    fonts = [font for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all("Noto" in font.get_object()["/BaseFont"] for font in fonts)


def test_without_an_address_the_code_carries_number_and_code_and_with_one_the_address():
    assert check_data(HEAD, "R-1", "AB") == "RCS1:R-1:AB"
    assert check_data(replace(HEAD, check_url="https://check.test/r"), "R-1", "AB") == "https://check.test/r?n=R-1&c=AB"


def test_a_real_station_prints_no_specimen_across():
    assert "SPECIMEN" in words_on(receipt_sheet(RECEIPT))
    assert "SPECIMEN" not in words_on(receipt_sheet(RECEIPT), replace(HEAD, specimen=False))


def test_a_paper_fetches_nothing(monkeypatch):
    from enrolment.papers import pdf

    class Template:
        def render(self, _):
            return '<img src="http://example.test/x.png">'

    monkeypatch.setattr(pdf, "_engine", lambda: type("E", (), {"get_template": lambda *_: Template()})())
    fetched = []
    monkeypatch.setattr(pdf, "_no_fetching", lambda url, *_, **__: fetched.append(url) or pytest.fail("fetched"))
    with pytest.raises(BaseException, match="fetched"):
        render_pdf("paper.html", {}, "x")
    assert fetched == ["http://example.test/x.png"]


@pytest.mark.parametrize("name", sorted(path.stem for path in TEXTS_FOLDER.glob("*.toml")))
def test_every_text_of_the_papers_has_four_languages(name):
    for texts in texts_of(name).values():
        assert set(texts) == set(LANGUAGES)


def test_a_text_that_lacks_a_language_is_refused(tmp_path, monkeypatch):
    from enrolment.papers import texts

    (tmp_path / "x.toml").write_text('[title]\nfr = "x"\n', "utf-8")
    monkeypatch.setattr(texts, "TEXTS_FOLDER", tmp_path)
    with pytest.raises(PaperError, match="title"):
        texts_of("x")


def test_printing_is_in_the_ledger_with_the_papers_digest(walk, officers, now):
    from hashlib import sha256

    from enrolment.audit.models import Entry

    case = walk.decided()
    receipt = print_receipt(case.receipt, HEAD, officers.clerk, now)
    decision = print_decision(case.decision, HEAD, officers.decider, now)
    digests = {entry.action: entry.details["sha256"] for entry in Entry.objects.filter(action__startswith="paper.")}
    assert digests == {"paper.receipt": sha256(receipt).hexdigest(), "paper.decision": sha256(decision).hexdigest()}
    case.receipt.refresh_from_db()
    assert case.receipt.paper_sha256 == digests["paper.receipt"]
    assert "Probe" in text_of(receipt)
