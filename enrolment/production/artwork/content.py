"""What is printed on the two sides of one card: a value that exists is a value that may be printed."""

import re
from dataclasses import dataclass
from datetime import date

from enrolment.production.artwork.errors import ContentInvalid

MRZ_LINES, MRZ_LINE_LENGTH = 3, 30  # Doc 9303-5 §4.2
CAN_DIGITS = 6  # Doc 9303-5 §3.2.3
SEXES = ("F", "M", "X")
UNKNOWN_PART = "XX"  # Doc 9303-3 §3.8: a part of a birth date that is not known
SHORT_NUMBER_LENGTH = 9  # Doc 9303-5 §4.2.2: longer numbers go on in the optional data

_MRZ_LINE = re.compile(rf"[A-Z0-9<]{{{MRZ_LINE_LENGTH}}}")
_BIRTH_DATE = re.compile(r"(\d\d|XX) (\d\d|XX) (\d{4}|XXXX)")
_STATE = re.compile(r"[A-Z]{1,3}")


@dataclass(frozen=True, slots=True, repr=False)
class CardFaceContent:
    """Everything that is personal to one card's faces, as it is to be read on it.

    `titles`: field 3.1 and its repetitions 3.2 in further languages, one to three. `birth_date`: "DD MM YYYY", unknown
    parts as "XX" ("XX XX 1987", "XX XX XXXX"). `portrait`: PNG or JPEG, upright, 7:9. `signature_png`: dark ink on a
    white or clear ground; None leaves the place clear (a child, or a holder who cannot sign). `mrz_lines`: the very
    lines that DG1 holds. `caption_languages`: the first is printed upright, the second in italics (Doc 9303-3 §3.3).
    `remarks` stand in field 12, `back_remarks` in field 16.

    Raises: ContentInvalid naming the field; what the zone repeats (number, dates, sex, nationality, issuer) must agree
    with it.
    """

    titles: tuple[str, ...]
    document_number: str
    can: str
    surname: str
    given_names: str
    sex: str
    nationality_code: str
    nationality_name: str
    birth_date: str
    permit_type: str
    issue_date: date
    expiry_date: date
    remarks: tuple[str, ...]
    portrait: bytes
    signature_png: bytes | None
    place_of_issue: str
    authority: str
    birth_place: str
    mrz_lines: tuple[str, ...]
    country: str = "LUX"
    caption_languages: tuple[str, ...] = ("fr", "en")
    back_remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_form(self)
        _check_agreement_with_zone(self)


def _check_form(content: CardFaceContent) -> None:
    """Each field by itself."""
    _demand(1 <= len(content.titles) <= 3 and all(content.titles), "titles", "one to three titles are wanted")
    _demand(bool(re.fullmatch(r"[A-Z0-9]{1,22}", content.document_number)), "document_number", "1 to 22 A-Z 0-9")
    _demand(bool(re.fullmatch(rf"[0-9]{{{CAN_DIGITS}}}", content.can)), "can", f"{CAN_DIGITS} digits are wanted")
    _demand(bool(content.surname.strip()), "surname", "a name of one part stands in the surname; it must not be empty")
    _demand(content.sex in SEXES, "sex", f"one of {', '.join(SEXES)} is wanted")
    _demand(bool(_STATE.fullmatch(content.nationality_code)), "nationality_code", "a code of Doc 9303-3 §5 is wanted")
    _demand(bool(_BIRTH_DATE.fullmatch(content.birth_date)), "birth_date", "DD MM YYYY is wanted, unknown parts as XX")
    _demand(bool(content.permit_type.strip()), "permit_type", "field 10 must not be empty")
    _demand(content.issue_date < content.expiry_date, "expiry_date", "must lie after the date of issue")
    _demand(bool(re.fullmatch(r"[A-Z]{3}", content.country)), "country", "a three-letter code is wanted")
    _demand(1 <= len(content.caption_languages) <= 2, "caption_languages", "one or two languages are wanted")
    zone_is_whole = len(content.mrz_lines) == MRZ_LINES and all(map(_MRZ_LINE.fullmatch, content.mrz_lines))
    _demand(zone_is_whole, "mrz_lines", f"{MRZ_LINES} lines of {MRZ_LINE_LENGTH} characters A-Z 0-9 < are wanted")


def _check_agreement_with_zone(content: CardFaceContent) -> None:
    """What both the eye and the machine read must be the same (positions: Doc 9303-5 §4.2.2)."""
    upper, middle, _ = content.mrz_lines
    day, month, year = content.birth_date.split()
    birth = f"{year[2:]}{month}{day}".replace("X", "<")
    sex = "<" if content.sex == "X" else content.sex
    pairs = {
        "country": (upper[2:5].rstrip("<"), content.country),
        "document_number": (upper[5:14].rstrip("<"), content.document_number[:SHORT_NUMBER_LENGTH]),
        "birth_date": (middle[0:6], birth),
        "sex": (middle[7], sex),
        "expiry_date": (middle[8:14], f"{content.expiry_date:%y%m%d}"),
        "nationality_code": (middle[15:18].rstrip("<"), content.nationality_code),
    }
    for field, (in_zone, printed) in pairs.items():
        _demand(in_zone == printed, field, "does not agree with the machine readable zone")


def _demand(holds: bool, field: str, wanted: str) -> None:
    if not holds:
        raise ContentInvalid(field, wanted)
