"""Receipts: of an application (D2, D6, D9, a bare acknowledgement) and of a declaration of arrival (D12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from enrolment.papers.pdf import sheet_pdf
from enrolment.papers.sheet import Block, Box, Bullets, Letterhead, Paragraphs, Row, Sheet
from enrolment.papers.subject import Holder, Subject, day_row, person_rows, rows_of, second_of, subject_rows
from enrolment.papers.texts import PaperError, same, texts_of, words_of
from enrolment.rules.book import ReceiptKind
from enrolment.rules.words import Texts
from enrolment.seal.sealed_paper import SealedPaper

# What the catalogue calls the receipts; an acknowledgement gives no right and is no document of it.
CATALOGUE_ID: Mapping[ReceiptKind, str] = {
    ReceiptKind.COUNTS_AS_CARD: "D2",
    ReceiptKind.CONDITIONAL: "D6",
    ReceiptKind.PRESENCE: "D9",
}

ENDING = (ReceiptKind.COUNTS_AS_CARD, ReceiptKind.CONDITIONAL)


@dataclass(frozen=True, slots=True, repr=False)
class ReceiptPaper:
    """A receipt of an application."""

    subject: Subject
    number: str
    check_code: str
    kind: ReceiptKind
    issued_on: date
    effect_from: date | None
    valid_until: date | None
    article: str
    has_art8_effect: bool
    takes_fingerprints: bool
    pieces: tuple[Texts, ...]
    seal: bytes = b""

    def __post_init__(self) -> None:
        """Raises PaperError for one that would leave open for how long it counts as a card (C11)."""
        if self.kind in ENDING and (self.effect_from is None or self.valid_until is None):
            raise PaperError(f"receipt {self.number}: the days from and until which it counts as a card are wanted")

    def sealed(self) -> SealedPaper | None:
        """What its seal says; None for an acknowledgement, which nobody need rely on."""
        document = CATALOGUE_ID.get(self.kind)
        if document is None:
            return None
        return sealed_of(
            self.subject.holder, document, self.number, valid_from=self.effect_from, valid_until=self.valid_until
        )


@dataclass(frozen=True, slots=True, repr=False)
class ArrivalPaper:
    """The receipt of a declaration of arrival, by the commune (D12)."""

    holder: Holder
    number: str
    commune: str
    arrived_on: date
    declared_on: date
    check_code: str = ""
    seal: bytes = b""

    def sealed(self) -> SealedPaper:
        """What its seal says."""
        return sealed_of(self.holder, "D12", self.number, valid_from=self.declared_on, address=self.holder.address)


def sealed_of(
    holder: Holder,
    document: str,
    number: str,
    *,
    valid_from: date | None = None,
    valid_until: date | None = None,
    first_issued_on: date | None = None,
    address: str = "",
) -> SealedPaper:
    """What the seal of a paper about `holder` says."""
    return SealedPaper(
        document=document,
        number=number,
        surname=holder.surname,
        given_names=holder.given_names,
        birth_date=str(holder.birth_date),
        nationality=holder.nationalities[0] if holder.nationalities else "",
        valid_from=valid_from,
        valid_until=valid_until,
        first_issued_on=first_issued_on,
        address=address,
    )


def receipt_sheet(paper: ReceiptPaper) -> Sheet:
    """The receipt (récépissé): who, what, and above all its legal effect with its article."""
    second = second_of(paper.subject.second_language)
    words, labels = words_of("receipt", second), words_of("labels", second)
    is_receipt = paper.kind is not ReceiptKind.ACKNOWLEDGEMENT
    effect = words(paper.kind.value, **{"from": paper.effect_from or "", "until": paper.valid_until or ""})
    blocks: list[Block] = [
        Paragraphs((words("introduction"),)),
        subject_rows(paper.subject, labels),
        Box(
            title=words("effect_title"),
            main=effect,
            more=(words("article8"),) if paper.has_art8_effect else (),
            article=paper.article if is_receipt else "",
        ),
    ]
    if paper.pieces:
        blocks.append(Bullets(tuple(words.of(piece) for piece in paper.pieces), labels("pieces")))
    following = "next_with_fingers" if paper.takes_fingerprints else "next_without_fingers"
    blocks.append(Paragraphs((words(following),), words("next_title")))
    return Sheet(
        title=texts_of("receipt")["title" if is_receipt else "title_acknowledgement"],
        number=paper.number,
        case=paper.subject.case,
        day=paper.issued_on,
        second=second,
        what=paper.subject.product_full_title,
        blocks=tuple(blocks),
        signed_for=None,
        check_code=paper.check_code,
        seal=paper.seal,
    )


def receipt_pdf(paper: ReceiptPaper, letterhead: Letterhead) -> bytes:
    """The receipt (récépissé) as PDF/A-2a. Raises PaperError."""
    return sheet_pdf(receipt_sheet(paper), letterhead)


def arrival_sheet(paper: ArrivalPaper) -> Sheet:
    """The receipt of the declaration of arrival (récépissé de la déclaration d'arrivée)."""
    second = second_of(paper.holder.second_language)
    words, labels = words_of("arrival", second), words_of("labels", second)
    rows = [
        *person_rows(paper.holder, labels),
        Row(labels("commune"), same(paper.commune)),
        day_row(labels, "arrived_on", paper.arrived_on),
        day_row(labels, "declared_on", paper.declared_on),
    ]
    return Sheet(
        title=texts_of("arrival")["title"],
        number=paper.number,
        case="",
        day=paper.declared_on,
        second=second,
        blocks=(
            Paragraphs((words("introduction", commune=paper.commune),)),
            rows_of(rows),
            Box(title=words("effect_title"), main=words("effect"), article=texts_of("arrival")["article"]["fr"]),
            Paragraphs((words("next"),), words("next_title")),
        ),
        signed_for=labels("for_the_commune"),
        check_code=paper.check_code,
        seal=paper.seal,
    )
