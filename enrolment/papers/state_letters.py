"""Letters to another Member State about international protection and its remark (RGD art. 13(3)), in fr and en."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from enrolment.papers.sheet import Box, Paragraphs, Row, Sheet
from enrolment.papers.subject import Holder, day_row, person_rows, rows_of, states_in_both
from enrolment.papers.texts import same, texts_of, words_of

SECOND = "en"  # between authorities of different States


class StateLetter(StrEnum):
    """Which of the letters of art. 13(3) it is."""

    REQUEST = "request"
    REMINDER = "reminder"
    ANSWER_HOLDS = "answer_holds"
    ANSWER_WITHDRAWN = "answer_withdrawn"
    CHANGE_REMARK = "change_remark"


@dataclass(frozen=True, slots=True, repr=False)
class StateLetterPaper:
    """`granted_on` is the day of the protection, `asked_on` of the request that is answered or repeated."""

    holder: Holder
    kind: StateLetter
    number: str
    case: str
    written_on: date
    state: str  # as machine readable zones spell it
    authority: tuple[str, ...]
    permit_number: str = ""
    granted_on: date | None = None
    asked_on: date | None = None
    withdrawn_on: date | None = None
    their_reference: str = ""


def state_letter_sheet(paper: StateLetterPaper) -> Sheet:
    """The letter of art. 13(3): what is asked or answered, about whom, with the remark's own words."""
    words, labels = words_of("state_letter", SECOND), words_of("labels", SECOND)
    state = states_in_both(labels, (paper.state,))
    named = {"fr": state.fr, "en": state.second, "de": state.second, "lb": state.second}
    main = words(
        paper.kind.value,
        state=named,
        granted_on=paper.granted_on or "",
        asked_on=paper.asked_on or "",
        withdrawn_on=paper.withdrawn_on or "",
    )
    rows = [
        *person_rows(paper.holder, labels, with_address=False),
        Row(words("permit_number"), same(paper.permit_number)),
        day_row(words, "granted_on", paper.granted_on),
        Row(words("their_reference"), same(paper.their_reference)),
    ]
    closing = (words("please_answer"),) if paper.kind in (StateLetter.REQUEST, StateLetter.REMINDER) else ()
    confidential = words("confidential")
    return Sheet(
        title=texts_of("state_letter")[f"title_{paper.kind.value.partition('_')[0]}"],
        number=paper.number,
        case=paper.case,
        day=paper.written_on,
        second=SECOND,
        recipient=paper.authority,
        blocks=(
            Box(main=main, more=closing, article=texts_of("state_letter")[f"article_{_article(paper.kind)}"]["fr"]),
            rows_of(rows),
            Paragraphs((confidential,)),
        ),
        signed_for=labels("for_the_authority"),
    )


def _article(kind: StateLetter) -> str:
    if kind is StateLetter.CHANGE_REMARK:
        return "change"
    return "answer" if kind in (StateLetter.ANSWER_HOLDS, StateLetter.ANSWER_WITHDRAWN) else "request"
