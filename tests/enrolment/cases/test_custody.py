"""The chain of custody: every item acknowledged by another person at the other place, every gap visible."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from enrolment.cases.custody import (
    MAX_DAYS_ON_THE_WAY,
    acknowledge_transfer,
    find_item,
    gaps,
    inbox,
    list_transfer,
    outbox,
    send_transfer,
)
from enrolment.cases.models import ItemState, TransferContent, TransferItem, TransferList
from enrolment.cases.services import file_application, issue_receipt, submit
from enrolment.cases.steps import Queue, State
from enrolment.cases.why import why
from enrolment.errors import Incomplete, NotAuthorised, StepRefused, Taken, UnknownRecord

FILE = TransferContent.FILE


@pytest.fixture
def files(walk, officers, now):
    """Two files of the commune with their receipts, ready to go to the ministry."""
    cases = [file_application(walk.application, officers.clerk, "mamer", now) for _ in range(2)]
    for case in cases:
        issue_receipt(case, officers.clerk, now)
    return cases


@pytest.fixture
def sent(files, places, now):
    transfer = list_transfer("mamer", "direction", [(case, FILE) for case in files], places.commune, now)
    return send_transfer(transfer, places.commune, now, courier="van 3")


def reload(cases):
    for case in cases:
        case.refresh_from_db()
    return cases


def test_a_parcel_goes_from_outbox_to_inbox_and_the_cases_with_it(files, sent, places, now):
    assert inbox("direction") == [sent]
    assert outbox("mamer") == [sent]
    assert {(case.state, case.queue, case.file_at) for case in reload(files)} == {(State.SENT, Queue.POST, "")}
    acknowledge_transfer(sent, sent.items.all(), places.ministry, now)
    assert {(case.state, case.file_at) for case in reload(files)} == {(State.RECEIVED, "direction")}
    assert inbox("direction") == outbox("mamer") == []
    assert gaps(now + timedelta(days=100)) == []
    submit(files[0], places.ministry, now)


def test_what_is_not_in_the_parcel_is_missing_until_it_is_found(files, sent, places, now):
    first, second = sent.items.all()
    acknowledge_transfer(sent, [first], places.ministry, now, remark="envelope torn")
    here, astray = reload(files)
    assert (here.state, astray.state) == (State.RECEIVED, State.SENT)
    (gap,) = gaps(now)
    assert (gap.case, gap.is_missing, gap.from_site, gap.to_site) == (astray.number, True, "mamer", "direction")
    held = next(hold for hold in why(astray, now).holdups if hold.error == "FILE_MISSING")
    assert sent.number in held.says["de"]
    assert why(astray, now).is_stuck
    second.refresh_from_db()
    with pytest.raises(Incomplete, match="where it was"):
        find_item(second, places.ministry, now, "")
    find_item(second, places.ministry, now, "behind the shelf")
    astray.refresh_from_db()
    assert (astray.state, second.state) == (State.RECEIVED, ItemState.FOUND)
    assert gaps(now) == []
    with pytest.raises(StepRefused, match="not missing"):
        find_item(second, places.ministry, now, "again")


@pytest.mark.parametrize(("days", "count"), [(MAX_DAYS_ON_THE_WAY, 0), (MAX_DAYS_ON_THE_WAY + 1, 2)])
def test_a_parcel_that_nobody_acknowledged_is_a_gap_after_some_days(sent, now, days, count):
    found = gaps(now + timedelta(days=days))
    assert len(found) == count
    assert not any(gap.is_missing for gap in found)


def test_who_sent_a_parcel_does_not_acknowledge_it(files, places, officers, now):
    transfer = list_transfer("mamer", "direction", [(files[0], FILE)], officers.clerk, now)
    send_transfer(transfer, officers.clerk, now)
    with pytest.raises(NotAuthorised, match="someone else"):
        acknowledge_transfer(transfer, transfer.items.all(), officers.clerk, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        TransferList.objects.filter(pk=transfer.pk).update(acknowledged_at=now, acknowledged_by=officers.clerk)


def test_a_file_is_on_one_open_list_and_leaves_only_where_it_lies(files, sent, places, now):
    case = reload(files)[0]
    with pytest.raises(StepRefused, match="does not lie"):
        list_transfer("mamer", "direction", [(case, FILE)], places.commune, now)
    list_transfer("mamer", "direction", [(case, TransferContent.RETURNED_DOCUMENT)], places.commune, now)
    with pytest.raises(Taken, match="open list"):
        list_transfer("mamer", "esch", [(case, TransferContent.RETURNED_DOCUMENT)], places.ministry, now)


def test_a_file_comes_back_without_moving_the_case(files, sent, places, now):
    acknowledge_transfer(sent, sent.items.all(), places.ministry, now)
    case = reload(files)[0]
    back = list_transfer("direction", "mamer", [(case, FILE)], places.ministry, now)
    send_transfer(back, places.ministry, now)
    case.refresh_from_db()
    assert (case.state, case.file_at) == (State.RECEIVED, "")
    acknowledge_transfer(back, back.items.all(), places.commune, now)
    case.refresh_from_db()
    assert (case.state, case.file_at) == (State.RECEIVED, "mamer")


def test_sent_twice_it_is_sent_once(files, sent, places, now):
    version = reload(files)[0].version
    assert send_transfer(sent, places.commune, now).courier == "van 3"
    assert reload(files)[0].version == version


def test_an_empty_or_circular_parcel_is_none(files, places, now):
    with pytest.raises(Incomplete, match="without an item"):
        list_transfer("mamer", "direction", [], places.commune, now)
    with pytest.raises(StepRefused, match="another"):
        list_transfer("mamer", "mamer", [(files[0], FILE)], places.commune, now)
    assert not TransferList.objects.exists()


def test_a_parcel_is_acknowledged_once_after_it_was_sent(files, sent, places, now):
    listed = list_transfer("mamer", "esch", [(files[0], TransferContent.CARD)], places.commune, now)
    with pytest.raises(StepRefused, match="not on its way"):
        acknowledge_transfer(listed, [], places.ministry, now)
    with pytest.raises(UnknownRecord, match="does not list"):
        acknowledge_transfer(sent, listed.items.all(), places.ministry, now)
    acknowledge_transfer(sent, sent.items.all(), places.ministry, now)
    with pytest.raises(StepRefused, match="not on its way"):
        acknowledge_transfer(sent, [], places.ministry, now)


def test_each_place_handles_its_own_parcels(files, sent, places, now):
    with pytest.raises(NotAuthorised):
        acknowledge_transfer(sent, [], places.commune, now)  # of Mamer, at the ministry
    with pytest.raises(NotAuthorised):
        list_transfer("esch", "direction", [(files[0], FILE)], places.commune, now)


@pytest.mark.parametrize("change", [{"to_site": "mamer"}, {"sent_by": None}, {"acknowledged_at": "now"}])
def test_the_database_refuses_a_parcel_that_cannot_be(sent, now, change):
    values = {key: now if value == "now" else value for key, value in change.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        TransferList.objects.filter(pk=sent.pk).update(**values)


def test_the_database_refuses_an_item_received_by_nobody(sent):
    with pytest.raises(IntegrityError), transaction.atomic():
        TransferItem.objects.filter(transfer=sent).update(state=ItemState.RECEIVED)
