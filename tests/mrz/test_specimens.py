"""The specimens that the standard prints, written and read."""

import pytest

from mrz import compose, parse, read_access_information

ERIKSSON = {
    "issuing_state": "UTO",
    "birth_date": "740812",
    "sex": "F",
    "expiry_date": "120415",
    "nationality": "UTO",
    "surname": "Eriksson",
    "given_names": "Anna Maria",
}
STEVENSON = {
    "issuing_state": "UTO",
    "birth_date": "340712",
    "sex": "M",
    "expiry_date": "950712",
    "nationality": "UTO",
    "surname": "Stevenson",
    "given_names": "Peter John",
}
SPECIMENS = {  # lines printed in 9303-5 App. A, 9303-11 App. D.2, 9303-6 App. A, 9303-4 App. A, 9303-7 §4 and §5
    "TD1": (
        {**ERIKSSON, "format": "TD1", "document_code": "I", "document_number": "D23145890"},
        ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
        "D23145890774081221204159",
    ),
    "TD1 with a long number": (
        {**STEVENSON, "format": "TD1", "document_code": "I", "document_number": "D23145890734"},
        ("I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"),
        "D23145890734934071279507122",
    ),
    "TD2": (
        {**ERIKSSON, "format": "TD2", "document_code": "I", "document_number": "D23145890"},
        ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"),
        "D23145890774081221204159",
    ),
    "TD2 with a long number": (
        {**STEVENSON, "format": "TD2", "document_code": "I", "document_number": "D23145890734"},
        ("I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<", "D23145890<UTO3407127M95071227349<<<8"),
        "D23145890734934071279507122",
    ),
    "TD3": (
        {
            **ERIKSSON,
            "format": "TD3",
            "document_code": "P",
            "document_number": "L898902C3",
            "optional_data_1": "ZE184226B",
        },
        ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
        "L898902C3674081221204159",
    ),
    "MRVA": (
        {
            **ERIKSSON,
            "format": "MRVA",
            "document_code": "V",
            "document_number": "L8988901C",
            "nationality": "XXX",
            "birth_date": "400907",
            "expiry_date": "961210",
            "optional_data_1": "6ZE184226B",
        },
        ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"),
        "L8988901C440090789612109",
    ),
    "MRVB": (
        {
            **ERIKSSON,
            "format": "MRVB",
            "document_code": "V",
            "document_number": "L8988901C",
            "nationality": "XXX",
            "birth_date": "400907",
            "expiry_date": "961210",
            "optional_data_1": "6ZE18422",
        },
        ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE18422"),
        "L8988901C440090789612109",
    ),
}


@pytest.mark.parametrize(("arguments", "lines", "key"), SPECIMENS.values(), ids=SPECIMENS.keys())
def test_a_printed_specimen_is_written_to_the_last_character(arguments, lines, key):
    assert compose(**arguments).lines == lines


@pytest.mark.parametrize(("arguments", "lines", "key"), SPECIMENS.values(), ids=SPECIMENS.keys())
def test_a_printed_specimen_is_read_without_a_fault(arguments, lines, key):
    zone = parse(lines)
    assert (zone.format, zone.errors) == (arguments["format"], ())
    assert zone.fields.document_number == arguments["document_number"]
    assert zone.fields.optional_data_1 == arguments.get("optional_data_1", "")
    assert (zone.fields.surname, zone.fields.given_names) == (
        arguments["surname"].upper(),
        arguments["given_names"].upper(),
    )
    assert zone.check_digits.composite is (None if zone.format.startswith("MRV") else True)


@pytest.mark.parametrize(("arguments", "lines", "key"), SPECIMENS.values(), ids=SPECIMENS.keys())
def test_the_characters_for_the_chip_are_those_of_the_specimen(arguments, lines, key):
    assert read_access_information(lines) == key
