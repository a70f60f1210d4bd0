"""The ledger of blanks and jobs: nothing double, nothing lost, everything spoiled with its reason."""

from collections import Counter
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from enrolment.cases.steps import State
from enrolment.errors import Incomplete, NotAuthorised, StepRefused, Taken
from enrolment.production.models import Blank, BlankState, DocumentNumber, Job, JobState
from enrolment.production.numbers import UNMISTAKABLE, DocumentNumberScheme, NumberScheme
from enrolment.production.services import (
    NEXT_STATES,
    FixedDocument,
    arrive,
    destroy_blank,
    finish_card,
    open_job,
    receive_blanks,
    record_verification,
    ship,
    spoil,
    start_writing,
    stock_balance,
)

DIGESTS = {"EF.COM": "00" * 32}


@pytest.fixture
def job(walk, officers, now):
    return open_job(walk.released(), officers.producer, now)


@pytest.fixture
def written(job, officers, now):
    return start_writing(job, DIGESTS, "UID-1", officers.producer, now)


def test_a_job_reserves_a_blank_and_a_number_and_reckons_the_dates(job):
    assert job.blank.state == BlankState.RESERVED
    assert len(job.document_number.number) == 9
    assert (job.printed_issue_date, job.expiry_date) == (date(2026, 11, 2), date(2027, 11, 2))
    assert job.case.state == State.PRODUCING
    assert stock_balance()["stock"] == 2


def test_what_the_application_fixes_is_kept(walk, officers, now):
    fixed = FixedDocument("TEST00001", date(2026, 11, 1), date(2030, 1, 1))
    job = open_job(walk.released(), officers.producer, now, fixed=fixed)
    assert job.document_number.number == "TEST00001"
    assert (job.printed_issue_date, job.expiry_date) == (date(2026, 11, 1), date(2030, 1, 1))


def test_no_blank_no_job(walk, officers, now):
    case = walk.released()
    Blank.objects.update(state=BlankState.DESTROYED)
    with pytest.raises(Incomplete, match="no blank"):
        open_job(case, officers.producer, now)
    assert case.state == State.APPROVED
    assert not DocumentNumber.objects.exists()


def test_a_case_that_is_not_released_gets_no_job(walk, officers, now):
    case = walk.decided()
    receive_blanks(["B1"], officers.producer, officers.counter, now)
    with pytest.raises(StepRefused):
        open_job(case, officers.producer, now)
    assert stock_balance()["stock"] == 1
    assert not Job.objects.exists()


def test_one_open_job_per_case(job, officers, now):
    with pytest.raises(Taken, match="open job"):
        open_job(job.case, officers.producer, now)
    assert stock_balance()["stock"] == 2
    assert DocumentNumber.objects.count() == 1


def test_a_number_is_given_once_for_good(walk, officers, now):
    first = open_job(walk.released(), officers.producer, now, fixed=FixedDocument("TEST00001"))
    spoil(first, "scratched", officers.producer, now)
    other = open_job(first.case, officers.producer, now, fixed=FixedDocument("TEST00001"))
    assert other.document_number.number != "TEST00001"
    assert other.attempt == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentNumber.objects.create(number="TEST00001", drawn_at=now)


def test_a_number_that_was_given_before_is_refused_when_it_is_asked_for(walk, officers, now):
    case = walk.released()
    DocumentNumber.objects.create(number="TEST00001", drawn_at=now)
    with pytest.raises(Taken, match="given before"):
        open_job(case, officers.producer, now, fixed=FixedDocument("TEST00001"))


def test_a_series_that_is_used_up_says_so(walk, officers, now):
    case = walk.released()
    scheme = DocumentNumberScheme(prefix="TEST0000", alphabet="AB")
    for number in ("TEST0000A", "TEST0000B"):
        DocumentNumber.objects.create(number=number, drawn_at=now)
    with pytest.raises(Taken, match="used up"):
        open_job(case, officers.producer, now, scheme=scheme)


def test_writing_starts_once_and_resumes_with_the_same_plan_only(written, officers, now):
    assert written.blank.state == BlankState.CHIP_WRITING
    assert start_writing(written, DIGESTS, "UID-1", officers.producer, now) == written
    with pytest.raises(StepRefused, match="other content"):
        start_writing(written, {"EF.COM": "11" * 32}, "UID-1", officers.producer, now)


def test_one_chip_is_one_blank(walk, officers, now, written):
    other = open_job(walk_again(walk, officers, now), officers.producer, now)
    with pytest.raises(Taken, match="chip"):
        start_writing(other, DIGESTS, "UID-1", officers.producer, now)


def walk_again(walk, officers, now):
    from enrolment.cases.services import release

    case = walk.decided()
    return release(case, officers.producer, now)


