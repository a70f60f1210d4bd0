"""Drafts, order of arrival, families, filing twice, and what is kept of an application for the rules."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from enrolment.applications import load_application
from enrolment.cases.access import case_for, cases_for, may_see
from enrolment.cases.families import cases_sponsored_by, family_cases, join_family, name_sponsor
from enrolment.cases.kept_facts import kept, told
from enrolment.cases.models import Case, FamilyBatch, LetterKind, Person
from enrolment.cases.records import facts_of_case
from enrolment.cases.services import (
    complete_file,
    counts_as_card,
    decide,
    draft_application,
    file_application,
    file_draft,
    issue_paper,
    issue_receipt,
    release,
    return_incomplete,
)
from enrolment.cases.steps import ENDED, QUEUES, Action, Queue, State
from enrolment.cases.walking import change_file, take_step
from enrolment.errors import RuleBroken, StepRefused, Taken, UnknownRecord
from enrolment.rules.events import Absence, Events, Stay
from enrolment.rules.facts import Facts


def test_a_draft_has_no_place_in_the_order_until_it_is_filed(walk, officers, now):
    draft = draft_application(walk.application, officers.clerk, "direction", now)
    assert (draft.state, draft.arrival_number, draft.queue) == (State.DRAFT, None, Queue.INTAKE)
    other = walk.filed()
    filed = file_draft(draft, date(2026, 11, 2), officers.clerk, now)
    assert (filed.state, filed.arrival_number) == (State.FILED, other.arrival_number + 1)


def test_the_rules_judge_a_draft_when_it_is_filed_not_before(walk, officers, now):
    passport = replace(walk.application.passport, expiry_date=date(2026, 11, 5))
    draft = draft_application(replace(walk.application, passport=passport), officers.clerk, "direction", now)
    with pytest.raises(RuleBroken, match="PASSPORT_EXPIRED"):
        file_draft(draft, date(2026, 11, 6), officers.clerk, now)
    assert Case.objects.get(pk=draft.pk).state == State.DRAFT


def test_who_files_twice_under_one_key_files_once(walk, officers, now):
    cases = [file_application(walk.application, officers.clerk, "direction", now, key="button 7") for _ in range(2)]
    assert cases[0] == cases[1]
    assert Person.objects.count() == 1
    other = replace(walk.application, product=replace(walk.application.product, filed_on=date(2026, 11, 3)))
    with pytest.raises(Taken, match="another application"):
        file_application(other, officers.clerk, "direction", now, key="button 7")


def test_cases_are_numbered_in_order_of_arrival(walk):
    assert [walk.filed().arrival_number for _ in range(3)] == [1, 2, 3]


def test_a_family_that_files_together_is_one_batch(application_file, walk, officers, now):
    application = load_application(application_file(family={"batch": "Smith"}))
    cases = [file_application(application, officers.clerk, "direction", now) for _ in range(3)]
    alone = walk.filed()
    assert FamilyBatch.objects.count() == 1
    assert family_cases(cases[1]) == cases
    assert family_cases(alone) == [alone]
    join_family(alone, cases[0].family, officers.clerk, now)
    assert family_cases(cases[0]) == [*cases, alone]
    take_step(cases[0], Action.WITHDRAW, officers.clerk, now)
    assert family_cases(alone) == [*cases[1:], alone]


def test_a_sponsor_whom_the_office_knows_is_named_once(application_file, walk, officers, now):
    known = walk.filed().person
    sponsor = {"surname": "Silva", "given_names": "Rui", "nationality": "PRT", "relation": "spouse"}
    path = application_file(sponsor=sponsor, person={"surname": "Silva"})
    case = file_application(load_application(path), officers.clerk, "direction", now)
    with pytest.raises(StepRefused, match="not its sponsor"):
        name_sponsor(case, case.person, officers.clerk, now)
    name_sponsor(case, known, officers.clerk, now)
    version = case.version
    assert name_sponsor(case, known, officers.clerk, now).version == version
    assert cases_sponsored_by(known) == [case]
    with pytest.raises(StepRefused, match="not its sponsor"):
        name_sponsor(walk.filed(), known, officers.clerk, now)


def test_the_same_name_of_a_batch_on_another_day_or_place_is_another_family(application_file, officers, now):
    application = load_application(application_file(family={"batch": "A"}))
    other_day = replace(application, product=replace(application.product, filed_on=date(2026, 11, 3)))
    cases = [
        file_application(application, officers.clerk, "direction", now),
        file_application(other_day, officers.clerk, "direction", now),
        file_application(application, officers.clerk, "mamer", now),
    ]
    assert len({case.family_id for case in cases}) == 3
    with pytest.raises(StepRefused, match="another family"):
        join_family(cases[0], cases[1].family, officers.clerk, now)


def test_facts_that_no_row_holds_are_kept_as_they_were_told(worker):
    stays = (Stay(date(2020, 1, 1), is_lawful=True, with_sponsor=True),)
    facts = replace(
        worker,
        recovery="absence",
        born_in_luxembourg=False,
        events=Events(stays=stays, absences=(Absence(date(2024, 1, 2), date(2024, 3, 4)),)),
    )
    assert set(kept(facts)) == {"recovery", "born_in_luxembourg", "events"}
    assert told(Facts, kept(facts)) == {
        "recovery": "absence",
        "born_in_luxembourg": False,
        "events": facts.events,
    }
    assert kept(worker) == {}


def test_a_fact_that_the_rules_no_longer_know_is_left_out():
    assert told(Facts, {"colour_of_the_form": "blue"}) == {}


def test_returned_and_completed_the_facts_know_the_piece_that_was_brought(application_file, officers, now):
    pieces = [{"code": "passport_copy", "copy_kind": "certified"}, {"code": "fee_proof", "amount_eur": 80}]
    application = load_application(application_file(pieces=pieces))
    case = file_application(application, officers.clerk, "direction", now)
    codes = return_incomplete(case, officers.clerk, now)
    letter = case.letters.get()
    assert (letter.kind, tuple(letter.content["missing"]), letter.rule) == (LetterKind.INCOMPLETE, codes, "R47")
    whole = load_application(application_file()).pieces
    complete_file(case, [piece for piece in whole if piece.code in codes], officers.clerk, now)
    assert {piece.code for piece in facts_of_case(case).pieces} == {piece.code for piece in whole}
    assert issue_receipt(case, officers.clerk, now)


def test_each_queue_is_reckoned_by_the_database_from_the_state(walk, officers, now):
    case = walk.filed()
    seen = {case.queue}
    for case in (walk.booked(), walk.decided()):
        case.refresh_from_db()
        assert case.queue == QUEUES[State(case.state)]
        seen.add(case.queue)
    assert seen == {Queue.INTAKE, Queue.CAPTURE, Queue.EXAMINATION}
    assert set(QUEUES) == set(State)
    assert {state for state in State if QUEUES[state] is Queue.ENDED} == ENDED


def test_nobody_puts_a_case_into_another_queue_by_hand(walk):
    case = walk.filed()
    case.queue = "delivery"
    case.save()
    assert Case.objects.get(pk=case.pk).queue == Queue.INTAKE


@pytest.mark.parametrize(
    "change",
    [
        {"arrival_number": None},
        {"state": "prolonged"},
        {"state": "handed_over"},
        {"postmarked_on": date(2026, 11, 3), "received_on": date(2026, 11, 2)},
    ],
)
def test_the_database_refuses_a_case_that_cannot_be(walk, change):
    case = walk.filed()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**change)


def test_one_number_of_arrival_is_one_case(walk):
    first, second = walk.filed(), walk.filed()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=second.pk).update(arrival_number=first.arrival_number)


def test_a_decision_on_a_file_that_changed_since_is_refused_not_merged(in_review, officers, now):
    seen = in_review.version
    change_file(in_review, "piece.received", officers.clerk, now)
    with pytest.raises(Taken, match="changed since"):
        decide(in_review, officers.decider, now, granted=True, seen_version=seen)
    decide(in_review, officers.decider, now, granted=True, seen_version=in_review.version)
    seen = in_review.version
    change_file(in_review, "payment.checked", officers.clerk, now)
    with pytest.raises(Taken, match="changed since"):
        release(in_review, officers.producer, now, seen_version=seen)
    assert release(in_review, officers.producer, now, seen_version=in_review.version).state == State.APPROVED


def test_two_who_change_one_file_do_not_both_win(walk, officers, now):
    case = walk.filed()
    stale = Case.objects.get(pk=case.pk)
    change_file(case, "piece.received", officers.clerk, now)
    with pytest.raises(Taken, match="someone else"):
        change_file(stale, "piece.received", officers.clerk, now)


@pytest.fixture
def registration(application_file, officers, now):
    application = load_application(
        application_file(
            product={"code": "attestation-d-enregistrement", "category": "salarie"},
            person={"nationalities": ["PRT"]},
            passport={"issuing_state": "PRT"},
            pieces=[
                {"code": "identity_presented", "copy_kind": "original"},
                {"code": "work_contract", "issued_on": date(2026, 10, 1)},
            ],
            document=None,
        )
    )
    return file_application(application, officers.clerk, "mamer", now)


def test_a_paper_is_handed_out_and_no_card_made_of_it(registration, officers, now):
    assert registration.is_paper
    with pytest.raises(StepRefused, match="no card"):
        release(registration, officers.producer, now)
    issue_paper(registration, officers.clerk, now)
    assert registration.state == State.HANDED_OVER
    assert registration.decider is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=registration.pk).update(is_paper=False)


def test_a_paper_of_the_minister_waits_for_the_decision(registration, officers, now):
    registration.product = "attestation-de-sejour-permanent"
    with pytest.raises(StepRefused, match="minister decides"):
        issue_paper(registration, officers.clerk, now)


def test_a_card_is_not_handed_out_as_a_paper(walk, officers, now):
    with pytest.raises(StepRefused, match="ends with a card"):
        issue_paper(walk.filed(), officers.clerk, now)


def test_a_receipt_counts_as_a_card_on_its_days_only(application_file, officers, now, spouse):
    application = load_application(
        application_file(
            product={"code": "carte-de-sejour", "category": None},
            sponsor={"surname": "Silva", "given_names": "Rui", "nationality": "PRT", "relation": "spouse"},
            person={"nationalities": ["BRA"]},
            pieces=[
                {"code": "passport_presented", "copy_kind": "original"},
                {"code": "family_link", "language": "fr"},
                {"code": "sponsor_registration"},
            ],
            document=None,
        )
    )
    case = file_application(application, officers.clerk, "mamer", now)
    receipt = issue_receipt(case, officers.clerk, now)
    assert counts_as_card(receipt, case.filed_on)
    assert counts_as_card(receipt, receipt.valid_until)
    assert not counts_as_card(receipt, receipt.valid_until + timedelta(days=1))
    assert not counts_as_card(receipt, case.filed_on - timedelta(days=1))
    receipt.withdrawn_at = now
    assert not counts_as_card(receipt, case.filed_on)


def test_a_receipt_that_only_allows_to_be_present_is_no_card(long_term_case):
    assert not counts_as_card(long_term_case.receipt, long_term_case.filed_on)


def test_a_commune_sees_its_own_cases_and_those_whose_file_it_holds(walk, places, officers, now):
    here = file_application(walk.application, officers.clerk, "mamer", now)
    there = walk.filed()
    assert list(cases_for(places.commune)) == [here]
    assert set(cases_for(places.ministry)) == {here, there}
    with pytest.raises(UnknownRecord, match="no case"):
        case_for(places.commune, there.number)
    Case.objects.filter(pk=there.pk).update(file_at="mamer")
    assert case_for(places.commune, there.number) == there
    places.commune.is_active = False
    assert not cases_for(places.commune).exists()


def test_a_confidential_case_is_seen_by_its_filer_and_those_who_decide(walk, places, officers, now):
    case = walk.filed()
    Case.objects.filter(pk=case.pk).update(is_confidential=True)
    assert may_see(officers.clerk, case)  # who filed it
    assert may_see(officers.decider, case)
    assert not may_see(officers.producer, case)
    assert not may_see(places.commune, case)
