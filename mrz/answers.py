"""One question as a JSON value, one answer as a JSON value: what the verbs of `station mrz` say to a line."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from mrz.check_digit import check_digit
from mrz.compose import compose
from mrz.errors import FieldError, LetterError, MrzError
from mrz.name_match import compare_name
from mrz.names import name_field, transliterate
from mrz.parse import parse
from mrz.parsed_zone import CheckDigits, ParsedZone, ZoneFault, ZoneFields
from mrz.repair import repair
from mrz.transliteration import NO_CHOICES
from mrz.truncation import CUT, Truncation

Answer: TypeAlias = dict[str, object]
Question: TypeAlias = dict[str, object]

_ZONE_TEXTS: Final = (
    "format",
    "document_code",
    "issuing_state",
    "document_number",
    "birth_date",
    "sex",
    "expiry_date",
    "nationality",
    "surname",
)
_ZONE_OPTIONAL_TEXTS: Final = ("given_names", "optional_data_1", "optional_data_2")
_SPELLING: Final = ("language", "spellings")
_WIDEST_NAME: Final = 1000


def encode(question: Question) -> Answer:
    """The lines of a zone from its fields, or the field that is wrong."""
    known = (*_ZONE_TEXTS, *_ZONE_OPTIONAL_TEXTS, *_SPELLING, "truncation")
    _refuse_unknown(question, known)
    texts = {name: _text(question, name) for name in _ZONE_TEXTS}
    texts |= {name: _text(question, name, "") for name in _ZONE_OPTIONAL_TEXTS}
    zone = compose(
        **texts,
        language=_language(question),
        spellings=_spellings(question),
        truncation=_truncation(question),
    )
    return {"lines": list(zone.lines), "truncated": zone.name_truncated}


def read(question: Question) -> Answer:
    """The fields, check digits and faults of the lines given; the same shape whatever was given."""
    faults = [
        ZoneFault("content", name, None, None, "no such field: lines and format are known")
        for name in question
        if name not in ("lines", "format")
    ]
    zone: ParsedZone
    try:
        zone = parse(_lines(question), _optional_text(question, "format"))
    except FieldError as error:
        faults.append(ZoneFault("content", error.field, None, None, error.message))
        zone = ParsedZone(None, (), ZoneFields(), CheckDigits(), ())
    answer = zone.to_json()
    if faults:
        answer["errors"] = [fault.to_json() for fault in (*faults, *zone.errors)]
        answer["valid"] = False
    return answer


def unreadable(message: str) -> Answer:
    """What `parse` answers to a line that is no question at all."""
    fault = ZoneFault("content", None, None, None, message)
    return ParsedZone(None, (), ZoneFields(), CheckDigits(), (fault,)).to_json()


def spell_name(question: Question) -> Answer:
    """A name's letters in the zone's alphabet, or the letter that has no rule."""
    _refuse_unknown(question, ("text", *_SPELLING))
    text = _text(question, "text")
    return {"mrz": transliterate(text, language=_language(question), spellings=_spellings(question))}


def fit_name(question: Question) -> Answer:
    """The name field of a width, and whether the name was shortened for it."""
    _refuse_unknown(question, ("surname", "given_names", "width", *_SPELLING, "truncation"))
    width = question.get("width", 30)
    if type(width) is not int or not 1 <= width <= _WIDEST_NAME:
        raise FieldError("width", f"a whole number of characters from 1 to {_WIDEST_NAME} is wanted")
    name = name_field(
        _text(question, "surname"),
        _text(question, "given_names", ""),
        width,
        language=_language(question),
        spellings=_spellings(question),
        truncation=_truncation(question),
    )
    return {"field": name.text, "truncated": name.truncated}


def propose_repairs(question: Question) -> Answer:
    """What may have stood where the lines given have faults, best first."""
    _refuse_unknown(question, ("lines", "format"))
    candidates = repair(_lines(question), _optional_text(question, "format"))
    return {
        "candidates": [
            {
                "lines": list(candidate.lines),
                "changes": [
                    {"line": change.line, "position": change.position, "from": change.read, "to": change.proposed}
                    for change in candidate.changes
                ],
            }
            for candidate in candidates
        ]
    }


def match_name(question: Question) -> Answer:
    """Whether a printed name can be the one in a zone: same, truncated or different."""
    _refuse_unknown(question, ("surname", "given_names", "lines", "format", "language"))
    zone = parse(_lines(question), _optional_text(question, "format"))
    found = compare_name(
        _text(question, "surname"), _text(question, "given_names", ""), zone, language=_language(question)
    )
    return {"match": found.value}


def compute_check_digit(question: Question) -> Answer:
    """The check digit of a text."""
    _refuse_unknown(question, ("text",))
    return {"digit": check_digit(_text(question, "text"))}


def guarded(answer: Callable[[Question], Answer]) -> Callable[[Question], Answer]:
    """`answer`, which says what is wrong with a question instead of raising it."""

    def answered(question: Question) -> Answer:
        try:
            return answer(question)
        except FieldError as error:
            said: Answer = {"field": error.field, "message": error.message}
            if isinstance(error, LetterError):
                said["letter"] = error.letter
            return {"error": said}
        except MrzError as error:
            return {"error": {"message": str(error)}}

    return answered


def refusal(message: str) -> Answer:
    """What every verb but `parse` answers to a line that is no question at all."""
    return {"error": {"message": message}}


def _refuse_unknown(question: Question, known: tuple[str, ...]) -> None:
    for name in question:
        if name not in known:
            raise FieldError(name[:40], f"no such field: {', '.join(known)} are known")


def _text(question: Question, name: str, default: str | None = None) -> str:
    text = question.get(name, default)
    if text is None and default is not None:
        return default
    if isinstance(text, str):
        return text
    raise FieldError(name, "it is missing" if text is None else "a text is wanted")


def _optional_text(question: Question, name: str) -> str | None:
    return None if question.get(name) is None else _text(question, name)


def _language(question: Question) -> str | None:
    return _optional_text(question, "language")


def _spellings(question: Question) -> Mapping[str, str]:
    given = question.get("spellings")
    if given is None:
        return NO_CHOICES
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        raise FieldError("spellings", 'letters with their spelling are wanted, such as {"Ü": "U"}')
    return given


def _truncation(question: Question) -> Truncation:
    given = question.get("truncation")
    if given is None:
        return CUT
    if given == "cut" or given == "initials":
        return "cut" if given == "cut" else "initials"
    if isinstance(given, list) and all(type(length) is int for length in given):
        return tuple(given)
    raise FieldError("truncation", "cut, initials or a list of the letters of each component is wanted")


def _lines(question: Question) -> list[str] | str:
    lines = question.get("lines")
    if isinstance(lines, str):
        return lines
    if isinstance(lines, list) and all(isinstance(line, str) for line in lines):
        return lines
    raise FieldError("lines", "it is missing" if lines is None else "a list of texts is wanted")
