"""Officers: who they are, what they may do, and where."""

import pytest
from django.db import IntegrityError, transaction

from enrolment.accounts.models import Grant, Role
from enrolment.accounts.services import give_role, leave, officer_named, register_officer, require, take_role
from enrolment.audit.models import Entry
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


def test_a_supervisor_gives_and_takes_roles_of_others_only(officers, now):
    give_role(officers.clerk, Role.DECIDE, officers.counter, now, site="mamer")
    give_role(officers.clerk, Role.DECIDE, officers.counter, now, site="mamer")
    require(officers.clerk, Role.DECIDE, site="mamer")
    with pytest.raises(NotAuthorised):
        require(officers.clerk, Role.DECIDE)
    take_role(officers.clerk, Role.DECIDE, officers.counter, now, site="mamer")
    take_role(officers.clerk, Role.DECIDE, officers.counter, now, site="mamer")
    with pytest.raises(NotAuthorised):
        require(officers.clerk, Role.DECIDE, site="mamer")
    with pytest.raises(NotAuthorised, match="one's own"):
        give_role(officers.counter, Role.DECIDE, officers.counter, now)
    with pytest.raises(NotAuthorised):
        give_role(officers.counter, Role.DECIDE, officers.clerk, now)
    told = list(Entry.objects.filter(action__startswith="officer.role").values_list("action", flat=True))
    assert told == ["officer.role_given", "officer.role_taken"]


def test_who_leaves_stays_in_the_records_and_may_nothing(officers, now):
    leave(officers.clerk, officers.counter, now)
    leave(officers.clerk, officers.counter, now)
    assert officer_named("clerk") == officers.clerk
    with pytest.raises(NotAuthorised):
        require(officer_named("clerk"), Role.FILE)
    assert Entry.objects.filter(action="officer.left").count() == 1


def test_the_database_refuses_an_unknown_role_and_a_role_twice(officers):
    for role in ("king", Role.FILE):
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.create(officer=officers.clerk, role=role)
