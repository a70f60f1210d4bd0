"""The case, its steps, its family and its place in the order of arrival."""

from django.db import models
from django.db.models import Case as Choice
from django.db.models import F, Q, Value, When

from enrolment.accounts.models import Officer
from enrolment.cases.models.persons import Person
from enrolment.cases.steps import NEEDS_DECIDER, NEEDS_RELEASER, PAPER_ENDS, QUEUES, Queue, State
from enrolment.rules.facts import Reason


class NumberSeries(models.Model):
    """The last number given in a series; taken under a lock, so that no number is given twice or left out."""

    name = models.CharField(max_length=32, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class FamilyBatch(models.Model):
    """A family that files together: its cases are looked at and booked together."""

    number = models.CharField(max_length=16, unique=True)
    label = models.CharField(max_length=64)  # as the applications name it
    site = models.CharField(max_length=32)
    filed_on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("label", "site", "filed_on"), name="one_family_of_a_label_a_day"),
            models.CheckConstraint(condition=~Q(label=""), name="a_family_has_a_label"),
        )

    def __str__(self) -> str:
        return f"family {self.number}"


class Case(models.Model):
    """One application on its way. `version` grows with every change: who read an older one is refused, not merged."""

    number = models.CharField(max_length=16, unique=True)
    request_key = models.CharField(max_length=64, unique=True, null=True)  # who files twice under one key files once
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    product = models.CharField(max_length=64)
    reason = models.CharField(max_length=16, choices=[(reason.value, reason.value) for reason in Reason])
    category = models.CharField(max_length=64, blank=True)
    legal_basis = models.CharField(max_length=256)
    withdrawal_article = models.CharField(max_length=8, blank=True)
    held_special_card = models.BooleanField(default=False)
    filed_on = models.DateField()
    postmarked_on = models.DateField(null=True)
    received_on = models.DateField(null=True)
    arrival_number = models.PositiveBigIntegerField(unique=True, null=True)  # the order of arrival, over all sites
    family = models.ForeignKey(FamilyBatch, on_delete=models.PROTECT, related_name="cases", null=True)
    is_paper = models.BooleanField(default=False)  # ends with a paper; no card is made
    is_confidential = models.BooleanField(default=False)
    other_facts = models.JSONField(default=dict)  # what only the rules ask for, by the names of `Facts`
    commune = models.CharField(max_length=128)
    address = models.CharField(max_length=256)
    arrival_date = models.DateField(null=True)
    site = models.CharField(max_length=32)  # where it was filed
    file_at = models.CharField(max_length=32, blank=True)  # where the file lies: a site, or "" on its way
    state = models.CharField(max_length=16, choices=[(state.value, state.value) for state in State], db_index=True)
    # The database reckons it: a case is in exactly one queue, that of its state.
    queue = models.GeneratedField(
        expression=Choice(
            *(
                When(state__in=[state.value for state in State if QUEUES[state] is queue], then=Value(queue.value))
                for queue in Queue
            ),
        ),
        output_field=models.CharField(max_length=16),
        db_persist=True,
    )
    state_since = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    filer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="filed_cases")
    decider = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="decided_cases", null=True)
    releaser = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="released_cases", null=True)
    assignee = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="cases_at_hand", null=True)
    decided_expiry_date = models.DateField(null=True)
    prolonged_until = models.DateField(null=True)
    photo_verdict = models.CharField(max_length=16, blank=True)  # accepted, rejected, operator; "" before the capture
    photo_overridden = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=("queue", "arrival_number"), name="case_by_queue_and_arrival"),)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=list(State)), name="state_is_known"),
            models.CheckConstraint(
                condition=Q(decider__isnull=True) | ~Q(decider=F("filer")), name="who_files_does_not_decide"
            ),
            models.CheckConstraint(
                condition=Q(releaser__isnull=True) | ~Q(releaser=F("decider")), name="who_decides_does_not_release"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=list(NEEDS_DECIDER)) | Q(decider__isnull=False), name="decided_by_someone"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=list(NEEDS_RELEASER))
                | Q(releaser__isnull=False, decider__isnull=False)
                | Q(is_paper=True, state__in=list(PAPER_ENDS)),
                name="released_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(postmarked_on__isnull=True)
                | Q(received_on__isnull=True)
                | Q(postmarked_on__lte=F("received_on")),
                name="a_letter_is_posted_before_it_comes",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT.value) | Q(arrival_number__isnull=False), name="what_is_filed_has_arrived"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PROLONGED.value) | Q(prolonged_until__isnull=False),
                name="what_is_prolonged_has_its_last_day",
            ),
        )

    def __str__(self) -> str:
        return f"case {self.number}"


class CaseStep(models.Model):
    """One step that a case took: never changed afterwards."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    version = models.PositiveIntegerField()
    action = models.CharField(max_length=16)
    start = models.CharField(max_length=16, blank=True)
    end = models.CharField(max_length=16)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=256, blank=True)

    class Meta:
        ordering = ("version",)
        constraints = (models.UniqueConstraint(fields=("case", "version"), name="one_step_per_version"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.action}"


class QueueJump(models.Model):
    """That a case was taken up before others that came earlier: why, and which supervisor agreed (R58)."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="queue_jump")
    reason = models.CharField(max_length=256)
    passed_over = models.PositiveIntegerField()  # how many earlier cases waited
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="a_jump_has_its_reason"),
            models.CheckConstraint(condition=~Q(officer=F("supervisor")), name="a_jump_is_agreed_by_another"),
        )

    def __str__(self) -> str:
        return f"jump of {self.case_id}"
