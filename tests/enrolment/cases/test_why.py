"""Why a case stands still, and which cases need someone: nothing that is late stays unseen."""

import json
import string
import tomllib
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from enrolment.cases.cli import app
from enrolment.cases.custody import list_transfer, send_transfer
from enrolment.cases.holdups import SENTENCES
from enrolment.cases.letters import order_letter
from enrolment.cases.models import Case, LetterKind, TransferContent
from enrolment.cases.services import issue_receipt
from enrolment.cases.steps import ENDED, OWNERS, STEPS, Action, State, steps_from
from enrolment.cases.walking import take_step
from enrolment.cases.why import stuck_cases, why
from enrolment.desk import start
from enrolment.errors import Incomplete, OfficeBusy, OfficeNotOpen
from enrolment.rules.words import LANGUAGES


@pytest.fixture
def run(monkeypatch, tmp_path, db):
    monkeypatch.setattr(start, "start_django", lambda: tmp_path)
    return lambda *words: CliRunner().invoke(app, list(words))


def test_every_sentence_is_told_in_each_language_with_the_same_values():
    for error, says in tomllib.loads(SENTENCES.read_text("utf-8")).items():
        assert set(says) == set(LANGUAGES), error
        values = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in says.values()]
        assert all(found == values[0] for found in values), error


def test_every_state_has_a_pile_an_owner_and_an_age_after_which_it_is_stuck(walk, now):
    case = walk.filed()
    for state in State:
        limit = OWNERS[state].max_age_days
        assert (limit is None) == (state in ENDED)
        if limit is None or state in (State.PROLONGED, State.DRAFT):
            continue
        case.state, case.state_since = state, now
        assert not why(case, now + timedelta(days=limit)).overdue
        assert why(case, now + timedelta(days=limit, seconds=1)).overdue


def test_what_stands_too_long_is_stuck_and_what_moved_is_not(walk, officers, now):
    old, fresh = walk.filed(), walk.filed()
    later = now + timedelta(days=2)
    issue_receipt(fresh, officers.clerk, later)
    assert [answer.case for answer in stuck_cases(later)] == [old.number]
    take_step(old, Action.WITHDRAW, officers.clerk, later)
    assert list(stuck_cases(later)) == []


def test_a_letter_that_nobody_sent_makes_a_young_case_stuck(walk, now):
    case = walk.filed()
    order_letter(LetterKind.APPOINTMENT, case.number, case.person, now.date(), now - timedelta(days=1), case=case)
    assert list(stuck_cases(now)) == []
    (stuck,) = stuck_cases(now + timedelta(days=1))
    assert stuck.is_stuck
    assert not stuck.overdue


def test_stuck_cases_of_one_place_only(walk, now):
    walk.filed()
    late = now + timedelta(days=2)
    assert len(list(stuck_cases(late, "direction"))) == 1
    assert list(stuck_cases(late, "mamer")) == []


def test_a_case_that_has_ended_is_held_up_by_nothing(walk, officers, now):
    case = walk.filed()
    take_step(case, Action.WITHDRAW, officers.clerk, now)
    answer = why(case, now + timedelta(days=4000))
    assert (answer.holdups, answer.next_steps, answer.is_stuck) == ((), (), False)


@pytest.mark.parametrize("action", sorted(action for action, step in STEPS.items() if step.needs_reason))
def test_a_step_that_needs_its_reason_is_refused_without(walk, officers, now, action):
    case = walk.filed()
    case.state = STEPS[action].start[0]
    with pytest.raises(Incomplete, match="reason"):
        take_step(case, action, officers.everything, now, reason=" ")


def test_the_list_shows_open_cases_by_pile_without_the_person(run, walk, officers, now):
    first, second = walk.filed(), walk.filed()
    issue_receipt(second, officers.clerk, now)
    take_step(walk.filed(), Action.WITHDRAW, officers.clerk, now)
    listed = json.loads(run("list", "--json").stdout)["cases"]
    assert [row["case"] for row in listed] == [first.number, second.number]
    assert walk.application.person.surname not in str(listed)
    assert json.loads(run("list", "--json", "--queue", "capture").stdout)["cases"] == []
    assert run("list", "--queue", "cellar").exit_code == 2
    assert first.number in run("list", "--site", "direction").stdout


def test_the_list_of_the_stuck_says_why_and_ends_with_one(run, walk, now):
    case = walk.filed()
    Case.objects.filter(pk=case.pk).update(state_since=now - timedelta(days=4000))
    found = run("list", "--stuck", "--json")
    (row,) = json.loads(found.stdout)["cases"]
    assert (row["case"], row["overdue"], row["owner"], found.exit_code) == (case.number, True, "file", 1)
    assert "OVERDUE" in run("list", "--stuck", "--language", "fr").stdout


def test_an_office_without_a_stuck_case_ends_with_zero(run):
    assert run("list", "--stuck").exit_code == 0
    assert run("gaps").exit_code == 0


def test_the_gaps_of_the_chain_are_listed(run, walk, officers, now):
    case = walk.filed()
    long_ago = now - timedelta(days=4000)
    transfer = list_transfer("direction", "mamer", [(case, TransferContent.FILE)], officers.clerk, long_ago)
    send_transfer(transfer, officers.clerk, long_ago)
    answer = run("gaps", "--json")
    (gap,) = json.loads(answer.stdout)["gaps"]
    assert (gap["case"], gap["missing"], answer.exit_code) == (case.number, False, 1)
    assert transfer.number in run("gaps").stdout


@pytest.mark.parametrize(("error", "code"), [(OfficeBusy("busy"), 3), (OfficeNotOpen("closed"), 2)])
def test_a_busy_office_and_none_at_all_end_with_their_codes(run, monkeypatch, error, code):
    def refuse():
        raise error

    monkeypatch.setattr(start, "start_django", refuse)
    for words in (("list",), ("gaps",), ("why", "1")):
        answer = run(*words)
        assert answer.exit_code == code
        assert answer.stderr.strip() == str(error)


def test_from_every_state_someone_can_lead_the_case_to_an_end():
    stops = {Action.REVOKE, Action.ABANDON, Action.WITHDRAW, Action.CLOSE}
    for state in State:
        if state not in ENDED:
            assert stops & {step.action for step in steps_from(state)}, state
