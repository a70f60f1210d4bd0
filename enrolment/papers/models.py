"""What was printed: one row per paper, never the paper itself."""

from django.db import models
from django.db.models import Q

from enrolment.accounts.models import Officer
from enrolment.cases.models import Case
from enrolment.papers.catalogue import PaperKind

MAX_SEAL_BYTES = 456  # what the largest symbol on paper holds


class PrintedPaper(models.Model):
    """A paper by its number. Printed again it must be the same file, and bears the seal that it got first."""

    number = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in PaperKind])
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="printed_papers", null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    seal = models.BinaryField(max_length=MAX_SEAL_BYTES, default=bytes)
    check_code = models.CharField(max_length=32, blank=True)
    document = models.CharField(max_length=8, blank=True)  # the catalogue's id, where the paper has an effect
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    printed_at = models.DateTimeField()
    printed_by = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in PaperKind]), name="paper_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind=PaperKind.ACCESS_NUMBER.value, sha256="", check_code="")
                | (~Q(kind=PaperKind.ACCESS_NUMBER.value) & ~Q(sha256="")),
                name="of_an_access_number_nothing_is_kept",
            ),
            models.UniqueConstraint(
                fields=("check_code",), condition=~Q(check_code=""), name="a_check_code_opens_one_paper"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=models.F("printed_at")),
                name="a_paper_is_withdrawn_after_it_was_printed",
            ),
        )

    def __str__(self) -> str:
        return f"paper {self.number}"
