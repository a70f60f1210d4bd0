"""Reading a zone: every field, every check digit and every fault in one pass that never stops at the first."""

from collections.abc import Iterable, Sequence

from mrz.check_digit import ALPHABET, digit_of, is_zone_text, values
from mrz.cutting import MISSING, cut
from mrz.dates import birth_date_fault, date_digit, expiry_date_fault
from mrz.document_codes import read_code_fault
from mrz.layouts import Layout, layout_of
from mrz.parsed_zone import CheckDigits, FaultKind, ParsedZone, ZoneFault, ZoneFields
from mrz.states import readable_issuing_codes, states
from mrz.zone import MachineReadableZone

_WRONG_DIGIT = "the check digit does not hold"


class _Faults:
    """The faults of one zone, gathered on the way; `spoilt` are the offsets without a character of a zone."""

    def __init__(self, layout: Layout, text: str, found: Iterable[ZoneFault]) -> None:
        self.layout = layout
        self.found = list(found)
        self.spoilt: frozenset[int] = frozenset()
        if not is_zone_text(text):
            self.spoilt = frozenset(index for index, character in enumerate(text) if character not in ALPHABET)
            for index in sorted(self.spoilt):
                if text[index] != MISSING:
                    self.add("charset", _field_at(layout, index), index, _describe(text[index]))

    def add(self, kind: FaultKind, field: str | None, offset: int, message: str) -> None:
        line, position = self.layout.place(offset)
        self.found.append(ZoneFault(kind, field, line, position, message))

    def is_spoilt(self, place: slice) -> bool:
        """True when a character of this field was already refused (or is missing): nothing more is said of it."""
        return bool(self.spoilt) and any(place.start <= offset < place.stop for offset in self.spoilt)


def parse(lines: Sequence[str] | str | MachineReadableZone, format: str | None = None) -> ParsedZone:  # noqa: A002
    """What these lines say, and everything that is wrong with them; it never raises for what it reads.

    `lines` are the zone's lines, or all of it in one text (as DG1 carries it, or with line ends). Without `format`
    the measure of the lines decides, and the first letter between a visa and another document of the same size.
    Raises: FieldError("format") when `format` is none of the five.
    Source: 9303-3 §4, 9303-4 to -7 §4.2.2.
    """
    if isinstance(lines, MachineReadableZone):
        format = lines.format  # noqa: A001
        lines = lines.lines
    if format is not None:
        layout_of(format)
    zone = cut(lines, format)
    layout, text = zone.layout, zone.text
    if layout is None:
        return ParsedZone(None, zone.lines, ZoneFields(), CheckDigits(), zone.faults)
    faults = _Faults(layout, text, zone.faults)
    numbers = values(text)
    code = _document_code(text, faults)
    issuing_state = _state(text, layout.issuing_state, "issuing_state", faults)
    number, optional_1, number_holds = _document_number(text, numbers, faults)
    birth_date, birth_holds = _date(text, numbers, "birth_date", faults)
    sex = _sex(text, faults)
    expiry_date, expiry_holds = _date(text, numbers, "expiry_date", faults)
    nationality = _state(text, layout.nationality, "nationality", faults)
    primary, secondary = _name(text, faults)
    personal_holds = _personal_number(text, numbers, faults)
    composite_holds = _composite(text, numbers, faults)
    optional_2 = "" if layout.optional_data_2 is None else _stripped(text[layout.optional_data_2])
    last_of_name = text[layout.name.stop - 1]
    return ParsedZone(
        layout.format,
        zone.lines,
        ZoneFields(
            code,
            issuing_state,
            number,
            birth_date,
            sex,
            expiry_date,
            nationality,
            primary.replace("<", " "),
            secondary.replace("<", " "),
            primary,
            secondary,
            optional_1,
            optional_2,
        ),
        CheckDigits(number_holds, birth_holds, expiry_holds, personal_holds, composite_holds),
        tuple(faults.found),
        last_of_name not in ("<", MISSING),
    )


def _stripped(cell: str) -> str:
    return cell.replace(MISSING, "").rstrip("<")


def _document_code(text: str, faults: _Faults) -> str:
    layout = faults.layout
    code = text[layout.document_code]
    if not faults.is_spoilt(layout.document_code):
        fault = read_code_fault(layout.format, code)
        if fault is not None:
            faults.add("document_code", "document_code", layout.document_code.start, fault)
    return _stripped(code)


def _state(text: str, place: slice, field: str, faults: _Faults) -> str:
    code = _stripped(text[place])
    known = readable_issuing_codes() if field == "issuing_state" else states()
    if code not in known and not faults.is_spoilt(place):
        foreign = next((offset for offset, character in enumerate(code) if character.isdigit()), None)
        if foreign is not None:
            faults.add("charset", field, place.start + foreign, "a digit where the letters of a state are wanted")
        elif code in states():
            faults.add("content", field, place.start, "this code says what a person is; no document is issued under it")
        else:
            faults.add("content", field, place.start, "no state or organisation has this code")
    return code


