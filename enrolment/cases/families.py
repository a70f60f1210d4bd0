"""Families that file together: one batch, looked at and booked together (S4: in one envelope)."""

from collections.abc import Sequence
from datetime import date, datetime

from enrolment.accounts.models import Officer
from enrolment.audit.services import record
from enrolment.cases.models import Case, FamilyBatch
from enrolment.cases.steps import ENDED
from enrolment.cases.walking import change_file, next_number
from enrolment.errors import StepRefused
from enrolment.transactions import one_transaction


@one_transaction
def family_labelled(label: str, site: str, filed_on: date, officer: Officer, at: datetime) -> FamilyBatch:
    """The family that files under `label` at `site` on that day; opened with its first member."""
    known = FamilyBatch.objects.filter(label=label, site=site, filed_on=filed_on).first()
    if known is not None:
        return known
    family = FamilyBatch.objects.create(
        number=f"F-{next_number('family', filed_on.year)}",
        label=label,
        site=site,
        filed_on=filed_on,
        opened_at=at,
        opened_by=officer,
    )
    record(at, officer.username, "family.opened", family.number, {"site": site})
    return family


@one_transaction
def join_family(case: Case, family: FamilyBatch, officer: Officer, at: datetime) -> Case:
    """Put a case that was filed alone with its family. Raises StepRefused when it has another one or has ended."""
    if case.family_id == family.pk:
        return case
    if case.family_id is not None or case.state in ENDED:
        raise StepRefused(f"case {case.number} belongs to another family, or has ended")
    return change_file(
        case, "case.joined_family", officer, at, details={"family": family.number}, changes={"family": family}
    )


def family_cases(case: Case) -> Sequence[Case]:
    """The cases that are to be looked at and booked together with `case`, itself among them, in order of arrival."""
    if case.family is None:
        return [case]
    return list(case.family.cases.exclude(state__in=list(ENDED)).order_by("arrival_number"))
