"""Sentences as a person reads them: dates, lists, the mobile n of Luxembourgish, names of what lacks."""

from dataclasses import replace
from datetime import date

import pytest

from enrolment.rules.engine import explain
from enrolment.rules.read_book import rule_book
from enrolment.rules.words import LANGUAGES, date_in_words, listed, with_mobile_n


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "1er mars 2027"),
        ("de", "1. März 2027"),
        ("lb", "1. Mäerz 2027"),
        ("en", "1 March 2027"),
    ],
)
def test_a_date_is_written_in_words(language, text):
    assert date_in_words(date(2027, 3, 1), language) == text


@pytest.mark.parametrize("day", range(1, 32))
def test_luxembourgish_drops_the_n_before_days_that_begin_with_v_f_or_s(day):
    begins_with_v_f_or_s = day in (4, 5, 6, 7, 14, 15, 16, 17, 24, 25, 26, 27)
    wanted = f"bis {'de' if begins_with_v_f_or_s else 'den'} {day}. Mee"
    assert with_mobile_n(f"bis den {day}. Mee") == wanted


def test_the_n_stays_where_no_day_follows():
    assert with_mobile_n("Den 5 Joer; den Datum; vum 5. Mee") == "Den 5 Joer; den Datum; vum 5. Mee"


def test_the_n_is_dropped_in_the_sentences_of_the_rules(spouse):
    facts = replace(spouse, passport_expiry_date=date(2026, 10, 15))
    says = next(rule.says for rule in explain(facts, rule_book()).rules if rule.finding.error == "PASSPORT_EXPIRED")
    assert says["lb"].startswith("De Pass ass de 15. Oktober 2026 ofgelaf")
    assert says["fr"].startswith("Le passeport a expiré le 15 octobre 2026 :")


def test_a_list_ends_with_and_and_takes_semicolons_where_a_part_has_commas():
    assert listed(["a", "b", "c"], "de") == "a, b und c"
    assert listed(["a, b", "c", "d"], "fr") == "a, b; c et d"


def test_what_lacks_is_called_by_its_name_in_each_language(spouse):
    found = explain(replace(spouse, sponsor=None, arrival_date=None), rule_book()).by_rule()["R12"]
    unknown = [rule for rule in found if rule.finding.needs]
    assert {need for rule in unknown for need in rule.finding.needs} == {"sponsor", "residence.arrival_date"}
    for rule in unknown:
        assert all("." not in rule.says[language].rstrip(".")[-20:] for language in LANGUAGES)
    assert "the person joined" in " ".join(rule.says["en"] for rule in unknown)
