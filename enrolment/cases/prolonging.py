"""A decision that takes longer: told in writing, with its reason, before the period ends (R29, R40)."""

from datetime import date, datetime

from django.utils.timezone import localdate

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.cases.letters import order_letter
from enrolment.cases.models import Case, Letter, LetterKind, LetterState
from enrolment.cases.records import facts_of_case
from enrolment.cases.steps import STEPS, Action
from enrolment.cases.walking import take_step
from enrolment.errors import Incomplete, StepRefused
from enrolment.rules.engine import explain
from enrolment.rules.read_book import rule_book
from enrolment.transactions import one_transaction

# The rules whose clock is the time in which a decision is due.
DECISION_RULES = ("R14", "R17", "R19", "R29", "R40")
RULE_WITH_ONE_PROLONGATION = "R40"


class ProlongWithoutLetter(Incomplete):
    """The person was not told in writing, before the period ended, that the decision takes longer."""

    code = "PROLONG_WITHOUT_LETTER"


def decision_due_on(case: Case, today: date) -> date | None:
    """The last day for the decision, as seen `today`: the prolonged one, else that of the product's rule.

    None where no rule gives one, and while the person has the incomplete file.
    """
    if case.prolonged_until is not None:
        return case.prolonged_until
    explanation = explain(facts_of_case(case), rule_book(), max(today, case.filed_on))
    dues = [
        rule.finding.due
        for rule in explanation.rules
        if rule.finding.rule in DECISION_RULES and rule.finding.due is not None
    ]
    return min(dues, default=None)


@one_transaction
def announce_prolongation(case: Case, reason: str, until: date, officer: Officer, at: datetime) -> Letter:
    """Order the letter that tells the person why the decision takes longer, and until when.

    Raises: Incomplete without a reason, StepRefused (the period has ended, was prolonged before, or `until` is not
    after it), NotAuthorised.
    """
    require(officer, Role.DECIDE, site=case.site)
    if not reason.strip():
        raise Incomplete(f"case {case.number}: a prolongation gives its reason")
    due_on = decision_due_on(case, localdate(at))
    if case.state not in STEPS[Action.PROLONG].start or case.prolonged_until is not None:
        raise StepRefused(f"case {case.number} is {case.state}: its period is prolonged once, before the decision")
    if due_on is None:
        raise StepRefused(f"case {case.number}: no rule gives a period that could be prolonged")
    if localdate(at) > due_on:
        raise StepRefused(f"case {case.number}: the period ended on {due_on.isoformat()}: it cannot be prolonged")
    _refuse_too_long(case, due_on, until)
    return order_letter(
        LetterKind.PROLONGATION,
        case.number,
        case.person,
        due_on,
        at,
        case=case,
        rule=_rule_of(case),
        officer=officer,
        content={"reason": reason, "until": until.isoformat()},
    )


def _refuse_too_long(case: Case, due_on: date, until: date) -> None:
    if until <= due_on:
        raise StepRefused(f"case {case.number}: a prolongation ends after {due_on.isoformat()}")
    if _rule_of(case) == RULE_WITH_ONE_PROLONGATION:
        last = rule_book().clock("other_state_prolongation_months").end(due_on, case.filed_on)
        if until > last:
            raise StepRefused(f"case {case.number}: the rule prolongs until {last.isoformat()} at most")


def _rule_of(case: Case) -> str:
    rules = rule_book().product(case.product).rules
    return next((rule for rule in reversed(DECISION_RULES) if rule in rules), "")


@one_transaction
def prolong(case: Case, officer: Officer, at: datetime) -> Case:
    """Prolong the period, once the letter has left the house before the period ended.

    Raises: ProlongWithoutLetter, StepRefused, NotAuthorised.
    """
    letter = case.letters.filter(kind=LetterKind.PROLONGATION, state=LetterState.SENT).first()
    due_on = decision_due_on(case, localdate(at))
    if letter is None or letter.sent_at is None or (due_on is not None and localdate(letter.sent_at) > due_on):
        raise ProlongWithoutLetter(f"case {case.number}: the letter was not sent before the period ended")
    until = date.fromisoformat(letter.content["until"])
    return take_step(
        case,
        Action.PROLONG,
        officer,
        at,
        reason=letter.content["reason"],
        changes={"prolonged_until": until},
        details={"letter": letter.number or "", "until": until.isoformat()},
    )
