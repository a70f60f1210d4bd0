"""Names that do not fit: every way keeps what the standard wants kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrz import FieldError, NameMatch, compare_name, name_field

names = st.lists(st.text("ABCDEFGH", min_size=1, max_size=14), min_size=1, max_size=6).map(" ".join)


@pytest.mark.parametrize("way", ["cut", "initials"])
@given(surname=names, given_names=st.one_of(st.just(""), names), width=st.sampled_from([30, 31, 39]))
def test_a_shortened_name_keeps_its_order_and_both_identifiers(way, surname, given_names, width):
    field = name_field(surname, given_names, width, truncation=way)
    whole = surname.replace(" ", "<") + ("<<" + given_names.replace(" ", "<") if given_names else "")
    assert len(field.text) == width
    assert field.truncated == (len(whole) > width)
    assert ("<<" in field.text.rstrip("<")) == bool(given_names)
    match = compare_name(surname, given_names, field.text)
    if field.truncated and field.text.endswith("<"):
        assert all(len(component) == 1 for component in field.text.strip("<").split("<") if component)
    else:
        assert match is (NameMatch.TRUNCATED if field.truncated else NameMatch.SAME)


@pytest.mark.parametrize(
    ("surname", "given_names", "width", "way", "field"),
    [
        ("ABCDEFGHI JKLMN", "", 10, "cut", "ABCDEFGH<J"),
        ("ABCDEFGHIJKL", "MNO", 10, "cut", "ABCDEFG<<M"),
        ("ABCDEF GHI", "MNO", 10, "cut", "ABCDEF<<MN"),
        ("ABCDEFG", "H I JKL", 10, "cut", "ABCDEFG<<H"),
        ("ABCDEF", "H IJKL", 10, "cut", "ABCDE<<H<I"),
        ("A B C D E F", "", 10, "cut", "A<B<C<D<E<"),
        ("ABCDEFGHIJ KLMNOP QRST", "U", 12, "initials", "ABCDE<K<Q<<U"),
        ("ABCDE FGHIJKL", "M", 12, "initials", "ABCDE<FGH<<M"),
        ("ABCDEFGH IJKLMN OPQ", "", 12, "initials", "ABCDEFGH<I<O"),
    ],
)
def test_a_cut_ends_in_a_letter(surname, given_names, width, way, field):
    assert name_field(surname, given_names, width, truncation=way).text == field


@pytest.mark.parametrize(
    ("lengths", "reason"),
    [
        ((9, 9, 9), "these numbers of letters need"),
        ((2, 2, 2), "fills its field"),
        ((9, 9, 0), "at least one letter of each"),
        ((0, 9, 9), "only the last components"),
        ((9, -1, 9), "whole numbers"),
        ((9, True, 9), "whole numbers"),
    ],
)
def test_numbers_of_letters_that_make_no_right_field_are_refused(lengths, reason):
    with pytest.raises(FieldError, match=reason) as caught:
        name_field(
            "ABCDEFGHI JKLMNOPQR" if len(lengths) < 4 else "ABCDEFGHI JKL MNOPQRSTU",
            "STUVWXYZA",
            20,
            truncation=lengths,
        )
    assert caught.value.field == "truncation"


def test_a_way_that_nobody_knows_is_refused():
    with pytest.raises(FieldError, match="cut, initials"):
        name_field("A" * 40, truncation="middle")


def test_a_field_too_narrow_for_two_identifiers_is_refused():
    with pytest.raises(FieldError) as caught:
        name_field("Silva", "Maria", 3)
    assert caught.value.field == "width"


def test_a_component_in_the_middle_never_goes():
    with pytest.raises(FieldError, match="only the last components"):
        name_field("ABCDEFGHI JKL MNOPQRSTU", "V", 20, truncation=(9, 0, 7, 1))


def test_the_last_components_may_go():
    assert (
        name_field("ABCDEFGHI JKL MNOPQRSTU", "VWXYZABCD E", 20, truncation=(7, 2, 0, 8)).text == "ABCDEFG<JK<<VWXYZABC"
    )


@pytest.mark.parametrize("way", ["cut", "initials"])
def test_a_name_of_thirty_thousand_components_takes_no_time(way):
    field = name_field("AB " * 30_000, "CD " * 30_000, truncation=way)
    assert field.text[-1] != "<"
