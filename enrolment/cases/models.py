"""Persons, cases, and what lies in a file. Person, case and card are three objects: none ends because another does."""

from django.db import models
from django.db.models import F, Q

from enrolment.accounts.models import Officer
from enrolment.applications.model import Sex
from enrolment.cases.steps import NEEDS_DECIDER, NEEDS_RELEASER, State
from enrolment.rules.book import ReceiptKind
from enrolment.rules.facts import CopyKind, Reason

STATE_CODE = 3


class NumberSeries(models.Model):
    """The last number given in a series; taken under a lock, so that no number is given twice or left out."""

    name = models.CharField(max_length=32, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A person as the papers name them, in the original script and in Latin letters."""

    surname = models.CharField(max_length=256)
    given_names = models.CharField(max_length=256, blank=True)
    latin_surname = models.CharField(max_length=256, blank=True)
    latin_given_names = models.CharField(max_length=256, blank=True)
    birth_date = models.CharField(max_length=10)  # YYYY-MM-DD, unknown parts XX
    birth_place = models.CharField(max_length=256, blank=True)
    sex = models.CharField(max_length=1, choices=[(sex.value, sex.value) for sex in Sex])
    language = models.CharField(max_length=2, blank=True)  # the second language of papers
    registered_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("birth_date", "surname"), name="person_by_birth_and_name"),)
        constraints = (
            models.CheckConstraint(condition=Q(sex__in=[sex.value for sex in Sex]), name="sex_is_known"),
            models.CheckConstraint(condition=~Q(surname=""), name="person_has_a_surname"),
        )

    def __str__(self) -> str:
        return f"person {self.pk}"


class Nationality(models.Model):
    """One of a person's nationalities; the first is the one on the card."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="nationalities")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=STATE_CODE)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("person", "code"), name="a_nationality_once"),
            models.UniqueConstraint(fields=("person", "position"), name="one_nationality_per_position"),
        )

    def __str__(self) -> str:
        return self.code


class Case(models.Model):
    """One application on its way. `version` grows with each step: who read an older one is refused, not merged."""

    number = models.CharField(max_length=16, unique=True)
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
    family_batch = models.CharField(max_length=64, blank=True, db_index=True)
    commune = models.CharField(max_length=128)
    address = models.CharField(max_length=256)
    arrival_date = models.DateField(null=True)
    site = models.CharField(max_length=32)  # where it was filed
    state = models.CharField(max_length=16, choices=[(state.value, state.value) for state in State], db_index=True)
    state_since = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    filer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="filed_cases")
    decider = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="decided_cases", null=True)
    releaser = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="released_cases", null=True)
    decided_expiry_date = models.DateField(null=True)
    photo_verdict = models.CharField(max_length=16, blank=True)  # accepted, rejected, operator; "" before the capture
    photo_overridden = models.BooleanField(default=False)

    class Meta:
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
                condition=~Q(state__in=list(NEEDS_RELEASER)) | Q(releaser__isnull=False, decider__isnull=False),
                name="released_by_someone",
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
    """The person who is joined (regroupant)."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="sponsor")
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


class PieceRecord(models.Model):
    """One document of the file; a payment is the piece that proves it."""

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
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.code} in {self.case_id}"


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

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(kind=ReceiptKind.COUNTS_AS_CARD.value) | Q(valid_until__isnull=False),
                name="a_receipt_that_counts_as_card_ends",
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
