"""Prints the papers of a case: from rows to PDF, the digest into a row, the ledger before anyone sees the paper."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.utils.timezone import localdate

from enrolment.accounts.models import Officer
from enrolment.audit.services import record
from enrolment.cases.duplicates import records_of
from enrolment.cases.letters import note_written
from enrolment.cases.models import Case, Decision, Letter, LetterKind, Person, PersonEvent, PersonEventKind, Receipt
from enrolment.cases.records import facts_of_case
from enrolment.cases.walking import next_number
from enrolment.errors import Incomplete, UnknownRecord
from enrolment.outbox.message import Attachment, OutgoingMessage
from enrolment.outbox.models import OutboxEntry
from enrolment.outbox.services import enqueue
from enrolment.papers.access_number_letter import AccessNumberPaper, access_number_sheet
from enrolment.papers.attestations import PermanentPaper, RegistrationPaper
from enrolment.papers.catalogue import MADE_BY, Paper, PaperKind
from enrolment.papers.decisions import AuthorisationPaper, DecisionPaper
from enrolment.papers.letters import ReturnPaper
from enrolment.papers.models import PrintedPaper
from enrolment.papers.online_check import CheckablePaper
from enrolment.papers.pdf import sheet_pdf
from enrolment.papers.receipts import ArrivalPaper, ReceiptPaper
from enrolment.papers.sheet import Letterhead, Sheet
from enrolment.papers.subject import Holder, Subject
from enrolment.papers.texts import PaperError
from enrolment.rules.book import ReceiptKind
from enrolment.rules.checks.persons import fingerprints_are_due
from enrolment.rules.dates import PartialDate
from enrolment.rules.read_book import rule_book
from enrolment.seal.sealed_paper import SealedPaper
from enrolment.seal.sealing import PaperSealer
from enrolment.transactions import one_transaction

Sealable = ReceiptPaper | ArrivalPaper | RegistrationPaper | PermanentPaper | AuthorisationPaper
RandomBytes = Callable[[int], bytes]
CHECK_CODE_BYTES = 12  # 96 bits: nobody guesses one
SERIES: Mapping[PaperKind, str] = {
    PaperKind.REGISTRATION: "E",
    PaperKind.ARRIVAL: "A",
    PaperKind.PERMANENT: "P",
    PaperKind.AUTHORISATION: "S",
}
Sealed = TypeVar("Sealed", bound=Sealable)


@one_transaction
def print_paper(
    paper: Paper,
    letterhead: Letterhead,
    officer: Officer,
    at: datetime,
    *,
    case: Case | None = None,
    sealer: PaperSealer | None = None,
) -> bytes:
    """Any paper of the catalogue as PDF/A-2a; printed again it is the same file, with the seal that it had.

    Row and ledger entry are in the transaction that ends before the caller has the bytes. Raises: PaperError where the
    paper was printed before with another content, SealError where it cannot be sealed.
    """
    kind, make = MADE_BY[type(paper)]
    sheet, content = make(paper), None
    before = PrintedPaper.objects.filter(number=sheet.number).first()
    if isinstance(paper, Sealable):
        content = paper.sealed()
        paper = _with_seal(paper, content, sheet, before, sealer, at)
        sheet = make(paper)
    pdf = sheet_pdf(sheet, letterhead)
    row = PrintedPaper(
        number=sheet.number,
        kind=kind.value,
        case=case,
        sha256=hashlib.sha256(pdf).hexdigest(),
        seal=sheet.seal,
        check_code=sheet.check_code,
        document=content.document if content else "",
        valid_from=content.valid_from if content else None,
        valid_until=content.valid_until if content else None,
        printed_at=at,
        printed_by=officer,
    )
    _record_print(row, before, case, officer, at)
    return pdf


@one_transaction
def print_receipt(
    receipt: Receipt, letterhead: Letterhead, officer: Officer, at: datetime, *, sealer: PaperSealer | None = None
) -> bytes:
    """The receipt's PDF; what was printed is in the ledger before anyone sees it. Raises PaperError, SealError."""
    pdf = print_paper(receipt_paper(receipt), letterhead, officer, at, case=receipt.case, sealer=sealer)
    receipt.paper_sha256 = hashlib.sha256(pdf).hexdigest()
    receipt.save(update_fields=["paper_sha256"])
    return pdf


