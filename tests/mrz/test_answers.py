"""Any JSON object at all gets an answer, and an answer is JSON again."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrz import answers

VERBS = {
    "encode": answers.encode,
    "parse": answers.read,
    "transliterate": answers.spell_name,
    "name": answers.fit_name,
    "check-digit": answers.compute_check_digit,
    "match": answers.match_name,
    "repair": answers.propose_repairs,
}
NAMES = [
    *("format", "document_code", "issuing_state", "document_number", "birth_date", "sex", "expiry_date"),
    *("nationality", "surname", "given_names", "optional_data_1", "optional_data_2", "language", "spellings"),
    *("truncation", "lines", "text", "width", "other"),
]
simple = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 100),
    st.floats(allow_nan=False),
    st.text(max_size=12),
    st.sampled_from(["TD1", "TD3", "MRVB", "IR", "LUX", "850312", "F", "uk", "cut", "A" * 30, "<" * 44, "Ü"]),
)
values = st.one_of(simple, st.lists(simple, max_size=4), st.dictionaries(st.text(max_size=3), simple, max_size=3))
questions = st.dictionaries(st.sampled_from(NAMES), values, max_size=12)


@pytest.mark.parametrize("verb", VERBS)
@given(question=questions)
def test_every_question_gets_an_answer(verb, question):
    answer = answers.guarded(VERBS[verb])(question)
    assert json.loads(json.dumps(answer)) == answer
    if verb == "parse":
        assert set(answer) == {"format", "fields", "check_digits", "valid", "name_may_be_truncated", "errors"}
    elif "error" in answer:
        assert answer["error"]["message"]
