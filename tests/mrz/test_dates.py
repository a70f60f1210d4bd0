"""Dates: what may stand in the zone, and which century a reader adds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrz import FieldError, birth_date, date_field, expiry_date
from mrz.dates import birth_date_fault, expiry_date_fault

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("field", ["850312", "000229", "<<0229", "85<<<<", "8503<<", "<<<<<<", "85<<12", "<<<<31"])
def test_a_birth_date_may_have_unknown_parts(field):
    assert birth_date_fault(field) is None


@pytest.mark.parametrize(
    ("field", "offset"),
    [
        ("851312", 2),
        ("850012", 2),
        ("850231", 4),
        ("850432", 4),
        ("850300", 4),
        ("010229", 4),
        ("020229", 4),
        ("8<0312", 0),
        ("85<312", 2),
        ("85031<", 4),
        ("85O312", 2),
        ("8503X1", 4),
        ("８50312", 0),
        ("85031", 0),
        ("", 0),
    ],
)
def test_what_is_no_date_is_told_with_its_place(field, offset):
    fault = birth_date_fault(field)
    assert fault is not None
    assert fault.offset == offset


def test_a_letter_is_a_foreign_character_and_a_wrong_month_is_not():
    assert birth_date_fault("85O312").is_foreign_character
    assert not birth_date_fault("851312").is_foreign_character


@pytest.mark.parametrize("field", ["31<<<<", "3106<<", "<<<<<<"])
def test_an_expiry_date_is_never_unknown(field):
    assert "never unknown" in expiry_date_fault(field).message


@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)))
def test_every_day_of_the_calendar_can_be_written(day):
    assert birth_date_fault(f"{day:%y%m%d}") is None
    assert expiry_date_fault(f"{day:%y%m%d}") is None


@pytest.mark.parametrize(
    ("field", "read"),
    [
        ("850312", "1985-03-12"),
        ("261121", "2026-11-21"),
        ("261122", "1926-11-22"),
        ("27<<<<", "1927-XX-XX"),
        ("26<<<<", "2026-XX-XX"),
        ("2611<<", "2026-11-XX"),
        ("2612<<", "1926-12-XX"),
        ("<<0312", "XXXX-03-12"),
        ("<<<<<<", "XXXX-XX-XX"),
    ],
)
def test_a_birth_is_the_latest_that_is_not_after_today(field, read):
    assert str(birth_date(field, TODAY)) == read


@pytest.mark.parametrize(
    ("field", "read"),
    [
        ("310630", date(2031, 6, 30)),
        ("751231", date(2075, 12, 31)),
        ("760101", date(1976, 1, 1)),
        ("991231", date(1999, 12, 31)),
    ],
)
def test_an_expiry_is_within_fifty_years(field, read):
    assert expiry_date(field, TODAY) == read


def test_an_expiry_on_a_leap_day_of_a_year_without_one_is_refused():
    with pytest.raises(FieldError, match="29 February"):
        expiry_date("000229", date(2101, 1, 1))  # 2100 has no 29 February


def test_what_is_no_date_has_no_century():
    with pytest.raises(FieldError, match="birth_date: "):
        birth_date("851312", TODAY)
    with pytest.raises(FieldError, match="expiry_date: "):
        expiry_date("31<<<<", TODAY)


@given(st.dates(date(1927, 1, 1), TODAY))
def test_a_birth_of_the_last_hundred_years_reads_back(day):
    assert str(birth_date(f"{day:%y%m%d}", TODAY)) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "field"),
    [("1985-03-12", "850312"), ("1985-03-XX", "8503<<"), ("1985-XX-XX", "85<<<<"), ("XXXX-XX-XX", "<<<<<<")],
)
def test_a_written_date_becomes_a_field(text, field):
    assert date_field(text) == field


@pytest.mark.parametrize("text", ["12.03.1985", "1985-3-12", "1985-13-01", "1900-02-29", "85-03-12", "", "1985-03-12 "])
def test_another_way_of_writing_a_date_is_refused(text):
    with pytest.raises(FieldError):
        date_field(text)
