"""docs/mrz.md says what the data say: its tables, its specimens and its numbers."""

import re
from pathlib import Path

import pytest

import mrz
from mrz import are_blind_pair, compose, name_field, parse, states
from mrz.check_digit import ALPHABET
from mrz.transliteration import letter_rules

TABLES = Path(mrz.__file__).with_name("tables")


@pytest.fixture(scope="module")
def page(repository) -> str:
    return (repository / "docs" / "mrz.md").read_text("utf-8")


def table_after(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    lines = page.split(f"\n{heading}\n", 1)[1].splitlines()
    begin = next(index for index, line in enumerate(lines) if line.startswith("|---"))
    rows = []
    for line in lines[begin + 1 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def data(table: str) -> list[list[str]]:
    lines = (TABLES / f"{table}.tsv").read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def test_the_latin_table_is_the_data(page):
    shown = {
        letter: tuple(zone.split(" or "))
        for zone, letters in table_after(page, "### Latin letters (9303-3 §6 A)")
        for letter in letters.split()
    }
    assert shown == {rule.letter: rule.spellings for rule in letter_rules().values() if rule.table == "latin"}


def test_the_cyrillic_table_is_the_data(page):
    shown = {}
    for letter, zone, *exceptions, _ in table_after(page, "### Cyrillic letters (9303-3 §6 B)"):
        named = zip(("be", "bg", "mk", "sr", "uk", "uk^"), exceptions, strict=True)
        shown[letter] = (zone.replace("–", ""), {name: text for name, text in named if text})
    rules = {rule.letter: rule for rule in letter_rules().values() if rule.table == "cyrillic"}
    assert shown == {letter: (rule.spellings[0], dict(rule.exceptions)) for letter, rule in rules.items()}


def test_the_arabic_table_is_the_data(page):
    shown = {row[0]: row[2] for row in table_after(page, "### Arabic letters and marks (9303-3 §6 C)")}
    for code_point, _, zone, exceptions, _ in data("arabic"):
        expected = {"": "–", "+": "the letter before it again"}.get(zone, zone)
        expected += f", at the end of a component {exceptions.split('=')[1]}" if exceptions != "-" else ""
        assert shown.pop(code_point) == expected
    assert not shown


def test_the_table_of_our_own_letters_is_the_data(page):
    shown = {row[0]: row[1].replace(" or ", "|") for row in table_after(page, "### Latin letters that we decided")}
    assert shown == {row[1]: row[2] for row in data("additions")}


def test_the_table_of_states_is_the_data(page):
    shown = {row[0]: row[1] for row in table_after(page, "## State codes beyond ISO 3166-1")}
    assert shown == {state.code: state.name for state in states().values() if state.source != "ISO 3166-1"}


def test_the_specimens_of_the_page_are_valid(page):
    block = page.split("## Specimens, worked", 1)[1].split("```", 2)[1]
    lines = re.findall(r"^[A-Z0-9<]{30}(?=\s|$)", block, re.MULTILINE)
    assert len(lines) == 12
    for first in range(0, 12, 3):
        assert parse(lines[first : first + 3]).valid


def test_the_first_example_of_the_page_runs(page):
    printed = re.search(r"zone\.lines +# (\(.+\))", page).group(1)
    zone = compose(
        format="TD1",
        document_code="IR",
        issuing_state="LUX",
        document_number="RX0000017",
        birth_date="850312",
        sex="F",
        expiry_date="310630",
        nationality="BRA",
        surname="Silva Santos",
        given_names="Maria Eduarda",
    )
    assert str(zone.lines) == printed


def test_the_printed_truncations_of_the_page_come_out(page):
    names = {
        "VILARCHAO<FERNANDEZ<<JOSE<RAMO": ("Vilarchao Fernandez", "Jose Ramon", "cut"),
        "BENNELONG<WOOLOOMOOLOO<W<W<<DI": (
            "Bennelong Wooloomooloo Warrandyte Warnambool",
            "Dingo Potoroo",
            "initials",
        ),
        "BENNE<WOOLO<WARRA<WARNA<<DIN<P": (
            "Bennelong Wooloomooloo Warrandyte Warnambool",
            "Dingo Potoroo",
            (5, 5, 5, 5, 3, 1),
        ),
    }
    for printed, (surname, given_names, way) in names.items():
        assert f"`{printed}`" in page
        assert name_field(surname, given_names, truncation=way).text == printed


def test_the_page_counts_the_blind_pairs_right(page):
    blind = sum(are_blind_pair(one, other) for one in ALPHABET for other in ALPHABET if one < other)
    assert f"{blind} of\nthe 666 pairs" in page
