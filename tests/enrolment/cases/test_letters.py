"""Letters: due, written, sent; one per occasion; a prolongation is told before the period ends."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from enrolment.cases.letters import cancel_letter, letters_due, note_sent, note_written, order_letter
from enrolment.cases.models import Letter, LetterKind
from enrolment.cases.prolonging import ProlongWithoutLetter, announce_prolongation, decision_due_on, prolong
from enrolment.cases.services import decide
from enrolment.cases.steps import State
from enrolment.cases.why import why
from enrolment.errors import Incomplete, NotAuthorised, StepRefused

PAPER = "ab" * 32
UNTIL = date(2027, 8, 2)


@pytest.fixture
def letter(walk, now):
    case = walk.filed()
    return order_letter(LetterKind.APPOINTMENT, case.number, case.person, date(2026, 11, 10), now, case=case)


def test_a_letter_is_ordered_once_per_occasion(letter, now):
    case = letter.case
    again = order_letter(LetterKind.APPOINTMENT, case.number, case.person, date(2027, 1, 1), now, case=case)
    assert (again, again.due_on) == (letter, date(2026, 11, 10))
    assert order_letter(LetterKind.READMISSION, case.number, case.person, date(2027, 1, 1), now) != letter


def test_a_letter_goes_from_due_over_written_to_sent(letter, officers, now):
    with pytest.raises(StepRefused, match="due"):
        note_sent(letter, "post", officers.clerk, now)
    with pytest.raises(Incomplete, match="paper"):
        note_written(letter, "L-1", "", officers.clerk, now)
    note_written(letter, "L-1", PAPER, officers.clerk, now)
    note_sent(letter, "post", officers.clerk, now)
    assert note_sent(letter, "mail", officers.clerk, now).channel == "post"
    for late in (
        lambda: note_written(letter, "L-2", PAPER, officers.clerk, now),
        lambda: cancel_letter(letter, None, now),
    ):
        with pytest.raises(StepRefused):
            late()


def test_what_is_due_and_not_sent_is_found_and_holds_the_case_up(letter, officers, now):
    late = now + timedelta(days=30)
    assert letters_due(date(2026, 11, 9)) == []
    assert letters_due(date(2026, 11, 10)) == [letter]
    held = next(hold for hold in why(letter.case, late).holdups if hold.error == "LETTER_DUE")
    assert held.since == date(2026, 11, 10)
    cancel_letter(letter, officers.clerk, now)
    assert letters_due(date(2027, 1, 1)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"state": "written"},
        {"state": "sent"},
        {"state": "lost"},
        {"kind": "postcard"},
        {"state": "sent", "number": "L-9", "paper_sha256": PAPER, "channel": "post"},
    ],
)
def test_the_database_refuses_a_letter_that_cannot_be(letter, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(**change)


def test_a_decision_is_a_letter_due_and_a_status(in_review, officers, now):
    decide(in_review, officers.decider, now, granted=True)
    assert in_review.letters.get().kind == LetterKind.DECISION


# ---- a decision that takes longer ----


def announced(case, officers, now, **changes):
    values = {"reason": "an answer is awaited", "until": UNTIL, **changes}
    return announce_prolongation(case, values["reason"], values["until"], officers.decider, now)


def test_the_period_is_prolonged_by_a_letter_that_left_in_time(long_term_case, officers, now):
    assert decision_due_on(long_term_case, localdate(now)) == date(2027, 5, 2)
    with pytest.raises(ProlongWithoutLetter):
        prolong(long_term_case, officers.decider, now)
    letter = announced(long_term_case, officers, now)
    assert (letter.due_on, letter.rule) == (date(2027, 5, 2), "R29")
    note_written(letter, "L-1", PAPER, officers.decider, now)
    with pytest.raises(ProlongWithoutLetter):
        prolong(long_term_case, officers.decider, now)
    note_sent(letter, "post", officers.decider, now)
    prolong(long_term_case, officers.decider, now)
    assert (long_term_case.state, decision_due_on(long_term_case, localdate(now))) == (State.PROLONGED, UNTIL)
    with pytest.raises(StepRefused, match="once"):
        announced(long_term_case, officers, now)


@pytest.mark.parametrize(("days_after", "is_in_time"), [(0, True), (1, False)])
def test_a_letter_that_left_after_the_last_day_prolongs_nothing(long_term_case, officers, now, days_after, is_in_time):
    letter = announced(long_term_case, officers, now)
    note_written(letter, "L-1", PAPER, officers.decider, now)
    sent_at = now.replace(year=2027, month=5, day=2) + timedelta(days=days_after)
    note_sent(letter, "post", officers.decider, sent_at)
    if is_in_time:
        assert prolong(long_term_case, officers.decider, sent_at).prolonged_until == UNTIL
    else:
        with pytest.raises(ProlongWithoutLetter, match="not sent before"):
            prolong(long_term_case, officers.decider, sent_at)


def test_a_prolongation_has_a_reason_a_later_end_and_comes_in_time(long_term_case, officers, now):
    with pytest.raises(Incomplete, match="reason"):
        announced(long_term_case, officers, now, reason=" ")
    with pytest.raises(StepRefused, match="ends after"):
        announced(long_term_case, officers, now, until=date(2027, 5, 2))
    with pytest.raises(StepRefused, match="ended on 2027-05-02"):
        announced(long_term_case, officers, now.replace(year=2027, month=5, day=3))
    with pytest.raises(NotAuthorised):
        announce_prolongation(long_term_case, "x", UNTIL, officers.clerk, now)


def test_after_the_last_day_the_decision_is_late(long_term_case, now):
    last_day = now.replace(year=2027, month=5, day=2)
    assert "DECISION_LATE" not in {hold.error for hold in why(long_term_case, last_day).holdups}
    held = [hold for hold in why(long_term_case, last_day + timedelta(days=1)).holdups if hold.error == "DECISION_LATE"]
    assert [(hold.rule, hold.since) for hold in held] == [("R29", date(2027, 5, 2))]
