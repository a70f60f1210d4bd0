"""Families that file together: one batch, looked at and booked together (S4: in one envelope)."""

from collections.abc import Sequence
from datetime import date, datetime

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.audit.services import record
from enrolment.cases.duplicates import records_of
from enrolment.cases.models import Case, FamilyBatch, Person, SponsorRecord
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


@one_transaction
def name_sponsor(case: Case, person: Person, officer: Officer, at: datetime) -> Case:
    """Say that the sponsor of a case is a person whom the office knows; named before, nothing changes.

    Raises: StepRefused (the case has no sponsor, or another one is named, or it is the applicant), Taken,
    NotAuthorised.
    """
    require(officer, Role.FILE, Role.DECIDE, site=case.site)
    sponsor = SponsorRecord.objects.filter(case=case).first()
    if sponsor is None or sponsor.person_id not in (None, person.pk) or person.pk == case.person_id:
        raise StepRefused(f"case {case.number}: that person is not its sponsor")
    if sponsor.person_id == person.pk:
        return case
    change_file(case, "case.sponsor_named", officer, at)
    SponsorRecord.objects.filter(case=case, person=None).update(person=person)
    return case


def cases_sponsored_by(person: Person) -> Sequence[Case]:
    """The cases of those who join `person`, under any of that person's records, in order of arrival."""
    return list(Case.objects.filter(sponsor__person__in=records_of(person)).order_by("arrival_number", "id"))


def family_cases(case: Case) -> Sequence[Case]:
    """The cases that are to be looked at and booked together with `case`, itself among them, in order of arrival."""
    if case.family is None:
        return [case]
    return list(case.family.cases.exclude(state__in=list(ENDED)).order_by("arrival_number"))
