"""The sample people can be enrolled, the refused ones are refused with the words that their files promise."""

import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from enrolment.applications import facts_of, load_application
from enrolment.errors import ApplicationError
from enrolment.fingerprints.finger import FingerPosition
from enrolment.fingerprints.images import read_finger_file
from enrolment.production.artwork import CardFaceContent
from enrolment.production.artwork.faces import back_drawing, front_drawing
from enrolment.rules.engine import explain
from enrolment.rules.findings import Outcome
from enrolment.rules.read_book import rule_book
from enrolment.rules.validity import card_validity, remarks
from mrz.compose import compose
from station_config.load import load_station

FOLDER = Path(__file__).resolve().parents[2] / "sample_data"
APPLICATIONS = sorted((FOLDER / "applications").glob("*.toml"))
REFUSED = sorted((FOLDER / "refused").glob("*.toml"))
MAX_PICTURE_BYTES, MAX_FOLDER_BYTES = 400_000, 8_000_000
MADE_ON = date(2026, 11, 20)


def promise(file: Path) -> tuple[str, str]:
    """Who refuses the file, and the words that it promises."""
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# Wrong: ")
    return lines[1].removeprefix("# Refused by: ").rstrip("."), lines[2].removeprefix("# Says: ")


def by_name(file: Path) -> str:
    return file.stem


def test_there_are_six_people_over_all_the_products_of_the_main_job():
    products = [load_application(file).product.code for file in APPLICATIONS]
    assert len(products) == 6
    assert set(products) == {
        "titre-de-sejour",
        "carte-de-sejour",
        "carte-de-sejour-permanent",
        "residence-longue-duree-ue",
        "accord-de-retrait",
    }


@pytest.mark.parametrize("file", APPLICATIONS, ids=by_name)
def test_an_application_breaks_no_rule_on_the_day_of_filing(file):
    explained = explain(facts_of(load_application(file)), rule_book())
    broken = [rule.finding.error for rule in explained.rules if rule.finding.outcome is Outcome.BROKEN]
    unknown = [rule.finding.error for rule in explained.rules if rule.finding.outcome is Outcome.NOT_CONFIGURED]
    assert (broken, unknown) == ([], [])


@pytest.mark.parametrize("file", APPLICATIONS, ids=by_name)
def test_an_application_becomes_a_zone_and_two_faces(file, content_of):
    content = content_of(file)
    assert all(len(line) == 30 for line in content.mrz_lines)
    front_drawing(content)
    back_drawing(content)


@pytest.fixture
def content_of():
    """Makes the content of an application's card, with its portrait scaled to the shape of a document's."""

    def make(file: Path) -> CardFaceContent:
        application = load_application(file)
        person, facts = application.person, facts_of(application)
        product = rule_book().products[facts.product]
        validity = card_validity(product, facts, rule_book(), MADE_ON)
        zone = compose(
            format="TD1",
            document_code="IR",
            issuing_state="LUX",
            document_number="TEST00010",
            birth_date=person.birth_date.mrz(),
            sex=person.sex.value,
            expiry_date=f"{validity.expiry_date:%y%m%d}",
            nationality=person.nationalities[0],
            surname=person.printed_surname,
            given_names=person.printed_given_names,
        )
        portrait = io.BytesIO()
        with Image.open(application.files.portrait) as picture:
            picture.resize((350, 450)).save(portrait, "PNG")
        return CardFaceContent(
            titles=(product.title["fr"].upper(), product.title["en"]),
            document_number="TEST00010",
            can="123456",
            surname=person.printed_surname,
            given_names=person.printed_given_names,
            sex=person.sex.value,
            nationality_code=person.nationalities[0],
            nationality_name="",
            birth_date=person.birth_date.printed(),
            permit_type=product.permit_type(facts.category),
            issue_date=validity.issue_date,
            expiry_date=validity.expiry_date,
            remarks=remarks(product, facts, {}),
            portrait=portrait.getvalue(),
            signature_png=None,
            place_of_issue="Luxembourg",
            authority="Direction générale de l'immigration TEST",
            birth_place=person.birth_place,
            mrz_lines=tuple(zone.lines),
        )

    return make


def test_one_name_is_truncated_in_the_zone_and_whole_on_the_card(content_of):
    content = content_of(APPLICATIONS[0])
    assert content.mrz_lines[2][-1].isalpha()
    assert content.given_names == "Aniruddha Sai Krishna"


@pytest.mark.parametrize("file", APPLICATIONS, ids=by_name)
def test_every_person_has_a_portrait_and_prints_of_the_right_size(file):
    files = load_application(file).files
    with Image.open(files.portrait) as portrait:
        assert portrait.size == (1200, 1543) and portrait.mode == "RGB"
    assert len(files.fingers) == 2
    for label, path in files.fingers.items():
        image = read_finger_file(path, FingerPosition[label.upper()])
        assert image.ppi == 500


def test_the_refused_files_are_those_that_the_script_makes(make, sample_data):
    wanted = dict(make.refused_applications())
    assert {file.name: file.read_text(encoding="utf-8") for file in REFUSED} == wanted


@pytest.mark.parametrize("file", REFUSED, ids=by_name)
def test_a_refused_application_is_refused_where_and_as_it_promises(file):
    refused_by, says = promise(file)
    if refused_by in ("reading it", "the rules of filing"):
        with pytest.raises(ApplicationError) as refusal:
            load_application(file)
        assert says in str(refusal.value)
        assert "\n" not in str(refusal.value)
    else:
        application = load_application(file)
        assert application.product.code == "carte-de-sejour", "its portrait or its prints are what is refused"


def test_a_signature_is_the_same_on_every_run(make):
    assert make.draw_signature(301) == make.draw_signature(301) != make.draw_signature(302)


def test_the_sample_data_stays_small(sample_data):
    sizes = [
        file.stat().st_size for file in sample_data.rglob("*") if file.is_file() and "__pycache__" not in str(file)
    ]
    assert max(sizes) <= MAX_PICTURE_BYTES and sum(sizes) <= MAX_FOLDER_BYTES


def test_the_sample_configuration_is_one_that_a_station_takes(sample_data):
    station = load_station(sample_data / "station.toml", environment={})
    assert station.site.name == "TEST station, commune of Exempelsbach"
    assert station.site.country == load_station(environment={}).site.country, "what is not named stays as it was"