@one_transaction
def print_decision(decision: Decision, letterhead: Letterhead, officer: Officer, at: datetime) -> bytes:
    """The decision letter's PDF. Raises PaperError."""
    case, decided_on = decision.case, localdate(decision.decided_at)
    paper = DecisionPaper(
        subject=subject_of(case),
        number=decision.number,
        check_code=decision.check_code,
        granted=decision.granted,
        decided_on=decided_on,
        valid_until=decision.valid_until,
        reasons=decision.reasons,
        erased_after_days=rule_book().number("biometrics_erased_after_days", decided_on),
    )
    pdf = print_paper(paper, letterhead, officer, at, case=case)
    decision.paper_sha256 = hashlib.sha256(pdf).hexdigest()
    decision.save(update_fields=["paper_sha256"])
    return pdf


@one_transaction
def print_return(
    case: Case, missing: Iterable[str], letterhead: Letterhead, officer: Officer, at: datetime, *, remarks: str = ""
) -> bytes:
    """The letter that goes with a file that `cases.services.return_incomplete` sent back. Raises PaperError."""
    book = rule_book()
    ordered = case.letters.filter(kind=LetterKind.INCOMPLETE).order_by("-id").first()
    paper = ReturnPaper(
        subject=subject_of(case),
        number=letter_number(ordered, at),
        returned_on=localdate(at),
        missing=tuple(book.pieces[code] for code in missing),
        article=f"Règlement grand-ducal modifié du 5 septembre 2008, {book.rules['R47'].article.split(', ')[-1]}",
        remarks=remarks,
    )
    pdf = print_paper(paper, letterhead, officer, at, case=case)
    if ordered is not None:
        note_written(ordered, paper.number, hashlib.sha256(pdf).hexdigest(), officer, at)
    return pdf


def new_paper(kind: PaperKind, at: datetime, random_bytes: RandomBytes = secrets.token_bytes) -> tuple[str, str]:
    """Number and check code of a paper that no other row numbers. Raises PaperError for kinds that cases number."""
    if kind not in SERIES:
        raise PaperError(f"a {kind.value} has the number of its row")
    number = f"{SERIES[kind]}-{next_number(f'paper {kind.value}', localdate(at).year)}"
    return number, random_bytes(CHECK_CODE_BYTES).hex().upper()


def letter_number(letter: Letter | None, at: datetime) -> str:
    """The number that a letter has, or the next one."""
    return (letter.number if letter else None) or f"L-{next_number('letter', localdate(at).year)}"


@one_transaction
def print_access_number(case: Case, can: str, letterhead: Letterhead, officer: Officer, at: datetime) -> bytes:
    """The letter that tells the card access number: that it was printed is recorded, nothing of what it says.

    Not even a digest is kept: with the rest of the letter known, six digits are tried out in a moment. Each print gets
    a number of its own. Raises PaperError.
    """
    number = letter_number(None, at)
    try:
        paper = AccessNumberPaper(subject_of(case), number, localdate(at), can)
    except ValueError as error:
        raise PaperError(str(error)) from None
    pdf = sheet_pdf(access_number_sheet(paper), letterhead)
    kind = PaperKind.ACCESS_NUMBER
    PrintedPaper.objects.create(number=number, kind=kind, case=case, printed_by=officer, printed_at=at)
    record(at, officer.username, f"paper.{kind.value}", case.number, {"number": number})
    return pdf


@one_transaction
def send_paper(pdf: bytes, number: str, kind: PaperKind, subject: Subject, at: datetime) -> OutboxEntry:
    """Hand a letter to the outbox, by post, once per paper. Raises: PaperError for a letter that must leave no copy."""
    if kind is PaperKind.ACCESS_NUMBER:
        raise PaperError("the letter with the access number is printed and handed over, never kept in an outbox")
    if not PrintedPaper.objects.filter(number=number, sha256=hashlib.sha256(pdf).hexdigest()).exists():
        raise PaperError(f"{number}: only a paper that was printed here, as it was printed, is sent")
    lines = subject.postal_lines
    message = OutgoingMessage(
        kind=kind.value,
        medium="letter",
        recipient_name=lines[0],
        address_lines=tuple(lines[1:]),
        mail_address="",
        language=subject.second_language or "fr",
        subject=f"{subject.product_title['fr']} – {subject.case}",
        body="",
        attachments=(Attachment(f"{number}.pdf", "application/pdf", pdf),),
        case_reference=subject.case,
    )
    return enqueue(message, key=f"paper:{number}", at=at)


