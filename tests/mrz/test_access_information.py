"""The characters from which the chip's keys grow, also when most of the zone is noise."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrz import FieldError, UnreadableKey, access_information, compose, read_access_information

TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
TD1_LONG = ("I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<")
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")


def test_the_published_examples_come_out(reference_data):
    examples = json.loads((reference_data / "vectors" / "icao9303-11-worked-examples.json").read_text("utf-8"))
    assert access_information("L898902C", "690806", "940623") == examples["bac"]["mrz_information"]
    assert access_information("T22000129", "640812", "101031") == examples["pace_gm_ecdh_aes128"]["mrz_information"]


@pytest.mark.parametrize(
    ("number", "birth", "expiry", "key"),
    [
        ("D23145890734", "340712", "950712", "D23145890734934071279507122"),
        ("D2314589", "340712", "950712", "D2314589<734071279507122"),
        ("D2314589<", "340712", "950712", "D2314589<734071279507122"),
        ("L898902C", "69<<<<", "940623", "L898902C<369<<<<99406236"),
    ],
)
def test_short_numbers_are_filled_and_long_ones_are_whole(number, birth, expiry, key):
    assert access_information(number, birth, expiry) == key


@pytest.mark.parametrize(
    ("number", "birth", "expiry", "field"),
    [
        ("", "690806", "940623", "document_number"),
        ("<<<", "690806", "940623", "document_number"),
        ("l898902c", "690806", "940623", "document_number"),
        ("L898902C", "691306", "940623", "birth_date"),
        ("L898902C", "690806", "9406<<", "expiry_date"),
        ("L898902C", "690806", "", "expiry_date"),
    ],
)
def test_a_field_that_could_not_stand_in_a_zone_is_refused(number, birth, expiry, field):
    with pytest.raises(FieldError) as caught:
        access_information(number, birth, expiry)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "lines",
    [
        (*TD1[:2], "3R1KSS0N KANNA?"),
        TD1[:2],
        ("1(UT0D231458900@@@@@@@@@@@@@@@", "7408120?1204150ut0kkkkkkkkkkk?", ""),
        ("I<UTOD231458907<<<<", "7408122F1204159", "x"),
        ["\ufeff" + TD1[0], TD1[1], TD1[2]],
    ],
)
def test_only_the_three_fields_need_to_be_right(lines):
    assert read_access_information(lines, "TD1") == "D23145890774081221204159"


def test_a_long_number_is_read_whole_from_a_noisy_zone():
    noisy = ("?0UTOD23145890<734?<KKKK<<<<<<", "3407120?9507120uto<<<<<<<<<<<?", "")
    assert read_access_information(noisy, "TD1") == "D23145890734934071279507122"
    assert read_access_information(TD1_LONG) == "D23145890734934071279507122"


def test_the_lower_line_of_a_passport_is_enough():
    assert read_access_information(("", TD3[1]), "TD3") == "L898902C3674081221204159"
    assert read_access_information(("noise" * 8, TD3[1][:28])) == "L898902C3674081221204159"


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        (("I<UTOD2314?8907", TD1[1]), "document_number"),
        ((TD1[0], "74O8122F1204159UTO<<<<<<<<<<<6"), "birth_date"),
        ((TD1[0], "7408122F12?4159UTO<<<<<<<<<<<6"), "expiry_date"),
        ((TD1[0][:10], TD1[1]), "document_number"),
        ((TD1[0],), "birth_date"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(lines, field):
    with pytest.raises(UnreadableKey, match=field):
        read_access_information(lines, "TD1")


def test_lines_that_are_no_zone_give_no_key():
    with pytest.raises(UnreadableKey, match="are wanted"):
        read_access_information(["hello"])


@given(st.from_regex(r"[A-Z0-9]{1,22}", fullmatch=True), st.dates(), st.dates())
def test_the_zone_and_the_fields_give_the_same_characters(number, birth, expiry):
    leap = expiry.year % 100 % 4 == 0 or f"{expiry:%m%d}" != "0229"
    if not leap or (f"{birth:%m%d}" == "0229" and birth.year % 100 % 4):
        return
    zone = compose(
        format="TD1",
        document_code="I",
        issuing_state="LUX",
        document_number=number,
        birth_date=f"{birth:%y%m%d}",
        sex="X",
        expiry_date=f"{expiry:%y%m%d}",
        nationality="LUX",
        surname="A",
    )
    assert read_access_information(zone) == access_information(number, f"{birth:%y%m%d}", f"{expiry:%y%m%d}")
