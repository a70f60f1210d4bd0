"""What came by post: an envelope with its days, the files in it, and the signature on each form."""

from django.db import models
from django.db.models import F, Q

from enrolment.accounts.models import Officer
from enrolment.cases.models.case import Case


class MailEnvelope(models.Model):
    """One envelope: posted and received on days that a window is judged by; an unreadable postmark is None."""

    number = models.CharField(max_length=16, unique=True)
    postmarked_on = models.DateField(null=True)
    received_on = models.DateField()
    site = models.CharField(max_length=32)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(postmarked_on__isnull=True) | Q(postmarked_on__lte=F("received_on")),
                name="an_envelope_is_posted_before_it_comes",
            ),
        )

    def __str__(self) -> str:
        return f"envelope {self.number}"


class SignatureCheck(models.TextChoices):
    """What an officer saw where the form is signed."""

    UNCHECKED = "unchecked", "not looked at yet"
    PRESENT = "present", "signed"
    ABSENT = "absent", "not signed"
    DOUBTFUL = "doubtful", "doubtful"


class MailFile(models.Model):
    """One file of an envelope: its number in the order of arrival, its form, and the case that came of it."""

    envelope = models.ForeignKey(MailEnvelope, on_delete=models.PROTECT, related_name="files")
    position = models.PositiveSmallIntegerField()
    arrival_number = models.PositiveBigIntegerField(unique=True)
    form_sha256 = models.CharField(max_length=64)  # of the scan; the same form does not come twice
    signature = models.CharField(max_length=16, choices=SignatureCheck, default=SignatureCheck.UNCHECKED)
    checked_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+", null=True)
    checked_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=256, blank=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="mail_file", null=True)

    class Meta:
        ordering = ("arrival_number",)
        constraints = (
            models.UniqueConstraint(fields=("envelope", "position"), name="one_file_per_position"),
            models.UniqueConstraint(fields=("form_sha256",), name="a_form_comes_once"),
            models.CheckConstraint(condition=Q(signature__in=SignatureCheck.values), name="signature_check_is_known"),
            models.CheckConstraint(
                condition=Q(signature=SignatureCheck.UNCHECKED.value)
                | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="a_signature_check_has_its_officer",
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=True) | ~Q(signature=SignatureCheck.UNCHECKED.value),
                name="a_form_is_looked_at_before_its_case",
            ),
        )

    def __str__(self) -> str:
        return f"file {self.arrival_number}"
