"""Registers officers, gives them roles, and says no to who may not."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from enrolment.accounts.models import Grant, Officer, Role
from enrolment.audit.services import record
from enrolment.errors import NotAuthorised, Taken, UnknownRecord
from enrolment.transactions import one_transaction

SETUP = "setup"


@one_transaction
def register_officer(
    username: str, display_name: str, roles: Iterable[Role], at: datetime, *, site: str = "", by: Officer | None = None
) -> Officer:
    """Register an officer with `roles` at `site` (everywhere when empty); no password yet, so no one can sign in.

    Raises: Taken when the user name is in use.
    """
    officer = Officer(username=username, display_name=display_name, registered_at=at)
    officer.set_unusable_password()
    try:
        with transaction.atomic():
            officer.save()
    except IntegrityError:
        raise Taken(f"the user name {username} is in use") from None
    granted = sorted({Role(role).value for role in roles})
    Grant.objects.bulk_create(Grant(officer=officer, role=role, site=site) for role in granted)
    actor = by.username if by else SETUP
    record(at, actor, "officer.registered", username, {"roles": " ".join(granted), "site": site})
    return officer


@one_transaction
def give_role(officer: Officer, role: Role, by: Officer, at: datetime, *, site: str = "") -> Grant:
    """Give an officer one more role at `site` (everywhere when empty). Nobody gives themselves one.

    Given before, it changes nothing. Raises: NotAuthorised.
    """
    _refuse_own_roles(officer, by)
    grant, is_new = Grant.objects.get_or_create(officer=officer, role=role.value, site=site)
    if is_new:
        record(at, by.username, "officer.role_given", officer.username, {"role": role.value, "site": site})
    return grant


@one_transaction
def take_role(officer: Officer, role: Role, by: Officer, at: datetime, *, site: str = "") -> None:
    """Take a role from an officer; taken before, nothing changes. Raises: NotAuthorised."""
    _refuse_own_roles(officer, by)
    taken, _ = Grant.objects.filter(officer=officer, role=role.value, site=site).delete()
    if taken:
        record(at, by.username, "officer.role_taken", officer.username, {"role": role.value, "site": site})


@one_transaction
def leave(officer: Officer, by: Officer, at: datetime) -> Officer:
    """The officer works here no more: may nothing from now on, and stays in every record. Raises: NotAuthorised."""
    _refuse_own_roles(officer, by)
    if Officer.objects.filter(pk=officer.pk, is_active=True).update(is_active=False):
        record(at, by.username, "officer.left", officer.username)
    officer.refresh_from_db()
    return officer


def _refuse_own_roles(officer: Officer, by: Officer) -> None:
    require(by, Role.SUPERVISE)
    if officer == by:
        raise NotAuthorised(f"{by.username}: another supervisor changes one's own roles")


def officer_named(username: str) -> Officer:
    """The officer of that user name. Raises UnknownRecord."""
    try:
        return Officer.objects.get(username=username)
    except Officer.DoesNotExist:
        raise UnknownRecord(f"there is no officer {username}") from None


def require(officer: Officer, *roles: Role, site: str = "") -> None:
    """Refuse an officer who holds none of `roles`, everywhere or at `site`. Raises NotAuthorised."""
    if not officer.may([role.value for role in roles], site):
        wanted = " or ".join(role.value for role in roles)
        raise NotAuthorised(f"{officer.username} may not do this: the role {wanted} is wanted")
