"""Every paper, before it is set: in each language it says all of itself, its article, and nothing it should not."""

import html
import re
from dataclasses import replace
from datetime import date

import pytest

from enrolment.papers import scripts
from enrolment.papers.access_number_letter import AccessNumberPaper
from enrolment.papers.attestations import VISA_FIELDS, RegistrationPaper, Visa, renewed
from enrolment.papers.catalogue import MADE_BY, sheet_of
from enrolment.papers.letterhead import letterhead_on
from enrolment.papers.pdf import html_of
from enrolment.papers.samples import COMMUNE, holder, sample_papers, sample_sheets
from enrolment.papers.scripts import missing_letters, printable_name
from enrolment.papers.sheet import Letterhead
from enrolment.papers.texts import PaperError, Words
from enrolment.rules.words import LANGUAGES
from station_config.load import load_station

HEAD = Letterhead(("Ministère d'essai", "1, rue d'Essai"), "Luxembourg")
SAMPLES = dict(sample_papers("de"))


def words_of(sheet, letterhead=HEAD):
    """What a reader of the paper reads, drawings left out."""
    page = re.sub(r"<svg.*?</svg>|<style.*?</style>", " ", html_of(sheet, letterhead), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_there_is_a_sample_of_every_paper_of_the_catalogue():
    assert {type(paper) for paper in SAMPLES.values()} == set(MADE_BY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_paper_is_whole_in_every_language(language):
    for name, sheet in sample_sheets(language):
        text = words_of(sheet)
        assert sheet.number in text, name
        assert sheet.title["fr"] in text, name
        assert not re.search(r"[{}]|None|\bnull\b", text), name
        if sheet.second:
            assert sheet.title[sheet.second] in text, name
            assert f'lang="{sheet.second}"' in html_of(sheet, HEAD), name


def test_french_alone_says_nothing_in_another_language():
    for name, sheet in sample_sheets("fr"):
        if not name.startswith("state-"):  # between States English stands beside French
            assert 'class="second"' not in html_of(sheet, HEAD), name


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("d1-registration", ["durée illimitée", "pièce d'identité", "art. 8(2)", "Date d'enregistrement", "(art. 25)"]),
        ("d1-registration-renewed", ["Date de la première attestation", "2 novembre 2026", "9, rue Neuve"]),
        ("d2-receipt", ["vaut carte de séjour jusqu'au 2 mai 2027", "art. 5(1)", "(art. 8)"]),
        ("d4-permanent", ["droit de séjour permanent", "art. 6", "(art. 8)"]),
        (
            "d6-receipt-conditional",
            ["vient à expiration", "à partir du 1er décembre 2026", "1er juin 2027", "art. 7(1)"],
        ),
        ("d9-receipt-presence", ["En l'absence d'un autre titre de séjour", "art. 12"]),
        ("acknowledgement-for-a-child", ["ne vaut ni titre de séjour", "Olena Shevchenko (mère)"]),
        ("d11-authorisation", ["ne vaut ni visa ni titre", "trois jours ouvrables"]),
        ("d11-authorisation-long-term", ["trois mois suivant votre entrée", "art. 16", "2 février 2027"]),
        ("d12-arrival", ["a déclaré son arrivée", "ne vaut pas titre de séjour", "art. 17"]),
        ("decision-refused", ["est refusée", "Le lien de parenté n'est pas prouvé."]),
        ("prolongation", ["30 novembre 2026", "28 février 2027", "art. 16(3)"]),
        ("readmission-status", ["recouvrer votre statut", "art. 15(3)", "taxe de délivrance"]),
        ("readmission-stay", ["vous réadmet au séjour", "art. 10bis(2)", "poste diplomatique"]),
        ("return-incomplete", ["art. 23", "preuve du versement", "illisible", "autre preuve"]),
        (
            "renewal-invitation",
            ["entre le 2 novembre 2026 et le 2 janvier 2027", "art. 21", "carte de séjour permanent"],
        ),
        ("appointment-capture", ["K7QF-3MZ2-9TXR", "deux empreintes", "2 décembre 2026"]),
        ("appointment-family-collection", ["4 membres de la famille", "retirer en personne"]),
        ("commune-notice", ["E-2020-000123", "E-2026-000456", "1er mars 2020"]),
        ("state-request", ["Autriche a accordé la protection internationale le 15 juin 2018", "alinéa 3", "Austria"]),
        ("state-reminder", ["5 octobre 2026", "sans réponse"]),
        ("state-answer-holds", ["bénéficie toujours", "Grand-Duché de Luxembourg"]),
        ("state-answer-withdrawn", ["retirée par une décision définitive le 29 février 2024"]),
        ("state-change-remark", ["délivré par Allemagne", "alinéa 6"]),
    ],
)
def test_each_paper_says_its_effect_its_days_and_its_article(name, says):
    text = words_of(sheet_of(SAMPLES[name]))
    for said in says:
        assert said in text, said


def test_only_the_receipts_that_count_as_a_card_say_so():
    for name, paper in SAMPLES.items():
        if "vaut carte de séjour" in words_of(sheet_of(paper)):
            assert name in ("d2-receipt", "d6-receipt-conditional")


@pytest.mark.parametrize("name", ["d2-receipt", "d6-receipt-conditional"])
@pytest.mark.parametrize("lacking", ["effect_from", "valid_until"])
def test_a_receipt_that_counts_as_a_card_is_not_made_without_its_days(name, lacking):
    with pytest.raises(PaperError, match="until which it counts"):
        replace(SAMPLES[name], **{lacking: None})