def test_a_failed_check_spoils_the_blank_and_a_new_job_follows(written, officers, now):
    outcomes = {"dg_hashes": "failed", "sod_signature": "passed"}
    job = record_verification(written, outcomes, officers.producer, now, now)
    assert job.state == JobState.SPOILED
    assert job.blank.spoil_reason == "read-back failed: dg_hashes"
    assert job.case.state == State.PRODUCING
    again = open_job(job.case, officers.producer, now)
    assert (again.attempt, again.state) == (2, JobState.OPEN)
    assert again.blank != job.blank
    balance = stock_balance()
    assert (balance["spoiled"], balance["reserved"], balance["stock"]) == (1, 1, 1)


@pytest.mark.parametrize("outcomes", [{}, {"dg_hashes": "unavailable"}])
def test_a_card_on_which_nothing_passed_is_not_verified(written, officers, now, outcomes):
    with pytest.raises(Incomplete):
        record_verification(written, outcomes, officers.producer, now, now)
    assert Job.objects.get(pk=written.pk).verified_at is None


def test_a_card_that_was_not_written_is_not_verified_and_not_finished(job, officers, now):
    with pytest.raises(StepRefused, match="no written chip"):
        record_verification(job, {"dg_hashes": "passed"}, officers.producer, now, now)
    with pytest.raises(StepRefused, match="no verified card"):
        finish_card(job, officers.producer, now)


def test_a_spoiled_blank_needs_its_reason_and_stays_spoiled(job, officers, now):
    with pytest.raises(Incomplete, match="reason"):
        spoil(job, "", officers.producer, now)
    spoil(job, "chip does not answer", officers.producer, now)
    with pytest.raises(StepRefused):
        spoil(job, "again", officers.producer, now)
    with pytest.raises(StepRefused):
        start_writing(job, DIGESTS, "UID-1", officers.producer, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Blank.objects.filter(pk=job.blank.pk).update(spoil_reason="")


def test_a_finished_card_is_shipped_and_arrives(walk, officers, now):
    job = walk.made()
    with pytest.raises(StepRefused, match="cannot become at_site"):
        arrive(job, officers.clerk, now)
    ship(job, officers.producer, now)
    arrive(job, officers.clerk, now)
    assert (job.blank.state, job.case.state) == (BlankState.AT_SITE, State.AT_SITE)


def test_a_spoiled_blank_is_destroyed_before_two_people(job, officers, now):
    with pytest.raises(StepRefused, match="cannot become destroyed"):
        destroy_blank(job.blank, officers.producer, officers.counter, now)
    spoil(job, "scratched", officers.producer, now)
    with pytest.raises(NotAuthorised, match="two people"):
        destroy_blank(job.blank, officers.producer, officers.producer, now)
    assert destroy_blank(job.blank, officers.producer, officers.counter, now).state == BlankState.DESTROYED
    assert job.blank.spoil_reason == "scratched"
    assert sum(stock_balance().values()) == 3


def test_a_packed_card_is_not_shipped_twice(walk, officers, now):
    job = walk.made()
    ship(job, officers.producer, now)
    with pytest.raises(StepRefused, match="cannot become shipped"):
        ship(job, officers.producer, now)


def test_every_state_of_a_blank_has_its_next_ones():
    assert set(NEXT_STATES) == set(BlankState)


def test_blanks_are_counted_by_two_people_once(officers, now):
    with pytest.raises(NotAuthorised, match="two people"):
        receive_blanks(["B1"], officers.producer, officers.producer, now)
    receive_blanks(["B1"], officers.producer, officers.counter, now)
    with pytest.raises(Taken, match="already"):
        receive_blanks(["B2", "B1"], officers.producer, officers.counter, now)
    assert stock_balance()["stock"] == 1


def test_only_production_opens_jobs(walk, officers, now):
    with pytest.raises(NotAuthorised):
        open_job(walk.released(), officers.clerk, now)


def test_the_balance_counts_every_blank_ever_received(walk, officers, now):
    walk.made()
    assert sum(stock_balance().values()) == Blank.objects.count() == 3


def test_numbers_use_unmistakable_characters_equally_often():
    drawn = iter(range(256))
    counts = Counter()
    scheme = DocumentNumberScheme(length=1)
    while True:
        try:
            counts[scheme.draw(lambda _: bytes([next(drawn)]))] += 1
        except StopIteration:
            break
    assert set(counts) == set(UNMISTAKABLE)
    assert len(set(counts.values())) == 1
    assert not set("0O1I2Z5S8BAEU") & set(UNMISTAKABLE)


@pytest.mark.parametrize("wrong", [{"prefix": "123456789"}, {"alphabet": "A"}, {"alphabet": "ÄÖ"}])
def test_a_scheme_that_can_draw_nothing_is_refused(wrong):
    with pytest.raises(NumberScheme):
        DocumentNumberScheme(**wrong)
