"""Who holds what on the way between commune and ministry: lists, items, and the gap that shows."""

from django.db import models
from django.db.models import F, Q

from enrolment.accounts.models import Officer
from enrolment.cases.models.case import Case


class TransferContent(models.TextChoices):
    """What travels."""

    FILE = "file", "the file with its pieces and photo"
    CARD = "card", "a finished card, to be collected"
    RETURNED_DOCUMENT = "returned_document", "a document that was handed in, for the minister"


class ItemState(models.TextChoices):
    """Whether an item came."""

    LISTED = "listed", "on the list, not acknowledged"
    RECEIVED = "received", "acknowledged by who received it"
    MISSING = "missing", "was not in the parcel"
    FOUND = "found", "was missing and came to light"


class TransferList(models.Model):
    """One parcel with its list: made and sent at one place, acknowledged item by item by another person at another."""

    number = models.CharField(max_length=16, unique=True)
    from_site = models.CharField(max_length=32)
    to_site = models.CharField(max_length=32)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", null=True)
    courier = models.CharField(max_length=64, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=~Q(from_site=F("to_site")), name="a_parcel_goes_somewhere_else"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_at__gte=F("made_at"), sent_by__isnull=False),
                name="a_sent_parcel_has_its_sender",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | (
                    Q(sent_at__isnull=False, acknowledged_at__isnull=False, acknowledged_by__isnull=False)
                    & Q(acknowledged_at__gte=F("sent_at"))
                    & ~Q(acknowledged_by=F("sent_by"))
                ),
                name="a_parcel_is_acknowledged_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"transfer {self.number}"


class TransferItem(models.Model):
    """One thing on a list. The same thing is on one open list at a time."""

    transfer = models.ForeignKey(TransferList, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transfers")
    content = models.CharField(max_length=32, choices=TransferContent)
    state = models.CharField(max_length=16, choices=ItemState, default=ItemState.LISTED)
    noted_at = models.DateTimeField(null=True)
    noted_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", null=True)
    remark = models.CharField(max_length=256, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="item_state_is_known"),
            models.CheckConstraint(condition=Q(content__in=TransferContent.values), name="item_content_is_known"),
            models.UniqueConstraint(fields=("transfer", "case", "content"), name="a_thing_is_listed_once"),
            models.UniqueConstraint(
                fields=("case", "content"),
                condition=Q(state__in=[ItemState.LISTED.value, ItemState.MISSING.value]),
                name="a_thing_is_on_one_open_list",
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.LISTED.value) | Q(noted_at__isnull=False, noted_by__isnull=False),
                name="what_is_noted_has_its_witness",
            ),
        )

    def __str__(self) -> str:
        return f"{self.content} of {self.case_id} in {self.transfer_id}"
