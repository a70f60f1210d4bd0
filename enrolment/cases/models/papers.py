"""Receipts, letters and decisions: the rows that papers follow."""

from django.db import models
from django.db.models import F, Q

from enrolment.accounts.models import Officer
from enrolment.cases.models.case import Case
from enrolment.cases.models.persons import Person
from enrolment.rules.book import ReceiptKind


class Receipt(models.Model):
    """A receipt (récépissé): its effect, its days, and the secret of its check code; the paper follows this row."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="receipt")
    number = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in ReceiptKind])
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    effect_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    article = models.CharField(max_length=128)
    check_code = models.CharField(max_length=32, unique=True)
    paper_sha256 = models.CharField(max_length=64, blank=True)
    withdrawn_at = models.DateTimeField(null=True)  # with all documents of the person (art. 28)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(kind=ReceiptKind.COUNTS_AS_CARD.value) | Q(valid_until__isnull=False),
                name="a_receipt_that_counts_as_card_ends",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(effect_from__isnull=True)
                | Q(valid_until__gt=F("effect_from")),
                name="a_receipt_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"receipt {self.number}"


class Decision(models.Model):
    """What was decided, by whom, why. The decider never is the filer: the case's own constraint."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="decision")
    number = models.CharField(max_length=16, unique=True)
    granted = models.BooleanField()
    reasons = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    decider = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    valid_until = models.DateField(null=True)
    check_code = models.CharField(max_length=32, unique=True)
    paper_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(granted=True) | ~Q(reasons=""), name="a_refusal_gives_reasons"),
        )

    def __str__(self) -> str:
        return f"decision {self.number}"


class LetterKind(models.TextChoices):
    """The letters that the Direction writes (D14)."""

    RENEWAL = "renewal", "invitation to renew"
    APPOINTMENT = "appointment", "invitation to an appointment"
    INCOMPLETE = "incomplete", "an incomplete file goes back"
    DECISION = "decision", "decision"
    PROLONGATION = "prolongation", "the decision takes longer"
    STATE_REQUEST = "state_request", "question to another Member State"
    STATE_REMINDER = "state_reminder", "reminder to another Member State"
    STATE_ANSWER = "state_answer", "answer to another Member State"
    STATE_REMARK = "state_remark", "request to another Member State to change a remark"
    READMISSION = "readmission", "readmission"
    COMMUNE_NOTICE = "commune_notice", "notice to a commune"
    WITHDRAWAL = "withdrawal", "a removal decision withdraws the documents"


class LetterState(models.TextChoices):
    """How far a letter is."""

    DUE = "due", "to be written"
    WRITTEN = "written", "written"
    SENT = "sent", "sent"
    CANCELLED = "cancelled", "no longer needed"


class Letter(models.Model):
    """One letter from the day it is due. `occasion` is unique: who asks for the same letter twice gets the same one."""

    number = models.CharField(max_length=16, unique=True, null=True)  # given when it is written
    kind = models.CharField(max_length=16, choices=LetterKind)
    occasion = models.CharField(max_length=96, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="letters")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="letters", null=True)
    rule = models.CharField(max_length=8, blank=True)
    due_on = models.DateField()
    content = models.JSONField(default=dict)  # what the text needs beside the case: codes, dates, an officer's reason
    state = models.CharField(max_length=16, choices=LetterState, default=LetterState.DUE)
    ordered_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=16, blank=True)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", null=True)  # None: nightly work
    paper_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("due_on", "id")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=LetterKind.values), name="letter_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=LetterState.WRITTEN.value)
                | (Q(written_at__isnull=False, number__isnull=False) & ~Q(paper_sha256="")),
                name="a_written_letter_has_its_paper",
            ),
            models.CheckConstraint(
                condition=~Q(state=LetterState.SENT.value)
                | (
                    Q(written_at__isnull=False, number__isnull=False, sent_at__isnull=False)
                    & Q(sent_at__gte=F("written_at"))
                    & ~Q(paper_sha256="")
                    & ~Q(channel="")
                ),
                name="a_sent_letter_was_written",
            ),
        )

    def __str__(self) -> str:
        return f"letter {self.number or self.pk}"
