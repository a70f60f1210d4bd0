"""What an officer may do with a case, and everything that is refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from enrolment.accounts.models import Role
from enrolment.accounts.services import register_officer
from enrolment.applications import facts_of, load_application, read_application
from enrolment.applications.model import Piece
from enrolment.audit.models import Entry
from enrolment.cases.models import Case, CaseStep, Decision, Person, Receipt
from enrolment.cases.records import facts_of_case
from enrolment.cases.services import (
    answer_of_state,
    case_numbered,
    complete_file,
    decide,
    file_application,
    issue_receipt,
    possible_duplicates,
    release,
    return_incomplete,
    submit,
)
from enrolment.cases.steps import STEPS, Action, State
from enrolment.cases.walking import next_number, take_step
from enrolment.cases.why import why
from enrolment.errors import (
    Incomplete,
    NotAuthorised,
    RuleBroken,
    StepRefused,
    Taken,
    UnknownRecord,
    ValueNotConfigured,
)

HOUSING = Piece("housing", None, "", None, None, False, None, "", "")


@pytest.fixture
def incomplete(application_file, officers, now):
    pieces = [
        {"code": "passport_copy", "copy_kind": "certified"},
        {"code": "fee_proof", "amount_eur": 80, "reference": "T-1"},
    ]
    pieces += [{"code": code} for code in ("means", "medical_certificate", "criminal_record")]
    return file_application(load_application(application_file(pieces=pieces)), officers.clerk, "direction", now)


def test_a_case_keeps_what_the_rules_may_know(walk):
    assert facts_of_case(walk.filed()) == facts_of(walk.application)


def test_a_family_members_case_keeps_it_too(application_file, officers, now):
    path = application_file(
        product={"code": "carte-de-sejour", "category": None, "reason": "renewal"},
        sponsor={"surname": "Silva", "given_names": "Rui", "nationality": "PRT", "relation": "spouse"},
        representative={"surname": "Probe", "relation": "mother"},
        remark={
            "state": "DEU",
            "granted_on": date(2018, 1, 2),
            "answered_on": date(2026, 1, 1),
            "still_protected": True,
        },
        previous={"kind": "carte-de-sejour", "issue_date": date(2021, 12, 1), "expiry_date": date(2026, 12, 1)},
        pieces=[{"code": "sponsor_registration", "other_proof": "payslips"}],
        family={"batch": "A"},
    )
    application = read_application(path)
    case = file_application(application, officers.clerk, "mamer", now)
    assert facts_of_case(case) == replace(facts_of(application), family_batch="A")
    assert case.family.label == "A"


def test_what_a_rule_forbids_to_file_leaves_nothing_behind(application_file, officers, now):
    application = read_application(application_file(passport={"expiry_date": date(2026, 11, 1)}))
    with pytest.raises(RuleBroken) as refused:
        file_application(application, officers.clerk, "direction", now)
    assert refused.value.findings == (("R25", "PASSPORT_EXPIRED"),)
    assert not Case.objects.exists()
    assert not Person.objects.exists()


def test_only_who_takes_applications_files_one(walk, officers, now):
    with pytest.raises(NotAuthorised):
        file_application(walk.application, officers.decider, "direction", now)
    assert not Case.objects.exists()
    assert not Person.objects.exists()


def test_numbers_have_no_gaps_and_start_anew_each_year(db):
    assert [next_number("case", 2026) for _ in range(3)] == ["2026-000001", "2026-000002", "2026-000003"]
    assert next_number("case", 2027) == "2027-000001"
    assert next_number("receipt", 2026) == "2026-000001"


def test_the_same_person_is_shown_and_joined_only_by_the_officer(walk, officers, now):
    first = walk.filed()
    assert possible_duplicates(walk.application.person) == [first.person]
    second = walk.filed()
    assert second.person != first.person
    third = file_application(walk.application, officers.clerk, "direction", now, person=first.person)
    assert third.person == first.person


def test_an_incomplete_file_gets_no_receipt_goes_back_and_comes_again(incomplete, officers, now):
    with pytest.raises(RuleBroken) as refused:
        issue_receipt(incomplete, officers.clerk, now)
    assert ("R47", "INCOMPLETE") in refused.value.findings
    assert not Receipt.objects.exists()
    assert return_incomplete(incomplete, officers.clerk, now) == ("housing",)
    assert incomplete.state == State.RETURNED
    complete_file(incomplete, [HOUSING], officers.clerk, now)
    assert issue_receipt(incomplete, officers.clerk, now).number == "R-2026-000001"


def test_a_complete_file_is_not_returned(walk, officers, now):
    with pytest.raises(StepRefused, match="complete"):
        return_incomplete(walk.filed(), officers.clerk, now)


def test_a_fee_that_nobody_configured_blocks_the_receipt(application_file, officers, now):
    path = application_file(
        product={"reason": "replacement"},
        pieces=[{"code": "police_report"}],
        previous={"kind": "titre-de-sejour", "issue_date": date(2025, 1, 1), "expiry_date": date(2027, 1, 1)},
    )
    case = file_application(load_application(path), officers.clerk, "direction", now)
    with pytest.raises(ValueNotConfigured, match="fee of titre-de-sejour, replacement"):
        issue_receipt(case, officers.clerk, now)


def test_a_receipt_is_issued_once(walk, officers, now):
    case = walk.booked()
    receipt = Receipt.objects.get()
    assert issue_receipt(case, officers.clerk, now) == receipt
    with pytest.raises(NotAuthorised):
        issue_receipt(case, officers.producer, now)
    assert Receipt.objects.count() == 1


def test_a_decision_and_a_release_asked_for_twice_are_one(walk, officers, now):
    case = walk.released()
    decision = Decision.objects.get()
    assert decide(case, officers.decider, now, granted=True) == decision
    assert release(case, officers.producer, now).version == case.version
    other = register_officer("other", "Other", [Role.DECIDE, Role.PRODUCE], now)
    with pytest.raises(StepRefused):
        decide(case, other, now, granted=True)
    with pytest.raises(StepRefused):
        decide(case, officers.decider, now, granted=False, reasons="The condition is not met.")
    with pytest.raises(StepRefused):
        release(case, other, now)


@pytest.mark.parametrize("action", sorted(action for action, step in STEPS.items() if State.FILED not in step.start))
def test_no_step_starts_where_the_table_does_not_say(walk, officers, now, action):
    case = walk.filed()
    with pytest.raises(StepRefused, match=case.number):
        take_step(case, Action(action), officers.everything, now)
    assert case_numbered(case.number).version == 1


def test_who_read_an_older_version_is_refused_not_merged(walk, officers, now):
    case = walk.filed()
    stale = case_numbered(case.number)
    take_step(case, Action.WITHDRAW, officers.clerk, now)
    with pytest.raises(Taken, match="someone else"):
        take_step(stale, Action.WITHDRAW, officers.clerk, now)
    assert CaseStep.objects.filter(case=case, action=Action.WITHDRAW).count() == 1
    assert Entry.objects.filter(action="case.withdraw").count() == 1


def test_who_filed_never_decides_whatever_the_roles(walk, now):
    both = register_officer("both", "Both", list(Role), now)
    walk.officers.clerk = both
    case = walk.enrolled()
    submit(case, both, now)
    with pytest.raises(NotAuthorised, match="filed by both"):
        decide(case, both, now, granted=True)
    assert case_numbered(case.number).state == State.REVIEW
    assert not Decision.objects.exists()


def test_who_decided_never_releases_whatever_the_roles(walk, now):
    both = register_officer("both", "Both", list(Role), now)
    walk.officers.decider = both
    case = walk.decided()
    with pytest.raises(NotAuthorised, match="decided by both"):
        release(case, both, now)


@pytest.mark.parametrize(
    "change",
    [
        {"decider": "filer"},
        {"releaser": "decider"},
        {"state": "approved", "decider": None},
        {"state": "decided", "decider": None},
        {"state": "nowhere"},
    ],
)
def test_the_database_refuses_what_the_services_would(walk, officers, change):
    case = walk.decided()
    values = {key: getattr(case, value) if value in ("filer", "decider") else value for key, value in change.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**values)


def test_a_refusal_gives_its_reasons_and_ends_the_case(walk, officers, now):
    case = walk.enrolled()
    submit(case, officers.clerk, now)
    with pytest.raises(Incomplete, match="reasons"):
        decide(case, officers.decider, now, granted=False, reasons=" ")
    decision = decide(case, officers.decider, now, granted=False, reasons="The condition is not met.")
    assert not decision.granted
    assert case.state == State.REFUSED
    with pytest.raises(StepRefused, match="refused"):
        release(case, officers.producer, now)


def test_a_titre_needs_its_last_day_from_the_decision(application_file, walk, officers, now):
    walk.application = load_application(application_file(document=None))
    case = walk.enrolled()
    submit(case, officers.clerk, now)
    with pytest.raises(ValueNotConfigured, match="last day"):
        decide(case, officers.decider, now, granted=True)
    with pytest.raises(StepRefused, match="past"):
        decide(case, officers.decider, now, granted=True, valid_until=now.date())
    assert decide(case, officers.decider, now, granted=True, valid_until=date(2028, 1, 1)).valid_until == date(
        2028, 1, 1
    )
    assert case.decided_expiry_date == date(2028, 1, 1)


def test_a_decided_case_is_not_submitted_again_and_an_undecided_one_not_released(walk, officers, now):
    case = walk.enrolled()
    with pytest.raises(Incomplete, match="not decided"):
        release(case, officers.producer, now)
    submit(case, officers.clerk, now)
    decide(case, officers.decider, now, granted=True)
    with pytest.raises(StepRefused, match="decided already"):
        submit(case, officers.clerk, now)


def test_until_the_other_state_answers_no_card_is_released(application_file, walk, officers, now):
    codes = ["stay_five_years", "resources", "housing", "health_insurance", "criminal_record"]
    pieces = [
        {"code": "passport_copy", "copy_kind": "certified"},
        {"code": "fee_proof", "amount_eur": 80, "reference": "T-1"},
    ]
    walk.application = load_application(
        application_file(
            product={"code": "residence-longue-duree-ue", "category": None},
            remark={"state": "DEU", "granted_on": date(2018, 3, 1)},
            pieces=pieces + [{"code": code} for code in codes],
        )
    )
    case = walk.decided()
    with pytest.raises(RuleBroken) as refused:
        release(case, officers.producer, now)
    assert refused.value.findings == (("R33", "AWAITING_MEMBER_STATE"),)


def test_the_answer_of_the_other_state_is_entered_where_it_was_asked(application_file, walk, officers, now):
    codes = ["stay_five_years", "resources", "housing", "health_insurance", "criminal_record"]
    pieces = [
        {"code": "passport_copy", "copy_kind": "certified"},
        {"code": "fee_proof", "amount_eur": 80, "reference": "T-1"},
    ]
    path = application_file(
        product={"code": "residence-longue-duree-ue", "category": None},
        remark={"state": "DEU", "granted_on": date(2018, 3, 1)},
        pieces=pieces + [{"code": code} for code in codes],
    )
    walk.application = load_application(path)
    case = walk.enrolled()
    submit(case, officers.clerk, now)
    take_step(case, Action.ASK_STATE, officers.decider, now)
    answer_of_state(case, date(2026, 11, 1), True, officers.decider, now)
    assert case.state == State.REVIEW
    decide(case, officers.decider, now, granted=True)
    assert release(case, officers.producer, now).state == State.APPROVED


def test_where_no_state_was_asked_no_answer_is_entered(walk, officers, now):
    case = walk.enrolled()
    with pytest.raises(StepRefused, match="asks no other State"):
        answer_of_state(case, date(2026, 11, 1), True, officers.decider, now)


def test_why_names_state_owner_age_and_what_holds_it_up(incomplete, now):
    answer = why(incomplete, now + timedelta(days=2))
    assert (answer.state, answer.owner, answer.age_days, answer.overdue) == (State.FILED, "file", 2, True)
    assert {(hold.rule, hold.error) for hold in answer.holdups} == {("R23", "MISSING_PIECE"), ("R47", "INCOMPLETE")}
    assert set(answer.next_steps) == {"return", "issue_receipt", "withdraw", "abandon", "revoke"}
    shown = answer.to_json()
    assert shown["state"] == "filed"
    assert "logement" in shown["holdups"][0]["says"]["fr"]


def test_why_sees_work_that_nobody_did(walk, officers, now):
    case = walk.enrolled()
    assert [hold.error for hold in why(case, now).holdups] == ["NOT_SUBMITTED"]
    submit(case, officers.clerk, now)
    assert why(case, now).holdups == ()


def test_an_unknown_case_is_one_line(db):
    with pytest.raises(UnknownRecord, match="no case 1"):
        case_numbered("1")


def test_the_person_is_not_in_a_cases_words(walk):
    case = walk.filed()
    words = f"{case} {case!r} {case.person} {case.person!r} {case.passport!r}"
    assert walk.application.person.surname not in words
    assert walk.application.passport.number not in words


def test_a_replaced_application_value_changes_nothing_stored(walk):
    case = walk.filed()
    replace(walk.application, family="other")
    assert case_numbered(case.number).family is None
