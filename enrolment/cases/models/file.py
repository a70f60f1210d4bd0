"""What lies in a file: passport, previous document, people around the applicant, pieces and payments."""

from django.db import models
from django.db.models import F, Q

from enrolment.accounts.models import Officer
from enrolment.cases.models.case import Case
from enrolment.cases.models.persons import STATE_CODE, Person
from enrolment.rules.facts import CopyKind


class PassportRecord(models.Model):
    """The passport that was shown at filing."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="passport")
    number = models.CharField(max_length=32)
    issuing_state = models.CharField(max_length=STATE_CODE)
    expiry_date = models.DateField()

    def __str__(self) -> str:
        return f"passport of {self.case_id}"


class PreviousDocumentRecord(models.Model):
    """The document to be renewed, replaced or superseded."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="previous")
    kind = models.CharField(max_length=64)
    number = models.CharField(max_length=32, blank=True)
    issue_date = models.DateField(null=True)
    expiry_date = models.DateField(null=True)

    def __str__(self) -> str:
        return f"previous document of {self.case_id}"


class SponsorRecord(models.Model):
    """The person who is joined (regroupant); `person` where the office knows them."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="sponsor")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sponsored", null=True)
    surname = models.CharField(max_length=256)
    given_names = models.CharField(max_length=256, blank=True)
    nationality = models.CharField(max_length=STATE_CODE)
    relation = models.CharField(max_length=32)
    permit_expiry_date = models.DateField(null=True)

    def __str__(self) -> str:
        return f"sponsor of {self.case_id}"


class RepresentativeRecord(models.Model):
    """The legal representative who files for a child."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="representative")
    surname = models.CharField(max_length=256)
    given_names = models.CharField(max_length=256, blank=True)
    relation = models.CharField(max_length=32)
    document_number = models.CharField(max_length=32, blank=True)

    def __str__(self) -> str:
        return f"representative in {self.case_id}"


class ProtectionRecord(models.Model):
    """International protection that the card mentions, and the exchange with the State that granted it."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="protection")
    state = models.CharField(max_length=STATE_CODE)
    granted_on = models.DateField(null=True)
    asked_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    still_protected = models.BooleanField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | Q(still_protected__isnull=False),
                name="an_answer_says_something",
            ),
        )

    def __str__(self) -> str:
        return f"protection in {self.case_id}"


class PieceState(models.TextChoices):
    """What an officer found about one document of the file."""

    RECEIVED = "received", "lies in the file"
    ACCEPTED = "accepted", "accepted"
    DOUBTED = "doubted", "doubted: authentication may be asked for (art. 24)"
    REFUSED = "refused", "refused: does not count"


class PieceRecord(models.Model):
    """One document of the file; a payment is the piece that proves it. A refused one stays, and does not count."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="pieces")
    code = models.CharField(max_length=64)
    copy_kind = models.CharField(max_length=16, blank=True, choices=[(kind.value, kind.value) for kind in CopyKind])
    language = models.CharField(max_length=8, blank=True)
    issued_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    translated = models.BooleanField(default=False)
    amount_cents = models.PositiveIntegerField(null=True)
    reference = models.CharField(max_length=64, blank=True)
    other_proof = models.CharField(max_length=256, blank=True)
    other_facts = models.JSONField(default=dict)  # what only the rules ask for, by the names of `PieceFact`
    received_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=PieceState, default=PieceState.RECEIVED)
    judged_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", null=True)
    judged_at = models.DateTimeField(null=True)
    judgement = models.CharField(max_length=256, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=PieceState.values), name="piece_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=PieceState.RECEIVED.value) | Q(judged_by__isnull=False, judged_at__isnull=False),
                name="a_judged_piece_has_its_judge",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PieceState.DOUBTED.value, PieceState.REFUSED.value]) | ~Q(judgement=""),
                name="a_doubt_or_refusal_gives_its_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} in {self.case_id}"


class PaymentState(models.TextChoices):
    """Whether the Treasury's books show what the proof says."""

    CLAIMED = "claimed", "a proof lies in the file"
    CONFIRMED = "confirmed", "the Treasury's books show it"
    ACCEPTED = "accepted", "counts before the books show it, by a decision with its reason"
    MISMATCH = "mismatch", "the books show another amount, or nothing"
    REFUNDED = "refunded", "paid back"


class Payment(models.Model):
    """One payment of a fee: what the proof says, what the Treasury's books say, and a refund."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="payments")
    piece = models.OneToOneField(PieceRecord, on_delete=models.PROTECT, related_name="payment", null=True)
    amount_cents = models.PositiveIntegerField()
    paid_on = models.DateField()
    reference = models.CharField(max_length=64, blank=True)  # the Treasury's
    is_family_share = models.BooleanField(default=False)  # one transfer pays for several cases of a family
    state = models.CharField(max_length=16, choices=PaymentState, default=PaymentState.CLAIMED)
    booked_cents = models.PositiveIntegerField(null=True)  # what the Treasury's books show for this case
    checked_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", null=True)
    checked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=256, blank=True)  # of an acceptance, a mismatch or a refund
    refunded_on = models.DateField(null=True)
    refund_reference = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=PaymentState.values), name="payment_state_is_known"),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="a_payment_is_some_money"),
            models.CheckConstraint(
                condition=~Q(state=PaymentState.CONFIRMED.value)
                | (
                    Q(booked_cents__isnull=False, booked_cents=F("amount_cents"), checked_by__isnull=False)
                    & ~Q(reference="")
                ),
                name="what_is_confirmed_is_booked",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[PaymentState.CLAIMED.value, PaymentState.CONFIRMED.value])
                | (~Q(reason="") & Q(checked_by__isnull=False)),
                name="what_is_decided_gives_its_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=PaymentState.REFUNDED.value)
                | (Q(refunded_on__isnull=False) & ~Q(refund_reference="")),
                name="a_refund_has_its_reference",
            ),
            models.UniqueConstraint(
                fields=("reference",),
                condition=Q(state=PaymentState.CONFIRMED.value, is_family_share=False),
                name="a_treasury_reference_pays_once",
            ),
        )

    def __str__(self) -> str:
        return f"payment in {self.case_id}"
