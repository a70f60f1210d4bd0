"""Check digits: the printed ones, every refusal, and exactly which misreadings they cannot see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrz import FieldError, are_blind_pair, check_digit
from mrz.check_digit import ALPHABET


@pytest.mark.parametrize(
    ("text", "digit"),
    [("520727", "3"), ("AB2134<<<", "5"), ("D23145890", "7"), ("D23145890734", "9"), ("L898902C3", "6"), ("<", "0")],
)
def test_the_digit_is_the_printed_one(text, digit):
    assert check_digit(text) == digit


@pytest.mark.parametrize("text", ["", "a", "AB 1", "É", "1\n", "٣", "A-B", "\x00"])
def test_a_text_with_another_character_has_no_digit(text):
    with pytest.raises(FieldError, match=r"text: ") as caught:
        check_digit(text)
    assert caught.value.field == "text"


def slow_check_digit(text: str) -> int:
    """The definition, word for word: a second opinion on the fast one."""
    value = {**{str(n): n for n in range(10)}, **{chr(65 + n): 10 + n for n in range(26)}, "<": 0}
    return sum(value[character] * (7, 3, 1)[place % 3] for place, character in enumerate(text)) % 10


@given(st.text(ALPHABET, min_size=1, max_size=60))
def test_the_fast_digit_is_the_defined_one(text):
    assert int(check_digit(text)) == slow_check_digit(text)


@given(st.text(ALPHABET, min_size=1, max_size=40), st.data())
def test_one_changed_character_is_seen_unless_the_pair_is_blind(text, data):
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(ALPHABET))
    changed = text[:place] + other + text[place + 1 :]
    assert (check_digit(text) == check_digit(changed)) == are_blind_pair(text[place], other)


def test_the_blind_pairs_are_those_whose_values_differ_by_tens():
    assert are_blind_pair("0", "A")
    assert are_blind_pair("1", "L")
    assert are_blind_pair("<", "U")
    assert not are_blind_pair("8", "B")
    assert not are_blind_pair("0", "O")
    blind = [(one, other) for one in ALPHABET for other in ALPHABET if one < other and are_blind_pair(one, other)]
    assert len(blind) == 52  # 52 of the 666 pairs of characters
