"""The characters from which the keys of BAC and of PACE with the MRZ grow (9303-11 §4.3.2, §9.7.3)."""

from collections.abc import Sequence
from typing import Final

from mrz.check_digit import digit_of, is_zone_text, values
from mrz.cutting import MISSING, cut
from mrz.dates import birth_date_fault, expiry_date_fault
from mrz.errors import FieldError, UnreadableKey
from mrz.layouts import layout_of
from mrz.zone import MachineReadableZone

_PRINCIPAL: Final = 9


def access_information(document_number: str, birth_date: str, expiry_date: str) -> str:
    """Number, birth date and expiry date, each followed by its check digit.

    A number shorter than nine characters is filled up with `<`; a longer one is taken whole. Dates are YYMMDD as in
    the zone. Raises: FieldError when a field could not stand in a zone.
    """
    if not is_zone_text(document_number) or not document_number.strip("<"):
        raise FieldError("document_number", "capital letters, digits and < are wanted, at least one of them no <")
    for field, fault in (
        ("birth_date", birth_date_fault(birth_date)),
        ("expiry_date", expiry_date_fault(expiry_date)),
    ):
        if fault is not None:
            raise FieldError(field, fault.message)
    number = document_number.rstrip("<").ljust(_PRINCIPAL, "<")
    return "".join(part + digit_of(values(part)) for part in (number, birth_date, expiry_date))


def read_access_information(lines: Sequence[str] | str | MachineReadableZone, format: str | None = None) -> str:  # noqa: A002
    """The same from a zone of which nothing but the three fields needs to be right.

    The printed check digits are not asked (they are computed anew), nor is anything else: names, states, optional
    data and the composite digit may be misread, the name line may be missing.
    Raises: UnreadableKey, naming the field that cannot be read; FieldError("format") for another format.
    """
    if isinstance(lines, MachineReadableZone):
        format = lines.format  # noqa: A001
        lines = lines.lines
    if format is not None:
        layout_of(format)
    zone = cut(lines, format)
    layout, text = zone.layout, zone.text
    if layout is None:
        raise UnreadableKey("lines: 2 lines of 36 or 44 characters, or 3 lines of 30, are wanted")
    number = text[layout.document_number]
    optional = text[layout.optional_data_1]
    is_long = layout.longest_document_number > _PRINCIPAL and text[layout.document_number_digit] == "<" != number[-1]
    if is_long and optional[0] not in ("<", MISSING):
        number += optional.partition("<")[0][:-1]
    try:
        return access_information(number, text[layout.birth_date], text[layout.expiry_date])
    except FieldError as error:
        raise UnreadableKey(str(error)) from None
