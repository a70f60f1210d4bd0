"""What a person is entitled to: a third object beside case and card, that no card's expiry ends (R38)."""

from datetime import date, datetime

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.audit.services import record
from enrolment.cases.duplicates import records_of
from enrolment.cases.models import Case, EndGround, Person, PersonStatus
from enrolment.errors import Incomplete, StepRefused
from enrolment.transactions import one_transaction


@one_transaction
def begin_status(case: Case, since: date, officer: Officer, at: datetime) -> PersonStatus:
    """The right that the decision on `case` gave; a renewal or replacement finds it there and changes nothing."""
    require(officer, Role.DECIDE, site=case.site)
    known = live_status(case.person, case.product)
    if known is not None:
        return known
    status = PersonStatus.objects.create(person=case.person, kind=case.product, since=since, case=case)
    record(at, officer.username, "status.begun", case.number, {"kind": case.product})
    return status


@one_transaction
def end_status(
    status: PersonStatus, ground: EndGround, ended_on: date, reason: str, officer: Officer, at: datetime
) -> PersonStatus:
    """End a status on one of the law's grounds; that a card expired, was lost or was withdrawn is none.

    Raises: Incomplete without a reason, StepRefused when it ended otherwise already or before it began, NotAuthorised.
    """
    require(officer, Role.DECIDE, Role.SUPERVISE)
    if not reason.strip():
        raise Incomplete("a status ends with its reason")
    if ended_on < status.since:
        raise StepRefused("a status does not end before it began")
    status.refresh_from_db()
    if (status.ended_on, status.end_ground) == (ended_on, ground.value):
        return status
    if status.ended_on is not None:
        raise StepRefused(f"that status ended on {status.ended_on.isoformat()} already")
    status.ended_on, status.end_ground, status.end_reason, status.ended_by = ended_on, ground.value, reason, officer
    status.save(update_fields=["ended_on", "end_ground", "end_reason", "ended_by"])
    subject = status.case.number if status.case else f"status {status.pk}"
    record(at, officer.username, "status.ended", subject, {"kind": status.kind, "ground": ground.value})
    return status


def live_status(person: Person, kind: str) -> PersonStatus | None:
    """The person's status of that kind, under whichever of the person's records it was given."""
    return PersonStatus.objects.filter(person__in=records_of(person), kind=kind, ended_on__isnull=True).first()


def live_statuses(person: Person) -> list[PersonStatus]:
    """Everything that the person is entitled to now."""
    live = PersonStatus.objects.filter(person__in=records_of(person), ended_on__isnull=True)
    return list(live.order_by("since", "id"))
