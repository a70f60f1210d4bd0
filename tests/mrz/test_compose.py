"""Writing: long numbers, optional data, and a refusal that names the field for everything that cannot stand."""

import pytest

from mrz import FieldError, LetterError, MachineReadableZone, ZoneError, compose, parse, repair

CARD = {
    "format": "TD1",
    "document_code": "IR",
    "issuing_state": "LUX",
    "document_number": "XRX000001",
    "birth_date": "850312",
    "sex": "F",
    "expiry_date": "310630",
    "nationality": "BRA",
    "surname": "Silva Santos",
    "given_names": "Maria Eduarda",
}


def with_(**changes: str) -> dict[str, str]:
    return {**CARD, **changes}


# Invented people; the digits were computed apart from this package.
WRITTEN = {
    "two surnames": (
        with_(document_number="RX0000017"),
        ("IRLUXRX00000178<<<<<<<<<<<<<<<", "8503127F3106305BRA<<<<<<<<<<<0", "SILVA<SANTOS<<MARIA<EDUARDA<<<"),
    ),
    "a year of birth alone, and one name": (
        with_(
            document_number="RX0000025",
            birth_date="19<<<<",
            sex="M",
            nationality="AFG",
            surname="Rahimi",
            given_names="",
            expiry_date="281231",
        ),
        ("IRLUXRX00000259<<<<<<<<<<<<<<<", "19<<<<4M2812313AFG<<<<<<<<<<<6", "RAHIMI<<<<<<<<<<<<<<<<<<<<<<<<"),
    ),
    "a number of ten characters, no sex, German": (
        with_(
            document_number="RX00000333",
            birth_date="640812",
            sex="X",
            nationality="D",
            surname="Müller",
            given_names="Hildegard",
            expiry_date="310101",
        ),
        ("IRLUXRX0000033<31<<<<<<<<<<<<<", "6408125<3101012D<<<<<<<<<<<<<2", "MUELLER<<HILDEGARD<<<<<<<<<<<<"),
    ),
    "a number of fourteen characters, a refugee, a name that does not fit": (
        with_(
            document_number="RX000004112345",
            birth_date="700101",
            sex="M",
            nationality="XXB",
            surname="Nilavadhanananda",
            given_names="Chayapa Dejthamrong Krasuang",
            expiry_date="260101",
        ),
        ("IRLUXRX0000041<123450<<<<<<<<<", "7001017M2601010XXB<<<<<<<<<<<4", "NILAVADHANANANDA<<CHAYAPA<DEJT"),
    ),
}


@pytest.mark.parametrize(("arguments", "lines"), WRITTEN.values(), ids=WRITTEN.keys())
def test_a_card_is_written(arguments, lines):
    zone = compose(**arguments)
    assert zone.lines == lines
    assert zone.encode() == "".join(lines).encode()
    assert parse(zone).valid


@pytest.mark.parametrize(
    ("document_number", "printed"),
    [
        ("RX00000178", "RX0000017<8D"),
        ("RX00000259", "RX0000025<9D"),
        ("XRX0000041234", "XRX000004<1234D"),
        ("A23456789B123456789C12", "A23456789<B123456789C12D"),
    ],
)
def test_a_long_number_goes_on_in_the_optional_data_with_its_digit_and_a_filler(document_number, printed):
    zone = compose(**with_(document_number=document_number))
    rest = printed[10:-1]
    assert zone.lines[0][5:15] == printed[:10]
    assert zone.lines[0][15 : 15 + len(rest)] == rest
    assert zone.lines[0][15 + len(rest)].isdigit()
    assert zone.lines[0][16 + len(rest)] == "<"
    assert parse(zone).fields.document_number == document_number
    assert parse(zone).valid


def test_optional_data_follow_a_long_number():
    zone = compose(**with_(document_number="XRX0000041234", optional_data_1="ABC12345", optional_data_2="Z"))
    read = parse(zone)
    assert (read.fields.document_number, read.fields.optional_data_1) == ("XRX0000041234", "ABC12345")
    assert read.valid


