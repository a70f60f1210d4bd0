"""The notice that a removal decision withdraws every document of a person, which go back to the minister (art. 28)."""

from dataclasses import dataclass
from datetime import date

from enrolment.papers.sheet import Block, Box, Bullets, Paragraphs, Sheet
from enrolment.papers.subject import Holder, person_rows, rows_of, second_of
from enrolment.papers.texts import texts_of, words_of
from enrolment.rules.words import Texts


@dataclass(frozen=True, slots=True, repr=False)
class WithdrawalPaper:
    """`documents`: the title and the number of each document that no longer holds; none where only a request ended."""

    holder: Holder
    number: str
    case: str
    written_on: date
    decided_on: date
    documents: tuple[tuple[Texts, str], ...]


def withdrawal_sheet(paper: WithdrawalPaper) -> Sheet:
    """The notice of withdrawal: what no longer holds, by which decision, and where it goes."""
    second = second_of(paper.holder.second_language)
    words, labels = words_of("withdrawal", second), words_of("labels", second)
    blocks: list[Block] = [
        Box(main=words("effect", decided=paper.decided_on), article=texts_of("withdrawal")["article"]["fr"]),
        rows_of(person_rows(paper.holder, labels)),
    ]
    if paper.documents:
        listed = tuple(words("document", title=title, number=number) for title, number in paper.documents)
        blocks += [Bullets(listed, words("documents"), is_framed=True), Paragraphs((words("restore"),))]
    return Sheet(
        title=texts_of("withdrawal")["title"],
        number=paper.number,
        case=paper.case,
        day=paper.written_on,
        second=second,
        recipient=paper.holder.postal_lines,
        blocks=tuple(blocks),
        signed_for=labels("for_the_authority"),
    )