def _document_number(text: str, numbers: bytes, faults: _Faults) -> tuple[str, str, bool]:
    """The whole number, what is left of the optional data, and whether the number's digit holds."""
    layout = faults.layout
    place, digit_at, rest_at = layout.document_number, layout.document_number_digit, layout.optional_data_1
    cell, optional = text[place], text[rest_at]
    number, digits, after = cell, numbers[place], optional
    is_long = layout.longest_document_number > len(cell) and text[digit_at] == "<" != cell[-1] and optional[0] != "<"
    if is_long:
        token = optional.partition("<")[0]
        number, after = cell + token[:-1], optional[len(token) + 1 :]
        digits = numbers[place] + numbers[rest_at][: len(token) - 1]
        digit_at = rest_at.start + len(token) - 1
        if not 2 <= len(token) < len(optional):
            faults.add("content", "document_number", rest_at.start, "a long number goes on here, then its digit and <")
    number = _stripped(number)
    is_spoilt = faults.is_spoilt(slice(place.start, digit_at + 1) if is_long else place)
    holds = text[digit_at] == digit_of(digits) and not is_spoilt
    if not holds and not is_spoilt and digit_at not in faults.spoilt:
        faults.add("check_digit", "document_number", digit_at, _WRONG_DIGIT)
    if not is_spoilt and (not number or number[0] == "<"):
        faults.add("content", "document_number", place.start, "a document number begins with a letter or a digit")
    return number, _stripped(after), holds


def _date(text: str, numbers: bytes, field: str, faults: _Faults) -> tuple[str, bool]:
    layout = faults.layout
    is_birth = field == "birth_date"
    place = layout.birth_date if is_birth else layout.expiry_date
    digit_at = layout.birth_date_digit if is_birth else layout.expiry_date_digit
    cell = text[place]
    if date_digit(cell) == text[digit_at] and (is_birth or "<" not in cell):
        return cell, True
    if faults.is_spoilt(place):
        return cell.replace(MISSING, ""), False
    fault = birth_date_fault(cell) if is_birth else expiry_date_fault(cell)
    if fault is not None:
        kind: FaultKind = "charset" if fault.is_foreign_character else "content"
        faults.add(kind, field, place.start + fault.offset, fault.message)
    holds = text[digit_at] == digit_of(numbers[place])
    if not holds and digit_at not in faults.spoilt:
        faults.add("check_digit", field, digit_at, _WRONG_DIGIT)
    return cell, holds


def _sex(text: str, faults: _Faults) -> str:
    place = faults.layout.sex
    sex = text[place]
    if sex == "<":
        return "X"
    if sex not in "FM" and place not in faults.spoilt:
        faults.add("content", "sex", place, "F, M or < is wanted")
    return sex.replace(MISSING, "")


def _name(text: str, faults: _Faults) -> tuple[str, str]:
    place = faults.layout.name
    printed = _stripped(text[place])
    primary, _, secondary = printed.partition("<<")
    letters = printed.replace("<", "")
    if faults.is_spoilt(place):
        return primary, secondary
    if not letters.isalpha():
        if not letters:
            faults.add("content", "surname", place.start, "there is no name")
        for offset, character in enumerate(printed):
            if character.isdigit():
                field = "surname" if offset < len(primary) else "given_names"
                faults.add("charset", field, place.start + offset, "a digit never stands in a name")
    if printed and printed[0] == "<" and letters:
        faults.add("content", "surname", place.start, "a name begins in the first position of its field")
    gap = 0 if secondary[:1] == "<" else secondary.find("<<")
    if gap >= 0:
        offset = place.start + len(primary) + 2 + gap
        faults.add("content", "given_names", offset, "more fillers here than between two identifiers")
    return primary, secondary


def _personal_number(text: str, numbers: bytes, faults: _Faults) -> bool | None:
    layout = faults.layout
    digit_at = layout.personal_number_digit
    if digit_at is None:
        return None
    place = layout.optional_data_1
    if faults.is_spoilt(slice(place.start, digit_at + 1)):
        return False
    holds = text[digit_at] == digit_of(numbers[place]) or (text[digit_at] == "<" and not text[place].strip("<"))
    if not holds:
        faults.add("check_digit", "personal_number", digit_at, _WRONG_DIGIT)
    return holds


def _composite(text: str, numbers: bytes, faults: _Faults) -> bool | None:
    layout = faults.layout
    digit_at = layout.composite_digit
    if digit_at is None:
        return None
    if faults.spoilt and (digit_at in faults.spoilt or any(map(faults.is_spoilt, layout.composite))):
        return False
    holds = text[digit_at] == digit_of(b"".join([numbers[part] for part in layout.composite]))
    if not holds:
        faults.add("check_digit", "composite", digit_at, _WRONG_DIGIT)
    return holds


_PLACES = (
    "document_code",
    "issuing_state",
    "name",
    "document_number",
    "nationality",
    "birth_date",
    "expiry_date",
    "optional_data_1",
    "optional_data_2",
)
_DIGITS = ("document_number", "birth_date", "expiry_date", "personal_number", "composite")


def _field_at(layout: Layout, offset: int) -> str:
    """The name of the field that an offset belongs to; a check digit belongs to what it checks."""
    for field in _PLACES:
        place = getattr(layout, field)
        if place is not None and place.start <= offset < place.stop:
            return "surname" if field == "name" else field
    named = (field for field in _DIGITS if getattr(layout, f"{field}_digit") == offset)
    return next(named, "sex")


def _describe(character: str) -> str:
    if "a" <= character <= "z":
        what = "a small letter"
    elif character == " ":
        what = "a blank"
    elif character == "\t":
        what = "a tab"
    else:
        what = f"U+{ord(character):04X}"
    return f"{what}: only 0-9, A-Z and < stand in a zone"
