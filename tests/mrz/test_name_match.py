"""A printed name against a zone: every allowed spelling is the same name, everything else is another."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrz import FieldError, LetterError, NameMatch, compare_name, compose, matches, name_field, parse


@pytest.mark.parametrize("umlaut", ["UE", "UXX", "U"])
@pytest.mark.parametrize("enye", ["N", "NXX"])
def test_all_printed_alternatives_are_the_same_name(umlaut, enye):
    assert matches("Müller", "Begoña", f"M{umlaut}LLER<<BEGO{enye}A<<<<")


@pytest.mark.parametrize(
    ("surname", "given_names", "field"),
    [
        ("Müller", "Zoë", "MUALLER<<ZOE<<<"),
        ("Müller", "Zoë", "MUELLER<<ZO<<<"),
        ("Müller", "Zoë", "MUELLER<<ZOE<ANNA<<<"),
        ("Müller", "Zoë", "MUELLER<<<<<"),
        ("Müller", "", "MUELLER<<ZOE<<<"),
        ("Müller", "Zoë", "ZOE<<MUELLER<<<"),
        ("van der Berg", "Jan", "VANDER<BERG<<JAN<<"),
        ("Müller", "Zoë", "<<<<<<<"),
        ("Müller", "Zoë Anna", "MUELLER<<ZOE<<<"),
    ],
)
def test_another_name_is_different(surname, given_names, field):
    assert compare_name(surname, given_names, field) is NameMatch.DIFFERENT
    assert not matches(surname, given_names, field)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("ABCDEF<GHI<<JKL<MNO", NameMatch.SAME),
        ("ABCDEF<GHI<<JKL<M", NameMatch.TRUNCATED),
        ("ABCDEF<GHI<<JKL", NameMatch.TRUNCATED),
        ("ABC<G<<J<M", NameMatch.TRUNCATED),
        ("ABCDEF<<JKL", NameMatch.TRUNCATED),
        ("ABCDEF<GHI<<JKL<M<", NameMatch.DIFFERENT),
        ("ABCDEF<GHI<<JKL<<", NameMatch.DIFFERENT),
        ("GHI<<JKL", NameMatch.DIFFERENT),
        ("ABCDEF<GHI<<JKL<<MNO", NameMatch.DIFFERENT),
        ("ABCDEF<<GHI<<JKL", NameMatch.DIFFERENT),
    ],
)
def test_a_name_may_be_short_only_when_its_field_is_full(field, expected):
    assert compare_name("Abcdef Ghi", "Jkl Mno", field) is expected


def test_a_spelling_may_be_cut_in_its_middle():
    assert compare_name("Xyzü", "", "XYZU") is NameMatch.SAME  # U is a spelling of its own
    assert compare_name("Xyzщ", "", "XYZSHC") is NameMatch.TRUNCATED


def test_every_language_is_accepted_unless_one_is_given():
    fields = {"uk": "HALAHAN<<YANA<<", None: "GALAGAN<<IANA<<"}
    for field in fields.values():
        assert matches("Галаган", "Яна", field)
    assert matches("Галаган", "Яна", fields["uk"], language="uk")
    assert not matches("Галаган", "Яна", fields[None], language="uk")
    with pytest.raises(FieldError):
        matches("Галаган", "Яна", fields["uk"], language="ua")


def test_a_letter_without_a_rule_is_refused_not_passed_over():
    with pytest.raises(LetterError) as caught:
        matches("王", "", "WANG<<<")
    assert caught.value.field == "surname"


def test_a_zone_is_compared_whole_or_parsed():
    zone = compose(
        format="TD3",
        document_code="PP",
        issuing_state="UTO",
        document_number="L898902C3",
        birth_date="740812",
        sex="F",
        expiry_date="120415",
        nationality="UTO",
        surname="Ångström",
        given_names="Zoë",
    )
    assert matches("Ångström", "Zoë", zone)
    assert matches("ÅNGSTRÖM", "ZOË", parse(zone))


def test_many_alternatives_take_no_longer_than_few():
    surname = "Ü" * 60
    spelled = "".join(itertools.islice(itertools.cycle(["UE", "UXX", "U"]), 60))
    assert matches(surname, "", spelled + "<")


letters = st.text("ABCÄÖÜÑßŁЖЯЩ", min_size=1, max_size=12)


@given(letters, letters, st.sampled_from([12, 20, 30, 39]), st.sampled_from(["cut", "initials"]))
def test_what_is_written_always_matches(surname, given_names, width, way):
    field = name_field(surname, given_names, width, truncation=way)
    assert matches(surname, given_names, field.text)
