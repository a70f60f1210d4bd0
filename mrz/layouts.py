"""Where every field stands in the five formats: one table, read by the writer and the reader (9303-4 to -7)."""

from dataclasses import dataclass
from typing import Final

from mrz.errors import FieldError


@dataclass(frozen=True, slots=True)
class Layout:
    """One format. Every slice counts from 0 over all lines joined, the way DG1 carries them."""

    format: str
    line_count: int
    line_length: int
    line_lengths: tuple[int, ...]
    document_code: slice
    issuing_state: slice
    name: slice
    document_number: slice
    document_number_digit: int
    nationality: slice
    birth_date: slice
    birth_date_digit: int
    sex: int
    expiry_date: slice
    expiry_date_digit: int
    optional_data_1: slice
    optional_data_2: slice | None
    personal_number_digit: int | None  # TD3 alone
    composite: tuple[slice, ...]  # what the composite digit covers; empty for visas, which have none
    composite_digit: int | None
    longest_document_number: int

    @property
    def length(self) -> int:
        """Characters of the whole zone."""
        return self.line_count * self.line_length

    def place(self, offset: int) -> tuple[int, int]:
        """Line and position, both from 1, of the character at `offset` of the joined lines."""
        return offset // self.line_length + 1, offset % self.line_length + 1


def _two_lines(
    name: str, length: int, optional: slice, composite: tuple[slice, ...], longest: int, *, personal: int | None = None
) -> Layout:
    """TD2, TD3 and the visas: name above, data below, the data always in the same order."""
    second = length
    return Layout(
        format=name,
        line_count=2,
        line_length=length,
        line_lengths=(length, length),
        document_code=slice(0, 2),
        issuing_state=slice(2, 5),
        name=slice(5, length),
        document_number=slice(second, second + 9),
        document_number_digit=second + 9,
        nationality=slice(second + 10, second + 13),
        birth_date=slice(second + 13, second + 19),
        birth_date_digit=second + 19,
        sex=second + 20,
        expiry_date=slice(second + 21, second + 27),
        expiry_date_digit=second + 27,
        optional_data_1=slice(second + optional.start, second + optional.stop),
        optional_data_2=None,
        personal_number_digit=None if personal is None else second + personal,
        composite=tuple(slice(second + part.start, second + part.stop) for part in composite),
        composite_digit=2 * length - 1 if composite else None,
        longest_document_number=longest,
    )


# 9303-5 §4.2.2 and Appendix B: the composite leaves out sex, nationality and name.
TD1: Final = Layout(
    format="TD1",
    line_count=3,
    line_length=30,
    line_lengths=(30, 30, 30),
    document_code=slice(0, 2),
    issuing_state=slice(2, 5),
    document_number=slice(5, 14),
    document_number_digit=14,
    optional_data_1=slice(15, 30),
    birth_date=slice(30, 36),
    birth_date_digit=36,
    sex=37,
    expiry_date=slice(38, 44),
    expiry_date_digit=44,
    nationality=slice(45, 48),
    optional_data_2=slice(48, 59),
    personal_number_digit=None,
    composite=(slice(5, 37), slice(38, 45), slice(48, 59)),
    composite_digit=59,
    name=slice(60, 90),
    longest_document_number=22,
)
_DATA_OF_A_LINE = (slice(0, 10), slice(13, 20))
TD2: Final = _two_lines("TD2", 36, slice(28, 35), (*_DATA_OF_A_LINE, slice(21, 35)), 14)  # 9303-6 §4.2.2
TD3: Final = _two_lines("TD3", 44, slice(28, 42), (*_DATA_OF_A_LINE, slice(21, 43)), 9, personal=42)  # 9303-4 §4.2.2
MRVA: Final = _two_lines("MRVA", 44, slice(28, 44), (), 9)  # 9303-7 §4.2.2
MRVB: Final = _two_lines("MRVB", 36, slice(28, 36), (), 9)  # 9303-7 §5.2.2

LAYOUTS: Final[dict[str, Layout]] = {layout.format: layout for layout in (TD1, TD2, TD3, MRVA, MRVB)}


def layout_of(name: str) -> Layout:
    """The layout of a format. Raises: FieldError("format") when there is no such format."""
    try:
        return LAYOUTS[name]
    except (KeyError, TypeError):
        raise FieldError("format", f"one of {', '.join(LAYOUTS)} is wanted") from None
