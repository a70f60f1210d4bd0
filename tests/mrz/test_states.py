"""The codes of states, organisations and persons without a state."""

import pytest

from mrz import FieldError, compose, parse, state_name, states

PERSON = {
    "format": "TD1",
    "document_code": "I",
    "document_number": "A1",
    "birth_date": "850312",
    "sex": "F",
    "expiry_date": "310630",
    "surname": "Silva",
}
SPECIAL = [
    *("D", "GBD", "GBN", "GBO", "GBP", "GBS", "RKS", "EUE", "UNO", "UNA", "UNK", "UTO"),
    *("XBA", "XIM", "XCC", "XCE", "XCO", "XEC", "XPO", "XES", "XMP", "XOM", "XDC"),
    *("XXA", "XXB", "XXC", "XXX"),
]


def test_the_table_has_the_249_codes_of_iso_and_those_of_the_standard():
    iso = [state for state in states().values() if state.source.startswith("ISO 3166-1")]
    assert len(iso) == 249
    assert set(SPECIAL) <= set(states())
    assert all(state.name and len(state.code) in (1, 3) for state in states().values())


@pytest.mark.parametrize("code", SPECIAL)
def test_every_special_code_has_a_name_and_is_a_nationality(code):
    assert state_name(code)
    zone = compose(**PERSON, issuing_state="LUX", nationality=code)
    assert parse(zone).fields.nationality == code
    assert parse(zone).valid


@pytest.mark.parametrize("code", ["XXA", "XXB", "XXC", "XXX"])
def test_no_document_is_issued_by_a_person_without_a_state(code):
    with pytest.raises(FieldError) as caught:
        compose(**PERSON, issuing_state=code, nationality="LUX")
    assert caught.value.field == "issuing_state"


@pytest.mark.parametrize("code", ["ZZZ", "lux", "LU", "", "D<<", "ＬＵＸ", "LUX "])
def test_an_unknown_nationality_is_refused_by_its_field(code):
    with pytest.raises(FieldError) as caught:
        compose(**PERSON, issuing_state="LUX", nationality=code)
    assert caught.value.field == "nationality"


@pytest.mark.parametrize("code", ["ANT", "NTZ", "DEU", "XXK"])
def test_a_withdrawn_code_is_read_but_no_longer_written(code):
    with pytest.raises(FieldError) as caught:
        compose(**PERSON, issuing_state="LUX", nationality=code)
    assert caught.value.field == "nationality"
    line = f"8503127F3106305{code}<<<<<<<<<<<"
    read = parse(["I<LUXA1<<<<<<<4<<<<<<<<<<<<<<<", f"{line}0", "SILVA<<<<<<<<<<<<<<<<<<<<<<<<<"])
    assert not [error for error in read.errors if error.field == "nationality"]


def test_a_code_that_nobody_has_has_no_name():
    assert state_name("ZZZ") is None
