"""Writing a zone: every field checked, every check digit computed, nothing changed in silence."""

import re
from collections.abc import Mapping
from typing import Final

from mrz.check_digit import digit_of, is_zone_text, values
from mrz.dates import DateFault, birth_date_fault, date_digit, expiry_date_fault
from mrz.document_codes import written_code_fault
from mrz.errors import FieldError
from mrz.layouts import Layout, layout_of
from mrz.names import fit_name
from mrz.states import issuing_codes, nationality_codes, states
from mrz.transliteration import NO_CHOICES
from mrz.truncation import CUT, Truncation
from mrz.zone import MachineReadableZone

_SEXES: Final = {"F": "F", "M": "M", "X": "<", "<": "<"}
_SIGNS_IN_A_NUMBER = re.compile(r"[ \-./,:'()&#*+_]")
_PLAIN_NUMBER = re.compile(r"[A-Z0-9]{1,9}")
_NUMBER = re.compile(r"[A-Z0-9](?:[A-Z0-9<]*[A-Z0-9])?")
_FILLERS: Final = 30 * "<"
_PRINCIPAL: Final = 9  # characters of the number's own field


def compose(
    *,
    format: str,  # noqa: A002  # the word of the JSON interface
    document_code: str,
    issuing_state: str,
    document_number: str,
    birth_date: str,
    sex: str,
    expiry_date: str,
    nationality: str,
    surname: str,
    given_names: str = "",
    optional_data_1: str = "",
    optional_data_2: str = "",
    language: str | None = None,
    spellings: Mapping[str, str] = NO_CHOICES,
    truncation: Truncation = CUT,
) -> MachineReadableZone:
    """The zone of a document in one of the formats TD1, TD2, TD3, MRVA and MRVB.

    Dates are YYMMDD, `<<` for a part of the birth date that is unknown; sex is F, M or X (`<` in the zone). In TD3
    `optional_data_1` is the personal number. `language`, `spellings` and `truncation` as in `names.name_field`.
    Raises: FieldError, whose `field` is the name of the argument; LetterError for a letter without a rule.
    Source: 9303-4, -5 and -6 §4.2.2; 9303-7 §4.2.2 and §5.2.2.
    """
    layout = layout_of(format)
    code = document_code.rstrip("<").ljust(2, "<")
    fault = written_code_fault(format, code) if len(code) == 2 else "one or two characters are wanted"
    if fault is not None:
        raise FieldError("document_code", fault)
    if issuing_state not in issuing_codes():
        raise FieldError("issuing_state", _state_fault(issuing_state))
    if nationality not in nationality_codes():
        raise FieldError("nationality", _state_fault(nationality))
    dates = _dates(birth_date, sex, expiry_date)
    width = layout.name.stop - layout.name.start
    name, is_truncated = fit_name(surname, given_names, width, language, spellings, truncation)
    if _PLAIN_NUMBER.fullmatch(document_number):
        number = document_number.ljust(_PRINCIPAL, "<")
        number, overflow = number + digit_of(values(number)), ""
    else:
        number, overflow = _document_number(document_number, layout)
    optional = _optional_data("optional_data_1", optional_data_1, layout.optional_data_1, overflow)
    head = code + issuing_state.ljust(3, "<")
    if layout.optional_data_2 is not None:  # TD1, the one format of three lines
        upper = head + number + optional
        middle = dates + nationality.ljust(3, "<")
        middle += _optional_data("optional_data_2", optional_data_2, layout.optional_data_2, "")
        lines = (upper, middle + _composite(layout, upper + middle), name)
        return MachineReadableZone.of_sound_parts(format, lines, is_truncated)
    if optional_data_2:
        raise FieldError("optional_data_2", f"{format} has one field for optional data: optional_data_1")
    upper = head + name
    lower = number + nationality.ljust(3, "<") + dates + optional
    if layout.personal_number_digit is not None:  # a field that is empty keeps a filler for its digit
        lower += digit_of(values(optional)) if optional.strip("<") else "<"
    if layout.composite:
        lower += _composite(layout, upper + lower)
    return MachineReadableZone.of_sound_parts(format, (upper, lower), is_truncated)


def _dates(birth_date: str, sex: str, expiry_date: str) -> str:
    """Birth date, sex and expiry date, which stand side by side in every format, with the dates' digits."""
    printed_sex = _SEXES.get(sex)
    if printed_sex is None:
        raise FieldError("sex", "F, M or X is wanted")
    birth_digit, expiry_digit = date_digit(birth_date), date_digit(expiry_date)
    if birth_digit is None:
        raise FieldError("birth_date", _message(birth_date_fault(birth_date)))
    if expiry_digit is None or "<" in expiry_date:
        raise FieldError("expiry_date", _message(expiry_date_fault(expiry_date)))
    return f"{birth_date}{birth_digit}{printed_sex}{expiry_date}{expiry_digit}"


def _composite(layout: Layout, text: str) -> str:
    return digit_of(values("".join(map(text.__getitem__, layout.composite))))


def _message(fault: DateFault | None) -> str:
    return "" if fault is None else fault.message


def _state_fault(code: str) -> str:
    state = states().get(code)
    if state is None:
        return "a code of ISO 3166-1 alpha-3 or of 9303-3 section 5 is wanted, such as LUX, D or XXA"
    if state.role == "holder":
        return "this code says what a person is; no document is issued under it"
    return f"this code is not written today: {state.name}"


def _document_number(text: str, layout: Layout) -> tuple[str, str]:
    """The number's own nine characters with its digit's place, and what goes on in the optional data.

    Source: 9303-5 §4.2.2 note j, 9303-6 §4.2.2 note j.
    """
    number = _SIGNS_IN_A_NUMBER.sub("<", text)
    if not _NUMBER.fullmatch(number):
        raise FieldError(
            "document_number", "capital letters and digits are wanted; blanks and signs only between them become <"
        )
    if len(number) <= _PRINCIPAL:
        number = number.ljust(_PRINCIPAL, "<")
        return number + digit_of(values(number)), ""
    if len(number) > layout.longest_document_number:
        longest = layout.longest_document_number
        advice = "; a visa shows the nine principal characters" if layout.format.startswith("MRV") else ""
        raise FieldError(
            "document_number", f"{len(number)} characters, a {layout.format} holds {longest} at most{advice}"
        )
    if "<" in number[_PRINCIPAL - 1 :]:
        raise FieldError("document_number", "of a number longer than nine only the first eight may hold signs")
    return number[:_PRINCIPAL] + "<", number[_PRINCIPAL:] + digit_of(values(number)) + "<"


def _optional_data(field: str, text: str, place: slice, before: str) -> str:
    """A whole optional data field: `before`, the text, fillers."""
    if not text and not before:
        return _FILLERS[: place.stop - place.start]
    if text:
        text = text.replace(" ", "<")
        if not is_zone_text(text):
            raise FieldError(field, "capital letters, digits, blanks and < are wanted")
        room = place.stop - place.start - len(before)
        if len(text) > room:
            raise FieldError(field, f"{len(text)} characters, {room} have room")
    return (before + text).ljust(place.stop - place.start, "<")