@pytest.mark.parametrize(
    ("format_name", "code", "longest"),
    [("TD1", "I", 22), ("TD2", "I", 14), ("TD3", "P", 9), ("MRVA", "V", 9), ("MRVB", "V", 9)],
)
def test_each_format_holds_numbers_up_to_its_own_length(format_name, code, longest):
    arguments = with_(format=format_name, document_code=code)
    number = "A23456789B123456789C123"
    zone = compose(**{**arguments, "document_number": number[:longest]})
    assert parse(zone).fields.document_number == number[:longest]
    with pytest.raises(FieldError) as caught:
        compose(**{**arguments, "document_number": number[: longest + 1]})
    assert caught.value.field == "document_number"
    assert str(longest) in caught.value.message


@pytest.mark.parametrize(
    ("number", "printed"), [("AB-1234", "AB<1234<<"), ("AB 12/34", "AB<12<34<"), ("A.B", "A<B<<<<<<")]
)
def test_a_sign_in_a_document_number_becomes_a_filler(number, printed):
    assert compose(**with_(document_number=number)).lines[0][5:14] == printed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", "TD4"),
        ("format", "td1"),
        ("document_code", "P"),
        ("document_code", "IV"),
        ("document_code", "IRX"),
        ("document_code", ""),
        ("issuing_state", "XXA"),
        ("issuing_state", "LU"),
        ("issuing_state", "lux"),
        ("nationality", "ZZZ"),
        ("nationality", ""),
        ("document_number", ""),
        ("document_number", "abc"),
        ("document_number", "-A1"),
        ("document_number", "A1-"),
        ("document_number", "A1É"),
        ("document_number", "A1234567-0123"),
        ("document_number", "A123456789-123"),
        ("birth_date", "851312"),
        ("birth_date", "850231"),
        ("birth_date", "1985-03-12"),
        ("birth_date", ""),
        ("expiry_date", "3106<<"),
        ("expiry_date", "31063"),
        ("sex", "W"),
        ("sex", ""),
        ("sex", "f"),
        ("surname", ""),
        ("surname", "Silva2"),
        ("given_names", "王"),
        ("optional_data_1", "abc"),
        ("optional_data_1", "A" * 16),
        ("optional_data_2", "A" * 12),
        ("optional_data_2", "é"),
        ("language", "ua"),
    ],
)
def test_what_cannot_stand_is_refused_by_its_field(field, value):
    with pytest.raises(FieldError) as caught:
        compose(**with_(**{field: value}))
    assert caught.value.field == field
    assert caught.value.message
    assert str(caught.value) == f"{field}: {caught.value.message}"


@pytest.mark.parametrize("value", ["SMITHSON7", "Mustermannová9"])
def test_no_name_or_number_stands_in_an_error(value):
    with pytest.raises(LetterError) as caught:
        compose(**with_(surname=value))
    assert value[:5].upper() not in str(caught.value).upper()


def test_a_second_field_of_optional_data_belongs_to_td1_alone():
    with pytest.raises(FieldError) as caught:
        compose(**with_(format="TD3", document_code="P", optional_data_2="A"))
    assert caught.value.field == "optional_data_2"


@pytest.mark.parametrize("personal_number", ["", "   ", "<<<"])
def test_an_empty_personal_number_keeps_a_filler_for_its_digit(personal_number):
    zone = compose(**with_(format="TD3", document_code="PP", optional_data_1=personal_number))
    assert zone.lines[1][28:43] == "<" * 15
    assert parse(zone).valid


@pytest.mark.parametrize(("sex", "printed"), [("F", "F"), ("M", "M"), ("X", "<"), ("<", "<")])
def test_the_sex_is_never_x_in_the_zone(sex, printed):
    zone = compose(**with_(sex=sex))
    assert zone.lines[1][7] == printed
    assert parse(zone).fields.sex == (printed if printed != "<" else "X")


@pytest.mark.parametrize(
    "lines", [(), ("<" * 30,) * 2, ("<" * 30, "<" * 29, "<" * 30), ("<" * 30, "é" + "<" * 29, "<" * 30)]
)
def test_a_zone_of_another_form_cannot_be_made(lines):
    with pytest.raises(ZoneError):
        MachineReadableZone("TD1", lines)


def test_a_zone_is_a_value():
    assert compose(**CARD) == compose(**CARD)
    assert len({compose(**CARD), compose(**CARD)}) == 1


def test_no_zone_shows_its_lines_in_a_log():
    zone = compose(**CARD)
    for value in (zone, parse(zone), parse(zone).fields, repair(zone.lines)):
        assert "SILVA" not in repr(value)
        assert "XRX000001" not in repr(value)
