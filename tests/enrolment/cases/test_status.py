"""What a person is entitled to outlives cards and cases; a move is endorsed, late or not."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from enrolment.cases.models import AddressVisa, EndGround, PersonStatus
from enrolment.cases.moving import UnknownDocument, endorse_move, endorsements
from enrolment.cases.records import facts_of_case
from enrolment.cases.services import decide
from enrolment.cases.status import begin_status, end_status, live_status, live_statuses
from enrolment.errors import Incomplete, NotAuthorised, StepRefused

TODAY = date(2026, 11, 2)


@pytest.fixture
def status(in_review, officers, now):
    decide(in_review, officers.decider, now, granted=True)
    return in_review.statuses.get()


def test_a_grant_begins_a_status_and_a_refusal_none(status, walk, officers, now):
    assert (status.kind, status.since, status.ended_on) == ("titre-de-sejour", TODAY, None)
    assert live_status(status.person, "titre-de-sejour") == status
    assert live_status(status.person, "carte-de-sejour") is None


def test_a_renewal_finds_the_status_there(status, officers, now):
    assert begin_status(status.case, date(2027, 1, 1), officers.decider, now) == status
    assert PersonStatus.objects.count() == 1


def test_a_status_ends_on_a_ground_of_the_law_with_a_reason_once(status, officers, now):
    with pytest.raises(Incomplete, match="reason"):
        end_status(status, EndGround.ABSENCE, TODAY, "", officers.decider, now)
    with pytest.raises(StepRefused, match="before it began"):
        end_status(status, EndGround.ABSENCE, TODAY - timedelta(days=1), "x", officers.decider, now)
    with pytest.raises(NotAuthorised):
        end_status(status, EndGround.ABSENCE, TODAY, "x", officers.clerk, now)
    end_status(status, EndGround.ABSENCE, TODAY, "twelve months away", officers.decider, now)
    end_status(status, EndGround.ABSENCE, TODAY, "again", officers.decider, now)
    assert status.end_reason == "twelve months away"
    assert live_statuses(status.person) == []
    with pytest.raises(StepRefused, match="ended on"):
        end_status(status, EndGround.DEATH, TODAY, "x", officers.decider, now)
    begin_status(status.case, TODAY, officers.decider, now)  # and may be given again


def test_that_a_card_expired_is_no_ground():
    assert not [ground for ground in EndGround.values if "expir" in ground or "card" in ground or "lost" in ground]


@pytest.mark.parametrize(
    "change",
    [
        {"ended_on": TODAY},
        {"end_ground": "absence"},
        {"ended_on": TODAY, "end_ground": "card_expired", "ended_by": "decider"},
        {"ended_on": date(2020, 1, 1), "end_ground": "absence", "ended_by": "decider"},
        {"end_ground": "absence", "ended_by": "decider"},
    ],
)
def test_the_database_refuses_an_end_that_the_law_does_not_know(status, officers, change):
    values = {key: officers.decider if value == "decider" else value for key, value in change.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonStatus.objects.filter(pk=status.pk).update(**values)


def test_the_database_keeps_one_live_status_of_a_kind(status):
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonStatus.objects.create(person=status.person, kind=status.kind, since=TODAY)


# ---- a change of residence ----


def endorse(person, officers, now, arrived_on, document="carte-de-sejour", **changes):
    values = {"commune": "Esch-sur-Alzette", "address": "2, rue Neuve", **changes}
    return endorse_move(
        person, document, "TEST00001", values["commune"], values["address"], arrived_on, officers.clerk, "esch", now
    )


@pytest.mark.parametrize(("days_ago", "is_late"), [(0, False), (8, False), (9, True)])
def test_R08_art_25_the_new_commune_endorses_within_eight_days(walk, officers, now, days_ago, is_late):
    case = walk.filed()
    visa = endorse(case.person, officers, now, TODAY - timedelta(days=days_ago))
    assert visa.is_late == is_late
    case.refresh_from_db()
    assert (case.commune, case.address) == ("Esch-sur-Alzette", "2, rue Neuve")
    assert facts_of_case(case).events.move.arrived_on == visa.arrived_on


def test_an_arrival_is_endorsed_once_and_fields_are_counted(walk, officers, now):
    person = walk.filed().person
    first = endorse(person, officers, now, TODAY)
    assert endorse(person, officers, now, TODAY) == first
    endorse(person, officers, now, TODAY - timedelta(days=400))
    assert endorsements(person, "carte-de-sejour", "TEST00001") == 2


@pytest.mark.parametrize("document", ["titre-de-sejour", "residence-longue-duree-ue", "library-card"])
def test_what_the_article_does_not_name_is_not_endorsed(walk, officers, now, document):
    with pytest.raises(UnknownDocument):
        endorse(walk.filed().person, officers, now, TODAY, document)


def test_a_move_has_an_address_and_a_day_that_has_come(walk, officers, now):
    person = walk.filed().person
    with pytest.raises(Incomplete):
        endorse(person, officers, now, TODAY, address=" ")
    with pytest.raises(StepRefused):
        endorse(person, officers, now, TODAY + timedelta(days=1))
    visa = endorse(person, officers, now, TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        AddressVisa.objects.filter(pk=visa.pk).update(entered_on=TODAY - timedelta(days=1))
