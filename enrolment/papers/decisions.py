"""What the minister decides, on paper: decision, authorisation before entry (D11), more time, readmission."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from enrolment.papers.pdf import sheet_pdf
from enrolment.papers.receipts import sealed_of
from enrolment.papers.sheet import Block, Box, Bullets, Letterhead, Paragraphs, Quoted, Sheet
from enrolment.papers.subject import Holder, Subject, brief_rows, person_rows, rows_of, second_of, subject_rows
from enrolment.papers.texts import texts_of, words_of
from enrolment.rules.words import Texts
from enrolment.seal.sealed_paper import SealedPaper


@dataclass(frozen=True, slots=True, repr=False)
class DecisionPaper:
    """A decision letter."""

    subject: Subject
    number: str
    check_code: str
    granted: bool
    decided_on: date
    valid_until: date | None
    reasons: str
    erased_after_days: int


class Settling(StrEnum):
    """Who is authorised before entry; what follows the entry differs (S2; RGD art. 16 and 17)."""

    THIRD_COUNTRY = "third_country"
    LONG_TERM_RESIDENT = "long_term_resident"


@dataclass(frozen=True, slots=True, repr=False)
class AuthorisationPaper:
    """The autorisation de séjour (D11), given before entry; `category` as the law calls the stay."""

    holder: Holder
    number: str
    case: str
    category: Texts
    settling: Settling
    decided_on: date
    article: str
    valid_until: date | None = None
    check_code: str = ""
    seal: bytes = b""

    def sealed(self) -> SealedPaper:
        """What its seal says."""
        return sealed_of(self.holder, "D11", self.number, valid_from=self.decided_on, valid_until=self.valid_until)


@dataclass(frozen=True, slots=True, repr=False)
class ProlongationPaper:
    """More time for a decision, told in writing before the first time limit ends (art. 12, 16(3))."""

    subject: Subject
    number: str
    written_on: date
    was_due_on: date
    due_on: date | None  # None: the article names no length
    reasons: str
    article: str


class Readmission(StrEnum):
    """What is recovered: the status of a long-term resident (art. 15), or the stay (art. 10bis, a draft)."""

    STATUS = "status"
    STAY = "stay"


@dataclass(frozen=True, slots=True, repr=False)
class ReadmissionPaper:
    """The minister tells that status or stay is recovered; `through_post` where the file came by a diplomatic post."""

    subject: Subject
    number: str
    kind: Readmission
    decided_on: date
    through_post: bool = False


def decision_sheet(paper: DecisionPaper) -> Sheet:
    """The decision letter: granted with its last day, or refused with its reasons."""
    second = second_of(paper.subject.second_language)
    words, labels = words_of("decision", second), words_of("labels", second)
    validity = (words("validity", until=paper.valid_until),) if paper.valid_until is not None else ()
    blocks: list[Block] = [
        Box(main=words("granted" if paper.granted else "refused"), more=validity),
        subject_rows(paper.subject, labels, with_basis=True),
    ]
    blocks += _reasons(paper.reasons, second)
    if paper.granted:
        blocks.append(Paragraphs((words("collection", days=str(paper.erased_after_days)),)))
    blocks.append(Paragraphs((words("appeal"),)))
    return Sheet(
        title=texts_of("decision")["title"],
        number=paper.number,
        case=paper.subject.case,
        day=paper.decided_on,
        second=second,
        what=paper.subject.product_full_title,
        recipient=paper.subject.postal_lines,
        blocks=tuple(blocks),
        signed_for=labels("for_the_authority"),
        check_code=paper.check_code,
    )


def decision_pdf(paper: DecisionPaper, letterhead: Letterhead) -> bytes:
    """The decision letter as PDF/A-2a. Raises PaperError."""
    return sheet_pdf(decision_sheet(paper), letterhead)


def authorisation_sheet(paper: AuthorisationPaper) -> Sheet:
    """The authorisation to stay: for what, and what is to be done after the entry."""
    second = second_of(paper.holder.second_language)
    words, labels = words_of("authorisation", second), words_of("labels", second)
    validity = (words("valid_until", until=paper.valid_until),) if paper.valid_until is not None else ()
    return Sheet(
        title=texts_of("authorisation")["title"],
        number=paper.number,
        case=paper.case,
        day=paper.decided_on,
        second=second,
        recipient=paper.holder.postal_lines,
        blocks=(
            rows_of(person_rows(paper.holder, labels)),
            Box(
                main=words("effect", category=paper.category),
                more=(*validity, words("no_title")),
                article=paper.article,
            ),
            Bullets((words("declare"), words(f"apply_{paper.settling.value}")), words("after_entry")),
        ),
        signed_for=labels("for_the_authority"),
        check_code=paper.check_code,
        seal=paper.seal,
    )


def prolongation_sheet(paper: ProlongationPaper) -> Sheet:
    """The letter that tells of more time, with its reasons."""
    second = second_of(paper.subject.second_language)
    words, labels = words_of("prolongation", second), words_of("labels", second)
    until = (words("until", until=paper.due_on),) if paper.due_on is not None else (words("open"),)
    return Sheet(
        title=texts_of("prolongation")["title"],
        number=paper.number,
        case=paper.subject.case,
        day=paper.written_on,
        second=second,
        what=paper.subject.product_full_title,
        recipient=paper.subject.postal_lines,
        blocks=(
            Box(main=words("main", was_due=paper.was_due_on), more=until, article=paper.article),
            *_reasons(paper.reasons, second),
            brief_rows(paper.subject, labels),
            Paragraphs((words("nothing_to_do"),)),
        ),
        signed_for=labels("for_the_authority"),
    )


def readmission_sheet(paper: ReadmissionPaper) -> Sheet:
    """The letter that tells of readmission, and how the permit is delivered (art. 13)."""
    second = second_of(paper.subject.second_language)
    words, labels = words_of("readmission", second), words_of("labels", second)
    steps = (words("passport"), words("fee"), words("appear"))
    return Sheet(
        title=texts_of("readmission")["title"],
        number=paper.number,
        case=paper.subject.case,
        day=paper.decided_on,
        second=second,
        what=paper.subject.product_full_title,
        recipient=paper.subject.postal_lines,
        blocks=(
            Box(main=words(paper.kind.value), article=texts_of("readmission")[f"article_{paper.kind.value}"]["fr"]),
            brief_rows(paper.subject, labels),
            Bullets((*steps, words("post")) if paper.through_post else steps, words("delivery")),
        ),
        signed_for=labels("for_the_authority"),
    )


def _reasons(reasons: str, second: str) -> list[Block]:
    lines = tuple(line.strip() for line in reasons.splitlines() if line.strip())
    return [Quoted(words_of("decision", second)("reasons"), lines)] if lines else []
