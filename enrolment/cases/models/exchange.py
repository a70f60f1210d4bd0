"""Questions to and from other Member States about international protection and its remark (art. 13(3))."""

from django.db import models
from django.db.models import F, Q

from enrolment.accounts.models import Officer
from enrolment.cases.models.case import Case
from enrolment.cases.models.persons import STATE_CODE, Person


class ExchangeKind(models.TextChoices):
    """Who asks whom for what; each has its rule and its clock."""

    ASK_PROTECTION = "ask_protection", "does protection still hold? (R33, before the remark)"
    ANSWER_PROTECTION = "answer_protection", "another State asks the same of us (R34, one month)"
    CHANGE_AFTER_TRANSFER = "change_after_transfer", "responsibility came to Luxembourg (R35, three months)"
    CHANGE_ON_REQUEST = "change_on_request", "responsibility went to another State, which asks (R36, three months)"
    ASK_CHANGE = "ask_change", "we granted protection: the State of the permit changes its remark (R37)"


class ExchangeOutcome(models.TextChoices):
    """What came of it."""

    HOLDS = "holds", "protection holds"
    WITHDRAWN = "withdrawn", "protection was withdrawn for good: no remark"
    CHANGED = "changed", "the remark was changed"
    DECLINED = "declined", "declined, with its reason"


class MemberStateExchange(models.Model):
    """One question and its answer. One of a kind is open for a person and State at a time."""

    kind = models.CharField(max_length=32, choices=ExchangeKind)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exchanges")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="exchanges", null=True)
    state = models.CharField(max_length=STATE_CODE)
    reference = models.CharField(max_length=64, blank=True)  # the other authority's
    started_on = models.DateField()  # asked, received, or the day of the transfer: what the clock runs from
    due_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    outcome = models.CharField(max_length=16, blank=True, choices=ExchangeOutcome)
    reason = models.CharField(max_length=256, blank=True)
    opened_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    closed_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ("started_on", "id")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=ExchangeKind.values), name="exchange_kind_is_known"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *ExchangeOutcome.values]), name="exchange_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, outcome="")
                | (
                    Q(answered_on__isnull=False, answered_on__gte=F("started_on"), closed_by__isnull=False)
                    & ~Q(outcome="")
                ),
                name="an_exchange_ends_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=ExchangeOutcome.DECLINED.value) | ~Q(reason=""), name="who_declines_says_why"
            ),
            models.UniqueConstraint(
                fields=("person", "kind", "state"),
                condition=Q(answered_on__isnull=True),
                name="one_open_exchange_of_a_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"
