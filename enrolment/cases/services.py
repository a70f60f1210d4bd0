"""What an officer does with a case, from filing to release: plain functions, each one transaction."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ObjectDoesNotExist
from django.utils.timezone import localdate

from enrolment.accounts.models import Officer
from enrolment.applications.facts import facts_of
from enrolment.applications.model import Application, PersonDetails, Piece
from enrolment.audit.chain import Details
from enrolment.cases.models import Case, Decision, Person, ProtectionRecord, Receipt
from enrolment.cases.records import facts_of_case, store_file, store_person, store_pieces
from enrolment.cases.steps import Action, State
from enrolment.cases.walking import case_numbered, next_number, open_case, take_step
from enrolment.errors import Incomplete, StepRefused, ValueNotConfigured
from enrolment.rules.book import ValidityKind
from enrolment.rules.engine import Explanation, explain
from enrolment.rules.facts import Reason
from enrolment.rules.findings import Stops
from enrolment.rules.read_book import rule_book
from enrolment.rules.receipts import receipt_terms
from enrolment.transactions import one_transaction

__all__ = [
    "answer_of_state",
    "case_numbered",
    "complete_file",
    "decide",
    "explain_case",
    "file_application",
    "issue_receipt",
    "possible_duplicates",
    "release",
    "return_incomplete",
    "submit",
    "take_step",
]

CHECK_CODE_BYTES = 12


def possible_duplicates(details: PersonDetails) -> list[Person]:
    """Persons of the same birth date and surname, to be shown to the officer: never merged silently."""
    same_day = Person.objects.filter(birth_date=str(details.birth_date))
    wanted = details.printed_surname.casefold()
    return [person for person in same_day if (person.latin_surname or person.surname).casefold() == wanted]


@one_transaction
def file_application(
    application: Application, officer: Officer, site: str, at: datetime, *, person: Person | None = None
) -> Case:
    """Open a case from an application, for `person` where the officer recognised one, else for a new person.

    An incomplete file is taken (and returned by its own step); what a rule forbids to file is not.
    Raises: RuleBroken, ValueNotConfigured, NotAuthorised.
    """
    explanation = explain(facts_of(application), rule_book())
    explanation.refuse(f"application for {application.product.code}", Stops.FILING)
    request, product = application.product, rule_book().product(application.product.code)
    case = Case(
        number=next_number("case", localdate(at).year),
        person=person or store_person(application.person, at),
        product=request.code,
        reason=request.reason.value,
        category=request.category,
        legal_basis=request.legal_basis or product.legal_basis_on(request.filed_on).act,
        withdrawal_article=request.withdrawal_article,
        held_special_card=request.held_special_card,
        filed_on=request.filed_on,
        postmarked_on=request.postmarked_on,
        received_on=request.received_on,
        family_batch=application.family,
        commune=application.residence.commune,
        address=application.residence.address,
        arrival_date=application.residence.arrival_date,
        site=site,
        state=State.FILED.value,
        state_since=at,
        filer=officer,
        decided_expiry_date=request.decided_expiry_date or application.document.expiry_date,
    )
    open_case(case, officer, at)
    store_file(case, application, at)
    return case


def explain_case(case: Case, on: date | None = None) -> Explanation:
    """Every rule of the case's product, as if filed on `on` (default: the day it was filed)."""
    return explain(facts_of_case(case), rule_book(), on)


def return_incomplete(case: Case, officer: Officer, at: datetime) -> tuple[str, ...]:
    """Return an incomplete file to be completed (R47), and give the codes of the pieces that lack.

    Raises: StepRefused when the file is complete.
    """
    lacking = [rule for rule in explain_case(case).rules if rule.finding.error == "INCOMPLETE"]
    if not lacking:
        raise StepRefused(f"case {case.number} is complete: there is nothing to return it for")
    codes = lacking[0].finding.values["pieces"]
    assert isinstance(codes, tuple)
    take_step(case, Action.RETURN, officer, at, reason=", ".join(codes), details={"missing": len(codes)})
    return codes


@one_transaction
def complete_file(case: Case, pieces: Iterable[Piece], officer: Officer, at: datetime) -> Case:
    """Take the pieces that were brought later and file the case again."""
    brought = tuple(pieces)
    take_step(case, Action.COMPLETE, officer, at, details={"pieces": len(brought)})
    store_pieces(case, brought, at)
    return case


