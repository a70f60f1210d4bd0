"""Writes the letters that the cases ordered (D14): from a row that is due to a paper, its number and digest in the row.

What a letter needs beside its case stands in `Letter.content`; the keys of each kind are named at its function.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from enrolment.accounts.models import Officer
from enrolment.cases.letters import note_sent, note_written
from enrolment.cases.models import Case, ExchangeOutcome, Letter, LetterKind, LetterState, ProtectionRecord
from enrolment.errors import Incomplete, StepRefused
from enrolment.outbox.models import EntryState, OutboxEntry
from enrolment.papers.catalogue import Paper, PaperKind
from enrolment.papers.decisions import ProlongationPaper, Readmission, ReadmissionPaper
from enrolment.papers.letters import (
    AppointmentPaper,
    AppointmentPurpose,
    CommuneNoticePaper,
    Offer,
    RenewalPaper,
    ReturnPaper,
)
from enrolment.papers.models import PrintedPaper
from enrolment.papers.services import holder_of, letter_number, print_decision, print_paper, send_paper, subject_of
from enrolment.papers.sheet import Letterhead
from enrolment.papers.state_letters import StateLetter, StateLetterPaper
from enrolment.papers.subject import Holder
from enrolment.papers.withdrawal import WithdrawalPaper
from enrolment.rules.read_book import rule_book
from enrolment.state_names import state_name
from enrolment.transactions import one_transaction

REGULATION = "Règlement grand-ducal modifié du 5 septembre 2008"
COMPETENT_AUTHORITY = "Autorité compétente / Competent authority"


@one_transaction
def write_letter(letter: Letter, letterhead: Letterhead, officer: Officer, at: datetime, *, code: str = "") -> bytes:
    """The paper of a letter that is due, or was written and not sent yet.

    `code` is the one-time code of an invitation to book: it comes from where it was drawn and goes into no row.

    Raises: StepRefused when it was sent or is no longer needed, Incomplete when its row lacks what it must say,
    PaperError when the paper cannot be made.
    """
    letter.refresh_from_db()
    if letter.state not in (LetterState.DUE, LetterState.WRITTEN):
        raise StepRefused(f"{letter} is {letter.state}")
    if letter.kind == LetterKind.DECISION:
        decision = _case_of(letter).decision
        pdf, number = print_decision(decision, letterhead, officer, at), decision.number
    else:
        number = letter_number(letter, at)
        try:
            paper = _paper_of(letter, number, localdate(letter.written_at or at), code)
        except (KeyError, ValueError, TypeError) as error:
            raise Incomplete(f"{letter}: its content lacks {error}") from None
        pdf = print_paper(paper, letterhead, officer, at, case=letter.case)
    note_written(letter, number, hashlib.sha256(pdf).hexdigest(), officer, at)
    return pdf


@one_transaction
def post_letter(
    letter: Letter, letterhead: Letterhead, officer: Officer, at: datetime, *, code: str = ""
) -> OutboxEntry:
    """Write a letter about a case and hand it to the outbox. Raises as `write_letter`; Incomplete without a case."""
    case = _case_of(letter)
    pdf = write_letter(letter, letterhead, officer, at, code=code)
    printed = PrintedPaper.objects.get(number=letter.number)
    return send_paper(pdf, printed.number, PaperKind(printed.kind), subject_of(case), at)


def note_what_left(at: datetime) -> int:
    """For the nightly work: letters that the outbox delivered are noted as sent; how many there were."""
    noted = 0
    for letter in Letter.objects.filter(state=LetterState.WRITTEN).select_related("case"):
        entry = OutboxEntry.objects.filter(key=f"paper:{letter.number}", state=EntryState.DELIVERED).first()
        if entry is not None:
            note_sent(letter, "post", None, entry.ended_at or at)
            noted += 1
    return noted


def _paper_of(letter: Letter, number: str, day: date, code: str) -> Paper:
    if letter.kind == LetterKind.APPOINTMENT:
        return _appointment(letter, number, day, code)
    return PAPER_OF[LetterKind(letter.kind)](letter, number, day)


def _return(letter: Letter, number: str, day: date) -> ReturnPaper:
    """content: missing (codes of pieces), remarks."""
    book = rule_book()
    missing = tuple(book.pieces[code] for code in letter.content["missing"])
    remarks = str(letter.content.get("remarks", ""))
    return ReturnPaper(subject_of(_case_of(letter)), number, day, missing, f"{REGULATION}, art. 23", remarks)


def _prolongation(letter: Letter, number: str, day: date) -> ProlongationPaper:
    """content: reason, until."""
    article = rule_book().rules[letter.rule].article.split(", ")[-1]
    return ProlongationPaper(
        subject=subject_of(_case_of(letter)),
        number=number,
        written_on=day,
        was_due_on=letter.due_on,
        due_on=_day(letter.content["until"]),
        reasons=letter.content["reason"],
        article=f"{REGULATION}, {article}",
    )


def _renewal(letter: Letter, number: str, day: date) -> RenewalPaper:
    """content: product, document_number, expires_on, window_opens_on, offers, pieces, filing_place, address."""
    content, book = letter.content, rule_book()
    return RenewalPaper(
        holder=_holder(letter),
        number=number,
        written_on=day,
        document_title=book.product(content["product"]).title,
        document_number=content["document_number"],
        expires_on=_day(content["expires_on"]),
        window_opens_on=_day(content["window_opens_on"]),
        offers=tuple(Offer(offer) for offer in content["offers"]),
        pieces=tuple(book.pieces[code] for code in content.get("pieces", ())),
        filing_place=tuple(content["filing_place"]),
    )


def _appointment(letter: Letter, number: str, day: date, code: str) -> AppointmentPaper:
    """content: purpose, code_valid_until, place, booking_address, phone, family_members, takes_fingerprints."""
    if not code:
        raise Incomplete(f"{letter}: the one-time code is wanted, which no row keeps")
    content = letter.content
    return AppointmentPaper(
        subject=subject_of(_case_of(letter)),
        number=number,
        written_on=day,
        purpose=AppointmentPurpose(content["purpose"]),
        code=code,
        code_valid_until=_day(content["code_valid_until"]),
        place=tuple(content["place"]),
        booking_address=content.get("booking_address", ""),
        phone=content.get("phone", ""),
        family_members=int(content.get("family_members", 1)),
        takes_fingerprints=bool(content.get("takes_fingerprints", True)),
    )


def _readmission(letter: Letter, number: str, day: date) -> ReadmissionPaper:
    """content: kind (status, stay), through_post."""
    kind = Readmission(letter.content["kind"])
    return ReadmissionPaper(
        subject_of(_case_of(letter)), number, kind, day, through_post=bool(letter.content.get("through_post"))
    )


def _commune_notice(letter: Letter, number: str, day: date) -> CommuneNoticePaper:
    """content: commune (lines), product, old_number, new_number, new_issued_on, address."""
    content = letter.content
    return CommuneNoticePaper(
        holder=_holder(letter),
        number=number,
        written_on=day,
        commune=tuple(content["commune"]),
        document_title=rule_book().product(content["product"]).title,
        old_number=content["old_number"],
        new_number=content["new_number"],
        new_issued_on=_day(content["new_issued_on"]),
    )


def _withdrawal(letter: Letter, number: str, day: date) -> WithdrawalPaper:
    """content: decided_on, documents (product and number of each), address."""
    content, book = letter.content, rule_book()
    return WithdrawalPaper(
        holder=_holder(letter),
        number=number,
        case=letter.case.number if letter.case else "",
        written_on=day,
        decided_on=_day(content["decided_on"]),
        documents=tuple((book.product(each["product"]).title, each["number"]) for each in content["documents"]),
    )


def _state_letter(letter: Letter, number: str, day: date) -> StateLetterPaper:
    """content: state, reference, asked_on, granted_on, permit_number, authority (lines).

    What the case and the exchange know is taken from them; an answer is written once the exchange has its outcome.
    """
    content, kind = letter.content, STATE_LETTERS.get(LetterKind(letter.kind))
    protection = ProtectionRecord.objects.filter(case=letter.case).first() if letter.case else None
    exchange = letter.person.exchanges.filter(state=content["state"]).order_by("-id").first()
    if kind is None:
        outcome = exchange.outcome if exchange else ""
        if outcome not in ANSWERS:
            raise Incomplete(f"{letter}: an answer is written once the exchange has its outcome")
        kind = ANSWERS[outcome]
    granted_on = _day_or_none(content.get("granted_on")) or (protection.granted_on if protection else None)
    if granted_on is None:
        raise Incomplete(f"{letter}: the day of the protection is wanted")
    asked_on = _day_or_none(content.get("asked_on")) or (exchange.started_on if exchange else None)
    withdrawn_on = _day_or_none(content.get("withdrawn_on"))
    if kind is StateLetter.ANSWER_WITHDRAWN and withdrawn_on is None:
        raise Incomplete(f"{letter}: the day of the final withdrawal is wanted")
    authority = tuple(content.get("authority") or (COMPETENT_AUTHORITY, state_name(content["state"], "en")))
    return StateLetterPaper(
        holder=_holder(letter),
        kind=kind,
        number=number,
        case=letter.case.number if letter.case else "",
        written_on=day,
        state=content["state"],
        authority=authority,
        permit_number=content.get("permit_number", ""),
        granted_on=granted_on,
        asked_on=asked_on,
        withdrawn_on=withdrawn_on,
        their_reference=content.get("reference", ""),
    )


STATE_LETTERS: Mapping[LetterKind, StateLetter] = {
    LetterKind.STATE_REQUEST: StateLetter.REQUEST,
    LetterKind.STATE_REMINDER: StateLetter.REMINDER,
    LetterKind.STATE_REMARK: StateLetter.CHANGE_REMARK,
}
ANSWERS: Mapping[str, StateLetter] = {
    ExchangeOutcome.HOLDS.value: StateLetter.ANSWER_HOLDS,
    ExchangeOutcome.WITHDRAWN.value: StateLetter.ANSWER_WITHDRAWN,
}
PAPER_OF: Mapping[LetterKind, Callable[[Letter, str, date], Paper]] = {
    LetterKind.INCOMPLETE: _return,
    LetterKind.PROLONGATION: _prolongation,
    LetterKind.RENEWAL: _renewal,
    LetterKind.READMISSION: _readmission,
    LetterKind.COMMUNE_NOTICE: _commune_notice,
    LetterKind.WITHDRAWAL: _withdrawal,
    LetterKind.STATE_REQUEST: _state_letter,
    LetterKind.STATE_REMINDER: _state_letter,
    LetterKind.STATE_ANSWER: _state_letter,
    LetterKind.STATE_REMARK: _state_letter,
}


def _case_of(letter: Letter) -> Case:
    if letter.case is None:
        raise Incomplete(f"{letter}: a letter about a case is wanted")
    return letter.case


def _holder(letter: Letter) -> Holder:
    address = letter.case.address if letter.case else str(letter.content.get("address", ""))
    return holder_of(letter.person, address)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _day_or_none(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None
