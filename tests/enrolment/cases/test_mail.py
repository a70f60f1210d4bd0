"""What comes by post: the envelope's days, files in order of arrival, the signature on each form (S4, R55-R58)."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from enrolment.cases.families import family_cases
from enrolment.cases.mail import check_signature, file_by_mail, open_envelope, unfiled
from enrolment.cases.models import Case, MailEnvelope, MailFile, SignatureCheck
from enrolment.cases.order import OutOfTurn, earlier_waiting, jump_queue, pile, put_back, refuse_out_of_turn, take_up
from enrolment.cases.services import decide, issue_receipt, return_incomplete
from enrolment.cases.steps import Queue, State
from enrolment.cases.why import why
from enrolment.errors import Incomplete, NotAuthorised, RuleBroken, StepRefused, Taken

LAST_DAY = date(2021, 12, 31)
THEN = datetime(2021, 12, 31, 9, tzinfo=UTC)
NEW_YEAR = datetime(2022, 1, 1, 9, tzinfo=UTC)


@pytest.fixture
def posted(officers):
    def make(count=1, received_on=LAST_DAY, postmarked_on=date(2021, 12, 29), at=THEN, prefix=b"form"):
        scans = [prefix + bytes([index]) for index in range(count)]
        return open_envelope("direction", postmarked_on, received_on, scans, officers.clerk, at)

    return make


@pytest.fixture
def filed(posted, british_application, officers):
    def make(envelope=None, found=SignatureCheck.PRESENT, at=THEN, prefix=b"form"):
        envelope = envelope or posted(prefix=prefix)
        cases = []
        for mail_file in envelope.files.all():
            check_signature(mail_file, found, officers.clerk, at, "a stamp" if found == "doubtful" else "")
            cases.append(file_by_mail(mail_file, british_application(), officers.clerk, at))
        return cases

    return make


def test_a_british_family_of_four_files_in_one_envelope_on_the_last_day(posted, filed):
    cases = filed(posted(4))
    assert [case.arrival_number for case in cases] == [1, 2, 3, 4]
    assert {case.received_on for case in cases} == {LAST_DAY}
    assert family_cases(cases[2]) == cases
    assert unfiled() == []


def test_one_day_later_the_window_is_closed(posted, british_application, officers):
    envelope = posted(1, date(2022, 1, 1), date(2021, 12, 31), NEW_YEAR)
    mail_file = envelope.files.get()
    check_signature(mail_file, SignatureCheck.PRESENT, officers.clerk, NEW_YEAR)
    with pytest.raises(RuleBroken) as refused:
        file_by_mail(mail_file, british_application(), officers.clerk, NEW_YEAR)
    assert ("R55", "OUT_OF_WINDOW") in refused.value.findings
    assert not Case.objects.exists()
    assert unfiled() == [mail_file]


def test_nobody_files_a_form_whose_signature_nobody_looked_at(posted, british_application, officers):
    mail_file = posted().files.get()
    with pytest.raises(Incomplete, match="signature"):
        file_by_mail(mail_file, british_application(), officers.clerk, THEN)


@pytest.mark.parametrize("found", [SignatureCheck.ABSENT, SignatureCheck.DOUBTFUL])
def test_a_form_that_is_not_signed_goes_back(filed, officers, found):
    (case,) = filed(found=found)
    with pytest.raises(RuleBroken):
        issue_receipt(case, officers.clerk, THEN)
    assert "signed_form" in return_incomplete(case, officers.clerk, THEN)


def test_filed_twice_it_is_one_case(filed, british_application, officers):
    (case,) = filed()
    assert file_by_mail(case.mail_file, british_application(), officers.clerk, THEN) == case
    assert Case.objects.count() == 1


def test_a_doubt_about_a_signature_is_said_in_words(posted, officers):
    mail_file = posted().files.get()
    for found in (SignatureCheck.DOUBTFUL, SignatureCheck.UNCHECKED):
        with pytest.raises(Incomplete):
            check_signature(mail_file, found, officers.clerk, THEN)


def test_once_the_case_is_open_the_signature_is_not_seen_otherwise(filed, officers):
    (case,) = filed()
    with pytest.raises(StepRefused, match="open already"):
        check_signature(case.mail_file, SignatureCheck.ABSENT, officers.clerk, THEN)


def test_the_same_form_does_not_come_twice(posted):
    posted()
    with pytest.raises(Taken, match="came before"):
        posted()
    assert MailEnvelope.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"postmarked_on": date(2022, 1, 1)},
        {"received_on": date(2022, 1, 1)},
    ],
)
def test_an_envelope_is_posted_before_it_comes_and_not_tomorrow(posted, wrong):
    with pytest.raises(StepRefused):
        posted(**wrong)


def test_a_postmark_that_nobody_can_read_is_none(posted):
    assert posted(postmarked_on=None).postmarked_on is None


def test_an_envelope_without_a_form_is_no_application(posted):
    with pytest.raises(Incomplete):
        posted(0)


def test_the_database_refuses_a_case_of_an_unread_form_and_a_postmark_after_the_arrival(walk, posted):
    mail_file = posted().files.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        MailFile.objects.filter(pk=mail_file.pk).update(case=walk.filed())
    with pytest.raises(IntegrityError), transaction.atomic():
        MailEnvelope.objects.update(postmarked_on=date(2022, 1, 1))


# ---- order of arrival ----


@pytest.fixture
def waiting(posted, filed):
    """Three cases that came one after the other and wait to be decided."""
    cases = filed(posted(3))
    for case in cases:
        Case.objects.filter(pk=case.pk).update(state=State.REVIEW)
        case.refresh_from_db()
    return cases


def test_the_pile_lies_in_order_of_arrival(waiting):
    assert pile(Queue.EXAMINATION) == waiting
    assert pile(Queue.EXAMINATION, "mamer") == []
    assert list(earlier_waiting(waiting[2])) == waiting[:2]


def test_nobody_is_decided_before_those_who_came_earlier(waiting, officers):
    with pytest.raises(OutOfTurn, match="2 earlier"):
        decide(waiting[2], officers.decider, THEN, granted=False, reasons="The condition is not met.")
    with pytest.raises(OutOfTurn):
        take_up(waiting[1], officers.decider, THEN)
    held = next(hold for hold in why(waiting[1], THEN).holdups if hold.error == "QUEUE_JUMP" and hold.since is None)
    assert held.rule == "R58"
    for case in waiting:
        assert not decide(case, officers.decider, THEN, granted=False, reasons="The condition is not met.").granted


def test_a_jump_needs_a_reason_and_another_person_who_supervises(waiting, officers):
    last = waiting[2]
    with pytest.raises(Incomplete, match="reason"):
        jump_queue(last, " ", officers.decider, officers.counter, THEN)
    with pytest.raises(NotAuthorised):
        jump_queue(last, "ill", officers.decider, officers.clerk, THEN)
    with pytest.raises(NotAuthorised, match="another person"):
        jump_queue(last, "ill", officers.everything, officers.everything, THEN)
    jump = jump_queue(last, "ill", officers.decider, officers.counter, THEN)
    assert jump.passed_over == 2
    assert jump_queue(last, "again", officers.decider, officers.counter, THEN) == jump
    refuse_out_of_turn(last)
    assert not decide(last, officers.decider, THEN, granted=False, reasons="The condition is not met.").granted
    with pytest.raises(OutOfTurn):
        refuse_out_of_turn(waiting[1])


def test_the_next_one_has_nobody_to_pass_over(waiting, officers):
    with pytest.raises(StepRefused, match="is the next"):
        jump_queue(waiting[0], "ill", officers.decider, officers.counter, THEN)


def test_a_jump_is_in_the_journal_without_its_reason(waiting, officers):
    from enrolment.audit.models import Entry

    jump_queue(waiting[2], "ill", officers.decider, officers.counter, THEN)
    entry = Entry.objects.get(action="case.jumped_queue")
    assert entry.details == {"passed_over": 2, "supervisor": "counter"}


def test_a_case_lies_at_one_desk_until_it_is_put_back(waiting, officers):
    first = take_up(waiting[0], officers.decider, THEN)
    assert take_up(first, officers.decider, THEN).assignee == officers.decider
    with pytest.raises(Taken, match="another desk"):
        take_up(first, officers.everything, THEN)
    with pytest.raises(NotAuthorised):
        put_back(first, officers.clerk, THEN)
    assert put_back(first, officers.counter, THEN).assignee is None  # a supervisor may
    take_up(first, officers.everything, THEN)


def test_the_database_refuses_a_jump_agreed_with_oneself_or_without_reason(waiting, officers):
    jump = jump_queue(waiting[2], "ill", officers.decider, officers.counter, THEN)
    for change in ({"supervisor": officers.decider}, {"reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(jump).objects.filter(pk=jump.pk).update(**change)
