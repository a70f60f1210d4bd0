"""Records that may be one person: found by name and birth date, judged with a reason, linked and never merged."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from enrolment.cases.duplicates import judge_duplicate, open_pairs, possible_duplicates, records_of
from enrolment.cases.models import Person, PossibleDuplicate, SameVerdict
from enrolment.cases.names import folded
from enrolment.cases.services import decide, file_application, submit
from enrolment.errors import Incomplete, NotAuthorised, StepRefused
from enrolment.rules.dates import PartialDate


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Müller-Lüdenscheidt", "muller ludenscheidt"),
        ("O’Neil", "o neil"),
        ("GROẞ", "gross"),
        ("Søren Łukasz", "soren lukasz"),
        ("  Ана   Петрова ", "ана петрова"),
        ("Nguyễn", "nguyen"),
        ("王小明", "王小明"),
    ],
)
def test_names_are_compared_without_case_accents_and_signs(written, compared):
    assert folded(written) == compared


@pytest.fixture
def known(walk):
    return walk.filed().person


@pytest.mark.parametrize(
    ("change", "is_shown"),
    [
        ({}, True),
        ({"surname": "PROBÉ"}, True),
        ({"surname": "Zoe Anna", "given_names": "Probe"}, True),  # the names in each other's fields
        ({"given_names": "Another"}, True),  # same surname and day: twins are two persons, and an officer says so
        ({"birth_date": PartialDate(1985, None, None)}, True),
        ({"birth_date": PartialDate(None, None, None)}, True),
        ({"birth_date": PartialDate(1985, 3, 13)}, False),
        ({"birth_date": PartialDate(1984, None, None)}, False),
        ({"surname": "Prober"}, False),
        ({"surname": "Проба", "latin_surname": "Probe"}, True),
    ],
)
def test_who_is_shown_as_possibly_known(walk, known, change, is_shown):
    assert (known in possible_duplicates(replace(walk.application.person, **change))) == is_shown


def test_a_decision_waits_until_an_officer_judged_the_pair(walk, known, officers, now):
    case = submit(walk.enrolled(), officers.clerk, now)
    assert case.person != known
    with pytest.raises(Incomplete, match="same person"):
        decide(case, officers.decider, now, granted=True)
    (pair,) = open_pairs(case.person)
    judge_duplicate(pair, SameVerdict.DIFFERENT, "born in another place", officers.decider, now)
    assert decide(case, officers.decider, now, granted=True).granted


def test_a_refusal_needs_no_judgement_on_who_the_person_is(walk, known, officers, now):
    case = submit(walk.enrolled(), officers.clerk, now)
    assert not decide(case, officers.decider, now, granted=False, reasons="The condition is not met.").granted


def test_the_same_person_is_linked_to_the_earliest_record_and_nothing_is_merged(walk, known, officers, now):
    second, third = walk.filed().person, walk.filed().person
    for pair in PossibleDuplicate.objects.order_by("-id"):
        judge_duplicate(pair, SameVerdict.SAME, "same passport", officers.decider, now)
    for person in (known, second, third):
        assert records_of(person) == [known, second, third]
    assert Person.objects.count() == 3
    assert Person.objects.get(pk=third.pk).same_as == known
    assert not open_pairs(third)


def test_links_that_meet_lead_to_one_root(walk, known, officers, now):
    second, third = walk.filed().person, walk.filed().person
    fourth = walk.filed().person
    judge = {(pair.earlier_id, pair.later_id): pair for pair in PossibleDuplicate.objects.all()}
    for one, two in ((third, fourth), (known, second), (second, fourth)):
        judge_duplicate(judge[one.pk, two.pk], SameVerdict.SAME, "same person", officers.decider, now)
    assert records_of(fourth) == [known, second, third, fourth]


def test_a_judgement_has_its_reason_its_officer_and_stands(walk, known, officers, now):
    (pair,) = open_pairs(walk.filed().person)
    with pytest.raises(Incomplete, match="why"):
        judge_duplicate(pair, SameVerdict.SAME, " ", officers.decider, now)
    with pytest.raises(NotAuthorised):
        judge_duplicate(pair, SameVerdict.SAME, "x", officers.clerk, now)
    judge_duplicate(pair, SameVerdict.DIFFERENT, "x", officers.decider, now)
    assert judge_duplicate(pair, SameVerdict.DIFFERENT, "again", officers.decider, now).reason == "x"
    for other in (SameVerdict.SAME, SameVerdict.OPEN):
        with pytest.raises(StepRefused, match="judged"):
            judge_duplicate(pair, other, "changed my mind", officers.decider, now)


def test_a_person_whom_the_officer_recognised_makes_no_pair(walk, known, officers, now):
    file_application(walk.application, officers.clerk, "direction", now, person=known)
    assert not PossibleDuplicate.objects.exists()


@pytest.mark.parametrize(
    "change", [{"verdict": "same"}, {"verdict": "same", "reason": "x"}, {"verdict": "perhaps"}, {"later": "earlier"}]
)
def test_the_database_refuses_a_judgement_without_its_judge(walk, known, change):
    (pair,) = open_pairs(walk.filed().person)
    values = {key: pair.earlier if value == "earlier" else value for key, value in change.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        PossibleDuplicate.objects.filter(pk=pair.pk).update(**values)


def test_the_database_refuses_a_person_who_is_the_same_as_a_later_one_or_themselves(walk, known):
    later = walk.filed().person
    for person, other in ((known, later), (known, known)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.filter(pk=person.pk).update(same_as=other)
