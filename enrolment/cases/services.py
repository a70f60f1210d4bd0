"""What an officer does with a case, from filing to release: plain functions, each one transaction."""

import secrets
from datetime import date, datetime

from django.core.exceptions import ObjectDoesNotExist
from django.utils.timezone import localdate

from enrolment.accounts.models import Officer
from enrolment.accounts.services import require
from enrolment.cases.duplicates import possible_duplicates, refuse_open_duplicates
from enrolment.cases.exchange import answer_of_state, ask_state
from enrolment.cases.filing import (
    complete_file,
    draft_application,
    explain_case,
    file_application,
    file_draft,
    return_incomplete,
)
from enrolment.cases.letters import order_letter
from enrolment.cases.models import Case, Decision, LetterKind, Receipt
from enrolment.cases.order import refuse_out_of_turn
from enrolment.cases.prolonging import announce_prolongation, prolong
from enrolment.cases.records import day_seen, facts_of_case
from enrolment.cases.status import begin_status
from enrolment.cases.steps import ENDED, STEPS, Action, State
from enrolment.cases.walking import case_numbered, next_number, take_step
from enrolment.errors import Incomplete, StepRefused, Taken, ValueNotConfigured
from enrolment.rules.book import ReceiptKind, ValidityKind
from enrolment.rules.engine import as_seen_on
from enrolment.rules.facts import Reason
from enrolment.rules.findings import Stops
from enrolment.rules.read_book import rule_book
from enrolment.rules.receipts import receipt_terms
from enrolment.transactions import one_transaction

__all__ = [
    "announce_prolongation",
    "answer_of_state",
    "ask_state",
    "case_numbered",
    "complete_file",
    "counts_as_card",
    "decide",
    "draft_application",
    "explain_case",
    "file_application",
    "file_draft",
    "issue_paper",
    "issue_receipt",
    "possible_duplicates",
    "prolong",
    "release",
    "return_incomplete",
    "submit",
    "take_step",
]

CHECK_CODE_BYTES = 12
MINISTER = "minister"


@one_transaction
def issue_receipt(case: Case, officer: Officer, at: datetime) -> Receipt:
    """Issue the receipt of a complete file. The row is there before any paper is (`papers.services.print_receipt`).

    Asked again it gives the receipt that is there.

    Raises: RuleBroken with what the file lacks, ValueNotConfigured, StepRefused, NotAuthorised.
    """
    require(officer, *STEPS[Action.ISSUE_RECEIPT].roles, site=case.site)
    if (issued := Receipt.objects.filter(case=case).first()) is not None:
        return issued
    _refuse_broken(case, at, Stops.FILING, Stops.EXAMINATION)
    terms = receipt_terms(rule_book().product(case.product), as_seen_on(facts_of_case(case), day_seen(case, at)))
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


def _refuse_broken(case: Case, at: datetime, *steps: Stops) -> None:
    """No step that a rule stops, as things stand at `at`: what came after the filing counts as well."""
    explain_case(case, day_seen(case, at)).refuse(f"case {case.number}", *steps)


def _check_code() -> str:
    return secrets.token_hex(CHECK_CODE_BYTES).upper()


def counts_as_card(receipt: Receipt, on: date) -> bool:
    """Whether the receipt stands for a card on that day (art. 5, 7): three kinds, three effects.

    One that only allows to be present, or only proves the filing, never does; a conditional one does from the expiry
    of the old card while the request is pending.
    """
    if receipt.withdrawn_at is not None and localdate(receipt.withdrawn_at) <= on:
        return False
    if receipt.kind not in (ReceiptKind.COUNTS_AS_CARD, ReceiptKind.CONDITIONAL):
        return False
    if receipt.kind == ReceiptKind.CONDITIONAL and receipt.case.state in ENDED:
        return False
    begins, ends = receipt.effect_from, receipt.valid_until
    return begins is not None and ends is not None and begins <= on <= ends


@one_transaction
def issue_paper(case: Case, officer: Officer, at: datetime) -> Case:
    """Hand out the paper that the case asks for (D1 at once on a complete file, D4 after the decision).

    Raises: StepRefused (a card is made of it, or nobody decided where the minister decides), RuleBroken,
    ValueNotConfigured, NotAuthorised.
    """
    if not case.is_paper:
        raise StepRefused(f"case {case.number} ends with a card, not with a paper")
    if rule_book().product(case.product).issuer == MINISTER and case.decider_id is None:
        raise StepRefused(f"case {case.number}: the minister decides before the paper is issued")
    _refuse_broken(case, at, Stops.FILING, Stops.EXAMINATION)
    return take_step(case, Action.ISSUE_PAPER, officer, at)


