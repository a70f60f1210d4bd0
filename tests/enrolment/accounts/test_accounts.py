"""Officers: who they are, what they may do, and where."""

import pytest
from django.db import IntegrityError, transaction

from enrolment.accounts.models import Grant, Role
from enrolment.accounts.services import officer_named, register_officer, require
from enrolment.errors import NotAuthorised, Taken, UnknownRecord


def test_an_officer_is_registered_with_roles_and_without_a_password(officers):
    clerk = officer_named("clerk")
    assert clerk.may([Role.FILE])
    assert not clerk.may([Role.DECIDE])
    assert not clerk.has_usable_password()


def test_a_user_name_is_given_once(officers, now):
    with pytest.raises(Taken, match="clerk"):
        register_officer("clerk", "Another", [Role.FILE], now)


def test_an_unknown_officer_is_one_line(officers):
    with pytest.raises(UnknownRecord, match="no officer nobody"):
        officer_named("nobody")


def test_a_role_at_one_site_is_no_role_at_another(db, now):
    officer = register_officer("mamer", "Mamer", [Role.FILE], now, site="mamer")
    require(officer, Role.FILE, site="mamer")
    with pytest.raises(NotAuthorised, match="file"):
        require(officer, Role.FILE, site="esch")
    with pytest.raises(NotAuthorised):
        require(officer, Role.FILE)


def test_who_left_may_nothing(officers):
    officers.clerk.is_active = False
    with pytest.raises(NotAuthorised):
        require(officers.clerk, Role.FILE)


def test_the_database_refuses_an_unknown_role_and_a_role_twice(officers):
    for role in ("king", Role.FILE):
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.create(officer=officers.clerk, role=role)