@one_transaction
def issue_receipt(case: Case, officer: Officer, at: datetime) -> Receipt:
    """Issue the receipt of a complete file. The row is there before any paper is (`papers.services.print_receipt`).

    Raises: RuleBroken with what the file lacks, ValueNotConfigured, StepRefused, NotAuthorised.
    """
    explanation = explain_case(case)
    explanation.refuse(f"case {case.number}", Stops.FILING, Stops.EXAMINATION)
    terms = receipt_terms(rule_book().product(case.product), facts_of_case(case))
    receipt = Receipt.objects.create(
        case=case,
        number=f"R-{next_number('receipt', localdate(at).year)}",
        kind=terms.kind.value,
        issued_at=at,
        issued_by=officer,
        effect_from=terms.effect_from,
        valid_until=terms.valid_until,
        article=terms.article,
        check_code=_check_code(),
    )
    take_step(case, Action.ISSUE_RECEIPT, officer, at, details={"receipt": receipt.number, "kind": receipt.kind})
    return receipt


def _check_code() -> str:
    return secrets.token_hex(CHECK_CODE_BYTES).upper()


def submit(case: Case, officer: Officer, at: datetime) -> Case:
    """Put the case before those who decide. Raises StepRefused when it was decided already."""
    if case.decider_id is not None:
        raise StepRefused(f"case {case.number} was decided already: it is released, not submitted")
    return take_step(case, Action.SUBMIT, officer, at)


@one_transaction
def answer_of_state(case: Case, answered_on: date, still_protected: bool, officer: Officer, at: datetime) -> Case:
    """Enter what the other Member State answered on the protection of the person (R33).

    Raises: StepRefused where the case has no such question, or does not wait for it.
    """
    if not ProtectionRecord.objects.filter(case=case).update(answered_on=answered_on, still_protected=still_protected):
        raise StepRefused(f"case {case.number} asks no other State")
    details: Details = {"answered_on": answered_on.isoformat(), "still_protected": still_protected}
    return take_step(case, Action.STATE_ANSWERED, officer, at, details=details)


@one_transaction
def decide(
    case: Case,
    officer: Officer,
    at: datetime,
    *,
    granted: bool,
    reasons: str = "",
    valid_until: date | None = None,
) -> Decision:
    """Grant or refuse, by someone who did not file the case.

    `valid_until` is the last day of the card where the decision sets it (a titre de séjour).
    Raises: NotAuthorised (four eyes), RuleBroken or ValueNotConfigured when a grant would break a rule or leave the
    length open, Incomplete when a refusal gives no reasons.
    """
    if not granted and not reasons.strip():
        raise Incomplete(f"case {case.number}: a refusal gives its reasons")
    last_day = valid_until or case.decided_expiry_date
    if granted:
        explain_case(case).refuse(f"case {case.number}", Stops.FILING, Stops.EXAMINATION)
        _require_length(case, last_day, at)
    action = Action.GRANT if granted else Action.REFUSE
    number = f"D-{next_number('decision', localdate(at).year)}"
    changes = {"decider": officer, "decided_expiry_date": last_day}
    take_step(case, action, officer, at, changes=changes, details={"decision": number})
    return Decision.objects.create(
        case=case,
        number=number,
        granted=granted,
        reasons=reasons,
        decided_at=at,
        decider=officer,
        valid_until=last_day if granted else None,
        check_code=_check_code(),
    )


def _require_length(case: Case, last_day: date | None, at: datetime) -> None:
    kind = rule_book().product(case.product).validity.kind
    if kind is ValidityKind.DECIDED and case.reason != Reason.REPLACEMENT.value:
        if last_day is None:
            raise ValueNotConfigured(f"validity of {case.product}: the decision must state the last day", localdate(at))
        if last_day <= localdate(at):
            raise StepRefused(f"case {case.number}: the last day of the card lies in the past")


def release(case: Case, officer: Officer, at: datetime) -> Case:
    """Release a decided and captured case for production, by someone who did not decide it.

    Raises: Incomplete (not decided, not granted, not captured), RuleBroken (R33, R48), NotAuthorised (four eyes).
    """
    try:
        granted = case.decision.granted
    except ObjectDoesNotExist:
        raise Incomplete(f"case {case.number} is not decided yet") from None
    if not granted:
        raise StepRefused(f"case {case.number} was refused")
    if not case.photo_verdict:
        raise Incomplete(f"case {case.number} has no photo and fingerprints yet")
    explain_case(case).refuse(f"case {case.number}", Stops.PERSONALISATION)
    return take_step(case, Action.RELEASE, officer, at, changes={"releaser": officer})
