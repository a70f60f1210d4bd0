"""What happens to documents after the hand-over: hot list, departure, removal, spoiling, destruction, invitations."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from enrolment.applications import load_application
from enrolment.cases.duplicates import judge_duplicate, open_pairs
from enrolment.cases.models import EndGround, LetterKind, PersonEvent, SameVerdict
from enrolment.cases.payments import Booked, check_payment
from enrolment.cases.status import live_statuses
from enrolment.cases.steps import Action, State
from enrolment.cases.walking import case_numbered
from enrolment.delivery.events import (
    add_police_reference,
    depart,
    expire_cards,
    is_hot,
    list_document,
    remove,
    report_card,
    stop_case,
)
from enrolment.delivery.models import Card, CardState, HotGround, HotListEntry, ReportKind
from enrolment.delivery.renewals import order_renewal_letters
from enrolment.delivery.services import (
    Identification,
    NotTheHolder,
    destroy_card,
    hand_over,
    note_event,
    register_card,
    spoil_card,
)
from enrolment.delivery.shipping import find_card, receive_cards, ship_cards
from enrolment.errors import Incomplete, NotAuthorised, RuleBroken, StepRefused
from enrolment.production.models import Blank, BlankState, JobState
from enrolment.production.services import (
    arrive,
    finish_card,
    open_job,
    record_verification,
    ship,
    spoil,
    start_writing,
    stock_balance,
)

SHOWN = Identification("passport", 120, 40, passport_matches=True)
REMOVED = ("MAE-2026-77", date(2026, 11, 2))


@pytest.fixture
def active(walk, officers, now):
    card = walk.card()
    hand_over(card, SHOWN, officers.clerk, now)
    return card


@pytest.mark.parametrize(("kind", "state"), [(ReportKind.LOSS, CardState.LOST), (ReportKind.THEFT, CardState.STOLEN)])
def test_what_is_reported_is_on_the_hot_list_at_once_police_or_not(active, officers, now, kind, state):
    assert not is_hot(active.document_number)
    report = report_card(active, kind, officers.clerk, now, occurred_on=date(2026, 11, 1))
    assert (active.state, is_hot(active.document_number), report.police_reference) == (state, True, "")
    add_police_reference(report, "PV-1", officers.clerk, now)
    add_police_reference(report, "PV-1", officers.clerk, now)
    with pytest.raises(StepRefused, match="another declaration"):
        add_police_reference(report, "PV-2", officers.clerk, now)


def test_a_card_is_reported_once_and_stays_listed_when_it_is_found(active, officers, now):
    report = report_card(active, ReportKind.LOSS, officers.clerk, now)
    assert report_card(active, ReportKind.THEFT, officers.clerk, now) == report
    note_event(active, CardState.RETURNED, officers.clerk, now, "found in a train")
    assert is_hot(active.document_number)
    assert HotListEntry.objects.get().ground == HotGround.LOST


def test_only_a_card_in_a_hand_is_lost_and_not_tomorrow(walk, active, officers, now):
    with pytest.raises(StepRefused, match="day to come"):
        report_card(active, ReportKind.LOSS, officers.clerk, now, occurred_on=date(2026, 11, 3))
    waiting = walk.card()
    with pytest.raises(StepRefused, match="cannot become"):
        report_card(waiting, ReportKind.LOSS, officers.clerk, now)
    assert not HotListEntry.objects.exists()


def test_an_older_document_is_listed_by_its_number_once(active, officers, now):
    entry = list_document("attestation-d-enregistrement", "A-1", HotGround.LOST, officers.clerk, now)
    assert list_document("attestation-d-enregistrement", "A-1", HotGround.STOLEN, officers.clerk, now) == entry
    assert is_hot("A-1")
    with pytest.raises(Incomplete):
        list_document("attestation-d-enregistrement", " ", HotGround.LOST, officers.clerk, now)
    with pytest.raises(StepRefused, match="made here"):
        list_document("titre-de-sejour", active.document_number, HotGround.LOST, officers.clerk, now)


def test_the_number_of_a_listed_document_is_not_in_the_journal(active, officers, now):
    from enrolment.audit.models import Entry

    report_card(active, ReportKind.LOSS, officers.clerk, now)
    list_document("attestation-d-enregistrement", "A-123456", HotGround.LOST, officers.clerk, now)
    told = str(list(Entry.objects.values_list("subject", "details")))
    assert "A-123456" not in told
    assert active.document_number not in told


def test_R52_art_28_a_removal_withdraws_everything_in_one_event(walk, active, officers, now):
    waiting = walk.card_of(active.person)  # made, not collected
    walk.round += 1
    on_the_line = open_job(walk.released(), officers.producer, now)
    under_way = walk.booked()
    withdrawn = remove(active.person, *REMOVED, officers.decider, now)
    assert withdrawn == [active, waiting]
    assert {Card.objects.get(pk=card.pk).state for card in withdrawn} == {CardState.WITHDRAWN}
    assert all(is_hot(card.document_number) for card in withdrawn)
    assert case_numbered(active.case.number).state == State.HANDED_OVER
    for case in (waiting.case, on_the_line.case, under_way):
        assert case_numbered(case.number).state == State.WITHDRAWN
    on_the_line.refresh_from_db()
    assert (on_the_line.state, on_the_line.blank.state) == (JobState.SPOILED, BlankState.SPOILED)
    assert under_way.receipt.__class__.objects.filter(withdrawn_at__isnull=True).count() == 0
    assert live_statuses(active.person) == []
    assert {status.end_ground for status in active.person.statuses.all()} == {EndGround.REMOVAL}
    assert sum(stock_balance().values()) == Blank.objects.count()


def test_a_removal_is_entered_once_by_who_decides_with_its_reference(active, officers, now):
    with pytest.raises(NotAuthorised):
        remove(active.person, *REMOVED, officers.clerk, now)
    with pytest.raises(Incomplete, match="reference"):
        remove(active.person, " ", date(2026, 11, 2), officers.decider, now)
    assert remove(active.person, *REMOVED, officers.decider, now) == [active]
    assert remove(active.person, *REMOVED, officers.decider, now) == [active]
    assert PersonEvent.objects.count() == 1


def test_a_removal_reaches_the_cards_of_every_record_of_the_person(walk, active, officers, now):
    walk.person = None
    second = walk.filed()
    (pair,) = open_pairs(second.person)
    judge_duplicate(pair, SameVerdict.SAME, "same passport", officers.decider, now)
    assert remove(second.person, *REMOVED, officers.decider, now) == [active]
    assert case_numbered(second.number).state == State.WITHDRAWN


def test_R50_art_26_a_departure_ends_the_card_and_not_the_status(active, officers, now):
    cards = depart(active.person, "départ 2026/11", date(2026, 11, 1), officers.clerk, now)
    assert [card.state for card in cards] == [CardState.WITHDRAWN]
    assert is_hot(active.document_number)
    assert live_statuses(active.person)
    active.refresh_from_db()
    note_event(active, CardState.RETURNED, officers.clerk, now, "handed in at the commune")
    assert depart(active.person, "départ 2026/11", date(2026, 11, 1), officers.clerk, now) == []


def test_a_card_expires_after_its_last_day_and_the_status_stays(active, officers, now):
    last_day = datetime(2027, 11, 2, 22, 0, tzinfo=UTC)  # 23 o'clock in Luxembourg
    assert active.expiry_date == date(2027, 11, 2)
    assert expire_cards(officers.clerk, last_day) == []
    assert expire_cards(officers.clerk, last_day + timedelta(hours=2)) == [active]
    assert expire_cards(officers.clerk, last_day + timedelta(hours=2)) == []
    assert live_statuses(active.person)


@pytest.mark.parametrize(("day", "count"), [(date(2027, 9, 1), 0), (date(2027, 9, 2), 1), (date(2027, 11, 3), 0)])
def test_R45_art_21_the_invitation_to_renew_is_due_two_months_before(active, now, day, count):
    moment = now.replace(year=day.year, month=day.month, day=day.day)
    assert len(order_renewal_letters(moment)) == count


def test_R45_night_after_night_one_invitation_per_document(active, now):
    september = now.replace(year=2027, month=9, day=2)
    first = order_renewal_letters(september)
    assert order_renewal_letters(september + timedelta(days=1)) == first
    (letter,) = active.person.letters.filter(kind=LetterKind.RENEWAL)
    assert (letter.due_on, letter.rule) == (date(2027, 9, 2), "R45")
    assert letter.content["document_number"] == active.document_number
    assert (letter.content["expires_on"], letter.content["window_opens_on"]) == ("2027-11-02", "2027-09-02")
    assert letter.content["offers"] == ["renewal"]  # nobody told of five years of stay
    assert "passport_copy" in letter.content["pieces"]
    assert letter.content["filing_place"] == ["Direction générale de l'immigration"]


def test_R45_who_will_have_stayed_five_years_is_offered_more(application_file, walk, officers, now):
    walk.application = load_application(application_file(stay=[{"from": date(2021, 1, 1), "lawful": True}]))
    card = walk.card()
    hand_over(card, SHOWN, officers.clerk, now)
    (letter,) = order_renewal_letters(now.replace(year=2027, month=9, day=2))
    assert letter.content["offers"] == ["renewal", "long_term_status"]


def test_R45_the_invitation_can_be_written_as_it_was_ordered(active, officers, now):
    from enrolment.papers.sheet import Letterhead
    from enrolment.papers.writing import write_letter

    (letter,) = order_renewal_letters(now.replace(year=2027, month=9, day=2))
    head = Letterhead(("Ministère d'essai", "1, rue d'Essai"), "Luxembourg")
    assert write_letter(letter, head, officers.clerk, now)


# ---- on the way to the place of collection ----


def test_cards_travel_on_a_list_and_one_that_does_not_come_is_made_again(walk, officers, now):
    came, lost = walk.card(), walk.card()
    transfer = ship_cards([came, lost], "direction", "mamer", officers.everything, now, courier="van 3")
    assert {case_numbered(card.case.number).state for card in (came, lost)} == {State.IN_TRANSIT}
    first, second = transfer.items.all()
    with pytest.raises(NotAuthorised, match="someone else"):
        receive_cards(transfer, [first], officers.everything, now)
    receive_cards(transfer, [first], officers.clerk, now)
    assert case_numbered(came.case.number).state == State.AT_SITE
    assert case_numbered(lost.case.number).state == State.IN_TRANSIT
    second.refresh_from_db()
    lost = Card.objects.get(pk=lost.pk)
    spoil_card(lost, "lost on the way", officers.producer, now)
    assert lost.case.state == State.PRODUCING
    hand_over(Card.objects.get(pk=came.pk), SHOWN, officers.clerk, now)


def test_a_missing_card_that_is_found_can_be_collected(walk, officers, now):
    card = walk.card()
    transfer = ship_cards([card], "direction", "mamer", officers.everything, now)
    receive_cards(transfer, [], officers.clerk, now)
    find_card(transfer.items.get(), officers.clerk, now, "under the seat")
    hand_over(Card.objects.get(pk=card.pk), SHOWN, officers.clerk, now)
    card.refresh_from_db()
    assert card.state == CardState.ACTIVE


def test_a_card_in_a_hand_is_not_sent(active, officers, now):
    with pytest.raises(StepRefused, match="is not sent"):
        ship_cards([active], "direction", "mamer", officers.everything, now)


# ---- a card that is damaged or lost before its holder has it ----


def made_again(case, officers, now, uid):
    job = open_job(case, officers.producer, now)
    start_writing(job, {"EF.COM": "00" * 32, "EF.DG3": "03" * 32}, uid, officers.producer, now)
    record_verification(job, {"dg_hashes": "passed"}, officers.producer, now, now)
    return register_card(finish_card(job, officers.producer, now), officers.producer, now)


@pytest.mark.parametrize("is_shipped", [False, True])
def test_a_finished_card_that_is_damaged_is_made_again_on_another_blank(walk, officers, now, is_shipped):
    card = walk.card()
    if is_shipped:
        ship(card.job, officers.producer, now)
        arrive(card.job, officers.clerk, now)
        card.refresh_from_db()
    with pytest.raises(StepRefused, match="registered"):
        spoil(card.job, "scratched", officers.producer, now)
    spoil_card(card, "scratched", officers.producer, now)
    assert (card.state, card.case.state) == (CardState.SPOILED, State.PRODUCING)
    assert (card.job.state, card.job.blank.state) == (JobState.SPOILED, BlankState.SPOILED)
    again = made_again(card.case, officers, now, "UID-again")
    assert again.document_number != card.document_number
    hand_over(again, SHOWN, officers.clerk, now)
    assert not is_hot(card.document_number)
    destroy_card(card, officers.producer, officers.counter, now)
    assert card.job.blank.state == BlankState.DESTROYED


def test_a_finished_job_without_a_registered_card_is_spoiled_too(walk, officers, now):
    job = walk.made()
    spoil(job, "misprinted", officers.producer, now)
    assert (job.state, job.case.state, job.blank.state) == (JobState.SPOILED, State.PRODUCING, BlankState.SPOILED)


def test_a_card_in_a_hand_is_not_spoiled(active, officers, now):
    with pytest.raises(StepRefused):
        spoil_card(active, "x", officers.producer, now)
    with pytest.raises(StepRefused):
        spoil(active.job, "x", officers.producer, now)
    assert (active.state, active.job.state) == (CardState.ACTIVE, JobState.DONE)


def test_a_card_that_nobody_collects_is_given_up_with_its_case_and_destroyed(walk, officers, now):
    card = walk.card()
    with pytest.raises(NotAuthorised):
        stop_case(card.case, Action.ABANDON, "never collected", officers.clerk, now)
    with pytest.raises(StepRefused, match="does not stop"):
        stop_case(card.case, Action.CLOSE, "x", officers.everything, now)
    stop_case(card.case, Action.ABANDON, "never collected", officers.counter, now)
    card.refresh_from_db()
    assert (card.case.state, card.state, is_hot(card.document_number)) == (State.ABANDONED, CardState.WITHDRAWN, True)
    card.job.refresh_from_db()
    assert card.job.blank.state == BlankState.SPOILED
    assert destroy_card(card, officers.producer, officers.counter, now).state == CardState.DESTROYED


def test_a_withdrawn_card_that_waited_is_destroyed_with_its_blank(walk, officers, now):
    card = walk.card()
    note_event(card, CardState.WITHDRAWN, officers.decider, now, "decision revoked")
    with pytest.raises(StepRefused, match="cannot become active"):
        hand_over(card, SHOWN, officers.clerk, now)
    destroy_card(card, officers.producer, officers.counter, now)
    assert card.job.blank.state == BlankState.DESTROYED


@pytest.mark.parametrize("state", [CardState.READY, CardState.ACTIVE, CardState.SPOILED, CardState.DESTROYED])
def test_what_has_a_service_of_its_own_is_no_note(active, officers, now, state):
    with pytest.raises(StepRefused, match="by a note"):
        note_event(active, state, officers.clerk, now, "x")


# ---- gates of the hand-over ----


def test_without_the_fee_no_card_is_handed_over(walk, officers, now):
    card = walk.card()
    check_payment(card.case.payments.get(), Booked(0), officers.decider, now)
    with pytest.raises(RuleBroken, match="FEE_MISSING"):
        hand_over(card, SHOWN, officers.clerk, now)
    card.refresh_from_db()
    assert card.state == CardState.READY


@pytest.mark.parametrize(("days", "is_given"), [(0, True), (1, False)])
def test_the_passport_is_valid_on_the_day_of_the_hand_over(walk, officers, now, days, is_given):
    card = walk.card()
    case = card.case
    type(case.passport).objects.filter(case=case).update(expiry_date=date(2031, 5, 6))
    moment = now.replace(year=2031, month=5, day=6, hour=7) + timedelta(days=days)
    walk.came_for(card, moment)
    if is_given:
        hand_over(card, SHOWN, officers.clerk, moment)
        return
    with pytest.raises(RuleBroken, match="PASSPORT_EXPIRED"):
        hand_over(card, SHOWN, officers.clerk, moment)
    newer = Identification("passport", 120, 40, passport_matches=True, passport_expires_on=date(2041, 5, 1))
    hand_over(card, newer, officers.clerk, moment)


def test_R63_a_card_is_handed_over_by_appointment_on_its_day(walk, officers, now):
    card = walk.card()
    with pytest.raises(RuleBroken, match="APPOINTMENT_REQUIRED"):
        hand_over(card, SHOWN, officers.clerk, now + timedelta(days=1))
    card.refresh_from_db()
    assert card.state == CardState.READY
    hand_over(card, SHOWN, officers.clerk, now)


def test_another_persons_passport_is_no_identification(walk, officers, now):
    with pytest.raises(NotTheHolder, match="passport"):
        hand_over(walk.card(), Identification("passport", passport_matches=False), officers.clerk, now)


@pytest.mark.parametrize("change", [{"state": "melted"}, {"expiry_date": date(2020, 1, 1)}])
def test_the_database_refuses_a_card_that_cannot_be(active, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Card.objects.filter(pk=active.pk).update(**change)


def test_the_database_keeps_one_live_card_per_case_and_one_entry_per_document(walk, active, officers, now):
    other = walk.card()
    with pytest.raises(IntegrityError), transaction.atomic():
        Card.objects.filter(pk=other.pk).update(case=active.case)
    report_card(active, ReportKind.LOSS, officers.clerk, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        HotListEntry.objects.create(
            document_number=active.document_number,
            document_kind=active.case.product,
            ground=HotGround.LOST,
            entered_at=now,
            entered_by=officers.clerk,
        )


SPOUSE = {
    "product": {"code": "carte-de-sejour", "category": None},
    "person": {"nationalities": ["BRA"]},
    "sponsor": {"surname": "Silva", "given_names": "Rui", "nationality": "PRT", "relation": "spouse"},
    "document": None,
}
SPOUSE_PIECES = [
    {"code": "passport_presented", "copy_kind": "original"},
    {"code": "family_link", "language": "fr"},
    {"code": "sponsor_registration"},
]


def test_R51_art_27_a_replacement_keeps_the_dates_and_waits_for_the_report(application_file, walk, officers, now):
    walk.application = load_application(application_file(**SPOUSE, pieces=SPOUSE_PIECES))
    old = walk.card()
    hand_over(old, SHOWN, officers.clerk, now)
    previous = {
        "kind": "carte-de-sejour",
        "number": old.document_number,
        "issue_date": old.printed_issue_date,
        "expiry_date": old.expiry_date,
    }
    sections = {**SPOUSE, "product": {"code": "carte-de-sejour", "category": None, "reason": "replacement"}}
    pieces = [*SPOUSE_PIECES, {"code": "police_report"}]
    walk.application = load_application(application_file(**sections, pieces=pieces, previous=previous))
    new = walk.card_of(old.person)
    assert (new.printed_issue_date, new.expiry_date) == (old.printed_issue_date, old.expiry_date)
    assert new.document_number != old.document_number
    with pytest.raises(StepRefused, match="still counts"):
        hand_over(new, SHOWN, officers.clerk, now)
    report_card(old, ReportKind.LOSS, officers.clerk, now)
    hand_over(new, SHOWN, officers.clerk, now)
    assert (new.state, old.state) == (CardState.ACTIVE, CardState.LOST)
