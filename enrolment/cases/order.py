"""Treatment in order of arrival: the next case of a pile, and the jump that a supervisor agrees to (S4, R58)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.cases.models import Case, QueueJump
from enrolment.cases.steps import Queue, State
from enrolment.cases.walking import change_file
from enrolment.errors import Incomplete, NotAuthorised, StepRefused, Taken
from enrolment.rules.read_book import rule_book
from enrolment.transactions import one_transaction

RULE_OF_ARRIVAL = "R58"
# Where a case waits to be treated; one that waits for the person, or for another State, holds nobody up.
WAITING = (State.RECEIVED, State.REVIEW, State.PROLONGED)


class OutOfTurn(StepRefused):
    """Others came earlier and wait."""

    code = "QUEUE_JUMP"


def pile(queue: Queue, site: str = "") -> Sequence[Case]:
    """What lies on a pile (of one site, or of all), in order of arrival."""
    cases = Case.objects.filter(queue=queue.value).order_by("arrival_number")
    return list(cases.filter(site=site) if site else cases)


def earlier_waiting(case: Case) -> QuerySet[Case]:
    """Cases of the same product that arrived before this one and wait to be treated."""
    waiting = Case.objects.filter(product=case.product, state__in=[state.value for state in WAITING])
    return waiting.filter(arrival_number__lt=case.arrival_number).exclude(pk=case.pk).order_by("arrival_number")


def is_in_order_of_arrival(case: Case) -> bool:
    """Whether a rule of the case's product asks for treatment in order of arrival."""
    return RULE_OF_ARRIVAL in rule_book().product(case.product).rules


def refuse_out_of_turn(case: Case) -> None:
    """No decision before those that came earlier, unless a supervisor agreed. Raises OutOfTurn."""
    if not is_in_order_of_arrival(case) or QueueJump.objects.filter(case=case).exists():
        return
    if count := earlier_waiting(case).count():
        raise OutOfTurn(f"case {case.number}: {count} earlier cases wait: a jump needs a reason and a supervisor")


@one_transaction
def jump_queue(case: Case, reason: str, officer: Officer, supervisor: Officer, at: datetime) -> QueueJump:
    """Let a case be treated before those that came earlier. Agreed before, it changes nothing.

    Raises: Incomplete without a reason, NotAuthorised (no supervisor, or the same person), StepRefused (nobody waits).
    """
    require(supervisor, Role.SUPERVISE)
    require(officer, Role.FILE, Role.DECIDE, site=case.site)
    if officer == supervisor:
        raise NotAuthorised(f"case {case.number}: a jump is agreed by another person")
    if not reason.strip():
        raise Incomplete(f"case {case.number}: a jump has its reason")
    known = QueueJump.objects.filter(case=case).first()
    if known is not None:
        return known
    passed_over = earlier_waiting(case).count()
    if passed_over == 0:
        raise StepRefused(f"case {case.number} is the next: there is nobody to pass over")
    change_file(
        case, "case.jumped_queue", officer, at, details={"passed_over": passed_over, "supervisor": supervisor.username}
    )
    try:
        with transaction.atomic():
            return QueueJump.objects.create(
                case=case, reason=reason, passed_over=passed_over, officer=officer, supervisor=supervisor, at=at
            )
    except IntegrityError:
        raise Taken(f"case {case.number}: its jump was entered by someone else") from None


@one_transaction
def take_up(case: Case, officer: Officer, at: datetime) -> Case:
    """Take a case from the pile to one's own desk: nobody else works on it meanwhile. Taken up before, nothing changes.

    Raises: Taken (it lies at another desk), OutOfTurn, StepRefused (it waits for nobody here), NotAuthorised.
    """
    require(officer, Role.DECIDE, site=case.site)
    if case.assignee_id == officer.pk:
        return case
    if case.assignee_id is not None:
        raise Taken(f"case {case.number} lies at another desk")
    if case.state not in WAITING:
        raise StepRefused(f"case {case.number} is {case.state}: it does not wait to be treated")
    refuse_out_of_turn(case)
    return change_file(case, "case.taken_up", officer, at, changes={"assignee": officer})


@one_transaction
def put_back(case: Case, officer: Officer, at: datetime) -> Case:
    """Put a case back on the pile: by who has it, or by a supervisor. Raises NotAuthorised."""
    if case.assignee_id is None:
        return case
    if case.assignee_id != officer.pk:
        require(officer, Role.SUPERVISE, site=case.site)
    return change_file(case, "case.put_back", officer, at, changes={"assignee": None})
