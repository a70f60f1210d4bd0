"""The letter that tells the card access number (CAN): apart from the card, folded over the number, kept nowhere.

Nothing of it goes into a log, a row or the outbox: six digits are found again from a digest in a moment, so not even
the digest of this paper is kept (`services.print_access_number`).
"""

from dataclasses import dataclass
from datetime import date

from enrolment.papers.sheet import BigCode, Paragraphs, Sheet
from enrolment.papers.subject import Subject, second_of
from enrolment.papers.texts import texts_of, words_of

CAN_DIGITS = 6


@dataclass(frozen=True, slots=True, repr=False)
class AccessNumberPaper:
    """`can` is never shown by a repr; the value lives as long as the printing takes."""

    subject: Subject
    number: str
    written_on: date
    can: str

    def __post_init__(self) -> None:
        if len(self.can) != CAN_DIGITS or not (self.can.isascii() and self.can.isdigit()):
            raise ValueError(f"a card access number has {CAN_DIGITS} digits")


def access_number_sheet(paper: AccessNumberPaper) -> Sheet:
    """A letter of three thirds: folded at its marks, the address lies outside and the number inside."""
    second = second_of(paper.subject.second_language)
    words, labels = words_of("access_number", second), words_of("labels", second)
    return Sheet(
        title=texts_of("access_number")["title"],
        number=paper.number,
        case=paper.subject.case,
        day=paper.written_on,
        second=second,
        recipient=paper.subject.postal_lines,
        blocks=(
            BigCode(words("label"), f"{paper.can[:3]} {paper.can[3:]}", (words("what"),)),
            Paragraphs((words("apart"), words("lost"))),
        ),
        signed_for=labels("for_the_authority"),
        is_folded=True,
    )