def submit(case: Case, officer: Officer, at: datetime) -> Case:
    """Put the case before those who decide. Raises StepRefused when it was decided already."""
    if case.decider_id is not None:
        raise StepRefused(f"case {case.number} was decided already: it is released, not submitted")
    return take_step(case, Action.SUBMIT, officer, at)


@one_transaction
def decide(
    case: Case,
    officer: Officer,
    at: datetime,
    *,
    granted: bool,
    reasons: str = "",
    valid_until: date | None = None,
    seen_version: int | None = None,
) -> Decision:
    """Grant or refuse, by someone who did not file the case. A grant begins the person's status; a letter is due.

    `valid_until` is the last day of the card where the decision sets it (a titre de séjour). `seen_version` is the
    version of the file that the officer looked at: every change since (a piece, a payment, an answer) makes it stale.
    Raises: Taken (stale), NotAuthorised (four eyes), OutOfTurn (others came earlier), RuleBroken or ValueNotConfigured
    when a grant would break a rule or leave the length open, Incomplete when a refusal gives no reasons or nobody
    judged whether the person is known. Asked again by who decided so, it gives the decision that is there.
    """
    require(officer, *STEPS[Action.GRANT].roles, site=case.site)
    if case.decider_id == officer.pk:  # who reads an older file is stale, not early
        known = Decision.objects.filter(case=case, granted=granted).first()
        if known is not None:
            return known
    _refuse_stale(case, seen_version)
    if not granted and not reasons.strip():
        raise Incomplete(f"case {case.number}: a refusal gives its reasons")
    last_day = valid_until or case.decided_expiry_date
    refuse_out_of_turn(case)
    if granted:
        refuse_open_duplicates(case)
        _refuse_broken(case, at, Stops.FILING, Stops.EXAMINATION)
        _require_length(case, last_day, at)
    action = Action.GRANT if granted else Action.REFUSE
    number = f"D-{next_number('decision', localdate(at).year)}"
    changes = {"decider": officer, "decided_expiry_date": last_day}
    take_step(case, action, officer, at, changes=changes, details={"decision": number})
    order_letter(
        LetterKind.DECISION, case.number, case.person, localdate(at), at, case=case, rule="R29", officer=officer
    )
    if granted:
        begin_status(case, localdate(at), officer, at)
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


def _refuse_stale(case: Case, seen_version: int | None) -> None:
    if seen_version is not None and seen_version != case.version:
        raise Taken(f"case {case.number} was changed since it was looked at: look at it again")


def _require_length(case: Case, last_day: date | None, at: datetime) -> None:
    kind = rule_book().product(case.product).validity.kind
    if kind is ValidityKind.DECIDED and case.reason != Reason.REPLACEMENT.value:
        if last_day is None:
            raise ValueNotConfigured(f"validity of {case.product}: the decision must state the last day", localdate(at))
        if last_day <= localdate(at):
            raise StepRefused(f"case {case.number}: the last day of the card lies in the past")


def release(case: Case, officer: Officer, at: datetime, *, seen_version: int | None = None) -> Case:
    """Release a decided and captured case for production, by someone who did not decide it. Asked again, it stays so.

    Raises: Taken (stale, as for `decide`), StepRefused (refused, or no card is made), Incomplete (not decided, not
    captured), RuleBroken (R33, R48), NotAuthorised (four eyes).
    """
    if case.state == State.APPROVED and case.releaser_id == officer.pk:
        return case
    _refuse_stale(case, seen_version)
    if case.is_paper:
        raise StepRefused(f"case {case.number} ends with a paper: no card is made of it")
    try:
        granted = case.decision.granted
    except ObjectDoesNotExist:
        raise Incomplete(f"case {case.number} is not decided yet") from None
    if not granted:
        raise StepRefused(f"case {case.number} was refused")
    if not case.photo_verdict:
        raise Incomplete(f"case {case.number} has no photo and fingerprints yet")
    _refuse_broken(case, at, Stops.PERSONALISATION)
    return take_step(case, Action.RELEASE, officer, at, changes={"releaser": officer})
