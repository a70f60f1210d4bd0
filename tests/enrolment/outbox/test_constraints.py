"""What the database itself refuses, on either database, whoever writes past the services."""

import pytest
from django.db import IntegrityError, transaction

from enrolment.outbox.models import OutboxAttachment, OutboxEntry
from enrolment.outbox.services import enqueue

pytestmark = pytest.mark.usefixtures("each_database")


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "lost"},
        {"medium": "pigeon"},
        {"key": ""},
        {"state": "sending"},
        {"state": "delivered"},
        {"state": "dead", "ended_at": "2026-11-02T09:00:00Z"},
        {"state": "delivered", "ended_at": "2026-11-02T09:00:00Z"},
        {"leased_until": "2026-11-02T09:00:00Z"},
        {"due_at": "2020-01-01T09:00:00Z"},
    ],
)
def test_a_row_that_cannot_be_is_refused(db, letter, now, changes):
    entry = enqueue(letter, key="a", at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxEntry.objects.filter(pk=entry.pk).update(**changes)


def test_a_key_and_a_place_stand_once(db, letter, now):
    entry = enqueue(letter, key="a", at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxEntry.objects.create(
            key="a", kind="x", medium="letter", language="fr", digest="0" * 64, queued_at=now, due_at=now
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxAttachment.objects.create(entry=entry, position=0, file_name="a", media_type="a/b", content=b"x")
