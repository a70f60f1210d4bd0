"""The stock of blanks and the jobs that use them: reserved in one transaction, followed, spoiled with a reason."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.timezone import localdate

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.audit.chain import Details
from enrolment.audit.services import record
from enrolment.cases.models import Case
from enrolment.cases.records import facts_of_case
from enrolment.cases.steps import Action, State
from enrolment.cases.walking import take_step
from enrolment.errors import Incomplete, NotAuthorised, StepRefused, Taken
from enrolment.production.models import Blank, BlankEvent, BlankState, DocumentNumber, Job, JobState
from enrolment.production.numbers import DocumentNumberScheme
from enrolment.rules.read_book import rule_book
from enrolment.rules.validity import CardValidity, card_validity
from enrolment.transactions import one_transaction

DRAWS = 20
WAITING_CARD = "ready"  # a registered card that waits for its holder (`delivery`)
# Where a blank may go next. Any may be spoiled until it is in a hand; a packed card may be collected where it was made.
NEXT_STATES: Mapping[BlankState, frozenset[BlankState]] = {
    BlankState.STOCK: frozenset({BlankState.RESERVED, BlankState.SPOILED}),
    BlankState.RESERVED: frozenset({BlankState.CHIP_WRITING, BlankState.SPOILED}),
    BlankState.CHIP_WRITING: frozenset({BlankState.CHIP_VERIFIED, BlankState.SPOILED}),
    BlankState.CHIP_VERIFIED: frozenset({BlankState.PRINTED, BlankState.SPOILED}),
    BlankState.PRINTED: frozenset({BlankState.QA_OK, BlankState.SPOILED}),
    BlankState.QA_OK: frozenset({BlankState.PACKED, BlankState.SPOILED}),
    BlankState.PACKED: frozenset({BlankState.SHIPPED, BlankState.ACTIVE, BlankState.SPOILED}),
    BlankState.SHIPPED: frozenset({BlankState.AT_SITE, BlankState.SPOILED}),
    BlankState.AT_SITE: frozenset({BlankState.ACTIVE, BlankState.SPOILED}),
    BlankState.ACTIVE: frozenset({BlankState.DESTROYED}),
    BlankState.SPOILED: frozenset({BlankState.DESTROYED}),
    BlankState.DESTROYED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class FixedDocument:
    """What an application fixes of its document beforehand; None is drawn or reckoned here."""

    number: str | None = None
    issue_date: date | None = None
    expiry_date: date | None = None


@one_transaction
def receive_blanks(
    serials: Iterable[str], officer: Officer, counted_by: Officer, at: datetime, *, box: str = ""
) -> list[Blank]:
    """Count blanks into the stock, by two people. Raises: Taken (a serial is known), NotAuthorised."""
    require(officer, Role.PRODUCE)
    if officer == counted_by:
        raise NotAuthorised("blanks are counted by two people")
    try:
        with transaction.atomic():
            blanks = [
                Blank.objects.create(serial=serial, box=box, received_at=at, received_by=officer, counted_by=counted_by)
                for serial in serials
            ]
    except IntegrityError:
        raise Taken("a blank of that serial is in the ledger already") from None
    for blank in blanks:
        BlankEvent.objects.create(blank=blank, end=BlankState.STOCK, at=at, officer=officer)
    record(
        at,
        officer.username,
        "stock.received",
        box or "stock",
        {"blanks": len(blanks), "counted_by": counted_by.username},
    )
    return blanks


@one_transaction
def open_job(
    case: Case,
    officer: Officer,
    at: datetime,
    *,
    scheme: DocumentNumberScheme | None = None,
    fixed: FixedDocument | None = None,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> Job:
    """Reserve a blank and a document number for a released case, in one transaction.

    After a spoiled job the next one of the same case is opened the same way, on a new blank under a new number.
    Raises: Incomplete (no blank in stock), Taken (an open job, a number that was given before), StepRefused,
    ValueNotConfigured (nobody knows the printed dates), NotAuthorised.
    """
    require(officer, Role.PRODUCE, site=case.site)
    fixed = fixed or FixedDocument()
    validity = _printed_dates(case, fixed, at)
    blank = Blank.objects.select_for_update().filter(state=BlankState.STOCK).first()
    if blank is None:
        raise Incomplete("no blank card is in stock")
    attempt = case.jobs.count() + 1
    number = _take_number(fixed.number if attempt == 1 else None, scheme or DocumentNumberScheme(), random_bytes, at)
    try:
        with transaction.atomic():
            job = Job.objects.create(
                case=case,
                attempt=attempt,
                blank=blank,
                document_number=number,
                opened_at=at,
                opened_by=officer,
                printed_issue_date=validity.issue_date,
                valid_from=validity.valid_from,
                expiry_date=validity.expiry_date,
            )
    except IntegrityError:
        raise Taken(f"case {case.number} has an open job already") from None
    _move_blank(blank, BlankState.RESERVED, officer, at)
    details: Details = {"attempt": attempt, "blank": blank.serial}
    if case.state == State.PRODUCING and attempt > 1:
        record(at, officer.username, "job.reopened", case.number, details)
    else:
        take_step(case, Action.PRODUCE, officer, at, details=details)
    return job


def _printed_dates(case: Case, fixed: FixedDocument, at: datetime) -> CardValidity:
    made_on = fixed.issue_date or localdate(at)
    if fixed.issue_date and fixed.expiry_date:
        return CardValidity(fixed.issue_date, fixed.issue_date, fixed.expiry_date)
    return card_validity(rule_book().product(case.product), facts_of_case(case), rule_book(), made_on)


def _take_number(
    wanted: str | None, scheme: DocumentNumberScheme, random_bytes: Callable[[int], bytes], at: datetime
) -> DocumentNumber:
    for _ in range(1 if wanted else DRAWS):
        try:
            with transaction.atomic():
                return DocumentNumber.objects.create(number=wanted or scheme.draw(random_bytes), drawn_at=at)
        except IntegrityError:
            continue
    raise Taken("that document number was given before" if wanted else "the number series is nearly used up")


def _move_blank(blank: Blank, end: BlankState, officer: Officer, at: datetime, reason: str = "") -> None:
    """One move in the ledger; a stale row is refused, not overwritten. Raises StepRefused, Taken."""
    start = BlankState(blank.state)
    if end not in NEXT_STATES[start]:
        raise StepRefused(f"blank {blank.serial} is {start.value}: it cannot become {end.value}")
    moved = Blank.objects.filter(pk=blank.pk, state=start).update(state=end, spoil_reason=reason)
    if not moved:
        raise Taken(f"blank {blank.serial} was moved by someone else")
    BlankEvent.objects.create(blank=blank, start=start, end=end, at=at, officer=officer, reason=reason)
    blank.refresh_from_db()


@one_transaction
def start_writing(job: Job, planned_digests: Mapping[str, str], chip_uid: str, officer: Officer, at: datetime) -> Job:
    """Store what the chip shall hold (file name to SHA-256) before the first command goes to it.

    Asked again with the same digests it changes nothing: an interrupted job resumes. Raises: StepRefused when the
    digests differ from those planned, or the job is not open; Taken when another blank has that chip.
    """
    require(officer, Role.PRODUCE, site=job.case.site)
    if job.state != JobState.OPEN:
        raise StepRefused(f"case {job.case.number}: job {job.attempt} is {job.state}")
    if job.planned_digests and dict(job.planned_digests) != dict(planned_digests):
        raise StepRefused(f"case {job.case.number}: job {job.attempt} was planned with other content")
    if job.planned_digests:
        return job
    job.planned_digests = dict(planned_digests)
    job.save(update_fields=["planned_digests"])
    try:
        with transaction.atomic():
            Blank.objects.filter(pk=job.blank.pk).update(chip_uid=chip_uid or None)
    except IntegrityError:
        raise Taken("another blank of the ledger has this chip") from None
    job.blank.refresh_from_db()
    _move_blank(job.blank, BlankState.CHIP_WRITING, officer, at)
    record(
        at, officer.username, "job.writing", job.case.number, {"attempt": job.attempt, "files": len(planned_digests)}
    )
    return job


@one_transaction
def record_verification(
    job: Job, outcomes: Mapping[str, str], officer: Officer, personalised_at: datetime, at: datetime
) -> Job:
    """Enter what the read-back found (check name to outcome). Any failed check spoils the blank.

    Raises: StepRefused when nothing was written or the job is not open; Incomplete when nothing was checked.
    """
    require(officer, Role.PRODUCE, site=job.case.site)
    if not outcomes:
        raise Incomplete(f"case {job.case.number}: a card that nothing was checked on is not verified")
    if job.state != JobState.OPEN or job.blank.state != BlankState.CHIP_WRITING:
        raise StepRefused(f"case {job.case.number}: job {job.attempt} has no written chip to verify")
    job.inspection, job.personalised_at = dict(outcomes), personalised_at
    failed = sorted(name for name, outcome in outcomes.items() if outcome == "failed")
    if failed:
        job.save(update_fields=["inspection", "personalised_at"])
        return spoil(job, f"read-back failed: {', '.join(failed)}", officer, at)
    if not any(outcome == "passed" for outcome in outcomes.values()):
        raise Incomplete(f"case {job.case.number}: no check of the read-back passed")
    job.verified_at = at
    job.save(update_fields=["inspection", "personalised_at", "verified_at"])
    _move_blank(job.blank, BlankState.CHIP_VERIFIED, officer, at)
    record(at, officer.username, "job.verified", job.case.number, {"attempt": job.attempt, "checks": len(outcomes)})
    return job


@one_transaction
def spoil(job: Job, reason: str, officer: Officer, at: datetime) -> Job:
    """Give a job's blank up, with a reason, until it is in a hand; the case waits for a new job on a new blank.

    Its number is never given again. A finished card that is damaged or lost on its way goes the same way (where it is
    registered, by `delivery.services.spoil_card`).
    Raises: Incomplete without a reason, StepRefused when the job was spoiled before or its card is in a hand.
    """
    require(officer, Role.PRODUCE, Role.DELIVER, site=job.case.site)
    if not reason.strip():
        raise Incomplete(f"case {job.case.number}: a spoiled blank needs its reason")
    if job.state == JobState.SPOILED:
        raise StepRefused(f"case {job.case.number}: job {job.attempt} is {job.state}")
    if job.state == JobState.DONE:
        if hasattr(job, "card") and job.card.state == WAITING_CARD:
            raise StepRefused(
                f"case {job.case.number}: its card is registered: the card is spoiled, and the job with it"
            )
        take_step(job.case, Action.REMAKE, officer, at, reason=reason, details={"attempt": job.attempt})
    return _spoil(job, reason, officer, at)


def give_up(job: Job, reason: str, officer: Officer, at: datetime) -> Job:
    """Spoil the blank of a job on the line whose case is stopped: only who stops the case calls this, for any role."""
    return _spoil(job, reason, officer, at)


def _spoil(job: Job, reason: str, officer: Officer, at: datetime) -> Job:
    job.state, job.finished_at = JobState.SPOILED, at
    job.save(update_fields=["state", "finished_at"])
    _move_blank(job.blank, BlankState.SPOILED, officer, at, reason)
    record(at, officer.username, "job.spoiled", job.case.number, {"attempt": job.attempt, "blank": job.blank.serial})
    return job


@one_transaction
def finish_card(job: Job, officer: Officer, at: datetime) -> Job:
    """Printed, checked and packed: the card of a verified job is ready, and the case with it.

    Raises: StepRefused when the chip was not verified.
    """
    require(officer, Role.PRODUCE, site=job.case.site)
    if job.state != JobState.OPEN or job.blank.state != BlankState.CHIP_VERIFIED:
        raise StepRefused(f"case {job.case.number}: job {job.attempt} has no verified card")
    for end in (BlankState.PRINTED, BlankState.QA_OK, BlankState.PACKED):
        _move_blank(job.blank, end, officer, at)
    job.state, job.finished_at = JobState.DONE, at
    job.save(update_fields=["state", "finished_at"])
    take_step(job.case, Action.FINISH_CARD, officer, at, details={"attempt": job.attempt})
    return job


@one_transaction
def ship(job: Job, officer: Officer, at: datetime) -> Job:
    """The packed card leaves for the place where it is collected. Raises StepRefused."""
    _move_blank(job.blank, BlankState.SHIPPED, officer, at)
    take_step(job.case, Action.SHIP, officer, at, details={"blank": job.blank.serial})
    return job


@one_transaction
def arrive(job: Job, officer: Officer, at: datetime) -> Job:
    """The card has come to the place where it is collected. Raises StepRefused."""
    _move_blank(job.blank, BlankState.AT_SITE, officer, at)
    take_step(job.case, Action.ARRIVE, officer, at, details={"blank": job.blank.serial})
    return job


def activate(job: Job, officer: Officer, at: datetime) -> None:
    """The card is in its holder's hand: only the hand-over calls this. Raises StepRefused."""
    _move_blank(job.blank, BlankState.ACTIVE, officer, at)


@one_transaction
def destroy_blank(blank: Blank, officer: Officer, witness: Officer, at: datetime) -> Blank:
    """A spoiled or returned card is destroyed before two people. Raises NotAuthorised, StepRefused."""
    require(officer, Role.PRODUCE, Role.SUPERVISE)
    if officer == witness:
        raise NotAuthorised("a card is destroyed before two people")
    reason = blank.spoil_reason
    _move_blank(blank, BlankState.DESTROYED, officer, at, reason)
    record(at, officer.username, "blank.destroyed", blank.serial, {"witness": witness.username})
    return blank


def stock_balance() -> dict[str, int]:
    """How many blanks stand in each state; the sum is every blank that was ever received."""
    counted = dict(Blank.objects.values_list("state").annotate(Count("id")))
    return {state: counted.get(state, 0) for state in BlankState.values}
