"""The chain of custody between commune and ministry: every parcel has a list, every item is acknowledged or missed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from enrolment.accounts.models import Officer, Role
from enrolment.accounts.services import require
from enrolment.audit.services import record
from enrolment.cases.models import Case, ItemState, TransferContent, TransferItem, TransferList
from enrolment.cases.steps import Action, State
from enrolment.cases.walking import change_file, next_number, take_step
from enrolment.errors import Incomplete, NotAuthorised, StepRefused, Taken, UnknownRecord
from enrolment.transactions import one_transaction

# The office's figure, not the law's: a parcel that nobody acknowledged after so many days is looked for.
MAX_DAYS_ON_THE_WAY = 5
CARRIERS = (Role.FILE, Role.DELIVER, Role.PRODUCE, Role.DECIDE)


@dataclass(frozen=True, slots=True)
class Gap:
    """A break in the chain: an item that was sent and not received, or is on its way for too long."""

    transfer: str
    case: str
    content: str
    from_site: str
    to_site: str
    since: datetime
    is_missing: bool  # said to be missing by who opened the parcel; else nobody acknowledged it


@one_transaction
def list_transfer(
    from_site: str,
    to_site: str,
    items: Iterable[tuple[Case, TransferContent]],
    officer: Officer,
    at: datetime,
) -> TransferList:
    """Make the list of a parcel. A thing that is on another open list cannot be on this one.

    Raises: Incomplete (nothing on it), StepRefused (the file does not lie at `from_site`, or both sites are one),
    Taken, NotAuthorised.
    """
    require(officer, *CARRIERS, site=from_site)
    things = list(items)
    if not things:
        raise Incomplete("a transfer list without an item transfers nothing")
    if from_site == to_site:
        raise StepRefused("a parcel goes from one place to another")
    transfer = TransferList.objects.create(
        number=f"T-{next_number('transfer', at.year)}",
        from_site=from_site,
        to_site=to_site,
        made_at=at,
        made_by=officer,
    )
    for case, content in things:
        _refuse_elsewhere(case, content, from_site)
        try:
            with transaction.atomic():
                TransferItem.objects.create(transfer=transfer, case=case, content=content)
        except IntegrityError:
            raise Taken(f"case {case.number}: its {content.value} is on an open list already") from None
    record(at, officer.username, "transfer.listed", transfer.number, {"items": len(things), "to": to_site})
    return transfer


def _refuse_elsewhere(case: Case, content: TransferContent, site: str) -> None:
    if content is TransferContent.FILE and case.file_at != site:
        raise StepRefused(f"case {case.number}: its file does not lie at {site}")


@one_transaction
def send_transfer(transfer: TransferList, officer: Officer, at: datetime, *, courier: str = "") -> TransferList:
    """Hand the parcel to the courier; a case whose file is in it and that stands before its dispatch is sent.

    Sent already, it changes nothing. Raises: StepRefused, Taken, NotAuthorised.
    """
    require(officer, *CARRIERS, site=transfer.from_site)
    transfer.refresh_from_db()
    if transfer.sent_at is not None:
        return transfer
    transfer.sent_at, transfer.sent_by, transfer.courier = at, officer, courier
    transfer.save(update_fields=["sent_at", "sent_by", "courier"])
    for item in transfer.items.filter(content=TransferContent.FILE).select_related("case"):
        if item.case.state == State.RECEIPTED:
            take_step(
                item.case, Action.SEND, officer, at, changes={"file_at": ""}, details={"transfer": transfer.number}
            )
        else:
            change_file(item.case, "case.file_sent", officer, at, changes={"file_at": ""}, details=_of(transfer))
    record(at, officer.username, "transfer.sent", transfer.number, {"to": transfer.to_site})
    return transfer


@one_transaction
def acknowledge_transfer(
    transfer: TransferList, received: Iterable[TransferItem], officer: Officer, at: datetime, *, remark: str = ""
) -> TransferList:
    """Acknowledge a parcel item by item, at the place where it came: what is not among `received` is missing.

    Raises: StepRefused (not sent, or acknowledged before), NotAuthorised (who sent it does not acknowledge it),
    UnknownRecord (an item of another list).
    """
    require(officer, *CARRIERS, site=transfer.to_site)
    transfer.refresh_from_db()
    if transfer.sent_at is None or transfer.acknowledged_at is not None:
        raise StepRefused(f"transfer {transfer.number} is not on its way")
    if transfer.sent_by_id == officer.pk:
        raise NotAuthorised(f"transfer {transfer.number} was sent by {officer.username}: someone else acknowledges it")
    came = {item.pk for item in received}
    items = list(transfer.items.select_related("case"))
    if not came <= {item.pk for item in items}:
        raise UnknownRecord(f"transfer {transfer.number} does not list all of these items")
    transfer.acknowledged_at, transfer.acknowledged_by = at, officer
    transfer.save(update_fields=["acknowledged_at", "acknowledged_by"])
    for item in items:
        _note_item(item, ItemState.RECEIVED if item.pk in came else ItemState.MISSING, officer, at, remark)
    missing = len(items) - len(came)
    record(at, officer.username, "transfer.acknowledged", transfer.number, {"items": len(came), "missing": missing})
    return transfer


@one_transaction
def find_item(item: TransferItem, officer: Officer, at: datetime, remark: str) -> TransferItem:
    """What was missing came to light, and is where it was sent to. Raises StepRefused, Incomplete, NotAuthorised."""
    require(officer, *CARRIERS, site=item.transfer.to_site)
    item.refresh_from_db()
    if item.state != ItemState.MISSING:
        raise StepRefused(f"case {item.case.number}: its {item.content} is not missing")
    if not remark.strip():
        raise Incomplete(f"case {item.case.number}: say where it was")
    _note_item(item, ItemState.FOUND, officer, at, remark)
    record(at, officer.username, "transfer.found", item.transfer.number, {"case": item.case.number})
    return item


def _note_item(item: TransferItem, state: ItemState, officer: Officer, at: datetime, remark: str) -> None:
    item.state, item.noted_at, item.noted_by, item.remark = state, at, officer, remark
    item.save(update_fields=["state", "noted_at", "noted_by", "remark"])
    if item.content != TransferContent.FILE or state is ItemState.MISSING:
        return
    site = item.transfer.to_site
    if item.case.state == State.SENT:
        take_step(item.case, Action.RECEIVE, officer, at, changes={"file_at": site}, details=_of(item.transfer))
    else:
        change_file(item.case, "case.file_came", officer, at, changes={"file_at": site}, details=_of(item.transfer))


def _of(transfer: TransferList) -> dict[str, str | int | bool | None]:
    return {"transfer": transfer.number}


def inbox(site: str) -> list[TransferList]:
    """What is on its way to `site`, the oldest first."""
    return list(TransferList.objects.filter(to_site=site, sent_at__isnull=False, acknowledged_at__isnull=True))


def outbox(site: str) -> list[TransferList]:
    """What `site` has listed and not sent, or sent and nobody acknowledged."""
    return list(TransferList.objects.filter(from_site=site, acknowledged_at__isnull=True))


def gaps(at: datetime) -> list[Gap]:
    """Every break in the chain as of `at`."""
    late = at - timedelta(days=MAX_DAYS_ON_THE_WAY)
    missing = TransferItem.objects.filter(state=ItemState.MISSING)
    silent = TransferItem.objects.filter(state=ItemState.LISTED, transfer__sent_at__lt=late)
    return [
        Gap(
            transfer=item.transfer.number,
            case=item.case.number,
            content=item.content,
            from_site=item.transfer.from_site,
            to_site=item.transfer.to_site,
            since=item.noted_at or item.transfer.sent_at or item.transfer.made_at,
            is_missing=item.state == ItemState.MISSING,
        )
        for item in (missing | silent).select_related("transfer", "case").order_by("id")
    ]
