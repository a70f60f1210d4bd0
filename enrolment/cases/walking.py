"""Moves a case along the table of steps: role, version, row and journal entry in one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from enrolment.accounts.models import Officer
from enrolment.accounts.services import require
from enrolment.audit.chain import Details
from enrolment.audit.services import record
from enrolment.cases.models import Case, CaseStep, NumberSeries
from enrolment.cases.steps import STEPS, Action, State
from enrolment.errors import Incomplete, NotAuthorised, StepRefused, Taken, UnknownRecord
from enrolment.transactions import one_transaction


def case_numbered(number: str) -> Case:
    """The case of that number. Raises UnknownRecord."""
    try:
        return Case.objects.select_related("person", "filer", "decider", "releaser").get(number=number)
    except Case.DoesNotExist:
        raise UnknownRecord(f"there is no case {number}") from None


@one_transaction
def next_number(series: str, year: int) -> str:
    """The next number of `series` in `year`, 2026-000001 for example; none is given twice or left out."""
    return f"{year}-{_next(f'{series}-{year}'):06d}"


def _next(series: str) -> int:
    row, _ = NumberSeries.objects.select_for_update().get_or_create(name=series)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


@one_transaction
def take_step(
    case: Case,
    action: Action,
    officer: Officer,
    at: datetime,
    *,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
    details: Details | None = None,
) -> Case:
    """Take one step of the table, with `changes` to the case's own columns in the same update.

    `case` is brought up to date. Raises: NotAuthorised (role, or the four eyes), StepRefused (the case does not
    stand where the step starts), Incomplete (no reason where the table asks for one), Taken (someone else moved it
    since it was read).
    """
    step = STEPS[action]
    if case.state not in step.start:
        places = ", ".join(step.start)
        raise StepRefused(f"case {case.number} is {case.state}: {action.value} starts from {places}")
    require(officer, *step.roles, site=case.site)
    if step.needs_reason and not reason.strip():
        raise Incomplete(f"case {case.number}: {action.value} needs its reason")
    start, version = case.state, case.version
    values: dict[str, Any] = {"state": step.end.value, "state_since": at, "version": version + 1, **(changes or {})}
    try:
        with transaction.atomic():
            moved = Case.objects.filter(pk=case.pk, version=version).update(**values)
    except IntegrityError as error:
        raise NotAuthorised(_four_eyes(case, officer, error)) from None
    if not moved:
        raise Taken(f"case {case.number} was moved by someone else: look at it again")
    _write_step(case, action, start, step.end, officer, at, reason, version + 1)
    record(
        at,
        officer.username,
        f"case.{action.value}",
        case.number,
        {"from": start, "to": step.end.value, **(details or {})},
    )
    case.refresh_from_db()
    return case


def _four_eyes(case: Case, officer: Officer, error: IntegrityError) -> str:
    told = str(error)
    if "who_files_does_not_decide" in told:
        return f"case {case.number} was filed by {officer.username}: someone else decides it"
    if "who_decides_does_not_release" in told:
        return f"case {case.number} was decided by {officer.username}: someone else releases it"
    return f"case {case.number}: the step leaves out a person whom it needs"


def next_arrival() -> int:
    """The next number in the order of arrival, over all sites and years."""
    return _next("arrival")


def open_case(case: Case, officer: Officer, at: datetime) -> Case:
    """Save a new case, as a draft or filed, with its first step. Raises NotAuthorised."""
    state = State(case.state)
    action = Action.DRAFT if state is State.DRAFT else Action.FILE
    require(officer, *STEPS[action].roles, site=case.site)
    case.save(force_insert=True)
    _write_step(case, action, "", state, officer, at, "", case.version)
    details = {"product": case.product, "reason": case.reason, "site": case.site, "to": state.value}
    record(at, officer.username, f"case.{action.value}", case.number, details)
    return case


@one_transaction
def change_file(
    case: Case,
    action: str,
    officer: Officer,
    at: datetime,
    *,
    details: Details | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Case:
    """Note that something in the file changed: the state stays, the version grows, so no one decides on the old file.

    `case` is brought up to date. Raises: Taken (someone else changed it since it was read).
    """
    values = {"version": case.version + 1, **(changes or {})}
    if not Case.objects.filter(pk=case.pk, version=case.version).update(**values):
        raise Taken(f"case {case.number} was changed by someone else: look at it again")
    record(at, officer.username, action, case.number, details)
    case.refresh_from_db()
    return case


def _write_step(
    case: Case, action: Action, start: str, end: State, officer: Officer, at: datetime, reason: str, version: int
) -> None:
    CaseStep.objects.create(
        case=case,
        version=version,
        action=action.value,
        start=start,
        end=end.value,
        officer=officer,
        at=at,
        reason=reason,
    )
