"""Document codes: what opens each format."""

import pytest

from mrz.document_codes import PASSPORT_KINDS, read_code_fault, written_code_fault


@pytest.mark.parametrize(
    ("format_name", "code"),
    [
        *[("TD1", code) for code in ("I<", "IR", "A<", "AC", "AR", "C<", "CA", "II")],
        *[("TD2", code) for code in ("I<", "ID", "A<", "C<")],
        *[("TD3", code) for code in ("P<", *PASSPORT_KINDS)],
        *[(visa, code) for visa in ("MRVA", "MRVB") for code in ("V<", "VC", "VV")],
    ],
)
def test_the_codes_of_the_standard_are_written_and_read(format_name, code):
    assert written_code_fault(format_name, code) is None
    assert read_code_fault(format_name, code) is None


@pytest.mark.parametrize(
    ("format_name", "code"),
    [
        *[
            ("TD1", code)
            for code in ("IV", "AV", "CV", "AI", "P<", "V<", "<<", "<I", "I1", "1<", "i<", "I", "", "I\x00")
        ],
        *[("TD3", code) for code in ("I<", "<P", "P1", "Pp", "V<", "")],
        *[("MRVA", code) for code in ("P<", "I<", "V1", "<V")],
    ],
)
def test_another_code_is_refused_both_ways(format_name, code):
    assert written_code_fault(format_name, code)
    assert read_code_fault(format_name, code)


def test_passports_of_before_2026_are_read_with_any_second_letter_but_no_longer_written():
    assert read_code_fault("TD3", "PN") is None
    assert "PP" in written_code_fault("TD3", "PN")


def test_the_ten_passport_kinds_are_those_of_2026():
    assert set(PASSPORT_KINDS) == {"PP", "PE", "PD", "PO", "PR", "PT", "PS", "PL", "PM", "PU"}
