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
