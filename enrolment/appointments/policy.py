"""Who may come without an appointment: what the rule book says for the day (R63), and what a supervisor may allow."""

from datetime import date, datetime

from django.utils.timezone import localdate

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.appointments.models import Errand
from enrolment.errors import Incomplete, NotAuthorised, StepRefused
from enrolment.rules.read_book import rule_book

BY_APPOINTMENT = "appointment_required"  # the rule book's value, with its sources and dates


def needs_appointment(errand: Errand, on: date) -> bool:
    """Whether the rule book wants an appointment for that on `on`; documents may be handed in at any open counter."""
    return errand is not Errand.FILING and rule_book().flag(BY_APPOINTMENT, on)


def require_supervisor(officer: Officer, approved_by: Officer | None, reason: str, site: str, subject: str) -> Officer:
    """A departure from the order of the day: by a second officer who supervises, with a reason.

    Raises: Incomplete without either, NotAuthorised for someone who may not, or who approves their own.
    """
    if approved_by is None or not reason.strip():
        raise Incomplete(f"{subject}: a supervisor and a reason are wanted")
    if approved_by.pk == officer.pk:
        raise NotAuthorised(f"{subject}: someone else than {officer.username} approves it")
    require(approved_by, Role.SUPERVISE, site=site)
    return approved_by


def refuse_walk_in(
    errand: Errand, at: datetime, officer: Officer, approved_by: Officer | None, reason: str, site: str
) -> Officer | None:
    """Nothing where nobody needs an appointment; else the supervisor who lets this person in without one.

    Raises: StepRefused when nobody does, and as `require_supervisor`.
    """
    if not needs_appointment(errand, localdate(at)):
        return None
    if approved_by is None:
        raise StepRefused(f"{errand.value} is by appointment only (R63): book one, or ask a supervisor")
    return require_supervisor(officer, approved_by, reason, site, f"{errand.value} without an appointment")
