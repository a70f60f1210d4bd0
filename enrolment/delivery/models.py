"""Cards as objects of their own: handed over, lost, stolen, withdrawn; the person's status is another matter (R38)."""

from django.db import models
from django.db.models import Q

from enrolment.accounts.models import Officer
from enrolment.cases.models import Case, Person
from enrolment.production.models import Job


class CardState(models.TextChoices):
    """Where a card stands in its life."""

    READY = "ready", "made, not yet collected"
    ACTIVE = "active", "in its holder's hand"
    LOST = "lost", "declared lost"
    STOLEN = "stolen", "declared stolen"
    WITHDRAWN = "withdrawn", "withdrawn by decision"
    EXPIRED = "expired", "past its last day"
    RETURNED = "returned", "given back"
    SPOILED = "spoiled", "damaged or lost before it was handed over: another is made"
    DESTROYED = "destroyed", "destroyed"


class Card(models.Model):
    """One physical card. Three dates, never one: printed, personalised, issued."""

    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="card")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="cards")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cards")
    document_number = models.CharField(max_length=22, unique=True)
    state = models.CharField(max_length=16, choices=CardState, default=CardState.READY)
    printed_issue_date = models.DateField()
    personalised_at = models.DateTimeField()
    issued_at = models.DateTimeField()  # of this physical card: starts the 90 days of the erasure
    expiry_date = models.DateField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=CardState.values), name="card_state_is_known"),
            models.UniqueConstraint(
                fields=("case",),
                condition=Q(state__in=[CardState.READY.value, CardState.ACTIVE.value]),
                name="one_live_card_per_case",
            ),
            models.CheckConstraint(
                condition=Q(expiry_date__gt=models.F("printed_issue_date")), name="a_card_ends_after_it_was_issued"
            ),
        )

    def __str__(self) -> str:
        return f"card of {self.case_id}"


class CardEvent(models.Model):
    """One event of a card's life."""

    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="events")
    start = models.CharField(max_length=16, blank=True)
    end = models.CharField(max_length=16)
    at = models.DateTimeField()
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=256, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.card_id} {self.end}"


class ReportKind(models.TextChoices):
    """What is reported of a card."""

    LOSS = "loss", "lost"
    THEFT = "theft", "stolen"


class CardReport(models.Model):
    """The declaration that a card was lost or stolen; the police's reference may follow it."""

    card = models.OneToOneField(Card, on_delete=models.PROTECT, related_name="report")
    kind = models.CharField(max_length=16, choices=ReportKind)
    occurred_on = models.DateField(null=True)  # None where the holder cannot say
    reported_at = models.DateTimeField()
    police_reference = models.CharField(max_length=64, blank=True)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="report_kind_is_known"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.card_id}"


class HotGround(models.TextChoices):
    """Why a document is not to be honoured."""

    LOST = "lost", "declared lost"
    STOLEN = "stolen", "declared stolen"
    WITHDRAWN = "withdrawn", "withdrawn"


class HotListEntry(models.Model):
    """A document that is not to be honoured any more, for good: also when it is found again."""

    document_number = models.CharField(max_length=32)
    document_kind = models.CharField(max_length=64)
    card = models.OneToOneField(Card, on_delete=models.PROTECT, related_name="hot_listed", null=True)
    ground = models.CharField(max_length=16, choices=HotGround)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("document_kind", "document_number"), name="a_document_is_listed_once"),
            models.CheckConstraint(condition=Q(ground__in=HotGround.values), name="hot_ground_is_known"),
            models.CheckConstraint(condition=~Q(document_number=""), name="a_listed_document_has_its_number"),
        )

    def __str__(self) -> str:
        return f"hot list {self.pk}"


class NoComparison(models.TextChoices):
    """Why the prints on the chip were not compared with a new one."""

    FINGER_HURT = "finger_hurt", "the fingers are hurt or bandaged"
    PRINT_WORN = "print_worn", "the prints are too worn to be compared"
    NO_SCANNER = "no_scanner", "no scanner works at this counter"


class HandOver(models.Model):
    """That the card was given to its holder, and how it was known to be its holder."""

    card = models.OneToOneField(Card, on_delete=models.PROTECT, related_name="hand_over")
    at = models.DateTimeField()
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    identity_document = models.CharField(max_length=32)  # the kind of document that was shown, not its number
    match_score = models.PositiveIntegerField(null=True)
    match_threshold = models.PositiveIntegerField(null=True)
    not_compared = models.CharField(max_length=16, blank=True, choices=NoComparison)
    passport_matches = models.BooleanField(null=True)  # the passport, read again, is that of the case
    old_card_returned = models.BooleanField(default=False)
    data_shown = models.BooleanField(default=False)  # the holder saw what the chip says

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(identity_document=""), name="an_identity_document_was_shown"),
            models.CheckConstraint(
                condition=Q(match_score__isnull=True)
                | Q(match_threshold__isnull=False, match_score__gte=models.F("match_threshold")),
                name="a_match_reaches_its_threshold",
            ),
            models.CheckConstraint(
                condition=Q(not_compared="") | Q(not_compared__in=NoComparison.values, match_score__isnull=True),
                name="what_was_not_compared_has_no_score",
            ),
            models.CheckConstraint(
                condition=Q(passport_matches__isnull=True) | Q(passport_matches=True),
                name="no_card_for_another_passport",
            ),
        )

    def __str__(self) -> str:
        return f"hand-over of {self.card_id}"
