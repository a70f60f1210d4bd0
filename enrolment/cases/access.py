"""Who may see which case: a commune its own, a confidential one only those who decide or supervise (art. 10bis)."""

from django.db.models import Q, QuerySet

from enrolment.accounts.models import Officer, Role
from enrolment.cases.models import Case
from enrolment.errors import UnknownRecord

SEES_CONFIDENTIAL = (Role.DECIDE, Role.SUPERVISE)


def cases_for(officer: Officer) -> QuerySet[Case]:
    """The cases that the officer may see: those of the places where they hold a role; none for who left."""
    if not officer.is_active:
        return Case.objects.none()
    grants = list(officer.grants.values_list("role", "site"))
    own = Q(filer=officer)
    return Case.objects.filter(
        _at({site for _, site in grants}) & (Q(is_confidential=False) | own | _at(_sites(grants)))
    ).order_by("arrival_number")


def may_see(officer: Officer, case: Case) -> bool:
    """Whether the officer may see this case."""
    return cases_for(officer).filter(pk=case.pk).exists()


def case_for(officer: Officer, number: str) -> Case:
    """The case of that number. One that the officer may not see is as unknown as one that is not there."""
    case = cases_for(officer).filter(number=number).select_related("person").first()
    if case is None:
        raise UnknownRecord(f"there is no case {number}")
    return case


def _sites(grants: list[tuple[str, str]]) -> set[str]:
    """Where confidential cases are seen."""
    return {site for role, site in grants if role in SEES_CONFIDENTIAL}


def _at(sites: set[str]) -> Q:
    """Cases filed at one of `sites`, or whose file lies there; "" means everywhere."""
    if "" in sites:
        return Q(pk__isnull=False)
    return Q(site__in=sites) | Q(file_at__in=sites)
