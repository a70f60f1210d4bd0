"""Letters to a person: the file is incomplete, renew in time, come to an appointment; and the notice to a commune."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from enrolment.papers.pdf import sheet_pdf
from enrolment.papers.sheet import BigCode, Block, Box, Bullets, Letterhead, Paragraphs, Quoted, Row, Sheet
from enrolment.papers.subject import Holder, Subject, brief_rows, day_row, person_rows, rows_of, second_of
from enrolment.papers.texts import same, texts_of, words_of
from enrolment.rules.words import Texts


@dataclass(frozen=True, slots=True, repr=False)
class ReturnPaper:
    """The letter with which an incomplete file goes back. It has no check code: it gives no right."""

    subject: Subject
    number: str
    returned_on: date
    missing: tuple[Texts, ...]
    article: str
    remarks: str = ""  # an officer's own words: what is wrong with a piece that did come


class Offer(StrEnum):
    """What someone whose document ends may ask for (art. 21)."""

    RENEWAL = "renewal"
    PERMANENT_CARD = "permanent_card"
    LONG_TERM_STATUS = "long_term_status"


@dataclass(frozen=True, slots=True, repr=False)
class RenewalPaper:
    """The invitation two months before a document ends (R45); `offers` as the stay allows."""

    holder: Holder
    number: str
    written_on: date
    document_title: Texts
    document_number: str
    expires_on: date
    window_opens_on: date
    offers: tuple[Offer, ...]
    pieces: tuple[Texts, ...]
    filing_place: tuple[str, ...]


class AppointmentPurpose(StrEnum):
    """What an appointment is for."""

    CAPTURE = "capture"
    COLLECTION = "collection"
    BOTH = "both"


@dataclass(frozen=True, slots=True, repr=False)
class AppointmentPaper:
    """The invitation to book; `code` works once and until a day, and nobody but the person has it."""

    subject: Subject
    number: str
    written_on: date
    purpose: AppointmentPurpose
    code: str
    code_valid_until: date
    place: tuple[str, ...]
    booking_address: str = ""
    phone: str = ""
    family_members: int = 1
    takes_fingerprints: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class CommuneNoticePaper:
    """A commune learns of a new attestation in the place of one that was lost or stolen (R10)."""

    holder: Holder
    number: str
    written_on: date
    commune: tuple[str, ...]
    document_title: Texts
    old_number: str
    new_number: str
    new_issued_on: date


def return_sheet(paper: ReturnPaper) -> Sheet:
    """The letter that lists what an incomplete file lacks (art. 23)."""
    second = second_of(paper.subject.second_language)
    words, labels = words_of("return", second), words_of("labels", second)
    blocks: list[Block] = [Paragraphs((words("introduction"),))]
    if paper.missing:
        missing = tuple(words.of(piece) for piece in paper.missing)
        blocks.append(Bullets(missing, words("missing"), is_framed=True, article=paper.article))
    lines = tuple(line.strip() for line in paper.remarks.splitlines() if line.strip())
    if lines:
        blocks.append(Quoted(words("remarks"), lines))
    blocks += [
        Paragraphs((words("other_proof"),)),
        brief_rows(paper.subject, labels),
        Paragraphs((words("clock"),)),
    ]
    return Sheet(
        title=texts_of("return")["title"],
        number=paper.number,
        case=paper.subject.case,
        day=paper.returned_on,
        second=second,
        what=paper.subject.product_full_title,
        recipient=paper.subject.postal_lines,
        blocks=tuple(blocks),
        signed_for=None,
    )


def return_pdf(paper: ReturnPaper, letterhead: Letterhead) -> bytes:
    """The letter that lists what an incomplete file lacks, as PDF/A-2a. Raises PaperError."""
    return sheet_pdf(return_sheet(paper), letterhead)


def renewal_sheet(paper: RenewalPaper) -> Sheet:
    """The invitation to renew, with the window, the offers and what to bring."""
    second = second_of(paper.holder.second_language)
    words, labels = words_of("renewal", second), words_of("labels", second)
    rows = [
        Row(labels("document"), words.of(paper.document_title)),
        Row(labels("document_number"), same(paper.document_number)),
        day_row(labels, "expires_on", paper.expires_on),
    ]
    offers = tuple(words(f"offer_{offer.value}") for offer in paper.offers)
    blocks: list[Block] = [
        Paragraphs((words("introduction", document=paper.document_title, expires=paper.expires_on),)),
        rows_of(rows),
        Box(
            title=words("window_title"),
            main=words("window", opens=paper.window_opens_on, expires=paper.expires_on),
            more=(words("before_expiry"),),
            article=texts_of("renewal")["article"]["fr"],
        ),
        Bullets(offers, words("offers")),
    ]
    if paper.pieces:
        blocks.append(Bullets(tuple(words.of(piece) for piece in paper.pieces), words("pieces")))
    blocks.append(Paragraphs(tuple(same(line) for line in paper.filing_place), words("where")))
    return Sheet(
        title=texts_of("renewal")["title"],
        number=paper.number,
        case="",
        day=paper.written_on,
        second=second,
        recipient=paper.holder.postal_lines,
        blocks=tuple(blocks),
        signed_for=labels("for_the_authority"),
    )


def appointment_sheet(paper: AppointmentPaper) -> Sheet:
    """The invitation to book an appointment with a code that works once."""
    second = second_of(paper.subject.second_language)
    words, labels = words_of("appointment", second), words_of("labels", second)
    notes = [words("code_until", until=paper.code_valid_until), words("code_secret")]
    how = [words("book_online", address=paper.booking_address)] if paper.booking_address else []
    how += [words("book_phone", phone=paper.phone)] if paper.phone else []
    bring = [words("bring_passport"), words("bring_letter")]
    if paper.purpose is not AppointmentPurpose.COLLECTION:
        bring.append(words("bring_photo"))
        bring += [words("fingers")] if paper.takes_fingerprints else []
    if paper.purpose is not AppointmentPurpose.CAPTURE:
        bring.append(words("bring_old_card"))
    blocks: list[Block] = [Paragraphs((words(paper.purpose.value),))]
    if paper.family_members > 1:
        blocks.append(Paragraphs((words("family", count=str(paper.family_members)),)))
    blocks += [
        BigCode(words("code"), paper.code, tuple(notes)),
        *([Bullets(tuple(how), words("how"))] if how else []),
        Bullets(tuple(bring), words("bring")),
        Paragraphs(tuple(same(line) for line in paper.place), words("where")),
        rows_of(person_rows(paper.subject.holder, labels)[:3]),
    ]
    return Sheet(
        title=texts_of("appointment")["title"],
        number=paper.number,
        case=paper.subject.case,
        day=paper.written_on,
        second=second,
        recipient=paper.subject.postal_lines,
        blocks=tuple(blocks),
        signed_for=labels("for_the_authority"),
    )


def commune_notice_sheet(paper: CommuneNoticePaper) -> Sheet:
    """The notice to a commune, in French: it is an authority's letter to an authority."""
    words, labels = words_of("commune_notice", ""), words_of("labels", "")
    rows = [
        *person_rows(paper.holder, labels),
        Row(labels("document"), words.of(paper.document_title)),
        Row(words("old_number"), same(paper.old_number)),
        Row(words("new_number"), same(paper.new_number)),
        day_row(words, "new_issued_on", paper.new_issued_on),
    ]
    return Sheet(
        title=texts_of("commune_notice")["title"],
        number=paper.number,
        case="",
        day=paper.written_on,
        second="",
        recipient=paper.commune,
        blocks=(Paragraphs((words("introduction"),)), rows_of(rows), Paragraphs((words("register"),))),
        signed_for=labels("for_the_authority"),
    )
