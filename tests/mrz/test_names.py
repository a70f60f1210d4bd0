"""Names: what marks do, what is refused, and every name that the standard prints."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrz import FieldError, LetterError, NameMatch, compare_name, name_field, parse, split_visual_name, transliterate
from mrz.check_digit import is_zone_text
from mrz.names import _spell_letter_by_letter
from mrz.transliteration import letter_rules
from mrz.truncation import Truncation

# How each name that did not fit was shortened: printed field -> the way that gives it. The standard leaves the choice
# to the issuer; where no rule gives the printed field, it is the number of letters of each component.
WAYS: dict[str, Truncation] = {
    "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K": "cut",
    "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU": "cut",
    "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI": "initials",
    "BENNELONG<WOOLOOM<WARRAND<WARNAM<<DINGO": (9, 7, 7, 6, 5),
    "BENNEL<WOOLOO<WARRAN<WARNAM<<DINGO<POTO": (6, 6, 6, 6, 5, 4),
    "NILAVADHANANANDA<<CHAYAPA<DE<K": "initials",
    "NILAVADHANANANDA<<ARNPOL<PE<CH": (16, 6, 2, 2),
    "BENNELONG<WOOLOOMOOLOO<W<W<<DI": "initials",
    "BENNELONG<WOOLOOM<WA<WARN<<D<P": (9, 7, 2, 4, 1, 1),
    "BENNE<WOOLO<WARRA<WARNA<<DIN<P": (5, 5, 5, 5, 3, 1),
    "VILARCHAO<FERNANDEZ<<JOSE<RAMO": "cut",
    "NILAVADHANANANDA<<CHAYAPA<DEJ<K": "initials",
    "NILAVADHANANANDA<<ARN<PET<CHARO": (16, 3, 3, 5),
    "BENNELONG<WOOLOOMOOLOO<W<W<<D<P": "initials",
    "BENNELONG<WOOLOOM<WAR<WARN<<D<P": (9, 7, 3, 4, 1, 1),
    "BENNEL<WOOLO<WARRA<WARNA<<DIN<P": (6, 5, 5, 5, 3, 1),
}


@dataclass(frozen=True)
class Printed:
    surname: str
    given_names: str
    field: str


def printed_names(folder: Path) -> list[Printed]:
    """The name examples of Parts 4 to 6: the visual form and the name field under it."""
    text = (folder / "vectors" / "mrz_specimens.txt").read_text("utf-8")
    pairs = re.findall(r"VIZ: (.+)\nMRZ[^:]*: (\S+)", text)
    return [Printed(*split_visual_name(visual), re.sub(r"^(PP|I<)UTO", "", line)) for visual, line in pairs]


def test_all_37_printed_names_are_written(reference_data):
    names = printed_names(reference_data)
    assert len(names) == 37
    for name in names:
        way = WAYS.get(name.field, "cut")
        written = name_field(name.surname, name.given_names, len(name.field), truncation=way)
        assert written.text == name.field
        assert written.truncated == (name.field in WAYS)


def test_all_37_printed_names_are_read_as_the_names_they_are(reference_data):
    for name in printed_names(reference_data):
        expected = NameMatch.TRUNCATED if name.field in WAYS else NameMatch.SAME
        assert compare_name(name.surname, name.given_names, name.field) is expected


def test_all_37_printed_names_are_read_as_perhaps_truncated_when_they_end_in_a_letter(reference_data):
    heads = {30: "TD1", 31: "TD2", 39: "TD3"}
    for name in printed_names(reference_data):
        width = len(name.field)
        if heads[width] == "TD1":
            zone = parse(["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", name.field])
        elif heads[width] == "TD2":
            zone = parse([f"I<UTO{name.field}", "D231458907UTO7408122F1204159<<<<<<<6"])
        else:
            zone = parse([f"PPUTO{name.field}", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"])
        assert zone.valid
        assert zone.name_may_be_truncated == (not name.field.endswith("<"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("D'Artagnan", "DARTAGNAN"),
        ("O’Connor", "OCONNOR"),
        ("Smith-Jones", "SMITH<JONES"),
        ("Smith–Jones", "SMITH<JONES"),
        ("van der Muellen", "VAN<DER<MUELLEN"),
        ("Martin, Luther", "MARTIN<LUTHER"),
        ("St. John", "ST<JOHN"),
        ("  a   b  ", "A<B"),
        ("A\u00a0B", "A<B"),
        ("Núñez", "NUNEZ"),
        ("A-'-B", "A<B"),
        ("Gràcia i Bel·la", "GRACIA<I<BELLA"),
        ("SILVA<SANTOS", "SILVA<SANTOS"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_marks_become_fillers_or_leave_no_trace(text, written):
    assert transliterate(text) == written


@pytest.mark.parametrize("text", ["Louis 14", "X²", "Ludwig Ⅱ", "A\tB", "A\nB", "A+B", "A$", "A\x00", "😀", "٣", "A=B"])
def test_a_digit_or_a_sign_is_refused_by_name(text):
    with pytest.raises(LetterError) as caught:
        transliterate(text, field="surname")
    assert caught.value.field == "surname"
    assert f"U+{ord(caught.value.letter):04X}" in caught.value.message
    assert text not in str(caught.value) or len(text) == 1


@pytest.mark.parametrize("text", ["...", "'", "-", "\u200d"])
def test_a_name_of_marks_alone_is_refused(text):
    with pytest.raises(FieldError, match="no letter is left"):
        transliterate(text)


def test_a_letter_under_a_heap_of_marks_is_refused_at_once():
    with pytest.raises(LetterError, match="more than 8 marks"):
        transliterate("A" + "\u0334" * 60_000)


def test_a_mark_without_a_letter_is_refused():
    with pytest.raises(LetterError, match="no letter before it"):
        transliterate("\u0301Anna")


def test_a_name_without_a_surname_is_refused():
    with pytest.raises(FieldError) as caught:
        name_field("", "Anna")
    assert caught.value.field == "surname"


def test_an_exact_fit_is_whole():
    field = name_field("Papandropoulous", "Jonathon Alec", 30)
    assert (field.text, field.truncated) == ("PAPANDROPOULOUS<<JONATHON<ALEC", False)


@given(st.text(max_size=40), st.text(max_size=40), st.integers(4, 45))
def test_whatever_is_accepted_is_a_field_of_the_zone(surname, given_names, width):
    try:
        field = name_field(surname, given_names, width)
    except FieldError:
        return
    assert len(field.text) == width
    assert is_zone_text(field.text)
    assert not any(character.isdigit() for character in field.text)
    assert field.text[0] != "<"
    assert "<<<" not in field.text.rstrip("<")


@given(
    st.text(sorted([*letter_rules(), "A", "b", " ", "-", "'", ".", "1", "\u0301", "\u064e", "王"]), max_size=12),
    st.sampled_from([None, "uk", "sr", "mk", "bg", "be", "de"]),
)
def test_the_short_way_of_spelling_gives_what_the_long_way_gives(text, language):
    def outcome(spell):
        try:
            return spell()
        except FieldError as error:
            return str(error)

    short = outcome(lambda: transliterate(text, language=language))
    assert short == outcome(lambda: _spell_letter_by_letter(text, "text", language, {}))