def test_an_attestation_whose_fields_are_full_is_followed_by_one_that_names_the_first_day():
    first = SAMPLES["d1-registration"]
    assert not first.is_full
    full = SAMPLES["d1-registration-full"]
    assert full.is_full
    assert len(full.visas) == VISA_FIELDS
    second = renewed(full, "E-2027-000007", "9, rue Neuve, L-9999 Essai", date(2027, 6, 1))
    assert (second.first_issued_on, second.visas, second.holder.address) == (
        first.issued_on,
        (),
        "9, rue Neuve, L-9999 Essai",
    )
    third = renewed(second, "E-2028-000001", "1, rue Autre, L-1111 Essai", date(2028, 6, 1))
    assert third.first_issued_on == first.issued_on


def test_the_back_of_an_attestation_has_the_visas_and_what_is_left_free():
    visa = Visa("9, rue Neuve", date(2027, 1, 3), "Clervaux", date(2027, 1, 9))
    page = html_of(sheet_of(replace(SAMPLES["d1-registration"], visas=(visa,))), HEAD)
    assert "Clervaux, 9 janvier 2027" in page
    assert page.count('class="free"') == 3 * (VISA_FIELDS - 1)


def test_an_access_number_is_six_digits_and_never_shown_by_a_repr():
    from enrolment.papers.samples import subject

    paper = AccessNumberPaper(subject("fr"), "L-1", date(2026, 11, 2), "305417")
    assert "305417" not in repr(paper)
    for wrong in ("30541", "3054170", "30541a", "３０５４１７", ""):
        with pytest.raises(ValueError, match="6 digits"):
            AccessNumberPaper(subject("fr"), "L-1", date(2026, 11, 2), wrong)


def test_the_letter_with_the_access_number_is_folded_and_says_it_once():
    sheet = dict(sample_sheets("de"))["can-letter"]
    page = html_of(sheet, HEAD)
    assert 'class="folded"' in page
    assert page.count("305 417") == 1
    assert "305417" not in page
    assert not sheet.check_code


# ---- names of every script ----


def test_a_name_goes_to_the_page_escaped_whole_and_with_its_latin_form():
    person = replace(holder("fr"), surname='<b>O"Neill & Söhne</b>', latin_surname="ONEILL")
    page = html_of(sheet_of(replace(SAMPLES["d12-arrival"], holder=person)), HEAD)
    assert "&lt;b&gt;O&quot;Neill &amp; Söhne&lt;/b&gt; (ONEILL)" in page


@pytest.mark.parametrize("name", ["محمد بن عبد الله", "יִצְחָק", "Đặng Thị Ánh", "ნინო", "अनिरुद्ध", "ኃይለ"])
def test_a_name_in_a_script_of_the_installed_faces_is_printed_as_it_is(name):
    assert missing_letters(name) == ""
    assert printable_name(name, "LATIN") == f"{name} (LATIN)"


def test_a_name_without_a_face_is_printed_in_latin_letters_or_refused_by_its_script(monkeypatch):
    monkeypatch.setattr(scripts, "_is_there", lambda letter: ord(letter) < 0x3000)
    assert printable_name("王小明", "WANG XIAOMING") == "WANG XIAOMING"
    with pytest.raises(PaperError, match="cjk") as refused:
        printable_name("王小明", "")
    assert "王" not in str(refused.value)


def test_letters_are_asked_of_fontconfig_and_its_absence_is_named(monkeypatch):
    scripts._is_there.cache_clear()
    assert missing_letters("aéЖ") == ""
    assert missing_letters("\U000e0fff") == "\U000e0fff"
    monkeypatch.setattr(scripts.shutil, "which", lambda _: None)
    scripts._is_there.cache_clear()
    with pytest.raises(PaperError, match="fontconfig"):
        missing_letters("ن")
    scripts._is_there.cache_clear()


def test_an_address_is_broken_into_the_lines_of_an_envelope():
    lines = replace(holder("fr"), address="12, rue de l'Exemple, bât. B, L-4000 Esch-sur-Alzette").postal_lines
    assert lines == ("ZOIA SHEVCHENKO", "12, rue de l'Exemple", "bât. B", "L-4000 Esch-sur-Alzette")


def test_a_letter_about_a_child_goes_to_who_represents_it():
    child = SAMPLES["acknowledgement-for-a-child"].subject
    assert child.postal_lines[0] == "Olena Shevchenko"


# ---- letterheads through time (C16) ----


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (date(2005, 1, 1), "12-16, avenue Monterey"),
        (date(2020, 6, 30), "12-16, avenue Monterey"),
        (date(2020, 7, 1), "26, route d'Arlon"),
        (date(2026, 11, 2), "Ministère des Affaires intérieures"),
    ],
)
def test_a_paper_bears_the_head_of_its_day(day, line):
    assert line in letterhead_on(load_station(environment={}).site, day).lines


def test_a_text_that_lacks_a_value_is_refused_by_its_key():
    words = Words({"x": dict.fromkeys(LANGUAGES, "{lacking}")}, "de")
    with pytest.raises(PaperError, match="x: lacking"):
        words("x")
    with pytest.raises(PaperError, match="y: y"):
        words("y")


def test_a_commune_signs_what_communes_issue_and_the_minister_the_rest():
    for name, paper in SAMPLES.items():
        by_commune = isinstance(paper, RegistrationPaper) or name == "d12-arrival"
        assert ("Pour l'administration communale" in words_of(sheet_of(paper))) == by_commune, name


def test_a_receipt_is_signed_for_the_commune_where_the_head_is_a_communes():
    assert "Pour le ministre" in words_of(sheet_of(SAMPLES["d2-receipt"]))
    at_the_commune = words_of(sheet_of(SAMPLES["d2-receipt"]), COMMUNE)
    assert "Pour l'administration communale" in at_the_commune
    assert "Pour le ministre" not in at_the_commune
