"""The facts files: one for each document that a person can ask for, each with the outcome that it promises."""

from datetime import date
from pathlib import Path

import pytest

from enrolment.applications import facts_of, read_application
from enrolment.rules.engine import explain
from enrolment.rules.read_book import rule_book
from enrolment.rules.words import LANGUAGES

FOLDER = Path(__file__).resolve().parents[2] / "sample_data" / "facts"
FILES = sorted(FOLDER.glob("*.toml"))
STOPPED = {
    "d01-attestation-inactive": {("R03", "THRESHOLD_NOT_CONFIGURED")},
    "d07-titre-de-sejour": {("R26", "TOO_EARLY")},
    "d08-residence-longue-duree-ue": {("R33", "AWAITING_MEMBER_STATE")},
}


def by_name(file):
    return file.stem


def explained(file, on=None):
    return explain(facts_of(read_application(file)), rule_book(), on)


def test_there_is_one_for_each_document_that_a_person_can_ask_for():
    products = {read_application(file).product.code for file in FILES}
    assert products == set(rule_book().catalogue)


@pytest.mark.parametrize("file", FILES, ids=by_name)
def test_it_is_stopped_by_what_it_promises_and_by_nothing_else(file):
    stopped = {
        (rule.finding.rule, rule.finding.error) for rule in explained(file).rules if rule.finding.stops != "nothing"
    }
    assert stopped == STOPPED.get(file.stem, set())


@pytest.mark.parametrize("file", FILES, ids=by_name)
@pytest.mark.parametrize("on", [date(2009, 1, 1), date(2020, 6, 30), date(2026, 11, 22), date(2035, 12, 31)])
def test_it_is_explained_in_four_languages_on_any_day(file, on):
    answer = explained(file, on).to_json()
    assert [rule["id"] for rule in answer["rules"]] == list(rule_book().product(answer["product"]).rules)
    for rule in answer["rules"]:
        assert set(rule["says"]) == set(LANGUAGES)
        assert all(text and "{" not in text for text in rule["says"].values())


@pytest.mark.parametrize(
    ("name", "rule", "due"),
    [
        ("d01-attestation-d-enregistrement", "R01", date(2026, 11, 30)),
        ("d03-carte-de-sejour", "R13", date(2027, 2, 28)),
        ("d03-carte-de-sejour", "R14", date(2027, 2, 28)),
        ("d04-attestation-de-sejour-permanent", "R17", date(2026, 12, 3)),
        ("d05-carte-de-sejour-permanent", "R18", date(2027, 6, 30)),
        ("d10-titre-resident-autre-etat", "R41", date(2027, 2, 28)),
        ("d11-autorisation-de-sejour", "R40", date(2026, 9, 30)),
        ("d12-declaration-d-arrivee", "R22", date(2026, 6, 24)),
    ],
)
def test_its_deadlines_are_those_of_the_written_rules(name, rule, due):
    answer = explained(FOLDER / f"{name}.toml").to_json()
    assert {"rule": rule, "due": due.isoformat()} in answer["deadlines"]
