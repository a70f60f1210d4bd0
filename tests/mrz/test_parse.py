"""Reading: every fault with its kind, field and place, and no fault hides another field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrz import FieldError, parse

TD1 = ("I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
TD3 = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
KINDS = {"length", "charset", "document_code", "check_digit", "content"}


def changed(lines: tuple[str, ...], line: int, position: int, text: str) -> list[str]:
    """`lines` with `text` written over, from `line` and `position` (both from 1)."""
    changed_lines = list(lines)
    old = changed_lines[line - 1]
    changed_lines[line - 1] = old[: position - 1] + text + old[position - 1 + len(text) :]
    return changed_lines


def faults(lines, format_name=None):
    return {(fault.kind, fault.field, fault.line, fault.position) for fault in parse(lines, format_name).errors}


@pytest.mark.parametrize(
    ("line", "position", "text", "expected"),
    [
        (1, 1, "P", {("document_code", "document_code", 1, 1)}),
        (1, 2, "V", {("document_code", "document_code", 1, 1)}),
        (1, 3, "ZZZ", {("content", "issuing_state", 1, 3)}),
        (1, 3, "XXA", {("content", "issuing_state", 1, 3)}),
        (1, 5, "0", {("charset", "issuing_state", 1, 5)}),
        (1, 6, "E", {("check_digit", "document_number", 1, 15), ("check_digit", "composite", 2, 30)}),
        (1, 15, "8", {("check_digit", "document_number", 1, 15), ("check_digit", "composite", 2, 30)}),
        (1, 16, "1", {("check_digit", "composite", 2, 30)}),
        (1, 6, "a", {("charset", "document_number", 1, 6)}),
        (1, 7, " ", {("charset", "document_number", 1, 7)}),
        (
            2,
            3,
            "1",
            {("content", "birth_date", 2, 3), ("check_digit", "birth_date", 2, 7), ("check_digit", "composite", 2, 30)},
        ),
        (2, 1, "O", {("charset", "birth_date", 2, 1)}),
        (
            2,
            5,
            "<",
            {("content", "birth_date", 2, 5), ("check_digit", "birth_date", 2, 7), ("check_digit", "composite", 2, 30)},
        ),
        (2, 8, "X", {("content", "sex", 2, 8)}),
        (2, 8, "f", {("charset", "sex", 2, 8)}),
        (2, 13, "<<", {("content", "expiry_date", 2, 13)}),
        (2, 16, "ZZZ", {("content", "nationality", 2, 16)}),
        (2, 30, "7", {("check_digit", "composite", 2, 30)}),
        (2, 30, "O", {("check_digit", "composite", 2, 30)}),
        (2, 30, "?", {("charset", "composite", 2, 30)}),
        (3, 3, "1", {("charset", "surname", 3, 3)}),
        (3, 12, "0", {("charset", "given_names", 3, 12)}),
        (3, 1, "<", {("content", "surname", 3, 1)}),
        (3, 1, "<" * 30, {("content", "surname", 3, 1)}),
        (3, 26, "K", {("content", "given_names", 3, 21)}),
        (3, 30, "É", {("charset", "surname", 3, 30)}),
    ],
)
def test_each_fault_is_told_with_its_place_and_hides_nothing(line, position, text, expected):
    lines = changed(TD1, line, position, text)
    found = faults(lines)
    assert expected <= found
    beside = {fault for fault in found - expected if fault[0] != "check_digit"}
    assert not beside
    assert parse(lines).fields.sex in ("F", "X", "f")
    assert not parse(lines).valid


def test_every_fault_of_a_zone_is_told_at_once():
    lines = ("P1ZZZD231458908<<<<<<<<<<<<<<<", "7413122X1204158UT0<<<<<<<<<<<7", "ER1KSSON<<ANNA<MARIA<<<<<<<<<<")
    assert faults(lines) >= {
        ("document_code", "document_code", 1, 1),
        ("content", "issuing_state", 1, 3),
        ("check_digit", "document_number", 1, 15),
        ("content", "birth_date", 2, 3),
        ("content", "sex", 2, 8),
        ("check_digit", "expiry_date", 2, 15),
        ("charset", "nationality", 2, 18),
        ("check_digit", "composite", 2, 30),
        ("charset", "surname", 3, 3),
    }
    fields = parse(lines).fields
    assert (fields.document_number, fields.expiry_date, fields.given_names) == ("D23145890", "120415", "ANNA MARIA")


def test_small_letters_are_refused_one_by_one_and_the_rest_is_read():
    zone = parse([TD1[0], TD1[1], TD1[2].lower()])
    assert [fault.position for fault in zone.errors] == [*range(1, 9), *range(11, 15), *range(16, 21)]
    assert {fault.kind for fault in zone.errors} == {"charset"}
    assert zone.check_digits.composite is True
    assert zone.fields.document_number == "D23145890"


def test_a_line_of_29_characters_is_one_fault_and_the_other_lines_are_read():
    zone = parse([TD1[0][:29], *TD1[1:]])
    assert [(fault.kind, fault.line, fault.position) for fault in zone.errors] == [("length", 1, 30)]
    assert zone.format == "TD1"
    assert zone.fields.surname == "ERIKSSON"
    assert zone.check_digits.document_number is True
    assert zone.check_digits.composite is False  # it covers a character that is not there


def test_a_line_of_31_characters_is_told_at_its_first_character_too_many():
    assert faults([TD1[0] + "<", *TD1[1:]]) == {("length", None, 1, 31)}


def test_a_tab_in_a_line_is_a_foreign_character():
    assert ("charset", "surname", 3, 9) in faults(changed(TD1, 3, 9, "\t"))


@pytest.mark.parametrize("character", ["\x00", "\uffff", "\ufffe", "\ud800", "<\u0338", "\u200b", "\x85", "Ａ"])
@pytest.mark.parametrize("line", [1, 2, 3])
def test_no_foreign_character_passes_unseen_anywhere(character, line):
    for position in range(1, 30):
        lines = changed(TD1, line, position, character)
        zone = parse(lines)
        assert not zone.valid
        assert ("charset", line) in {(fault.kind, fault.line) for fault in zone.errors}
        assert not parse([lines[line - 1], *lines[:2]]).valid


def test_a_byte_order_mark_before_the_first_line_is_told_and_the_rest_is_read():
    zone = parse(["\ufeff" + TD1[0], *TD1[1:]])
    assert [(fault.kind, fault.line, fault.position) for fault in zone.errors] == [("charset", 1, 1)]
    assert zone.check_digits.composite is True


@pytest.mark.parametrize("between", ["", "\n", "\r\n"])
@pytest.mark.parametrize("lines", [TD1, TD3])
def test_all_lines_in_one_are_told_and_read(lines, between):
    zone = parse([between.join(lines)])
    assert {fault.kind for fault in zone.errors} == {"length"}
    assert zone.fields == parse(lines).fields


@pytest.mark.parametrize("text", ["".join(TD1), "\n".join(TD1), "\r\n".join(TD1) + "\r\n"])
def test_a_text_in_one_piece_is_cut_without_a_fault(text):
    assert parse(text).valid
    assert parse(text).fields == parse(TD1).fields


@pytest.mark.parametrize("lines", [[], [""], ["", ""], ["P<UTO"], ["<" * 10] * 7, "", "\n\n", ["A" * 100_000]])
def test_lines_that_are_no_zone_still_get_an_answer(lines):
    zone = parse(lines)
    assert not zone.valid
    assert zone.format is None
    assert zone.errors[0].kind == "length"


def test_two_lines_of_a_td1_are_read_as_far_as_they_go_when_the_format_is_given():
    zone = parse(TD1[:2], "TD1")
    assert [(fault.kind, fault.line) for fault in zone.errors] == [("length", None)]
    assert zone.check_digits.composite is True
    assert zone.fields.surname == ""


def test_the_format_given_wins_and_what_does_not_fit_is_told():
    zone = parse(TD1, "TD3")
    assert zone.format == "TD3"
    assert {fault.kind for fault in zone.errors} >= {"length"}
    with pytest.raises(FieldError):
        parse(TD1, "TD9")


def test_a_passport_given_as_a_visa_has_the_wrong_code():
    assert ("document_code", "document_code", 1, 1) in faults(TD3, "MRVA")


@pytest.mark.parametrize(
    ("cell", "holds"), [("<" * 15, True), ("<" * 14 + "0", True), ("<" * 14 + "1", False), ("ZE184226B<<<<<<", False)]
)
def test_the_personal_number_may_leave_its_digit_out_only_when_it_is_empty(cell, holds):
    assert parse(changed(TD3, 2, 29, cell)).check_digits.personal_number is holds


@pytest.mark.parametrize("code", ["P<", "PP", "PD", "PN", "PA"])
def test_passports_of_before_and_after_2026_are_read(code):
    assert parse(changed(TD3, 1, 1, code)).valid


@pytest.mark.parametrize(
    ("first_line", "field_fault"),
    [
        ("I<UTOD23145890<7<<<<<<<<<<<<<<", "content"),  # nothing but a digit goes on
        ("I<UTOD23145890<734973497349734", "content"),  # no filler after the digit
        ("I<UTOD23145890<7348<<<<<<<<<<<", "check_digit"),
        ("I<UTOD23145890<<<<<<<<<<<<<<<<", "check_digit"),  # a filler for the digit and nothing goes on
        ("I<UTOD2314589<<7349<<<<<<<<<<<", "check_digit"),  # eight characters never go on
        ("I<UTO<<<<<<<<<0<<<<<<<<<<<<<<<", "content"),
    ],
)
def test_a_long_number_that_is_not_right_is_told(first_line, field_fault):
    found = faults([first_line, *TD1[1:]])
    assert (field_fault, "document_number") in {fault[:2] for fault in found}


def test_no_character_of_the_zone_stands_in_a_message():
    lines = ("P1ZZZD231458908<<<<<<<<<<<<<<<", "7413122X1204158UT0<<<<<<<<<<<7", "ER1KSSON<<ANNA<MARIA<<<<<<<<<<")
    for fault in parse(lines).errors:
        assert not {"ERIK", "KSSON", "ANNA", "D2314", "741312"} & set(fault.message.upper().split())


zone_like = st.text("ABCXYZ0123456789<abc \t\ufeffé\x00\uffff\n", max_size=46)


@given(st.lists(zone_like, max_size=5), st.sampled_from([None, "TD1", "TD2", "TD3", "MRVA", "MRVB"]))
def test_every_lines_get_an_answer_whose_places_exist(lines, format_name):
    zone = parse(lines, format_name)
    for fault in zone.errors:
        assert fault.kind in KINDS
        assert fault.message
        assert (fault.line is None) == (fault.position is None)
        assert fault.line is None or 1 <= fault.line <= max(3, len(lines))
        assert fault.position is None or 1 <= fault.position <= 47
    digits = zone.check_digits
    assert zone.valid == (not zone.errors)
    if zone.valid:
        assert set("".join(lines)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<\r\n")
        assert False not in (digits.document_number, digits.birth_date, digits.expiry_date, digits.composite)
