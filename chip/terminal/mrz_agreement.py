"""Does DG1 say what the card was opened with, or what is printed on it?

Only what BAC and PACE use of a zone is cut out here; reading zones is not this package's work.
Source: Doc 9303-11 §4.3.2; Doc 9303-4, -5, -6 §4.2
"""

from dataclasses import dataclass

from chip.checks import Check, Outcome
from chip.errors import DecodingError

MRZ_CHECK = "mrz.agrees"
FILLER = "<"


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where a format keeps number, birth and expiry date: line and first character, the check digit behind each."""

    number: tuple[int, int]
    birth: tuple[int, int]
    expiry: tuple[int, int]
    optional_data: slice | None  # where a long document number goes on, in the number's line


# by (lines, width): TD1, TD2, TD3
_CUTS = {
    (3, 30): _Cut((0, 5), (1, 0), (1, 8), slice(15, 30)),
    (2, 36): _Cut((1, 0), (1, 13), (1, 21), slice(28, 35)),
    (2, 44): _Cut((1, 0), (1, 13), (1, 21), None),
}
NUMBER_LENGTH, DATE_LENGTH = 9, 6


def mrz_information(lines: tuple[str, ...]) -> str:
    """The characters from which access keys grow. Raises DecodingError unless the lines are TD1, TD2 or TD3."""
    cut = _CUTS.get((len(lines), len(lines[0]) if lines else 0))
    if cut is None or len({len(line) for line in lines}) != 1:
        raise DecodingError("the lines are no zone of TD1, TD2 or TD3")

    def field(place: tuple[int, int], length: int) -> str:
        line, start = place
        return lines[line][start : start + length + 1]

    number = field(cut.number, NUMBER_LENGTH)
    if number.endswith(FILLER) and cut.optional_data is not None:
        rest = lines[cut.number[0]][cut.optional_data].split(FILLER)[0]
        if rest:
            number = number[:-1] + rest  # a long number: its last character is the check digit
    return number + field(cut.birth, DATE_LENGTH) + field(cut.expiry, DATE_LENGTH)


def check_mrz(dg1_lines: tuple[str, ...], opened_with: str | None, printed: tuple[str, ...] | None) -> Check:
    """`mrz.agrees`: DG1 against the printed zone where it is given, and against what the card was opened with."""
    if not dg1_lines:
        return Check(MRZ_CHECK, Outcome.INCONCLUSIVE, "DG1 was not read or cannot be decoded")
    agreed: list[str] = []
    if printed is not None:
        if dg1_lines != printed:
            return Check(MRZ_CHECK, Outcome.FAILED, "DG1 is not the printed zone")
        agreed.append("the printed zone")
    if opened_with is not None:
        if mrz_information(dg1_lines) != opened_with:
            return Check(MRZ_CHECK, Outcome.FAILED, "DG1 is not the zone whose information opened the card")
        agreed.append("the information that opened the card")
    if not agreed:
        return Check(MRZ_CHECK, Outcome.UNAVAILABLE, "the card was opened with its CAN, and no printed zone was given")
    return Check(MRZ_CHECK, Outcome.PASSED, f"DG1 agrees with {' and with '.join(agreed)}")
