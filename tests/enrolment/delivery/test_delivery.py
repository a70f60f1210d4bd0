"""Hand-over, the life of a card, erasure when it is due, and the proof that finds what is left."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from enrolment.audit.models import Entry
from enrolment.capture.models import CaseKey
from enrolment.cases.services import take_step
from enrolment.cases.steps import Action, State
from enrolment.delivery.models import CardState, HandOver, NoComparison
from enrolment.delivery.proof import prove_erased, windows_of
from enrolment.delivery.retention import CASE_ENDED, HANDED_OVER, TOO_OLD, due_for_erasure, run_retention
from enrolment.delivery.services import (
    APPEARANCE_RULES,
    Identification,
    NotTheHolder,
    close_case,
    destroy_card,
    hand_over,
    is_passport_of,
    note_event,
    register_card,
    withdraw_all,
)
from enrolment.errors import Incomplete, NotAuthorised, StepRefused
from enrolment.production.models import BlankState
from enrolment.rules.read_book import rule_book

SHOWN = Identification("passport", match_score=120, match_threshold=40, passport_matches=True)


def test_a_print_that_does_not_match_keeps_the_card_at_the_desk(walk, officers, now):
    card = walk.card()
    with pytest.raises(NotTheHolder):
        hand_over(card, replace(SHOWN, match_score=39), officers.clerk, now)
    assert (card.state, card.case.state) == (CardState.READY, State.READY)
    assert not HandOver.objects.exists()
    hand_over(card, replace(SHOWN, match_score=40), officers.clerk, now)
    assert card.state == CardState.ACTIVE


@pytest.mark.parametrize("shown", [replace(SHOWN, identity_document=" "), replace(SHOWN, match_threshold=None)])
def test_no_document_or_a_comparison_without_threshold_is_no_identification(walk, officers, now, shown):
    with pytest.raises(Incomplete):
        hand_over(walk.card(), shown, officers.clerk, now)
    assert not HandOver.objects.exists()


NOT_COMPARED = replace(SHOWN, match_score=None, match_threshold=None)


def test_R25_whose_passport_it_is_must_be_looked_at_where_the_rules_want_it(walk, officers, now):
    card = walk.card()
    with pytest.raises(Incomplete, match="read the passport again"):
        hand_over(card, replace(SHOWN, passport_matches=None), officers.clerk, now)
    assert not HandOver.objects.exists()
    assert is_passport_of(card.case, "X0000001", "IND")
    assert not is_passport_of(card.case, "X0000001", "PAK")
    assert not is_passport_of(card.case, "X0000002", "IND")
    assert hand_over(card, SHOWN, officers.clerk, now).passport_matches is True


def test_a_family_card_is_given_without_the_passport_where_no_rule_wants_it(walk, officers, now):
    card = walk.card()
    type(card.case).objects.filter(pk=card.case.pk).update(product="carte-de-sejour-permanent")
    card.case.refresh_from_db()
    facts = {rule for rule in rule_book().product(card.case.product).rules if rule in APPEARANCE_RULES}
    assert facts == set()
    hand_over(card, replace(SHOWN, passport_matches=None), officers.clerk, now)


def test_prints_on_the_card_are_compared_or_it_is_said_and_journalled_why_not(walk, officers, now):
    card = walk.card()
    with pytest.raises(Incomplete, match="or say why"):
        hand_over(card, NOT_COMPARED, officers.clerk, now)
    with pytest.raises(Incomplete, match="no reason why not"):
        hand_over(card, replace(SHOWN, not_compared=NoComparison.NO_SCANNER), officers.clerk, now)
    given = hand_over(card, replace(NOT_COMPARED, not_compared=NoComparison.FINGER_HURT), officers.clerk, now)
    assert (given.match_score, given.not_compared) == (None, "finger_hurt")
    entry = Entry.objects.get(subject=card.case.number, action="case.hand_over")
    assert (entry.details["compared"], entry.details["not_compared"]) == (False, "finger_hurt")


def test_a_card_without_prints_needs_no_comparison_and_no_reason(walk, officers, now):
    card = walk.card()
    card.job.planned_digests = {"EF.COM": "00" * 32}
    card.job.save()
    assert hand_over(card, NOT_COMPARED, officers.clerk, now).not_compared == ""


@pytest.mark.parametrize(
    "change",
    [{"not_compared": "no_scanner"}, {"not_compared": "tired", "match_score": None}, {"passport_matches": False}],
)
def test_the_database_refuses_a_hand_over_that_cannot_be(walk, officers, now, change):
    given = hand_over(walk.card(), SHOWN, officers.clerk, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        HandOver.objects.filter(pk=given.pk).update(**change)


def test_a_card_is_handed_over_once_by_who_may(walk, officers, now):
    card = walk.card()
    with pytest.raises(NotAuthorised):
        hand_over(card, SHOWN, officers.decider, now)
    hand_over(card, SHOWN, officers.clerk, now)
    with pytest.raises(StepRefused):
        hand_over(card, SHOWN, officers.clerk, now)


def test_a_card_is_registered_once_and_only_when_finished(walk, officers, now):
    card = walk.card()
    with pytest.raises(StepRefused, match="already"):
        register_card(card.job, officers.producer, now)


def test_a_case_closes_only_when_its_biometrics_are_gone(walk, officers, now):
    card = walk.card()
    hand_over(card, SHOWN, officers.clerk, now)
    with pytest.raises(Incomplete, match="not erased"):
        close_case(card.case, officers.clerk, now)


def test_an_old_card_that_is_handed_in_ends_with_the_new_one(walk, officers, now):
    old = walk.card()
    hand_over(old, SHOWN, officers.clerk, now)
    other = walk.card_of(old.person)
    hand_over(other, replace(SHOWN, old_card_returned=True), officers.clerk, now)
    old.refresh_from_db()
    assert (old.state, other.state) == (CardState.RETURNED, CardState.ACTIVE)


def test_an_old_card_that_was_not_brought_back_stays_as_it_is(walk, officers, now):
    old = walk.card()
    hand_over(old, SHOWN, officers.clerk, now)
    hand_over(walk.card_of(old.person), SHOWN, officers.clerk, now)
    old.refresh_from_db()
    assert old.state == CardState.ACTIVE


def test_a_lost_card_is_found_and_destroyed_but_never_active_again(walk, officers, now):
    card = walk.card()
    hand_over(card, SHOWN, officers.clerk, now)
    with pytest.raises(Incomplete, match="reason"):
        note_event(card, CardState.LOST, officers.clerk, now, "")
    note_event(card, CardState.LOST, officers.clerk, now, "declared to the police")
    with pytest.raises(StepRefused):
        note_event(card, CardState.ACTIVE, officers.clerk, now, "found again")
    with pytest.raises(StepRefused, match="cannot become"):
        destroy_card(card, officers.producer, officers.counter, now)
    note_event(card, CardState.RETURNED, officers.clerk, now, "found")
    with pytest.raises(NotAuthorised, match="two people"):
        destroy_card(card, officers.producer, officers.producer, now)
    destroy_card(card, officers.producer, officers.counter, now)
    assert (card.state, card.job.blank.state) == (CardState.DESTROYED, BlankState.DESTROYED)


def test_a_removal_withdraws_every_live_card_and_no_status_with_it(walk, officers, now):
    card = walk.card()
    hand_over(card, SHOWN, officers.clerk, now)
    assert withdraw_all(card.person, officers.clerk, now, "removal decision") == [card]
    assert withdraw_all(card.person, officers.clerk, now, "again") == []
    card.refresh_from_db()
    assert card.state == CardState.WITHDRAWN


def test_before_the_hand_over_nothing_is_due_and_after_ninety_days_it_is(walk, now):
    card = walk.card()
    assert list(due_for_erasure(now + timedelta(days=90))) == []
    due = list(due_for_erasure(now + timedelta(days=90, seconds=1)))
    assert [(item.case, item.reason) for item in due] == [(card.case, TOO_OLD)]


def test_biometrics_go_with_the_hand_over(walk, officers, now):
    card = walk.card()
    hand_over(card, SHOWN, officers.clerk, now)
    assert [item.reason for item in due_for_erasure(now)] == [HANDED_OVER]
    run_retention(now)
    assert run_retention(now) == []
    assert not CaseKey.objects.exists()


def test_biometrics_of_a_case_that_ended_without_a_card_go_too(walk, officers, now):
    case = walk.enrolled()
    take_step(case, Action.WITHDRAW, officers.clerk, now)
    assert [item.reason for item in due_for_erasure(now)] == [CASE_ENDED]


def noise(seed, length):
    return random.Random(seed).randbytes(length)


@pytest.mark.parametrize("offset", [0, 1, 7, 8, 13, 8 * 1024 * 1024 - 16, 8 * 1024 * 1024 - 31])
def test_a_piece_that_is_left_is_found_wherever_it_lies(tmp_path, offset):
    needle = noise(1, 4096)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "x.db").write_bytes(bytes(offset) + needle[100:163] + bytes(50))
    proof = prove_erased([tmp_path], {"finger": needle})
    assert not proof.is_erased
    assert {hit.needle for hit in proof.hits} == {"finger"}
    assert proof.hits[0].offset == offset + 128 - 100  # the window that starts at 128


def test_less_than_a_window_is_not_found_and_so_the_promise_is_63_bytes(tmp_path):
    needle = noise(1, 4096)
    (tmp_path / "x").write_bytes(needle[1:63])
    assert prove_erased([tmp_path], {"finger": needle}).is_erased
    (tmp_path / "x").write_bytes(needle[1:64])
    assert not prove_erased([tmp_path], {"finger": needle}).is_erased


def test_what_says_nothing_proves_nothing(tmp_path):
    (tmp_path / "x").write_bytes(noise(2, 500))
    assert windows_of({"white": bytes(1000)}) == {}
    assert not prove_erased([tmp_path], {"white": bytes(1000)}).is_erased
    assert not prove_erased([tmp_path], {}).is_erased


def test_other_bytes_are_not_taken_for_a_needle(tmp_path):
    (tmp_path / "x").write_bytes(noise(3, 300_000))
    needle = noise(1, 50_000)
    proof = prove_erased([tmp_path], {"finger": needle})
    assert proof.is_erased
    assert (proof.files, proof.bytes, proof.windows) == (1, 300_000, 50_000 // 32)


def test_many_windows_that_begin_alike_are_told_apart(tmp_path):
    head = b"12345678"
    needle = b"".join(head + noise(seed, 24) for seed in range(50))
    (tmp_path / "x").write_bytes(b"..." + head + noise(7, 24) + head + noise(999, 24))
    assert [hit.offset for hit in prove_erased([tmp_path], {"n": needle}).hits] == [3]