def receipt_paper(receipt: Receipt) -> ReceiptPaper:
    """What stands on the receipt of a row, without its seal."""
    case, book = receipt.case, rule_book()
    product = book.product(case.product)
    kind = ReceiptKind(receipt.kind)
    codes = dict.fromkeys(case.pieces.order_by("id").values_list("code", flat=True))
    return ReceiptPaper(
        subject=subject_of(case),
        number=receipt.number,
        check_code=receipt.check_code,
        kind=kind,
        issued_on=localdate(receipt.issued_at),
        effect_from=receipt.effect_from,
        valid_until=receipt.valid_until,
        article=receipt.article,
        has_art8_effect=product.has_art8_documents and kind is not ReceiptKind.ACKNOWLEDGEMENT,
        takes_fingerprints=fingerprints_are_due(facts_of_case(case), book, localdate(receipt.issued_at)),
        pieces=tuple(book.pieces[code] for code in codes),
    )


def holder_of(person: Person, address: str) -> Holder:
    """A person as papers name them."""
    return Holder(
        surname=person.surname,
        given_names=person.given_names,
        latin_surname=person.latin_surname,
        latin_given_names=person.latin_given_names,
        birth_date=PartialDate.parse(person.birth_date),
        birth_place=person.birth_place,
        nationalities=tuple(person.nationalities.values_list("code", flat=True)),
        address=address,
        second_language=person.language,
    )


def subject_of(case: Case) -> Subject:
    """Whom and what the papers of `case` are about."""
    person, product = case.person, rule_book().product(case.product)
    try:
        representative = case.representative
        name = f"{representative.given_names} {representative.surname}".strip()
        relation = representative.relation
    except ObjectDoesNotExist:
        name = relation = ""
    holder = holder_of(person, case.address if case.commune in case.address else f"{case.address}, {case.commune}")
    return Subject(
        case=case.number,
        **{field: getattr(holder, field) for field in Holder.__slots__},
        product_title=product.title,
        product_full_title=product.full_title,
        reason=case.reason,
        filed_on=case.filed_on,
        legal_basis=case.legal_basis,
        representative=name,
        representative_relation=relation,
    )


@one_transaction
def withdraw_paper(number: str, officer: Officer, at: datetime, reason: str) -> None:
    """A paper no longer holds: who checks it online is told. Raises: UnknownRecord, Incomplete without a reason."""
    if not reason.strip():
        raise Incomplete("a reason is wanted to withdraw a paper")
    paper = PrintedPaper.objects.filter(number=number).first()
    if paper is None:
        raise UnknownRecord("no such paper")
    if paper.withdrawn_at is None:
        paper.withdrawn_at = at
        paper.save(update_fields=["withdrawn_at"])
        record(at, officer.username, "paper.withdrawn", number, {"reason": reason.strip()[:200]})


def checkable(number: str) -> CheckablePaper | None:
    """What an online check may know of a paper: `online_check.check_online` asks with it. None where there is none."""
    paper = PrintedPaper.objects.filter(number=number).exclude(check_code="").first()
    if paper is None:
        return None
    withdrawn = paper.withdrawn_at is not None or _is_ended_by_removal(paper)
    if paper.kind == PaperKind.RECEIPT.value:
        withdrawn |= Receipt.objects.filter(number=number, withdrawn_at__isnull=False).exists()
    return CheckablePaper(paper.check_code, paper.document, paper.valid_from, paper.valid_until, withdrawn)


def _is_ended_by_removal(paper: PrintedPaper) -> bool:
    """Whether a removal decision was entered since, which withdraws what is on paper as well (art. 28)."""
    if paper.case is None:
        return False
    removals = PersonEvent.objects.filter(person__in=records_of(paper.case.person), kind=PersonEventKind.REMOVAL)
    return removals.filter(entered_at__gte=paper.printed_at).exists()


def _with_seal(
    paper: Sealed,
    content: SealedPaper | None,
    sheet: Sheet,
    before: PrintedPaper | None,
    sealer: PaperSealer | None,
    at: datetime,
) -> Sealed:
    """The paper with the seal that it had, else with a new one; without a sealer it stays without."""
    if before is not None:
        return replace(paper, seal=bytes(before.seal))
    if content is None or sealer is None:
        return paper
    return replace(paper, seal=sealer.seal(content, issued_on=sheet.day, signed_on=localdate(at)))


def _record_print(
    row: PrintedPaper, before: PrintedPaper | None, case: Case | None, officer: Officer, at: datetime
) -> None:
    """The row of a paper printed for the first time; for a second print, that it is the same. Raises PaperError."""
    if before is None:
        row.save(force_insert=True)
    elif before.sha256 != row.sha256:
        raise PaperError(f"{row.number} was printed with another content: a changed paper gets a number of its own")
    action = f"paper.{row.kind}" if before is None else f"paper.{row.kind}.again"
    subject = case.number if case is not None else row.number
    record(at, officer.username, action, subject, {"number": row.number, "sha256": row.sha256})
