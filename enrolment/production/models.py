"""Blank cards, document numbers and production jobs: one blank, one number, one open job per case, by constraint."""

from django.db import models
from django.db.models import Q

from enrolment.accounts.models import Officer
from enrolment.cases.models import Case


class BlankState(models.TextChoices):
    """Where a blank is on its way to a hand."""

    STOCK = "stock", "in stock"
    RESERVED = "reserved", "reserved for a job"
    CHIP_WRITING = "chip_writing", "its chip is being written"
    CHIP_VERIFIED = "chip_verified", "its chip was read back and agrees"
    PRINTED = "printed", "printed"
    QA_OK = "qa_ok", "passed the last check"
    PACKED = "packed", "packed"
    SHIPPED = "shipped", "on its way"
    AT_SITE = "at_site", "where it will be collected"
    ACTIVE = "active", "in its holder's hand"
    SPOILED = "spoiled", "spoiled, with a reason"
    DESTROYED = "destroyed", "destroyed"


class JobState(models.TextChoices):
    """What became of a job."""

    OPEN = "open", "in production"
    DONE = "done", "its card was made"
    SPOILED = "spoiled", "its blank was spoiled: a new job follows"


class Blank(models.Model):
    """One blank card: counted in, and followed until it is in a hand or destroyed."""

    serial = models.CharField(max_length=32, unique=True)
    chip_uid = models.CharField(max_length=32, unique=True, null=True)
    box = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=16, choices=BlankState, default=BlankState.STOCK)
    spoil_reason = models.CharField(max_length=256, blank=True)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    counted_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=BlankState.values), name="blank_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=BlankState.SPOILED.value) | ~Q(spoil_reason=""), name="a_spoiled_blank_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(received_by=models.F("counted_by")), name="two_people_count_the_blanks"
            ),
        )

    def __str__(self) -> str:
        return f"blank {self.serial}"


class DocumentNumber(models.Model):
    """A number that was given to a document: never given again, also when its card was spoiled."""

    number = models.CharField(max_length=22, primary_key=True)
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number


class Job(models.Model):
    """One attempt to make one card. A spoiled one stays, the next has `attempt` + 1."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="jobs")
    attempt = models.PositiveSmallIntegerField()
    blank = models.OneToOneField(Blank, on_delete=models.PROTECT, related_name="job")
    document_number = models.OneToOneField(DocumentNumber, on_delete=models.PROTECT, related_name="job")
    state = models.CharField(max_length=16, choices=JobState, default=JobState.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    printed_issue_date = models.DateField()
    valid_from = models.DateField()
    expiry_date = models.DateField()
    personalised_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    planned_digests = models.JSONField(default=dict)  # file name -> SHA-256, stored before the first APDU
    inspection = models.JSONField(default=dict)  # check name -> outcome of the read-back

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "attempt"), name="one_job_per_attempt"),
            models.UniqueConstraint(
                fields=("case",), condition=Q(state=JobState.OPEN.value), name="one_open_job_per_case"
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_is_known"),
            models.CheckConstraint(
                condition=Q(expiry_date__gt=models.F("printed_issue_date")), name="a_card_expires_after_its_issue"
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.DONE.value) | Q(verified_at__isnull=False), name="what_is_done_was_verified"
            ),
        )

    def __str__(self) -> str:
        return f"job {self.case_id}/{self.attempt}"


class BlankEvent(models.Model):
    """One move of one blank: the ledger that must balance every night."""

    blank = models.ForeignKey(Blank, on_delete=models.PROTECT, related_name="events")
    start = models.CharField(max_length=16, blank=True)
    end = models.CharField(max_length=16)
    at = models.DateTimeField()
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=256, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.blank_id} {self.end}"
