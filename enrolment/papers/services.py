"""Prints the papers of a case: from its rows to PDF, and the paper's digest back into the row."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils.timezone import localdate

from enrolment.accounts.models import Officer
from enrolment.audit.services import record
from enrolment.cases.models import Case, Decision, Receipt
from enrolment.cases.records import facts_of_case
from enrolment.cases.walking import next_number
from enrolment.papers.letters import (
    DecisionPaper,
    ReceiptPaper,
    ReturnPaper,
    Subject,
    decision_pdf,
    receipt_pdf,
    return_pdf,
)
from enrolment.papers.pdf import Letterhead
from enrolment.rules.book import ReceiptKind
from enrolment.rules.checks.persons import fingerprints_are_due
from enrolment.rules.dates import PartialDate
from enrolment.rules.read_book import rule_book


@transaction.atomic
def print_receipt(receipt: Receipt, letterhead: Letterhead, officer: Officer, at: datetime) -> bytes:
    """The receipt's PDF; what was printed is in the ledger before anyone sees it. Raises PaperError."""
    case, book = receipt.case, rule_book()
    product = book.product(case.product)
    kind = ReceiptKind(receipt.kind)
    codes = dict.fromkeys(case.pieces.order_by("id").values_list("code", flat=True))
    paper = ReceiptPaper(
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
    pdf = receipt_pdf(paper, letterhead)
    receipt.paper_sha256 = hashlib.sha256(pdf).hexdigest()
    receipt.save(update_fields=["paper_sha256"])
    record(
        at, officer.username, "paper.receipt", case.number, {"number": receipt.number, "sha256": receipt.paper_sha256}
    )
    return pdf


@transaction.atomic
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
    pdf = decision_pdf(paper, letterhead)
    decision.paper_sha256 = hashlib.sha256(pdf).hexdigest()
    decision.save(update_fields=["paper_sha256"])
    details = {"number": decision.number, "sha256": decision.paper_sha256}
    record(at, officer.username, "paper.decision", case.number, details)
    return pdf


@transaction.atomic
def print_return(case: Case, missing: Iterable[str], letterhead: Letterhead, officer: Officer, at: datetime) -> bytes:
    """The letter that goes with a file that `cases.services.return_incomplete` sent back. Raises PaperError."""
    book = rule_book()
    paper = ReturnPaper(
        subject=subject_of(case),
        number=f"L-{next_number('letter', localdate(at).year)}",
        returned_on=localdate(at),
        missing=tuple(book.pieces[code] for code in missing),
        article=f"Règlement grand-ducal modifié du 5 septembre 2008, {book.rules['R47'].article.split(', ')[-1]}",
    )
    pdf = return_pdf(paper, letterhead)
    digest = hashlib.sha256(pdf).hexdigest()
    record(at, officer.username, "paper.return", case.number, {"number": paper.number, "sha256": digest})
    return pdf


def subject_of(case: Case) -> Subject:
    """Whom and what the papers of `case` are about."""
    person, product = case.person, rule_book().product(case.product)
    try:
        representative = case.representative
        name = f"{representative.given_names} {representative.surname}".strip()
        relation = representative.relation
    except ObjectDoesNotExist:
        name = relation = ""
    return Subject(
        case=case.number,
        surname=person.surname,
        given_names=person.given_names,
        latin_surname=person.latin_surname,
        latin_given_names=person.latin_given_names,
        birth_date=PartialDate.parse(person.birth_date),
        birth_place=person.birth_place,
        nationalities=tuple(person.nationalities.values_list("code", flat=True)),
        address=case.address if case.commune in case.address else f"{case.address}, {case.commune}",
        product_title=product.title,
        product_full_title=product.full_title,
        reason=case.reason,
        filed_on=case.filed_on,
        legal_basis=case.legal_basis,
        representative=name,
        representative_relation=relation,
        second_language=person.language,
    )
